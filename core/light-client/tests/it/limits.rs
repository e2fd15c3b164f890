//! Every limit: what is just within it is accepted, one more is refused with cause and remedy.

use codec::Encode;
use phala_light_client::{
    authorities::AuthoritiesError,
    courier::{proven_keys, FinalityProof, Update, UpdateError, VerifiedUpdate},
    finality::{verify_finality, FinalityError},
    header_hash,
    limits::*,
    mailbox::{verify_messages, MailboxError},
    proof::{ProvenState, StorageProofError},
    AdvanceError, Header, LightClient,
};
use phala_primitives::{
    mailbox::{Message, Topic, TopicState, MAX_PAYLOAD},
    storage, WorkerId,
};
use sp_core::H256;
use sp_runtime::generic::DigestItem;

use crate::world::{fork, prove, set_change, tampered, trie, validators, weighted, State, World};

const WORKER: WorkerId = WorkerId([7; 32]);

/// The error, which must name what is wrong and what to do.
fn says<E: std::error::Error>(error: E, words: &[&str]) -> E {
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
    error
}

fn verdict(world: &World, proof: &FinalityProof) -> Result<(), FinalityError> {
    verify_finality(&proof.header, &proof.justification, world.set_id, &world.authorities())
}

/// `count` headers, each on top of the one before, the first on top of `parent`.
fn descendants(parent: &Header, count: usize) -> Vec<Header> {
    let next = |header: &Header| Some(fork(header, 1));
    std::iter::successors(next(parent), next).take(count).collect()
}

/// Lengthens a header by `bytes`.
fn pad(header: &mut Header, bytes: usize) {
    let before = header.encoded_size();
    header.digest.push(DigestItem::Other(Vec::new()));
    let missing = (before + bytes).checked_sub(header.encoded_size()).unwrap();
    // The length of the padding takes a few bytes itself.
    for length in (missing.saturating_sub(4)..=missing).rev() {
        header.digest.pop();
        header.digest.push(DigestItem::Other(vec![0; length]));
        if header.encoded_size() == before + bytes {
            return;
        }
    }
    panic!("no padding makes {bytes} bytes more");
}

#[test]
fn justification_may_be_as_large_as_its_limit() {
    let mut world = World::four();
    world.build_to(1);
    let justified = |bytes: usize| {
        let mut child = fork(world.header(1), 1);
        let votes = |child: &Header| {
            let vote = |voter| world.vote(voter, world.header(1));
            let mut votes: Vec<_> = world.validators[..3].iter().map(vote).collect();
            votes.push(world.vote(&world.validators[3], child));
            votes
        };
        let size = world.justified(1, votes(&child), vec![child.clone()]).justification.len();
        pad(&mut child, bytes - size);
        let proof = world.justified(1, votes(&child), vec![child]);
        assert_eq!(proof.justification.len(), bytes);
        proof
    };
    assert_eq!(verdict(&world, &justified(MAX_JUSTIFICATION_BYTES)), Ok(()));
    let bytes = MAX_JUSTIFICATION_BYTES + 1;
    let error =
        says(verdict(&world, &justified(bytes)).unwrap_err(), &["1048577", "use one of another block"]);
    assert_eq!(error, FinalityError::TooLarge { bytes });
}

/// Log items without contents take one byte on the wire and 32 in memory.
#[test]
fn justification_should_be_refused_when_it_would_fill_the_memory() {
    let mut world = World::four();
    world.build_to(1);
    let with_items = |count: usize| {
        let mut child = fork(world.header(1), 1);
        child.digest.logs = vec![DigestItem::RuntimeEnvironmentUpdated; count];
        let mut votes: Vec<_> =
            world.validators[..3].iter().map(|voter| world.vote(voter, world.header(1))).collect();
        votes.push(world.vote(&world.validators[3], &child));
        verdict(&world, &world.justified(1, votes, vec![child]))
    };
    assert_eq!(with_items(1000), Ok(()));
    assert_eq!(with_items(MAX_JUSTIFICATION_BYTES - 1000), Err(FinalityError::Malformed));
}

