//! `post` for the call, `accept` and `settle` for reports, `expiry` for what time does, `views` for what people
//! look at. The worlds of `mock` stand on the real pallets below, and reports go through the mailbox;
//! `ExtBuilder::build_and_execute` checks all invariants at the end.
#![allow(clippy::unwrap_used)]

mod accept;
mod expiry;
mod post;
mod settle;
mod views;

use crate::mock::*;
use phala_primitives::{
    job::{JobRecord, JobState},
    Balance, JobId,
};
use polkadot_sdk::frame_support::traits::fungible::{Inspect, InspectHold};

/// What an account can spend.
fn free(who: &AccountId) -> Balance {
    Balances::balance(who)
}

/// What an account has in escrow.
fn escrow(who: &AccountId) -> Balance {
    Balances::balance_on_hold(&crate::HoldReason::Escrow.into(), who)
}

/// What waits in the reward account of a worker's pool, above what keeps that account alive.
fn earned(worker: &Worker) -> Balance {
    free(&StakePool::reward_account_of(worker.pool)) - EXISTENTIAL_DEPOSIT
}

/// The record of a job that must be there.
fn record(job: JobId) -> JobRecord<AccountId> {
    Jobs::job(job).unwrap().record
}

/// Where a job stands.
fn state(job: JobId) -> JobState {
    record(job).state
}

/// Whether an event of the jobs happened.
fn happened(event: crate::Event<Test>) -> bool {
    System::events().iter().any(|record| record.event == RuntimeEvent::Jobs(event.clone()))
}
