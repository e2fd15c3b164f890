//! Invariants of the jobs, checked after every test and by `try-runtime`.
//!
//! 1. Every client has on hold for [`HoldReason::Escrow`] exactly what its open jobs can cost.
//! 2. `OpenJobs` counts the open jobs of each worker that has any, and `ClientOpenJobs` those of each
//!    client at each worker.
//! 3. An open job is in `Deadlines` at its deadline, a closed one in `Prunings`; neither has other
//!    entries, and none lies before its cursor.
//! 4. `ClientJobs` is an index of `Jobs`, without gaps or leftovers.
//! 5. Numbers are given in order; no job is beyond the next one.
//! 6. A settled job cost no more than its escrow.

use alloc::collections::BTreeMap;
use phala_primitives::{job::JobState, Balance, WorkerId};
use polkadot_sdk::{
    frame_support::{ensure, traits::fungible::InspectHold as _},
    sp_runtime::TryRuntimeError,
};

use crate::{
    ClientJobs, ClientOpenJobs, Config, CurrencyOf, Deadlines, HoldReason, Jobs, NextDeadline, NextJob,
    NextPruning, OpenJobs, Pallet, Prunings,
};

impl<T: Config> Pallet<T> {
    /// Checks the invariants above; the error names the one that does not hold.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut escrows = BTreeMap::<T::AccountId, Balance>::new();
        let mut open_jobs = BTreeMap::<WorkerId, u32>::new();
        let mut shares = BTreeMap::<(WorkerId, T::AccountId), u32>::new();
        let (mut open, mut all) = (0, 0);
        for (job, record) in Jobs::<T>::iter() {
            ensure!(job < NextJob::<T>::get(), "a job's number has not been given yet");
            ensure!(ClientJobs::<T>::contains_key(&record.client, job), "a job is not listed at its client");
            let escrow = Self::escrow_of(&record);
            let on_hold = escrows.entry(record.client.clone()).or_default();
            all += 1;
            match record.state {
                JobState::Assigned | JobState::Accepted { .. } => {
                    open += 1;
                    *on_hold += escrow;
                    *open_jobs.entry(record.worker).or_default() += 1;
                    *shares.entry((record.worker, record.client)).or_default() += 1;
                    ensure!(
                        Deadlines::<T>::contains_key(record.deadline, job),
                        "an open job has no deadline"
                    );
                }
                JobState::Settled { fee, .. } => ensure!(fee <= escrow, "a job cost more than its escrow"),
                JobState::Refunded => (),
            }
        }
        for (client, escrow) in escrows {
            let on_hold = CurrencyOf::<T>::balance_on_hold(&HoldReason::Escrow.into(), &client);
            ensure!(on_hold == escrow, "the hold of a client is not what its open jobs can cost");
        }
        let counted: BTreeMap<WorkerId, u32> = OpenJobs::<T>::iter().collect();
        ensure!(counted == open_jobs, "open jobs of a worker are miscounted");
        let counted: BTreeMap<_, u32> =
            ClientOpenJobs::<T>::iter().map(|(worker, client, open)| ((worker, client), open)).collect();
        ensure!(counted == shares, "open jobs of a client at a worker are miscounted");
        ensure!(ClientJobs::<T>::iter().count() == all, "a forgotten job is listed at its client");
        Self::check_calendars(open, all - open)
    }

    fn check_calendars(open: usize, closed: usize) -> Result<(), TryRuntimeError> {
        ensure!(Deadlines::<T>::iter().count() == open, "a closed job has a deadline");
        ensure!(Prunings::<T>::iter().count() == closed, "an open job is to be forgotten");
        for (_, job, ()) in Prunings::<T>::iter() {
            let is_closed = Jobs::<T>::get(job).is_some_and(|record| !record.state.is_open());
            ensure!(is_closed, "a job that does not exist or is open is to be forgotten");
        }
        let next = NextDeadline::<T>::get();
        ensure!(Deadlines::<T>::iter().all(|(at, _, ())| at >= next), "a deadline was passed over");
        let next = NextPruning::<T>::get();
        ensure!(Prunings::<T>::iter().all(|(at, _, ())| at >= next), "a pruning was passed over");
        Ok(())
    }
}
