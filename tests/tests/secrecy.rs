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

use std::{
    os::unix::{fs::chown, process::CommandExt, process::ExitStatusExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};

use anyhow::{ensure, Context, Result};
use phala_client::{
    account,
    chain::api,
    job::{post, wait_for_settlement, JobRequest, Offer, PostedJob},
    rpc::Node,
    worker::WorkerApi,
    Chain,
};
use phala_e2e::{
    processes,
    recorder::Recorder,
    relay::RelaySocket,
    search::{FileSearch, Search, Sightings},
    setting, signal,
    worker::{answering, program, until, ExtraWorker, Process},
    DevNetwork, Signal,
};
use phala_keyring::{Platform, SealingKey};
use phala_primitives::{
    job::{ExitStatus, JobLimits, JobRecord, FUEL_UNIT},
    registry::AttestationKind,
    storage, JobId, PHA,
};
use rand::{distr::Alphanumeric, rngs::StdRng, Rng, SeedableRng};
use rustix::process::{geteuid, getrlimit, setrlimit, Resource, Rlimit};
use subxt::rpcs::client::rpc_params;

/// Longest time for one step of a job.
const PATIENCE: Duration = Duration::from_secs(90);
/// CPU time after which an executor is past its start and runs the program.
const COMPUTING: f64 = 0.3;
/// Rounds of the program's loop: some seconds.
const ROUNDS: u64 = 2_000_000_000;
/// The user without rights.
const NOBODY: u32 = 65_534;
/// Name of the text that is given away everywhere.
const CONTROL: &str = "the control";
/// Key of the events of a block: twox_128("System") ++ twox_128("Events").
const EVENTS: &str = "26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7";

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
    let port = phala_e2e::free_ports(1)?[0];
    let mut command = Command::new(program("phala-worker")?);
    command
        .args(["--genesis-hash", &"01".repeat(32), "--operator", &"02".repeat(32)])
        .args([format!("--listen=127.0.0.1:{port}"), format!("--data-dir={}", folder.path().display())])
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

/// What is planted where.
struct Texts {
    program: String,
    argument: String,
    input: String,
    output: String,
    errors: String,
    control: String,
}

impl Texts {
    fn choose(random: &mut StdRng) -> Self {
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
struct World {
    texts: Texts,
    network: DevNetwork,
    worker: ExtraWorker,
    /// The chain, as the client sees it.
    chain: Chain,
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
    async fn start(texts: Texts) -> Result<Self> {
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
        // The shell waits for `sleep`, with what it was started with.
        let mut shell = Command::new("sh");
        shell.args(["-c", "sleep 600; true", &texts.control]).env("PHALA_CONTROL", &texts.control);
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

    async fn post(&self, client: &str) -> Result<PostedJob> {
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
    async fn computing_executor(&self) -> Result<i32> {
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
    async fn give_the_control_away(&self) -> Result<()> {
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
    fn search(&self) -> Result<Search> {
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

    fn search_files(&self, when: &str, search: &Search, findings: &mut Findings) -> Result<()> {
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

    fn search_traffic(&self, job: JobId, search: &Search, findings: &mut Findings) -> Result<()> {
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

    async fn search_answers(&self, jobs: &[JobId], search: &Search, findings: &mut Findings) -> Result<()> {
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

    async fn search_chain(&self, job: JobId, search: &Search, findings: &mut Findings) -> Result<()> {
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

/// What was seen that must not be, and where nothing was seen that must.
#[derive(Default)]
struct Findings {
    leaks: Vec<String>,
    blind: Vec<String>,
}

impl Findings {
    /// Takes in what was seen at a place to which the control was given away.
    fn look(&mut self, place: &str, sightings: &Sightings) {
        if !sightings.contains_key(CONTROL) {
            self.blind.push(place.to_owned());
        }
        self.leaks(place, sightings);
    }

    /// Takes in what was seen anywhere.
    fn leaks(&mut self, place: &str, sightings: &Sightings) {
        for (name, forms) in sightings.iter().filter(|(name, _)| *name != CONTROL) {
            self.leaks.push(format!("{place}: {name}, {forms:?}"));
        }
    }

    fn verdict(&self) -> Result<()> {
        ensure!(self.leaks.is_empty(), "secrets were seen: {:#?}", self.leaks);
        ensure!(self.blind.is_empty(), "the control was not seen: {:#?}", self.blind);
        Ok(())
    }
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

/// What the worker has sealed under `label`, to itself or to whoever has the key.
fn unsealed(worker: &ExtraWorker, label: &str, to_itself: bool) -> Result<Vec<u8>> {
    let key = SealingKey::load_or_create(Platform::Development, &worker.folder)?;
    let sealed = std::fs::read(worker.folder.join(label).with_extension("sealed"))?;
    let owner = to_itself.then_some(&worker.id);
    Ok(key.unseal(label, owner, &sealed).context("it does not unseal")?.to_vec())
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
