//! A node, through the RPC methods that every Substrate node has.
//!
//! Nothing that a node says is believed here: [`Node`] carries answers, and `phala_light_client` judges
//! them. What this module does guarantee is that a node cannot make its caller wait or allocate without
//! limit, and that a lost connection comes back by itself.

mod error;
mod proofs;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod wire;

use std::{future::Future, time::Duration};

use phala_light_client::Header;
use phala_primitives::{BlockNumber, Hash};
use serde::de::DeserializeOwned;
use subxt::rpcs::{
    client::{
        reconnecting_rpc_client::{ExponentialBackoff, RpcClient as Connection},
        rpc_params, RpcParams, RpcSubscription,
    },
    RpcClient,
};

pub use error::RpcError;
pub use proofs::Progress;
use wire::{Bytes, ReadProof, RpcHeader};
pub use wire::{ChainType, RuntimeVersion};

/// Longest time that one answer may take, reconnecting included.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest time that the first connection may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Most bytes of one answer. The largest is the runtime's metadata, below 2 MiB.
const MAX_RESPONSE: u32 = 16 << 20;

/// Most bytes of one request, which an extrinsic with its hexadecimal digits must fit into.
const MAX_REQUEST: u32 = 16 << 20;

/// A connection to one node. Clones share it; it reconnects by itself.
#[derive(Clone)]
pub struct Node {
    rpc: RpcClient,
    genesis: Hash,
}

impl Node {
    /// Connects to `url` (`ws://…` or `wss://…`) and asks which chain it serves.
    pub async fn connect(url: &str) -> Result<Self, RpcError> {
        let failed = |reason: String| RpcError::Connect { url: url.to_owned(), reason };
        // The reconnecting client tries again whatever is wrong, even where only the user can help.
        let attempt = tokio::time::timeout(CONNECT_TIMEOUT, RpcClient::from_insecure_url(url));
        attempt
            .await
            .map_err(|_| failed("no answer".to_owned()))?
            .map_err(|error| failed(root_cause(&error)))?;
        let backoff = ExponentialBackoff::from_millis(2).factor(100).max_delay(Duration::from_secs(10));
        let connecting = Connection::builder()
            .retry_policy(backoff)
            .request_timeout(REQUEST_TIMEOUT)
            .connection_timeout(CONNECT_TIMEOUT)
            .max_request_size(MAX_REQUEST)
            .max_response_size(MAX_RESPONSE)
            .build(url);
        let connection = tokio::time::timeout(CONNECT_TIMEOUT, connecting)
            .await
            .map_err(|_| failed("no answer".to_owned()))?
            .map_err(|error| failed(root_cause(&error)))?;
        Self::from_client(RpcClient::new(connection)).await
    }

    /// A node behind any RPC client.
    pub async fn from_client(rpc: RpcClient) -> Result<Self, RpcError> {
        let mut node = Self { rpc, genesis: Hash::default() };
        node.genesis = node
            .block_hash(0)
            .await?
            .ok_or_else(|| RpcError::malformed("chain_getBlockHash", "the node has no genesis block"))?;
        Ok(node)
    }

    /// Hash of the genesis block that the node had when it was first asked.
    pub fn genesis_hash(&self) -> Hash {
        self.genesis
    }

    /// The RPC client itself, for methods that are not here.
    pub fn client(&self) -> &RpcClient {
        &self.rpc
    }

    /// Hash of the block `number` on the best chain.
    pub async fn block_hash(&self, number: BlockNumber) -> Result<Option<Hash>, RpcError> {
        let hash: Option<Bytes> = self.request("chain_getBlockHash", rpc_params![number]).await?;
        hash.map(|hash| hash.into_hash("chain_getBlockHash")).transpose()
    }

    /// Hash of the last finalised block, as the node says.
    pub async fn finalized_hash(&self) -> Result<Hash, RpcError> {
        self.request::<Bytes>("chain_getFinalizedHead", rpc_params![])
            .await?
            .into_hash("chain_getFinalizedHead")
    }

    /// The header with `hash`.
    pub async fn header(&self, hash: Hash) -> Result<Option<Header>, RpcError> {
        let header: Option<RpcHeader> = self.request("chain_getHeader", rpc_params![hex(&hash)]).await?;
        header.map(|header| header.into_header()).transpose()
    }

    /// The header with `hash`, which the node itself named.
    pub async fn existing_header(&self, hash: Hash) -> Result<Header, RpcError> {
        let missing =
            || RpcError::malformed("chain_getHeader", format!("the node has no block {}", hex(&hash)));
        self.header(hash).await?.ok_or_else(missing)
    }

    /// SCALE-encoded justifications, one for each round that finalises something. The stream ends with an
    /// error when the connection is lost, and must be made anew then.
    pub async fn subscribe_justifications(&self) -> Result<Justifications, RpcError> {
        const METHOD: &str = "grandpa_subscribeJustifications";
        let subscription = self.rpc.subscribe(METHOD, rpc_params![], "grandpa_unsubscribeJustifications");
        Ok(Justifications(within(METHOD, subscription).await?))
    }