#[test]
fn justification_may_have_as_many_votes_as_the_largest_set_with_everybody_equivocating() {
    let mut world = World::new("many", MAX_AUTHORITIES);
    world.build_to(1);
    let (left, right) = (fork(world.header(1), 1), fork(world.header(1), 2));
    // The last third equivocates, the others vote twice for the same.
    let honest = MAX_AUTHORITIES - MAX_AUTHORITIES / 3;
    let mut votes: Vec<_> = world.validators[..honest]
        .iter()
        .flat_map(|voter| [world.header(1), world.header(1)].map(|target| world.vote(voter, target)))
        .collect();
    for voter in &world.validators[honest..] {
        votes.extend([&left, &right].map(|target| world.vote(voter, target)));
    }
    assert_eq!(votes.len(), MAX_PRECOMMITS);
    let proof = world.justified(1, votes, vec![left, right]);
    assert_eq!(verdict(&world, &proof), Ok(()));

    let more = tampered(proof, |proof| proof.commit.precommits.push(proof.commit.precommits[0].clone()));
    let error = says(verdict(&world, &more).unwrap_err(), &["2001 precommits", "use one of another block"]);
    assert_eq!(error, FinalityError::TooMany { precommits: MAX_PRECOMMITS + 1, headers: 2 });
}

#[test]
fn justification_may_have_as_many_headers_as_its_limit() {
    let mut world = World::four();
    world.build_to(1);
    let with_headers = |count: usize| {
        let headers = descendants(world.header(1), count);
        let mut votes: Vec<_> =
            world.validators[..3].iter().map(|voter| world.vote(voter, world.header(1))).collect();
        votes.push(world.vote(&world.validators[3], headers.last().unwrap()));
        verdict(&world, &world.justified(1, votes, headers))
    };
    assert_eq!(with_headers(MAX_ANCESTRIES), Ok(()));
    let error =
        says(with_headers(MAX_ANCESTRIES + 1).unwrap_err(), &["1025 headers", "nearer to each other"]);
    assert_eq!(error, FinalityError::TooMany { precommits: 4, headers: MAX_ANCESTRIES + 1 });
}

#[test]
fn counts_should_be_refused_before_any_signature_is_verified() {
    let mut world = World::four();
    world.build_to(1);
    let proof = tampered(world.finalize(1), |proof| {
        let mut unsigned = proof.commit.precommits[0].clone();
        unsigned.signature = sp_core::ed25519::Signature::from_raw([0; 64]).into();
        proof.commit.precommits = vec![unsigned; MAX_PRECOMMITS + 1];
    });
    assert!(matches!(verdict(&world, &proof), Err(FinalityError::TooMany { .. })));
}

#[test]
fn authority_set_may_be_as_large_as_its_limit() {
    let change = |count: usize| {
        let mut world = World::four();
        let mut client = LightClient::bootstrap(&world.genesis_hash(), &world.genesis_proof()).unwrap();
        let next = validators("next", count);
        let number = world.build(vec![set_change(weighted(&next, &vec![1; count]), 0)]);
        client.apply_set_change(&world.finalize(number))
    };
    assert_eq!(change(MAX_AUTHORITIES), Ok(()));
    let found = MAX_AUTHORITIES + 1;
    let error = says(change(found).unwrap_err(), &["1001 members", "the most that this version verifies"]);
    assert_eq!(error, AuthoritiesError::TooMany { found }.into());
}

