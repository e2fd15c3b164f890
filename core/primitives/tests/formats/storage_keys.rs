//! The storage keys that light clients prove. The pallets are held against them by tests of their own.

use crate::samples::*;
use insta::assert_snapshot;
use phala_primitives::{session::Seat, storage};

#[test]
fn storage_keys() {
    let keys = [
        ("Grandpa::Authorities", storage::grandpa_authorities()),
        ("Timestamp::Now", storage::timestamp_now()),
        ("Mailbox::Topics", storage::topic(&TOPIC)),
        ("Mailbox::Messages", storage::message(&TOPIC, 0x0102)),
        ("Mailbox::Senders", storage::sender(&WORKER)),
        ("Registry::Workers", storage::worker(&WORKER)),
        ("Registry::EncryptionKeys", storage::encryption_key(&WORKER)),
        ("Mining::Sessions", storage::session(Seat::new(0x0102))),
        ("Jobs::Jobs", storage::job(0x0102)),
    ];
    let lines = keys.map(|(name, key)| format!("{name}:\n{}\n", hex(&key)));
    assert_snapshot!("storage_keys", lines.join("\n"));
}

#[test]
fn timestamp_key_should_be_the_one_every_substrate_chain_has() {
    assert_eq!(
        hex(&storage::timestamp_now()),
        "f0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb"
    );
}
