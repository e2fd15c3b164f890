use codec::Encode;
use phala_light_client::{
    limits::{MAX_PROOF_BYTES, MAX_PROOF_NODES},
    proof::{ProvenState, StorageProofError},
};
use phala_primitives::Hash;
use proptest::prelude::*;

use crate::world::{prove, trie, State, World};

fn keys(names: &[&str]) -> Vec<Vec<u8>> {
    names.iter().map(|name| name.as_bytes().to_vec()).collect()
}

/// A state with short values (inside their node) and long ones (a node of their own).
fn state() -> (State, Hash) {
    let mut state = World::four().state;
    state.insert(b"short".to_vec(), 7u32.encode());
    state.insert(b"long".to_vec(), vec![7; 1216]);
    state.insert(b"longer".to_vec(), vec![8; 33]);
    state.insert(b"empty".to_vec(), Vec::new());
    let root = trie(&state).1 .0;
    (state, root)
}

#[test]
fn values_should_be_proven_when_present_or_absent() {
    let (state, root) = state();
    let keys = keys(&["short", "long", "longer", "empty", "lon", "longest", "absent", ""]);
    let proven = ProvenState::verify(&root, &prove(&state, &keys), keys.clone()).unwrap();
    for key in &keys {
        assert_eq!(proven.value(key), Ok(state.get(key).map(Vec::as_slice)));
    }
    assert_eq!(proven.decode::<u32>(b"short"), Ok(Some(7)));
    assert_eq!(proven.decode::<u32>(b"absent"), Ok(None));
    assert_eq!(proven.root(), &root);
}

#[test]
fn value_should_be_refused_when_it_has_another_type() {
    let (state, root) = state();
    let keys = keys(&["short"]);
    let proven = ProvenState::verify(&root, &prove(&state, &keys), keys).unwrap();
    assert_eq!(proven.decode::<u64>(b"short"), Err(StorageProofError::UnexpectedValue), "too short");
    assert_eq!(proven.decode::<u16>(b"short"), Err(StorageProofError::UnexpectedValue), "bytes left over");
    assert_eq!(proven.value(b"long"), Err(StorageProofError::NotCovered));
}

#[test]
fn proof_should_be_refused_when_it_is_for_another_root_or_key() {
    let (state, root) = state();
    let long = keys(&["long"]);
    let nodes = prove(&state, &long);
    let verify = |root: &Hash, keys| ProvenState::verify(root, &nodes, keys);
    assert_eq!(verify(&[1; 32], long.clone()), Err(StorageProofError::Incomplete));
    let mut changed = state.clone();
    changed.insert(b"long".to_vec(), vec![9; 1216]);
    assert_eq!(verify(&trie(&changed).1 .0, long), Err(StorageProofError::Incomplete));
    assert!(verify(&root, keys(&["short"])).is_err());
    assert_eq!(verify(&root, keys(&[])), Err(StorageProofError::UnusedNode));
}

#[test]
fn proof_should_be_refused_when_a_node_is_missing_repeated_or_unused() {
    let (state, root) = state();
    let long = keys(&["long"]);
    let nodes = prove(&state, &long);
    assert!(nodes.len() > 2);
    let verify = |nodes: &[Vec<u8>]| ProvenState::verify(&root, nodes, long.clone());
    for index in 0..nodes.len() {
        let mut missing = nodes.clone();
        let node = missing.remove(index);
        assert_eq!(verify(&missing), Err(StorageProofError::Incomplete));
        let repeated = [nodes.as_slice(), &[node]].concat();
        assert_eq!(verify(&repeated), Err(StorageProofError::DuplicateNode));
    }
    for other in ["short", "longer"] {
        let more = prove(&state, &keys(&["long", other]));
        assert_eq!(verify(&more), Err(StorageProofError::UnusedNode));
    }
    let junk = [nodes.as_slice(), &[vec![1, 2, 3]]].concat();
    assert_eq!(verify(&junk), Err(StorageProofError::UnusedNode));
    let reversed: Vec<_> = nodes.iter().rev().cloned().collect();
    assert!(verify(&reversed).is_ok(), "the order of nodes proves nothing");
}