#[test]
fn header_may_be_as_large_as_its_limit() {
    let verdict = |bytes: usize| {
        let world = World::four();
        let mut client = LightClient::bootstrap(&world.genesis_hash(), &world.genesis_proof()).unwrap();
        let mut header = fork(world.header(0), 1);
        let size = header.encoded_size();
        pad(&mut header, bytes - size);
        let votes = world.validators.iter().map(|voter| world.vote(voter, &header)).collect();
        let justification = crate::world::justification(&header, votes, Vec::new()).encode();
        client.advance(&FinalityProof { header, justification })
    };
    assert_eq!(verdict(MAX_HEADER_BYTES), Ok(()));
    let bytes = MAX_HEADER_BYTES + 1;
    let error =
        says(verdict(bytes).unwrap_err(), &["131073", "no runtime of this network makes such a header"]);
    assert_eq!(error, AdvanceError::HeaderTooLarge { bytes });
}

#[test]
fn storage_proof_may_have_as_many_nodes_as_its_limit() {
    let state: State =
        (0..3000u32).map(|index| (phala_primitives::hash(&index.encode()).to_vec(), vec![1])).collect();
    let root = trie(&state).1 .0;
    // Keys until they need so many nodes; one that would need more than are left is passed over.
    let (mut keys, mut rest) = (Vec::new(), state.keys().cloned().collect::<Vec<_>>());
    for step in [256, 32, 4, 1] {
        while rest.len() >= step {
            let longer = [keys.as_slice(), &rest[..step]].concat();
            if prove(&state, &longer).len() <= MAX_PROOF_NODES {
                keys = longer;
            } else if step > 1 {
                break;
            }
            rest.drain(..step);
            if prove(&state, &keys).len() == MAX_PROOF_NODES {
                break;
            }
        }
    }
    let nodes = prove(&state, &keys);
    assert_eq!(nodes.len(), MAX_PROOF_NODES);
    assert!(ProvenState::verify(&root, &nodes, keys.clone()).is_ok());
    let more = [nodes, vec![vec![0]]].concat();
    let error = ProvenState::verify(&root, &more, keys).unwrap_err();
    let error = says(error, &["1025 nodes", "prove fewer keys at once"]);
    assert_eq!(error, StorageProofError::TooManyNodes { found: MAX_PROOF_NODES + 1 });
}

#[test]
fn storage_proof_may_have_as_many_bytes_as_its_limit() {
    let key = b"large".to_vec();
    let verdict = |bytes: usize| {
        let with_value = |length: usize| State::from([(key.clone(), vec![7; length])]);
        let proof_of = |state: &State| prove(state, std::slice::from_ref(&key));
        let overhead = proof_of(&with_value(1000)).iter().map(Vec::len).sum::<usize>() - 1000;
        let state = with_value(bytes - overhead);
        let nodes = proof_of(&state);
        assert_eq!(nodes.iter().map(Vec::len).sum::<usize>(), bytes);
        ProvenState::verify(&trie(&state).1 .0, &nodes, vec![key.clone()]).map(drop)
    };
    assert_eq!(verdict(MAX_PROOF_BYTES), Ok(()));
    let bytes = MAX_PROOF_BYTES + 1;
    let error = says(verdict(bytes).unwrap_err(), &["1048577 bytes", "prove fewer or smaller values"]);
    assert_eq!(error, StorageProofError::TooLarge { bytes });
}

fn messages(count: usize, payload: usize) -> (TopicState, Vec<Message>) {
    let messages = vec![Message { block: 1, payload: vec![3; payload] }; count];
    let state = messages.iter().fold(TopicState::default(), |state, message| state.push(1, &message.payload));
    (state, messages)
}

#[test]
fn backlog_may_have_as_many_messages_as_its_limit_each_as_large_as_its_own() {
    let verdict = |count, payload| {
        let (proven, messages) = messages(count, payload);
        verify_messages(&TopicState::default(), &proven, &messages)
    };
    assert_eq!(verdict(MAX_MESSAGES, MAX_PAYLOAD as usize), Ok(()));
    let found = MAX_MESSAGES + 1;
    let error =
        says(verdict(found, 1).unwrap_err(), &["1025 messages", "up to an earlier final block first"]);
    assert_eq!(error, MailboxError::TooMany { found });
    let bytes = MAX_PAYLOAD as usize + 1;
    let error = says(verdict(1, bytes).unwrap_err(), &["4097 bytes", "no chain of this network accepts"]);
    assert_eq!(error, MailboxError::PayloadTooLarge { index: 0, bytes });
}

