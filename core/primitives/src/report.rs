//! What enclaves send to the chain.
//!
//! A report is authorised by the worker's identity key, its incarnation and a sequence number, costs
//! no fee, and acknowledges the messages that the worker has taken in.
//!
//! # Incarnations
//!
//! A worker that was started from an old copy of its data folder, or twice from two copies, must not
//! give a second answer under a number that it has used. So each process draws an [`Incarnation`] when
//! it starts and reports [`ReportBody::Start`] first. From then on the chain accepts reports of that
//! incarnation only: whatever earlier processes have signed and nobody has submitted yet is void. And a
//! worker that finds its own random number in proven state knows that this state is recent.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{job::SignedReceipt, Hash, JobId, SessionId, Signature, WorkerId};

/// Random number of one process of a worker, from its start to its end.
pub type Incarnation = [u8; 32];

/// What the chain knows of a worker as a sender of reports.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SenderState {
    /// Number of the next report.
    pub sequence: u64,
    /// Whose reports are accepted; zeros before the worker's first start.
    pub incarnation: Incarnation,
}

/// A statement by a worker to the chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Report {
    /// Who says it.
    pub worker: WorkerId,
    /// Which process of the worker.
    pub incarnation: Incarnation,
    /// 0, 1, 2, … over all incarnations: each number is accepted once and in order.
    pub sequence: u64,
    /// How many messages of its topic the worker has taken in; the chain forgets their payloads.
    pub acknowledged: u64,
    /// What is said.
    pub body: ReportBody,
}

impl Report {
    /// The bytes that the worker's identity key signs.
    pub fn signing_payload(&self, genesis: &Hash) -> Vec<u8> {
        (b"phala/report", genesis, self).encode()
    }
}

/// What a report says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum ReportBody {
    /// Nothing but the acknowledgement.
    #[codec(index = 0)]
    Acknowledge,
    /// Outcome of the benchmark that the registry asked for.
    #[codec(index = 1)]
    Benchmark {
        /// Iterations done, over all cores.
        iterations: u64,
        /// In how many milliseconds.
        milliseconds: u64,
    },
    /// Answer to a challenge.
    #[codec(index = 2)]
    Heartbeat {
        /// The session challenged.
        session: SessionId,
        /// The challenge answered.
        challenge: u32,
        /// Benchmark iterations since the session began.
        iterations: u64,
        /// Most jobs that were served at the same time since the last answer. The benchmark stood still
        /// meanwhile.
        jobs: u32,
    },
    /// A job was run.
    #[codec(index = 3)]
    Receipt(SignedReceipt),
    /// A process of the worker has started: reports of other incarnations are void from here on.
    #[codec(index = 4)]
    Start,
    /// The input of a job has arrived and is the one that the job was posted with. From here on the
    /// worker answers for delivering it.
    #[codec(index = 5)]
    Accepted {
        /// The job.
        job: JobId,
    },
}

/// A report and its worker's signature over [`Report::signing_payload`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SignedReport {
    /// What is said.
    pub report: Report,
    /// By whom.
    pub signature: Signature,
}
