//! Invariants of the pools, checked after every test and by `try-runtime`.
//!
//! 1. Every account but a vault's has on hold for [`HoldReason::Stake`] exactly the sum of `held` over
//!    its delegations.
//! 2. Each delegation has at least what its shares are worth on hold.
//! 3. A pool's `shares`, `held` and `unclaimed` are the sums over its delegations; `held` covers its
//!    stake, and the excess is what was slashed and not yet collected.
//! 4. A pool's active stake equals the stake of its workers' sessions, and what it counts as cooling
//!    down is the sum over its workers.
//! 5. A pool's reward account holds at least what the owner and all delegators may claim and what is
//!    not distributed yet.
//! 6. No delegation is empty, and everything is of pools that exist, whose numbers were given.
//! 7. `WorkerPool` and `PoolWorkers` are inverse to each other; a pool counts its workers, which are not
//!    too many, and knows which of them have sessions. Its running sessions are listed once each.
//! 8. A queue is one chain from its first to its last entry, in the order of time; the overdue
//!    entries come first, and numbers and shares are counted. Nobody withdraws more than is there.
//! 9. Agenda and pools agree on when a queue is looked at; one in which something can be done, or will
//!    be by the mere passing of time, is on the agenda.
//! 10. What stays when the queue is paid is within the cap, but for remainders of rounding.

use alloc::collections::BTreeMap;
use phala_primitives::{Balance, PoolId};
use polkadot_sdk::{
    frame_support::{
        ensure,
        traits::{
            fungible::{Inspect as _, InspectHold as _},
            Get, Time,
        },
    },
    sp_runtime::{Rounding, TryRuntimeError},
};

use crate::{
    maths,
    types::{AgendaKey, Cooling, NewestFirst, WorkerState},
    Agenda, Config, CurrencyOf, Delegations, Descriptions, HoldReason, NextPool, Pallet, Pool, PoolWorkers,
    Pools, Running, TimeOf, Vaults as _, Whitelists, Withdrawals, WorkerPool,
};

/// By how much rounding may lift the price of queued shares over a pool's life, in base units.
const ROUNDING: Balance = 1_000;

/// Sums over the delegations of one pool.
#[derive(Default)]
struct Totals {
    shares: u128,
    held: Balance,
    unclaimed: Balance,
    claimable: Balance,
}

