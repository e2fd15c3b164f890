//! What a session would start with, for any stake (section 2).

use sp_arithmetic::FixedU128;

use crate::{arithmetic, start, Balance, StartError, TokenomicParameters};

/// What a stake promises, and whether a session may start with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// V^e in PHA, also of a stake with which no session may start.
    pub initial_value: FixedU128,
    /// S_min in PHA.
    pub stake_min: FixedU128,
    /// S_max in PHA; zero where the rig alone promises more than V_max. Where it is below S_min, no stake is
    /// right.
    pub stake_max: FixedU128,
    /// Why no session may start with the stake; none if one may.
    pub refusal: Option<StartError>,
}

/// The quote for `stake` base units. The one thing it cannot compute is the value of an unknown confidence level.
pub fn quote(
    parameters: &TokenomicParameters,
    stake: Balance,
    score: u32,
    confidence: u8,
) -> Result<Quote, StartError> {
    quote_fixed(parameters, arithmetic::from_balance(stake), score, confidence)
}

/// [`quote`] for `stake` PHA, whose 18 decimals are finer than any that can be staked.
pub fn quote_fixed(
    parameters: &TokenomicParameters,
    stake: FixedU128,
    score: u32,
    confidence: u8,
) -> Result<Quote, StartError> {
    let confidence_score = start::confidence_score(confidence).ok_or(StartError::UnknownConfidence)?;
    let initial_value = start::promise(parameters, stake, score, confidence_score);
    let stake_min = start::stake_min(parameters, score);
    let refusal = if score < parameters.score_min {
        Some(StartError::BenchmarkTooLow)
    } else if stake < stake_min {
        Some(StartError::InsufficientStake)
    } else if initial_value > parameters.value_max {
        Some(StartError::TooMuchStake)
    } else {
        None
    };
    let stake_max = start::stake_max(parameters, score, confidence_score);
    Ok(Quote { initial_value, stake_min, stake_max, refusal })
}
