//! The chain as of one final block, so that what is read together fits together.

use phala_primitives::{storage, Balance, BlockNumber, Moment};
use subxt::{
    utils::{AccountId32, H256},
    view_functions::Payload,
    PolkadotConfig,
};

use crate::{
    chain::{balances, decode, describe, unfit, view, AtBlock, Chain},
    rpc::RpcError,
    Error,
};

/// The chain's state after one final block, as a node tells it.
pub struct Snapshot {
    at: AtBlock,
    number: BlockNumber,
    time: Moment,
}

impl Chain {
    /// The state after block `number`, or after the last final block.
    ///
    /// # Errors
    ///
    /// The block is not final yet, or the node has dropped its state.
    pub async fn snapshot(&self, number: Option<BlockNumber>) -> Result<Snapshot, Error> {
        let node = self.node();
        let last = node.finalized_number().await?;
        let number = number.unwrap_or(last);
        if number > last {
            return Err(Error::Request(format!("block {number} is not final yet; the last one is {last}")));
        }
        let hash = node.block_hash(number).await?.ok_or_else(|| Error::NoState {
            block: number,
            cause: "it does not know the block".to_owned(),
        })?;
        let time = match node.storage(&storage::timestamp_now(), Some(hash)).await {
            Ok(Some(time)) => decode("the chain's time", &time)?,
            Ok(None) => 0,
            // Every state has such an entry; what a node refuses is a state that it does not have.
            Err(RpcError::Refused { message, .. }) => {
                return Err(Error::NoState { block: number, cause: message })
            }
            Err(error) => return Err(error.into()),
        };
        let at = self.online().at_block(H256(hash)).await.map_err(unfit)?;
        Ok(Snapshot { at, number, time })
    }
}

impl Snapshot {
    /// Number of the block.
    pub fn number(&self) -> BlockNumber {
        self.number
    }

    /// Chain time in it; 0 in the genesis block.
    pub fn time(&self) -> Moment {
        self.time
    }

    /// The result of a view function.
    pub async fn view<P: Payload>(&self, payload: P) -> Result<P::ReturnType, Error> {
        view(&self.at, payload).await
    }

    /// Free and held balance of `account`. One that does not exist has what the chain says of those: nothing. None where the
    /// chain says nothing.
    pub async fn balances(&self, account: &AccountId32) -> Result<Option<(Balance, Balance)>, Error> {
        balances(&self.at, account).await
    }

    /// Events of the block.
    pub async fn events(&self) -> Result<subxt::events::Events<PolkadotConfig>, Error> {
        self.at.events().fetch().await.map_err(unfit)
    }

    /// Name and documentation of an error of a pallet.
    pub fn explain(&self, pallet: &str, error: &str) -> String {
        let metadata = self.at.metadata_ref();
        let variants = metadata.pallet_by_name(pallet).and_then(|pallet| pallet.error_variants());
        match variants.and_then(|all| all.iter().find(|variant| variant.name == error)) {
            Some(variant) => describe(pallet, error, &variant.docs),
            None => format!("{pallet}.{error}"),
        }
    }

    /// The client at this block.
    pub(crate) fn at(&self) -> &AtBlock {
        &self.at
    }
}
