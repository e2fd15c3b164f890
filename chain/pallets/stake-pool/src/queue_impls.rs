//! The queues in storage: who enters, leaves and is served, and whose grace period is over.
//!
//! All that waits for time or money is done by the chain itself at the start of a block. A pool with
//! something to do stands on the agenda under the time at which it is due; there is one place per pool, so
//! that no pool can crowd out others. A block visits the pools that are due, those that wait longest
//! first, and takes at most [`Config::MaxQueueSteps`] steps in all; pools that are not done are due again
//! in the next block, behind those that were not visited.
//!
//! A step is one of three, tried in this order:
//!
//! 1. Whoever is first is paid, wholly or in part, out of free stake.
//! 2. The first entry whose grace period has run out counts as overdue from now on.
//! 3. Where the overdue entries are worth more than the stake that is free or cooling down, the
//!    session that was started last is stopped. A shortage below [`Config::MinContribution`] is not
//!    worth a session.

use alloc::vec::Vec;
use phala_primitives::{Moment, PoolId};
use polkadot_sdk::frame_support::{
    defensive,
    pallet_prelude::DispatchError,
    storage::with_storage_layer,
    traits::{Get, Time},
    weights::Weight,
};

use crate::{
    queue::Withdrawal, types::AgendaKey, Agenda, Config, Delegations, Event, GracePeriod, Pallet, Pool,
    Pools, TimeOf, Vaults as _, WeightInfo, Withdrawals,
};

/// What a block's work on the queues consisted of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Work {
    visits: u32,
    served: u32,
    expired: u32,
    stopped: u32,
}

impl Work {
    fn steps(&self) -> u32 {
        self.served.saturating_add(self.expired).saturating_add(self.stopped)
    }

    fn weight<T: Config>(&self) -> Weight {
        type Weights<T> = <T as Config>::WeightInfo;
        let many = |count: u32, one: fn() -> Weight| match count {
            0 => Weight::zero(),
            _ => one().saturating_mul(count.into()),
        };
        Weights::<T>::on_initialize()
            .saturating_add(many(self.visits, Weights::<T>::visit_queue))
            .saturating_add(many(self.served, Weights::<T>::serve_withdrawal))
            .saturating_add(many(self.served, T::Vaults::weight_of_payment))
            .saturating_add(many(self.expired, Weights::<T>::end_grace_period))
            .saturating_add(many(self.stopped, Weights::<T>::force_stop))
    }
}

impl<T: Config> Pallet<T> {
    /// Everything that a block does by itself, at the time of its parent.
    pub(crate) fn begin_block() -> Weight {
        let now = TimeOf::<T>::now();
        let most = T::MaxQueueSteps::get();
        let due: Vec<AgendaKey> =
            Agenda::<T>::iter_keys().take_while(|key| key.time() <= now).take(most as usize).collect();
        let mut work = Work { visits: due.len() as u32, ..Default::default() };
        for (visited, key) in due.iter().enumerate() {
            // What is left, divided among those that are left, so that each gets its turn.
            let others = due.len().saturating_sub(visited) as u32;
            let steps = most.saturating_sub(work.steps()).div_ceil(others.max(1));
            let result = with_storage_layer(|| Self::visit_queue(key, now, steps, &mut work));
            if result.is_err() {
                defensive!("a queue got stuck", result);
                Self::forget_visit(key);
            }
        }
        work.weight::<T>()
    }

    /// Takes at most `most` steps in the pool of `key`.
    pub(crate) fn visit_queue(
        key: &AgendaKey,
        now: Moment,
        most: u32,
        work: &mut Work,
    ) -> Result<(), DispatchError> {
        Agenda::<T>::remove(key);
        let number = key.pool();
        let Some(mut pool) = Pools::<T>::get(number) else {
            defensive!("a pool on the agenda does not exist");
            return Ok(());
        };
        pool.wakes = None;
        let before = work.steps();
        let idle = loop {
            if work.steps().saturating_sub(before) >= most {
                break false;
            }
            if !Self::step(number, &mut pool, now, work)? {
                break true;
            }
        };
        if !idle {
            Self::wake_queue(number, &mut pool, now);
        } else if let Some(at) = Self::grace_ends(number, &pool) {
            Self::wake_queue(number, &mut pool, at);
        }
        Pools::<T>::insert(number, pool);
        Ok(())
    }

