//! What the worker does by itself: runs jobs, measures itself when the registry asks, and removes files that
//! nobody needs.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use anyhow::Context;
use codec::Encode;
use phala_crypto::system_rng;
use phala_primitives::{
    job::{JobOutput, JobResult, Receipt, SignedReceipt},
    JobId,
};
use phala_sandbox::Outcome;
use tokio::{
    sync::watch,
    task::{spawn_blocking, JoinSet},
};
use zeroize::{Zeroize, Zeroizing};

use crate::{
    benchmark,
    intake::{open_input, output_aad, OpenedInput},
    jobs::{Job, Stage},
    serve::stopped,
    worker::{input_label, result_label, Claim, Worker},
};

/// Bytes of all results kept on disk.
pub const MAX_RESULTS: u64 = 4 << 30;

/// Pause after the machine failed a job, doubled after each further failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Longest such pause.
const LAST_PAUSE: Duration = Duration::from_secs(60);

/// Runs jobs until `shutdown`; those that run then are killed and start over in the next process.
pub async fn run_jobs(worker: Arc<Worker>, shutdown: watch::Receiver<bool>) {
    let mut changed = worker.ledger().subscribe();
    let slots = worker.config().parallel_jobs().get();
    let mut tasks = JoinSet::new();
    loop {
        while tasks.len() < slots {
            let Some(claim) = worker.claim_job() else { break };
            tasks.spawn(serve_job(claim));
        }
        tokio::select! {
            // The sender lives in the worker, which lives as long as this.
            _ = changed.changed() => {}
            Some(ended) = tasks.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a job's task failed");
                }
            }
            () = stopped(shutdown.clone()) => return tasks.shutdown().await,
        }
    }
}

/// Runs one job to its end, or until the chain lets go of it. A failing machine is tried again.
async fn serve_job(claim: Claim) {
    let worker = claim.worker();
    let mut changed = worker.ledger().subscribe();
    let mut pause = FIRST_PAUSE;
    loop {
        // While a job runs, its core is not idle.
        let still = worker.counter().pause();
        let attempt = tokio::select! {
            attempt = attempt(worker, claim.id()) => attempt,
            () = gone(worker, claim.id(), &mut changed) => {
                return tracing::warn!(job = claim.id(), "given up: its deadline has passed");
            }
        };
        drop(still);
        let Err(error) = attempt else { return };
        worker.metrics().host_faults.increase();
        tracing::error!(
            job = claim.id(),
            error = format!("{error:#}"),
            "this machine failed a job; trying again"
        );
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = gone(worker, claim.id(), &mut changed) => return,
        }
        pause = (pause * 2).min(LAST_PAUSE);
    }
}

/// Resolves once the chain has let go of the job without a result.
async fn gone(worker: &Worker, id: JobId, changed: &mut watch::Receiver<()>) {
    while worker.state().jobs().get(id).is_some() {
        if changed.changed().await.is_err() {
            return;
        }
    }
}

fn queued(worker: &Worker, id: JobId) -> Option<Job> {
    worker.state().jobs().get(id).filter(|job| matches!(job.stage, Stage::Queued { .. })).cloned()
}

/// Runs the job once. An error is the machine's.
async fn attempt(worker: &Arc<Worker>, id: JobId) -> anyhow::Result<()> {
    let Some(job) = queued(worker, id) else { return Ok(()) };
    let read = {
        let job = job.clone();
        blocking(worker, move |worker| read_input(worker, id, &job))
    };
    let Some(mut opened) = read.await? else { return Ok(()) };
    tracing::info!(job = id, "running");
    let program = opened.take_program();
    let outcome = worker.sandbox().run(program, worker.effective_limits(&job.limits)).await?;
    blocking(worker, move |worker| keep_result(worker, id, &job, &opened, outcome)).await
}

/// Does what waits for the disk or computes for long where it holds up nobody.
async fn blocking<T: Send + 'static>(
    worker: &Arc<Worker>,
    work: impl FnOnce(&Worker) -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let worker = worker.clone();
    spawn_blocking(move || work(&worker)).await?
}

