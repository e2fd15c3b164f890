//! Registering a worker and renewing its registration.

use pallet_mailbox::SendMessage;
use phala_primitives::{
    mailbox::{Topic, WorkerMessage},
    registry::{Attestation, AttestationKind, Evidence, WorkerRecord},
    EncryptionKey, Signature, ENCRYPTION_KEY_LENGTH,
};
use polkadot_sdk::{
    frame_support::{assert_err, assert_noop, assert_ok},
    sp_runtime::traits::BadOrigin,
};

use crate::{mock::*, EncryptionKeys, Endpoints, Error, Event, Workers};

/// What the mailbox holds for `worker`.
fn messages(worker: &Worker) -> Vec<WorkerMessage> {
    use codec::DecodeAll;
    let pending = Mailbox::pending_messages(Topic::Worker(worker.id()), 0);
    pending.iter().map(|(_, message)| WorkerMessage::decode_all(&mut &message.payload[..]).unwrap()).collect()
}

fn offer(worker: &Worker, price: u128) {
    let endpoint = b"http://127.0.0.1:8000".to_vec().try_into().unwrap();
    assert_ok!(Registry::update_offer(RuntimeOrigin::signed(OPERATOR), worker.id(), endpoint, Some(price)));
}

#[test]
fn register_should_store_the_worker_and_ask_for_a_benchmark() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(worker.register());

        let attestation =
            Attestation { kind: AttestationKind::None, confidence: 5, expires: START + LIFETIME };
        let record =
            WorkerRecord { operator: OPERATOR, attestation: attestation.clone(), score: None, price: None };
        assert_eq!(Workers::<Test>::get(worker.id()), Some(record));
        assert_eq!(
            EncryptionKeys::<Test>::get(worker.id()),
            Some(worker.registration(OPERATOR).encryption_key)
        );
        assert_eq!(messages(&worker), [WorkerMessage::Benchmark { milliseconds: BENCHMARK_TIME }]);
        assert_eq!(
            events(),
            [Event::WorkerRegistered { worker: worker.id(), operator: OPERATOR, attestation }]
        );
    });
}

#[test]
fn register_should_be_refused_when_the_signature_is_not_the_workers() {
    let (worker, other) = (Worker::new(1), Worker::new(2));
    ExtBuilder::default().build_and_execute(|| {
        let registration = worker.registration(OPERATOR);
        for forged in [other.sign(&registration), Signature([0; 64]), Signature([0xff; 64])] {
            assert_noop!(
                Registry::register(
                    RuntimeOrigin::signed(OPERATOR),
                    Box::new(registration.clone()),
                    Evidence::None,
                    forged
                ),
                Error::<Test>::BadSignature
            );
        }
    });
}

#[test]
fn register_should_be_refused_when_a_part_was_changed_after_signing() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        let signed = worker.registration(OPERATOR);
        let signature = worker.sign(&signed);
        let mut key = signed.clone();
        key.encryption_key = EncryptionKey([0xee; ENCRYPTION_KEY_LENGTH]);
        let mut block = signed.clone();
        block.block -= 1;
        block.block_hash = hash_of(block.block);
        for changed in [key, block] {
            assert_noop!(
                Registry::register(
                    RuntimeOrigin::signed(OPERATOR),
                    Box::new(changed),
                    Evidence::None,
                    signature
                ),
                Error::<Test>::BadSignature
            );
        }

        let mut operator = signed;
        operator.operator = STRANGER;
        assert_noop!(
            Registry::register(
                RuntimeOrigin::signed(STRANGER),
                Box::new(operator),
                Evidence::None,
                signature
            ),
            Error::<Test>::BadSignature
        );
    });
}

#[test]
fn register_should_be_refused_when_the_origin_is_not_the_operator() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        let registration = worker.registration(OPERATOR);
        let signature = worker.sign(&registration);
        let register =
            |origin| Registry::register(origin, Box::new(registration.clone()), Evidence::None, signature);
        assert_noop!(register(RuntimeOrigin::signed(STRANGER)), Error::<Test>::NotOperator);
        assert_noop!(register(RuntimeOrigin::none()), BadOrigin);
        assert_noop!(register(RuntimeOrigin::root()), BadOrigin);
    });
}

#[test]
fn register_should_be_refused_when_it_is_for_another_chain() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        let mut registration = worker.registration(OPERATOR);
        registration.genesis = [7; 32];
        assert_noop!(worker.submit(registration), Error::<Test>::WrongChain);
    });
}

#[test]
fn register_should_be_accepted_until_the_window_has_passed() {
    let (worker, late) = (Worker::new(1), Worker::new(2));
    ExtBuilder::default().build_and_execute(|| {
        let (in_time, too_late) = (worker.registration(OPERATOR), late.registration(OPERATOR));
        while System::block_number() < in_time.block + WINDOW {
            next_block();
        }
        assert_ok!(worker.submit(in_time));
        next_block();
        assert_noop!(late.submit(too_late), Error::<Test>::RegistrationExpired);
    });
}

