//! Invariants of the pools, checked after every test and by `try-runtime`.
//!
//! 1. Every account but a vault's has on hold for [`HoldReason::Stake`] exactly the sum of `held` over
//!    its delegations.
//! 2. Each delegation has at least what its shares are worth on hold.
//! 3. A pool's `shares` and `held` are the sums over its delegations; `held` covers its stake, and
//!    the excess is what was slashed and not yet collected.
//! 4. A pool's active stake equals the stake of its workers' sessions.
//! 5. A pool's reward account holds at least what the owner and all delegators may claim and what is
//!    not distributed yet.
//! 6. No delegation is empty, none is of a pool that does not exist, and pools are numbered from 0.
//! 7. `WorkerPool` and `PoolWorkers` are inverse to each other, and name pools that exist.

use alloc::collections::BTreeMap;
use phala_primitives::{Balance, PoolId};
use polkadot_sdk::{
    frame_support::{
        ensure,
        traits::fungible::{Inspect as _, InspectHold as _},
    },
    sp_runtime::{Rounding, TryRuntimeError},
};

use crate::{
    maths, Config, CurrencyOf, Delegations, HoldReason, NextPool, Pallet, PoolWorkers, Pools, Vaults as _,
    WorkerPool,
};

/// Sums over the delegations of one pool.
#[derive(Default)]
struct Totals {
    shares: u128,
    held: Balance,
    rewards: Balance,
}

impl<T: Config> Pallet<T> {
    /// Checks the invariants above; the error names the one that does not hold.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let totals = Self::check_delegations()?;
        Self::check_pools(totals)?;
        Self::check_workers()
    }

    fn check_delegations() -> Result<BTreeMap<PoolId, Totals>, TryRuntimeError> {
        let mut totals = BTreeMap::<PoolId, Totals>::new();
        let mut held_by = BTreeMap::<T::AccountId, Balance>::new();
        for (who, number, mut delegation) in Delegations::<T>::iter() {
            ensure!(!delegation.is_empty(), "an empty delegation is kept");
            let mut pool = Pools::<T>::get(number).ok_or("a delegation of a pool that does not exist")?;
            let worth = maths::claim(delegation.shares, pool.stake(), pool.shares, Rounding::Up);
            ensure!(delegation.held >= worth, "less on hold than the shares are worth");

            let of_pool = totals.entry(number).or_default();
            of_pool.shares += delegation.shares;
            of_pool.held += delegation.held;
            *held_by.entry(who).or_default() += delegation.held;
            let _ = pool.settle(&mut delegation);
            of_pool.rewards += delegation.rewards;
        }
        for (who, held) in held_by.into_iter().filter(|(who, _)| !T::Vaults::is_vault(who)) {
            let on_hold = CurrencyOf::<T>::balance_on_hold(&HoldReason::Stake.into(), &who);
            ensure!(on_hold == held, "the hold of an account is not the sum over its delegations");
        }
        Ok(totals)
    }

    fn check_pools(mut totals: BTreeMap<PoolId, Totals>) -> Result<(), TryRuntimeError> {
        let active = Self::active_stakes();
        for (number, pool) in Pools::<T>::iter() {
            ensure!(number < NextPool::<T>::get(), "a pool's number has not been given yet");
            let sums = totals.remove(&number).unwrap_or_default();
            ensure!(pool.shares == sums.shares, "shares of a pool are not the sum over its delegations");
            ensure!(pool.held == sums.held, "holds of a pool are not the sum over its delegations");
            ensure!(pool.held >= pool.stake(), "stake of a pool is not backed by holds");
            ensure!(pool.shares > 0 || pool.stake() == 0, "stake without shares");
            ensure!(
                pool.active == active.get(&number).copied().unwrap_or_default(),
                "active stake of a pool is not the stake of its sessions"
            );
            let owed = pool.owner_rewards + pool.undistributed + sums.rewards;
            let account = Self::reward_account_of(number);
            ensure!(CurrencyOf::<T>::balance(&account) >= owed, "a pool owes more rewards than it has");
        }
        Ok(())
    }

    /// What the mining pallet says is behind each pool's sessions.
    fn active_stakes() -> BTreeMap<PoolId, Balance> {
        let mut active = BTreeMap::new();
        for session in pallet_mining::Sessions::<T>::iter_values() {
            *active.entry(session.pool).or_default() += session.stake;
        }
        active
    }

    fn check_workers() -> Result<(), TryRuntimeError> {
        for (worker, pool) in WorkerPool::<T>::iter() {
            ensure!(Pools::<T>::contains_key(pool), "a worker of a pool that does not exist");
            ensure!(PoolWorkers::<T>::contains_key(pool, worker), "a worker is not listed in its pool");
        }
        for (pool, worker, ()) in PoolWorkers::<T>::iter() {
            ensure!(WorkerPool::<T>::get(worker) == Some(pool), "a pool lists a worker of another pool");
        }
        Ok(())
    }
}
