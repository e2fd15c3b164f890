//! Which sessions may start, and with which Value Promise (section 2).

use sp_arithmetic::{traits::Saturating, FixedU128};

use crate::{arithmetic, Balance, TokenomicParameters};

/// Why a session may not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The stake is below S_min.
    #[error("the stake is below the least stake for this performance")]
    InsufficientStake,
    /// The Value Promise would be above V_max.
    #[error("the stake would promise more than the highest value")]
    TooMuchStake,
    /// The performance score is below the least one.
    #[error("the performance score is below the least one")]
    BenchmarkTooLow,
    /// There is no such confidence level.
    #[error("there is no such confidence level")]
    UnknownConfidence,
}

/// score_c: what a worker of a confidence level, 1 (best) to 5, counts for. None for other levels.
pub fn confidence_score(level: u8) -> Option<FixedU128> {
    let tenths = match level {
        1..=3 => 10,
        4 => 8,
        5 => 7,
        _ => return None,
    };
    Some(FixedU128::from_rational(tenths, 10))
}

/// C: estimated cost of the rig in PHA, `(rig_k · P + rig_b) / φ`.
pub fn rig_cost(parameters: &TokenomicParameters, score: u32) -> FixedU128 {
    let dollars = arithmetic::scale(parameters.rig_k, score.into(), 1).saturating_add(parameters.rig_b);
    arithmetic::divide(dollars, parameters.price)
}

/// f: `1 + score_c · (R^e − 1)`.
pub fn multiplier(parameters: &TokenomicParameters, confidence_score: FixedU128) -> FixedU128 {
    let one = FixedU128::from_u32(1);
    one.saturating_add(arithmetic::multiply(
        confidence_score,
        parameters.stake_multiplier.saturating_sub(one),
    ))
}

/// S_min: least stake in PHA, `k · √P`.
pub fn stake_min(parameters: &TokenomicParameters, score: u32) -> FixedU128 {
    arithmetic::multiply_root(parameters.stake_k, score)
}

/// S_max: largest stake in PHA, `V_max / f − C`.
pub fn stake_max(parameters: &TokenomicParameters, score: u32, confidence_score: FixedU128) -> FixedU128 {
    arithmetic::divide(parameters.value_max, multiplier(parameters, confidence_score))
        .saturating_sub(rig_cost(parameters, score))
}

/// V^e: `f · (S + C)` in PHA, for a stake in PHA; whether a session may start with it is another
/// question.
pub fn promise(
    parameters: &TokenomicParameters,
    stake: FixedU128,
    score: u32,
    confidence_score: FixedU128,
) -> FixedU128 {
    arithmetic::multiply(
        multiplier(parameters, confidence_score),
        stake.saturating_add(rig_cost(parameters, score)),
    )
}

/// V^e in PHA of a session that may start with `stake` base units.
pub fn initial_value(
    parameters: &TokenomicParameters,
    stake: Balance,
    score: u32,
    confidence: u8,
) -> Result<FixedU128, StartError> {
    let confidence_score = confidence_score(confidence).ok_or(StartError::UnknownConfidence)?;
    let stake = arithmetic::from_balance(stake);
    if score < parameters.score_min {
        return Err(StartError::BenchmarkTooLow);
    }
    if stake < stake_min(parameters, score) {
        return Err(StartError::InsufficientStake);
    }
    let value = promise(parameters, stake, score, confidence_score);
    if value > parameters.value_max {
        return Err(StartError::TooMuchStake);
    }
    Ok(value)
}
