//! `phala job`: run a program inside a worker, and look after it.

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{bail, Context, Result};
use clap::{Args, Subcommand};
use phala_client::{
    job::{self, JobRequest, Offer, OpenedResult},
    offers,
    worker::{JobProgress, WorkerApi},
    Chain,
};
use phala_primitives::{
    job::{ExitStatus, JobLimits, JobRecord, JobState, MAX_SEALED_INPUT},
    JobId, WorkerId,
};
use serde_json::json;

use crate::{
    exit::Status,
    format::{hex, parse_hash, parse_pha, pha, short},
    output,
    progress::Progress,
    records::JobFile,
    secret::PassphraseArguments,
    settings::{Flags, NodeOnly, Signing},
    signer::Signer,
    Globals,
};

/// How long the chain and the relay may take beside the job itself.
const SLACK: Duration = Duration::from_secs(120);

/// What to do with jobs.
#[derive(Subcommand)]
pub(crate) enum JobCommand {
    /// Run a WASI program inside a worker: sealed, paid from an escrow, with a receipt.
    ///
    /// The program's standard output goes to standard output, and its exit code becomes this command's. 126: it
    /// trapped or reached a limit. 125: it could not be run. With --json, one JSON object takes the output's place.
    Run(RunArguments),
    /// Show where a job stands.
    Status(JobArguments),
    /// Fetch and open the result of a job that was posted from here.
    Result(JobArguments),
}

/// Arguments of `phala job run`.
#[derive(Args)]
pub(crate) struct RunArguments {
    /// A WASI command: a WebAssembly module (preview 1) or component (preview 2).
    program: PathBuf,
    /// Standard input: a file, or `-` for this command's own. None: empty.
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// An argument for the program; repeat it for more.
    #[arg(long = "arg", value_name = "ARGUMENT", allow_hyphen_values = true)]
    arguments: Vec<String>,
    /// Identity key of the worker to use. None: the best that is free.
    #[arg(long, value_name = "ID")]
    worker: Option<String>,
    /// Most PHA to pay per 10^9 fuel. None: what the worker asks.
    #[arg(long, value_name = "PHA")]
    max_price: Option<String>,
    /// Most fuel to pay for, in units of 10^9; one unit of fuel is about one instruction.
    #[arg(long, default_value_t = 100, value_name = "10^9")]
    fuel: u64,
    /// Memory limit, in MiB.
    #[arg(long, default_value_t = 512, value_name = "MIB")]
    memory: u32,
    /// Time limit of the program, in seconds.
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    seconds: u32,
    /// Blocks until the escrow comes back if no receipt does.
    #[arg(long, default_value_t = 150, value_name = "BLOCKS")]
    deadline: u32,
    /// Where to save the receipt bundle. None: `receipt-<job>.json` here.
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseArguments,
    #[command(flatten)]
    settings: Flags<Signing>,
}

/// Arguments of `phala job status` and `phala job result`.
#[derive(Args)]
pub(crate) struct JobArguments {
    /// Number of the job.
    job: JobId,
    #[command(flatten)]
    settings: Flags<NodeOnly>,
}

/// Runs the command.
pub(crate) async fn run(command: JobCommand, globals: &Globals) -> Result<ExitCode> {
    match command {
        JobCommand::Run(arguments) => run_job(arguments, globals).await,
        JobCommand::Status(arguments) => status(arguments, globals).await.map(|()| ExitCode::SUCCESS),
        JobCommand::Result(arguments) => result(arguments, globals).await,
    }
}

