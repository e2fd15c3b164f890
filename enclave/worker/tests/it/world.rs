//! A worker in this process, served on real sockets, with a chain in memory and a client.

use std::{os::unix::fs::PermissionsExt, path::Path, path::PathBuf, time::Duration};

use clap::Parser;
use codec::{Decode, Encode};
use phala_crypto::{seal, system_rng, PublicKey, ReplyKey};
use phala_light_client::courier::{Update, WorkerStatus};
use phala_primitives::{
    hash,
    job::{self, JobInput, JobLimits, JobOutput, JobResult},
    mailbox::WorkerMessage,
    BlockNumber, Hash, JobId,
};
use phala_worker::{
    api_public::{Info, JobStatus, Status},
    config::Config,
    problem::ProblemBody,
    state::Refusal,
    Server,
};
use reqwest::{Client, Response, StatusCode};
use tokio::{sync::oneshot, task::JoinHandle};

use crate::chain::Chain;

/// Far longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// Copies standard input to standard output.
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

/// The executor: `PHALA_EXECUTOR`, or the one that was built beside these tests.
pub fn executor() -> PathBuf {
    let built = || {
        let tests = std::env::current_exe().unwrap();
        tests.parent().and_then(Path::parent).unwrap().join("phala-executor")
    };
    let path = std::env::var_os("PHALA_EXECUTOR").map_or_else(built, PathBuf::from);
    assert!(path.exists(), "{} is missing: build the package phala-sandbox", path.display());
    path
}

/// Command line of a worker of the chain `genesis` in `folder`.
pub fn arguments(folder: &Path, genesis: &Hash) -> Vec<String> {
    arguments_with(folder, genesis, &executor())
}

/// The same with another executor.
pub fn arguments_with(folder: &Path, genesis: &Hash, executor: &Path) -> Vec<String> {
    let text = |text: &str| text.to_owned();
    vec![
        text("--genesis-hash"),
        hex::encode(genesis),
        text("--operator"),
        hex::encode([9; 32]),
        text("--data-dir"),
        folder.display().to_string(),
        text("--executor"),
        executor.display().to_string(),
        text("--listen"),
        text("127.0.0.1:0"),
        text("--cores"),
        text("1"),
    ]
}

/// A worker at its two addresses.
pub struct Endpoint {
    pub address: String,
    pub http: Client,
    relay: Client,
}

impl Endpoint {
    pub fn new(address: impl std::fmt::Display, relay_socket: &Path) -> Self {
        let mode = std::fs::metadata(relay_socket).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "strangers could reach the relay's socket");
        Self {
            address: format!("http://{address}"),
            http: Client::new(),
            relay: Client::builder().unix_socket(relay_socket.to_owned()).build().unwrap(),
        }
    }

    pub async fn status(&self) -> WorkerStatus {
        let response = self.relay.get("http://worker/v1/state").send().await.unwrap();
        WorkerStatus::decode(&mut response.bytes().await.unwrap().as_ref()).unwrap()
    }

    pub async fn advance(&self, update: &Update) -> Result<WorkerStatus, (StatusCode, ProblemBody)> {
        let response =
            self.relay.post("http://worker/v1/advance").body(update.encode()).send().await.unwrap();
        if response.status() != StatusCode::OK {
            return Err((response.status(), response.json().await.unwrap()));
        }
        Ok(WorkerStatus::decode(&mut response.bytes().await.unwrap().as_ref()).unwrap())
    }

    /// What a relay does with every block: submits the outbox, and brings the next block.
    pub async fn relay(&self, chain: &mut Chain) -> WorkerStatus {
        chain.submit(&self.status().await.outbox);
        chain.produce();
        self.advance(&chain.update(&self.status().await)).await.unwrap()
    }

    /// Goes on block by block until the chain's final state names the worker's process.
    pub async fn start(&self, chain: &mut Chain) {
        for _ in 0..3 {
            if self.info().await.fresh {
                return;
            }
            self.relay(chain).await;
        }
        assert!(self.info().await.fresh, "the worker does not start");
    }

    pub async fn get(&self, path: &str) -> Response {
        self.http.get(format!("{}{path}", self.address)).send().await.unwrap()
    }

    pub async fn info(&self) -> Info {
        self.get("/v1/info").await.json().await.unwrap()
    }

    /// One of the worker's metrics.
    pub async fn metric(&self, name: &str) -> u64 {
        let page = self.get("/metrics").await.text().await.unwrap();
        let value = page.lines().find_map(|line| line.strip_prefix(&format!("phala_worker_{name} ")));
        value.unwrap_or_else(|| panic!("no {name} in\n{page}")).parse().unwrap()
    }

    pub async fn put_input(&self, id: JobId, sealed: impl Into<reqwest::Body>) -> Response {
        self.http.put(format!("{}/v1/jobs/{id}/input", self.address)).body(sealed).send().await.unwrap()
    }

    /// Asks until the job has this status.
    pub async fn await_status(&self, id: JobId, status: Status) {
        let path = format!("/v1/jobs/{id}");
        let reached = async {
            let mut pulse = tokio::time::interval(Duration::from_millis(20));
            while self.get(&path).await.json::<JobStatus>().await.unwrap().status != status {
                pulse.tick().await;
            }
        };
        tokio::time::timeout(PATIENCE, reached)
            .await
            .unwrap_or_else(|_| panic!("job {id} never was {status:?}"));
    }

    pub async fn result(&self, id: JobId) -> JobResult {
        let response = self.get(&format!("/v1/jobs/{id}/result")).await;
        assert_eq!(response.status(), StatusCode::OK);
        JobResult::decode(&mut response.bytes().await.unwrap().as_ref()).unwrap()
    }
}

