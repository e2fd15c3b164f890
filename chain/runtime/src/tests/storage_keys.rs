//! The storage keys that light clients prove, held against the pallets.

use phala_primitives::{mailbox::Topic, session::Seat, storage, WorkerId};

use polkadot_sdk::frame_support::traits::Get;

use crate::Runtime;

const WORKER: WorkerId = WorkerId([7; 32]);

#[test]
fn workers_should_take_in_a_full_backlog_at_once() {
    let most: u64 = <Runtime as pallet_mailbox::Config>::MaxBacklog::get();
    assert!(most <= phala_light_client::limits::MAX_MESSAGES as u64);
}

#[test]
fn proven_keys_should_be_those_of_the_pallets() {
    use polkadot_sdk::{pallet_grandpa, pallet_timestamp};
    let topic = Topic::Worker(WORKER);

    assert_eq!(storage::grandpa_authorities(), pallet_grandpa::Authorities::<Runtime>::hashed_key());
    assert_eq!(storage::timestamp_now(), pallet_timestamp::Now::<Runtime>::hashed_key());
    assert_eq!(storage::topic(&topic), pallet_mailbox::Topics::<Runtime>::hashed_key_for(topic));
    assert_eq!(storage::message(&topic, 9), pallet_mailbox::Messages::<Runtime>::hashed_key_for(topic, 9));
    assert_eq!(storage::sender(&WORKER), pallet_mailbox::Senders::<Runtime>::hashed_key_for(WORKER));
    assert_eq!(storage::worker(&WORKER), pallet_registry::Workers::<Runtime>::hashed_key_for(WORKER));
    assert_eq!(
        storage::encryption_key(&WORKER),
        pallet_registry::EncryptionKeys::<Runtime>::hashed_key_for(WORKER)
    );
    let seat = Seat::new(3);
    assert_eq!(storage::session(seat), pallet_mining::Sessions::<Runtime>::hashed_key_for(seat));
    assert_eq!(storage::job(3), pallet_jobs::Jobs::<Runtime>::hashed_key_for(3));
}
