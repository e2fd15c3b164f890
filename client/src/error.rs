//! What can go wrong for a client, each with its cause and remedy.

use phala_primitives::{BlockNumber, JobId, WorkerId};
use thiserror::Error;

use crate::rpc::RpcError;

/// Why something that a client asked for did not happen.
#[derive(Debug, Error)]
pub enum Error {
    /// The node could not be asked.
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// The node speaks, but not as this client expects.
    #[error("the node does not fit this client: {0}; check that both are of the same release")]
    Node(String),
    /// The node serves another chain than it was asked for.
    #[error("the node serves the chain with genesis hash {found}, not {expected}; connect to a node of the right chain")]
    OtherChain {
        /// What was asked for.
        expected: String,
        /// What the node serves.
        found: String,
    },
    /// The node's proof does not hold.
    #[error("the node's proof does not hold ({0}); it is faulty or lies: use another one")]
    Proof(String),
    /// The chain refused a transaction.
    #[error("the chain refused {call}: {reason}")]
    Refused {
        /// The call, as `Pallet.call`.
        call: String,
        /// Name and documentation of the error.
        reason: String,
    },
    /// The chain would refuse a transaction, which was therefore not sent.
    #[error("the chain would refuse {call}, so nothing was sent: {reason}")]
    WouldRefuse {
        /// The call, as `Pallet.call`.
        call: String,
        /// Name and documentation of the error.
        reason: String,
    },
    /// The node has dropped the state of an old block.
    #[error(
        "the node does not have the state of block {block} (any more): {cause}; ask one that keeps all states \
         (--state-pruning archive)"
    )]
    NoState {
        /// The block.
        block: BlockNumber,
        /// What the node says.
        cause: String,
    },
    /// A transaction did not get into a block.
    #[error("{call} did not get into a block: {cause}")]
    Transaction {
        /// The call, as `Pallet.call`.
        call: String,
        /// What happened.
        cause: String,
    },
    /// A worker cannot be reached, or cannot serve now. Asking again later may help.
    #[error("the worker at {endpoint} does not serve now: {cause}")]
    Unavailable {
        /// Where it is.
        endpoint: String,
        /// What happened.
        cause: String,
    },
    /// A worker did not give what it was asked for.
    #[error("the worker at {endpoint}: {cause}")]
    Worker {
        /// Where it is.
        endpoint: String,
        /// What happened.
        cause: String,
    },
    /// No worker fits.
    #[error("no worker fits: {0}")]
    NoWorker(String),
    /// The worker's keys are not those that the chain holds.
    #[error("worker {worker}: {cause}; do not use it")]
    Untrusted {
        /// The worker.
        worker: WorkerId,
        /// What differs.
        cause: String,
    },
    /// A job did not end as it should.
    #[error("job {job}: {cause}")]
    Job {
        /// The job.
        job: JobId,
        /// What happened.
        cause: String,
    },
    /// The request itself cannot work.
    #[error("{0}")]
    Request(String),
}
