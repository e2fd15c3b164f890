//! Posting: who may get a job, what it can cost, what the worker is told.

use phala_primitives::{
    job::{fee, JobLimits, JobRecord, JobState},
    mailbox::{Topic, WorkerMessage},
    Balance, BlockNumber, Hash, PoolId, WorkerId,
};
use polkadot_sdk::{
    frame_support::{
        ensure,
        pallet_prelude::{DispatchError, DispatchResult},
        traits::{
            fungible::{hold::Mutate as _, Inspect as _},
            tokens::{Fortitude::Polite, Preservation::Preserve},
            Get,
        },
    },
    frame_system,
    sp_runtime::traits::SaturatedConversion,
};

use pallet_mailbox::SendMessage;

use crate::{
    ClientJobs, ClientOpenJobs, Config, CurrencyOf, Deadlines, Error, Event, HoldReason, Jobs, NextJob,
    OpenJobs, Pallet,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_post(
        client: T::AccountId,
        worker: WorkerId,
        program: Hash,
        input: Hash,
        limits: JobLimits,
        max_price: Balance,
        deadline_in: BlockNumber,
    ) -> DispatchResult {
        Self::ensure_limits(&limits)?;
        let in_bounds = (T::MinDeadline::get()..=T::MaxDeadline::get()).contains(&deadline_in);
        ensure!(in_bounds, Error::<T>::DeadlineOutOfBounds);
        let price = Self::offer(&worker)?;
        ensure!(price <= max_price, Error::<T>::PriceTooHigh);
        let pool = Self::serving_pool(&worker)?;

        let open = OpenJobs::<T>::get(worker);
        let own = ClientOpenJobs::<T>::get(worker, &client);
        // The client's own bound first: its remedy is in the client's hands.
        ensure!(own < T::MaxOpenJobsPerClient::get(), Error::<T>::TooManyOpenJobs);
        ensure!(open < T::MaxOpenJobs::get(), Error::<T>::WorkerBusy);
        let job = NextJob::<T>::get();
        NextJob::<T>::put(job.checked_add(1).ok_or(Error::<T>::TooManyJobs)?);
        let escrow = fee(limits.fuel, price);
        Self::hold_escrow(&client, escrow)?;

        let deadline = Self::this_block().saturating_add(deadline_in);
        OpenJobs::<T>::insert(worker, open.saturating_add(1));
        ClientOpenJobs::<T>::insert(worker, &client, own.saturating_add(1));
        Deadlines::<T>::insert(deadline, job, ());
        ClientJobs::<T>::insert(&client, job, ());
        let state = JobState::Assigned;
        let record = JobRecord {
            client: client.clone(),
            worker,
            pool,
            program,
            input,
            limits,
            price,
            deadline,
            state,
        };
        Jobs::<T>::insert(job, record);

        let account = client.clone().into();
        let message = WorkerMessage::Job { job, client: account, program, input, limits, deadline };
        pallet_mailbox::Pallet::<T>::send(Topic::Worker(worker), &message)?;
        Self::deposit_event(Event::JobPosted { job, client, worker, escrow, deadline });
        Ok(())
    }

    fn ensure_limits(limits: &JobLimits) -> DispatchResult {
        let JobLimits { fuel, memory_mib, seconds } = *limits;
        let in_bounds = (1..=T::MaxFuel::get()).contains(&fuel)
            && (1..=T::MaxMemoryMib::get()).contains(&memory_mib)
            && (1..=T::MaxSeconds::get()).contains(&seconds);
        ensure!(in_bounds, Error::<T>::LimitsOutOfBounds);
        Ok(())
    }

    /// The price of `worker`, if it may be trusted and takes jobs.
    fn offer(worker: &WorkerId) -> Result<Balance, DispatchError> {
        let record = pallet_registry::Pallet::<T>::record(worker)?;
        ensure!(
            pallet_registry::Pallet::<T>::is_current(&record.attestation),
            Error::<T>::AttestationExpired
        );
        Ok(record.price.ok_or(Error::<T>::WorkerWithoutOffer)?)
    }

    /// The pool whose session `worker` serves, if it answers heartbeats.
    fn serving_pool(worker: &WorkerId) -> Result<PoolId, DispatchError> {
        ensure!(pallet_mining::Pallet::<T>::is_responsive(worker), Error::<T>::WorkerNotMining);
        Ok(pallet_mining::Pallet::<T>::pool_of(worker).ok_or(Error::<T>::WorkerNotMining)?)
    }

    /// Puts the escrow on hold.
    ///
    /// Settlement moves it to the pool whatever freezes the client has put on the account meanwhile,
    /// so that no client can cheat a worker; hence it must be free of freezes to begin with, or jobs
    /// would be a way around vesting.
    fn hold_escrow(client: &T::AccountId, escrow: Balance) -> DispatchResult {
        if escrow == 0 {
            return Ok(());
        }
        let spendable = CurrencyOf::<T>::reducible_balance(client, Preserve, Polite);
        ensure!(escrow <= spendable, Error::<T>::InsufficientBalance);
        CurrencyOf::<T>::hold(&HoldReason::Escrow.into(), client, escrow)
    }

    pub(crate) fn this_block() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }
}
