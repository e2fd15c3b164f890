//! A worker is offered ten times what it can do, over HTTP and on the chain, and paid work goes on.
//!
//! One client posts as many jobs as it is let, each of which computes for as long as it may, and hammers the
//! worker with their inputs. Strangers hold connections, send bodies by the byte or far too large, and ask for
//! everything, from the same address as everybody else. Meanwhile another client's jobs must all be delivered.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{ensure, Context, Result};
use codec::Encode;
use phala_client::{
    account,
    chain::api,
    job::{post, wait_for_settlement, JobRequest, Offer, PostedJob},
    offers::offers,
    operator::Call,
    worker::WorkerApi,
    AccountId32, Chain, Error, Keypair,
};
use phala_crypto::{seal, system_rng, PublicKey};
use phala_e2e::{processes, DevNetwork};
use phala_primitives::{
    job::{input_aad, input_info, JobInput, JobLimits, JobState, FUEL_UNIT, MAX_SEALED_INPUT},
    Balance, BlockNumber, JobId,
};
use rand::{rngs::StdRng, Rng, SeedableRng};
use reqwest::StatusCode;
use subxt::utils::Static;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
    task::JoinSet,
};

/// How much more than it can do the worker is offered.
const TIMES: usize = 10;
/// Connections that the worker has at most.
const CONNECTIONS: usize = 32;
/// Seconds for which a job of the flood computes.
const SECONDS: u32 = 4;
/// Blocks, of a second each, until a job of the flood is refunded.
const FLOOD_DEADLINE: BlockNumber = 40;
/// Jobs of the flood that the worker can do until then.
const CAPACITY: usize = (FLOOD_DEADLINE / SECONDS) as usize;
/// Jobs that the chain lets one client have open at a worker.
const SHARE: usize = 8;
/// Jobs of the client that pays for work it wants.
const PAID: u8 = 4;
/// Blocks until the last of these must be delivered.
const PAID_DEADLINE: BlockNumber = 60;
/// Most memory that the worker may ever have had, in KiB: the budgets for bodies, twice the largest input for
/// opening it, and as much again as an idle worker has.
const MEMORY_KIB: u64 = (256 + 128 + 64 + 2 * 64 + 128) << 10;
/// Pause between two attempts of the flood, so that what is tried is the worker and not this machine.
const PAUSE: Duration = Duration::from_millis(100);

/// Computes for ever.
const ENDLESS: &str =
    r#"(module (memory (export "memory") 1) (func (export "_start") (loop $for_ever (br $for_ever))))"#;

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

#[test]
fn paid_work_should_go_on_when_a_worker_is_offered_ten_times_what_it_can_do() -> Result<()> {
    // Before any thread is there; the network's workers read it.
    std::env::set_var("PHALA_MAX_CONNECTIONS", CONNECTIONS.to_string());
    let network = DevNetwork::start()?;
    tokio::runtime::Runtime::new()?.block_on(scenario(&network))
}

async fn scenario(network: &DevNetwork) -> Result<()> {
    let chain = Chain::connect(&network.description.rpc, None).await?;
    let endpoint = &network.description.workers[0];
    let all = offers(&chain).await?;
    let offer =
        all.into_iter().find(|offer| offer.endpoint == *endpoint).context("the worker has no offer")?;
    let (flooder, client) = (account::development("ferdie")?, account::development("eve")?);
    let held_before = held(&chain, &flooder, &client).await?;

    let flood = Flood::new(&chain, &flooder, &offer).await?;
    let posted = flood.post(TIMES * CAPACITY).await?;
    ensure!(posted.len() == SHARE, "{} of {} posts were let in", posted.len(), TIMES * CAPACITY);
    further_jobs_should_be_refused_with_cause_and_remedy(&chain, &flooder, &offer).await?;

    let (stop, stopping) = watch::channel(false);
    let mut strangers = strangers(flood.address, &posted, &stopping);
    let mut uploads = flood.upload(&posted, &stopping);
    let began = Instant::now();
    let delivered = deliver_paid_jobs(&chain, &client, &offer).await?;
    eprintln!("{PAID} paid jobs were delivered within {:?}", began.elapsed());

    // The flood goes on until its jobs are closed, so that nothing but the worker's own judgement sheds it.
    let mut all: BTreeSet<JobId> = posted.into_iter().collect();
    all.extend(&delivered);
    let mut closed = BTreeMap::new();
    for job in all {
        let record = wait_for_settlement(&chain, job, Duration::from_secs(90)).await?;
        closed.insert(job, record.state);
    }
    stop.send(true)?;
    while let Some(ended) = strangers.join_next().await {
        ended?;
    }
    let mut taken = 0;
    while let Some(upload) = uploads.join_next().await {
        taken += usize::from(upload??);
    }
    let settled = |job: &JobId| matches!(closed.get(job), Some(JobState::Settled { .. }));
    ensure!(delivered.iter().all(settled), "a paid job was not settled: {closed:?}");
    // The flood's jobs have their turns, too; the others are refunded.
    let done = closed.values().filter(|state| matches!(state, JobState::Settled { .. })).count();
    eprintln!("{taken} of the flood's {SHARE} inputs were taken");
    ensure!(taken > 0 && done > delivered.len(), "{taken} taken: {closed:?}");
    ensure!(held(&chain, &flooder, &client).await? == held_before, "something is still in escrow");
    nobody_should_be_at_fault(&chain).await?;
    refusals_should_be_counted(endpoint).await?;
    memory_should_be_bounded(network)
}

