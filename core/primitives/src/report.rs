//! What enclaves send to the chain.
//!
//! A report is authorised by the worker's identity key and a sequence number, costs no fee, and
//! acknowledges the messages that the worker has taken in.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{job::SignedReceipt, Hash, SessionId, Signature, WorkerId};

/// A statement by a worker to the chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Report {
    /// Who says it.
    pub worker: WorkerId,
    /// 0, 1, 2, …: each number is accepted once and in order.
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
        /// Jobs being served right now.
        jobs: u32,
    },
    /// A job was run.
    #[codec(index = 3)]
    Receipt(SignedReceipt),
}

/// A report and its worker's signature over [`Report::signing_payload`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SignedReport {
    /// What is said.
    pub report: Report,
    /// By whom.
    pub signature: Signature,
}
