//! The world in which secrets are planted, and what of it is searched.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};

use anyhow::{ensure, Context, Result};
use phala_client::{
    account,
    chain::api,
    job::{post, JobRequest, Offer, PostedJob},
    rpc::Node,
    worker::WorkerApi,
    Chain,
};
use phala_e2e::{
    processes,
    recorder::Recorder,
    relay::RelaySocket,
    search::{FileSearch, Search, Sightings},
    worker::{until, ExtraWorker, Process},
    DevNetwork,
};
use phala_keyring::{Platform, SealingKey};
use phala_primitives::{
    job::{JobLimits, FUEL_UNIT},
    registry::AttestationKind,
    storage, JobId, PHA,
};
use rand::{distr::Alphanumeric, rngs::StdRng, Rng};
use subxt::rpcs::client::rpc_params;

/// CPU time after which an executor is past its start and runs the program.
const COMPUTING: f64 = 0.3;
/// Rounds of the program's loop: some seconds.
const ROUNDS: u64 = 2_000_000_000;
/// Name of the text that is given away everywhere.
const CONTROL: &str = "the control";
/// Key of the events of a block: twox_128("System") ++ twox_128("Events").
const EVENTS: &str = "26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7";

/// What is planted where.
pub(crate) struct Texts {
    program: String,
    argument: String,
    input: String,
    pub(crate) output: String,
    pub(crate) errors: String,
    control: String,
}

impl Texts {
    pub(crate) fn choose(random: &mut StdRng) -> Self {
        let mut text = || random.sample_iter(Alphanumeric).take(32).map(char::from).collect();
        Self {
            program: text(),
            argument: text(),
            input: text(),
            output: text(),
            errors: text(),
            control: text(),
        }
    }

    /// Reads its input, undoes the change of two texts, writes one to each output, and computes for a while.
    fn program(&self) -> Vec<u8> {
        let changed = |text: &str| text.bytes().map(|byte| format!("\\{:02x}", byte + 1)).collect::<String>();
        let (program, output, errors) = (&self.program, changed(&self.output), changed(&self.errors));
        let text = format!(
            r#"(module
                (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
                (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
                (memory (export "memory") 2)
                (data (i32.const 1024) "{output}")
                (data (i32.const 2048) "{errors}")
                (data (i32.const 4096) "{program}")
                (func $say (param $to i32) (param $at i32) (local $next i32)
                    (local.set $next (local.get $at))
                    (loop $more
                        (i32.store8 (local.get $next) (i32.sub (i32.load8_u (local.get $next)) (i32.const 1)))
                        (local.set $next (i32.add (local.get $next) (i32.const 1)))
                        (br_if $more (i32.lt_u (local.get $next) (i32.add (local.get $at) (i32.const 32)))))
                    (i32.store (i32.const 0) (local.get $at))
                    (i32.store (i32.const 4) (i32.const 32))
                    (drop (call $write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8))))
                (func (export "_start") (local $left i64)
                    (i32.store (i32.const 0) (i32.const 65536))
                    (i32.store (i32.const 4) (i32.const 4096))
                    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
                    (call $say (i32.const 1) (i32.const 1024))
                    (call $say (i32.const 2) (i32.const 2048))
                    (local.set $left (i64.const {ROUNDS}))
                    (loop $more
                        (local.set $left (i64.sub (local.get $left) (i64.const 1)))
                        (br_if $more (i64.ne (local.get $left) (i64.const 0))))))"#
        );
        wat::parse_str(text).unwrap()
    }
}

/// A network with a worker, all of whose talk is recorded.
pub(crate) struct World {
    pub(crate) texts: Texts,
    network: DevNetwork,
    pub(crate) worker: ExtraWorker,
    /// The chain, as the client sees it.
    pub(crate) chain: Chain,
    offer: Offer,
    from_clients: Recorder,
    from_client_to_node: Recorder,
    from_relay_to_node: Recorder,
    from_relay: Recorder,
    /// Where the relay reaches node and worker.
    relay_ends: (String, PathBuf),
    started: SystemTime,
    _relay: Process,
    _gives_away: Process,
}

