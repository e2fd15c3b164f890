//! A small chain in memory: real tries, real GRANDPA votes, no node.

use codec::{Decode, Encode};
use finality_grandpa::{Commit, Message, Precommit, SignedPrecommit};
use phala_light_client::{
    courier::{FinalityProof, GenesisProof},
    header_hash, Header,
};
use phala_primitives::{storage, Hash};
use sp_consensus_grandpa::{
    localized_payload, AuthorityId, AuthorityList, AuthoritySignature, ConsensusLog, GrandpaJustification,
    ScheduledChange, GRANDPA_ENGINE_ID,
};
use sp_core::{crypto::Pair, ed25519, Blake2Hasher, H256};
use sp_runtime::generic::{Digest, DigestItem};
use sp_trie::{LayoutV1, MemoryDB, Recorder, Trie, TrieDBBuilder, TrieDBMutBuilder, TrieMut};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) type Vote = SignedPrecommit<H256, u32, AuthoritySignature, AuthorityId>;
pub(crate) type Justification = GrandpaJustification<Header>;
pub(crate) type State = BTreeMap<Vec<u8>, Vec<u8>>;
type Layout = LayoutV1<Blake2Hasher>;

/// Round number of all votes: any will do, it is only signed.
pub(crate) const ROUND: u64 = 7;

/// An ed25519 key pair named by `name`.
pub(crate) fn validator(name: &str) -> ed25519::Pair {
    ed25519::Pair::from_seed(&phala_primitives::hash(name.as_bytes()))
}

/// `count` validators of equal weight.
pub(crate) fn validators(name: &str, count: usize) -> Vec<ed25519::Pair> {
    (0..count).map(|index| validator(&format!("{name}/{index}"))).collect()
}

pub(crate) fn authorities(validators: &[ed25519::Pair]) -> AuthorityList {
    validators.iter().map(|pair| (AuthorityId::from(pair.public()), 1)).collect()
}

pub(crate) fn set_change(validators: &[ed25519::Pair], delay: u32) -> ConsensusLog<u32> {
    ConsensusLog::ScheduledChange(ScheduledChange { next_authorities: authorities(validators), delay })
}

/// A chain without forks: one header and one state per number.
pub(crate) struct World {
    pub(crate) set_id: u64,
    pub(crate) validators: Vec<ed25519::Pair>,
    pub(crate) state: State,
    blocks: Vec<(Header, State)>,
}

impl World {
    /// A chain named `name`, so that no two chains have the same genesis hash, with block 0.
    pub(crate) fn new(name: &str, count: usize) -> Self {
        let validators = validators(name, count);
        let mut state = State::new();
        state.insert(storage::grandpa_authorities(), authorities(&validators).encode());
        state.insert(b"name".to_vec(), name.encode());
        // Neighbours, so that paths through the trie have some depth.
        for index in 0..64u32 {
            state.insert(phala_primitives::hash(&index.encode()).to_vec(), index.encode().repeat(20));
        }
        let mut world = Self { set_id: 0, validators, state, blocks: Vec::new() };
        world.build(Vec::new());
        world
    }

    /// Four validators, of which three are a supermajority.
    pub(crate) fn four() -> Self {
        Self::new("four", 4)
    }

    pub(crate) fn genesis_hash(&self) -> Hash {
        header_hash(self.header(0))
    }

    pub(crate) fn genesis_proof(&self) -> GenesisProof {
        GenesisProof {
            header: self.header(0).clone(),
            authorities_proof: self.prove(0, &[storage::grandpa_authorities()]),
        }
    }

    pub(crate) fn header(&self, number: u32) -> &Header {
        &self.blocks[number as usize].0
    }

    pub(crate) fn best(&self) -> u32 {
        self.blocks.len() as u32 - 1
    }

    pub(crate) fn put(&mut self, key: Vec<u8>, value: impl Encode) {
        self.state.insert(key, value.encode());
    }

