//! Secrets are planted in everything that a client gives to a worker and gets from it, and looked for in all that
//! anybody else can see: while a job runs, after it, and after its processes have crashed.
//!
//! | secret | planted |
//! |---|---|
//! | program, argument, standard input | by the client |
//! | output, errors | in the program, each byte changed; they exist once it runs |
//! | the worker's seeds and sealing key | by the worker; read from its folder, where they lie open for as long as sealing is that of development |
//!
//! What is searched, with [`Search`]: all that passes between client, worker, relay and node, at sockets that stand in
//! for each of them; every file of the network, with the worker's and the relay's most talkative logs, and all that
//! is new in the system's folders for temporary files; command lines and environments of all processes; the chain's
//! state, blocks and events; what the worker's HTTP API answers.
//!
//! A control, a text that no search may miss, is given away in each of these places, so that a search which sees
//! nothing there fails.
//!
//! The worker's state holds hardly a secret of a client's: that it is sealed shows by what is known to be in
//! it. Memory itself is not searched, nor swap; that no crash writes it to the disk and that other processes of
//! the same user cannot look into it is tried here.
//!
//! `PHALA_SECRECY_SEED` replays the choice of texts.
#![allow(clippy::unwrap_used, missing_docs)]

// Beside this file it would be a scenario of its own.
#[path = "secrecy/world.rs"]
mod world;

use std::{
    os::unix::{fs::chown, process::CommandExt, process::ExitStatusExt},
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};

use anyhow::{ensure, Result};
use phala_client::job::wait_for_settlement;
use phala_e2e::{
    processes,
    search::{FileSearch, Search, Sightings},
    setting, signal,
    worker::{answering, program, until, ExtraWorker, Process},
    Signal,
};
use phala_primitives::job::{ExitStatus, JobRecord};
use rand::{rngs::StdRng, Rng, SeedableRng};
use rustix::process::{geteuid, getrlimit, setrlimit, Resource, Rlimit};

use world::{unsealed, Findings, Texts, World};

/// Longest time for one step of a job.
const PATIENCE: Duration = Duration::from_secs(90);
/// The user without rights.
const NOBODY: u32 = 65_534;

#[tokio::test(flavor = "multi_thread")]
async fn plaintext_should_be_seen_by_nobody_but_the_client_when_jobs_run_and_processes_crash() -> Result<()> {
    let seed: u64 = setting("PHALA_SECRECY_SEED", || rand::rng().random())?;
    eprintln!("PHALA_SECRECY_SEED={seed}");
    let dumps = allow_core_dumps()?;
    let mut world = World::start(Texts::choose(&mut StdRng::seed_from_u64(seed))).await?;
    let (first, second) = tokio::try_join!(world.post("eve"), world.post("ferdie"))?;
    world.give_the_control_away().await?;
    let search = world.search()?;
    let mut findings = Findings::default();

    // While it runs.
    let key = first.upload(&world.chain, PATIENCE).await?;
    let executor = world.computing_executor().await?;
    signal(executor, Signal::SIGSTOP)?;
    leaves_no_core_dump(executor)?;
    leaves_no_core_dump(world.worker.process.pid()?)?;
    world.search_files("while it runs", &search, &mut findings)?;
    search_processes(&search, &mut findings)?;
    signal(executor, Signal::SIGCONT)?;
    let opened = first.wait(&world.chain, &key, PATIENCE, |_| {}).await?;
    ensure!(opened.output.stdout == world.texts.output.as_bytes(), "it was not this program that ran");
    ensure!(opened.output.stderr == world.texts.errors.as_bytes(), "it was not this program that ran");

    // The worker crashes under the second job, then the executor.
    let key = second.upload(&world.chain, PATIENCE).await?;
    let executor = world.computing_executor().await?;
    signal(world.worker.process.pid()?, Signal::SIGABRT)?;
    let crash = until("the worker is gone", async || world.worker.process.ended()).await?;
    ensure!(crash.signal() == Some(Signal::SIGABRT as i32) && !crash.core_dumped(), "{crash:?}");
    until("the executor is gone", async || Ok((!processes::file(executor, "exe").exists()).then_some(())))
        .await?;
    world.search_files("after a crash", &search, &mut findings)?;
    world.worker.restart().await?;
    signal(world.computing_executor().await?, Signal::SIGABRT)?;
    let opened = second.wait(&world.chain, &key, PATIENCE, |_| {}).await?;
    ensure!(opened.result.receipt.receipt.exit == ExitStatus::OutOfMemory, "{:?}", opened.result.receipt);

    // When all is done.
    wait_for_settlement(&world.chain, first.job, PATIENCE).await?;
    let record = wait_for_settlement(&world.chain, second.job, PATIENCE).await?;
    world.search_answers(&[first.job, second.job], &search, &mut findings).await?;
    world.search_traffic(first.job, &search, &mut findings)?;
    world.search_chain(first.job, &search, &mut findings).await?;
    world.worker.stop()?;
    world.search_files("afterwards", &search, &mut findings)?;
    state_is_sealed(&world.worker, &record)?;
    findings.verdict()?;
    if !dumps {
        eprintln!(
            "this machine writes no core dumps at all: that a crash leaves none was not seen by comparison"
        );
    }
    Ok(())
}