/// A refusal: its status, cause and remedy.
pub async fn problem(response: Response) -> (StatusCode, String) {
    let status = response.status();
    let ProblemBody { error, remedy } = response.json().await.unwrap();
    assert!(!error.is_empty() && !remedy.is_empty());
    (status, error)
}

/// A worker in this process.
pub struct Serving {
    pub endpoint: Endpoint,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), Refusal>>,
}

impl Serving {
    pub async fn start(folder: &Path, genesis: &Hash) -> Self {
        Self::start_with(folder, genesis, &executor()).await
    }

    async fn start_with(folder: &Path, genesis: &Hash, executor: &Path) -> Self {
        let arguments = arguments_with(folder, genesis, executor);
        let config = Config::parse_from([vec!["phala-worker".to_owned()], arguments].concat());
        let relay_socket = config.relay_socket();
        // A child that was about to start when its worker was stopped holds the folder's lock a moment longer.
        let bound = async {
            loop {
                match Server::bind(config.clone()).await {
                    Err(error) if error.to_string().contains("in use by another process") => {
                        tokio::task::yield_now().await;
                    }
                    bound => return bound.unwrap(),
                }
            }
        };
        let server = tokio::time::timeout(PATIENCE, bound).await.expect("the folder stays locked");
        let endpoint = Endpoint::new(server.address().unwrap(), &relay_socket);
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server.run(async { drop(stopped.await) }));
        Self { endpoint, stop, task }
    }

    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        drop(self.endpoint);
        self.task.await.unwrap().unwrap();
    }
}

/// A registered worker, and the chain that it follows.
pub struct World {
    pub folder: tempfile::TempDir,
    pub chain: Chain,
    pub worker: Serving,
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut chain = Chain::new("world");
        let worker = Serving::start(folder.path(), &chain.genesis_hash()).await;
        chain.register(worker.endpoint.status().await.worker);
        worker.endpoint.start(&mut chain).await;
        Self { folder, chain, worker }
    }

    pub fn endpoint(&self) -> &Endpoint {
        &self.worker.endpoint
    }

    pub async fn relay(&mut self) -> WorkerStatus {
        self.worker.endpoint.relay(&mut self.chain).await
    }

    /// Posts a job and brings it to the worker.
    pub async fn post(&mut self, client: &JobClient) {
        let deadline = self.chain.best() + 50;
        self.chain.send(client.message(deadline));
        self.relay().await;
    }

    /// Stops the worker, does something to its folder, and starts it again with another executor.
    pub async fn restart(self, meanwhile: impl FnOnce(&Path), executor: &Path) -> Self {
        let Self { folder, mut chain, worker } = self;
        worker.stop().await;
        meanwhile(folder.path());
        let worker = Serving::start_with(folder.path(), &chain.genesis_hash(), executor).await;
        worker.endpoint.start(&mut chain).await;
        Self { folder, chain, worker }
    }
}

/// A program that does not answer as an executor does: a fault of the machine.
const NO_EXECUTOR: &str = "/bin/false";

impl World {
    /// Restarts the worker; its executor works while it starts, and not afterwards.
    pub async fn with_failing_machine(self) -> Self {
        let link = self.folder.path().join("executor");
        std::os::unix::fs::symlink(executor(), &link).unwrap();
        let world = self.restart(|_| {}, &link).await;
        std::fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink(NO_EXECUTOR, &link).unwrap();
        world
    }
}

/// A client with one job.
pub struct JobClient {
    pub id: JobId,
    pub account: [u8; 32],
    pub input: JobInput,
}

impl JobClient {
    /// A client whose program echoes `stdin`.
    pub fn echo(id: JobId, stdin: &str) -> Self {
        let program = wat::parse_str(ECHO).unwrap();
        let input = JobInput { salt: [5; 32], program, arguments: vec![], stdin: stdin.as_bytes().to_vec() };
        Self { id, account: [9; 32], input }
    }

    pub fn message(&self, deadline: BlockNumber) -> WorkerMessage {
        WorkerMessage::Job {
            job: self.id,
            client: self.account,
            program: self.input.program_hash(),
            input: self.input.commitment(),
            limits: JobLimits { fuel: 100_000_000, memory_mib: 16, seconds: 60 },
            deadline,
        }
    }

    /// The input, sealed to the worker.
    pub async fn seal(&self, worker: &Endpoint) -> (Vec<u8>, ReplyKey) {
        let info = worker.info().await;
        let genesis = worker.status().await.genesis;
        let public = PublicKey::from_bytes(&info.encryption_key.0).unwrap();
        let context = job::input_info(&genesis, &info.worker);
        let aad = job::input_aad(self.id);
        seal(&public, &context, &aad, &self.input.encode(), &mut system_rng()).unwrap()
    }

    /// Checks the receipt and opens the output.
    pub fn open(&self, genesis: &Hash, result: &JobResult, reply_key: &ReplyKey) -> JobOutput {
        let receipt = &result.receipt.receipt;
        let payload = receipt.signing_payload(genesis);
        assert!(phala_primitives::verify_signature(&result.receipt.signature, &payload, &receipt.worker));
        let plaintext = reply_key.open_reply(&self.id.encode(), &result.sealed_output).unwrap();
        let output = JobOutput::decode(&mut plaintext.as_slice()).unwrap();
        assert_eq!(receipt.output, output.commitment(&self.input.salt));
        assert_eq!((receipt.program, receipt.input), (hash(&self.input.program), self.input.commitment()));
        output
    }
}

/// Whether any file under `folder` contains `needle`.
pub fn folder_contains(folder: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => folder_contains(&path, needle),
            Ok(metadata) if metadata.is_file() => {
                std::fs::read(&path).unwrap().windows(needle.len()).any(|window| window == needle)
            }
            _ => false,
        }
    })
}
