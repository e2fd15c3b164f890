use super::*;
use crate::{Error, Event};
use codec::Decode;
use phala_primitives::{
    job::{JobLimits, FUEL_UNIT},
    mailbox::{Topic, WorkerMessage},
    WorkerId, PHA,
};
use polkadot_sdk::{
    frame_support::{
        assert_noop, assert_ok,
        pallet_prelude::DispatchResult,
        traits::{LockableCurrency, WithdrawReasons},
    },
    sp_runtime::DispatchError,
};

/// Posts a job that differs from the ordinary in one thing.
fn try_post(worker: WorkerId, limits: JobLimits, max_price: Balance, deadline_in: u32) -> DispatchResult {
    Jobs::post(RuntimeOrigin::signed(CLIENT), worker, PROGRAM, INPUT, limits, max_price, deadline_in)
}

fn ordinary(worker: &Worker) -> DispatchResult {
    try_post(worker.id, limits(), PRICE, MIN_DEADLINE)
}

fn refused(error: Error<Test>) -> DispatchError {
    error.into()
}

#[test]
fn post_should_hold_what_the_job_can_cost_at_most() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        assert_eq!(escrow(&CLIENT), ESCROW);
        assert_eq!(free(&CLIENT), WEALTH - ESCROW);
        let deadline = System::block_number() + MIN_DEADLINE;
        let event = Event::JobPosted { job, client: CLIENT, worker: worker.id, escrow: ESCROW, deadline };
        assert!(happened(event));
        assert_eq!(
            record(job),
            JobRecord {
                client: CLIENT,
                worker: worker.id,
                pool: worker.pool,
                program: PROGRAM,
                input: INPUT,
                limits: limits(),
                price: PRICE,
                deadline,
                state: JobState::Assigned,
            }
        );
    });
}

#[test]
fn post_should_tell_the_worker() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        let topic = Topic::Worker(worker.id);
        let last = pallet_mailbox::Topics::<Test>::get(topic).count - 1;
        let message = pallet_mailbox::Messages::<Test>::get(topic, last).unwrap();
        assert_eq!(
            WorkerMessage::decode(&mut &message.payload[..]).unwrap(),
            WorkerMessage::Job {
                job,
                client: CLIENT.into(),
                program: PROGRAM,
                input: INPUT,
                limits: limits(),
                deadline: System::block_number() + MIN_DEADLINE
            }
        );
    });
}

#[test]
fn post_should_fix_the_workers_price_even_when_the_client_would_pay_more() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        assert_ok!(try_post(worker.id, limits(), 10 * PRICE, MIN_DEADLINE));
        assert_eq!((record(0).price, escrow(&CLIENT)), (PRICE, ESCROW));
    });
}

#[test]
fn post_should_fail_when_the_price_is_above_the_clients_maximum() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let call = try_post(worker.id, limits(), PRICE - 1, MIN_DEADLINE);
        assert_noop!(call, refused(Error::PriceTooHigh));
    });
}

#[test]
fn post_should_fail_when_the_worker_has_no_offer() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        worker.offer(None);
        assert_noop!(ordinary(&worker), refused(Error::WorkerWithoutOffer));
    });
}

#[test]
fn post_should_fail_when_nobody_knows_the_worker() {
    ExtBuilder.build_and_execute(|| {
        let call = try_post(WorkerId([8; 32]), limits(), PRICE, MIN_DEADLINE);
        assert_noop!(call, pallet_registry::Error::<Test>::WorkerNotFound);
    });
}

#[test]
fn post_should_fail_when_the_worker_does_not_mine() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::idle(1);
        assert_noop!(ordinary(&worker), refused(Error::WorkerNotMining));
        let worker = Worker::mining(2);
        assert_ok!(StakePool::stop_session(RuntimeOrigin::signed(OPERATOR), worker.pool, worker.id));
        assert_noop!(ordinary(&worker), refused(Error::WorkerNotMining));
    });
}

#[test]
fn post_should_fail_when_the_attestation_has_expired() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let expires = pallet_registry::Workers::<Test>::get(worker.id).unwrap().attestation.expires;
        Timestamp::set_timestamp(expires + 1);
        assert_noop!(ordinary(&worker), refused(Error::AttestationExpired));
    });
}

#[test]
fn post_should_fail_when_a_limit_is_out_of_bounds() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let bad = [
            JobLimits { fuel: 0, ..limits() },
            JobLimits { fuel: MAX_FUEL + 1, ..limits() },
            JobLimits { memory_mib: 0, ..limits() },
            JobLimits { memory_mib: MAX_MEMORY_MIB + 1, ..limits() },
            JobLimits { seconds: 0, ..limits() },
            JobLimits { seconds: MAX_SECONDS + 1, ..limits() },
        ];
        for limits in bad {
            let call = try_post(worker.id, limits, PRICE, MIN_DEADLINE);
            assert_noop!(call, refused(Error::LimitsOutOfBounds));
        }
        let largest = JobLimits { fuel: MAX_FUEL, memory_mib: MAX_MEMORY_MIB, seconds: MAX_SECONDS };
        assert_ok!(try_post(worker.id, largest, PRICE, MIN_DEADLINE));
        let smallest = JobLimits { fuel: 1, memory_mib: 1, seconds: 1 };
        assert_ok!(try_post(worker.id, smallest, PRICE, MIN_DEADLINE));
    });
}

