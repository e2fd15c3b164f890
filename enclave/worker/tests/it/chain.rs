//! A chain in memory, with one worker: real tries, real GRANDPA votes, no node. It keeps the worker's topic and
//! sequence number as the mailbox pallet does, and answers as a relay would.

use std::collections::{BTreeMap, VecDeque};

use codec::Encode;
use finality_grandpa::{Commit, Message as Vote, Precommit, SignedPrecommit};
use phala_light_client::{
    courier::{proven_keys, FinalityProof, GenesisProof, Update, WorkerStatus},
    header_hash, Header,
};
use phala_primitives::{
    mailbox::{Message, Topic, TopicState, WorkerMessage},
    registry::{Attestation, AttestationKind, WorkerRecord},
    report::{ReportBody, SenderState, SignedReport},
    storage, verify_signature, BlockNumber, Hash, WorkerId,
};
use sp_consensus_grandpa::{
    localized_payload, AuthorityId, AuthorityList, ConsensusLog, GrandpaJustification, ScheduledChange,
    GRANDPA_ENGINE_ID,
};
use sp_core::{ed25519, Blake2Hasher, Pair, H256};
use sp_runtime::{Digest, DigestItem};
use sp_trie::{LayoutV1, MemoryDB, StorageProof, TrieDBMutBuilder, TrieMut};

type Layout = LayoutV1<Blake2Hasher>;

const ROUND: u64 = 1;

/// One worker's chain.
pub struct Chain {
    worker: WorkerId,
    validators: Vec<ed25519::Pair>,
    set_id: u64,
    state: BTreeMap<Vec<u8>, Vec<u8>>,
    blocks: Vec<(Header, BTreeMap<Vec<u8>, Vec<u8>>)>,
    set_changes: Vec<FinalityProof>,
    topic: TopicState,
    /// Messages not acknowledged, the first of which has this number.
    messages: VecDeque<Message>,
    acknowledged: u64,
    sender: SenderState,
    /// What the worker reported, in order; starts left out.
    pub reports: Vec<ReportBody>,
    /// Reports refused because another process had started since.
    pub void: usize,
}

fn validators(name: &str) -> Vec<ed25519::Pair> {
    (0..3u8).map(|index| ed25519::Pair::from_seed(&phala_primitives::hash(&(name, index).encode()))).collect()
}

fn authorities(validators: &[ed25519::Pair]) -> AuthorityList {
    validators.iter().map(|pair| (AuthorityId::from(pair.public()), 1)).collect()
}

fn trie(state: &BTreeMap<Vec<u8>, Vec<u8>>) -> (MemoryDB<Blake2Hasher>, H256) {
    let (mut database, mut root) = (MemoryDB::default(), H256::default());
    let mut trie = TrieDBMutBuilder::<Layout>::new(&mut database, &mut root).build();
    state.iter().for_each(|(key, value)| drop(trie.insert(key, value).unwrap()));
    drop(trie);
    (database, root)
}

impl Chain {
    /// A chain for the worker that `worker` will turn out to be: its genesis does not depend on it.
    pub fn new(name: &str) -> Self {
        let validators = validators(name);
        let mut chain = Self {
            worker: WorkerId([0; 32]),
            state: BTreeMap::new(),
            blocks: Vec::new(),
            set_id: 0,
            set_changes: Vec::new(),
            topic: TopicState::default(),
            messages: VecDeque::new(),
            acknowledged: 0,
            sender: SenderState::default(),
            reports: Vec::new(),
            void: 0,
            validators,
        };
        chain.put(storage::grandpa_authorities(), authorities(&chain.validators).encode());
        for neighbour in 0..40u32 {
            chain.put(phala_primitives::hash(&neighbour.encode()).to_vec(), vec![7; 50]);
        }
        chain.produce();
        chain
    }

    fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.state.insert(key, value);
    }

    pub fn genesis_hash(&self) -> Hash {
        header_hash(&self.blocks[0].0)
    }

    pub fn best(&self) -> BlockNumber {
        self.blocks.len() as BlockNumber - 1
    }

    pub fn best_hash(&self) -> Hash {
        header_hash(&self.blocks[self.blocks.len() - 1].0)
    }

    /// Registers the worker, with the next block.
    pub fn register(&mut self, worker: WorkerId) {
        self.worker = worker;
        let attestation = Attestation { kind: AttestationKind::None, confidence: 5, expires: u64::MAX };
        let record = WorkerRecord { operator: [9u8; 32], attestation, score: None, price: None };
        self.put(storage::worker(&worker), record.encode());
    }

    /// Sends the worker a message, with the next block.
    pub fn send(&mut self, message: WorkerMessage) {
        self.send_bytes(message.encode());
    }

    pub fn send_bytes(&mut self, payload: Vec<u8>) {
        let block = self.best() + 1;
        self.topic = self.topic.push(block, &payload);
        self.messages.push_back(Message { block, payload });
        self.put(storage::topic(&Topic::Worker(self.worker)), self.topic.encode());
    }

    /// Takes in the worker's reports as the mailbox pallet does, with the next block.
    pub fn submit(&mut self, outbox: &[SignedReport]) {
        for SignedReport { report, signature } in outbox {
            assert!(verify_signature(signature, &report.signing_payload(&self.genesis_hash()), &self.worker));
            assert_eq!(report.worker, self.worker);
            if report.sequence < self.sender.sequence {
                continue;
            }
            assert_eq!(report.sequence, self.sender.sequence, "a report is missing");
            assert!(report.acknowledged <= self.topic.count);
            let starts = report.body == ReportBody::Start;
            if !starts && report.incarnation != self.sender.incarnation {
                self.void += 1;
                continue;
            }
            self.sender = SenderState { sequence: report.sequence + 1, incarnation: report.incarnation };
            while self.acknowledged < report.acknowledged {
                self.messages.pop_front().unwrap();
                self.acknowledged += 1;
            }
            if !starts {
                self.reports.push(report.body.clone());
            }
        }
        self.set_sender(self.sender);
    }

    pub fn sender(&self) -> SenderState {
        self.sender
    }

    pub fn set_sender(&mut self, sender: SenderState) {
        self.sender = sender;
        self.put(storage::sender(&self.worker), sender.encode());
    }

    /// Seals a block over the current state; it is final.
    pub fn produce(&mut self) {
        self.produce_with(Digest::default());
    }

    pub fn produce_to(&mut self, number: BlockNumber) {
        while self.best() < number {
            self.produce();
        }
    }

    fn produce_with(&mut self, digest: Digest) {
        let number = self.blocks.len() as BlockNumber;
        self.put(storage::timestamp_now(), (u64::from(number) * 6_000).encode());
        let parent_hash = self.blocks.last().map(|(header, _)| H256(header_hash(header))).unwrap_or_default();
        let (state_root, extrinsics_root) = (trie(&self.state).1, H256::default());
        let header = Header { parent_hash, number, state_root, extrinsics_root, digest };
        self.blocks.push((header, self.state.clone()));
    }

    /// Seals a block that hands finality over to other validators.
    pub fn change_validators(&mut self, name: &str) {
        let next = validators(name);
        let change = ScheduledChange::<BlockNumber> { next_authorities: authorities(&next), delay: 0 };
        let log = ConsensusLog::ScheduledChange(change).encode();
        self.produce_with(Digest { logs: vec![DigestItem::Consensus(GRANDPA_ENGINE_ID, log)] });
        self.set_changes.push(self.finality());
        self.validators = next;
        self.set_id += 1;
    }

    /// Finality of the best block by the current validators.
    fn finality(&self) -> FinalityProof {
        let header = self.blocks[self.blocks.len() - 1].0.clone();
        let (target_hash, target_number) = (H256(header_hash(&header)), header.number);
        let precommit = Precommit { target_hash, target_number };
        let payload = localized_payload(ROUND, self.set_id, &Vote::Precommit(precommit.clone()));
        let sign = |pair: &ed25519::Pair| SignedPrecommit {
            precommit: precommit.clone(),
            signature: pair.sign(&payload).into(),
            id: pair.public().into(),
        };
        let precommits = self.validators.iter().map(sign).collect();
        let commit = Commit { target_hash, target_number, precommits };
        let justification =
            GrandpaJustification::<Header> { round: ROUND, commit, votes_ancestries: Vec::new() }.encode();
        FinalityProof { header, justification }
    }

    /// Raw trie nodes that prove `keys` in block `number`.
    fn prove(&self, number: BlockNumber, keys: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let (database, root) = trie(&self.blocks[number as usize].1);
        let recorder = sp_trie::recorder::Recorder::<Blake2Hasher>::default();
        {
            let mut recorder = recorder.as_trie_recorder(root);
            for key in keys {
                sp_trie::read_trie_value::<Layout, _>(&database, &root, key, Some(&mut recorder), None)
                    .unwrap();
            }
        }
        StorageProof::into_iter_nodes(recorder.drain_storage_proof()).collect()
    }

    /// What a relay brings to a worker of this status.
    pub fn update(&self, status: &WorkerStatus) -> Update {
        assert_eq!(status.genesis, self.genesis_hash());
        let verified = status.verified.map_or(0, |block| block.number);
        let trust = status.verified.is_none().then(|| GenesisProof {
            header: self.blocks[0].0.clone(),
            authorities_proof: self.prove(0, &[storage::grandpa_authorities()]),
        });
        let skip = usize::try_from(status.taken.saturating_sub(self.acknowledged)).unwrap();
        Update {
            trust,
            set_changes: self
                .set_changes
                .iter()
                .filter(|change| change.header.number > verified)
                .cloned()
                .collect(),
            finality: self.finality(),
            state_proof: self.prove(self.best(), &proven_keys(&status.worker)),
            messages: self.messages.iter().skip(skip).cloned().collect(),
        }
    }
}
