//! What time does to jobs: overdue ones are refunded, closed ones forgotten.

use codec::Encode;
use phala_economics::SlashLevel;
use phala_primitives::{
    hash,
    job::{JobRecord, JobState},
    BlockNumber, JobId,
};
use polkadot_sdk::frame_support::{
    defensive,
    traits::{fungible::hold::Mutate as _, tokens::Precision::BestEffort, Get},
    weights::Weight,
};

use crate::{
    calendar::take_due, ClientJobs, Config, CurrencyOf, Deadlines, Event, HoldReason, Jobs, NextDeadline,
    NextPruning, Pallet, Prunings, WeightInfo,
};

impl<T: Config> Pallet<T> {
    /// Refunds jobs whose deadline was before `now`.
    pub(crate) fn refund_overdue(now: BlockNumber) -> Weight {
        let due = take_due::<Deadlines<T>, NextDeadline<T>>(now, T::MaxRefundsPerBlock::get());
        let steps = due.steps();
        for job in due.jobs {
            match Jobs::<T>::get(job) {
                Some(record) => Self::refund(job, record),
                None => {
                    defensive!("a deadline of a job that does not exist");
                }
            }
        }
        <T as Config>::WeightInfo::refund_overdue(steps)
    }

    /// Forgets jobs that were kept until a block before `now`.
    pub(crate) fn prune_closed(now: BlockNumber) -> Weight {
        let due = take_due::<Prunings<T>, NextPruning<T>>(now, T::MaxPrunedPerBlock::get());
        let steps = due.steps();
        for job in due.jobs {
            if let Some(record) = Jobs::<T>::take(job) {
                ClientJobs::<T>::remove(record.client, job);
            }
        }
        <T as Config>::WeightInfo::prune_closed(steps)
    }

    fn refund(job: JobId, record: JobRecord<T::AccountId>) {
        let escrow = Self::escrow_of(&record);
        let refund = CurrencyOf::<T>::release(&HoldReason::Escrow.into(), &record.client, escrow, BestEffort)
            .unwrap_or_else(|_| {
                defensive!("an escrow could not be released");
                0
            });
        Self::deposit_event(Event::JobRefunded { job, refund });
        if Self::could_deliver(&record) {
            Self::report_fault(job, &record);
        }
        Self::close(job, record, JobState::Refunded);
    }

    /// Reports the good-faith fault of a job that was accepted and not delivered; the hash of the job's number and
    /// record is the evidence. A session that another pool has started since is not to blame.
    fn report_fault(job: JobId, record: &JobRecord<T::AccountId>) {
        let worker = record.worker;
        let to_blame = pallet_mining::Pallet::<T>::pool_of(&worker) == Some(record.pool);
        let evidence = hash(&(job, record).encode());
        if !to_blame || pallet_mining::Pallet::<T>::fault(worker, SlashLevel::GoodFaith, evidence).is_err() {
            Self::deposit_event(Event::FaultWithoutSession { job, worker });
        }
    }
}
