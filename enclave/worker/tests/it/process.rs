//! The program itself: what it refuses to start with, and what a crash leaves.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread::JoinHandle,
};

use phala_primitives::{mailbox::WorkerMessage, report::ReportBody};
use phala_worker::api_public::Status;
use reqwest::StatusCode;

use crate::{
    chain::Chain,
    world::{arguments, arguments_with, Endpoint, JobClient, World},
};

const WORKER: &str = env!("CARGO_BIN_EXE_phala-worker");

/// A worker in a process of its own; killed without warning when dropped.
struct Process {
    child: Child,
    endpoint: Endpoint,
    log: JoinHandle<String>,
}

impl Process {
    fn start(folder: &Path, chain: &Chain) -> Self {
        let mut child = Command::new(WORKER)
            .args(arguments(folder, &chain.genesis_hash()))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let ready = log.find(|line| line.contains("ready")).expect("it gave up before it was ready");
        // Read on, so that the process never waits for somebody to read its log.
        let log = std::thread::spawn(move || log.collect::<Vec<_>>().join("\n"));
        let address = ready.split_whitespace().find_map(|field| field.strip_prefix("address=")).unwrap();
        let endpoint = Endpoint::new(address, &folder.join("relay.sock"));
        Self { child, endpoint, log }
    }

    /// Waits until it ends by itself; its status and what it logged since it was ready.
    fn end(&mut self) -> (ExitStatus, String) {
        let log = std::mem::replace(&mut self.log, std::thread::spawn(String::new));
        (self.child.wait().unwrap(), log.join().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Starts a worker that is expected to give up; what it says.
fn refusal(arguments: &[String]) -> String {
    let output = Command::new(WORKER).args(arguments).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn worker_should_refuse_to_start_without_a_genesis_hash() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = arguments(folder.path(), &[1; 32]);
    let said = refusal(&arguments[2..]);
    assert!(said.contains("--genesis-hash"), "{said}");
}

#[test]
fn worker_should_refuse_to_start_without_an_executor() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = arguments_with(folder.path(), &[1; 32], Path::new("/nowhere/phala-executor"));
    let said = refusal(&arguments);
    assert!(said.contains("no executor at /nowhere/phala-executor"), "{said}");
}

#[test]
fn worker_should_refuse_to_start_when_its_executor_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let said = refusal(&arguments_with(folder.path(), &[1; 32], Path::new("/bin/true")));
    assert!(said.contains("cannot start the executor /bin/true"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn worker_should_refuse_to_start_for_another_chain_or_beside_another_worker() {
    let folder = tempfile::tempdir().unwrap();
    let chain = Chain::new("world");
    let running = Process::start(folder.path(), &chain);
    let said = refusal(&arguments(folder.path(), &chain.genesis_hash()));
    assert!(said.contains("in use by another process"), "{said}");
    drop(running);
    let said = refusal(&arguments(folder.path(), &[1; 32]));
    assert!(said.contains("belongs to the chain with genesis"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn worker_should_refuse_to_start_when_one_byte_of_its_state_was_changed() {
    let world = World::new().await;
    let (folder, genesis) = (world.folder, world.chain.genesis_hash());
    world.worker.stop().await;
    let path = folder.path().join("state.sealed");
    let sealed = std::fs::read(&path).unwrap();
    for place in [0, sealed.len() / 2, sealed.len() - 1] {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        std::fs::write(&path, changed).unwrap();
        let said = refusal(&arguments(folder.path(), &genesis));
        assert!(said.contains("does not unseal"), "byte {place}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn worker_should_go_on_where_it_was_when_it_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut chain = Chain::new("world");
    let first = Process::start(folder.path(), &chain);
    chain.register(first.endpoint.status().await.worker);
    first.endpoint.start(&mut chain).await;
    chain.send(WorkerMessage::SessionStarted { session: 3 });
    first.endpoint.relay(&mut chain).await;
    chain.challenge(3, 0, 1);
    let before = first.endpoint.relay(&mut chain).await;
    assert_eq!((before.taken, before.session, before.next_sequence, before.outbox.len()), (1, Some(3), 3, 1));
    drop(first);

    let second = Process::start(folder.path(), &chain);
    let after = second.endpoint.status().await;
    assert_eq!((after.worker, after.verified, after.taken), (before.worker, before.verified, before.taken));
    second.endpoint.start(&mut chain).await;
    // What the first process has signed and nobody has submitted is void; the second signed it anew.
    chain.submit(&before.outbox);
    assert_eq!(chain.reports, [ReportBody::Acknowledge]);
    second.endpoint.relay(&mut chain).await;
    let heartbeat = ReportBody::Heartbeat { session: 3, challenge: 0, iterations: 0, jobs: 0 };
    assert_eq!(chain.reports, [ReportBody::Acknowledge, heartbeat]);
}

#[tokio::test(flavor = "multi_thread")]
async fn worker_should_end_when_its_data_folder_is_an_old_copy() {
    let world = World::new().await;
    let World { folder, mut chain, worker } = world;
    let (state, old) = (folder.path().join("state.sealed"), folder.path().join("old"));
    worker.stop().await;
    std::fs::copy(&state, &old).unwrap();
    let process = Process::start(folder.path(), &chain);
    process.endpoint.start(&mut chain).await;
    drop(process);
    std::fs::copy(&old, &state).unwrap();

    let mut rolled_back = Process::start(folder.path(), &chain);
    chain.produce();
    let update = chain.update(&rolled_back.endpoint.status().await);
    let (status, problem) = rolled_back.endpoint.advance(&update).await.unwrap_err();
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(problem.error.contains("it is an old copy"), "{}", problem.error);
    let (exit, said) = rolled_back.end();
    assert!(!exit.success());
    assert!(said.contains("put the newest copy"), "{said}");
    assert_eq!(chain.void, 0, "it has signed nothing that could count");
}

#[tokio::test(flavor = "multi_thread")]
async fn job_should_be_run_after_a_kill_when_its_input_was_accepted_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut chain = Chain::new("world");
    let client = JobClient::echo(7, "accepted");
    let first = Process::start(folder.path(), &chain);
    chain.register(first.endpoint.status().await.worker);
    first.endpoint.start(&mut chain).await;
    chain.send(client.message(1_000));
    first.endpoint.relay(&mut chain).await;
    let (sealed, reply_key) = client.seal(&first.endpoint).await;
    assert_eq!(first.endpoint.put_input(7, sealed).await.status(), StatusCode::ACCEPTED);
    drop(first);

    let second = Process::start(folder.path(), &chain);
    second.endpoint.start(&mut chain).await;
    second.endpoint.await_status(7, Status::Done).await;
    let result = second.endpoint.result(7).await;
    assert!(client.open(&chain.genesis_hash(), &result, &reply_key).stdout == b"accepted");
    drop(second);

    let third = Process::start(folder.path(), &chain);
    assert!(third.endpoint.result(7).await == result, "a result is kept");
}

#[test]
fn worker_should_name_its_options() {
    let mut child = Command::new(WORKER).arg("--help").stdout(Stdio::piped()).spawn().unwrap();
    let mut help = String::new();
    child.stdout.take().unwrap().read_to_string(&mut help).unwrap();
    assert!(child.wait().unwrap().success());
    for option in
        ["--genesis-hash", "--operator", "--data-dir", "--listen", "--relay-socket", "--executor", "--cores"]
    {
        assert!(help.contains(option), "{option} is missing in\n{help}");
    }
}
