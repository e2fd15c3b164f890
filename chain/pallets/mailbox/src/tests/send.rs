//! Pushing messages and reading them back.

use codec::{Decode, Encode};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    frame_system,
};

use crate::{mock::*, Acknowledged, Error, Event, Messages, SendMessage, Topics};
use phala_primitives::mailbox::{TopicState, WorkerMessage};

const MESSAGE: WorkerMessage = WorkerMessage::Benchmark { milliseconds: 10_000 };

#[test]
fn send_should_store_the_message_and_chain_the_head() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(Mailbox::send(worker.topic(), &MESSAGE));

        let stored = Messages::<Test>::get(worker.topic(), 0).unwrap();
        assert_eq!(stored.block, 1);
        assert_eq!(WorkerMessage::decode(&mut &stored.payload[..]), Ok(MESSAGE));
        assert_eq!(Topics::<Test>::get(worker.topic()), TopicState::default().push(1, &MESSAGE.encode()));
        assert_eq!(events(), [Event::MessageSent { topic: worker.topic(), index: 0 }]);
    });
}

#[test]
fn head_should_prove_the_messages_when_they_come_from_several_blocks() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        for _ in 0..4 {
            worker.receives(1);
            next_block();
        }

        let recomputed = worker
            .messages()
            .iter()
            .fold(TopicState::default(), |state, (_, message)| state.push(message.block, &message.payload));
        assert_eq!(Topics::<Test>::get(worker.topic()), recomputed);
        assert_eq!(
            worker.messages().iter().map(|(_, message)| message.block).collect::<Vec<_>>(),
            [1, 2, 3, 4]
        );
    });
}

#[test]
fn send_should_fail_when_the_backlog_is_full_and_succeed_again_once_acknowledged() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        worker.receives(MAX_BACKLOG);
        assert_eq!(Mailbox::backlog(&worker.topic()), MAX_BACKLOG);
        assert_noop!(Mailbox::send(worker.topic(), &MESSAGE), Error::<Test>::TopicFull);

        assert_ok!(apply(worker.acknowledgement(0, 1)).unwrap());
        assert_eq!(Mailbox::backlog(&worker.topic()), MAX_BACKLOG - 1);
        assert_ok!(Mailbox::send(worker.topic(), &MESSAGE));
        assert_noop!(Mailbox::send(worker.topic(), &MESSAGE), Error::<Test>::TopicFull);
    });
}

#[test]
fn topics_should_not_touch_each_other() {
    let (one, two) = (Worker::new(1), Worker::new(2));
    ExtBuilder::default().with_workers(&[&one, &two]).build_and_execute(|| {
        one.receives(MAX_BACKLOG);
        two.receives(2);
        assert_ok!(apply(one.acknowledgement(0, 2)).unwrap());

        assert_eq!(Topics::<Test>::get(two.topic()).count, 2);
        assert_eq!(Acknowledged::<Test>::get(two.topic()), 0);
        assert_eq!(two.messages().len(), 2);
    });
}

#[test]
fn pending_messages_should_be_paged_and_begin_with_the_oldest_kept() {
    let worker = Worker::new(1);
    ExtBuilder::default().with_workers(&[&worker]).build_and_execute(|| {
        let pending = |from| {
            Mailbox::pending_messages(worker.topic(), from).iter().map(|(n, _)| *n).collect::<Vec<_>>()
        };
        assert!(pending(0).is_empty());
        worker.receives(5);
        assert_ok!(apply(worker.acknowledgement(0, 1)).unwrap());

        assert_eq!(pending(0), [1, 2, 3]);
        assert_eq!(pending(4), [4]);
        assert!(pending(5).is_empty());
        assert!(pending(u64::MAX).is_empty());
    });
}

#[test]
fn genesis_hash_should_be_that_of_block_zero() {
    ExtBuilder::default().build_and_execute(|| {
        assert_eq!(Mailbox::genesis_hash(), frame_system::Pallet::<Test>::block_hash(0).0);
        assert_ne!(Mailbox::genesis_hash(), [0; 32]);
    });
}
