//! What the worker knows and has promised: the whole of its memory, as a pure state machine.
//!
//! There is no clock, disk or network here. The chain's news come as an [`Update`] that proves itself;
//! what else happens comes as method calls. [`crate::ledger`] keeps the state on disk.
//!
//! # Invariants
//!
//! - Everything believed of the chain is what the light client verified; it only moves forward.
//! - Messages are taken in once, in order, and completely; `topic` is the position after the last one.
//! - A challenge of the session that runs is answered once, whenever its state is proven.
//! - Jobs are taken and run, and reports go out, only while proven state is known to be recent.
//! - No report acknowledges a message that is not taken in, and the outbox's invariants hold.

use codec::{Decode, DecodeAll, Encode};
use phala_keyring::Identity;
use phala_light_client::{
    courier::{verify_state, Update, UpdateError, VerifiedBlock, WorkerStatus},
    mailbox::{verify_messages, MailboxError},
    trust::{TrustError, TrustRoot},
    LightClient,
};
use phala_primitives::{
    job::SignedReceipt,
    mailbox::{Message, TopicState, WorkerMessage},
    registry::Registration,
    report::{Incarnation, ReportBody},
    session::Challenge,
    BlockNumber, Hash, JobId, SessionId, Signature, WorkerId,
};
use thiserror::Error;

use crate::{
    benchmark::Measurement,
    jobs::{Capacity, InputRefused, Job, Jobs, Stage},
    mining::{Heartbeat, Mining, News},
    outbox::{Contradiction, Outbox},
    schedule::ChainClock,
};

/// Longest benchmark, in milliseconds, whatever the chain asks for.
pub const MAX_BENCHMARK: u64 = 600_000;

/// Everything that must survive a restart, keys and files of jobs excepted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct State {
    genesis: Hash,
    worker: WorkerId,
    client: Option<LightClient>,
    clock: ChainClock,
    registered: bool,
    topic: TopicState,
    outbox: Outbox,
    mining: Mining,
    /// Milliseconds of the benchmark that the registry waits for.
    benchmark: Option<u64>,
    jobs: Jobs,
}

/// What the worker was doing since the last update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// Benchmark iterations counted.
    pub iterations: u64,
    /// Most jobs that ran at the same time.
    pub jobs: u32,
}

/// What an update brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Messages taken in.
    pub messages: usize,
    /// Messages among them that this version of the worker does not understand.
    pub not_understood: usize,
    /// Jobs among them for which there is no room. The chain refunds them.
    pub jobs_refused: usize,
    /// What they say of the mining session.
    pub mining: Vec<News>,
}

/// Why an update changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// It does not prove what it says.
    #[error(transparent)]
    Unproven(#[from] UpdateError),
    /// Proven, and yet it contradicts what was proven before.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
}

impl Refusal {
    /// Whether this process must end: what was proven is final, and will not be otherwise again.
    pub fn is_fatal(&self) -> bool {
        matches!(self, Self::Contradiction(Contradiction::RolledBack { .. } | Contradiction::Superseded))
    }

    /// What the relay or its operator can do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unproven(UpdateError::NoTrust) => "send the genesis header and the proof of its authorities along",
            Self::Unproven(UpdateError::Bootstrap(_)) => {
                "point the relay at a node of the chain whose genesis hash the worker was given"
            }
            Self::Unproven(UpdateError::OtherChain) => "give each chain a data folder of its own",
            Self::Unproven(UpdateError::Messages(MailboxError::Rollback { .. }))
            | Self::Contradiction(Contradiction::WentBack { .. }) => {
                "the chain contradicts itself, or is another one: check the node and the genesis hash"
            }
            Self::Contradiction(Contradiction::RolledBack { .. }) => {
                "put the newest copy of the data folder in place; if there is none, start with an empty one and register \
                 the new worker"
            }
            Self::Contradiction(Contradiction::Superseded) => {
                "find the other process and stop it; a data folder may be used by one worker only"
            }
            Self::Unproven(UpdateError::Messages(MailboxError::WrongCount { .. })) => {
                "read the worker's state and send every message from `taken` on; if the chain no longer has them, the \
                 worker's data folder is an old copy: restore the newest one, or register a new worker"
            }
            Self::Unproven(_) => "read the worker's state again and send what follows on it",
        }
    }
}

impl State {
    /// The state of a worker that knows nothing but whom to trust.
    pub fn new(genesis: Hash, worker: WorkerId) -> Self {
        Self {
            genesis,
            worker,
            client: None,
            clock: ChainClock::default(),
            registered: false,
            topic: TopicState::default(),
            outbox: Outbox::default(),
            mining: Mining::default(),
            benchmark: None,
            jobs: Jobs::default(),
        }
    }

