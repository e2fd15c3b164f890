//! Storage proofs.

use std::{collections::BTreeSet, sync::LazyLock};

use codec::{Decode, Encode};
use phala_light_client::proof::ProvenState;
use phala_light_client_testing::{prove, trie, State};
use phala_primitives::Hash;

use crate::{choose, Seed, Verdict};

/// A state with short values (inside their node), long ones (a node of their own) and branches.
struct Known {
    state: State,
    root: Hash,
    keys: Vec<Vec<u8>>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut state = State::from([
        (b"short".to_vec(), vec![1, 2, 3]),
        (b"shorter".to_vec(), vec![4]),
        (b"long".to_vec(), vec![5; 100]),
        (b"empty".to_vec(), Vec::new()),
    ]);
    state.extend((0..32u8).map(|index| (vec![index, index], vec![index; usize::from(index) * 2])));
    let root = trie(&state).1 .0;
    let keys = ["short", "long", "empty", "absent", "shortest"].map(|key| key.as_bytes().to_vec()).to_vec();
    Known { state, root, keys }
});

/// The first byte says which root the rest, a SCALE-encoded list of nodes, is to be verified under: the known
/// state's, or the hash of the first node, so that decoding goes deep.
///
/// Under the known root only the very nodes of the honest proof are accepted, and prove what the state holds.
/// Under any root the order of nodes does not matter.
pub fn run(data: &[u8]) -> Verdict {
    let (mode, bytes) = choose(data);
    let Ok(nodes) = Vec::<Vec<u8>>::decode(&mut &bytes[..]) else { return Verdict::Refused };
    let Known { state, root, keys } = &*KNOWN;
    let honest_root = mode % 2 == 0;
    let root = match nodes.first() {
        Some(first) if !honest_root => phala_primitives::hash(first),
        _ => *root,
    };
    let verdict = ProvenState::verify(&root, &nodes, keys.clone());
    if let Ok(proven) = &verdict {
        if honest_root {
            let given: BTreeSet<_> = nodes.iter().cloned().collect();
            assert_eq!(given, prove(state, keys).into_iter().collect(), "another proof of one state");
            for key in keys {
                assert_eq!(proven.value(key).unwrap(), state.get(key).map(Vec::as_slice), "not in the state");
            }
        }
    }
    let reversed: Vec<_> = nodes.iter().rev().cloned().collect();
    let again = ProvenState::verify(&root, &reversed, keys.clone());
    assert_eq!(verdict.as_ref().ok(), again.as_ref().ok(), "the order of nodes matters");
    Verdict::of(&verdict)
}

/// Honest proofs, and what can be made of them.
pub fn seeds() -> Vec<Seed> {
    let Known { state, keys, root } = &*KNOWN;
    let nodes = prove(state, keys);
    let mut from_root = nodes.clone();
    from_root.sort_by_key(|node| phala_primitives::hash(node) != *root);
    let more = [nodes.clone(), vec![vec![1, 2, 3]]].concat();
    let twice = [nodes.clone(), vec![nodes[0].clone()]].concat();
    let empty = trie(&State::new());
    assert_ne!(empty.1 .0, *root);
    vec![
        Seed::accepted("honest", (0u8, &nodes).encode()),
        Seed::accepted("under-its-own-root", (1u8, &from_root).encode()),
        Seed::refused("node-missing", (0u8, &nodes[1..]).encode()),
        Seed::refused("node-unused", (0u8, more).encode()),
        Seed::refused("node-twice", (0u8, twice).encode()),
        Seed::refused("of-other-keys", (0u8, prove(state, &[vec![3, 3]])).encode()),
        Seed::refused("short-node-as-root", (1u8, vec![vec![0x41u8, 0x73, 0x04, 0x01]]).encode()),
    ]
}
