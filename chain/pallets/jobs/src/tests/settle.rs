use super::*;
use crate::{Error, Event};
use codec::Encode;
use phala_primitives::{
    hash,
    job::{fee, ExitStatus, Receipt, FUEL_UNIT},
    report::ReportBody,
    Hash, Signature, PHA,
};
use polkadot_sdk::{
    frame_support::{
        assert_ok,
        pallet_prelude::DispatchResult,
        traits::{LockableCurrency, WithdrawReasons},
    },
    sp_runtime::{DispatchError, Permill},
};

fn refused(error: Error<Test>) -> DispatchResult {
    Err(DispatchError::from(error))
}

/// Reports `receipt`, signed by `worker`.
fn report(worker: &Worker, receipt: Receipt) -> DispatchResult {
    worker.report(ReportBody::Receipt(worker.sign(receipt)))
}

/// Nothing happened to the job and the client's money.
fn assert_untouched(job: JobId) {
    assert_eq!(state(job), JobState::Assigned);
    assert_eq!((escrow(&CLIENT), free(&CLIENT)), (ESCROW, WEALTH - ESCROW));
}

#[test]
fn receipt_should_cost_the_client_fuel_times_price_and_no_more() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        assert_ok!(worker.deliver(job, 40 * FUEL_UNIT));

        let fee = 40 * PRICE;
        assert_eq!((escrow(&CLIENT), free(&CLIENT)), (0, WEALTH - fee));
        assert_eq!(earned(&worker), fee);
        let receipt: Hash = hash(&worker.receipt(job, 40 * FUEL_UNIT).encode());
        assert_eq!(state(job), JobState::Settled { receipt, fee });
        assert!(happened(Event::JobSettled {
            job,
            receipt,
            fuel: 40 * FUEL_UNIT,
            fee,
            pool: worker.pool,
            refund: ESCROW - fee
        }));
    });
}

#[test]
fn receipt_should_reward_owner_and_delegators_of_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let commission = Permill::from_percent(10);
        let owner = RuntimeOrigin::signed(OPERATOR);
        assert_ok!(StakePool::set_commission(owner.clone(), worker.pool, commission));
        run_blocks(20);
        let job = post(&worker);
        assert_ok!(worker.deliver(job, 100 * FUEL_UNIT));

        let before = (free(&OPERATOR), free(&DELEGATOR));
        assert_ok!(StakePool::claim_rewards(owner, worker.pool));
        assert_ok!(StakePool::claim_rewards(RuntimeOrigin::signed(DELEGATOR), worker.pool));
        assert_eq!(free(&OPERATOR), before.0 + ESCROW / 10);
        assert_eq!(free(&DELEGATOR), before.1 + ESCROW - ESCROW / 10);
    });
}

#[test]
fn fuel_should_be_rounded_up_to_base_units_when_the_price_does_not_divide() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        assert_ok!(worker.deliver(job, 1));
        assert_eq!(earned(&worker), fee(1, PRICE));
        assert_eq!(free(&CLIENT), WEALTH - fee(1, PRICE));
    });
}

#[test]
fn fuel_should_be_capped_when_the_receipt_states_more_than_the_limit() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        assert_ok!(worker.deliver(job, u64::MAX));
        assert_eq!((escrow(&CLIENT), free(&CLIENT)), (0, WEALTH - ESCROW));
        assert_eq!(earned(&worker), ESCROW);
    });
}

#[test]
fn failed_program_should_be_paid_for_its_fuel() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        let receipt = Receipt { exit: ExitStatus::Trapped, ..worker.receipt(job, FUEL_UNIT) };
        assert_ok!(report(&worker, receipt));
        assert_eq!(earned(&worker), PRICE);
    });
}

#[test]
fn settlement_should_free_only_the_jobs_own_escrow_when_the_client_has_several() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let (first, second) = (post(&worker), post(&worker));
        assert_ok!(worker.deliver(second, FUEL_UNIT));
        assert_eq!(escrow(&CLIENT), ESCROW);
        assert_eq!(state(first), JobState::Assigned);
    });
}

