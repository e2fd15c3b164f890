//! Shares, claims and rewards in integers. Every function says which way it rounds and why.

use phala_primitives::Balance;
use polkadot_sdk::sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding};

/// Steps into which one base unit of reward per share is divided.
pub const REWARD_PRECISION: u128 = 1_000_000_000_000_000_000;

/// A pool whose shares are worth less than one part in this many of what the first one cost takes no
/// more contributions: shares would be issued by the quadrillion, and a newcomer would be paid most
/// of the pool's rewards for almost nothing at the expense of those who lost almost everything.
pub const INSOLVENCY_FACTOR: u128 = 1_000_000;

/// `shares` of a pool that holds `stake` under `total` shares, in base units. Nothing when there are
/// no shares.
pub fn claim(shares: u128, stake: Balance, total: u128, rounding: Rounding) -> Balance {
    // `shares ≤ total`, so that the quotient is at most `stake` and always fits.
    multiply_by_rational_with_rounding(shares, stake, total, rounding).unwrap_or_default()
}

/// Shares that `amount` buys in a pool that holds `stake` under `total` shares, rounded down: the one
/// who buys never gets more than what was paid for. One share is one base unit while there are none.
pub fn shares_for(amount: Balance, stake: Balance, total: u128) -> Option<u128> {
    if total == 0 {
        return Some(amount);
    }
    multiply_by_rational_with_rounding(amount, total, stake, Rounding::Down)
}

/// Whether a share has lost (almost) all its value; see [`INSOLVENCY_FACTOR`].
pub fn is_insolvent(stake: Balance, total: u128) -> bool {
    stake.saturating_mul(INSOLVENCY_FACTOR) < total
}

/// How much the accumulator rises when `amount` is given to `total` shares, and how much of `amount`
/// that spends. The rise is rounded down and the spending up, so that no more can be claimed than
/// was given; none when there are no shares or the accumulator cannot hold the rise.
pub fn reward_per_share(amount: Balance, total: u128) -> Option<(u128, Balance)> {
    let rise = multiply_by_rational_with_rounding(amount, REWARD_PRECISION, total, Rounding::Down)?;
    let spent = multiply_by_rational_with_rounding(rise, total, REWARD_PRECISION, Rounding::Up)?;
    Some((rise, spent))
}

/// What `shares` earned while the accumulator rose by `rise`, rounded down.
pub fn earned(shares: u128, rise: u128) -> Balance {
    // The accumulator was rounded down from rewards that exist, so that this is at most all of them.
    multiply_by_rational_with_rounding(shares, rise, REWARD_PRECISION, Rounding::Down).unwrap_or_default()
}