/// An update with `changes` set changes and `messages` messages, and the verdict of a new worker on it.
fn update(changes: usize, count: usize) -> Result<VerifiedUpdate, UpdateError> {
    let mut world = World::four();
    let set_changes =
        (0..changes).map(|index| world.change_set(validators(&format!("{index}"), 1))).collect();
    let (topic, messages) = messages(count, 40);
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
    verify(&world, &update)
}

fn verify(world: &World, update: &Update) -> Result<VerifiedUpdate, UpdateError> {
    let taken = TopicState::default();
    phala_light_client::courier::verify_update(None, &world.genesis_hash(), &WORKER, None, &taken, update)
}

#[test]
fn update_may_have_as_many_set_changes_and_messages_as_its_limits() {
    let verified = update(MAX_SET_CHANGES, MAX_MESSAGES).unwrap();
    assert_eq!(verified.client.latest().set_id, MAX_SET_CHANGES as u64);
    assert_eq!(verified.topic.count, MAX_MESSAGES as u64);
    let found = MAX_SET_CHANGES + 1;
    let error = says(update(found, 0).unwrap_err(), &["257 set changes", "send several updates"]);
    assert_eq!(error, UpdateError::TooManySetChanges { found });
    let found = MAX_MESSAGES + 1;
    let error = says(update(0, found).unwrap_err(), &["1025 messages", "up to an earlier final block first"]);
    assert_eq!(error, MailboxError::TooMany { found }.into());
}

#[test]
fn update_may_be_as_large_as_its_limit() {
    let mut world = World::four();
    world.build_to(1);
    let mut update = Update {
        trust: None,
        set_changes: Vec::new(),
        finality: world.finalize(1),
        state_proof: Vec::new(),
        messages: vec![Message { block: 1, payload: vec![0; 1 << 24] }],
    };
    let excess = update.encoded_size() - MAX_UPDATE_BYTES;
    update.messages[0].payload.truncate((1 << 24) - excess);
    assert_eq!(update.encoded_size(), MAX_UPDATE_BYTES);
    assert!(Update::from_bytes(&update.encode()) == Ok(update.clone()));
    update.messages[0].payload.push(0);
    let bytes = MAX_UPDATE_BYTES + 1;
    let error = Update::from_bytes(&update.encode()).unwrap_err();
    let error = says(error, &["16777217 bytes", "send fewer set changes at once"]);
    assert_eq!(error, UpdateError::TooLarge { bytes });
}

#[cfg(feature = "serde")]
#[test]
fn bundle_should_be_refused_when_it_is_larger_than_its_limit() {
    use phala_light_client::bundle::{Cause, FormatError, ReceiptBundle};
    let format_error = |bytes: usize| match ReceiptBundle::from_json(&vec![b' '; bytes]).unwrap_err().cause {
        Cause::Format(error) => error,
        other => panic!("{other}"),
    };
    assert_eq!(format_error(MAX_BUNDLE_BYTES), FormatError::NotABundle);
    let bytes = MAX_BUNDLE_BYTES + 1;
    let error = says(format_error(bytes), &["16777217 bytes", "make the bundle from a checkpoint"]);
    assert_eq!(error, FormatError::TooLarge { bytes });
}

#[test]
fn largest_header_should_have_room_for_the_largest_authority_set() {
    let next = validators("next", MAX_AUTHORITIES);
    let change = set_change(weighted(&next, &vec![u64::MAX / 1000; MAX_AUTHORITIES]), u32::MAX);
    let header = crate::world::header([1; 32], u32::MAX, H256::zero(), vec![change]);
    assert!(header.encoded_size() < MAX_HEADER_BYTES / 2);
    assert_ne!(header_hash(&header), [0; 32]);
}
