//! A chain without forks.

use std::sync::Arc;

use codec::Encode;
use phala_light_client::{
    courier::{FinalityProof, GenesisProof},
    header_hash, Header,
};
use phala_primitives::{storage, Hash};
use sp_consensus_grandpa::{AuthorityList, ConsensusLog, GRANDPA_ENGINE_ID};
use sp_core::{ed25519, H256};
use sp_runtime::generic::{Digest, DigestItem};

use crate::{
    state::{prove, trie, State},
    vote::{authorities, justification, set_change, validators, vote, weighted, Vote},
};

/// A chain without forks: one header and one state per number.
pub struct World {
    /// Number of the authority set in office.
    pub set_id: u64,
    /// Who is in office.
    pub validators: Vec<ed25519::Pair>,
    /// Their weights.
    pub weights: Vec<u64>,
    /// State of the next block.
    pub state: State,
    blocks: Vec<(Header, Arc<State>)>,
}

impl World {
    /// A chain named `name`, so that no two chains have the same genesis hash, with block 0 and `count`
    /// validators of weight 1.
    pub fn new(name: &str, count: usize) -> Self {
        // Neighbours, so that paths through the trie have some depth.
        let neighbour =
            |index: u32| (phala_primitives::hash(&index.encode()).to_vec(), index.encode().repeat(20));
        Self::with_state(name, count, (0..64).map(neighbour).collect())
    }

    /// [`World::new`], with as little state as possible, so that proofs are short.
    pub fn small(name: &str, count: usize) -> Self {
        Self::with_state(name, count, State::new())
    }

    fn with_state(name: &str, count: usize, mut state: State) -> Self {
        let validators = validators(name, count);
        state.insert(storage::grandpa_authorities(), authorities(&validators).encode());
        state.insert(b"name".to_vec(), name.encode());
        let weights = vec![1; count];
        let mut world = Self { set_id: 0, validators, weights, state, blocks: Vec::new() };
        world.build(Vec::new());
        world
    }

    /// Four validators, of which three are a supermajority.
    pub fn four() -> Self {
        Self::new("four", 4)
    }

    /// Hash of block 0.
    pub fn genesis_hash(&self) -> Hash {
        header_hash(self.header(0))
    }

    /// Evidence of the first authority set.
    pub fn genesis_proof(&self) -> GenesisProof {
        GenesisProof {
            header: self.header(0).clone(),
            authorities_proof: self.prove(0, &[storage::grandpa_authorities()]),
        }
    }

    /// Header of block `number`.
    pub fn header(&self, number: u32) -> &Header {
        &self.blocks[number as usize].0
    }

    /// State after block `number`.
    pub fn state_at(&self, number: u32) -> &State {
        &self.blocks[number as usize].1
    }

    /// Number of the newest block.
    pub fn best(&self) -> u32 {
        self.blocks.len() as u32 - 1
    }

    /// The authority set in office.
    pub fn authorities(&self) -> AuthorityList {
        weighted(&self.validators, &self.weights)
    }

    /// Puts a value into the state of the next block.
    pub fn put(&mut self, key: Vec<u8>, value: impl Encode) {
        self.state.insert(key, value.encode());
    }

    /// Appends a block with the current state and these GRANDPA logs; returns its number.
    pub fn build(&mut self, logs: Vec<ConsensusLog<u32>>) -> u32 {
        let number = self.blocks.len() as u32;
        let (parent, state_root, state) = match self.blocks.last() {
            Some((parent, state)) if **state == self.state => {
                (header_hash(parent), parent.state_root, state.clone())
            }
            parent => {
                let parent = parent.map(|(header, _)| header_hash(header)).unwrap_or_default();
                (parent, trie(&self.state).1, Arc::new(self.state.clone()))
            }
        };
        self.blocks.push((header(parent, number, state_root, logs), state));
        number
    }

    /// Appends empty blocks until there is a block `number`.
    pub fn build_to(&mut self, number: u32) {
        while self.best() < number {
            self.build(Vec::new());
        }
    }

    /// Appends a block that hands over to `next`, each of weight 1, and has the current validators
    /// finalise it.
    pub fn change_set(&mut self, next: Vec<ed25519::Pair>) -> FinalityProof {
        let weights = vec![1; next.len()];
        self.change_set_weighted(next, weights)
    }

    /// [`World::change_set`] with these weights.
    pub fn change_set_weighted(&mut self, next: Vec<ed25519::Pair>, weights: Vec<u64>) -> FinalityProof {
        let number = self.build(vec![set_change(weighted(&next, &weights), 0)]);
        let proof = self.finalize(number);
        self.take_office(next, weights);
        proof
    }

    /// Makes `next` the authorities without a word in any header.
    pub fn take_office(&mut self, next: Vec<ed25519::Pair>, weights: Vec<u64>) {
        self.validators = next;
        self.weights = weights;
        self.set_id += 1;
    }

    /// The first of the current validators whose weights are just enough to finalise a block.
    pub fn supermajority(&self) -> Vec<&ed25519::Pair> {
        let total: u64 = self.weights.iter().sum();
        let mut missing = total - (total - 1) / 3;
        let mut chosen = Vec::new();
        for (voter, weight) in self.validators.iter().zip(&self.weights) {
            if *weight > 0 && missing > 0 {
                missing = missing.saturating_sub(*weight);
                chosen.push(voter);
            }
        }
        chosen
    }

    /// Finality of a block by [`World::supermajority`].
    pub fn finalize(&self, number: u32) -> FinalityProof {
        let votes =
            self.supermajority().into_iter().map(|voter| self.vote(voter, self.header(number))).collect();
        self.justified(number, votes, Vec::new())
    }

    /// A block with a justification of these votes and connecting headers.
    pub fn justified(&self, number: u32, votes: Vec<Vote>, ancestries: Vec<Header>) -> FinalityProof {
        let header = self.header(number).clone();
        let justification = justification(&header, votes, ancestries).encode();
        FinalityProof { header, justification }
    }

    /// A vote in the current authority set.
    pub fn vote(&self, voter: &ed25519::Pair, target: &Header) -> Vote {
        vote(voter, header_hash(target), target.number, self.set_id)
    }

    /// Raw trie nodes on the paths to `keys` in block `number`.
    pub fn prove(&self, number: u32, keys: &[Vec<u8>]) -> Vec<Vec<u8>> {
        prove(&self.blocks[number as usize].1, keys)
    }
}

/// A header with these GRANDPA logs, beside a log of another engine, which must not disturb.
pub fn header(parent: Hash, number: u32, state_root: H256, logs: Vec<ConsensusLog<u32>>) -> Header {
    let consensus = |log: ConsensusLog<u32>| DigestItem::Consensus(GRANDPA_ENGINE_ID, log.encode());
    let mut digest = Digest { logs: vec![DigestItem::PreRuntime(*b"aura", u64::from(number).encode())] };
    digest.logs.extend(logs.into_iter().map(consensus));
    Header { parent_hash: H256(parent), number, state_root, extrinsics_root: H256::zero(), digest }
}

/// A block on top of `parent` that is not part of the chain; `tag` tells siblings apart.
pub fn fork(parent: &Header, tag: u8) -> Header {
    let mut header = header(header_hash(parent), parent.number + 1, H256::zero(), Vec::new());
    header.extrinsics_root = H256::repeat_byte(tag);
    header
}
