//! What a relay brings: an update, from bytes to verdict.

use codec::Encode;
use phala_light_client::{
    courier::{verify_update, Update},
    header_hash,
};
use phala_primitives::{
    mailbox::{Message, Topic, TopicState},
    storage,
};

use crate::{
    chain::{CHAIN, WORKER},
    choose, Seed, Verdict,
};

/// The first byte says whether the worker is new or has taken the first update; the rest is the update.
///
/// What is accepted has one encoding, and puts the worker where the chain really was.
pub fn run(data: &[u8]) -> Verdict {
    let (mode, bytes) = choose(data);
    let Ok(update) = Update::from_bytes(bytes) else { return Verdict::Refused };
    assert_eq!(update.encode(), bytes, "two encodings of one update");
    let world = &CHAIN.world;
    let (client, taken) = match mode % 2 {
        0 => (None, TopicState::default()),
        _ => (Some(&CHAIN.taken.0), CHAIN.taken.1),
    };
    let verdict = verify_update(client, &world.genesis_hash(), &WORKER, None, &taken, &update);
    if let Ok(verified) = &verdict {
        let latest = verified.client.latest();
        assert_eq!(latest.hash, header_hash(world.header(latest.number)), "a block that is not on the chain");
        assert_eq!(latest.set_id, 1);
        assert_eq!(verified.client.authorities(), &world.authorities());
        assert_eq!(verified.time, u64::from(latest.number) * 6000);
        let state = world.state_at(latest.number);
        let topic = storage::topic(&Topic::Worker(WORKER));
        assert_eq!(state.get(&topic), Some(&verified.topic.encode()), "not the topic's state");
        let head = update
            .messages
            .iter()
            .fold(taken, |state, Message { block, payload }| state.push(*block, payload));
        assert_eq!(head, verified.topic, "messages that the chain never sent");
        let record = verified.record.as_ref().map(Encode::encode);
        assert_eq!(state.get(&storage::worker(&WORKER)), record.as_ref());
    }
    Verdict::of(&verdict)
}

/// Honest updates, and what a courier could make of them.
pub fn seeds() -> Vec<Seed> {
    let [first, second] = &CHAIN.updates;
    let seed = |mode: u8, update: &Update| (mode, update).encode();
    let without_trust = Update { trust: None, ..first.clone() };
    let skipped = Update { set_changes: Vec::new(), ..first.clone() };
    let mut reordered = first.clone();
    reordered.messages.swap(0, 1);
    vec![
        Seed::accepted("first", seed(0, first)),
        Seed::accepted("second", seed(1, second)),
        Seed::refused("second-too-early", seed(0, second)),
        Seed::refused("without-trust", seed(0, &without_trust)),
        Seed::refused("set-change-left-out", seed(0, &skipped)),
        Seed::refused("messages-reordered", seed(0, &reordered)),
        Seed::refused("first-again", seed(1, first)),
    ]
}
