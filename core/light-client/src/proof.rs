//! Storage values against a state root.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use codec::{Decode, DecodeAll};
use phala_primitives::Hash;
use sp_core::{Blake2Hasher, H256};
use sp_trie::{read_trie_value, LayoutV1, MemoryDB, Recorder, StorageProof, TrieError};

use crate::limits::{MAX_PROOF_BYTES, MAX_PROOF_NODES};

type Layout = LayoutV1<Blake2Hasher>;

/// Values of some keys in the state under one root, with absence proven like presence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenState {
    root: Hash,
    values: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl ProvenState {
    /// Verifies that `nodes` (raw trie nodes, as `state_getReadProof` gives them, in any order) prove
    /// the values of `keys` under `root`.
    ///
    /// The proof must be exact: a node that no key needs is refused, and so is one that comes twice.
    pub fn verify(root: &Hash, nodes: &[Vec<u8>], keys: Vec<Vec<u8>>) -> Result<Self, StorageProofError> {
        if nodes.len() > MAX_PROOF_NODES {
            return Err(StorageProofError::TooManyNodes { found: nodes.len() });
        }
        let bytes = nodes.iter().map(Vec::len).sum();
        if bytes > MAX_PROOF_BYTES {
            return Err(StorageProofError::TooLarge { bytes });
        }
        let proof = StorageProof::new_with_duplicate_nodes_check(nodes.iter().cloned())
            .map_err(|_| StorageProofError::DuplicateNode)?;
        let database: MemoryDB<Blake2Hasher> = proof.into_memory_db();
        let mut recorder = Recorder::<Layout>::new();
        let mut values = BTreeMap::new();
        for key in keys {
            let value =
                read_trie_value::<Layout, _>(&database, &H256(*root), &key, Some(&mut recorder), None)
                    .map_err(|error| StorageProofError::from_trie(*error))?;
            values.insert(key, value);
        }
        let used: BTreeSet<Vec<u8>> = recorder.drain().into_iter().map(|record| record.data).collect();
        if nodes.iter().any(|node| !used.contains(node)) {
            return Err(StorageProofError::UnusedNode);
        }
        Ok(Self { root: *root, values })
    }

    /// The state root that the values were proven under.
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// The value of `key`, or none where it is proven to have none.
    pub fn value(&self, key: &[u8]) -> Result<Option<&[u8]>, StorageProofError> {
        let value = self.values.get(key).ok_or(StorageProofError::NotCovered)?;
        Ok(value.as_deref())
    }

    /// What the value of `key` begins with.
    pub fn decode_head<T: Decode>(&self, key: &[u8]) -> Result<Option<T>, StorageProofError> {
        let decode = |value| T::decode(&mut { value }).map_err(|_| StorageProofError::UnexpectedValue);
        self.value(key)?.map(decode).transpose()
    }

    /// The value of `key`, decoded to its last byte.
    pub fn decode<T: Decode>(&self, key: &[u8]) -> Result<Option<T>, StorageProofError> {
        let decode = |value| T::decode_all(&mut { value }).map_err(|_| StorageProofError::UnexpectedValue);
        self.value(key)?.map(decode).transpose()
    }
}

/// Why a storage proof is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageProofError {
    /// More nodes than the limit.
    #[error("the proof has {found} nodes, more than {MAX_PROOF_NODES}; prove fewer keys at once")]
    TooManyNodes {
        /// How many.
        found: usize,
    },
    /// Larger than the limit.
    #[error(
        "the proof has {bytes} bytes, more than {MAX_PROOF_BYTES}; prove fewer or smaller values at once"
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// A node comes twice.
    #[error("the proof holds a node twice")]
    DuplicateNode,
    /// A node is not on the path to any of the keys.
    #[error("the proof holds a node that none of the keys needs; it must be made for exactly these keys")]
    UnusedNode,
    /// The root or a node on the way to a key is missing.
    #[error("the proof does not reach from the state root to every key: it was made at another block, for other keys, or altered")]
    Incomplete,
    /// A node hashes right but is none.
    #[error("the proof holds a node that cannot be decoded")]
    MalformedNode,
    /// Asked for a key that the proof was not verified for.
    #[error("the key is not among those that were proven")]
    NotCovered,
    /// The value has another type than expected.
    #[error("a proven value has an unexpected encoding: the chain's runtime is of an incompatible version")]
    UnexpectedValue,
    /// Trust began at a checkpoint, and no header has been seen yet.
    #[error("the state root of the checkpoint's block is not known: send finality of it or of a later block first")]
    UnknownRoot,
    /// The chain's time is not in the state, or ran backwards.
    #[error("the proven chain time is missing, of another block, or earlier than before")]
    UnexpectedTime,
}

impl StorageProofError {
    fn from_trie(error: TrieError<Layout>) -> Self {
        match error {
            TrieError::<Layout>::InvalidStateRoot(_) | TrieError::<Layout>::IncompleteDatabase(_) => {
                Self::Incomplete
            }
            TrieError::<Layout>::ValueAtIncompleteKey(..)
            | TrieError::<Layout>::DecoderError(..)
            | TrieError::<Layout>::InvalidHash(..) => Self::MalformedNode,
        }
    }
}
