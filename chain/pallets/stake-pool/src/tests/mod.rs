//! One file per call; `slash` for what happens to stake, `ledger` and `invariants` for random
//! sequences. Each test starts from a world of `mock`, does one thing and asserts what the people
//! concerned would notice; `ExtBuilder::build_and_execute` checks the invariants at its end.
#![allow(clippy::unwrap_used)]

mod add_worker;
mod claim_rewards;
mod contribute;
mod create;
mod invariants;
mod ledger;
mod remove_worker;
mod restart_session;
mod set_commission;
mod slash;
mod start_session;
mod stop_session;
mod withdraw;

use crate::mock::*;
use phala_primitives::{Balance, PoolId};
use polkadot_sdk::{
    frame_support::traits::fungible::{Inspect, InspectHold},
    sp_runtime::DispatchError,
};

/// What an account can spend.
fn free(who: &AccountId) -> Balance {
    Balances::balance(who)
}

/// What an account has staked, by its balances.
fn held(who: &AccountId) -> Balance {
    Balances::balance_on_hold(&crate::HoldReason::Stake.into(), who)
}

/// Shares of an account.
fn shares(who: &AccountId, pool: PoolId) -> u128 {
    StakePool::delegation(who.clone(), pool).map_or(0, |delegation| delegation.shares)
}

/// What the shares of an account are worth.
fn value(who: &AccountId, pool: PoolId) -> Balance {
    StakePool::delegation(who.clone(), pool).map_or(0, |delegation| delegation.value)
}

/// Whether the last events include this one.
fn happened(event: crate::Event<Test>) -> bool {
    System::events().iter().any(|record| record.event == RuntimeEvent::StakePool(event.clone()))
}
