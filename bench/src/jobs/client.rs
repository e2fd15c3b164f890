//! One client: one job after another, each with a note of when it got where.

use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};

use anyhow::{bail, ensure, Context, Result};
use phala_client::{
    account::Phrase,
    job::{post, wait_for_settlement, JobRequest, Offer},
    worker::{JobProgress, WorkerApi},
    Chain, Keypair,
};
use phala_crypto::{seal, system_rng, PublicKey};
use phala_primitives::{
    job::{input_aad, input_info, ExitStatus, JobLimits, JobState, FUEL_UNIT},
    BlockNumber, EncryptionKey, JobId,
};

use super::watch::Watch;

/// How often the worker is asked about a job: what times of its stages are off at most.
const POLL: Duration = Duration::from_millis(20);
/// Longest time for any step of a job.
const PATIENCE: Duration = Duration::from_secs(60);
const DEADLINE: BlockNumber = 100;
/// Bytes of standard input, which the program writes out again.
const INPUT: usize = 1024;

/// Reads its input and writes it out again.
const ECHO: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start")
        (i32.store (i32.const 0) (i32.const 64))
        (i32.store (i32.const 4) (i32.const 4096))
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 4) (i32.load (i32.const 8)))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;

/// When a job got where.
#[derive(Clone, Copy)]
pub(super) struct Timeline {
    /// The client begins.
    pub(super) started: Instant,
    /// A block holds the job.
    pub(super) posted: Instant,
    /// The worker knows the job, from proven state.
    pub(super) known: Instant,
    /// The worker has the input on its disk.
    pub(super) uploaded: Instant,
    /// The program runs.
    pub(super) running: Instant,
    /// The result can be fetched.
    pub(super) done: Instant,
    /// The client has read it.
    pub(super) opened: Instant,
    /// A block holds the receipt.
    pub(super) receipt: Instant,
    /// The client knows from proven state that the job is settled.
    pub(super) settled: Instant,
    /// Seconds that sealing alone takes.
    pub(super) sealing: f64,
}

/// A client with an account of its own.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) account: Keypair,
    pub(super) chain: Chain,
    pub(super) watch: Arc<Watch>,
    pub(super) offer: Offer,
    /// The worker's, for timing what sealing alone takes.
    pub(super) encryption_key: EncryptionKey,
}

impl Client {
    /// A new account.
    pub(super) fn new_account() -> Result<Keypair> {
        Ok(Phrase::generate()?.keypair()?)
    }

    /// One job after another until `stop`; the last is finished.
    pub(super) async fn stream(self, stop: Arc<AtomicBool>) -> Result<Vec<Timeline>> {
        let mut jobs = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            jobs.push(self.job().await?);
        }
        Ok(jobs)
    }

    async fn job(&self) -> Result<Timeline> {
        let program = wat::parse_str(ECHO)?;
        let stdin = vec![0x5a; INPUT];
        let sealing = self.seal_alone(&[&program[..], &stdin].concat())?;
        let request = JobRequest {
            program,
            arguments: Vec::new(),
            stdin: stdin.clone(),
            limits: JobLimits { fuel: FUEL_UNIT, memory_mib: 16, seconds: 5 },
            deadline_in: DEADLINE,
        };
        let worker = WorkerApi::new(&self.offer.endpoint)?;

        let started = Instant::now();
        let job = post(&self.chain, &self.account, request, self.offer.clone(), self.offer.price).await?;
        let known = reach(&worker, job.job, JobProgress::WaitingForInput).await?;
        let key = job.upload(&self.chain, PATIENCE).await?;
        let uploaded = Instant::now();
        let running = reach(&worker, job.job, JobProgress::Running).await?;
        let done = reach(&worker, job.job, JobProgress::Done).await?;
        let opened = job.wait(&self.chain, &key, PATIENCE, |_| {}).await?;
        ensure!(opened.output.stdout == stdin, "job {} gave another output", job.job);
        ensure!(opened.result.receipt.receipt.exit == ExitStatus::Exited(0), "job {} failed", job.job);
        let opened = Instant::now();
        let record = wait_for_settlement(&self.chain, job.job, PATIENCE).await?;
        ensure!(matches!(record.state, JobState::Settled { .. }), "job {} was refunded", job.job);
        let settled = Instant::now();
        let (posted, receipt) = self.watch.blocks_of(job.job).await?;
        Ok(Timeline { started, posted, known, uploaded, running, done, opened, receipt, settled, sealing })
    }

    /// Seals as much as a job's input to the worker, and gives the seconds that it takes.
    fn seal_alone(&self, plaintext: &[u8]) -> Result<f64> {
        let start = Instant::now();
        let key = PublicKey::from_bytes(&self.encryption_key.0).context("the worker's key")?;
        let info = input_info(&self.chain.genesis_hash(), &self.offer.worker);
        seal(&key, &info, &input_aad(0), plaintext, &mut system_rng())?;
        Ok(start.elapsed().as_secs_f64())
    }
}

/// Waits until the worker is at `stage` with a job, or past it.
async fn reach(worker: &WorkerApi, job: JobId, stage: JobProgress) -> Result<Instant> {
    let give_up = Instant::now() + PATIENCE;
    while worker.progress(job).await?.is_none_or(|now| order(now) < order(stage)) {
        if Instant::now() > give_up {
            bail!("the worker does not get to {stage:?} with job {job}");
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(Instant::now())
}

fn order(progress: JobProgress) -> u8 {
    match progress {
        JobProgress::WaitingForInput => 0,
        JobProgress::Queued => 1,
        JobProgress::Running => 2,
        JobProgress::Done => 3,
    }
}
