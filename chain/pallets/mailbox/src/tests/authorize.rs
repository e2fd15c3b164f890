//! What gets a report into the pool and into a block, as a real general transaction.

use codec::{Decode, Encode};
use polkadot_sdk::{
    frame_support::{
        assert_ok,
        dispatch::{DispatchClass, GetDispatchInfo, Pays},
        pallet_prelude::InvalidTransaction,
    },
    sp_runtime::{generic::Preamble, transaction_validity::TransactionValidityError},
};

use crate::{mock::*, Senders, WeightInfo, INVALID_ACKNOWLEDGED_TOO_MUCH, INVALID_NOT_REGISTERED};
use phala_primitives::{report::ReportBody, Signature};

const BENCHMARK: ReportBody = ReportBody::Benchmark { iterations: 600, milliseconds: 6_000 };

fn refused(reason: InvalidTransaction) -> TransactionValidityError {
    TransactionValidityError::Invalid(reason)
}

/// Refused by the pool and in a block alike, without a trace.
fn assert_refused(report: phala_primitives::report::SignedReport, reason: InvalidTransaction) {
    let before = Senders::<Test>::get(report.report.worker);
    assert_eq!(validate(report.clone()), Err(refused(reason)));
    assert_eq!(apply(report.clone()).unwrap_err(), refused(reason));
    assert_eq!(Senders::<Test>::get(report.report.worker), before);
    assert!(events().is_empty());
}

#[test]
fn report_should_be_valid_when_it_is_the_expected_one() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        let valid = validate(worker.report(0, 0, BENCHMARK)).unwrap();

        assert_eq!(valid.provides, [("Mailbox", (worker.id(), 0u64)).encode()]);
        assert!(valid.requires.is_empty());
        assert!(valid.propagate);
        assert!(valid.longevity > 0);
    });
}

#[test]
fn report_should_travel_as_a_general_transaction() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        let encoded = transaction(worker.report(0, 0, BENCHMARK)).encode();
        let decoded = Extrinsic::decode(&mut &encoded[..]).unwrap();
        assert!(matches!(decoded.preamble, Preamble::General(..)));
    });
}

#[test]
fn report_should_cost_nothing_and_be_weighed_in_full() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        let info = transaction(worker.report(0, 0, BENCHMARK)).get_dispatch_info();
        assert_eq!((info.pays_fee, info.class), (Pays::No, DispatchClass::Normal));
        assert_eq!(info.call_weight, <() as WeightInfo>::submit(MAX_PRUNED) + HANDLING);
        assert!(info.extension_weight.all_gte(<() as WeightInfo>::authorize_submit()));

        let issued = Balances::total_issuance();
        let post = apply(worker.report(0, 0, BENCHMARK)).unwrap().unwrap();
        assert_eq!(post.pays_fee, Pays::No);
        assert_eq!(Balances::total_issuance(), issued);
    });
}

#[test]
fn report_should_be_refused_when_the_sender_is_not_registered() {
    let (worker, stranger) = (Worker::new(1), Worker::new(2));
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        assert_refused(stranger.report(0, 0, BENCHMARK), InvalidTransaction::Custom(INVALID_NOT_REGISTERED));
    });
}

#[test]
fn report_should_be_refused_when_the_signature_is_anothers() {
    let (worker, other) = (Worker::new(1), Worker::new(2));
    ExtBuilder::default().with_workers(&[&worker, &other]).build_and_execute(|| {
        let mut forged = other.report(0, 0, BENCHMARK);
        forged.report.worker = worker.id();
        assert_refused(forged, InvalidTransaction::BadProof);
        let garbage = phala_primitives::report::SignedReport {
            signature: Signature([0xff; 64]),
            ..worker.report(0, 0, BENCHMARK)
        };
        assert_refused(garbage, InvalidTransaction::BadProof);
    });
}

#[test]
fn report_should_be_refused_when_any_part_was_changed_after_signing() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        worker.receives(2);
        next_block();

        let mut body = worker.report(0, 1, BENCHMARK);
        body.report.body = ReportBody::Benchmark { iterations: 601, milliseconds: 6_000 };
        assert_refused(body, InvalidTransaction::BadProof);

        let mut acknowledged = worker.report(0, 1, BENCHMARK);
        acknowledged.report.acknowledged = 2;
        assert_refused(acknowledged, InvalidTransaction::BadProof);

        let mut sequence = worker.report(1, 1, BENCHMARK);
        sequence.report.sequence = 0;
        assert_refused(sequence, InvalidTransaction::BadProof);
    });
}

#[test]
fn report_should_be_refused_when_it_was_signed_for_another_chain() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        assert_refused(worker.report_to([7; 32], 0, 0, BENCHMARK), InvalidTransaction::BadProof);
    });
}

#[test]
fn report_should_be_stale_when_it_is_repeated() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        let report = worker.report(0, 0, BENCHMARK);
        assert_ok!(apply(report.clone()).unwrap());
        next_block();
        assert_refused(report, InvalidTransaction::Stale);
    });
}

#[test]
fn reports_should_wait_in_the_pool_for_the_ones_before_them() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        let tag = |sequence: u64| ("Mailbox", (worker.id(), sequence)).encode();
        for sequence in 1..=MAX_AHEAD {
            let valid = validate(worker.acknowledgement(sequence, 0)).unwrap();
            assert_eq!(valid.requires, [tag(sequence - 1)]);
            assert_eq!(valid.provides, [tag(sequence)]);
        }
        // What was waited for is now the chain's past.
        assert_ok!(apply(worker.acknowledgement(0, 0)).unwrap());
        assert!(validate(worker.acknowledgement(1, 0)).unwrap().requires.is_empty());
    });
}

#[test]
fn report_should_be_refused_when_it_is_too_far_ahead() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        assert_refused(worker.acknowledgement(MAX_AHEAD + 1, 0), InvalidTransaction::Future);
        assert_refused(worker.acknowledgement(u64::MAX, 0), InvalidTransaction::Future);
    });
}

#[test]
fn report_should_not_enter_a_block_when_an_earlier_one_is_missing() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        assert_eq!(apply(worker.acknowledgement(1, 0)).unwrap_err(), refused(InvalidTransaction::Future));
        assert_eq!(Senders::<Test>::get(worker.id()).sequence, 0);
    });
}

#[test]
fn report_should_be_refused_when_it_acknowledges_what_was_never_sent() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        worker.receives(2);
        next_block();
        let reason = InvalidTransaction::Custom(INVALID_ACKNOWLEDGED_TOO_MUCH);
        assert_refused(worker.acknowledgement(0, 3), reason);
        assert_refused(worker.acknowledgement(0, u64::MAX), reason);
    });
}

#[test]
fn reports_should_wait_for_the_next_block_when_a_worker_sent_enough_into_this_one() {
    let (worker, other) = (Worker::new(1), Worker::new(2));
    ExtBuilder::default().with_workers(&[&worker, &other]).build_and_execute(|| {
        let most = u64::from(MAX_REPORTS_PER_BLOCK);
        for sequence in 0..most {
            assert_ok!(apply(worker.acknowledgement(sequence, 0)).unwrap());
        }
        let next = worker.acknowledgement(most, 0);
        assert_eq!(apply(next.clone()).unwrap_err(), refused(InvalidTransaction::ExhaustsResources));
        assert_ok!(apply(other.acknowledgement(0, 0)).unwrap());

        next_block();
        assert_ok!(apply(next).unwrap());
    });
}
