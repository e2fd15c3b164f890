//! A network of thousands of workers over years, in seconds, under the rules of the chain.
//!
//! A [`Scenario`] says who mines, who fails, who leaves, and how the price moves. A [`Schedule`] makes
//! actions of it, in the order of time, the same ones whenever the seed is the same. A [`Network`] lets
//! them happen as the mining pallet would, to the last digit; a test replays a scenario through the
//! pallet itself. [`Sample`]s of it become a table ([`table`]) and a picture ([`picture`]).
//!
//! ```text
//!   scenario.toml ──► Scenario ──► Schedule ──actions──► Network ──► samples ──► CSV, SVG
//!                                     ▲                     │
//!                                     └── refused starts ───┘
//! ```
//!
//! # What is simulated, and what is not
//!
//! Everything that moves a value or money is: starts, restarts, answers, missed deadlines, late answers,
//! faults, stops, cool-downs, changes of parameters, decay of the budget, an empty subsidy. Blocks, messages
//! and draws of challenges are not: an answer is given when the schedule says so.
//!
//! On the chain a worker answers about once in half an hour; here as often as the scenario says, by default
//! once in five days, because between two answers nothing happens that the closed forms do not cover. What
//! depends on the pace is kept at the chain's: an outage begins right after an answer and is noticed after
//! one challenge, and the first answer after an outage is followed by another in the time between two
//! challenges.
//!
//! Every sample checks the [`invariants`]; a breach ends the simulation with an error.

mod action;
pub mod decimal;
mod dice;
pub mod invariants;
mod ledger;
mod limits;
mod miner;
mod network;
mod outcome;
mod overrides;
pub mod picture;
mod sample;
pub mod scenario;
mod schedule;
mod simulation;
pub mod table;
mod tally;

pub use action::{Action, Happening, Worker};
pub use decimal::{Decimal, Span};
pub use ledger::Ledger;
pub use network::{Entry, Network};
pub use outcome::{NetworkError, Outcome};
pub use overrides::Overrides;
pub use sample::{Sample, Values};
pub use scenario::{Scenario, ScenarioError};
pub use schedule::Schedule;
pub use simulation::{simulate, GroupResult, Simulation};
pub use tally::{Refusals, Tally};
