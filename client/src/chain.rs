//! The chain, as a client uses it: transactions that wait until they are final, and reads that are
//! proven from the genesis hash on.

use std::time::Duration;

use codec::{Decode, Encode};
use phala_primitives::{Balance, BlockNumber, Hash};
use subxt::{
    client::OnlineClientAtBlock,
    error::{DispatchError, TransactionEventsError},
    ext::{frame_decode::view_functions::decode_view_function_response, scale_decode::IntoVisitor},
    utils::{AccountId32, Static},
    view_functions::Payload as View,
    OnlineClient, PolkadotConfig,
};

use crate::{account::Keypair, rpc::Node, Error};

/// Calls, events and views of the runtime, generated from its metadata.
#[subxt::subxt(
    runtime_metadata_path = "artifacts/metadata.scale",
    substitute_type(
        path = "phala_primitives::identity::WorkerId",
        with = "::subxt::utils::Static<::phala_primitives::WorkerId>"
    ),
    substitute_type(
        path = "phala_primitives::identity::Signature",
        with = "::subxt::utils::Static<::phala_primitives::Signature>"
    ),
    substitute_type(
        path = "phala_primitives::job::JobLimits",
        with = "::subxt::utils::Static<::phala_primitives::job::JobLimits>"
    ),
    substitute_type(
        path = "phala_primitives::identity::EncryptionKey",
        with = "::subxt::utils::Static<::phala_primitives::EncryptionKey>"
    ),
    substitute_type(
        path = "phala_primitives::registry::WorkerRecord",
        with = "::subxt::utils::Static<::phala_primitives::registry::WorkerRecord<[u8; 32]>>"
    ),
    substitute_type(
        path = "phala_primitives::registry::Evidence",
        with = "::subxt::utils::Static<::phala_primitives::registry::Evidence>"
    ),
    substitute_type(
        path = "phala_primitives::registry::Registration",
        with = "::subxt::utils::Static<::phala_primitives::registry::Registration<[u8; 32]>>"
    ),
    substitute_type(
        path = "phala_primitives::session::Seat",
        with = "::subxt::utils::Static<::phala_primitives::session::Seat>"
    ),
    substitute_type(
        path = "phala_economics::parameters::TokenomicParameters",
        with = "::subxt::utils::Static<::phala_economics::TokenomicParameters>"
    ),
    substitute_type(
        path = "phala_economics::accumulator::Accumulator",
        with = "::subxt::utils::Static<::phala_economics::Accumulator>"
    ),
    substitute_type(
        path = "phala_economics::session::Session",
        with = "::subxt::utils::Static<::phala_economics::Session>"
    ),
    substitute_type(
        path = "phala_economics::session::Phase",
        with = "::subxt::utils::Static<::phala_economics::Phase>"
    ),
    substitute_type(
        path = "phala_economics::slash::SlashLevel",
        with = "::subxt::utils::Static<::phala_economics::SlashLevel>"
    ),
    substitute_type(
        path = "sp_arithmetic::fixed_point::FixedU128",
        with = "::subxt::utils::Static<::phala_economics::FixedU128>"
    ),
    substitute_type(
        path = "sp_arithmetic::per_things::Perbill",
        with = "::subxt::utils::Static<::phala_economics::Perbill>"
    )
)]
#[allow(missing_docs, unreachable_pub, clippy::all)]
pub mod api {}

/// Bytes of a view function's id: the hash of its pallet's name, then of its signature.
const VIEW_FUNCTION_ID: usize = 32;

/// Longest time for a transaction to become final: it is valid for 32 blocks, which take three minutes.
const INCLUSION_TIMEOUT: Duration = Duration::from_secs(300);

/// The client behind this connection, at one block.
pub(crate) type AtBlock = OnlineClientAtBlock<PolkadotConfig>;

/// Events of one transaction.
pub type Events = subxt::extrinsics::ExtrinsicEvents<PolkadotConfig>;

