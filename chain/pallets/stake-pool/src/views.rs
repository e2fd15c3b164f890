//! What people want to see of pools, evaluated at the current block.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use pallet_mining::SessionInfo;
use phala_economics::{FixedU128, Phase};
use phala_primitives::{Balance, Moment, PoolId, WorkerId};
use polkadot_sdk::{
    frame_support::traits::Time,
    sp_runtime::{traits::Saturating, Permill, Rounding},
};
use scale_info::TypeInfo;

use crate::{
    maths, types::WorkerState, Commission, Config, Delegation, Delegations, Descriptions, NextPool, Pallet,
    Pool, PoolWorkers, Pools, TimeOf, Withdrawals,
};

/// Most entries of one list.
pub const MAX_LISTED: usize = 200;

/// A pool as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PoolView<AccountId> {
    /// Its number.
    pub pool: PoolId,
    /// Its owner.
    pub owner: AccountId,
    /// Who may run its workers besides the owner.
    pub manager: Option<AccountId>,
    /// Who may become its owner by accepting.
    pub offered: Option<AccountId>,
    /// What the owner says about it, in UTF-8.
    pub description: Vec<u8>,
    /// The owner's part of the rewards at this moment.
    pub commission: Permill,
    /// An announced higher rate, and from when it holds.
    pub announced: Option<(Permill, Moment)>,
    /// The most stake with which it takes contributions.
    pub cap: Option<Balance>,
    /// Only those on its whitelist may contribute.
    pub whitelist: bool,
    /// Shares of all delegators.
    pub shares: u128,
    /// All stake.
    pub stake: Balance,
    /// The part of it that backs no session.
    pub free: Balance,
    /// The part of `free` that nobody in the queue waits for: what sessions can be started with.
    pub available: Balance,
    /// What cool-downs that are under way will return.
    pub cooling: Balance,
    /// When the next of them is over.
    pub more_at: Option<Moment>,
    /// What can still be contributed; none if there is no cap.
    pub capacity: Option<Balance>,
    /// How many workers it has.
    pub workers: u32,
    /// How many of them mine.
    pub sessions: u32,
    /// How many of these answer their challenges.
    pub responsive: u32,
    /// The sum of their shares in the emission.
    pub share: FixedU128,
    /// How many delegators wait in the queue.
    pub queue: u32,
    /// What their shares are worth.
    pub queued: Balance,
    /// What those are worth who have waited for longer than the grace period.
    pub overdue: Balance,
    /// What was slashed and is still on hold at delegators that have not called since.
    pub unsettled: Balance,
    /// Commission that the owner may claim.
    pub owner_rewards: Balance,
    /// The shares have lost (almost) all value, and the pool takes no stake.
    pub insolvent: bool,
    /// The account in which rewards wait to be claimed.
    pub reward_account: AccountId,
}

/// A worker of a pool as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct WorkerView {
    /// The worker.
    pub worker: WorkerId,
    /// Its session, cooling down included.
    pub session: Option<SessionInfo>,
}

/// A place in a queue as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct WithdrawalView<AccountId> {
    /// Whose shares wait.
    pub who: AccountId,
    /// How many.
    pub shares: u128,
    /// What they are worth.
    pub value: Balance,
    /// Chain time at which this was asked for.
    pub since: Moment,
    /// Chain time from which the chain stops sessions for it.
    pub due: Moment,
    /// What is paid before, by the values at this moment.
    pub ahead: Balance,
}

/// An account's part in a pool as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DelegationView {
    /// The pool.
    pub pool: PoolId,
    /// Shares owned, those in the queue included.
    pub shares: u128,
    /// What they are worth.
    pub value: Balance,
    /// The part of the hold that past slashes have taken and that goes at the next call.
    pub unsettled: Balance,
    /// What `claim_rewards` would pay the account as delegator.
    pub rewards: Balance,
    /// What of this waits in the queue.
    pub withdrawal: Option<QueuedView>,
}

/// A delegator's own place in a queue.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct QueuedView {
    /// Shares that wait.
    pub shares: u128,
    /// What they are worth.
    pub value: Balance,
    /// Chain time at which this was asked for.
    pub since: Moment,
    /// Chain time from which the chain stops sessions for it.
    pub due: Moment,
}

/// What a pool's sessions amount to.
#[derive(Default)]
struct Sessions {
    running: u32,
    responsive: u32,
    share: FixedU128,
    more_at: Option<Moment>,
}

impl Sessions {
    fn count(&mut self, session: &SessionInfo) {
        match session.phase {
            Phase::Responsive => {
                self.running = self.running.saturating_add(1);
                self.responsive = self.responsive.saturating_add(1);
                self.share = self.share.saturating_add(session.share);
            }
            Phase::Unresponsive => self.running = self.running.saturating_add(1),
            Phase::CoolingDown { until } => {
                self.more_at = Some(self.more_at.map_or(until, |earliest| earliest.min(until)));
            }
        }
    }
}

