//! One file per call or function that other pallets call, and one for what happens by itself;
//! `transitions` is the table of all that can happen to a session, `schedules` lets it happen at random.
//!
//! A test builds a world with [`ExtBuilder`](crate::mock::ExtBuilder), starts sessions with
//! [`session_with_stake`](crate::mock::session_with_stake), lets time pass with [`pass`](crate::mock::pass),
//! and asserts what a pool, a worker or a reader of events would notice. The builder checks all invariants
//! at its end.

#![allow(clippy::unwrap_used)]

mod challenges;
mod fault;
mod heartbeat;
mod outages;
mod payouts;
mod reclaim;
mod refused_heartbeats;
mod restart;
mod schedules;
mod seats;
mod set_parameters;
mod simulation;
mod start;
mod stop;
mod transitions;
mod views;
