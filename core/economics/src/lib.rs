//! The Value Promise: what a session is worth, what it earns and what it loses, as pure arithmetic.
//!
//! The crate has no storage, no clock, no randomness and no log: parameters, times and counters come in,
//! values go out. The chain calls it to move money; whatever else shows or predicts a value calls the
//! same functions and so gets the same digits.
//!
//! # Units
//!
//! | quantity | type | unit |
//! |---|---|---|
//! | value, growth, cost of a rig, budget | [`FixedU128`] | PHA |
//! | stake, payouts | [`Balance`] | base units, 10^12 in a PHA |
//! | performance | `u32` or [`FixedU128`] | benchmark iterations in 6 s |
//! | price | [`FixedU128`] | USD per PHA |
//! | time | [`Moment`] | ms of chain time |
//!
//! # Map
//!
//! | module | section of the token-economics specification |
//! |---|---|
//! | [`TokenomicParameters`] and its presets | 8, Presets |
//! | [`start`] | 2, Start of a session |
//! | [`growth`] | 3, Growth |
//! | [`slash`] | 4, Slash |
//! | [`payout`] | 5, Payout: share, division of a payout |
//! | [`Accumulator`], [`Schedule`] | 5, Payout: emission and its division |
//! | [`performance`] | 6, Heartbeats: instant performance |
//! | [`Session`] | 2 to 7 put together: one session's value from event to event |
//!
//! # Exactness
//!
//! Products and quotients go through 256 bits and round down once, at 10^-18; square roots are the
//! exact floor. Where a result does not fit, it saturates: value is capped far below that anyway.
//! Evaluating n ticks at once agrees with n single steps within 10^-12, relative, for any schedule of
//! events; property tests hold the crate to it.
#![cfg_attr(not(feature = "std"), no_std)]

mod accumulator;
pub mod arithmetic;
pub mod growth;
mod parameters;
pub mod payout;
pub mod performance;
mod presets;
mod session;
pub mod slash;
pub mod start;

pub use accumulator::{Accumulator, Schedule};
pub use parameters::{ParameterError, TokenomicParameters};
pub use payout::Payout;
pub use session::{Phase, Session, Settled};
pub use slash::SlashLevel;
pub use sp_arithmetic::{FixedU128, Perbill};
pub use start::StartError;

/// An amount in base units: 10^12 of them are one PHA.
pub type Balance = u128;
/// Chain time, in milliseconds since the Unix epoch.
pub type Moment = u64;
