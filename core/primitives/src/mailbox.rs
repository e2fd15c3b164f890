//! Ordered messages from the chain to enclaves, provable without replaying blocks.
//!
//! A topic is an append-only log. The chain keeps, per topic, how many messages it ever held and a
//! hash over all of them, chained as [`TopicState::push`] says; a storage proof of that one
//! small value proves any number of messages, their order and that none is missing.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{hash, job::JobLimits, Balance, BlockNumber, Hash, JobId, SessionId, WorkerId};

/// Most bytes of one encoded message.
pub const MAX_PAYLOAD: u32 = 4096;

/// An ordered log of messages with one kind of reader.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Topic {
    /// Messages to one worker.
    #[codec(index = 0)]
    Worker(WorkerId),
}

/// State of a topic on the chain, and a reader's position in it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct TopicState {
    /// Messages ever pushed.
    pub count: u64,
    /// Hash over all of them.
    pub head: Hash,
}

impl TopicState {
    /// The state after a message with `payload` was pushed in `block`:
    /// `head' = blake2_256(head ‖ count ‖ block ‖ blake2_256(payload))`, `count' = count + 1`.
    #[must_use]
    pub fn push(&self, block: BlockNumber, payload: &[u8]) -> Self {
        Self {
            count: self.count.saturating_add(1),
            head: hash(&(self.head, self.count, block, hash(payload)).encode()),
        }
    }
}

/// A message as the chain keeps it until it is acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Message {
    /// The block that pushed it.
    pub block: BlockNumber,
    /// SCALE-encoded [`WorkerMessage`].
    pub payload: Vec<u8>,
}

/// What the chain tells a worker. Challenges are no messages: a worker proves those of its own session from
/// the state, see [`crate::session::SessionHead`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum WorkerMessage {
    /// Measure yourself for `milliseconds` and report a [`crate::report::ReportBody::Benchmark`].
    #[codec(index = 0)]
    Benchmark {
        /// How long, by the worker's own clock.
        milliseconds: u64,
    },
    /// A mining session began.
    #[codec(index = 1)]
    SessionStarted {
        /// Its number.
        session: SessionId,
    },
    /// The mining session ended.
    #[codec(index = 3)]
    SessionStopped {
        /// Its number.
        session: SessionId,
    },
    /// Run a job once its sealed input has arrived.
    #[codec(index = 4)]
    Job {
        /// Its number.
        job: JobId,
        /// Account of who pays: workers share themselves fairly between clients.
        client: [u8; 32],
        /// Hash of the program.
        program: Hash,
        /// Commitment to the input.
        input: Hash,
        /// Resources it may use.
        limits: JobLimits,
        /// Last block in which a receipt is accepted.
        deadline: BlockNumber,
    },
    /// A deadline passed without an answer: the session earns nothing and loses value until the
    /// challenge is answered.
    #[codec(index = 5)]
    Unresponsive {
        /// The session.
        session: SessionId,
        /// The challenge that was not answered in time.
        challenge: u32,
        /// Base units that an answer in time would have paid to the pool, and that are lost.
        forfeited: Balance,
        /// The Value Promise now, in base units.
        value: Balance,
        /// Base units of it that the first hour without an answer takes.
        hourly_loss: Balance,
    },
    /// A late answer was taken: the session earns again.
    #[codec(index = 6)]
    Recovered {
        /// The session.
        session: SessionId,
        /// Base units of the Value Promise that the outage took.
        lost: Balance,
        /// The Value Promise now, in base units.
        value: Balance,
    },
}