async fn further_jobs_should_be_refused_with_cause_and_remedy(
    chain: &Chain,
    flooder: &Keypair,
    offer: &Offer,
) -> Result<()> {
    let request = request(ENDLESS, Vec::new(), SECONDS, FLOOD_DEADLINE);
    let Err(Error::Refused { reason, .. }) = post(chain, flooder, request, offer.clone(), offer.price).await
    else {
        anyhow::bail!("one more job was let in, or the chain did not say why not");
    };
    ensure!(reason.starts_with("Jobs.TooManyOpenJobs") && reason.contains("Wait"), "{reason}");
    Ok(())
}

fn request(program: &str, stdin: Vec<u8>, seconds: u32, deadline_in: BlockNumber) -> JobRequest {
    let program = wat::parse_str(program).unwrap();
    JobRequest { program, arguments: Vec::new(), stdin, limits: limits(seconds), deadline_in }
}

fn limits(seconds: u32) -> JobLimits {
    JobLimits { fuel: 900 * FUEL_UNIT, memory_mib: 16, seconds }
}

/// Posts the jobs of the client who wants them, one after the other, and sees that all come back right.
async fn deliver_paid_jobs(chain: &Chain, client: &Keypair, offer: &Offer) -> Result<BTreeSet<JobId>> {
    let mut waiting = JoinSet::new();
    for number in 0..PAID {
        let stdin = vec![b'a' + number; 10];
        let request = request(ECHO, stdin.clone(), 3, PAID_DEADLINE);
        let posted = post(chain, client, request, offer.clone(), offer.price).await?;
        waiting.spawn(deliver(chain.clone(), posted, stdin));
    }
    let mut delivered = BTreeSet::new();
    while let Some(job) = waiting.join_next().await {
        delivered.insert(job??);
    }
    Ok(delivered)
}

async fn deliver(chain: Chain, posted: PostedJob, stdin: Vec<u8>) -> Result<JobId> {
    let patience = Duration::from_secs(PAID_DEADLINE.into());
    let key = posted.upload(&chain, patience).await?;
    let opened = posted.wait(&chain, &key, patience, |_| {}).await?;
    ensure!(opened.output.stdout == stdin, "job {} gave {:?}", posted.job, opened.output.stdout);
    Ok(posted.job)
}

/// A client that wants all of a worker.
struct Flood<'a> {
    chain: &'a Chain,
    flooder: &'a Keypair,
    offer: &'a Offer,
    key: PublicKey,
    input: JobInput,
    address: SocketAddr,
}

impl<'a> Flood<'a> {
    async fn new(chain: &'a Chain, flooder: &'a Keypair, offer: &'a Offer) -> Result<Self> {
        let info = WorkerApi::new(&offer.endpoint)?.info().await?;
        let key = PublicKey::from_bytes(&info.encryption_key.0).map_err(|_| anyhow::anyhow!("no key"))?;
        let program = wat::parse_str(ENDLESS)?;
        let input = JobInput { salt: [1; 32], program, arguments: Vec::new(), stdin: Vec::new() };
        let address = offer.endpoint.trim_start_matches("http://").parse()?;
        Ok(Self { chain, flooder, offer, key, input, address })
    }

