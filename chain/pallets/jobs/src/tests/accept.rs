use super::*;
use crate::{Error, Event};
use phala_primitives::job::FUEL_UNIT;
use polkadot_sdk::{frame_support::assert_ok, sp_runtime::DispatchError};

fn refused(error: Error<Test>) -> Result<(), DispatchError> {
    Err(error.into())
}

#[test]
fn acceptance_should_be_noted_with_its_time() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        assert_ok!(worker.accept(job));
        assert_eq!(state(job), JobState::Accepted { at: Timestamp::get() });
        assert!(happened(Event::JobAccepted { job }));
        assert_eq!((escrow(&CLIENT), Jobs::load(worker.id).0), (ESCROW, 1));
    });
}

#[test]
fn accepted_job_should_be_settled_by_its_receipt() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        assert_ok!(worker.accept(job));
        assert_ok!(worker.deliver(job, FUEL_UNIT));
        assert!(matches!(state(job), JobState::Settled { fee: PRICE, .. }));
    });
}

#[test]
fn acceptance_should_be_refused_when_the_job_is_not_the_workers_or_not_open() {
    ExtBuilder.build_and_execute(|| {
        let (worker, other) = (Worker::mining(1), Worker::mining(2));
        let job = post(&worker);
        assert_eq!(worker.accept(job + 1), refused(Error::JobNotFound));
        assert_eq!(other.accept(job), refused(Error::NotAssigned));
        assert_eq!(state(job), JobState::Assigned);
        assert_ok!(worker.accept(job));
        let accepted = state(job);
        run_blocks(1);
        assert_eq!(worker.accept(job), refused(Error::AlreadyAccepted));
        assert_eq!(state(job), accepted);
        assert_ok!(worker.deliver(job, FUEL_UNIT));
        assert_eq!(worker.accept(job), refused(Error::JobClosed));
    });
}

#[test]
fn acceptance_should_be_refused_when_the_deadline_is_over() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        // More than one block refunds, so that the last one waits beyond its deadline.
        let jobs: Vec<JobId> = (0..MAX_OPEN_JOBS_PER_CLIENT).map(|_| post(&worker)).collect();
        run_blocks(MIN_DEADLINE + 1);
        let waiting = jobs.into_iter().find(|job| state(*job).is_open()).unwrap();
        assert_eq!(worker.accept(waiting), refused(Error::DeadlineOver));
    });
}