/// An event of the runtime.
pub use api::Event;
/// A call that can be tried out, signed and sent; `api::transactions()` makes them.
pub use subxt::transactions::Payload;

/// A transaction that succeeded in a final block.
pub struct Included {
    /// Number of the block.
    pub number: BlockNumber,
    /// Its hash.
    pub block: Hash,
    /// What the transaction did.
    pub events: Events,
}

impl Included {
    /// What the transaction did, decoded, in order.
    pub fn happened(&self) -> Result<Vec<Event>, Error> {
        self.events.iter().map(|event| event.map_err(unfit)?.decode_as().map_err(unfit)).collect()
    }

    /// The fee that was paid, in base units.
    pub fn fee(&self) -> Result<Balance, Error> {
        let paid = self.events.find_first::<api::transaction_payment::events::TransactionFeePaid>();
        paid.and_then(Result::ok)
            .map(|paid| paid.actual_fee)
            .ok_or_else(|| unfit("the chain did not say what the transaction cost"))
    }
}

/// A connection to the chain through one node.
#[derive(Clone)]
pub struct Chain {
    node: Node,
    online: OnlineClient<PolkadotConfig>,
}

impl Chain {
    /// Connects to the node at `url`. With `genesis`, a node of any other chain is refused; without,
    /// the node's word is taken for which chain it is, which is right for a node of one's own only.
    pub async fn connect(url: &str, genesis: Option<Hash>) -> Result<Self, Error> {
        let node = Node::connect(url).await?;
        if let Some(expected) = genesis.filter(|expected| *expected != node.genesis_hash()) {
            return Err(Error::OtherChain { expected: hex(&expected), found: hex(&node.genesis_hash()) });
        }
        let online = OnlineClient::from_rpc_client(node.client().clone())
            .await
            .map_err(|error| Error::Node(error.to_string()))?;
        Ok(Self { node, online })
    }

    /// The node itself.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// The client behind this connection.
    pub(crate) fn online(&self) -> &OnlineClient<PolkadotConfig> {
        &self.online
    }

    /// Hash of the chain's genesis block.
    pub fn genesis_hash(&self) -> Hash {
        self.node.genesis_hash()
    }

    /// Signs and submits `call`, and waits until a finalised block holds it.
    ///
    /// `name` is the call as `Pallet.call`, for errors.
    pub async fn submit(&self, name: &str, call: &impl Payload, signer: &Keypair) -> Result<Events, Error> {
        Ok(self.include(name, call, signer).await?.events)
    }

    /// As [`Self::submit`], and says which block holds the transaction.
    pub async fn include(
        &self,
        name: &str,
        call: &impl Payload,
        signer: &Keypair,
    ) -> Result<Included, Error> {
        match tokio::time::timeout(INCLUSION_TIMEOUT, self.include_at_last(name, call, signer)).await {
            Ok(included) => included,
            Err(_) => Err(Error::Transaction {
                call: name.to_owned(),
                cause: format!(
                    "no final block holds it after {} s; blocks are late, or not final. Look at the account's state \
                     before trying again",
                    INCLUSION_TIMEOUT.as_secs()
                ),
            }),
        }
    }

    async fn include_at_last(
        &self,
        name: &str,
        call: &impl Payload,
        signer: &Keypair,
    ) -> Result<Included, Error> {
        let failed = |cause: String| Error::Transaction { call: name.to_owned(), cause };
        let at = self.online.at_current_block().await.map_err(|error| failed(error.to_string()))?;
        let progress = at
            .transactions()
            .sign_and_submit_then_watch_default(call, signer)
            .await
            .map_err(|error| failed(error.to_string()))?;
        let included = progress.wait_for_finalized().await.map_err(|error| failed(error.to_string()))?;
        let events = match included.wait_for_success().await {
            Ok(events) => events,
            Err(TransactionEventsError::ExtrinsicFailed(error)) => {
                return Err(Error::Refused { call: name.to_owned(), reason: explain(&error) })
            }
            Err(error) => return Err(failed(error.to_string())),
        };
        let block = included.block_hash().0;
        let number = self.node.existing_header(block).await?.number;
        Ok(Included { number, block, events })
    }

