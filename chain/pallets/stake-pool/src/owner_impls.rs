//! What a pool's owner does: pools, commission, workers, sessions.

use phala_primitives::{Balance, PoolId, WorkerId};
use polkadot_sdk::{
    frame_support::{
        ensure,
        pallet_prelude::{DispatchError, DispatchResult},
        traits::{
            fungible::{Inspect, Mutate},
            tokens::Preservation::Preserve,
            Get, Time,
        },
    },
    sp_runtime::Permill,
};

use crate::{
    ledger::LedgerError, Commission, Config, CurrencyOf, Error, Event, NextPool, Pallet, Pool, PoolWorkers,
    Pools, TimeOf, WorkerPool,
};

impl<T: Config> From<LedgerError> for Error<T> {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Insolvent => Error::PoolInsolvent,
            LedgerError::AmountOutOfRange => Error::ContributionTooLarge,
            LedgerError::NotEnoughShares => Error::NotEnoughShares,
            LedgerError::NotEnoughFreeStake => Error::NotEnoughFreeStake,
        }
    }
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_create(owner: T::AccountId) -> DispatchResult {
        let pool = NextPool::<T>::get();
        NextPool::<T>::put(pool.checked_add(1).ok_or(Error::<T>::TooManyPools)?);

        // A first reward below the existential deposit could not be paid into an account that does
        // not exist.
        let account = Self::reward_account_of(pool);
        let deposit = CurrencyOf::<T>::minimum_balance();
        if CurrencyOf::<T>::balance(&account) < deposit {
            CurrencyOf::<T>::transfer(&owner, &account, deposit, Preserve)?;
        }
        Pools::<T>::insert(pool, Pool::new(owner.clone()));
        Self::deposit_event(Event::PoolCreated { pool, owner });
        Ok(())
    }

    pub(crate) fn do_set_commission(
        owner: T::AccountId,
        number: PoolId,
        commission: Permill,
    ) -> DispatchResult {
        let mut pool = Self::owned(&owner, number)?;
        let now = TimeOf::<T>::now();
        let rate = pool.commission.at(now);
        let notice = if commission > rate && pool.shares > 0 { T::CommissionNotice::get() } else { 0 };
        let from = now.saturating_add(notice);

        let announced = pool.commission.raise.filter(|(_, from)| *from > now);
        let unchanged = match announced {
            Some((announced, _)) => announced == commission,
            None => rate == commission,
        };
        ensure!(!unchanged, Error::<T>::CommissionNotChanged);

        pool.commission = if from > now {
            Commission { rate, raise: Some((commission, from)) }
        } else {
            Commission { rate: commission, raise: None }
        };
        Pools::<T>::insert(number, pool);
        Self::deposit_event(Event::CommissionSet { pool: number, commission, from });
        Ok(())
    }

    pub(crate) fn do_add_worker(owner: T::AccountId, pool: PoolId, worker: WorkerId) -> DispatchResult {
        Self::owned(&owner, pool)?;
        let record = pallet_registry::Pallet::<T>::operated_by(&owner, &worker)?;
        ensure!(record.score.is_some(), Error::<T>::WorkerNotBenchmarked);
        ensure!(!WorkerPool::<T>::contains_key(worker), Error::<T>::WorkerInPool);

        WorkerPool::<T>::insert(worker, pool);
        PoolWorkers::<T>::insert(pool, worker, ());
        Self::deposit_event(Event::WorkerAdded { pool, worker });
        Ok(())
    }

    pub(crate) fn do_remove_worker(who: T::AccountId, number: PoolId, worker: WorkerId) -> DispatchResult {
        let pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        let is_operator = || pallet_registry::Pallet::<T>::operated_by(&who, &worker).is_ok();
        ensure!(pool.owner == who || is_operator(), Error::<T>::NotPoolOwner);
        Self::ensure_in_pool(number, &worker)?;
        // While a session cools down its stake is still behind this worker.
        ensure!(pallet_mining::Pallet::<T>::session_of(&worker).is_none(), Error::<T>::WorkerBusy);

        WorkerPool::<T>::remove(worker);
        PoolWorkers::<T>::remove(number, worker);
        Self::deposit_event(Event::WorkerRemoved { pool: number, worker });
        Ok(())
    }

    pub(crate) fn do_start_session(
        owner: T::AccountId,
        number: PoolId,
        worker: WorkerId,
        stake: Balance,
    ) -> DispatchResult {
        Self::owned(&owner, number)?;
        Self::ensure_in_pool(number, &worker)?;
        // The worker may have changed hands since it was added.
        pallet_registry::Pallet::<T>::operated_by(&owner, &worker)?;

        Self::activate(number, worker, stake)?;
        pallet_mining::Pallet::<T>::start(worker, number, stake)?;
        Ok(())
    }

    pub(crate) fn do_restart_session(
        owner: T::AccountId,
        number: PoolId,
        worker: WorkerId,
        stake: Balance,
    ) -> DispatchResult {
        Self::owned(&owner, number)?;
        Self::ensure_in_pool(number, &worker)?;
        // Gives back what is left of the old stake.
        pallet_mining::Pallet::<T>::restart(worker, stake)?;
        Self::activate(number, worker, stake)
    }

    pub(crate) fn do_stop_session(owner: T::AccountId, number: PoolId, worker: WorkerId) -> DispatchResult {
        Self::owned(&owner, number)?;
        Self::ensure_in_pool(number, &worker)?;
        pallet_mining::Pallet::<T>::stop(worker)
    }

    /// Puts free stake behind the worker.
    fn activate(number: PoolId, worker: WorkerId, stake: Balance) -> DispatchResult {
        let mut pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        pool.activate(stake).map_err(Error::<T>::from)?;
        Pools::<T>::insert(number, pool);
        Self::deposit_event(Event::StakeActivated { pool: number, worker, stake });
        Ok(())
    }

    /// The pool, if it is `owner`'s.
    fn owned(owner: &T::AccountId, number: PoolId) -> Result<Pool<T::AccountId>, DispatchError> {
        let pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        ensure!(pool.owner == *owner, Error::<T>::NotPoolOwner);
        Ok(pool)
    }

    fn ensure_in_pool(number: PoolId, worker: &WorkerId) -> DispatchResult {
        ensure!(WorkerPool::<T>::get(worker) == Some(number), Error::<T>::WorkerNotInPool);
        Ok(())
    }
}
