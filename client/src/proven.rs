//! Reads that need not believe the node.

use codec::Decode;
use phala_light_client::{
    courier::{FinalityProof, GenesisProof},
    proof::ProvenState,
    trust::{Checkpoint, TrustRoot},
    LightClient,
};
use phala_primitives::{storage, BlockNumber, Hash};

use crate::{rpc::Node, Error};

/// Most rounds of set changes that one read follows.
const MAX_ROUNDS: usize = 64;

/// Values proven under a final block, with everything that proves them from the genesis hash on.
pub struct Proven {
    /// Where trust begins.
    pub genesis: GenesisProof,
    /// Every change of the authority set since.
    pub set_changes: Vec<FinalityProof>,
    /// The final block.
    pub finality: FinalityProof,
    /// Trie nodes that lead from the block's state root to the values.
    pub state_proof: Vec<Vec<u8>>,
    checkpoint: Checkpoint,
    state: ProvenState,
}

impl Proven {
    /// Number of the final block.
    pub fn block(&self) -> BlockNumber {
        self.finality.header.number
    }

    /// The proven value of `key`; none where it is proven to have none.
    pub fn value<T: Decode>(&self, key: &[u8]) -> Result<Option<T>, Error> {
        self.state.decode(key).map_err(|error| Error::Proof(error.to_string()))
    }
}

/// Proves the values of `keys` at a final block at or after `from`, from the genesis hash on.
///
/// None while the node has not finalised `from`.
pub async fn prove(
    node: &Node,
    genesis_hash: &Hash,
    keys: &[Vec<u8>],
    from: BlockNumber,
) -> Result<Option<Proven>, Error> {
    let genesis = node.genesis_proof().await?;
    let mut client = LightClient::bootstrap(genesis_hash, &genesis).map_err(refused)?;
    let mut set_changes = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let Some(progress) = node.progress(client.latest().number, from).await? else { return Ok(None) };
        for change in progress.set_changes {
            client.apply_set_change(&change).map_err(refused)?;
            set_changes.push(change);
        }
        let before = client.latest().set_id;
        client.advance(&progress.finality).map_err(refused)?;
        if client.latest().number >= from {
            return finish(node, client, genesis, set_changes, progress.finality, keys).await.map(Some);
        }
        if client.latest().set_id == before {
            return Ok(None);
        }
        set_changes.push(progress.finality);
    }
    Err(Error::Proof(format!(
        "more than {MAX_ROUNDS} rounds of authority-set changes lie before block {from}"
    )))
}

/// The newest final block, proven from the genesis hash on, as a trust root for others.
pub async fn checkpoint(node: &Node, genesis_hash: &Hash) -> Result<Option<TrustRoot>, Error> {
    let proven = prove(node, genesis_hash, &[storage::timestamp_now()], 1).await?;
    Ok(proven.map(|proven| TrustRoot::Checkpoint(proven.checkpoint)))
}

async fn finish(
    node: &Node,
    client: LightClient,
    genesis: GenesisProof,
    set_changes: Vec<FinalityProof>,
    finality: FinalityProof,
    keys: &[Vec<u8>],
) -> Result<Proven, Error> {
    let state_proof = node.read_proof(keys, client.latest().hash).await?;
    let state = client.read(&state_proof, keys.to_vec()).map_err(refused)?;
    let checkpoint = client.checkpoint();
    Ok(Proven { genesis, set_changes, finality, state_proof, checkpoint, state })
}

fn refused(error: impl std::fmt::Display) -> Error {
    Error::Proof(error.to_string())
}
