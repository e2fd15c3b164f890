//! What light clients and enclaves compute must be what the chain computes.

use phala_primitives::{storage, verify_signature, Hash, Signature};
use polkadot_sdk::{sp_core::sr25519, sp_io::crypto::sr25519_verify};

use crate::{mock::*, Messages, Senders, Topics};

#[test]
fn storage_keys_should_be_those_that_light_clients_prove() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_eq!(storage::topic(&worker.topic()), Topics::<Test>::hashed_key_for(worker.topic()));
        assert_eq!(
            storage::message(&worker.topic(), 258),
            Messages::<Test>::hashed_key_for(worker.topic(), 258)
        );
        assert_eq!(storage::sender(&worker.id()), Senders::<Test>::hashed_key_for(worker.id()));
    });
}

#[test]
fn signatures_should_have_the_same_verdict_on_the_chain_and_outside() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        let genesis: Hash = Mailbox::genesis_hash();
        let good = worker.acknowledgement(0, 0);
        let payload = good.report.signing_payload(&genesis);
        let mut bad = good.signature;
        bad.0[63] ^= 1;
        for (signature, verdict) in [(good.signature, true), (bad, false), (Signature([0; 64]), false)] {
            let id = worker.id();
            let on_chain = sr25519_verify(
                &sr25519::Signature::from_raw(signature.0),
                &payload,
                &sr25519::Public::from_raw(id.0),
            );
            assert_eq!((on_chain, verify_signature(&signature, &payload, &id)), (verdict, verdict));
        }
    });
}
