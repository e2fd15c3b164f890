//! Proofs, put together from what a node stores: which blocks are final, and where trust begins.
//!
//! GRANDPA's authorities are those that the chain's own state named last, and a block that changes them is
//! the last that the old ones finalise. So whoever knows authority set *n* is led to set *n* + 1 by one
//! header and its justification, and from genesis to now by one such pair for each change. Nothing is
//! verified here: what a node forges, `phala_light_client` refuses.

use std::time::Duration;

use codec::{Decode, Encode};
use phala_light_client::{
    authorities::scheduled_change,
    courier::{FinalityProof, GenesisProof},
    header_hash,
    limits::{MAX_SET_CHANGES, MAX_UPDATE_BYTES},
};
use phala_primitives::{storage, BlockNumber, Hash};

use super::{Node, RpcError};

/// Bytes of set changes after which the rest waits for another round: one update must hold them together
/// with state and messages.
const MAX_SET_CHANGE_BYTES: usize = MAX_UPDATE_BYTES / 2;

/// Longest time that a chain may take to finalise another block.
const FINALITY_TIMEOUT: Duration = Duration::from_secs(120);

/// What leads from a verified block to a newer one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Every block in between that changes the authority set, in order.
    pub set_changes: Vec<FinalityProof>,
    /// The newest final block; or, where there are more set changes than fit, the last that does.
    pub finality: FinalityProof,
}

/// Beginning of what `grandpa_proveFinality` gives. Headers between the block asked for and the one proven
/// follow, which nobody here needs.
#[derive(Decode)]
struct NodeFinalityProof {
    block: Hash,
    justification: Vec<u8>,
}

/// Beginning of a GRANDPA justification.
#[derive(Decode)]
struct JustificationTarget {
    _round: u64,
    hash: Hash,
}

impl Node {
    /// Where trust begins: the genesis header, and the first authorities under its state root.
    pub async fn genesis_proof(&self) -> Result<GenesisProof, RpcError> {
        let genesis = self.genesis_hash();
        let header = self.existing_header(genesis).await?;
        let authorities_proof = self.read_proof(&[storage::grandpa_authorities()], genesis).await?;
        Ok(GenesisProof { header, authorities_proof })
    }

    /// Number of the last finalised block, as the node says.
    pub async fn finalized_number(&self) -> Result<BlockNumber, RpcError> {
        Ok(self.existing_header(self.finalized_hash().await?).await?.number)
    }

    /// The block that an encoded justification finalises, together with it.
    pub async fn justified(&self, justification: Vec<u8>) -> Result<FinalityProof, RpcError> {
        let target = JustificationTarget::decode(&mut justification.as_slice())
            .map_err(|error| RpcError::malformed("grandpa_subscribeJustifications", error))?;
        Ok(FinalityProof { header: self.existing_header(target.hash).await?, justification })
    }

    /// The next block that becomes final: it is waited for.
    pub async fn next_finality(&self) -> Result<FinalityProof, RpcError> {
        const METHOD: &str = "grandpa_subscribeJustifications";
        let mut justifications = self.subscribe_justifications().await?;
        match tokio::time::timeout(FINALITY_TIMEOUT, justifications.next()).await {
            Ok(Some(justification)) => self.justified(justification?).await,
            Ok(None) => Err(RpcError::Disconnected("the subscription ended".to_owned())),
            Err(_) => Err(RpcError::Timeout { method: METHOD }),
        }
    }

    /// A proof that block `number` is final: of the last block that its authority set finalised, or of the
    /// newest final block if that set is the current one.
    ///
    /// None if `number` is not final, and as long as the chain's first authority set is in office: nodes
    /// prove nothing before its first change.
    pub async fn finality_proof(&self, number: BlockNumber) -> Result<Option<FinalityProof>, RpcError> {
        const METHOD: &str = "grandpa_proveFinality";
        let encoded = match self.prove_finality(number).await {
            Ok(Some(encoded)) => encoded,
            Ok(None) | Err(RpcError::Refused { code: RpcError::CANNOT_PROVE_FINALITY, .. }) => {
                return Ok(None)
            }
            Err(error) => return Err(error),
        };
        let proof = NodeFinalityProof::decode(&mut encoded.as_slice())
            .map_err(|error| RpcError::malformed(METHOD, error))?;
        let header = self.existing_header(proof.block).await?;
        Ok(Some(FinalityProof { header, justification: proof.justification }))
    }

    /// Number of the authority set after block `at`.
    async fn authority_set(&self, at: Hash) -> Result<u64, RpcError> {
        let encoded = self.call("GrandpaApi_current_set_id", &[], at).await?;
        u64::decode(&mut encoded.as_slice()).map_err(|error| RpcError::malformed("state_call", error))
    }

    /// What leads from the verified block `from` (0: the genesis) to the later final block of `latest`.
    pub async fn progress_to(&self, from: BlockNumber, latest: FinalityProof) -> Result<Progress, RpcError> {
        let mut set_changes: Vec<FinalityProof> = Vec::new();
        if self.authority_set(header_hash(&latest.header)).await? == 0 {
            return Ok(Progress { set_changes, finality: latest });
        }
        let mut bytes = latest.encoded_size();
        let mut next = from.saturating_add(1);
        while next < latest.header.number {
            let Some(proof) = self.finality_proof(next).await? else { break };
            // A change that no light client accepts is handed over all the same: it will say why.
            let unchanged = matches!(scheduled_change(&proof.header), Ok(None));
            if unchanged || proof.header.number < next || proof.header.number >= latest.header.number {
                break;
            }
            bytes += proof.encoded_size();
            if set_changes.len() >= MAX_SET_CHANGES || bytes > MAX_SET_CHANGE_BYTES {
                return Ok(Progress { set_changes, finality: proof });
            }
            next = proof.header.number.saturating_add(1);
            set_changes.push(proof);
        }
        Ok(Progress { set_changes, finality: latest })
    }

    /// What leads from the verified block `from` (0: the genesis) to a final block at or after `to`; none while
    /// the node has none. Waits for the next block that becomes final.
    pub async fn progress(&self, from: BlockNumber, to: BlockNumber) -> Result<Option<Progress>, RpcError> {
        if self.finalized_number().await? < to {
            return Ok(None);
        }
        let latest = self.next_finality().await?;
        if latest.header.number <= from {
            return Ok(None);
        }
        self.progress_to(from, latest).await.map(Some)
    }
}