    /// Starts from `root`, or goes on from the newest proven block, whichever is later.
    ///
    /// # Errors
    ///
    /// `root` is of another chain, or contradicts what was proven before.
    pub fn trust(&mut self, root: &TrustRoot) -> Result<(), TrustError> {
        root.expect_chain(&self.genesis)?;
        self.client = LightClient::resume(root, self.client.take())?;
        Ok(())
    }

    /// Begins a new process under `incarnation`, which must be fresh random bytes.
    pub fn begin(&mut self, incarnation: Incarnation) {
        self.outbox.begin(incarnation);
    }

    /// Whether proven state names this very process, so that it is recent: only then jobs are taken and
    /// run, and only then is anything reported.
    pub fn is_fresh(&self) -> bool {
        self.outbox.is_running()
    }

    /// Hash of the genesis block: whom to trust.
    pub fn genesis(&self) -> Hash {
        self.genesis
    }

    /// The newest proven block.
    pub fn verified(&self) -> Option<VerifiedBlock> {
        self.client.as_ref().map(LightClient::latest)
    }

    /// Number of the newest proven block; 0 before any.
    pub fn block(&self) -> BlockNumber {
        self.verified().map_or(0, |block| block.number)
    }

    /// When the blocks to come can be there, as of the newest proven one.
    pub fn clock(&self) -> &ChainClock {
        &self.clock
    }

    /// Whether the chain knows the worker.
    pub fn is_registered(&self) -> bool {
        self.registered
    }

    /// The mining session that runs, and what outages have cost.
    pub fn mining(&self) -> &Mining {
        &self.mining
    }

    /// Milliseconds of the benchmark that is due.
    pub fn benchmark_due(&self) -> Option<u64> {
        self.benchmark
    }

    /// The jobs.
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// The reports on their way.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// How many messages are taken in.
    pub fn taken(&self) -> u64 {
        self.topic.count
    }

    /// What the relay needs to know.
    pub fn status(&self) -> WorkerStatus {
        WorkerStatus {
            worker: self.worker,
            genesis: self.genesis,
            verified: self.verified(),
            taken: self.topic.count,
            session: self.mining.session().map(|session| session.id),
            next_sequence: self.outbox.next_sequence(),
            outbox: self.outbox.due().cloned().collect(),
        }
    }

    /// Verifies `update` and takes in what it brings. Results stay for `result_blocks` after their
    /// job's deadline. On a refusal the state must be thrown away.
    pub fn advance(
        &mut self,
        identity: &Identity,
        update: &Update,
        activity: Activity,
        result_blocks: BlockNumber,
    ) -> Result<Taken, Refusal> {
        let session = self.mining.session().map(|session| session.id);
        let verified = verify_state(self.client.as_ref(), &self.genesis, &self.worker, session, update)?;
        // Before the messages: the chain has forgotten those that an old copy of this state lacks.
        self.outbox.synchronise(identity, &self.genesis, verified.record.is_some(), verified.sender)?;
        verify_messages(&self.topic, &verified.topic, &update.messages).map_err(UpdateError::from)?;
        self.clock = ChainClock::at(&update.finality.header, verified.time);
        self.client = Some(verified.client);
        self.registered = verified.record.is_some();
        self.topic = verified.topic;
        self.mining.count(activity.iterations, activity.jobs);
        let mut taken = Taken { messages: update.messages.len(), ..Taken::default() };
        if let (Some(session), Some(challenge)) = (session, verified.challenge) {
            self.answer(identity, session, challenge, &mut taken);
        }
        for message in &update.messages {
            self.take_in(message, &mut taken);
        }
        self.jobs.expire(self.block(), result_blocks);
        self.accept_jobs(identity);
        self.acknowledge(identity);
        Ok(taken)
    }

