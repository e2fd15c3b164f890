//! What a report does once it is in a block.

use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    frame_system::RawOrigin,
    sp_runtime::{traits::BadOrigin, AccountId32},
};

use crate::{mock::*, Acknowledged, Error, Event, Senders, Topics, WeightInfo};
use phala_primitives::report::ReportBody;

const ACCEPTABLE: ReportBody = ReportBody::Benchmark { iterations: 600, milliseconds: 6_000 };
const UNACCEPTABLE: ReportBody = ReportBody::Benchmark { iterations: 666, milliseconds: 0 };

#[test]
fn submit_should_hand_the_body_to_its_handler_and_spend_the_number() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        assert_ok!(apply(worker.report(0, 0, ACCEPTABLE)).unwrap());

        assert_eq!(LastScore::get(), 600);
        assert_eq!(Senders::<Test>::get(worker.id()).sequence, 1);
        assert_eq!(events(), [Event::ReportAccepted { worker: worker.id(), sequence: 0 }]);
    });
}

#[test]
fn submit_should_spend_the_number_and_undo_the_rest_when_the_handler_refuses() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        worker.receives(2);
        next_block();
        assert_ok!(apply(worker.report(0, 1, UNACCEPTABLE)).unwrap());

        assert_eq!(LastScore::get(), 0, "what the handler wrote is undone");
        assert_eq!(Senders::<Test>::get(worker.id()).sequence, 1);
        assert_eq!(Acknowledged::<Test>::get(worker.topic()), 1, "the acknowledgement counts");
        assert_eq!(events(), [Event::ReportRejected { worker: worker.id(), sequence: 0, error: REFUSED }]);

        assert_ok!(apply(worker.report(1, 1, ACCEPTABLE)).unwrap());
        assert_eq!(LastScore::get(), 600, "the worker goes on with the next number");
    });
}

#[test]
fn submit_should_forget_what_is_acknowledged_and_nothing_else() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        worker.receives(4);
        let topic = Topics::<Test>::get(worker.topic());
        assert_ok!(apply(worker.acknowledgement(0, 3)).unwrap());

        assert_eq!(worker.messages().iter().map(|(index, _)| *index).collect::<Vec<_>>(), [3]);
        assert_eq!(Topics::<Test>::get(worker.topic()), topic, "the head stays provable");
    });
}

#[test]
fn submit_should_forget_a_bounded_number_and_leave_the_rest_to_later_reports() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        worker.receives(MAX_BACKLOG);
        assert_ok!(apply(worker.acknowledgement(0, MAX_BACKLOG)).unwrap());
        assert_eq!(Acknowledged::<Test>::get(worker.topic()), u64::from(MAX_PRUNED));
        assert_eq!(worker.messages().len() as u64, MAX_BACKLOG - u64::from(MAX_PRUNED));

        assert_ok!(apply(worker.acknowledgement(1, MAX_BACKLOG)).unwrap());
        assert!(worker.messages().is_empty());
    });
}

#[test]
fn submit_should_ignore_an_acknowledgement_when_more_was_acknowledged_before() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        worker.receives(3);
        assert_ok!(apply(worker.acknowledgement(0, 2)).unwrap());
        assert_ok!(apply(worker.acknowledgement(1, 1)).unwrap());

        assert_eq!(Acknowledged::<Test>::get(worker.topic()), 2);
        assert_eq!(worker.messages().len(), 1);
    });
}

#[test]
fn submit_should_weigh_only_what_it_forgot() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        worker.receives(2);
        let weight =
            |report| Mailbox::submit(RawOrigin::Authorized.into(), report).unwrap().actual_weight.unwrap();
        assert_eq!(weight(worker.acknowledgement(0, 2)), <() as WeightInfo>::submit(2) + HANDLING);
        assert_eq!(weight(worker.acknowledgement(1, 2)), <() as WeightInfo>::submit(0) + HANDLING);
    });
}

#[test]
fn submit_should_refuse_every_origin_but_an_authorised_transaction() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        let account = AccountId32::new([1; 32]);
        for origin in [RawOrigin::Signed(account), RawOrigin::None, RawOrigin::Root] {
            assert_noop!(Mailbox::submit(origin.into(), worker.report(0, 0, ACCEPTABLE)), BadOrigin);
        }
    });
}

#[test]
fn submit_should_check_order_and_acknowledgement_itself() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        let submit =
            |report| Mailbox::submit(RawOrigin::Authorized.into(), report).map_err(|failure| failure.error);
        assert_noop!(submit(worker.acknowledgement(1, 0)), Error::<Test>::UnexpectedSequence);
        assert_noop!(
            polkadot_sdk::frame_support::storage::with_storage_layer(|| submit(worker.acknowledgement(0, 1))),
            Error::<Test>::AcknowledgedTooMuch
        );
    });
}