    /// Balance of `account` at the last finalised block: free, and held (stake, escrows).
    pub async fn balances(&self, account: &AccountId32) -> Result<(Balance, Balance), Error> {
        let at = self.online.at_current_block().await.map_err(unfit)?;
        Ok(balances(&at, account).await?.unwrap_or_default())
    }

    /// Events of block `number`, as the node tells them.
    pub async fn events(&self, number: BlockNumber) -> Result<subxt::events::Events<PolkadotConfig>, Error> {
        let at = self.online.at_block(number).await.map_err(unfit)?;
        at.events().fetch().await.map_err(unfit)
    }

    /// The result of a view function at the last finalised block.
    pub async fn view<P: View>(&self, payload: P) -> Result<P::ReturnType, Error> {
        let at = self.online.at_current_block().await.map_err(unfit)?;
        view(&at, payload).await
    }
}

/// Free and held balance of `account` after a block; see [`Snapshot::balances`](crate::Snapshot::balances).
pub(crate) async fn balances(
    at: &AtBlock,
    account: &AccountId32,
) -> Result<Option<(Balance, Balance)>, Error> {
    let entry = at.storage().entry(api::storage().system().account()).map_err(unfit)?;
    let Some(account) = entry.try_fetch((*account,)).await.map_err(unfit)? else { return Ok(None) };
    let data = account.decode().map_err(unfit)?.data;
    Ok(Some((data.free, data.reserved)))
}

/// The result of a view function after a block.
///
/// The runtime API takes the arguments and gives the result as byte strings, which `ViewFunctionsClient::call` leaves
/// out; so both are wrapped here.
pub(crate) async fn view<P: View>(at: &AtBlock, payload: P) -> Result<P::ReturnType, Error> {
    let views = at.view_functions();
    let encoded = views.encode_args(&payload).map_err(unfit)?;
    let (id, arguments) =
        encoded.split_at_checked(VIEW_FUNCTION_ID).ok_or_else(|| unfit("a view function without an id"))?;
    let call = [id, &arguments.to_vec().encode()].concat();
    let answer = views.call_raw(Some(&call)).await.map_err(unfit)?;
    let name = format!("{}.{}", payload.pallet_name(), payload.function_name());
    let value = Result::<Vec<u8>, ()>::decode(&mut answer.as_slice())
        .map_err(unfit)?
        .map_err(|()| unfit(format!("it has no view function {name}")))?;
    let metadata = at.metadata_ref();
    decode_view_function_response(
        payload.pallet_name(),
        payload.function_name(),
        &mut value.as_slice(),
        metadata,
        metadata.types(),
        P::ReturnType::into_visitor(),
    )
    .map_err(unfit)
}

pub(crate) fn unfit(error: impl std::fmt::Display) -> Error {
    Error::Node(error.to_string())
}

/// Name and documentation of a dispatch error: cause and remedy, as its pallet states them.
fn explain(error: &DispatchError) -> String {
    let DispatchError::Module(module) = error else { return error.to_string() };
    let Ok(details) = module.details() else { return error.to_string() };
    describe(details.pallet.name(), &details.variant.name, &details.variant.docs)
}

/// An error of a pallet with its documentation.
pub(crate) fn describe(pallet: &str, name: &str, docs: &[String]) -> String {
    format!("{pallet}.{name}: {}", docs.join(" ").trim())
}

/// A value in the client's own types as the generated code wants it.
pub(crate) fn wire<T>(value: T) -> Static<T> {
    Static(value)
}

/// Decodes a proven value.
pub(crate) fn decode<T: Decode>(what: &str, bytes: &[u8]) -> Result<T, Error> {
    T::decode(&mut &*bytes).map_err(|error| Error::Node(format!("{what} has an unknown form ({error})")))
}

fn hex(hash: &Hash) -> String {
    format!("0x{}", hex::encode(hash))
}
