//! One file per call. Then `queue` for what the chain does for those who wait, `grace` for sessions that
//! it stops, `slash` for what happens to stake, `vaults` for those who delegate for others, `incidents` for
//! what once hurt people elsewhere, `ledger` and `random` for random sequences. Each test starts from a
//! world of `mock`, does one thing and asserts what the people concerned would notice;
//! `ExtBuilder::build_and_execute` checks the invariants at its end.
#![allow(clippy::unwrap_used)]

mod accept_ownership;
mod add_worker;
mod allow;
mod cancel_withdrawal;
mod claim_rewards;
mod close;
mod compound_rewards;
mod contribute;
mod create;
mod disallow;
mod grace;
mod incidents;
mod ledger;
mod offer_ownership;
mod queue;
mod random;
mod remove_worker;
mod restart_session;
mod set_cap;
mod set_commission;
mod set_description;
mod set_manager;
mod set_whitelist;
mod slash;
mod start_session;
mod stop_session;
mod vaults;
mod views;
mod withdraw;

use crate::mock::*;
use phala_primitives::{Balance, PoolId, WorkerId, PHA};
use polkadot_sdk::{
    frame_support::{
        assert_ok,
        traits::fungible::{Inspect, InspectHold},
    },
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

/// What an account could take from a pool's rewards, as delegator.
fn rewards(who: &AccountId, pool: PoolId) -> Balance {
    StakePool::delegation(who.clone(), pool).map_or(0, |delegation| delegation.rewards)
}

/// What waits in a pool's queue, in the order of service.
fn queue(pool: PoolId) -> Vec<(AccountId, u128)> {
    StakePool::queue(pool).into_iter().map(|entry| (entry.who, entry.shares)).collect()
}

fn contribute(who: AccountId, pool: PoolId, amount: Balance) -> Result<(), DispatchError> {
    StakePool::contribute(RuntimeOrigin::signed(who), pool, amount)
}

fn withdraw(who: AccountId, pool: PoolId, shares: u128) -> Result<(), DispatchError> {
    StakePool::withdraw(RuntimeOrigin::signed(who), pool, shares)
}

fn start(pool: PoolId, worker: WorkerId, stake: Balance) {
    assert_ok!(StakePool::start_session(RuntimeOrigin::signed(OWNER), pool, worker, stake));
}

fn stop(pool: PoolId, worker: WorkerId) {
    assert_ok!(StakePool::stop_session(RuntimeOrigin::signed(OWNER), pool, worker));
}

/// [`staked_pool`] with all its 4 000 PHA behind a session.
fn busy_pool() -> (PoolId, WorkerId) {
    let (pool, worker) = staked_pool();
    start(pool, worker, 4_000 * PHA);
    (pool, worker)
}

/// A pool of `OWNER` with a session of 2 000 PHA for each of `seeds`, started in that order, with the stake
/// of `ALICE`, and the workers.
fn pool_with_sessions<const N: usize>(seeds: [u8; N]) -> (PoolId, [WorkerId; N]) {
    let pool = pool();
    assert_ok!(contribute(ALICE, pool, 2_000 * PHA * N as Balance));
    let workers = seeds.map(|seed| {
        let worker = benchmarked(seed, OWNER);
        assert_ok!(StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, worker));
        start(pool, worker, 2_000 * PHA);
        worker
    });
    (pool, workers)
}

/// Workers of a pool that mine.
fn mining(pool: PoolId) -> Vec<WorkerId> {
    let views = StakePool::workers(pool).into_iter();
    views.map(|view| view.worker).filter(Mining::is_responsive).collect()
}

/// Builds blocks until the grace period of a withdrawal that was asked for now is over.
fn run_through_grace_period() {
    run_blocks((GRACE_PERIOD / BLOCK_TIME) as u32 + 1);
}
