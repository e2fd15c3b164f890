//! The node that all couriers of this process share.

use std::{sync::Arc, time::Duration};

use phala_client::rpc::{Node, RpcError};
use phala_light_client::courier::{FinalityProof, GenesisProof};
use phala_primitives::{report::SignedReport, Hash};
use tokio::sync::{watch, Mutex, OnceCell};

use crate::transaction::{SubmitCall, UnsupportedRuntime};

/// Waits between attempts: half a second at first, doubled each time, up to five seconds. Nodes and workers
/// are near, and stake is lost while they are not served.
#[derive(Clone, Copy, Debug)]
pub struct Backoff(Duration);

impl Backoff {
    const FIRST: Duration = Duration::from_millis(500);
    const LONGEST: Duration = Duration::from_secs(5);

    /// Starts with the shortest wait.
    pub const fn new() -> Self {
        Self(Self::FIRST)
    }

    /// How long to wait now.
    pub fn next_wait(&mut self) -> Duration {
        let wait = self.0;
        self.0 = (wait * 2).min(Self::LONGEST);
        wait
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new()
    }
}

/// A chain, through one node.
pub struct Chain {
    node: Node,
    latest: watch::Sender<Option<Arc<FinalityProof>>>,
    genesis_proof: OnceCell<GenesisProof>,
    /// How the runtime of this specification version takes reports.
    submit_call: Mutex<Option<(u32, SubmitCall)>>,
}

impl Chain {
    /// Connects to the node at `url`, however long that takes.
    pub async fn connect(url: &str) -> Self {
        let mut backoff = Backoff::new();
        let node = loop {
            match Node::connect(url).await {
                Ok(node) => break node,
                Err(error) => {
                    tracing::warn!("{error}");
                    tokio::time::sleep(backoff.next_wait()).await;
                }
            }
        };
        tracing::info!(node = url, genesis = %hash(&node.genesis_hash()), "connected to the node");
        Self::new(node)
    }

    /// The chain of a connected node.
    pub fn new(node: Node) -> Self {
        Self {
            node,
            latest: watch::Sender::new(None),
            genesis_proof: OnceCell::new(),
            submit_call: Mutex::new(None),
        }
    }

    /// The node itself.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// The newest block that the node proved to be final, and every one after it; none before the first.
    pub fn latest(&self) -> watch::Receiver<Option<Arc<FinalityProof>>> {
        self.latest.subscribe()
    }

    /// Follows the node's justifications for ever.
    pub async fn follow(&self) {
        let mut backoff = Backoff::new();
        loop {
            match self.follow_justifications(&mut backoff).await {
                Ok(()) => {
                    tracing::warn!("the node ended the subscription to justifications; subscribing again")
                }
                Err(error) => tracing::warn!("{error}"),
            }
            tokio::time::sleep(backoff.next_wait()).await;
        }
    }

    async fn follow_justifications(&self, backoff: &mut Backoff) -> Result<(), RpcError> {
        let mut justifications = self.node.subscribe_justifications().await?;
        let mut first = true;
        while let Some(justification) = justifications.next().await {
            let finality = self.node.justified(justification?).await?;
            let block = finality.header.number;
            match std::mem::take(&mut first) {
                true => tracing::info!(block, "following the chain's final blocks"),
                false => tracing::debug!(block, "block finalised"),
            }
            self.latest.send_replace(Some(Arc::new(finality)));
            *backoff = Backoff::new();
        }
        Ok(())
    }

    /// Where trust begins; fetched once.
    pub async fn genesis_proof(&self) -> Result<GenesisProof, RpcError> {
        self.genesis_proof.get_or_try_init(|| self.node.genesis_proof()).await.cloned()
    }

    /// Submits a worker's report.
    pub async fn submit(&self, report: &SignedReport) -> Result<Hash, SubmitError> {
        let transaction = self.submit_call().await?.transaction(report);
        Ok(self.node.submit(&transaction).await?)
    }

    /// How the node's current runtime takes reports. An upgrade may change that, so its version is asked
    /// for each time and the metadata (much larger) fetched only when it changed.
    async fn submit_call(&self) -> Result<SubmitCall, SubmitError> {
        let version = self.node.runtime_version().await?.spec_version;
        let mut cached = self.submit_call.lock().await;
        if let Some((known, call)) = &*cached {
            if *known == version {
                return Ok(call.clone());
            }
        }
        let call = SubmitCall::from_metadata(&self.node.metadata().await?)?;
        *cached = Some((version, call.clone()));
        Ok(call)
    }
}

/// Why a report was not taken by the node.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The node or the connection.
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// The runtime.
    #[error(transparent)]
    Runtime(#[from] UnsupportedRuntime),
}

/// What to do with a report that the node did not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: it is in the pool, or in a block already.
    None,
    /// Submit it again a little later: others come first.
    Wait,
    /// Find out what is wrong.
    Look,
}

impl SubmitError {
    /// What to do. Codes are those of `author_submitExtrinsic`, words those of Substrate's transaction
    /// validity, which has no codes of its own.
    pub fn remedy(&self) -> Remedy {
        let Self::Rpc(RpcError::Refused { code, message, .. }) = self else { return Remedy::Look };
        match *code {
            RpcError::ALREADY_IMPORTED | RpcError::TOO_LOW_PRIORITY | RpcError::TEMPORARILY_BANNED => {
                Remedy::None
            }
            RpcError::POOL_FULL => Remedy::Wait,
            RpcError::INVALID_TRANSACTION if message.contains("is outdated") => Remedy::None,
            RpcError::INVALID_TRANSACTION if message.contains("in the future") => Remedy::Wait,
            RpcError::INVALID_TRANSACTION if message.contains("exhaust the block limits") => Remedy::Wait,
            _ => Remedy::Look,
        }
    }
}

/// A hash as people read it.
pub(crate) fn hash(hash: &Hash) -> String {
    format!("0x{}", hex::encode(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: i32, message: &str) -> SubmitError {
        RpcError::Refused { method: "author_submitExtrinsic", code, message: message.to_owned() }.into()
    }

    #[test]
    fn backoff_should_double_up_to_its_limit() {
        let mut backoff = Backoff::new();
        let waits: Vec<u128> = (0..6).map(|_| backoff.next_wait().as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 5000, 5000]);
    }

    #[test]
    fn report_should_need_nothing_when_it_is_in_the_pool_or_in_a_block() {
        for (code, message) in [
            (1012, "Transaction is temporarily banned"),
            (1013, "Transaction is already imported"),
            (1014, "Priority is too low"),
            (1010, "Invalid Transaction: Transaction is outdated"),
        ] {
            assert_eq!(refused(code, message).remedy(), Remedy::None, "{message}");
        }
    }

    #[test]
    fn report_should_wait_when_others_come_first() {
        for (code, message) in [
            (1016, "Transaction was not included to the pool because of the limits"),
            (1010, "Invalid Transaction: Transaction will be valid in the future"),
            (1010, "Invalid Transaction: Transaction would exhaust the block limits"),
        ] {
            assert_eq!(refused(code, message).remedy(), Remedy::Wait, "{message}");
        }
    }

    #[test]
    fn report_should_be_looked_into_when_anything_else_is_wrong() {
        assert_eq!(
            refused(1010, "Invalid Transaction: Transaction has a bad signature").remedy(),
            Remedy::Look
        );
        assert_eq!(refused(-32601, "Method not found").remedy(), Remedy::Look);
        let timeout = RpcError::Timeout { method: "author_submitExtrinsic" };
        assert_eq!(SubmitError::from(timeout).remedy(), Remedy::Look);
    }
}
