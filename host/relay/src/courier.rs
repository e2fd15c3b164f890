//! What is done for one worker, round after round: news in, reports out.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{ensure, Context};
use codec::{DecodeAll, Encode};
use phala_client::rpc::Progress;
use phala_light_client::{
    courier::{proven_keys, FinalityProof, Update, WorkerStatus},
    header_hash,
    limits::{MAX_MESSAGES, MAX_UPDATE_BYTES},
};
use phala_primitives::{
    mailbox::{Message, Topic, TopicState},
    report::{Incarnation, ReportBody, SignedReport},
    storage, Hash,
};
use tokio::sync::watch;

use crate::{
    node::{hash, Backoff, Chain, Remedy},
    worker::Worker,
};

/// How often a worker is asked for new reports while no block becomes final.
const POLL: Duration = Duration::from_secs(1);

/// Time after which a report that is still in the outbox is submitted again: a pool may have dropped it.
const RESUBMIT: Duration = Duration::from_secs(15);

/// Messages read with one request.
const MESSAGE_BATCH: u64 = 256;

/// The courier of one worker.
pub struct Courier {
    chain: Arc<Chain>,
    worker: Worker,
    latest: watch::Receiver<Option<Arc<FinalityProof>>>,
    /// When each report that is still in the outbox was submitted, by incarnation and sequence number.
    submitted: HashMap<(Incarnation, u64), Instant>,
    /// Whether the last round failed, so that recovery is worth a line in the log.
    failing: bool,
    introduced: bool,
}

impl Courier {
    /// A courier between `chain` and `worker`.
    pub fn new(chain: Arc<Chain>, worker: Worker) -> Self {
        let latest = chain.latest();
        Self { chain, worker, latest, submitted: HashMap::new(), failing: false, introduced: false }
    }

    /// Works for ever. Cancelling it loses nothing.
    pub async fn run(mut self) {
        let mut backoff = Backoff::new();
        loop {
            match self.round().await {
                Ok(()) => {
                    if std::mem::take(&mut self.failing) {
                        tracing::info!(worker = %self.worker.socket().display(), "the worker is served again");
                    }
                    backoff = Backoff::new();
                    tokio::select! {
                        () = tokio::time::sleep(POLL) => {}
                        // The chain outlives its couriers, so the sender is there.
                        _ = self.latest.changed() => {}
                    }
                }
                Err(error) => {
                    self.failing = true;
                    // A node that was restarted has lost its pool.
                    self.submitted.clear();
                    tracing::warn!(worker = %self.worker.socket().display(), "{error:#}");
                    tokio::time::sleep(backoff.next_wait()).await;
                }
            }
        }
    }

    /// One round.
    pub async fn round(&mut self) -> anyhow::Result<()> {
        let latest = self.latest.borrow_and_update().clone();
        let mut status = self.worker.state().await?;
        let (ours, theirs) = (self.chain.node().genesis_hash(), status.genesis);
        ensure!(
            ours == theirs,
            "the worker trusts the chain with genesis {}, the node follows {}: connect each to the same chain",
            hash(&theirs),
            hash(&ours),
        );
        let verified = status.verified.map_or(0, |block| block.number);
        if !std::mem::replace(&mut self.introduced, true) {
            let socket = self.worker.socket().display();
            tracing::info!(worker = %status.worker, %socket, verified, "serving worker");
        }
        if let Some(latest) = latest {
            let newest = latest.header.number;
            ensure!(
                verified <= newest,
                "the worker has verified block {verified}, but the node's newest final block is {newest}: the \
                 node is still synchronising, or its chain was started anew",
            );
            if verified < newest {
                let update = self.news(&status, &latest).await.context("cannot make news for the worker")?;
                status = self.deliver(&status, &update).await?;
            }
        }
        self.submit(&status).await
    }

    /// What the worker does not know yet.
    async fn news(&self, status: &WorkerStatus, latest: &FinalityProof) -> anyhow::Result<Update> {
        let node = self.chain.node();
        let trust = match status.verified {
            Some(_) => None,
            None => Some(self.chain.genesis_proof().await.context(
                "the node cannot prove the genesis state, which a new worker needs: use a node that keeps all \
                 states (--state-pruning archive)",
            )?),
        };
        let from = status.verified.map_or(0, |block| block.number);
        let progress = node.progress_to(from, latest.clone()).await?;
        let at = header_hash(&progress.finality.header);
        let state_proof = node.read_proof(&proven_keys(&status.worker, status.session), at).await?;
        let messages = self.messages(status, at).await?;
        let Progress { set_changes, finality } = progress;
        let update = Update { trust, set_changes, finality, state_proof, messages };
        let size = update.encoded_size();
        ensure!(
            size <= MAX_UPDATE_BYTES,
            "an update of {size} bytes is more than a worker takes ({MAX_UPDATE_BYTES})"
        );
        Ok(update)
    }

