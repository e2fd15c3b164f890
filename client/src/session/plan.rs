//! What would come of starting, restarting or stopping a session, before anybody pays for the attempt.

use phala_economics::{quote, Quote};
use phala_primitives::{Balance, PoolId, WorkerId};
use subxt::utils::AccountId32;

use super::{find, parameters, SessionInfo, Subject};
use crate::{
    chain::{api, wire, Included},
    Chain, DryRun, Error, Keypair, Snapshot,
};

/// What somebody wants to do with a worker. Stakes are in base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Mine with it.
    Start {
        /// To put behind it.
        stake: Balance,
    },
    /// Mine on with a larger stake.
    Restart {
        /// To put behind it, the present one included.
        stake: Balance,
    },
    /// Mine no more.
    Stop,
}

/// What would come of it.
pub struct Plan {
    /// The worker.
    pub worker: WorkerId,
    /// The pool: the one that was named, or the worker's.
    pub pool: PoolId,
    /// What is wanted.
    pub intent: Intent,
    /// The worker's score and confidence level, once it has a score.
    pub rating: Option<(u32, u8)>,
    /// What the stake promises, where there are a stake and a rating.
    pub quote: Option<Quote>,
    /// The worker's session, if it has one.
    pub session: Option<SessionInfo>,
    /// What the call would come to.
    pub dry_run: DryRun,
}

impl Intent {
    /// The call as `Pallet.call`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Start { .. } => "StakePool.start_session",
            Self::Restart { .. } => "StakePool.restart_session",
            Self::Stop => "StakePool.stop_session",
        }
    }

    fn stake(&self) -> Option<Balance> {
        match self {
            Self::Start { stake } | Self::Restart { stake } => Some(*stake),
            Self::Stop => None,
        }
    }
}

impl Plan {
    /// Signs and submits the call, and waits until a final block holds it.
    pub async fn submit(&self, chain: &Chain, signer: &Keypair) -> Result<Included, Error> {
        let (pool, worker, name) = (self.pool, wire(self.worker), self.intent.name());
        let calls = api::transactions().stake_pool();
        match self.intent {
            Intent::Start { stake } => {
                chain.include(name, &calls.start_session(pool, worker, stake), signer).await
            }
            Intent::Restart { stake } => {
                chain.include(name, &calls.restart_session(pool, worker, stake), signer).await
            }
            Intent::Stop => chain.include(name, &calls.stop_session(pool, worker), signer).await,
        }
    }
}

/// Finds out what would come of `intent` if `signer` signed the call for `worker`. Without a pool, the worker's is meant.
///
/// # Errors
///
/// No pool is named, and the worker belongs to none.
pub async fn plan(
    snapshot: &Snapshot,
    signer: AccountId32,
    worker: WorkerId,
    pool: Option<PoolId>,
    intent: Intent,
) -> Result<Plan, Error> {
    let home = snapshot.view(api::view_functions().stake_pool().pool_of(wire(worker))).await?;
    let pool = pool.or(home).ok_or_else(|| Error::WouldRefuse {
        call: intent.name().to_owned(),
        reason: snapshot.explain("StakePool", "WorkerNotInPool"),
    })?;
    let registered = snapshot.view(api::view_functions().registry().worker(wire(worker))).await?;
    let rating = registered.and_then(|view| Some((view.record.score?, view.record.attestation.confidence)));
    let parameters = parameters(snapshot).await?;
    let promise = |(score, confidence)| quote(&parameters, intent.stake()?, score, confidence).ok();
    Ok(Plan {
        worker,
        pool,
        intent,
        rating,
        quote: rating.and_then(promise),
        session: find(snapshot, Subject::Worker(worker)).await?,
        dry_run: foresee(snapshot, &signer, worker, pool, intent).await?,
    })
}

async fn foresee(
    snapshot: &Snapshot,
    signer: &AccountId32,
    worker: WorkerId,
    pool: PoolId,
    intent: Intent,
) -> Result<DryRun, Error> {
    let (calls, worker) = (api::transactions().stake_pool(), wire(worker));
    match intent {
        Intent::Start { stake } => snapshot.dry_run(signer, &calls.start_session(pool, worker, stake)).await,
        Intent::Restart { stake } => {
            snapshot.dry_run(signer, &calls.restart_session(pool, worker, stake)).await
        }
        Intent::Stop => snapshot.dry_run(signer, &calls.stop_session(pool, worker)).await,
    }
}