#[test]
fn register_should_be_refused_when_the_block_is_not_of_this_chain() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        let mut fork = worker.registration(OPERATOR);
        fork.block_hash = [9; 32];
        assert_noop!(worker.submit(fork), Error::<Test>::UnknownBlock);

        // The chain answers with zeros for a block whose hash it does not know.
        for ahead in [0, 1, u32::MAX - FIRST_BLOCK] {
            let mut future = worker.registration(OPERATOR);
            future.block = System::block_number() + ahead;
            future.block_hash = [0; 32];
            assert_noop!(worker.submit(future), Error::<Test>::UnknownBlock);
        }
    });
}

#[test]
fn register_should_be_refused_when_the_network_wants_evidence_and_there_is_none() {
    let worker = Worker::new(1);
    ExtBuilder::default().accept_unattested(false).build_and_execute(|| {
        assert_noop!(worker.register(), Error::<Test>::Unattested);
    });
}

#[test]
fn genesis_should_require_evidence_when_it_does_not_say_otherwise() {
    assert!(!crate::GenesisConfig::<Test>::default().accept_unattested);
}

#[test]
fn register_again_should_renew_the_verdict_and_keep_score_and_offer() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(worker.register());
        assert_ok!(Registry::report_benchmark(&worker.id(), 1_000, BENCHMARK_TIME));
        offer(&worker, 42);
        next_block();
        Timestamp::set_timestamp(START + LIFETIME + 1);
        let before = Workers::<Test>::get(worker.id()).unwrap();
        assert!(!Registry::is_current(&before.attestation));

        assert_ok!(worker.register());
        let after = Workers::<Test>::get(worker.id()).unwrap();
        assert_eq!(after.attestation.expires, START + 2 * LIFETIME + 1);
        assert!(Registry::is_current(&after.attestation));
        assert_eq!((after.score, after.price), (before.score, Some(42)));
        assert!(Endpoints::<Test>::contains_key(worker.id()));
        assert_eq!(messages(&worker).len(), 2, "the worker measures itself anew");
    });
}

#[test]
fn register_again_should_drop_the_offer_when_the_operator_changes() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(worker.register());
        assert_ok!(Registry::report_benchmark(&worker.id(), 1_000, BENCHMARK_TIME));
        offer(&worker, 42);
        next_block();

        assert_ok!(worker.submit(worker.registration(STRANGER)));
        let record = Workers::<Test>::get(worker.id()).unwrap();
        assert_eq!((record.operator, record.score, record.price), (STRANGER, Some(600), None));
        assert!(!Endpoints::<Test>::contains_key(worker.id()));
    });
}

#[test]
fn register_should_be_refused_when_it_is_repeated_or_older_than_the_last() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        let former = worker.registration(OPERATOR);
        next_block();
        let latter = worker.registration(STRANGER);
        assert_ok!(worker.submit(latter.clone()));
        next_block();

        assert_noop!(worker.submit(latter), Error::<Test>::RegistrationReplayed);
        assert_noop!(worker.submit(former), Error::<Test>::RegistrationReplayed);
        assert_eq!(Workers::<Test>::get(worker.id()).unwrap().operator, STRANGER);
    });
}

#[test]
fn register_should_only_renew_when_the_worker_is_in_use() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(worker.register());
        Used::set(&vec![worker.id()]);
        next_block();
        Timestamp::set_timestamp(START + 1);

        assert_noop!(worker.submit(worker.registration(STRANGER)), Error::<Test>::WorkerInUse);
        let mut other_key = worker.registration(OPERATOR);
        other_key.encryption_key = EncryptionKey([0xee; ENCRYPTION_KEY_LENGTH]);
        assert_noop!(worker.submit(other_key), Error::<Test>::WorkerInUse);

        assert_ok!(worker.register());
        assert_eq!(Workers::<Test>::get(worker.id()).unwrap().attestation.expires, START + 1 + LIFETIME);
        assert_eq!(messages(&worker).len(), 1, "no second measurement while it works");
    });
}

#[test]
fn register_should_be_refused_when_the_worker_has_stopped_reading() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        let topic = Topic::Worker(worker.id());
        while Mailbox::send(topic, &WorkerMessage::SessionStopped { session: 0 }).is_ok() {}
        assert_err!(
            polkadot_sdk::frame_support::storage::with_storage_layer(|| worker.register()),
            pallet_mailbox::Error::<Test>::TopicFull
        );
        assert!(!Registry::is_registered(&worker.id()));
    });
}