async fn run_job(arguments: RunArguments, globals: &Globals) -> Result<ExitCode> {
    let request = JobRequest {
        program: read_limited(&arguments.program)?,
        arguments: arguments.arguments.clone(),
        stdin: arguments.input.as_deref().map(read_input).transpose()?.unwrap_or_default(),
        limits: JobLimits {
            fuel: arguments.fuel.checked_mul(1_000_000_000).context("--fuel is too high")?,
            memory_mib: arguments.memory,
            seconds: arguments.seconds,
        },
        deadline_in: arguments.deadline,
    };
    let settings = globals.settings(&arguments.settings)?;
    let chain = settings.connect().await?;
    let signer = Signer::from_settings(&settings, &chain).await?.unlock(&arguments.passphrase)?;
    // Not before: it would draw over a prompt.
    let progress = Progress::start("choosing a worker");
    let offer = choose(&chain, &arguments).await?;
    let max_price = arguments.max_price.as_deref().map(parse_pha).transpose()?.unwrap_or(offer.price);

    progress.say(&format!("posting the job to worker {}", short(&offer.worker)));
    let posted = job::post(&chain, &signer, request, offer, max_price).await?;
    let timeout = Duration::from_secs(arguments.seconds.into()) + SLACK;
    progress.say(&format!("job {}: {} in escrow; sealing the input", posted.job, pha(posted.escrow)));
    let key = posted.upload(&chain, timeout).await?;
    JobFile::new(posted.job, posted.offer.worker, &posted.offer.endpoint, &key)
        .save(&chain.genesis_hash())?;
    let opened = posted.wait(&chain, &key, timeout, |now| progress.say(describe(now))).await?;

    progress.say("waiting until the receipt is settled and final");
    let record = job::wait_for_settlement(&chain, posted.job, SLACK).await?;
    let bundle = job::receipt_bundle(&chain, &opened.result).await?;
    let path = arguments.receipt.unwrap_or_else(|| PathBuf::from(format!("receipt-{}.json", posted.job)));
    std::fs::write(&path, bundle.to_json()?).with_context(|| format!("cannot write {}", path.display()))?;
    progress.end();

    if globals.json {
        let mut report = summary(&opened, &record);
        report["receipt"] = json!(path);
        output::json(&report)?;
    } else {
        emit(&opened)?;
        eprintln!(
            "job {}: {} of fuel {} at {}; receipt in {}",
            posted.job,
            paid(&record),
            opened.result.receipt.receipt.fuel,
            posted.offer.endpoint,
            path.display()
        );
    }
    Ok(exit_code(&opened))
}

async fn choose(chain: &Chain, arguments: &RunArguments) -> Result<Offer> {
    let worker = arguments.worker.as_deref().map(parse_hash).transpose().context("--worker")?.map(WorkerId);
    let max_price = arguments.max_price.as_deref().map(parse_pha).transpose().context("--max-price")?;
    Ok(offers::pick(chain, worker, max_price).await?)
}

async fn status(arguments: JobArguments, globals: &Globals) -> Result<()> {
    let chain = globals.settings(&arguments.settings)?.connect().await?;
    let record = job::proven_record(&chain, arguments.job).await?.with_context(|| {
        format!("the chain does not know job {}, or it was closed long ago", arguments.job)
    })?;
    let at_worker = match JobFile::load(&chain.genesis_hash(), arguments.job) {
        Ok(file) => WorkerApi::new(&file.endpoint)?.progress(arguments.job).await.ok().flatten(),
        Err(_) => None,
    };
    if globals.json {
        let worker = at_worker.map(describe);
        return output::json(&json!({ "job": arguments.job, "record": record, "worker": worker }));
    }
    output::line(format_args!("job {}", arguments.job))?;
    output::line(format_args!("  worker    {}", record.worker))?;
    output::line(format_args!("  program   {}", hex(&record.program)))?;
    let escrow = phala_primitives::job::fee(record.limits.fuel, record.price);
    output::line(format_args!("  escrow    {}", pha(escrow)))?;
    output::line(format_args!("  deadline  block {}", record.deadline))?;
    output::line(format_args!("  state     {}", state(&record.state, at_worker)))
}

fn state(state: &JobState, at_worker: Option<JobProgress>) -> String {
    let now = at_worker.map(|now| format!("; {}", describe(now))).unwrap_or_default();
    match state {
        JobState::Assigned => format!("assigned{now}"),
        JobState::Accepted { .. } => format!("accepted by the worker{now}"),
        JobState::Settled { receipt, fee } => {
            format!("settled: {} paid, receipt {}", pha(*fee), hex(receipt))
        }
        JobState::Refunded => "refunded: no receipt came in time".to_owned(),
    }
}

