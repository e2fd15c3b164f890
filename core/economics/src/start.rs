//! Which sessions may start, and with which Value Promise (section 2).
//!
//! | term | formula | unit |
//! |---|---|---|
//! | C | `(rig_k · P + rig_b) / φ` | PHA |
//! | f | `1 + score_c · (R^e − 1)` | – |
//! | V^e | `f · (S + C)` | PHA |
//! | S_min | `k · √P` | PHA |
//! | S_max | `V_max / f − C` | PHA |
//!
//! φ enters once: the parameters give the price of a rig in USD. V^e and S_max are rounded once, at the end.

use sp_arithmetic::{traits::Saturating, FixedU128};

use crate::{arithmetic, fine::Fine, quote::quote, Balance, TokenomicParameters};

/// Why a session may not start, and what helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The stake is below S_min.
    #[error("the stake is below S_min, the least for this performance score; stake S_min or more")]
    InsufficientStake,
    /// The Value Promise would be above V_max.
    #[error(
        "the stake would promise a value above V_max; stake S_max = V_max / f − C or less, or spread the stake over \
         more workers"
    )]
    TooMuchStake,
    /// The performance score is below the least one.
    #[error(
        "the performance score is below the least that may mine; give the worker more or faster cores and let it \
         measure itself again"
    )]
    BenchmarkTooLow,
    /// There is no such confidence level.
    #[error("there is no such confidence level; levels are 1 (best) to 5, as the worker's attestation says")]
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
    arithmetic::divide(rig_price(parameters, score), parameters.price)
}

/// C · φ: estimated cost of the rig in USD.
fn rig_price(parameters: &TokenomicParameters, score: u32) -> FixedU128 {
    arithmetic::scale(parameters.rig_k, score.into(), 1).saturating_add(parameters.rig_b)
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

/// S_max: largest stake in PHA, `V_max / f − C = (V_max · φ − f · C · φ) / (f · φ)`; zero where C alone is too
/// much.
pub fn stake_max(parameters: &TokenomicParameters, score: u32, confidence_score: FixedU128) -> FixedU128 {
    let multiplier = multiplier(parameters, confidence_score);
    Fine::product(parameters.value_max, parameters.price)
        .saturating_sub(Fine::product(multiplier, rig_price(parameters, score)))
        .divide(Fine::product(multiplier, parameters.price))
        .to_fixed()
}

/// V^e: `f · (S + C) = f · (S · φ + C · φ) / φ` in PHA, for a stake in PHA; whether a session may start with it is
/// another question: see [`quote`].
pub fn promise(
    parameters: &TokenomicParameters,
    stake: FixedU128,
    score: u32,
    confidence_score: FixedU128,
) -> FixedU128 {
    Fine::product(stake, parameters.price)
        .saturating_add(Fine::from_fixed(rig_price(parameters, score)))
        .times(multiplier(parameters, confidence_score))
        .divide(Fine::from_fixed(parameters.price))
        .to_fixed()
}

/// V^e in PHA of a session that may start with `stake` base units.
pub fn initial_value(
    parameters: &TokenomicParameters,
    stake: Balance,
    score: u32,
    confidence: u8,
) -> Result<FixedU128, StartError> {
    let quote = quote(parameters, stake, score, confidence)?;
    match quote.refusal {
        Some(refusal) => Err(refusal),
        None => Ok(quote.initial_value),
    }
}
