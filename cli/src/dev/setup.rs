//! Putting a fresh network's workers to use, as their operator would: registration, pool, stake, sessions.

use std::time::{Duration, Instant};

use anyhow::{bail, Context, Result};
use phala_client::{account, chain::api, operator, worker::WorkerApi, Keypair};
use phala_primitives::{Balance, PoolId, WorkerId, PHA};

use super::{narrate::Narrator, network::Network};
use crate::format::{pha, short};

/// Base units per 10^9 fuel that the development workers ask.
pub(crate) const PRICE: Balance = PHA / 100;
/// Stake put behind each worker.
pub(crate) const STAKE: Balance = 5_000 * PHA;
/// Longest time for a worker to be ready for its next step.
const STEP_TIMEOUT: Duration = Duration::from_secs(60);
/// How often the chain is asked.
const POLL: Duration = Duration::from_millis(200);

/// The accounts that play the parts.
pub(crate) struct Cast {
    /// Operates the workers and owns the pool.
    pub(crate) miner: Keypair,
    /// Puts stake into the pool.
    pub(crate) delegator: Keypair,
    /// Runs jobs.
    pub(crate) client: Keypair,
}

impl Cast {
    /// Bob mines, Charlie delegates, Alice is the client.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self {
            miner: account::development("bob")?,
            delegator: account::development("charlie")?,
            client: account::development("alice")?,
        })
    }
}

/// Registers and stakes both workers and starts mining; what is done already is left alone. Gives the pool.
pub(crate) async fn set_up(network: &mut Network, cast: &Cast, narrator: &Narrator) -> Result<PoolId> {
    let workers = register(network, cast, narrator).await?;
    wait_for_scores(network, &workers, narrator).await?;
    let pool = stake(network, cast, &workers, narrator).await?;
    wait_for_sessions(network, &workers).await?;
    narrator.say(&format!("both workers mine in pool {pool} and take jobs"));
    Ok(pool)
}

async fn register(network: &mut Network, cast: &Cast, narrator: &Narrator) -> Result<Vec<WorkerId>> {
    let mut workers = Vec::new();
    let mut calls = Vec::new();
    for worker in &network.workers {
        let api = WorkerApi::new(&worker.endpoint)?;
        let id = api.info().await?.worker;
        if operator::score(&network.chain, &id).await?.is_none() {
            let give_up = Instant::now() + STEP_TIMEOUT;
            // A worker signs only once its relay has brought it a final block.
            let signed = loop {
                network.processes.check()?;
                match api.registration().await {
                    Ok(signed) => break signed,
                    Err(error) if Instant::now() > give_up => {
                        return Err(error).context("a worker does not follow the chain")
                    }
                    Err(_) => tokio::time::sleep(POLL).await,
                }
            };
            calls.push(operator::register(signed));
            calls.push(operator::update_offer(id, &worker.endpoint, Some(PRICE)));
        }
        workers.push(id);
    }
    if !calls.is_empty() {
        narrator.say("registering both workers, without attestation: a development network accepts that");
        operator::submit_all(&network.chain, "Registry.register", calls, &cast.miner).await?;
    }
    Ok(workers)
}

async fn wait_for_scores(network: &mut Network, workers: &[WorkerId], narrator: &Narrator) -> Result<()> {
    for worker in workers {
        let give_up = Instant::now() + STEP_TIMEOUT;
        let score = loop {
            network.processes.check()?;
            if let Some(score) = operator::score(&network.chain, worker).await? {
                break score;
            }
            if Instant::now() > give_up {
                bail!("worker {worker} did not report its benchmark; see its log and the relay's");
            }
            tokio::time::sleep(POLL).await;
        };
        narrator.say(&format!("worker {} measured itself: score {score}", short(worker)));
    }
    Ok(())
}

async fn stake(network: &Network, cast: &Cast, workers: &[WorkerId], narrator: &Narrator) -> Result<PoolId> {
    let chain = &network.chain;
    let mut idle = Vec::new();
    let mut pool = None;
    for worker in workers {
        match operator::session(chain, worker).await? {
            Some(session) => pool = Some(session.pool),
            None => idle.push(*worker),
        }
    }
    if let (Some(pool), true) = (pool, idle.is_empty()) {
        return Ok(pool);
    }
    let events =
        operator::submit_all(chain, "StakePool.create", vec![operator::create_pool()], &cast.miner).await?;
    let pool = events
        .find_first::<api::stake_pool::events::PoolCreated>()
        .and_then(Result::ok)
        .context("the chain did not say which number the pool got")?
        .pool;
    let total = STAKE.saturating_mul(idle.len() as Balance);
    narrator.say(&format!("pool {pool} created; a delegator puts {} behind the workers", pha(total)));
    operator::submit_all(
        chain,
        "StakePool.contribute",
        vec![operator::contribute(pool, total)],
        &cast.delegator,
    )
    .await?;
    let calls = idle
        .iter()
        .flat_map(|worker| {
            [operator::add_worker(pool, *worker), operator::start_session(pool, *worker, STAKE)]
        })
        .collect();
    operator::submit_all(chain, "StakePool.start_session", calls, &cast.miner).await?;
    Ok(pool)
}

async fn wait_for_sessions(network: &mut Network, workers: &[WorkerId]) -> Result<()> {
    for worker in workers {
        let give_up = Instant::now() + STEP_TIMEOUT;
        while operator::session(&network.chain, worker).await?.is_none() {
            network.processes.check()?;
            if Instant::now() > give_up {
                bail!("worker {worker} does not mine; see the chain's log");
            }
            tokio::time::sleep(POLL).await;
        }
    }
    Ok(())
}