    /// Posts this many jobs with one transaction, and gives those that the chain let in.
    async fn post(&self, count: usize) -> Result<Vec<JobId>> {
        let call = || {
            Call::Jobs(api::runtime_types::pallet_jobs::pallet::Call::post {
                worker: Static(self.offer.worker),
                program: self.input.program_hash(),
                input: self.input.commitment(),
                limits: Static(limits(SECONDS)),
                max_price: self.offer.price,
                deadline_in: FLOOD_DEADLINE,
            })
        };
        let calls = std::iter::repeat_with(call).take(count).collect();
        let batch = api::transactions().utility().force_batch(calls);
        let events = self.chain.submit("Utility.force_batch", &batch, self.flooder).await?;
        let posted = events.find::<api::jobs::events::JobPosted>();
        posted.map(|event| Ok(event?.job)).collect()
    }

    /// Sends the inputs of all `jobs` at once, again and again until they are taken or it is over with them. Each
    /// says whether it was taken.
    fn upload(&self, jobs: &[JobId], stopping: &watch::Receiver<bool>) -> JoinSet<Result<bool>> {
        let mut uploads = JoinSet::new();
        let http = reqwest::Client::new();
        let info = input_info(&self.chain.genesis_hash(), &self.offer.worker);
        for job in jobs {
            let sealed = seal(&self.key, &info, &input_aad(*job), &self.input.encode(), &mut system_rng());
            let sealed = sealed.map(|(sealed, _)| sealed).unwrap();
            let url = format!("{}/v1/jobs/{job}/input", self.offer.endpoint);
            let (http, stopping) = (http.clone(), stopping.clone());
            uploads.spawn(async move {
                let mut seen = false;
                while !*stopping.borrow() {
                    // A connection may be closed to make room for others.
                    match http.put(&url).body(sealed.clone()).send().await.map(|answer| answer.status()) {
                        Ok(StatusCode::ACCEPTED) => return Ok(true),
                        Ok(StatusCode::GONE) => return Ok(false),
                        Ok(StatusCode::NOT_FOUND) if seen => return Ok(false),
                        Ok(StatusCode::NOT_FOUND | StatusCode::SERVICE_UNAVAILABLE) | Err(_) => {}
                        Ok(StatusCode::TOO_MANY_REQUESTS) => seen = true,
                        Ok(status) => anyhow::bail!("an input was refused with {status}"),
                    }
                    tokio::time::sleep(PAUSE).await;
                }
                Ok(false)
            });
        }
        uploads
    }
}

/// Everybody else who comes to a public address, until it is stopped.
fn strangers(address: SocketAddr, jobs: &[JobId], stopping: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut strangers = JoinSet::new();
    for number in 0..TIMES * CONNECTIONS {
        let job = jobs[number / 4 % jobs.len()];
        let attempt = move || async move {
            let _ = match number % 4 {
                // A few only: they are bounded by what this machine can copy.
                0 if number % 40 == 0 => large_body(address, job).await,
                0 => idle(address).await,
                1 => slow_body(address, job).await,
                2 => too_large(address, job).await,
                _ => ask_for_everything(address, job, number as u64).await,
            };
        };
        strangers.spawn(repeat(stopping.clone(), attempt));
    }
    strangers
}