impl World {
    pub(crate) async fn start(texts: Texts) -> Result<Self> {
        let started = SystemTime::now() - Duration::from_secs(1);
        let network = DevNetwork::start()?;
        let genesis = &network.description.genesis;
        let node = network.description.rpc.trim_start_matches("ws://").parse()?;
        let miner = account::development("dave")?;
        let worker = ExtraWorker::start_in(network.folder.path(), genesis, &miner, &["--log=trace"]).await?;
        let (from_clients, endpoint) =
            Recorder::tcp(worker.endpoint.trim_start_matches("http://").parse()?).await?;
        let (from_client_to_node, client_end) = Recorder::tcp(node).await?;
        let (from_relay_to_node, relay_end) = Recorder::tcp(node).await?;
        let relay_ends = (format!("ws://{relay_end}"), network.folder.path().join("recorded.sock"));
        let from_relay = Recorder::unix(&relay_ends.1, worker.socket.clone())?;
        let arguments = [
            format!("--node={}", relay_ends.0),
            format!("--worker={}", relay_ends.1.display()),
            "--log=trace".to_owned(),
        ];
        let relay = Process::start("phala-relay", &arguments, &network.folder.path().join("relay.log"))?;
        let chain = Chain::connect(&format!("ws://{client_end}"), None).await?;
        worker.put_to_use(&chain, &miner, PHA / 100).await?;
        let offer = Offer {
            worker: worker.id,
            endpoint: format!("http://{endpoint}"),
            price: PHA / 100,
            score: 0,
            attestation: AttestationKind::None,
            confidence: 5,
        };
        // The shell waits for a line that never comes.
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "read line", &texts.control])
            .env("PHALA_CONTROL", &texts.control)
            .stdin(Stdio::piped());
        let gives_away = Process::spawn(&mut shell)?;
        Ok(Self {
            texts,
            network,
            worker,
            chain,
            offer,
            from_clients,
            from_client_to_node,
            from_relay_to_node,
            from_relay,
            relay_ends,
            started,
            _relay: relay,
            _gives_away: gives_away,
        })
    }

    pub(crate) async fn post(&self, client: &str) -> Result<PostedJob> {
        let program = self.texts.program();
        let carries = |text: &str| program.windows(text.len()).any(|window| window == text.as_bytes());
        ensure!(carries(&self.texts.program) && !carries(&self.texts.output) && !carries(&self.texts.errors));
        let request = JobRequest {
            program,
            arguments: vec![self.texts.argument.clone()],
            stdin: self.texts.input.clone().into_bytes(),
            limits: JobLimits { fuel: 100 * FUEL_UNIT, memory_mib: 16, seconds: 60 },
            deadline_in: 150,
        };
        Ok(post(&self.chain, &account::development(client)?, request, self.offer.clone(), PHA).await?)
    }

    /// The executor that runs a job, once it has come to the program.
    pub(crate) async fn computing_executor(&self) -> Result<i32> {
        let worker = u32::try_from(self.worker.process.pid()?)?;
        until("a program computes", async || {
            let executors = processes::children(worker)?;
            let computes =
                |child: &processes::Seen| child.name == "phala-executor" && child.cpu_seconds > COMPUTING;
            Ok(executors.into_iter().find(computes).map(|executor| executor.pid))
        })
        .await
    }

    /// Leaks the control to everybody from whom the secrets are to be kept.
    pub(crate) async fn give_the_control_away(&self) -> Result<()> {
        let control = self.texts.control.as_bytes().to_vec();
        // The client to the chain, where it stays, in a block and in the node's database.
        let remark = api::transactions().system().remark(control.clone());
        self.chain.submit("System.remark", &remark, &account::development("charlie")?).await?;
        // A client to the worker, and a relay to both.
        let unknown = WorkerApi::new(&self.offer.endpoint)?.upload(JobId::MAX, control.clone()).await?;
        ensure!(!unknown, "the worker knows a job that there is not");
        let relay = Node::connect(&self.relay_ends.0).await?;
        ensure!(relay.storage(&control, None).await?.is_none(), "the chain has such a key");
        let (status, _) = RelaySocket::new(&self.relay_ends.1)?.advance(control.clone()).await?;
        ensure!(status.is_client_error(), "the worker took it for news");
        self.network.file("control", &control)?;
        Ok(())
    }

    /// A search for all that must not be seen, and the control.
    pub(crate) fn search(&self) -> Result<Search> {
        let Texts { program, argument, input, output, errors, control } = &self.texts;
        let sealing_key = std::fs::read(self.worker.folder.join("sealing.key"))?;
        let seeds = unsealed(&self.worker, "identity", false)?;
        Search::new([
            ("the program", program.as_bytes()),
            ("the argument", argument.as_bytes()),
            ("the input", input.as_bytes()),
            ("the output", output.as_bytes()),
            ("the errors", errors.as_bytes()),
            ("the worker's sealing key", &sealing_key),
            ("the worker's seeds", &seeds),
            (CONTROL, control.as_bytes()),
        ])
    }

    pub(crate) fn search_files(&self, when: &str, search: &Search, findings: &mut Findings) -> Result<()> {
        let mut all = FileSearch::default();
        let database = self.network.state()?.join("chain");
        for folder in [self.network.folder.path(), self.network.state()?] {
            search.folder(folder, SystemTime::UNIX_EPOCH, &mut all)?;
        }
        for folder in [&std::env::temp_dir(), Path::new("/tmp"), Path::new("/var/tmp"), Path::new("/dev/shm")]
        {
            search.folder(folder, self.started, &mut all)?;
        }
        eprintln!("{when}: {} files with {} MiB searched", all.files, all.bytes >> 20);
        // The one file in which a secret lies open: sealing is that of development.
        let key = all.sightings.remove(&self.worker.folder.join("sealing.key").canonicalize()?);
        ensure!(
            key.is_some_and(|key| key.keys().eq(["the worker's sealing key"])),
            "the key is not in its file"
        );
        let database = database.canonicalize()?;
        let (chain, others): (Vec<_>, Vec<_>) =
            all.sightings.into_iter().partition(|(path, _)| path.starts_with(&database));
        for (place, files) in [("the node's database", chain), ("other files", others)] {
            let mut together = Sightings::new();
            for (path, sightings) in files {
                findings.leaks(&path.display().to_string(), &sightings);
                together.extend(sightings);
            }
            findings.look(&format!("{place} {when}"), &together);
        }
        let log = std::fs::read_to_string(self.network.folder.path().join("worker.log"))?;
        ensure!(log.contains("running"), "the worker's log says nothing of jobs: {log}");
        Ok(())
    }

    pub(crate) fn search_traffic(&self, job: JobId, search: &Search, findings: &mut Findings) -> Result<()> {
        let recorders = [
            ("client and worker", &self.from_clients, format!("PUT /v1/jobs/{job}/input")),
            ("client and node", &self.from_client_to_node, "author_submitAndWatchExtrinsic".to_owned()),
            ("relay and node", &self.from_relay_to_node, "author_submitExtrinsic".to_owned()),
            ("relay and worker", &self.from_relay, "POST /v1/advance".to_owned()),
        ];
        for (parties, recorder, expected) in recorders {
            let said = recorder.said();
            let heard = said.iter().any(|stream| String::from_utf8_lossy(stream).contains(&expected));
            ensure!(heard, "{parties} did not say {expected}");
            let mut together = Sightings::new();
            said.iter().for_each(|stream| together.extend(search.bytes(stream)));
            findings.look(&format!("what {parties} say"), &together);
            eprintln!("{parties}: {} KiB searched", said.iter().map(Vec::len).sum::<usize>() >> 10);
        }
        Ok(())
    }

    pub(crate) async fn search_answers(
        &self,
        jobs: &[JobId],
        search: &Search,
        findings: &mut Findings,
    ) -> Result<()> {
        let mut paths = ["/v1/info", "/v1/registration", "/metrics", "/health", "/openapi.json"]
            .map(str::to_owned)
            .to_vec();
        for job in jobs {
            paths.extend([format!("/v1/jobs/{job}"), format!("/v1/jobs/{job}/result")]);
        }
        for path in paths {
            let response = reqwest::get(format!("{}{path}", self.offer.endpoint)).await?;
            ensure!(response.status().is_success(), "{path}: {}", response.status());
            findings.leaks(&path, &search.bytes(&response.bytes().await?));
        }
        Ok(())
    }

    pub(crate) async fn search_chain(
        &self,
        job: JobId,
        search: &Search,
        findings: &mut Findings,
    ) -> Result<()> {
        let node = Node::connect(&self.network.description.rpc).await?;
        let head = node.finalized_hash().await?;
        let (keys, at) = (all_keys(&node, head).await?, node.existing_header(head).await?.number);
        ensure!(keys.contains(&storage::job(job)), "the job is not among {} keys", keys.len());
        for some in keys.chunks(500) {
            for (key, value) in some.iter().zip(node.storage_many(some, head).await?) {
                let value = value.context("a key without a value")?;
                findings.leaks("the chain's state", &search.bytes(&[&key[..], &value].concat()));
            }
        }
        let mut blocks = Sightings::new();
        for number in 0..=at {
            let hash = node.block_hash(number).await?.context("no such block")?;
            let name = format!("0x{}", hex::encode(hash));
            let block: serde_json::Value = node.client().request("chain_getBlock", rpc_params![name]).await?;
            blocks.extend(search.bytes(block.to_string().as_bytes()));
            let events = node.storage(&hex::decode(EVENTS)?, Some(hash)).await?;
            findings.leaks("events", &search.bytes(&events.unwrap_or_default()));
        }
        findings.look("the chain's blocks", &blocks);
        eprintln!("{} keys and {at} blocks searched", keys.len());
        Ok(())
    }
}

