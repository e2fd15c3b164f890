//! Proofs, put together from what a node stores: which blocks are final, and where trust begins.
//!
//! GRANDPA's authorities are those that the chain's own state named last, and a block that changes
//! them is the last that the old ones finalise. So whoever knows authority set *n* is led to set *n* + 1 by one
//! header and its justification, and from genesis to now by one such pair for each change. Nothing is
//! verified here: what a node forges, `phala_light_client` refuses.

use codec::{Decode, Encode};
use phala_light_client::{
    authorities::scheduled_change,
    courier::{FinalityProof, GenesisProof},
    limits::{MAX_SET_CHANGES, MAX_UPDATE_BYTES},
};
use phala_primitives::{storage, BlockNumber, Hash};

use super::{Node, RpcError};

/// Bytes of set changes after which the rest waits for another round: one update must hold them together with
/// state and messages.
const MAX_SET_CHANGE_BYTES: usize = MAX_UPDATE_BYTES / 2;

/// What leads from a verified block to a newer one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Every block in between that changes the authority set, in order.
    pub set_changes: Vec<FinalityProof>,
    /// The newest final block; or the last of as many set changes as fit, where there are more.
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
    _hash: Hash,
    number: BlockNumber,
}

/// Number of the block that an encoded justification claims to finalise.
pub fn justified_block(justification: &[u8]) -> Result<BlockNumber, RpcError> {
    JustificationTarget::decode(&mut &justification[..])
        .map(|target| target.number)
        .map_err(|error| RpcError::malformed("grandpa_subscribeJustifications", error))
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

    /// A proof that block `number` is final: of the last block that its authority set finalised, or of the
    /// newest final block if that set is still the current one. None while the node has no such proof.
    pub async fn finality_proof(&self, number: BlockNumber) -> Result<Option<FinalityProof>, RpcError> {
        if self.finalized_number().await? < number {
            return Ok(None);
        }
        let Some(encoded) = self.prove_finality(number).await? else { return Ok(None) };
        let proof = NodeFinalityProof::decode(&mut encoded.as_slice())
            .map_err(|error| RpcError::malformed("grandpa_proveFinality", error))?;
        let header = self.existing_header(proof.block).await?;
        if header.number < number {
            // The stored justification is older than the finalised block: a newer one is on its way.
            return Ok(None);
        }
        Ok(Some(FinalityProof { header, justification: proof.justification }))
    }

    /// What leads from the verified block `from` (0: the genesis) to the newest final one; none while that is `from`.
    pub async fn progress(&self, from: BlockNumber) -> Result<Option<Progress>, RpcError> {
        let mut set_changes: Vec<FinalityProof> = Vec::new();
        let mut bytes = 0;
        let mut next = from.saturating_add(1);
        while let Some(finality) = self.finality_proof(next).await? {
            bytes += finality.encoded_size();
            let full = set_changes.len() >= MAX_SET_CHANGES || bytes > MAX_SET_CHANGE_BYTES;
            // A change that no light client accepts is handed over all the same: it will say why.
            if full || !matches!(scheduled_change(&finality.header), Ok(Some(_))) {
                return Ok(Some(Progress { set_changes, finality }));
            }
            next = finality.header.number.saturating_add(1);
            set_changes.push(finality);
        }
        Ok(set_changes.pop().map(|finality| Progress { set_changes, finality }))
    }
}
