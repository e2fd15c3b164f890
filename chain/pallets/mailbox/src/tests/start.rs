//! A process of a worker starts, and what its other processes signed is void.

use phala_primitives::report::{Incarnation, ReportBody, SenderState};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok, pallet_prelude::InvalidTransaction},
    frame_system::RawOrigin,
};

use crate::{mock::*, Error, Event, Senders, INVALID_INCARNATION};

const NEXT: Incarnation = [8; 32];
const VOID: InvalidTransaction = InvalidTransaction::Custom(INVALID_INCARNATION);

#[test]
fn start_should_spend_a_number_and_make_its_incarnation_the_workers() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        assert_ok!(apply(worker.report_of(NEXT, 0, ReportBody::Start)).unwrap());
        assert_eq!(Senders::<Test>::get(worker.id()), SenderState { sequence: 1, incarnation: NEXT });
        assert_eq!(events(), [Event::WorkerStarted { worker: worker.id(), incarnation: NEXT }]);
        assert_ok!(apply(worker.report_of(NEXT, 1, ReportBody::Acknowledge)).unwrap());
    });
}

#[test]
fn reports_of_an_earlier_process_should_be_void_when_another_has_started() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        let withheld = [0, 1, 2].map(|sequence| worker.acknowledgement(sequence, 0));
        assert_ok!(apply(worker.report_of(NEXT, 0, ReportBody::Start)).unwrap());
        let [before, same, after] = withheld;
        assert_eq!(validate(before), Err(InvalidTransaction::Stale.into()));
        assert_eq!(validate(same.clone()), Err(VOID.into()));
        assert_eq!(apply(same.clone()).unwrap_err(), VOID.into());
        assert_eq!(validate(after), Err(VOID.into()));
        assert_noop!(
            Mailbox::submit(RawOrigin::Authorized.into(), same).map_err(|failure| failure.error),
            Error::<Test>::OtherIncarnation
        );
    });
}

#[test]
fn start_should_not_be_repeated() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        let start = worker.report_of(NEXT, 0, ReportBody::Start);
        assert_ok!(apply(start.clone()).unwrap());
        assert_ok!(apply(worker.report_of([9; 32], 1, ReportBody::Start)).unwrap());
        assert_eq!(apply(start).unwrap_err(), InvalidTransaction::Stale.into());
        assert_eq!(Senders::<Test>::get(worker.id()).incarnation, [9; 32]);
    });
}

#[test]
fn nothing_should_be_taken_from_a_worker_that_never_started() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        Senders::<Test>::remove(worker.id());
        for body in [ReportBody::Acknowledge, ReportBody::Start] {
            let zeros = worker.report_of(Incarnation::default(), 0, body);
            assert_eq!(apply(zeros).unwrap_err(), VOID.into());
        }
        assert_eq!(apply(worker.acknowledgement(0, 0)).unwrap_err(), VOID.into());
        assert_ok!(apply(worker.report_of(NEXT, 0, ReportBody::Start)).unwrap());
    });
}
