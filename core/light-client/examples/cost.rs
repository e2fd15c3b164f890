//! Measures what the largest acceptable inputs cost to verify; [`phala_light_client::limits`] states the outcome.
//!
//! ```sh
//! cargo run --release -p phala-light-client --example cost
//! ```
#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use codec::Encode;
use phala_light_client::{
    courier::{proven_keys, verify_update, FinalityProof, Update},
    finality::verify_finality,
    limits::{
        MAX_ANCESTRIES, MAX_AUTHORITIES, MAX_MESSAGES, MAX_PRECOMMITS, MAX_SET_CHANGES, MAX_UPDATE_BYTES,
    },
    mailbox::verify_messages,
    proof::ProvenState,
    Header,
};
use phala_light_client_testing::{fork, prove, trie, validators, State, Vote, World};
use phala_primitives::{
    mailbox::{Message, Topic, TopicState, MAX_PAYLOAD},
    storage, WorkerId,
};

const WORKER: WorkerId = WorkerId([7; 32]);

fn main() {
    for count in [4, 100, MAX_AUTHORITIES] {
        let mut world = World::new("cost", count);
        world.build_to(1);
        let proof = world.finalize(1);
        report(&format!("justification of {count} authorities"), || finality(&world, &proof));
    }
    let mut world = World::new("cost", MAX_AUTHORITIES);
    world.build_to(1);
    for (name, votes, headers) in [deep(&world), wide(&world)] {
        let proof = world.justified(1, votes, headers);
        report(name, || finality(&world, &proof));
    }
    messages();
    proof();
    update();
}

fn report(name: &str, mut run: impl FnMut()) {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed());
    }
    println!("{name}: {:.1} ms", best.as_secs_f64() * 1000.0);
}

fn finality(world: &World, proof: &FinalityProof) {
    verify_finality(&proof.header, &proof.justification, world.set_id, &world.authorities()).unwrap();
}

/// Everybody votes for the target; those whom GRANDPA tolerates vote again, each for another block of a long chain.
fn deep(world: &World) -> (&'static str, Vec<Vote>, Vec<Header>) {
    let next = |header: &Header| Some(fork(header, 1));
    let headers: Vec<_> = std::iter::successors(next(world.header(1)), next).take(MAX_ANCESTRIES).collect();
    ("most votes and headers, one above the other", votes(world, headers.iter().rev()), headers)
}

/// The same with a block of its own for each vote that is left.
fn wide(world: &World) -> (&'static str, Vec<Vote>, Vec<Header>) {
    let siblings = (0..(MAX_PRECOMMITS - MAX_AUTHORITIES) as u32).map(|tag| {
        let mut header = fork(world.header(1), 0);
        header.extrinsics_root.0[..4].copy_from_slice(&tag.to_le_bytes());
        header
    });
    let headers: Vec<_> = siblings.collect();
    ("most votes and headers, side by side", votes(world, headers.iter()), headers)
}

fn votes<'a>(world: &World, mut targets: impl Iterator<Item = &'a Header> + Clone) -> Vec<Vote> {
    let mut votes: Vec<_> = world.validators.iter().map(|voter| world.vote(voter, world.header(1))).collect();
    let liars = world.validators[..MAX_AUTHORITIES / 3].iter().cycle();
    let again = liars.map_while(|liar| Some(world.vote(liar, targets.next()?)));
    votes.extend(again.take(MAX_PRECOMMITS - MAX_AUTHORITIES));
    votes
}

fn log() -> (TopicState, Vec<Message>) {
    let messages = vec![Message { block: 1, payload: vec![3; MAX_PAYLOAD as usize] }; MAX_MESSAGES];
    (messages.iter().fold(TopicState::default(), |state, message| state.push(1, &message.payload)), messages)
}

fn messages() {
    let (state, messages) = log();
    report("most and largest messages", || {
        verify_messages(&TopicState::default(), &state, &messages).unwrap();
    });
}

fn proof() {
    let key = |index: u32| phala_primitives::hash(&index.to_le_bytes()).to_vec();
    let state: State = (0..400).map(|index: u32| (key(index), index.to_le_bytes().repeat(600))).collect();
    let root = trie(&state).1 .0;
    let keys: Vec<_> = state.keys().cloned().collect();
    let nodes = prove(&state, &keys);
    let bytes: usize = nodes.iter().map(Vec::len).sum();
    report(&format!("storage proof of {} nodes and {bytes} bytes", nodes.len()), || {
        ProvenState::verify(&root, &nodes, keys.clone()).unwrap();
    });
}

/// As many changes of the largest sets as fit into one update.
fn update() {
    let mut world = World::new("cost", MAX_AUTHORITIES);
    let (topic, messages) = log();
    let mut change = |index| world.change_set(validators(&format!("{index}"), MAX_AUTHORITIES));
    let first = change(0);
    // Half a mebibyte is for the last finality proof, the state proof and the genesis proof.
    let room = MAX_UPDATE_BYTES - messages.encoded_size() - (1 << 19);
    let count = MAX_SET_CHANGES.min(room / (first.encoded_size() + 8));
    let set_changes: Vec<FinalityProof> = [first].into_iter().chain((1..count).map(change)).collect();
    world.put(storage::topic(&Topic::Worker(WORKER)), topic);
    world.put(storage::timestamp_now(), 1u64);
    let number = world.build(Vec::new());
    let update = Update {
        trust: Some(world.genesis_proof()),
        set_changes,
        finality: world.finalize(number),
        state_proof: world.prove(number, &proven_keys(&WORKER, None)),
        messages,
    };
    let bytes = update.encoded_size();
    report(&format!("update of {bytes} bytes with {count} changes of {MAX_AUTHORITIES} authorities"), || {
        let taken = TopicState::default();
        verify_update(None, &world.genesis_hash(), &WORKER, None, &taken, &update).unwrap();
    });
}
