//! Processes are killed without warning while jobs stream through: every job that the chain took is
//! settled or refunded exactly once, and the balances add up.
//!
//! `PHALA_CRASH_KILLS` single processes are killed, then `PHALA_CRASH_BLACKOUTS` times all at once.
//! `PHALA_CRASH_SEED` replays the choice of victims and moments.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        Arc, Mutex,
    },
    time::{Duration, Instant},
};

use anyhow::{bail, ensure, Context, Result};
use phala_client::{
    account,
    chain::api,
    job::{post, JobRequest},
    offers::offers,
    Chain, Error, Keypair,
};
use phala_e2e::{kill_now, setting, DevNetwork};
use phala_primitives::{
    job::{JobLimits, FUEL_UNIT},
    Balance, BlockNumber, JobId, PHA,
};
use rand::{rngs::StdRng, Rng, SeedableRng};

/// Blocks in which a job must be delivered: enough for several crashes in a row.
const DEADLINE: BlockNumber = 45;
/// Longest time without any job getting through, whatever is killed.
const STALL: Duration = Duration::from_secs(120);
/// Time after a crash within which the next one comes, at random.
const MOMENTS: std::ops::Range<u64> = 0..2_500;

/// Reads its input and writes it out again.
const ECHO: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start")
        (i32.store (i32.const 0) (i32.const 1024))
        (i32.store (i32.const 4) (i32.const 4096))
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 4) (i32.load (i32.const 8)))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;

