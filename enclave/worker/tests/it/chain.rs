//! A chain in memory, with one worker: it keeps the worker's topic and sequence number as the mailbox pallet does, and
//! answers as a relay would.

use std::collections::VecDeque;

use codec::Encode;
use phala_light_client::{
    courier::{proven_keys, FinalityProof, Update, WorkerStatus},
    header_hash,
};
use phala_light_client_testing::{validators, World};
use phala_primitives::{
    mailbox::{Message, Topic, TopicState, WorkerMessage},
    registry::{Attestation, AttestationKind, WorkerRecord},
    report::{ReportBody, SenderState, SignedReport},
    session::{Challenge, Seat, SessionHead},
    storage, verify_signature, BlockNumber, Hash, Moment, SessionId, WorkerId,
};

const VALIDATORS: usize = 3;

/// One worker's chain.
pub struct Chain {
    world: World,
    worker: WorkerId,
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

impl Chain {
    /// A chain for the worker that `worker` will turn out to be: its genesis does not depend on it.
    pub fn new(name: &str) -> Self {
        Self {
            world: World::new(name, VALIDATORS),
            worker: WorkerId([0; 32]),
            set_changes: Vec::new(),
            topic: TopicState::default(),
            messages: VecDeque::new(),
            acknowledged: 0,
            sender: SenderState::default(),
            reports: Vec::new(),
            void: 0,
        }
    }

    pub fn genesis_hash(&self) -> Hash {
        self.world.genesis_hash()
    }

    pub fn best(&self) -> BlockNumber {
        self.world.best()
    }

    pub fn best_hash(&self) -> Hash {
        header_hash(self.world.header(self.best()))
    }

    /// Registers the worker, with the next block.
    pub fn register(&mut self, worker: WorkerId) {
        self.worker = worker;
        let attestation = Attestation { kind: AttestationKind::None, confidence: 5, expires: u64::MAX };
        let record = WorkerRecord { operator: [9u8; 32], attestation, score: None, price: None };
        self.world.put(storage::worker(&worker), record);
    }

    /// Sends the worker a message, with the next block.
    pub fn send(&mut self, message: WorkerMessage) {
        self.send_bytes(message.encode());
    }

    pub fn send_bytes(&mut self, payload: Vec<u8>) {
        let block = self.best() + 1;
        self.topic = self.topic.push(block, &payload);
        self.messages.push_back(Message { block, payload });
        self.world.put(storage::topic(&Topic::Worker(self.worker)), &self.topic);
    }

    /// Challenges a session, with the next block.
    pub fn challenge(&mut self, session: SessionId, number: u32, deadline: Moment) {
        let head = SessionHead { number: session, challenge: Some(Challenge { number, deadline }) };
        // The rest of the record is of no interest to the worker.
        self.world.put(storage::session(Seat::of(session)), (head, [0xffu8; 200]));
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
        self.world.put(storage::sender(&self.worker), sender);
    }

    /// Seals a block over the current state; it is final.
    pub fn produce(&mut self) {
        self.stamp();
        self.world.build(Vec::new());
    }

    pub fn produce_to(&mut self, number: BlockNumber) {
        while self.best() < number {
            self.produce();
        }
    }

    /// Seals a block that hands finality over to other validators.
    pub fn change_validators(&mut self, name: &str) {
        self.stamp();
        self.set_changes.push(self.world.change_set(validators(name, VALIDATORS)));
    }

    /// Puts the time of the next block into its state.
    fn stamp(&mut self) {
        let next = u64::from(self.best() + 1);
        self.world.put(storage::timestamp_now(), next * 6_000);
    }

    /// What a relay brings to a worker of this status.
    pub fn update(&self, status: &WorkerStatus) -> Update {
        assert_eq!(status.genesis, self.genesis_hash());
        let verified = status.verified.map_or(0, |block| block.number);
        let skip = usize::try_from(status.taken.saturating_sub(self.acknowledged)).unwrap();
        Update {
            trust: status.verified.is_none().then(|| self.world.genesis_proof()),
            set_changes: self
                .set_changes
                .iter()
                .filter(|change| change.header.number > verified)
                .cloned()
                .collect(),
            finality: self.world.finalize(self.best()),
            state_proof: self.world.prove(self.best(), &proven_keys(&status.worker, status.session)),
            messages: self.messages.iter().skip(skip).cloned().collect(),
        }
    }
}
