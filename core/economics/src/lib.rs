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
//! # Formulas
//!
//! *Section* is that of the token-economics specification; *origin* is where the rule comes from: the
//! token-economics article of 2021 (*article*), or the original network's gatekeeper (*gatekeeper*) and pallets
//! (*pallets*), whose code counts where the article says otherwise.
//!
//! | quantity | formula | unit | section | origin | code |
//! |---|---|---|---|---|---|
//! | cost of the rig | `C = (rig_k · P + rig_b) / φ` | PHA | 1 | article; pallets since 2022 | [`start::rig_cost`] |
//! | multiplier | `f = 1 + score_c · (R^e − 1)` | – | 2 | article | [`start::multiplier`] |
//! | score_c | 1, 1, 1, 0.8, 0.7 for levels 1 to 5 | – | 1 | article | [`start::confidence_score`] |
//! | initial value | `V^e = f · (S + C)` | PHA | 2 | article | [`start::promise`] |
//! | least stake | `S_min = k · √P` | PHA | 2 | article | [`start::stake_min`] |
//! | largest stake | `S_max = V_max / f − C` | PHA | 2 | pallets, console | [`start::stake_max`] |
//! | whether a session may start | `P ≥ 50`, `S ≥ S_min`, `V^e ≤ V_max` | – | 2 | pallets | [`quote()`] |
//! | rate of growth | `r = m · (ρ − 1)`, `m = p / p_bench` | a tick | 3 | gatekeeper | [`growth`] |
//! | cost covered by growth | `b = m · (cost_k · p_bench + cost_b)` | PHA a tick | 3 | gatekeeper | [`growth`] |
//! | growth | `ΔV = r · V + b`, `V ← min(V + ΔV, V_max)`, `D ← D + ΔV` | PHA | 3 | gatekeeper | [`growth::Growth::step`] |
//! | n ticks at once | `V_n = V_0 + (r · V_0 + b) · g(n)` | PHA | 3 | sum of the above | [`growth::Growth::after`] |
//! | offline | `V ← V · (1 − s)^n`, `D ← 0`, `s` = 0.1 % · tick / 1 h | PHA | 4 | article, gatekeeper | [`slash::offline`] |
//! | faults | `V ← V · (1 − loss)`, 1, 10 and 100 % | PHA | 4 | article | [`Session::fault`] |
//! | share | `√(V² + (2 · p · score_c)²)` | PHA | 5 | article, gatekeeper | [`payout::share`] |
//! | emission per share | `A ← A + B · Δticks / Σ share` | PHA per share | 5 | this project | [`Accumulator::advance`] |
//! | earned | `share · (A − A_i)` | PHA | 5 | this project | [`Accumulator::earned`] |
//! | payout | 80 % to the pool, 20 % to the treasury | base units | 5 | article, gatekeeper | [`Payout::divide`] |
//! | V after a payout | `V ← V − min(D, payout)`, `D ← 0` | PHA | 5 | gatekeeper since April 2022 | [`Session::pay`] |
//! | emission | `B ← 0.75 · B` every 180 (45) days | PHA a tick | 5 | article | [`Schedule::emit`] |
//! | instant performance | `p = 6 · Δiterations / Δt`, at most `1.2 · p_bench` | iterations in 6 s | 6 | gatekeeper | [`performance::instant`] |
//! | returned stake | `S · min(V / V^e, 1)` | base units | 7 | article's text, pallets of 2021 | [`Session::returned`] |
//! | yearly return | `paid / S · 365 d / elapsed` | – | – | this project | [`projection::apr`] |
//!
//! [`TokenomicParameters`] has the presets of section 8; [`Session`] puts sections 2 to 7 together, and
//! [`projection`] runs a session ahead in time.
//!
//! # Differences from Phala
//!
//! | here | on Phala | reason |
//! |---|---|---|
//! | Growth, slash and emission go by chain time, in ticks | by blocks | blocks of 16 to 22 s instead of 12 cut everybody's yield, and a vote had to raise the budget by 1.8 |
//! | A value is computed when something happens to its session, in O(log ticks) | a gatekeeper walked all workers twice a block | the cost of a block grows with its events and not with the workers; and the chain itself can say what any value is, and why |
//! | One accumulator divides the emission over exactly the time that passed | Σ as of the block's start was applied to an interval of many blocks | payouts add up to the budget, not to a little more or less |
//! | Only responsive sessions are in Σ | unresponsive ones were until September 2021, stopped ones until April 2022 | counting them halved everybody's rewards |
//! | A payout is what was earned; V falls by it, up to D | until April 2022 it was capped by the growth of V | at V_max nothing grows, and next to nothing was paid |
//! | What was earned since the last answer is lost when a session goes offline or stops | until April 2022 the next payout included the outage | the time of an outage is never paid |
//! | A tick with an answer grows like any other | the block with the answer did not | whoever is asked more often must not grow less |
//! | p is measured from answer to answer | from the last challenge to the answer | the way of an answer to the chain is not the worker's performance |
//! | φ divides the cost of a rig once | twice, until February 2022 | a mistake: the table's 2035.714 was 2137.755 |
//! | Running costs, rigs and slashes are parameters in USD and per hour or year | in PHA and per block; from April 2022 on made for another φ than the one beside them | a change of φ or of the tick changes all that depends on it |
//! | Four slash levels | only level 1 existed, and Khala set it to 0 | the article's table: without it a wrong result costs nothing |
//! | A fault takes its part of D too | – | growth that is not yet paid is part of the value at stake |
//! | `S · min(V / V^e, 1)` comes back | everything, from March 2022 on | the article's text and the pallets of 2021; the other formula that was published, `κ · min(V, V^e)`, is no stake |
//! | Rates grow by `(ρ − 1) · V` | so did the gatekeeper; the article of 2021 prints `ρ · V` | a misprint, corrected in 2022 |
//! | Least score 50 | 50 in the pallets, 100 in the guide | the code counted |
//! | Unknown confidence levels are refused | counted with 1 by the pallets and 0 by the gatekeeper | one rule |
//! | The emission decays at a moment | in the block before a multiple of an interval | blocks are no clock |
//! | After a change of parameters a session is first settled under the old ones | a gatekeeper that had missed the message used defaults, and slashed workers that were right | parameters are state of the chain, with the moment of their change |
//! | 18 decimals, 36 for rates | 64 binary digits after the point | amounts of PHA are decimal, and come out exact |
//!
//! # Exactness
//!
//! Products and quotients go through 256 or 512 bits and round down once, at 10^-18; rates per tick have 36 decimals;
//! square roots are the exact floor. Where a result does not fit, it saturates: value is capped far below that anyway.
//! Evaluating n ticks at once agrees with n single steps within 10^-12, relative, for any schedule of
//! events; property tests hold the crate to it.
#![cfg_attr(not(feature = "std"), no_std)]

mod accumulator;
pub mod arithmetic;
mod fine;
pub mod growth;
mod parameters;
pub mod payout;
pub mod performance;
mod presets;
pub mod projection;
mod quote;
mod session;
pub mod slash;
pub mod start;

pub use accumulator::{Accumulator, Schedule};
pub use parameters::{ParameterError, TokenomicParameters};
pub use payout::Payout;
pub use quote::{quote, quote_fixed, Quote};
pub use session::{Phase, Session, Settled};
pub use slash::SlashLevel;
pub use sp_arithmetic::{FixedU128, Perbill};
pub use start::StartError;

/// An amount in base units: 10^12 of them are one PHA.
pub type Balance = u128;
/// Chain time, in milliseconds since the Unix epoch.
pub type Moment = u64;
