//! What other pallets see of the mailbox, and what it asks of them.

use phala_primitives::{
    mailbox::{Topic, WorkerMessage},
    report::ReportBody,
    WorkerId,
};
use polkadot_sdk::frame_support::{dispatch::DispatchResult, weights::Weight};

/// Tells enclaves things.
pub trait SendMessage {
    /// Appends `message` to `topic`.
    ///
    /// # Errors
    ///
    /// When the topic's backlog is full.
    fn send(topic: Topic, message: &WorkerMessage) -> DispatchResult;

    /// Messages of `topic` that its reader has not acknowledged.
    fn backlog(topic: &Topic) -> u64;
}

/// Knows the workers and acts on what they report.
pub trait HandleReport {
    /// Whether `worker` may report at all. It decides who may use the chain for free.
    fn is_sender(worker: &WorkerId) -> bool;

    /// Applies an authorised report. An error undoes everything done here, and nothing else.
    fn handle(worker: &WorkerId, body: ReportBody) -> DispatchResult;

    /// Most that [`HandleReport::handle`] costs for `body`.
    fn weight(body: &ReportBody) -> Weight;
}

/// Sets up a world for the benchmarks.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
    /// Makes [`HandleReport::is_sender`] true of `worker`.
    fn register_sender(worker: &WorkerId);
}