/// Does the same again and again until it is stopped; whatever comes of it.
async fn repeat<Attempt: Future<Output = ()>>(
    mut stopping: watch::Receiver<bool>,
    attempt: impl Fn() -> Attempt,
) {
    let again = async {
        loop {
            attempt().await;
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::select! {
        () = again => {}
        _ = async { stopping.wait_for(|stop| *stop).await.map(|_| ()) } => {}
    }
}

/// Holds a connection and says nothing.
async fn idle(address: SocketAddr) -> std::io::Result<()> {
    let mut connection = TcpStream::connect(address).await?;
    connection.read_u8().await.map(drop)
}

/// Announces the largest input and sends it by the byte.
async fn slow_body(address: SocketAddr, job: JobId) -> std::io::Result<()> {
    let mut connection = put(address, job, MAX_SEALED_INPUT).await?;
    loop {
        connection.write_all(&[7]).await?;
        tokio::time::sleep(PAUSE).await;
    }
}

/// Sends the largest input as fast as it is taken.
async fn large_body(address: SocketAddr, job: JobId) -> std::io::Result<()> {
    const PIECE: usize = 1 << 20;
    let mut connection = put(address, job, MAX_SEALED_INPUT).await?;
    for _ in 0..MAX_SEALED_INPUT / PIECE {
        connection.write_all(&[7; PIECE]).await?;
    }
    connection.read_u8().await.map(drop)
}

/// Announces more than the largest input.
async fn too_large(address: SocketAddr, job: JobId) -> std::io::Result<()> {
    let mut connection = put(address, job, MAX_SEALED_INPUT + 1).await?;
    connection.read_u8().await.map(drop)
}

async fn put(address: SocketAddr, job: JobId, bytes: usize) -> std::io::Result<TcpStream> {
    let mut connection = TcpStream::connect(address).await?;
    let head = format!("PUT /v1/jobs/{job}/input HTTP/1.1\r\nhost: x\r\ncontent-length: {bytes}\r\n\r\n");
    connection.write_all(head.as_bytes()).await?;
    Ok(connection)
}

/// Asks for all there is and much that there is not.
async fn ask_for_everything(address: SocketAddr, job: JobId, seed: u64) -> std::io::Result<()> {
    let mut random = StdRng::seed_from_u64(seed);
    let unknown: JobId = random.random();
    let mut connection = TcpStream::connect(address).await?;
    for request in [
        "GET /v1/info".to_owned(),
        "GET /v1/registration".to_owned(),
        format!("GET /v1/jobs/{job}"),
        format!("GET /v1/jobs/{job}/result"),
        format!("GET /v1/jobs/{unknown}"),
        format!("GET /v1/jobs/{unknown}/result"),
        "GET /v1/jobs/none".to_owned(),
        "DELETE /v1/info".to_owned(),
        "GET /metrics".to_owned(),
        "GET /health".to_owned(),
        "GET /openapi.json".to_owned(),
        "GET /nothing".to_owned(),
    ] {
        let head = format!("{request} HTTP/1.1\r\nhost: x\r\n\r\n");
        connection.write_all(head.as_bytes()).await?;
        if connection.read(&mut vec![0; 64 << 10]).await? == 0 {
            return Ok(());
        }
    }
    let head = format!("PUT /v1/jobs/{unknown}/input HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello");
    connection.write_all(head.as_bytes()).await?;
    connection.read(&mut [0; 1024]).await.map(drop)
}

/// What the two clients have on hold together.
async fn held(chain: &Chain, flooder: &Keypair, client: &Keypair) -> Result<Balance> {
    let mut held = 0;
    for who in [flooder, client] {
        held += chain.balances(&AccountId32::from(account::public_key(who))).await?.1;
    }
    Ok(held)
}

/// Reads all events from the first block on.
async fn nobody_should_be_at_fault(chain: &Chain) -> Result<()> {
    use api::runtime_types::pallet_mining::types::ValueChange;
    for number in 1..=chain.node().finalized_number().await? {
        let events = chain.events(number).await?;
        for changed in events.find::<api::mining::events::ValueChanged>().filter_map(Result::ok) {
            let fault = matches!(changed.reason, ValueChange::Fault { .. } | ValueChange::WentOffline { .. });
            ensure!(!fault, "block {number}: {:?}", changed.reason);
        }
    }
    Ok(())
}

async fn refusals_should_be_counted(endpoint: &str) -> Result<()> {
    let page = reqwest::get(format!("{endpoint}/metrics")).await?.text().await?;
    for name in [
        "answers_total{status=\"404\"}",
        "answers_total{status=\"405\"}",
        "answers_total{status=\"413\"}",
        "answers_total{status=\"429\"}",
        "connections_displaced_total",
    ] {
        let line = page.lines().find_map(|line| line.strip_prefix(&format!("phala_worker_{name} ")));
        let count: u64 = line.with_context(|| format!("no {name} in\n{page}"))?.parse()?;
        eprintln!("{name}: {count}");
        ensure!(count > 0, "{name} is zero in\n{page}");
    }
    Ok(())
}

fn memory_should_be_bounded(network: &DevNetwork) -> Result<()> {
    let status = std::fs::read_to_string(processes::file(network.description.pids[1], "status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse()?;
    eprintln!("the worker had {} MiB at most", peak >> 10);
    ensure!(peak < MEMORY_KIB, "{} MiB", peak >> 10);
    Ok(())
}