    fn take_in(&mut self, message: &Message, taken: &mut Taken) {
        match WorkerMessage::decode_all(&mut message.payload.as_slice()) {
            Ok(WorkerMessage::Benchmark { milliseconds }) => {
                self.benchmark = Some(milliseconds.clamp(1, MAX_BENCHMARK));
            }
            Ok(WorkerMessage::SessionStarted { session }) => self.mining.start(session),
            Ok(WorkerMessage::Unresponsive { session, challenge, forfeited, value, hourly_loss }) => {
                taken.mining.extend(self.mining.lose(session, challenge, forfeited, value, hourly_loss));
            }
            Ok(WorkerMessage::Recovered { session, lost, value }) => {
                taken.mining.extend(self.mining.recover(session, lost, value));
            }
            Ok(WorkerMessage::SessionStopped { session }) => self.mining.stop(session),
            Ok(WorkerMessage::Job { job, client, program, input, limits, deadline }) => {
                let announced =
                    Job { client, program, input, limits, deadline, stage: Stage::WaitingForInput };
                if deadline > self.block() && !self.jobs.announce(job, announced) {
                    taken.jobs_refused += 1;
                }
            }
            Err(_) => taken.not_understood += 1,
        }
    }

    /// Answers a challenge, once: the chain's state shows it until the answer is in a block.
    fn answer(&mut self, identity: &Identity, session: SessionId, challenge: Challenge, taken: &mut Taken) {
        let Challenge { number, deadline } = challenge;
        let answer = self.mining.answer(session, number, deadline, self.clock.time);
        if let Some((Heartbeat { iterations, jobs }, news)) = answer {
            self.report(identity, ReportBody::Heartbeat { session, challenge: number, iterations, jobs });
            taken.mining.push(news);
        }
    }

    /// Reports the jobs whose input is here since the last update. One that was done meanwhile needs no
    /// more than its receipt.
    fn accept_jobs(&mut self, identity: &Identity) {
        if !self.is_fresh() {
            return;
        }
        for job in self.jobs.accept_queued() {
            self.report(identity, ReportBody::Accepted { job });
        }
    }

    /// Acknowledges by a report of its own only when no other is under way or about to be: each of those
    /// acknowledges too.
    fn acknowledge(&mut self, identity: &Identity) {
        let due = self.is_fresh() && self.outbox.acknowledged() < self.topic.count;
        if due && self.outbox.is_empty() && self.benchmark.is_none() {
            self.report(identity, ReportBody::Acknowledge);
        }
    }

    fn report(&mut self, identity: &Identity, body: ReportBody) {
        self.outbox.push(identity, &self.genesis, self.topic.count, body);
    }

    /// Notes that the input of job `id` is on the disk.
    pub fn take_input(
        &mut self,
        id: JobId,
        sealed_input: Hash,
        program_bytes: usize,
        capacity: &Capacity,
    ) -> Result<(), InputRefused> {
        self.jobs.take_input(id, sealed_input, program_bytes, &self.clock, capacity)
    }

    /// Notes that the input of job `id` cannot be read any more.
    pub fn lose_input(&mut self, id: JobId) {
        self.jobs.lose_input(id);
    }

    /// Notes that the result of job `id`, of `size` bytes, is on the disk, reports the receipt, and keeps
    /// the results within `max_results` bytes. False if nobody waits for it any more.
    pub fn finish_job(
        &mut self,
        identity: &Identity,
        id: JobId,
        receipt: SignedReceipt,
        size: u64,
        max_results: u64,
    ) -> bool {
        let finished = self.jobs.finish(id, receipt.clone(), size);
        if finished {
            self.report(identity, ReportBody::Receipt(receipt));
            self.jobs.shrink_results(max_results);
        }
        finished
    }

    /// Reports a measurement of the benchmark that was due for `milliseconds`. False if it is no longer.
    pub fn finish_benchmark(&mut self, identity: &Identity, milliseconds: u64, found: Measurement) -> bool {
        if self.benchmark != Some(milliseconds) {
            return false;
        }
        self.benchmark = None;
        let Measurement { iterations, milliseconds } = found;
        // The same load on the same cores, for which the counter stood still.
        self.mining.count(iterations, 0);
        self.report(identity, ReportBody::Benchmark { iterations, milliseconds });
        true
    }

    /// Notes that the files of `gone` jobs are gone.
    pub fn forget_litter(&mut self, gone: &std::collections::BTreeSet<JobId>) {
        self.jobs.forget_litter(gone);
    }

    /// A signed registration for `operator`, bound to the newest proven block; none before there is one.
    pub fn registration(
        &self,
        identity: &Identity,
        operator: [u8; 32],
    ) -> Option<(Registration<[u8; 32]>, Signature)> {
        let VerifiedBlock { number, hash, .. } = self.verified()?;
        let registration = Registration {
            genesis: self.genesis,
            worker: identity.worker_id(),
            encryption_key: identity.encryption_key(),
            operator,
            block: number,
            block_hash: hash,
        };
        let signature = identity.sign(&registration.signing_payload());
        Some((registration, signature))
    }
}