impl<T: Config> Pallet<T> {
    pub(crate) fn view_pool(number: PoolId) -> Option<PoolView<T::AccountId>> {
        Pools::<T>::get(number).map(|pool| Self::show_pool(number, pool))
    }

    pub(crate) fn view_pools(from: PoolId) -> Vec<PoolView<T::AccountId>> {
        (from..NextPool::<T>::get()).filter_map(Self::view_pool).take(MAX_LISTED).collect()
    }

    pub(crate) fn view_workers(pool: PoolId) -> Vec<WorkerView> {
        let mut workers: Vec<_> = PoolWorkers::<T>::iter_prefix(pool).take(MAX_LISTED).collect();
        workers.sort_by_key(|(_, state)| match state {
            WorkerState::Mining { order } => (0, u64::MAX.saturating_sub(*order)),
            WorkerState::CoolingDown(_) => (1, 0),
            WorkerState::Idle => (2, 0),
        });
        let show = |worker| WorkerView { worker, session: Self::session_of(&worker) };
        workers.into_iter().map(|(worker, _)| show(worker)).collect()
    }

    fn session_of(worker: &WorkerId) -> Option<SessionInfo> {
        type Mining<T> = pallet_mining::Pallet<T>;
        Mining::<T>::session_of(worker).and_then(Mining::<T>::session)
    }

    pub(crate) fn view_queue(number: PoolId) -> Vec<WithdrawalView<T::AccountId>> {
        let Some(pool) = Pools::<T>::get(number) else {
            return Vec::new();
        };
        let mut listed = Vec::new();
        let (mut next, mut ahead) = (pool.queue.first.clone(), 0);
        while let Some(who) = next.take().filter(|_| listed.len() < MAX_LISTED) {
            let Some(entry) = Withdrawals::<T>::get(number, &who) else {
                break;
            };
            let (shares, since) = (entry.shares, entry.since);
            let value = pool.value_of(shares);
            listed.push(WithdrawalView { who, shares, value, since, due: Self::due(since), ahead });
            ahead = ahead.saturating_add(value);
            next = entry.next;
        }
        listed
    }

    pub(crate) fn view_delegation(who: T::AccountId, pool: PoolId) -> Option<DelegationView> {
        let delegation = Delegations::<T>::try_get(&who, pool).ok()?;
        Self::show_delegation(&who, pool, delegation)
    }

    pub(crate) fn view_delegations(who: T::AccountId) -> Vec<DelegationView> {
        Delegations::<T>::iter_prefix(&who)
            .take(MAX_LISTED)
            .filter_map(|(pool, delegation)| Self::show_delegation(&who, pool, delegation))
            .collect()
    }

    fn show_pool(number: PoolId, pool: Pool<T::AccountId>) -> PoolView<T::AccountId> {
        let now = TimeOf::<T>::now();
        let Commission { raise, .. } = pool.commission;
        let mut sessions = Sessions::default();
        for worker in PoolWorkers::<T>::iter_key_prefix(number).take(MAX_LISTED) {
            if let Some(session) = Self::session_of(&worker) {
                sessions.count(&session);
            }
        }
        let worth = |shares| maths::claim(shares, pool.stake(), pool.shares, Rounding::Down);
        PoolView {
            pool: number,
            description: Descriptions::<T>::get(number).into_inner(),
            commission: pool.commission.at(now),
            announced: raise.filter(|(_, from)| *from > now),
            cap: pool.cap,
            whitelist: pool.whitelist,
            shares: pool.shares,
            stake: pool.stake(),
            free: pool.free,
            available: pool.available(),
            cooling: pool.cooling.back,
            more_at: sessions.more_at,
            capacity: pool.capacity(),
            workers: pool.workers,
            sessions: sessions.running,
            responsive: sessions.responsive,
            share: sessions.share,
            queue: pool.queue.entries,
            queued: worth(pool.queue.shares),
            overdue: worth(pool.queue.overdue),
            unsettled: pool.held.saturating_sub(pool.stake()),
            owner_rewards: pool.owner_rewards,
            insolvent: pool.is_insolvent(),
            reward_account: Self::reward_account_of(number),
            owner: pool.owner,
            manager: pool.manager,
            offered: pool.offered,
        }
    }

    fn show_delegation(
        who: &T::AccountId,
        number: PoolId,
        mut delegation: Delegation,
    ) -> Option<DelegationView> {
        let mut pool = Pools::<T>::get(number)?;
        let unsettled = pool.settle(&mut delegation);
        let withdrawal = Withdrawals::<T>::get(number, who).map(|entry| QueuedView {
            shares: entry.shares,
            value: pool.value_of(entry.shares),
            since: entry.since,
            due: Self::due(entry.since),
        });
        Some(DelegationView {
            pool: number,
            shares: delegation.shares,
            value: pool.value_of(delegation.shares),
            unsettled,
            rewards: delegation.rewards,
            withdrawal,
        })
    }
}