async fn result(arguments: JobArguments, globals: &Globals) -> Result<ExitCode> {
    let chain = globals.settings(&arguments.settings)?.connect().await?;
    let file = JobFile::load(&chain.genesis_hash(), arguments.job)?;
    let worker = WorkerApi::new(&file.endpoint)?;
    match worker.progress(arguments.job).await? {
        Some(JobProgress::Done) => {}
        Some(now) => bail!("job {} is not done yet: {}; try again", arguments.job, describe(now)),
        None => bail!(
            "the worker does not keep job {} (any more); results are kept for a limited time",
            arguments.job
        ),
    }
    let opened = job::open_result(&chain, &worker, file.worker, arguments.job, &file.key()?).await?;
    if globals.json {
        let record =
            job::proven_record(&chain, arguments.job).await?.context("the chain has forgotten the job")?;
        output::json(&summary(&opened, &record))?;
    } else {
        emit(&opened)?;
    }
    Ok(exit_code(&opened))
}

/// Writes what the program wrote, and why it ended if not by itself.
fn emit(opened: &OpenedResult) -> Result<()> {
    output::bytes(&opened.output.stdout)?;
    std::io::stderr().write_all(&opened.output.stderr).context("cannot write to standard error")?;
    if let Some(reason) = unfinished(opened.result.receipt.receipt.exit) {
        eprintln!("the program did not finish: {reason}");
    }
    Ok(())
}

fn summary(opened: &OpenedResult, record: &JobRecord<[u8; 32]>) -> serde_json::Value {
    let receipt = &opened.result.receipt.receipt;
    json!({
        "job": receipt.job,
        "worker": receipt.worker,
        "exit": receipt.exit,
        "fuel": receipt.fuel,
        "settled": matches!(record.state, JobState::Settled { .. }),
        "fee": match &record.state { JobState::Settled { fee, .. } => fee.to_string(), _ => "0".to_owned() },
        "stdout": String::from_utf8_lossy(&opened.output.stdout),
        "stderr": String::from_utf8_lossy(&opened.output.stderr),
    })
}

fn paid(record: &JobRecord<[u8; 32]>) -> String {
    match &record.state {
        JobState::Settled { fee, .. } => format!("{} paid", pha(*fee)),
        JobState::Assigned | JobState::Accepted { .. } | JobState::Refunded => "nothing paid".to_owned(),
    }
}

fn describe(progress: JobProgress) -> &'static str {
    match progress {
        JobProgress::WaitingForInput => "the worker waits for the input",
        JobProgress::Queued => "the worker runs other jobs first",
        JobProgress::Running => "the program runs",
        JobProgress::Done => "the program has ended",
    }
}

/// Why a program ended, if not by itself.
fn unfinished(exit: ExitStatus) -> Option<&'static str> {
    match exit {
        ExitStatus::Exited(_) => None,
        ExitStatus::Trapped => Some("it did what WebAssembly forbids (a trap)"),
        ExitStatus::OutOfFuel => Some("it used up its fuel; raise --fuel"),
        ExitStatus::OutOfTime => Some("it reached its time limit; raise --seconds"),
        ExitStatus::OutOfMemory => Some("it asked for more memory than its limit; raise --memory"),
        ExitStatus::TooMuchOutput => Some("it wrote more than a worker returns (16 MiB)"),
        ExitStatus::InvalidProgram => {
            Some("the file is not a WASI program: compile it for wasm32-wasip1 or wasm32-wasip2")
        }
    }
}

fn exit_code(opened: &OpenedResult) -> ExitCode {
    match opened.result.receipt.receipt.exit {
        // As a shell sees it: the lowest eight bits.
        ExitStatus::Exited(code) => ExitCode::from(code.to_le_bytes()[0]),
        _ => Status::Unfinished.code(),
    }
}

fn read_input(path: &Path) -> Result<Vec<u8>> {
    if path.as_os_str() == "-" {
        return read_up_to(std::io::stdin().lock(), "standard input");
    }
    read_limited(path)
}

fn read_limited(path: &Path) -> Result<Vec<u8>> {
    let file = std::fs::File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    read_up_to(file, &path.display().to_string())
}

fn read_up_to(source: impl Read, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = MAX_SEALED_INPUT as u64 + 1;
    source.take(limit).read_to_end(&mut bytes).with_context(|| format!("cannot read {name}"))?;
    if bytes.len() as u64 == limit {
        bail!("{name} is larger than the {} MiB that a worker takes", MAX_SEALED_INPUT >> 20);
    }
    Ok(bytes)
}
