//! What it costs to come back after a long time: nothing for the blocks in between.
//!
//! [`verify_update`] is a pure function: all that it could verify lies in the update that it is given.
//! So the work is counted there.

use codec::{Decode, Encode};
use phala_light_client::courier::{proven_keys, verify_update, FinalityProof, Update};
use phala_primitives::{
    mailbox::{Message, Topic, TopicState, WorkerMessage},
    storage, WorkerId,
};

use crate::world::{validators, Justification, World};

const WORKER: WorkerId = WorkerId([7; 32]);

/// What there is to verify.
#[derive(Debug, PartialEq)]
struct Work {
    headers: usize,
    signatures: usize,
    nodes: usize,
    messages: usize,
    bytes: usize,
}

/// Has a worker that knows nothing but the genesis hash catch up over `blocks` blocks with so many set changes
/// and messages among them; returns what was verified.
fn catch_up(blocks: u32, changes: u32, messages: u32) -> Work {
    let mut world = World::four();
    let (mut topic, mut log, mut set_changes) = (TopicState::default(), Vec::new(), Vec::new());
    let every = blocks / (changes + 1);
    for index in 0..changes {
        world.build_to(every * (index + 1) - 1);
        set_changes.push(world.change_set(validators(&format!("{index}"), 4)));
    }
    for index in 0..messages {
        let payload = WorkerMessage::SessionStarted { session: index.into() }.encode();
        topic = topic.push(index, &payload);
        log.push(Message { block: index, payload });
    }
    world.put(storage::topic(&Topic::Worker(WORKER)), topic);
    world.put(storage::timestamp_now(), 1u64);
    world.build_to(blocks);
    let update = Update {
        trust: Some(world.genesis_proof()),
        set_changes,
        finality: world.finalize(blocks),
        state_proof: world.prove(blocks, &proven_keys(&WORKER, None)),
        messages: log,
    };
    let verified =
        verify_update(None, &world.genesis_hash(), &WORKER, None, &TopicState::default(), &update).unwrap();
    assert_eq!((verified.client.latest().number, verified.topic), (blocks, topic));
    assert_eq!(verified.client.latest().set_id, u64::from(changes));
    work(&update)
}

fn work(update: &Update) -> Work {
    let proofs: Vec<&FinalityProof> = update.set_changes.iter().chain([&update.finality]).collect();
    let justifications =
        proofs.iter().map(|proof| Justification::decode(&mut &proof.justification[..]).unwrap());
    let (signatures, ancestries) = justifications
        .map(|proof| (proof.commit.precommits.len(), proof.votes_ancestries.len()))
        .fold((0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
    Work {
        headers: 1 + proofs.len() + ancestries,
        signatures,
        nodes: update.state_proof.len(),
        messages: update.messages.len(),
        bytes: update.encoded_size(),
    }
}

#[test]
fn work_should_be_the_same_however_many_blocks_lie_in_between() {
    let few = catch_up(1_000, 3, 20);
    assert_eq!((few.headers, few.signatures, few.messages), (1 + 3 + 1, 4 * 3, 20));
    for blocks in [10_000, 100_000] {
        let many = catch_up(blocks, 3, 20);
        // Numbers of blocks are compact: a larger one takes up to two bytes more in each header.
        assert!(many.bytes - few.bytes <= 2 * few.headers, "{many:?}");
        assert_eq!(Work { bytes: few.bytes, ..many }, few);
    }
}

#[test]
fn work_should_grow_with_each_set_change_and_each_message() {
    let base = catch_up(100, 0, 0);
    assert_eq!((base.headers, base.signatures, base.messages), (2, 3, 0));
    let changed = catch_up(100, 5, 0);
    assert_eq!((changed.headers, changed.signatures), (2 + 5, 3 + 5 * 3));
    let told = catch_up(100, 0, 7);
    assert_eq!((told.headers, told.signatures, told.messages), (2, 3, 7));
}