/// All keys of the chain's state.
async fn all_keys(node: &Node, at: [u8; 32]) -> Result<Vec<Vec<u8>>> {
    let at = format!("0x{}", hex::encode(at));
    let mut keys: Vec<String> = Vec::new();
    loop {
        let params = rpc_params!["0x", 500, keys.last(), &at];
        let more: Vec<String> = node.client().request("state_getKeysPaged", params).await?;
        if more.is_empty() {
            return keys.iter().map(|key| Ok(hex::decode(key.trim_start_matches("0x"))?)).collect();
        }
        keys.extend(more);
    }
}

/// What was seen that must not be, and where nothing was seen that must.
#[derive(Default)]
pub(crate) struct Findings {
    leaks: Vec<String>,
    blind: Vec<String>,
}

impl Findings {
    /// Takes in what was seen at a place to which the control was given away.
    pub(crate) fn look(&mut self, place: &str, sightings: &Sightings) {
        if !sightings.contains_key(CONTROL) {
            self.blind.push(place.to_owned());
        }
        self.leaks(place, sightings);
    }

    /// Takes in what was seen anywhere.
    pub(crate) fn leaks(&mut self, place: &str, sightings: &Sightings) {
        for (name, forms) in sightings.iter().filter(|(name, _)| *name != CONTROL) {
            self.leaks.push(format!("{place}: {name}, {forms:?}"));
        }
    }

    pub(crate) fn verdict(&self) -> Result<()> {
        ensure!(self.leaks.is_empty(), "secrets were seen: {:#?}", self.leaks);
        ensure!(self.blind.is_empty(), "the control was not seen: {:#?}", self.blind);
        Ok(())
    }
}

/// What the worker has sealed under `label`, to itself or to whoever has the key.
pub(crate) fn unsealed(worker: &ExtraWorker, label: &str, to_itself: bool) -> Result<Vec<u8>> {
    let key = SealingKey::load_or_create(Platform::Development, &worker.folder)?;
    let sealed = std::fs::read(worker.folder.join(label).with_extension("sealed"))?;
    let owner = to_itself.then_some(&worker.id);
    Ok(key.unseal(label, owner, &sealed).context("it does not unseal")?.to_vec())
}