    /// Takes a step, and says whether there was one to take.
    fn step(
        number: PoolId,
        pool: &mut Pool<T::AccountId>,
        now: Moment,
        work: &mut Work,
    ) -> Result<bool, DispatchError> {
        if Self::serve_first(number, pool)? {
            work.served = work.served.saturating_add(1);
        } else if Self::end_grace_period(number, pool, now) {
            work.expired = work.expired.saturating_add(1);
        } else if pool.shortage() >= T::MinContribution::get() && Self::stop_newest(number, pool)? {
            work.stopped = work.stopped.saturating_add(1);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Pays the first in the queue as far as free stake covers it, and says whether it does at all.
    pub(crate) fn serve_first(number: PoolId, pool: &mut Pool<T::AccountId>) -> Result<bool, DispatchError> {
        let Some(who) = pool.queue.first.clone() else {
            return Ok(false);
        };
        let Some(mut entry) = Withdrawals::<T>::get(number, &who) else {
            defensive!("the first in a queue has no entry");
            return Ok(false);
        };
        let shares = pool.covered(entry.shares, T::MinContribution::get());
        if shares == 0 {
            return Ok(false);
        }
        let mut delegation = Delegations::<T>::get(&who, number);
        Self::settle(&who, number, pool, &mut delegation);
        Self::pay_out(&who, number, pool, &mut delegation, shares)?;
        Self::store_delegation(&who, number, delegation);
        if shares == entry.shares {
            Self::unlink(number, pool, &who);
        } else {
            pool.queue.discount(shares, entry.overdue);
            entry.shares = entry.shares.saturating_sub(shares);
            Withdrawals::<T>::insert(number, &who, entry);
        }
        Ok(true)
    }

    /// Counts the first entry in its grace period as overdue if its time has come, and says so.
    pub(crate) fn end_grace_period(number: PoolId, pool: &mut Pool<T::AccountId>, now: Moment) -> bool {
        let Some(who) = pool.queue.in_grace.clone() else {
            return false;
        };
        let Some(mut entry) = Withdrawals::<T>::get(number, &who) else {
            defensive!("an entry in its grace period does not exist");
            return false;
        };
        if Self::due(entry.since) > now {
            return false;
        }
        let shares = entry.shares;
        pool.queue.overdue = pool.queue.overdue.saturating_add(shares);
        pool.queue.in_grace = entry.next.clone();
        entry.overdue = true;
        Withdrawals::<T>::insert(number, &who, entry);
        Self::deposit_event(Event::WithdrawalOverdue { pool: number, who, shares });
        true
    }

    /// When the grace period of somebody in the queue ends next.
    fn grace_ends(number: PoolId, pool: &Pool<T::AccountId>) -> Option<Moment> {
        let who = pool.queue.in_grace.as_ref()?;
        Withdrawals::<T>::get(number, who).map(|entry| Self::due(entry.since))
    }

    /// When the chain begins to stop sessions for an entry that was made at `since`.
    pub(crate) fn due(since: Moment) -> Moment {
        since.saturating_add(GracePeriod::<T>::get())
    }

    /// Puts `who`, who is not in the queue, at its end.
    pub(crate) fn enter_queue(
        number: PoolId,
        pool: &mut Pool<T::AccountId>,
        who: &T::AccountId,
        shares: u128,
    ) {
        let since = TimeOf::<T>::now();
        let queue = &mut pool.queue;
        let previous = queue.last.replace(who.clone());
        match &previous {
            Some(previous) => Self::relink(number, previous, |entry| entry.next = Some(who.clone())),
            None => queue.first = Some(who.clone()),
        }
        queue.in_grace.get_or_insert_with(|| who.clone());
        queue.entries = queue.entries.saturating_add(1);
        queue.shares = queue.shares.saturating_add(shares);
        let entry = Withdrawal { shares, since, overdue: false, previous, next: None };
        Withdrawals::<T>::insert(number, who, entry);
        Self::wake_queue(number, pool, Self::due(since));
        Self::deposit_event(Event::WithdrawalQueued { pool: number, who: who.clone(), shares });
    }

    /// Takes `who` out of the queue, from wherever that is. Those behind may be served now.
    pub(crate) fn leave_queue(
        number: PoolId,
        pool: &mut Pool<T::AccountId>,
        who: &T::AccountId,
    ) -> Option<Withdrawal<T::AccountId>> {
        let entry = Self::unlink(number, pool, who)?;
        Self::wake_queue(number, pool, TimeOf::<T>::now());
        Some(entry)
    }

    fn unlink(
        number: PoolId,
        pool: &mut Pool<T::AccountId>,
        who: &T::AccountId,
    ) -> Option<Withdrawal<T::AccountId>> {
        let entry = Withdrawals::<T>::take(number, who)?;
        let queue = &mut pool.queue;
        match &entry.previous {
            Some(previous) => Self::relink(number, previous, |other| other.next = entry.next.clone()),
            None => queue.first = entry.next.clone(),
        }
        match &entry.next {
            Some(next) => Self::relink(number, next, |other| other.previous = entry.previous.clone()),
            None => queue.last = entry.previous.clone(),
        }
        if queue.in_grace.as_ref() == Some(who) {
            queue.in_grace = entry.next.clone();
        }
        queue.entries = queue.entries.saturating_sub(1);
        queue.discount(entry.shares, entry.overdue);
        Some(entry)
    }

    fn relink(number: PoolId, who: &T::AccountId, change: impl FnOnce(&mut Withdrawal<T::AccountId>)) {
        Withdrawals::<T>::mutate(number, who, |entry| match entry {
            Some(entry) => change(entry),
            None => {
                defensive!("a neighbour in a queue does not exist");
            }
        });
    }

    /// Has the queue looked at as soon as `at` has come, unless nobody waits.
    pub(crate) fn wake_queue(number: PoolId, pool: &mut Pool<T::AccountId>, at: Moment) {
        if pool.queue.is_empty() || pool.wakes.is_some_and(|planned| planned <= at) {
            return;
        }
        if let Some(planned) = pool.wakes.replace(at) {
            Agenda::<T>::remove(AgendaKey::new(planned, number));
        }
        Agenda::<T>::insert(AgendaKey::new(at, number), ());
    }

    /// Takes a pool off the agenda whose visit failed. Whatever happens in it next puts it back.
    fn forget_visit(key: &AgendaKey) {
        Agenda::<T>::remove(key);
        Pools::<T>::mutate_extant(key.pool(), |pool| pool.wakes = None);
    }
}
