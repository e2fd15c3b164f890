//! Small jobs, end to end, through one worker of a network of real processes; and where their time goes.
//!
//! Many clients, each with one job at a time from posting to settlement, use the client SDK as anybody would. The chain makes
//! a block in each slot and finalises it in the next; a job needs a block for being posted and one for being settled.
//! So the peer is the time from block to block, as seen in the same run.

mod client;
mod network;
mod watch;

use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use phala_client::{
    account,
    chain::api::{self, runtime_types},
    offers::offers,
    worker::WorkerApi,
    Chain, Keypair,
};
use phala_primitives::{Balance, PHA};
use tokio::{runtime::Runtime, task::JoinSet};

use crate::{
    measure::Samples,
    report::{Figure, Row},
};
use client::{Client, Timeline};
use network::Network;
use watch::Watch;

/// Clients, and so jobs in flight: as many as the chain allows a worker to have open.
const CLIENTS: usize = 32;
/// Time until all clients are at different points of their jobs.
const WARM_UP: Duration = Duration::from_secs(15);
/// Jobs are counted in windows of this length.
const WINDOW: Duration = Duration::from_secs(10);
const WINDOWS: u32 = 4;
/// More than a client needs for its jobs.
const ALLOWANCE: Balance = 100 * PHA;

/// A part of a job's life: its name, and its seconds.
type Phase = (&'static str, fn(&Timeline) -> f64);

const PHASES: [Phase; 11] = [
    ("sealing the input, alone", |job| job.sealing),
    ("checking the worker, posting, until in a block", |job| between(job.started, job.posted)),
    ("until it is final and the worker knows it", |job| between(job.posted, job.known)),
    ("sealing and uploading the input", |job| between(job.known, job.uploaded)),
    ("waiting in the worker's queue", |job| between(job.uploaded, job.running)),
    ("running", |job| between(job.running, job.done)),
    ("fetching and opening the result", |job| between(job.done, job.opened)),
    ("receipt, until in a block", |job| between(job.done, job.receipt)),
    ("settlement, until final and proven", |job| between(job.receipt, job.settled)),
    ("all, until the result is opened", |job| between(job.started, job.opened)),
    ("all, until settlement is proven", |job| between(job.started, job.settled)),
];

/// Rows of this part.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let network = Network::start()?;
    Runtime::new()?.block_on(run(&network))
}

async fn run(network: &Network) -> Result<Vec<Row>> {
    let chain = Chain::connect(&network.description.rpc, None).await?;
    let offer = offers(&chain).await?.into_iter().next().context("no worker offers its service")?;
    let encryption_key = WorkerApi::new(&offer.endpoint)?.info().await?.encryption_key;
    let accounts = (0..CLIENTS).map(|_| Client::new_account()).collect::<Result<Vec<_>>>()?;
    fund(&chain, &accounts).await?;

    let watch = Arc::new(Watch::default());
    let from = chain.node().finalized_number().await? + 1;
    let mut following = tokio::spawn(watch.clone().follow(chain.clone(), from));
    let stop = Arc::new(AtomicBool::new(false));
    let begin = Instant::now() + WARM_UP;
    let mut streams = JoinSet::new();
    for account in accounts {
        let (chain, watch, offer) = (chain.clone(), watch.clone(), offer.clone());
        streams.spawn(Client { account, chain, watch, offer, encryption_key }.stream(stop.clone()));
    }
    tokio::time::sleep(WARM_UP + WINDOW * WINDOWS).await;
    stop.store(true, Ordering::Relaxed);
    let jobs = tokio::select! {
        jobs = all(streams) => jobs?,
        ended = &mut following => return ended?.map(|()| Vec::new()).context("cannot watch the chain"),
    };
    following.abort();
    rows(&jobs, begin, &watch)
}

/// The jobs of all clients.
async fn all(mut streams: JoinSet<Result<Vec<Timeline>>>) -> Result<Vec<Timeline>> {
    let mut jobs = Vec::new();
    while let Some(stream) = streams.join_next().await {
        jobs.extend(stream??);
    }
    Ok(jobs)
}

/// Gives money to all clients at once.
async fn fund(chain: &Chain, clients: &[Keypair]) -> Result<()> {
    let transfer = |client: &Keypair| {
        let dest = client.account_id().into();
        let call =
            runtime_types::pallet_balances::pallet::Call::transfer_keep_alive { dest, value: ALLOWANCE };
        runtime_types::phala_runtime::RuntimeCall::Balances(call)
    };
    let calls = clients.iter().map(transfer).collect();
    let call = api::transactions().utility().batch_all(calls);
    chain.submit("Utility.batch_all", &call, &account::development("alice")?).await?;
    Ok(())
}

fn rows(jobs: &[Timeline], begin: Instant, watch: &Watch) -> Result<Vec<Row>> {
    let intervals = Samples::new(watch.intervals()).context("no blocks")?;
    let block = Figure::seconds(&intervals);
    let rates = (0..WINDOWS).map(|window| rate(jobs, begin + WINDOW * window)).collect();
    let rates = Samples::new(rates)?;
    let blocks = Samples::new(watch.intervals().into_iter().map(f64::recip).collect())?;
    let throughput =
        Row::new(format!("jobs through one worker, {CLIENTS} in flight"), Figure::per_second(&rates));
    let per_block = rates.median() * intervals.median();
    let mut rows = vec![throughput.with_peer("blocks", Figure::per_second(&blocks), per_block)];
    for (name, phase) in PHASES {
        let seconds = jobs.iter().filter(|job| job.started >= begin).map(phase).collect();
        let seconds = Samples::new(seconds).context("no job began after the warm-up")?;
        let ratio = intervals.median() / seconds.median();
        rows.push(Row::new(format!("job: {name}"), Figure::seconds(&seconds)).with_peer(
            "from block to block",
            block,
            ratio,
        ));
    }
    Ok(rows)
}

/// Jobs settled per second in the window that begins at `from`.
fn rate(jobs: &[Timeline], from: Instant) -> f64 {
    let window = from..from + WINDOW;
    let settled = jobs.iter().filter(|job| window.contains(&job.settled)).count();
    settled as f64 / WINDOW.as_secs_f64()
}

/// Seconds from one point to the next. Looking at points takes turns, so that a later one may be seen first.
fn between(from: Instant, to: Instant) -> f64 {
    to.saturating_duration_since(from).as_secs_f64()
}