/// `gdb`, `strace` or a read of `/proc/PID/mem` need the same right as a read of the environment.
#[tokio::test(flavor = "multi_thread")]
async fn worker_should_be_closed_to_other_processes_of_its_user() -> Result<()> {
    let folder = tempfile::tempdir()?;
    // Root may look into everything, so a test that is run by root leaves this to somebody else.
    let user = if geteuid().is_root() { NOBODY } else { geteuid().as_raw() };
    chown(folder.path(), Some(user), None)?;
    // Somebody else may not get at the folder of this build.
    for name in ["phala-worker", "phala-executor"] {
        std::fs::copy(program(name)?, folder.path().join(name))?;
    }
    let port = phala_e2e::free_ports(1)?[0];
    let mut command = Command::new(folder.path().join("phala-worker"));
    command
        .args(["--genesis-hash", &"01".repeat(32), "--operator", &"02".repeat(32)])
        .args([
            format!("--listen=127.0.0.1:{port}"),
            format!("--data-dir={}", folder.path().join("data").display()),
        ])
        .stderr(Stdio::null());
    let worker = Process::spawn(as_user(&mut command, user))?;
    answering(&format!("http://127.0.0.1:{port}")).await?;
    let other = Process::spawn(as_user(Command::new("sleep").arg("600"), user))?;

    let looks_into = |process: &Process| -> Result<bool> {
        let mut cat = Command::new("cat");
        cat.arg(processes::file(process.pid()?, "environ")).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(as_user(&mut cat, user).status()?.success())
    };
    until("the other has started", async || Ok(looks_into(&other)?.then_some(()))).await?;
    ensure!(!looks_into(&worker)?, "the worker can be looked into");
    Ok(())
}

fn as_user(command: &mut Command, user: u32) -> &mut Command {
    if geteuid().is_root() {
        command.uid(user).gid(user);
    }
    command
}

/// Command lines and environments, as far as this user may read them.
fn search_processes(search: &Search, findings: &mut Findings) -> Result<()> {
    let [mut commands, mut environments] = [Sightings::new(), Sightings::new()];
    for process in processes::all()? {
        for (name, sightings) in [("cmdline", &mut commands), ("environ", &mut environments)] {
            let bytes = std::fs::read(processes::file(process.pid, name)).unwrap_or_default();
            sightings.extend(search.bytes(&bytes));
        }
    }
    findings.look("command lines", &commands);
    findings.look("environments", &environments);
    Ok(())
}

/// Raises the limit on core dumps for all that this process starts. Whether this machine then writes one when a
/// process crashes that does not forbid it.
fn allow_core_dumps() -> Result<bool> {
    let limit = getrlimit(Resource::Core);
    setrlimit(Resource::Core, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
    let folder = tempfile::tempdir()?;
    let crash = Command::new("sh").args(["-c", "kill -ABRT $$"]).current_dir(folder.path()).status()?;
    ensure!(crash.signal() == Some(Signal::SIGABRT as i32), "{crash:?}");
    Ok(crash.core_dumped())
}

fn leaves_no_core_dump(pid: i32) -> Result<()> {
    let limits = processes::limits(pid, "Max core file size")?;
    ensure!(limits == ["0", "0"], "process {pid} may leave a core dump: {limits:?}");
    Ok(())
}

/// The state names the jobs' programs and inputs by hashes, which are public: they are in it, and not in its file.
fn state_is_sealed(worker: &ExtraWorker, record: &JobRecord<[u8; 32]>) -> Result<()> {
    let search =
        Search::new([("the commitment", &record.input[..]), ("the program's hash", &record.program[..])])?;
    let held = search.bytes(&unsealed(worker, "state", true)?);
    ensure!(held.len() == 2, "the state knows only {held:?}");
    let mut files = FileSearch::default();
    search.folder(&worker.folder, SystemTime::UNIX_EPOCH, &mut files)?;
    ensure!(files.files > 2 && files.sightings.is_empty(), "{:?} in the open", files.sightings);
    Ok(())
}