/// What the stream of jobs has come to.
#[derive(Default)]
struct Progress {
    stop: AtomicBool,
    delivered: AtomicUsize,
    /// Why the last job that was not posted was not.
    trouble: Mutex<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_should_be_settled_or_refunded_once_whatever_is_killed() -> Result<()> {
    let seed: u64 = setting("PHALA_CRASH_SEED", || rand::rng().random())?;
    let kills: usize = setting("PHALA_CRASH_KILLS", || 4)?;
    let blackouts: usize = setting("PHALA_CRASH_BLACKOUTS", || 1)?;
    eprintln!("PHALA_CRASH_SEED={seed} PHALA_CRASH_KILLS={kills} PHALA_CRASH_BLACKOUTS={blackouts}");
    let mut random = StdRng::seed_from_u64(seed);

    let state = tempfile::tempdir()?;
    let survived = survive(state.path(), kills, blackouts, &mut random).await;
    if survived.is_err() {
        eprintln!("state and logs are kept in {}", state.keep().display());
    }
    survived
}

/// Kills one process after the other and then, time and again, all at once, while jobs go on; then settles accounts.
async fn survive(state: &Path, kills: usize, blackouts: usize, random: &mut StdRng) -> Result<()> {
    let arguments = ["--restart", "--state", state.to_str().context("UTF-8")?];
    let mut network = DevNetwork::start_with(&arguments)?;
    // No validator, who would earn fees back.
    let client = account::development("eve")?;
    let before = balances(&network, &client).await?;

    let progress = Arc::new(Progress::default());
    let stream = tokio::spawn(stream(network.description.rpc.clone(), client.clone(), progress.clone()));
    for kill in 0..kills {
        moment(random, &progress).await?;
        let children = network.children()?;
        let (pid, name) = &children[random.random_range(0..children.len())];
        eprintln!("{kill}: killing {name}");
        kill_now(*pid)?;
    }
    for blackout in 0..blackouts {
        moment(random, &progress).await?;
        eprintln!("{blackout}: killing everything");
        network = network.black_out(&arguments)?;
    }
    // One more job gets through, so that the network is seen to have recovered.
    moment(random, &progress).await?;
    progress.stop.store(true, Ordering::Relaxed);
    let acknowledged = stream.await?;
    eprintln!("{} jobs posted, {} delivered", acknowledged.len(), progress.delivered.load(Ordering::Relaxed));

    let chain = Chain::connect(&network.description.rpc, None).await?;
    let history = history(&chain, &client, &acknowledged).await?;
    ensure!(history.closed.values().all(|times| *times == 1), "closed more than once: {:?}", history.closed);
    ensure!(acknowledged.iter().all(|job| history.closed.contains_key(job)), "a job was forgotten");
    let after = balances(&network, &client).await?;
    ensure!(after.1 == before.1, "{} are still in escrow", after.1 - before.1);
    let spent = before.0 - after.0;
    ensure!(spent == history.fees + history.transaction_fees, "{spent} spent, but {history:?}");
    ensure!(history.settled > 0, "nothing was settled at all");
    Ok(())
}

/// Waits until a job has been delivered since the last call, then for a random moment more.
async fn moment(random: &mut StdRng, progress: &Progress) -> Result<()> {
    let before = progress.delivered.load(Ordering::Relaxed);
    let give_up = Instant::now() + STALL;
    while progress.delivered.load(Ordering::Relaxed) == before {
        if Instant::now() > give_up {
            let trouble = progress.trouble.lock().map(|trouble| trouble.clone()).unwrap_or_default();
            bail!("no job got through for {STALL:?}; the last that could not be posted: {trouble}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_millis(random.random_range(MOMENTS))).await;
    Ok(())
}

/// Posts small jobs to both workers, several at a time, until it is told to stop and all are done with.
/// Gives the jobs that the chain has acknowledged.
async fn stream(rpc: String, client: Keypair, progress: Arc<Progress>) -> Vec<JobId> {
    let mut acknowledged = Vec::new();
    let mut running = tokio::task::JoinSet::new();
    let mut turn = 0;
    let mut connection: Option<Chain> = None;
    while !progress.stop.load(Ordering::Relaxed) {
        while running.try_join_next().is_some() {}
        turn += 1;
        match attempt(&rpc, &mut connection, &client, turn).await {
            Ok((chain, posted)) => {
                acknowledged.push(posted.job);
                let progress = progress.clone();
                running.spawn(async move {
                    let patience = Duration::from_secs(u64::from(DEADLINE) + 30);
                    let Ok(key) = posted.upload(&chain, patience).await else { return };
                    if posted.wait(&chain, &key, patience, |_| {}).await.is_ok() {
                        progress.delivered.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            // The node is down, or a worker misses its heartbeats: that is what this is about.
            Err(error) => {
                if let Ok(mut trouble) = progress.trouble.lock() {
                    *trouble = error.to_string();
                }
                connection = None;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
    running.join_all().await;
    acknowledged
}

async fn attempt(
    rpc: &str,
    connection: &mut Option<Chain>,
    client: &Keypair,
    turn: usize,
) -> Result<(Chain, phala_client::job::PostedJob), Error> {
    let chain = match connection {
        Some(chain) => chain.clone(),
        None => connection.insert(Chain::connect(rpc, None).await?).clone(),
    };
    let offers = offers(&chain).await?;
    let offer = offers.get(turn % offers.len().max(1)).cloned();
    let offer = offer.ok_or_else(|| Error::NoWorker("none offers its service".into()))?;
    let request = JobRequest {
        program: wat::parse_str(ECHO).unwrap(),
        arguments: Vec::new(),
        stdin: turn.to_le_bytes().to_vec(),
        limits: JobLimits { fuel: FUEL_UNIT, memory_mib: 16, seconds: 5 },
        deadline_in: DEADLINE,
    };
    let limit = Duration::from_secs(30);
    let posted = tokio::time::timeout(limit, post(&chain, client, request, offer, PHA))
        .await
        .map_err(|_| Error::Node("no answer".into()))??;
    Ok((chain, posted))
}

/// What the chain's events say of a client.
#[derive(Debug, Default)]
struct History {
    /// How often each of its jobs was settled or refunded.
    closed: BTreeMap<JobId, usize>,
    settled: usize,
    /// Paid for jobs.
    fees: Balance,
    /// Paid for transactions.
    transaction_fees: Balance,
}

/// Reads all blocks up to the one by which every job of `client` must be closed.
async fn history(chain: &Chain, client: &Keypair, acknowledged: &[JobId]) -> Result<History> {
    let account = subxt_account(client);
    let (mut history, mut open, mut last_deadline) = (History::default(), BTreeMap::new(), 0);
    let mut number = 1;
    loop {
        wait_for_block(chain, number).await?;
        let events = chain.events(number).await?;
        for posted in events.find::<api::jobs::events::JobPosted>().filter_map(Result::ok) {
            open.insert(posted.job, posted.deadline);
            last_deadline = last_deadline.max(posted.deadline);
        }
        for settled in events.find::<api::jobs::events::JobSettled>().filter_map(Result::ok) {
            *history.closed.entry(settled.job).or_default() += 1;
            history.settled += 1;
            history.fees += settled.fee;
            open.remove(&settled.job);
        }
        for refunded in events.find::<api::jobs::events::JobRefunded>().filter_map(Result::ok) {
            *history.closed.entry(refunded.job).or_default() += 1;
            open.remove(&refunded.job);
        }
        for paid in
            events.find::<api::transaction_payment::events::TransactionFeePaid>().filter_map(Result::ok)
        {
            if paid.who == account {
                history.transaction_fees += paid.actual_fee;
            }
        }
        let seen_all = acknowledged.iter().all(|job| history.closed.contains_key(job));
        if (seen_all && open.is_empty() && number >= final_block(chain).await?)
            || (last_deadline > 0 && number > last_deadline + 20)
        {
            return Ok(history);
        }
        number += 1;
    }
}

async fn final_block(chain: &Chain) -> Result<BlockNumber> {
    let hash = chain.node().finalized_hash().await?;
    Ok(chain.node().existing_header(hash).await?.number)
}

async fn wait_for_block(chain: &Chain, number: BlockNumber) -> Result<()> {
    let give_up = Instant::now() + STALL;
    while final_block(chain).await? < number {
        ensure!(Instant::now() < give_up, "block {number} does not become final");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

fn subxt_account(client: &Keypair) -> phala_client::AccountId32 {
    account::public_key(client).into()
}

/// Free and held balance of `client`.
async fn balances(network: &DevNetwork, client: &Keypair) -> Result<(Balance, Balance)> {
    let chain = Chain::connect(&network.description.rpc, None).await?;
    Ok(chain.balances(&subxt_account(client)).await?)
}
