//! States, their tries, and proofs of their values.

use std::collections::{BTreeMap, BTreeSet};

use sp_core::{Blake2Hasher, H256};
use sp_trie::{LayoutV1, MemoryDB, Recorder, Trie, TrieDBBuilder, TrieDBMutBuilder, TrieMut};

/// Keys and values.
pub type State = BTreeMap<Vec<u8>, Vec<u8>>;

type Layout = LayoutV1<Blake2Hasher>;

/// The trie of a state: its nodes, and its root.
pub fn trie(state: &State) -> (MemoryDB<Blake2Hasher>, H256) {
    let mut database = MemoryDB::<Blake2Hasher>::default();
    let mut root = H256::zero();
    {
        let mut trie = TrieDBMutBuilder::<Layout>::new(&mut database, &mut root).build();
        for (key, value) in state {
            trie.insert(key, value).unwrap();
        }
    }
    (database, root)
}

/// Raw trie nodes on the paths to `keys`, as `state_getReadProof` gives them.
pub fn prove(state: &State, keys: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let (database, root) = trie(state);
    let mut recorder = Recorder::<Layout>::new();
    {
        let trie = TrieDBBuilder::<Layout>::new(&database, &root).with_recorder(&mut recorder).build();
        for key in keys {
            trie.get(key).unwrap();
        }
    }
    let nodes: BTreeSet<_> = recorder.drain().into_iter().map(|record| record.data).collect();
    nodes.into_iter().collect()
}
