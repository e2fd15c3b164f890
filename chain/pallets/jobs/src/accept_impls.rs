//! Acceptance: from when on a worker answers for a job, and whether it had the time to deliver.

use phala_primitives::{
    job::{JobRecord, JobState},
    JobId, Moment, WorkerId,
};
use polkadot_sdk::frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{Get, Time},
};

use crate::{Config, Error, Event, Jobs, Pallet};

impl<T: Config> Pallet<T> {
    /// Notes that `worker` has the input of `job`. The mailbox has verified that it says so.
    pub fn accept(worker: &WorkerId, job: JobId) -> DispatchResult {
        Jobs::<T>::try_mutate(job, |record| {
            let record = record.as_mut().ok_or(Error::<T>::JobNotFound)?;
            ensure!(record.worker == *worker, Error::<T>::NotAssigned);
            match record.state {
                JobState::Assigned => {}
                JobState::Accepted { .. } => return Err(Error::<T>::AlreadyAccepted.into()),
                JobState::Settled { .. } | JobState::Refunded => return Err(Error::<T>::JobClosed.into()),
            }
            ensure!(Self::this_block() <= record.deadline, Error::<T>::DeadlineOver);
            record.state = JobState::Accepted { at: Self::time() };
            Self::deposit_event(Event::JobAccepted { job });
            Ok(())
        })
    }

    /// Whether the worker of an open job that is overdue now accepted it in time to deliver it.
    pub(crate) fn could_deliver(record: &JobRecord<T::AccountId>) -> bool {
        let JobState::Accepted { at } = record.state else { return false };
        let needed = Moment::from(record.limits.seconds) * 1_000 + T::DeliveryGrace::get();
        Self::time().saturating_sub(at) >= needed
    }

    fn time() -> Moment {
        <T as pallet_registry::Config>::Time::now()
    }
}
