use super::*;
use crate::{ClientJobs, ClientOpenJobs, Deadlines, Event, OpenJobs, Prunings};
use phala_economics::SlashLevel;
use phala_primitives::{job::FUEL_UNIT, Moment};
use polkadot_sdk::frame_support::assert_ok;

/// Level-2 faults that the mining pallet took, by its events.
fn faults(worker: &Worker) -> usize {
    let is_fault = |event: &RuntimeEvent| match event {
        RuntimeEvent::Mining(pallet_mining::Event::ValueChanged {
            worker: faulty,
            reason: pallet_mining::ValueChange::Fault { level: SlashLevel::GoodFaith, .. },
            before,
            after,
            ..
        }) => *faulty == worker.id && after < before,
        _ => false,
    };
    System::events().iter().filter(|record| is_fault(&record.event)).count()
}

#[test]
fn client_should_get_everything_back_when_the_deadline_passes() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        run_blocks(MIN_DEADLINE);
        assert_eq!(state(job), JobState::Assigned, "the deadline's own block still counts");
        run_blocks(1);
        assert_eq!(state(job), JobState::Refunded);
        assert_eq!((escrow(&CLIENT), free(&CLIENT)), (0, WEALTH));
        assert_eq!(earned(&worker), 0);
        assert!(happened(Event::JobRefunded { job, refund: ESCROW }));
        assert_eq!(Jobs::load(worker.id).0, 0);
    });
}

#[test]
fn worker_should_suffer_a_level_two_fault_for_each_job_accepted_and_not_delivered() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let before = Mining::worker_session(worker.id).unwrap();
        for job in [post(&worker), post(&worker)] {
            assert_ok!(worker.accept(job));
        }
        run_blocks(MIN_DEADLINE + 1);
        assert_eq!(faults(&worker), 2);
        let after = Mining::worker_session(worker.id).unwrap();
        assert!(after.value < before.value);
        assert!(after.returnable < before.returnable);
    });
}

#[test]
fn worker_should_suffer_no_fault_when_the_input_never_came() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        run_blocks(MIN_DEADLINE + 1);
        assert_eq!((state(job), faults(&worker)), (JobState::Refunded, 0));
    });
}

#[test]
fn worker_should_suffer_a_fault_only_when_it_had_the_jobs_time_and_the_grace() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let needed = Moment::from(limits().seconds) * 1_000 + DELIVERY_GRACE;
        // Refunds come before the time of their block is known, so they go by that of the block before.
        let blocks = u32::try_from(needed.div_ceil(BLOCK_TIME)).unwrap() + 1;
        let (early, late) = (post(&worker), post(&worker));
        run_blocks(MIN_DEADLINE + 1 - blocks);
        assert_ok!(worker.accept(early));
        run_blocks(1);
        assert_ok!(worker.accept(late));
        run_blocks(blocks - 1);
        assert_eq!([early, late].map(state), [JobState::Refunded, JobState::Refunded]);
        assert_eq!(faults(&worker), 1);
    });
}

#[test]
fn worker_should_suffer_no_fault_when_it_delivered() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        assert_ok!(worker.deliver(job, FUEL_UNIT));
        run_blocks(MIN_DEADLINE + 2);
        assert_eq!(faults(&worker), 0);
        assert!(matches!(state(job), JobState::Settled { .. }));
    });
}

#[test]
fn worker_should_not_escape_the_fault_by_stopping_its_session() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        assert_ok!(worker.accept(post(&worker)));
        assert_ok!(StakePool::stop_session(RuntimeOrigin::signed(OPERATOR), worker.pool, worker.id));
        run_blocks(MIN_DEADLINE + 1);
        assert_eq!(faults(&worker), 1);
    });
}

#[test]
fn client_should_be_refunded_when_there_is_no_session_left_to_blame() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let client = RuntimeOrigin::signed(CLIENT);
        assert_ok!(Jobs::post(client, worker.id, PROGRAM, INPUT, limits(), PRICE, MAX_DEADLINE));
        assert_ok!(worker.accept(0));
        assert_ok!(StakePool::stop_session(RuntimeOrigin::signed(OPERATOR), worker.pool, worker.id));
        run_blocks(MAX_DEADLINE + 1);
        assert_eq!(state(0), JobState::Refunded);
        assert_eq!((escrow(&CLIENT), free(&CLIENT)), (0, WEALTH));
        assert!(happened(Event::FaultWithoutSession { job: 0, worker: worker.id }));
        assert_eq!(faults(&worker), 0);
    });
}

#[test]
fn refunds_should_be_spread_over_blocks_when_many_jobs_are_overdue() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let jobs: Vec<JobId> = (0..MAX_OPEN_JOBS_PER_CLIENT).map(|_| post(&worker)).collect();
        let refunded = || jobs.iter().filter(|job| state(**job) == JobState::Refunded).count() as u32;
        run_blocks(MIN_DEADLINE + 1);
        assert_eq!(refunded(), MAX_REFUNDS_PER_BLOCK);
        check_invariants();
        run_blocks(1);
        assert_eq!(refunded(), 2 * MAX_REFUNDS_PER_BLOCK);
        assert_eq!(free(&CLIENT), WEALTH);
        assert_eq!(Deadlines::<Test>::iter().count(), 0);
    });
}

#[test]
fn closed_jobs_should_be_forgotten_after_the_retention() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let (settled, refunded) = (post(&worker), post(&worker));
        assert_ok!(worker.deliver(settled, FUEL_UNIT));
        run_blocks(RETENTION);
        assert!(Jobs::job(settled).is_some(), "the last block of retention still counts");
        run_blocks(1);
        assert_eq!(Jobs::job(settled), None);
        assert!(Jobs::job(refunded).is_some(), "it was closed later");
        run_blocks(MIN_DEADLINE + 1);
        assert_eq!(Jobs::job(refunded), None);
        assert_eq!(ClientJobs::<Test>::iter().count(), 0);
        assert_eq!(Prunings::<Test>::iter().count(), 0);
        assert_eq!(OpenJobs::<Test>::iter().count(), 0);
        assert_eq!(ClientOpenJobs::<Test>::iter().count(), 0);
    });
}

#[test]
fn pruning_should_be_spread_over_blocks_when_many_jobs_were_closed() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        for _ in 0..MAX_OPEN_JOBS_PER_CLIENT {
            let job = post(&worker);
            assert_ok!(worker.deliver(job, FUEL_UNIT));
        }
        run_blocks(RETENTION + 1);
        assert_eq!(
            crate::Jobs::<Test>::iter().count() as u32,
            MAX_OPEN_JOBS_PER_CLIENT - MAX_PRUNED_PER_BLOCK
        );
        check_invariants();
        run_blocks(1);
        assert_eq!(crate::Jobs::<Test>::iter().count(), 0);
    });
}

#[test]
fn overdue_jobs_should_be_found_when_their_deadlines_lie_in_many_blocks() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        for offset in 0..MAX_OPEN_JOBS_PER_CLIENT {
            let client = RuntimeOrigin::signed(CLIENT);
            let deadline = MIN_DEADLINE + 3 * offset;
            assert_ok!(Jobs::post(client, worker.id, PROGRAM, INPUT, limits(), PRICE, deadline));
        }
        for offset in 0..MAX_OPEN_JOBS_PER_CLIENT {
            run_blocks(if offset == 0 { MIN_DEADLINE + 1 } else { 3 });
            assert_eq!(state(offset.into()), JobState::Refunded);
            check_invariants();
        }
    });
}