    /// The messages that the worker has not taken in yet, in the state after block `at`. None of them if the
    /// chain has forgotten some: then the worker sees from the rest of the news that it was set back.
    async fn messages(&self, status: &WorkerStatus, at: Hash) -> anyhow::Result<Vec<Message>> {
        let node = self.chain.node();
        let topic = Topic::Worker(status.worker);
        let count = match node.storage(&storage::topic(&topic), Some(at)).await? {
            Some(value) => TopicState::decode_all(&mut &value[..]).context("Mailbox::Topics")?.count,
            None => 0,
        };
        let missing = count.saturating_sub(status.taken);
        ensure!(
            missing <= MAX_MESSAGES as u64,
            "{missing} messages wait for the worker, more than it takes ({MAX_MESSAGES})"
        );
        let mut messages = Vec::with_capacity(missing as usize);
        let mut next = status.taken;
        while next < count {
            let end = count.min(next + MESSAGE_BATCH);
            let keys: Vec<Vec<u8>> = (next..end).map(|index| storage::message(&topic, index)).collect();
            for (index, value) in (next..end).zip(node.storage_many(&keys, at).await?) {
                let Some(value) = value else {
                    tracing::error!(
                        worker = %status.worker,
                        "the chain no longer has message {index}, which the worker has not taken in: its data \
                         folder was set back to an older state; restore the newest one"
                    );
                    return Ok(Vec::new());
                };
                messages.push(Message::decode_all(&mut &value[..]).context("Mailbox::Messages")?);
            }
            next = end;
        }
        Ok(messages)
    }

    async fn deliver(&self, before: &WorkerStatus, update: &Update) -> anyhow::Result<WorkerStatus> {
        let after = self.worker.advance(update).await?;
        let (worker, block) = (&after.worker, update.finality.header.number);
        let set_changes = update.set_changes.len();
        if before.verified.is_none() {
            tracing::info!(%worker, block, set_changes, "the worker verified the chain from its genesis");
        } else if set_changes > 0 {
            tracing::info!(%worker, block, set_changes, "the worker followed the authority set");
        }
        match update.messages.len() {
            0 => tracing::debug!(%worker, block, "the worker verified a block"),
            messages => tracing::info!(%worker, block, messages, "delivered messages"),
        }
        Ok(after)
    }

    /// Submits the reports that were not submitted lately, in the order of their sequence.
    async fn submit(&mut self, status: &WorkerStatus) -> anyhow::Result<()> {
        let name = |signed: &SignedReport| (signed.report.incarnation, signed.report.sequence);
        let waiting: HashSet<_> = status.outbox.iter().map(name).collect();
        self.submitted.retain(|report, at| waiting.contains(report) && at.elapsed() < RESUBMIT);
        for signed in &status.outbox {
            let sequence = signed.report.sequence;
            if self.submitted.contains_key(&name(signed)) {
                continue;
            }
            let worker = &status.worker;
            match self.chain.submit(signed).await {
                Ok(transaction) => {
                    let (report, transaction) = (kind(signed), hash(&transaction));
                    tracing::info!(%worker, sequence, report, transaction, "submitted a report");
                }
                Err(error) => match error.remedy() {
                    Remedy::None => tracing::debug!(%worker, sequence, "the report is under way: {error}"),
                    Remedy::Wait => {
                        tracing::debug!(%worker, sequence, "the report has to wait: {error}");
                        return Ok(());
                    }
                    // Later reports cannot be accepted before this one.
                    Remedy::Look => {
                        return Err(error)
                            .context(format!("cannot submit report {sequence} of worker {worker}"));
                    }
                },
            }
            self.submitted.insert(name(signed), Instant::now());
        }
        Ok(())
    }
}

/// What a report is about, for the log.
fn kind(signed: &SignedReport) -> &'static str {
    match &signed.report.body {
        ReportBody::Acknowledge => "acknowledgement",
        ReportBody::Benchmark { .. } => "benchmark",
        ReportBody::Heartbeat { .. } => "heartbeat",
        ReportBody::Receipt(_) => "receipt",
        ReportBody::Start => "start",
        ReportBody::Accepted { .. } => "acceptance",
    }
}
