//! Storage keys that light clients prove. A test of the runtime holds them against the pallets.

use alloc::vec::Vec;
use codec::Encode;
use sp_crypto_hashing::{blake2_128, twox_128};

use crate::{mailbox::Topic, session::Seat, JobId, WorkerId};

fn value(pallet: &str, item: &str) -> Vec<u8> {
    [twox_128(pallet.as_bytes()), twox_128(item.as_bytes())].concat()
}

/// Key of a map entry hashed with `Blake2_128Concat`.
fn map_entry(pallet: &str, item: &str, key: &impl Encode) -> Vec<u8> {
    let key = key.encode();
    [value(pallet, item).as_slice(), &blake2_128(&key), &key].concat()
}

/// `Grandpa::Authorities`: `Vec<(AuthorityId, u64)>`.
pub fn grandpa_authorities() -> Vec<u8> {
    value("Grandpa", "Authorities")
}

/// `Timestamp::Now`: [`crate::Moment`].
pub fn timestamp_now() -> Vec<u8> {
    value("Timestamp", "Now")
}

/// `Mailbox::Topics`: [`crate::mailbox::TopicState`].
pub fn topic(topic: &Topic) -> Vec<u8> {
    map_entry("Mailbox", "Topics", topic)
}

/// `Mailbox::Messages`: [`crate::mailbox::Message`], from the oldest unacknowledged one on.
pub fn message(topic: &Topic, index: u64) -> Vec<u8> {
    let index = index.encode();
    [map_entry("Mailbox", "Messages", topic).as_slice(), &blake2_128(&index), &index].concat()
}

/// `Mailbox::Senders`: [`crate::report::SenderState`], which reports are accepted from a worker.
pub fn sender(worker: &WorkerId) -> Vec<u8> {
    map_entry("Mailbox", "Senders", worker)
}

/// `Registry::Workers`: [`crate::registry::WorkerRecord`].
pub fn worker(worker: &WorkerId) -> Vec<u8> {
    map_entry("Registry", "Workers", worker)
}

/// `Registry::EncryptionKeys`: [`crate::EncryptionKey`].
pub fn encryption_key(worker: &WorkerId) -> Vec<u8> {
    map_entry("Registry", "EncryptionKeys", worker)
}

/// `Mining::Sessions`: begins with a [`crate::session::SessionHead`]. Not hashed, so that neighbours are
/// stored beside each other.
pub fn session(seat: Seat) -> Vec<u8> {
    [value("Mining", "Sessions"), seat.encode()].concat()
}

/// `Jobs::Jobs`: [`crate::job::JobRecord`].
pub fn job(job: JobId) -> Vec<u8> {
    map_entry("Jobs", "Jobs", &job)
}