#[test]
fn proof_should_be_refused_when_any_byte_is_flipped() {
    let (state, root) = state();
    let keys = keys(&["long", "short", "absent"]);
    let honest = prove(&state, &keys);
    assert!(ProvenState::verify(&root, &honest, keys.clone()).is_ok());
    for node in 0..honest.len() {
        for byte in 0..honest[node].len() {
            let mut forged = honest.clone();
            forged[node][byte] ^= 1 << (byte % 8);
            assert!(ProvenState::verify(&root, &forged, keys.clone()).is_err(), "node {node} byte {byte}");
        }
    }
}

#[test]
fn empty_state_should_prove_absence() {
    let root = trie(&State::new()).1 .0;
    let keys = keys(&["absent"]);
    let nodes = prove(&State::new(), &keys);
    let proven = ProvenState::verify(&root, &nodes, keys).unwrap();
    assert_eq!(proven.value(b"absent"), Ok(None));
    let junk = [vec![1]];
    let result = ProvenState::verify(&root, &junk, vec![b"absent".to_vec()]);
    assert_eq!(result, Err(StorageProofError::UnusedNode), "the empty root needs no node of its own");
}

#[test]
fn proof_should_be_refused_when_it_exceeds_the_limits() {
    let many = vec![vec![0]; MAX_PROOF_NODES + 1];
    let found = many.len();
    assert_eq!(
        ProvenState::verify(&[0; 32], &many, Vec::new()),
        Err(StorageProofError::TooManyNodes { found })
    );
    let large = [vec![0; MAX_PROOF_BYTES + 1]];
    let bytes = MAX_PROOF_BYTES + 1;
    assert_eq!(ProvenState::verify(&[0; 32], &large, Vec::new()), Err(StorageProofError::TooLarge { bytes }));
}

#[test]
fn node_should_be_refused_when_it_hashes_right_but_is_none() {
    for junk in [vec![], vec![0xff; 40], vec![0x01], vec![0x80; 3], vec![0x43, 0, 0]] {
        let root = phala_primitives::hash(&junk);
        assert_eq!(
            ProvenState::verify(&root, &[junk], keys(&["any"])),
            Err(StorageProofError::MalformedNode)
        );
    }
}

proptest! {
    #[test]
    fn proof_should_hold_for_any_state_and_keys(
        state in proptest::collection::btree_map(
            proptest::collection::vec(0u8..4, 0..5),
            proptest::collection::vec(any::<u8>(), 0..80),
            0..60,
        ),
        keys in proptest::collection::vec(proptest::collection::vec(0u8..4, 0..5), 0..8),
        flip in any::<(prop::sample::Index, prop::sample::Index, prop::sample::Index)>(),
    ) {
        let root = trie(&state).1.0;
        let nodes = prove(&state, &keys);
        // A proof of nothing needs no node, not even the root.
        let proven = ProvenState::verify(&root, &nodes, keys.clone()).unwrap();
        for key in &keys {
            prop_assert_eq!(proven.value(key).unwrap(), state.get(key).map(Vec::as_slice));
        }
        if !nodes.is_empty() {
            let mut forged = nodes.clone();
            let node = flip.0.index(forged.len());
            let byte = flip.1.index(forged[node].len());
            forged[node][byte] ^= 1 << flip.2.index(8);
            prop_assert!(ProvenState::verify(&root, &forged, keys).is_err());
        }
    }

    #[test]
    fn hostile_nodes_should_never_panic(junk in proptest::collection::vec(any::<u8>(), 0..120), key in any::<[u8; 4]>()) {
        let root = phala_primitives::hash(&junk);
        let _ = ProvenState::verify(&root, &[junk], vec![key.to_vec()]);
    }
}
