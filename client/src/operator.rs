//! Putting workers to use: registration, offers, pools, sessions.

use phala_primitives::{
    registry::{Evidence, WorkerRecord},
    storage, Balance, BlockNumber, PoolId, WorkerId,
};

use crate::{
    account::Keypair,
    chain::{api, decode, wire, Chain, Payload},
    session::{SessionInfo, ValueChange},
    worker::SignedRegistration,
    AccountId32, Error, Snapshot,
};

/// One call among several that take effect together or not at all.
pub type Call = api::runtime_types::phala_runtime::RuntimeCall;

/// Registers a worker, without evidence: only development networks accept that.
pub fn register(signed: SignedRegistration) -> Call {
    Call::Registry(api::runtime_types::pallet_registry::pallet::Call::register {
        registration: Box::new(wire(signed.registration)),
        evidence: wire(Evidence::None),
        signature: wire(signed.signature),
    })
}

/// Says where clients reach a worker and what it asks, in base units per 10^9 fuel.
pub fn update_offer(worker: WorkerId, endpoint: &str, price: Option<Balance>) -> Call {
    Call::Registry(api::runtime_types::pallet_registry::pallet::Call::update_offer {
        worker: wire(worker),
        endpoint: bounded(endpoint.as_bytes().to_vec()),
        price,
    })
}

/// Creates a StakePool that belongs to the signer.
pub fn create_pool() -> Call {
    Call::StakePool(api::runtime_types::pallet_stake_pool::pallet::Call::create)
}

/// Adds a worker to the signer's pool.
pub fn add_worker(pool: PoolId, worker: WorkerId) -> Call {
    Call::StakePool(api::runtime_types::pallet_stake_pool::pallet::Call::add_worker {
        pool,
        worker: wire(worker),
    })
}

/// Puts stake into a pool.
pub fn contribute(pool: PoolId, amount: Balance) -> Call {
    Call::StakePool(api::runtime_types::pallet_stake_pool::pallet::Call::contribute { pool, amount })
}

/// Starts mining with a worker of the signer's pool.
pub fn start_session(pool: PoolId, worker: WorkerId, stake: Balance) -> Call {
    Call::StakePool(api::runtime_types::pallet_stake_pool::pallet::Call::start_session {
        pool,
        worker: wire(worker),
        stake,
    })
}

/// Asks a worker of the signer's to measure itself anew.
pub fn measure(worker: WorkerId) -> impl Payload {
    api::transactions().registry().measure(wire(worker))
}

/// Submits `calls` so that all of them happen or none does.
pub async fn submit_all(
    chain: &Chain,
    name: &str,
    calls: Vec<Call>,
    signer: &Keypair,
) -> Result<crate::chain::Events, Error> {
    chain.submit(name, &api::transactions().utility().batch_all(calls), signer).await
}

/// A worker as the chain knows it; none if it is not registered.
pub async fn record(chain: &Chain, worker: &WorkerId) -> Result<Option<WorkerRecord<[u8; 32]>>, Error> {
    let key = storage::worker(worker);
    let at = chain.node().finalized_hash().await?;
    let Some(bytes) = chain.node().storage(&key, Some(at)).await? else { return Ok(None) };
    decode("the worker's record", &bytes).map(Some)
}

/// The performance score of a worker, once its benchmark has been reported.
pub async fn score(chain: &Chain, worker: &WorkerId) -> Result<Option<u32>, Error> {
    Ok(record(chain, worker).await?.and_then(|record| record.score))
}

fn bounded<T>(items: Vec<T>) -> api::runtime_types::bounded_collections::bounded_vec::BoundedVec<T> {
    api::runtime_types::bounded_collections::bounded_vec::BoundedVec(items)
}

/// The mining session of a worker, if it has one.
pub async fn session(chain: &Chain, worker: &WorkerId) -> Result<Option<SessionInfo>, Error> {
    chain.view(api::view_functions().mining().worker_session(wire(*worker))).await
}

/// What one answered challenge earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payout {
    /// Who mines.
    pub worker: WorkerId,
    /// Base units paid to the pool.
    pub pool: Balance,
    /// Base units paid to the treasury.
    pub treasury: Balance,
}

/// Payouts in block `number`, which must be final and recent enough for the node to have its state.
pub async fn payouts(chain: &Chain, number: BlockNumber) -> Result<Vec<Payout>, Error> {
    let events = chain.events(number).await?;
    let changes = events.find::<api::mining::events::ValueChanged>().filter_map(Result::ok);
    Ok(changes
        .filter_map(|change| match change.reason {
            ValueChange::Paid { payout, treasury, .. } => {
                Some(Payout { worker: change.worker.0, pool: payout, treasury })
            }
            _ => None,
        })
        .collect())
}

/// Who owns a pool; none if there is no such pool.
pub async fn pool_owner(snapshot: &Snapshot, pool: PoolId) -> Result<Option<AccountId32>, Error> {
    let view = snapshot.view(api::view_functions().stake_pool().pool(pool)).await?;
    Ok(view.map(|view| view.owner))
}

/// Rewards that wait in the account of a pool, in base units; none if there is no such pool.
pub async fn pool_rewards(chain: &Chain, pool: PoolId) -> Result<Option<Balance>, Error> {
    let Some(view) = chain.view(api::view_functions().stake_pool().pool(pool)).await? else {
        return Ok(None);
    };
    Ok(Some(chain.balances(&view.reward_account).await?.0))
}