#[test]
fn post_should_fail_when_the_deadline_is_out_of_bounds() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        for deadline_in in [0, MIN_DEADLINE - 1, MAX_DEADLINE + 1, u32::MAX] {
            let call = try_post(worker.id, limits(), PRICE, deadline_in);
            assert_noop!(call, refused(Error::DeadlineOutOfBounds));
        }
        assert_ok!(try_post(worker.id, limits(), PRICE, MAX_DEADLINE));
    });
}

#[test]
fn post_should_fail_when_the_worker_has_its_hands_full() {
    ExtBuilder.build_and_execute(|| {
        let (worker, other) = (Worker::mining(1), Worker::mining(2));
        let clients = [CLIENT, OTHER_CLIENT].into_iter().cycle();
        for client in clients.take(MAX_OPEN_JOBS as usize) {
            assert_ok!(post_as(client, &worker));
        }
        assert_noop!(ordinary(&worker), refused(Error::WorkerBusy));
        assert_eq!(Jobs::load(worker.id), (MAX_OPEN_JOBS, MAX_OPEN_JOBS));
        assert_ok!(ordinary(&other));
        assert_ok!(worker.deliver(0, FUEL_UNIT));
        assert_ok!(ordinary(&worker));
    });
}

#[test]
fn post_should_fail_when_the_client_has_its_share_of_the_worker() {
    ExtBuilder.build_and_execute(|| {
        let (worker, other) = (Worker::mining(1), Worker::mining(2));
        for _ in 0..MAX_OPEN_JOBS_PER_CLIENT {
            post(&worker);
        }
        assert_noop!(ordinary(&worker), refused(Error::TooManyOpenJobs));
        assert_ok!(post_as(OTHER_CLIENT, &worker));
        assert_ok!(ordinary(&other));
        assert_eq!(Jobs::share(worker.id, CLIENT), (MAX_OPEN_JOBS_PER_CLIENT, MAX_OPEN_JOBS_PER_CLIENT));
        assert_eq!(Jobs::share(worker.id, OTHER_CLIENT).0, 1);
    });
}

#[test]
fn post_should_succeed_again_when_a_job_of_the_clients_share_is_settled_or_refunded() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        for _ in 0..MAX_OPEN_JOBS_PER_CLIENT {
            post(&worker);
        }
        assert_ok!(worker.deliver(0, FUEL_UNIT));
        assert_ok!(ordinary(&worker));
        assert_noop!(ordinary(&worker), refused(Error::TooManyOpenJobs));
        run_blocks(MIN_DEADLINE + 2);
        assert_eq!(Jobs::share(worker.id, CLIENT).0, 0);
        assert_ok!(ordinary(&worker));
    });
}

#[test]
fn post_should_fail_when_the_client_cannot_pay() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        // 1 000 units of fuel for all the client has and a little more.
        let limits = JobLimits { fuel: MAX_FUEL, ..limits() };
        worker.offer(Some(WEALTH / 1_000));
        let call = try_post(worker.id, limits, Balance::MAX, MIN_DEADLINE);
        assert_noop!(call, refused(Error::InsufficientBalance));
        worker.offer(Some(Balance::MAX));
        let call = try_post(worker.id, limits, Balance::MAX, MIN_DEADLINE);
        assert_noop!(call, refused(Error::InsufficientBalance));
    });
}

#[test]
fn post_should_fail_when_the_clients_coins_are_locked() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        Balances::set_lock(*b"vesting ", &CLIENT, WEALTH - ESCROW + PHA, WithdrawReasons::all());
        assert_noop!(ordinary(&worker), refused(Error::InsufficientBalance));
        Balances::set_lock(*b"vesting ", &CLIENT, WEALTH - ESCROW, WithdrawReasons::all());
        assert_ok!(ordinary(&worker));
    });
}

#[test]
fn post_should_need_no_escrow_when_the_worker_is_free_of_charge() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        worker.offer(Some(0));
        assert_ok!(try_post(worker.id, limits(), 0, MIN_DEADLINE));
        assert_ok!(worker.deliver(0, FUEL_UNIT));
        assert_eq!((escrow(&CLIENT), free(&CLIENT)), (0, WEALTH));
        assert!(matches!(state(0), JobState::Settled { fee: 0, .. }));
    });
}
