//! A pool's workers and their sessions.

use phala_primitives::{Balance, PoolId, WorkerId};
use polkadot_sdk::frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::Get,
};

use crate::{
    ledger::LedgerError,
    types::{Cooling, NewestFirst, WorkerState},
    Config, Error, Event, Pallet, Pool, PoolWorkers, Pools, Running, WorkerPool,
};

type Registry<T> = pallet_registry::Pallet<T>;
type Mining<T> = pallet_mining::Pallet<T>;

impl<T: Config> From<LedgerError> for Error<T> {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Insolvent => Error::PoolInsolvent,
            LedgerError::AmountOutOfRange => Error::ContributionTooLarge,
            LedgerError::NotEnoughShares => Error::NotEnoughShares,
            LedgerError::InsufficientFreeStake => Error::InsufficientFreeStake,
        }
    }
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_add_worker(who: T::AccountId, number: PoolId, worker: WorkerId) -> DispatchResult {
        let mut pool = Self::managed(&who, number)?;
        let record = Registry::<T>::operated_by(&who, &worker)?;
        ensure!(record.score.is_some(), Error::<T>::WorkerNotBenchmarked);
        ensure!(!WorkerPool::<T>::contains_key(worker), Error::<T>::WorkerInPool);
        // Stake of another pool may still be behind it.
        ensure!(Mining::<T>::session_of(&worker).is_none(), Error::<T>::WorkerBusy);
        ensure!(pool.workers < T::MaxWorkers::get(), Error::<T>::TooManyWorkers);

        pool.workers = pool.workers.saturating_add(1);
        Pools::<T>::insert(number, pool);
        WorkerPool::<T>::insert(worker, number);
        PoolWorkers::<T>::insert(number, worker, WorkerState::Idle);
        Self::deposit_event(Event::WorkerAdded { pool: number, worker });
        Ok(())
    }

    pub(crate) fn do_remove_worker(who: T::AccountId, number: PoolId, worker: WorkerId) -> DispatchResult {
        let mut pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        let manages = pool.owner == who || pool.manager.as_ref() == Some(&who);
        ensure!(manages || Registry::<T>::operated_by(&who, &worker).is_ok(), Error::<T>::NotPoolOwner);
        Self::ensure_in_pool(number, &worker)?;
        // While a session cools down its stake is still behind this worker.
        ensure!(Mining::<T>::session_of(&worker).is_none(), Error::<T>::WorkerBusy);

        pool.workers = pool.workers.saturating_sub(1);
        Pools::<T>::insert(number, pool);
        WorkerPool::<T>::remove(worker);
        PoolWorkers::<T>::remove(number, worker);
        Self::deposit_event(Event::WorkerRemoved { pool: number, worker });
        Ok(())
    }

    pub(crate) fn do_start_session(
        who: T::AccountId,
        number: PoolId,
        worker: WorkerId,
        stake: Balance,
    ) -> DispatchResult {
        let mut pool = Self::managed(&who, number)?;
        Self::ensure_in_pool(number, &worker)?;
        Self::ensure_operated(&pool, &worker)?;
        ensure!(stake <= pool.available(), Error::<T>::InsufficientFreeStake);

        pool.activate(stake).map_err(Error::<T>::from)?;
        let order = pool.started;
        pool.started = order.saturating_add(1);
        Pools::<T>::insert(number, pool);
        Self::note_running(number, worker, order);
        Mining::<T>::start(worker, number, stake)?;
        Self::deposit_event(Event::StakeActivated { pool: number, worker, stake });
        Ok(())
    }

    pub(crate) fn do_restart_session(
        who: T::AccountId,
        number: PoolId,
        worker: WorkerId,
        stake: Balance,
    ) -> DispatchResult {
        let before = Self::managed(&who, number)?;
        Self::ensure_in_pool(number, &worker)?;
        let state = PoolWorkers::<T>::get(number, worker);
        // Gives back what is left of the old stake, as if the session were over.
        Mining::<T>::restart(worker, stake)?;

        let mut pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        // The old stake goes on, whoever waits; what comes on top must be nobody's.
        let returned = pool.free.saturating_sub(before.free);
        let most = before.available().saturating_add(returned);
        ensure!(stake <= most, Error::<T>::InsufficientFreeStake);
        pool.activate(stake).map_err(Error::<T>::from)?;
        Pools::<T>::insert(number, pool);
        if let Some(WorkerState::Mining { order }) = state {
            Self::note_running(number, worker, order);
        }
        Self::deposit_event(Event::StakeActivated { pool: number, worker, stake });
        Ok(())
    }

    pub(crate) fn do_stop_session(who: T::AccountId, number: PoolId, worker: WorkerId) -> DispatchResult {
        Self::managed(&who, number)?;
        Self::ensure_in_pool(number, &worker)?;
        Mining::<T>::stop(worker)
    }

    /// Stops the session that was started last, and says whether there was one.
    pub(crate) fn stop_newest(number: PoolId, pool: &mut Pool<T::AccountId>) -> Result<bool, DispatchError> {
        let Some((_, worker)) = Running::<T>::iter_prefix(number).next() else {
            return Ok(false);
        };
        let missing = pool.shortage();
        // Stopping it changes the pool, by way of `on_cooling_down`.
        Pools::<T>::insert(number, &*pool);
        Mining::<T>::stop(worker)?;
        *pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        Self::deposit_event(Event::SessionStopForced { pool: number, worker, missing });
        Ok(true)
    }

    /// The worker's session runs.
    pub(crate) fn note_running(number: PoolId, worker: WorkerId, order: u64) {
        Running::<T>::insert(number, NewestFirst::new(order), worker);
        PoolWorkers::<T>::insert(number, worker, WorkerState::Mining { order });
    }

    /// The worker is in another state from now on; returns what was cooling down before. None if it is no worker of
    /// the pool.
    pub(crate) fn note_state(number: PoolId, worker: WorkerId, state: WorkerState) -> Option<Cooling> {
        let before = PoolWorkers::<T>::get(number, worker)?;
        PoolWorkers::<T>::insert(number, worker, state);
        Some(match before {
            WorkerState::Idle => Cooling::default(),
            WorkerState::Mining { order } => {
                Running::<T>::remove(number, NewestFirst::new(order));
                Cooling::default()
            }
            WorkerState::CoolingDown(cooling) => cooling,
        })
    }

    /// Fails unless the worker, which may have changed hands since it was added, is run by the
    /// pool's owner or manager.
    fn ensure_operated(pool: &Pool<T::AccountId>, worker: &WorkerId) -> DispatchResult {
        let Err(refusal) = Registry::<T>::operated_by(&pool.owner, worker) else {
            return Ok(());
        };
        let manager = pool.manager.as_ref().ok_or(refusal)?;
        Registry::<T>::operated_by(manager, worker)?;
        Ok(())
    }

    fn ensure_in_pool(number: PoolId, worker: &WorkerId) -> DispatchResult {
        ensure!(WorkerPool::<T>::get(worker) == Some(number), Error::<T>::WorkerNotInPool);
        Ok(())
    }
}