    /// SCALE-encoded finality proof that covers block `number`; none if the node cannot make one.
    pub async fn prove_finality(&self, number: BlockNumber) -> Result<Option<Vec<u8>>, RpcError> {
        let proof: Option<Bytes> = self.request("grandpa_proveFinality", rpc_params![number]).await?;
        Ok(proof.map(|proof| proof.0))
    }

    /// Trie nodes that prove the values, or the absence, of `keys` in the state after block `at`.
    pub async fn read_proof(&self, keys: &[Vec<u8>], at: Hash) -> Result<Vec<Vec<u8>>, RpcError> {
        let keys: Vec<String> = keys.iter().map(|key| hex(key)).collect();
        let proof: ReadProof = self.request("state_getReadProof", rpc_params![keys, hex(&at)]).await?;
        Ok(proof.proof.into_iter().map(|node| node.0).collect())
    }

    /// Unproven value of `key` in the state after block `at` (none: the best block).
    pub async fn storage(&self, key: &[u8], at: Option<Hash>) -> Result<Option<Vec<u8>>, RpcError> {
        let at = at.map(|at| hex(&at));
        let value: Option<Bytes> = self.request("state_getStorage", rpc_params![hex(key), at]).await?;
        Ok(value.map(|value| value.0))
    }

    /// Unproven values of many keys at once, in the order of `keys`.
    pub async fn storage_many(&self, keys: &[Vec<u8>], at: Hash) -> Result<Vec<Option<Vec<u8>>>, RpcError> {
        const METHOD: &str = "state_queryStorageAt";
        let names: Vec<String> = keys.iter().map(|key| hex(key)).collect();
        let sets: Vec<wire::ChangeSet> = self.request(METHOD, rpc_params![&names, hex(&at)]).await?;
        let mut found: std::collections::HashMap<Vec<u8>, Option<Vec<u8>>> = sets
            .into_iter()
            .flat_map(|set| set.changes)
            .map(|(key, value)| (key.0, value.map(|value| value.0)))
            .collect();
        Ok(keys.iter().map(|key| found.remove(key).flatten()).collect())
    }

    /// Unproven answer of the runtime to the call of `function` with SCALE-encoded arguments, after block `at`.
    pub async fn call(&self, function: &str, arguments: &[u8], at: Hash) -> Result<Vec<u8>, RpcError> {
        let params = rpc_params![function, hex(arguments), hex(&at)];
        Ok(self.request::<Bytes>("state_call", params).await?.0)
    }

    /// Submits an encoded extrinsic to the node's pool, and gives its hash.
    pub async fn submit(&self, extrinsic: &[u8]) -> Result<Hash, RpcError> {
        const METHOD: &str = "author_submitExtrinsic";
        self.request::<Bytes>(METHOD, rpc_params![hex(extrinsic)]).await?.into_hash(METHOD)
    }

    /// What kind of chain the node says that it serves.
    pub async fn chain_type(&self) -> Result<ChainType, RpcError> {
        let kind: serde_json::Value = self.request("system_chainType", rpc_params![]).await?;
        Ok(ChainType::from_rpc(&kind))
    }

    /// Version of the runtime at the best block.
    pub async fn runtime_version(&self) -> Result<RuntimeVersion, RpcError> {
        self.request("state_getRuntimeVersion", rpc_params![]).await
    }

    /// SCALE-encoded metadata of the runtime at the best block.
    pub async fn metadata(&self) -> Result<Vec<u8>, RpcError> {
        Ok(self.request::<Bytes>("state_getMetadata", rpc_params![]).await?.0)
    }

    async fn request<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: RpcParams,
    ) -> Result<T, RpcError> {
        within(method, self.rpc.request(method, params)).await
    }
}

/// Justifications as they come; see [`Node::subscribe_justifications`].
pub struct Justifications(RpcSubscription<Bytes>);

impl Justifications {
    /// The next SCALE-encoded justification; none when the connection is lost.
    pub async fn next(&mut self) -> Option<Result<Vec<u8>, RpcError>> {
        let next = self.0.next().await?;
        Some(
            next.map(|bytes| bytes.0)
                .map_err(|error| RpcError::from_rpc("grandpa_subscribeJustifications", error)),
        )
    }
}

/// Ends a request that the connection does not end itself, such as one queued while it is being restored.
async fn within<T>(
    method: &'static str,
    request: impl Future<Output = Result<T, subxt::rpcs::Error>>,
) -> Result<T, RpcError> {
    match tokio::time::timeout(REQUEST_TIMEOUT, request).await {
        Ok(answer) => answer.map_err(|error| RpcError::from_rpc(method, error)),
        Err(_) => Err(RpcError::Timeout { method }),
    }
}

/// The innermost cause of an error whose outer layers only say that something failed.
fn root_cause(mut error: &dyn std::error::Error) -> String {
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

fn hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}