    /// Appends a block with the current state and these GRANDPA logs; returns its number.
    pub(crate) fn build(&mut self, logs: Vec<ConsensusLog<u32>>) -> u32 {
        let number = self.blocks.len() as u32;
        let parent = self.blocks.last().map(|(header, _)| header_hash(header)).unwrap_or_default();
        let header = header(parent, number, trie(&self.state).1, logs);
        self.blocks.push((header, self.state.clone()));
        number
    }

    /// Appends empty blocks until there is a block `number`.
    pub(crate) fn build_to(&mut self, number: u32) {
        while self.best() < number {
            self.build(Vec::new());
        }
    }

    /// Appends a block that hands over to `next` and has the current validators finalise it.
    pub(crate) fn change_set(&mut self, next: Vec<ed25519::Pair>) -> FinalityProof {
        let number = self.build(vec![set_change(&next, 0)]);
        let proof = self.finalize(number);
        self.validators = next;
        self.set_id += 1;
        proof
    }

    /// Finality of a block by just enough of the current validators.
    pub(crate) fn finalize(&self, number: u32) -> FinalityProof {
        let count = self.validators.len() * 2 / 3 + 1;
        let votes =
            self.validators.iter().take(count).map(|voter| self.vote(voter, self.header(number))).collect();
        self.justified(number, votes, Vec::new())
    }

    pub(crate) fn justified(&self, number: u32, votes: Vec<Vote>, ancestries: Vec<Header>) -> FinalityProof {
        let header = self.header(number).clone();
        let justification = justification(&header, votes, ancestries).encode();
        FinalityProof { header, justification }
    }

    pub(crate) fn vote(&self, voter: &ed25519::Pair, target: &Header) -> Vote {
        vote(voter, header_hash(target), target.number, self.set_id)
    }

    /// Raw trie nodes on the paths to `keys`, as `state_getReadProof` gives them.
    pub(crate) fn prove(&self, number: u32, keys: &[Vec<u8>]) -> Vec<Vec<u8>> {
        prove(&self.blocks[number as usize].1, keys)
    }
}

pub(crate) fn header(parent: Hash, number: u32, state_root: H256, logs: Vec<ConsensusLog<u32>>) -> Header {
    let consensus = |log: ConsensusLog<u32>| DigestItem::Consensus(GRANDPA_ENGINE_ID, log.encode());
    // Another engine's log, which must not disturb.
    let mut digest = Digest { logs: vec![DigestItem::PreRuntime(*b"aura", number.encode())] };
    digest.logs.extend(logs.into_iter().map(consensus));
    Header { parent_hash: H256(parent), number, state_root, extrinsics_root: H256::zero(), digest }
}

/// A block on top of `parent` that is not part of the chain; `tag` tells siblings apart.
pub(crate) fn fork(parent: &Header, tag: u8) -> Header {
    let mut header = header(header_hash(parent), parent.number + 1, H256::zero(), Vec::new());
    header.extrinsics_root = H256::repeat_byte(tag);
    header
}

pub(crate) fn vote(voter: &ed25519::Pair, target: Hash, number: u32, set_id: u64) -> Vote {
    let precommit = Precommit { target_hash: H256(target), target_number: number };
    let payload = localized_payload(ROUND, set_id, &Message::Precommit(precommit.clone()));
    SignedPrecommit { precommit, signature: voter.sign(&payload).into(), id: voter.public().into() }
}

pub(crate) fn justification(
    target: &Header,
    precommits: Vec<Vote>,
    votes_ancestries: Vec<Header>,
) -> Justification {
    let commit = Commit { target_hash: H256(header_hash(target)), target_number: target.number, precommits };
    GrandpaJustification { round: ROUND, commit, votes_ancestries }
}

/// Changes a justification, for what no honest node hands out.
pub(crate) fn tampered(mut proof: FinalityProof, change: impl FnOnce(&mut Justification)) -> FinalityProof {
    let mut justification = Justification::decode(&mut &proof.justification[..]).unwrap();
    change(&mut justification);
    proof.justification = justification.encode();
    proof
}

pub(crate) fn trie(state: &State) -> (MemoryDB<Blake2Hasher>, H256) {
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

pub(crate) fn prove(state: &State, keys: &[Vec<u8>]) -> Vec<Vec<u8>> {
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