#[test]
fn receipt_should_be_refused_when_it_comes_from_another_worker() {
    ExtBuilder.build_and_execute(|| {
        let (worker, thief) = (Worker::mining(1), Worker::mining(2));
        let job = post(&worker);
        assert_eq!(thief.deliver(job, FUEL_UNIT), refused(Error::NotAssigned));
        // The right worker's receipt, reported by somebody else.
        let stolen = worker.sign(worker.receipt(job, FUEL_UNIT));
        assert_eq!(thief.report(ReportBody::Receipt(stolen)), refused(Error::NotAssigned));
        // The thief's signature under the right worker's name.
        let forged = thief.sign(worker.receipt(job, FUEL_UNIT));
        assert_eq!(worker.report(ReportBody::Receipt(forged)), refused(Error::BadSignature));
        assert_untouched(job);
    });
}

#[test]
fn receipt_should_be_refused_when_it_is_about_something_else() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        let honest = worker.receipt(job, FUEL_UNIT);
        let other_program = Receipt { program: [9; 32], ..honest.clone() };
        assert_eq!(report(&worker, other_program), refused(Error::ReceiptMismatch));
        let other_input = Receipt { input: [9; 32], ..honest.clone() };
        assert_eq!(report(&worker, other_input), refused(Error::ReceiptMismatch));
        let no_such_job = Receipt { job: job + 1, ..honest };
        assert_eq!(report(&worker, no_such_job), refused(Error::JobNotFound));
        assert_untouched(job);
    });
}

#[test]
fn receipt_should_be_refused_when_its_signature_does_not_fit() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        let mut changed = worker.sign(worker.receipt(job, FUEL_UNIT));
        changed.receipt.fuel = 50 * FUEL_UNIT;
        assert_eq!(worker.report(ReportBody::Receipt(changed)), refused(Error::BadSignature));
        let mut unsigned = worker.sign(worker.receipt(job, FUEL_UNIT));
        unsigned.signature = Signature([0; 64]);
        assert_eq!(worker.report(ReportBody::Receipt(unsigned)), refused(Error::BadSignature));
        assert_untouched(job);
    });
}

#[test]
fn second_receipt_should_change_nothing() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        assert_ok!(worker.deliver(job, FUEL_UNIT));
        let settled = record(job);
        assert_eq!(worker.deliver(job, 100 * FUEL_UNIT), refused(Error::JobClosed));
        assert_eq!(worker.deliver(job, FUEL_UNIT), refused(Error::JobClosed));
        assert_eq!(record(job), settled);
        assert_eq!((earned(&worker), free(&CLIENT)), (PRICE, WEALTH - PRICE));
    });
}

#[test]
fn receipt_should_be_accepted_up_to_the_deadline_and_not_after() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let (first, second) = (post(&worker), post(&worker));
        run_blocks(MIN_DEADLINE);
        assert_eq!(System::block_number(), record(first).deadline);
        assert_ok!(worker.deliver(first, FUEL_UNIT));
        run_blocks(1);
        assert_eq!(worker.deliver(second, FUEL_UNIT), refused(Error::JobClosed));
        assert_eq!(state(second), JobState::Refunded);
    });
}

#[test]
fn late_receipt_should_be_refused_when_the_refund_still_waits_for_its_turn() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let jobs: Vec<JobId> = (0..=MAX_REFUNDS_PER_BLOCK).map(|_| post(&worker)).collect();
        run_blocks(MIN_DEADLINE + 1);
        let waiting: Vec<&JobId> = jobs.iter().filter(|job| state(**job) == JobState::Assigned).collect();
        assert_eq!(waiting.len(), 1);
        assert_eq!(worker.deliver(*waiting[0], FUEL_UNIT), refused(Error::DeadlineOver));
    });
}

#[test]
fn worker_should_be_paid_the_old_price_when_it_asks_for_more_meanwhile() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        worker.offer(Some(100 * PRICE));
        assert_ok!(worker.deliver(job, FUEL_UNIT));
        assert_eq!(earned(&worker), PRICE);
    });
}

#[test]
fn worker_should_be_paid_when_the_client_locks_its_coins_meanwhile() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        Balances::set_lock(*b"pyconvot", &CLIENT, WEALTH, WithdrawReasons::all());
        assert_ok!(worker.deliver(job, 100 * FUEL_UNIT));
        assert_eq!(earned(&worker), ESCROW);
    });
}

#[test]
fn worker_should_be_paid_when_its_session_was_stopped_meanwhile() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        assert_ok!(StakePool::stop_session(RuntimeOrigin::signed(OPERATOR), worker.pool, worker.id));
        assert_ok!(worker.deliver(job, FUEL_UNIT));
        assert_eq!(earned(&worker), PRICE);
        assert!(PRICE > PHA);
    });
}