impl<T: Config> Pallet<T> {
    /// Checks the invariants above; the error names the one that does not hold.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let totals = Self::check_delegations()?;
        Self::check_pools(totals)?;
        Self::check_workers()?;
        Self::check_strays()
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
            of_pool.unclaimed += delegation.rewards;
            *held_by.entry(who).or_default() += delegation.held;
            let _ = pool.settle(&mut delegation);
            of_pool.claimable += delegation.rewards;
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
            ensure!(pool.unclaimed == sums.unclaimed, "rewards of a pool are not the sum over delegations");
            ensure!(pool.held >= pool.stake(), "stake of a pool is not backed by holds");
            ensure!(pool.shares > 0 || pool.stake() == 0, "stake without shares");
            ensure!(
                pool.active == active.get(&number).copied().unwrap_or_default(),
                "active stake of a pool is not the stake of its sessions"
            );
            let owed = pool.owner_rewards + pool.undistributed + sums.claimable;
            let account = Self::reward_account_of(number);
            ensure!(CurrencyOf::<T>::balance(&account) >= owed, "a pool owes more rewards than it has");
            let most = pool.cap.map_or(Balance::MAX, |cap| cap.saturating_add(ROUNDING));
            ensure!(pool.staying() <= most, "more stake than the cap allows");
            Self::check_queue(number, &pool)?;
            Self::check_agenda(number, &pool)?;
            Self::check_sessions(number, &pool)?;
        }
        Ok(())
    }

    fn check_queue(number: PoolId, pool: &Pool<T::AccountId>) -> Result<(), TryRuntimeError> {
        let (mut entries, mut shares, mut overdue) = (0, 0, 0);
        let (mut previous, mut in_grace, mut since) = (None, None, 0);
        let mut next = pool.queue.first.clone();
        while let Some(who) = next.take() {
            let entry = Withdrawals::<T>::get(number, &who).ok_or("a queue names an entry that is not")?;
            ensure!(entry.previous == previous, "a queue differs when read backwards");
            ensure!(entry.since >= since, "a queue is not in the order of time");
            ensure!(!entry.overdue || in_grace.is_none(), "an overdue entry behind one in its grace period");
            let owned = Delegations::<T>::get(&who, number).shares;
            ensure!(entry.shares > 0 && entry.shares <= owned, "withdrawn shares that are not there");
            ensure!(entries < pool.queue.entries, "a queue is longer than it says");
            if entry.overdue {
                overdue += entry.shares;
            } else if in_grace.is_none() {
                in_grace = Some(who.clone());
            }
            entries += 1;
            shares += entry.shares;
            since = entry.since;
            previous = Some(who);
            next = entry.next;
        }
        let counted = (pool.queue.entries, pool.queue.shares, pool.queue.overdue);
        ensure!((entries, shares, overdue) == counted, "a queue is not what it says");
        ensure!(
            (previous, in_grace) == (pool.queue.last.clone(), pool.queue.in_grace.clone()),
            "a queue's ends"
        );
        let stored = Withdrawals::<T>::iter_key_prefix(number).count();
        ensure!(stored == entries as usize, "a withdrawal that is not in the queue");
        Ok(())
    }

    fn check_agenda(number: PoolId, pool: &Pool<T::AccountId>) -> Result<(), TryRuntimeError> {
        if let Some(at) = pool.wakes {
            ensure!(Agenda::<T>::contains_key(AgendaKey::new(at, number)), "a pool is not on the agenda");
        }
        let entry = |who: &Option<_>| who.as_ref().and_then(|who| Withdrawals::<T>::get(number, who));
        let least = T::MinContribution::get();
        let payable = entry(&pool.queue.first).is_some_and(|first| pool.covered(first.shares, least) > 0);
        let running = Running::<T>::iter_prefix(number).next().is_some();
        let stoppable = running && pool.shortage() >= least;
        ensure!(!(payable || stoppable) || pool.wakes.is_some(), "a queue was forgotten");
        if let Some(entry) = entry(&pool.queue.in_grace) {
            let latest = Self::due(entry.since).max(TimeOf::<T>::now());
            let in_time = pool.wakes.is_some_and(|at| at <= latest);
            ensure!(in_time, "the end of a grace period was forgotten");
        }
        Ok(())
    }

    fn check_sessions(number: PoolId, pool: &Pool<T::AccountId>) -> Result<(), TryRuntimeError> {
        type Mining<T> = pallet_mining::Pallet<T>;
        let (mut workers, mut running, mut cooling) = (0, 0, Cooling::default());
        for (worker, state) in PoolWorkers::<T>::iter_prefix(number) {
            workers += 1;
            let has_session = Mining::<T>::pool_of(&worker) == Some(number);
            ensure!(has_session == (state != WorkerState::Idle), "a worker's session is not known");
            match state {
                WorkerState::Idle => {}
                WorkerState::Mining { order } => {
                    running += 1;
                    ensure!(order < pool.started, "a session was started later than the last one");
                    let listed = Running::<T>::get(number, NewestFirst::new(order)) == Some(worker);
                    ensure!(listed, "a running session is not listed");
                }
                WorkerState::CoolingDown(stake) => cooling.add(stake),
            }
        }
        ensure!(workers == pool.workers, "workers of a pool are not counted");
        ensure!(workers <= T::MaxWorkers::get(), "a pool has too many workers");
        ensure!(
            Running::<T>::iter_prefix(number).count() == running,
            "a session is listed that does not run"
        );
        ensure!(cooling == pool.cooling, "cooling stake of a pool is not the sum over its workers");
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
            ensure!(PoolWorkers::<T>::contains_key(pool, worker), "a worker is not listed in its pool");
        }
        for (pool, worker, _) in PoolWorkers::<T>::iter() {
            ensure!(WorkerPool::<T>::get(worker) == Some(pool), "a pool lists a worker of another pool");
        }
        Ok(())
    }

    /// Nothing is left of a pool that was closed.
    fn check_strays() -> Result<(), TryRuntimeError> {
        for key in Agenda::<T>::iter_keys() {
            let pool = Pools::<T>::get(key.pool()).ok_or("the agenda names a pool that does not exist")?;
            ensure!(pool.wakes == Some(key.time()), "the agenda names another time than the pool");
        }
        let of_workers = PoolWorkers::<T>::iter_keys().map(|(pool, _)| pool);
        let of_sessions = Running::<T>::iter_keys().map(|(pool, _)| pool);
        let of_queues = Withdrawals::<T>::iter_keys().map(|(pool, _)| pool);
        let of_terms = Descriptions::<T>::iter_keys().chain(Whitelists::<T>::iter_keys());
        let mut named = of_workers.chain(of_sessions).chain(of_queues).chain(of_terms);
        ensure!(named.all(Pools::<T>::contains_key), "something is left of a pool that does not exist");
        Ok(())
    }
}