/// Reads and opens the input. None if it is spoilt, and then the client may send it again.
fn read_input(worker: &Worker, id: JobId, job: &Job) -> anyhow::Result<Option<OpenedInput>> {
    let sealed = match worker.keyring().get(&input_label(id)) {
        Ok(sealed) => sealed,
        Err(error @ phala_keyring::Error::Unseal { .. }) => {
            tracing::error!(job = id, %error, "the input is spoilt");
            None
        }
        Err(error) => return Err(error).context("cannot read the input"),
    };
    let genesis = worker.state().genesis();
    let opened = sealed.and_then(|sealed| open_input(worker.identity(), &genesis, id, job, &sealed).ok());
    if opened.is_none() {
        tracing::error!(job = id, "the input on disk is not the one that was taken; waiting for it again");
        worker.ledger().commit(|state| {
            state.lose_input(id);
            anyhow::Ok(())
        })?;
    }
    Ok(opened)
}

fn keep_result(
    worker: &Worker,
    id: JobId,
    job: &Job,
    opened: &OpenedInput,
    outcome: Outcome,
) -> anyhow::Result<()> {
    let Outcome { exit, fuel, stdout, stderr } = outcome;
    let mut output = JobOutput { stdout, stderr };
    let receipt = Receipt {
        job: id,
        worker: worker.identity().worker_id(),
        program: job.program,
        input: job.input,
        output: output.commitment(&opened.salt()),
        fuel,
        exit,
    };
    let plaintext = Zeroizing::new(output.encode());
    output.stdout.zeroize();
    output.stderr.zeroize();
    let sealed_output = opened
        .reply_key
        .seal_reply(&mut system_rng(), &output_aad(id), &plaintext)
        .context("cannot seal the output")?;
    let signature = worker.identity().sign(&receipt.signing_payload(&worker.state().genesis()));
    let receipt = SignedReceipt { receipt, signature };
    let result = JobResult { receipt: receipt.clone(), sealed_output }.encode();

    worker.keyring().put(&result_label(id), &result).context("cannot keep the result")?;
    let size = result.len() as u64;
    let waited_for = worker
        .ledger()
        .commit(|state| anyhow::Ok(state.finish_job(worker.identity(), id, receipt, size, MAX_RESULTS)))?;
    if !waited_for {
        worker.keyring().remove(&result_label(id))?;
    }
    worker.keyring().remove(&input_label(id))?;
    worker.metrics().job_ended(&exit);
    tracing::info!(job = id, ?exit, fuel, "done");
    Ok(())
}

/// Measures the machine whenever the registry asks, until `shutdown`.
pub async fn run_benchmarks(worker: Arc<Worker>, shutdown: watch::Receiver<bool>) {
    let mut changed = worker.ledger().subscribe();
    while !*shutdown.borrow() {
        if let Some(milliseconds) = worker.state().benchmark_due() {
            let stop = shutdown.clone();
            let measured = blocking(&worker, move |worker| measure_once(worker, milliseconds, &stop)).await;
            if let Err(error) = measured {
                tracing::error!(%error, "the measurement could not be kept; measuring again");
                tokio::time::sleep(FIRST_PAUSE).await;
            }
            continue;
        }
        tokio::select! {
            // The sender lives in the worker, which lives as long as this.
            _ = changed.changed() => {}
            () = stopped(shutdown.clone()) => {}
        }
    }
}

fn measure_once(worker: &Worker, milliseconds: u64, stop: &watch::Receiver<bool>) -> anyhow::Result<()> {
    let still = worker.counter().pause();
    let duration = Duration::from_millis(milliseconds);
    let found = benchmark::measure(worker.config().cores(), duration, || *stop.borrow());
    drop(still);
    let Some(found) = found else { return Ok(()) };
    tracing::info!(found.iterations, found.milliseconds, "measured");
    worker.ledger().commit(|state| {
        state.finish_benchmark(worker.identity(), milliseconds, found);
        Ok(())
    })
}

/// Removes files of jobs that are gone, until `shutdown`.
pub async fn run_cleaning(worker: Arc<Worker>, shutdown: watch::Receiver<bool>) {
    let mut changed = worker.ledger().subscribe();
    loop {
        let litter = worker.state().jobs().litter().clone();
        if !litter.is_empty() {
            let cleaned = blocking(&worker, move |worker| clean(worker, &litter)).await;
            if let Err(error) = cleaned {
                tracing::error!(%error, "files of expired jobs could not be removed; trying again with the next block");
            }
        }
        tokio::select! {
            _ = changed.changed() => {}
            () = stopped(shutdown.clone()) => return,
        }
    }
}

fn clean(worker: &Worker, litter: &BTreeSet<JobId>) -> anyhow::Result<()> {
    for id in litter {
        worker.keyring().remove(&input_label(*id))?;
        worker.keyring().remove(&result_label(*id))?;
    }
    worker.ledger().commit(|state| {
        state.forget_litter(litter);
        Ok(())
    })
}
