//! One more worker on a development network, with a relay of its own.

use std::{
    fs::OpenOptions,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{ensure, Context, Result};
use phala_client::{account, chain::api, operator, worker::WorkerApi, Chain, Keypair};
use phala_primitives::{Balance, PoolId, WorkerId, PHA};

use crate::{build_folder, free_ports, DevNetwork};

/// Longest time for one step.
const PATIENCE: Duration = Duration::from_secs(90);
/// How often a condition is looked at.
const POLL: Duration = Duration::from_millis(200);
/// The worker's program.
const PROGRAM: &str = "phala-worker";
/// Stake behind the worker.
pub const STAKE: Balance = 5_000 * PHA;

/// A process that is killed when dropped.
pub struct Process(Child);

impl Process {
    /// Starts the program `name` of this build; it logs into `log`, after what is there.
    pub fn start(name: &str, arguments: &[String], log: &Path) -> Result<Self> {
        let log = OpenOptions::new().create(true).append(true).open(log)?;
        let mut command = Command::new(program(name)?);
        Self::spawn(command.args(arguments).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log))
    }

    /// Starts what `command` says.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        let child = command.spawn().with_context(|| format!("cannot start {:?}", command.get_program()))?;
        Ok(Self(child))
    }

    /// Its process id.
    pub fn pid(&self) -> Result<i32> {
        Ok(i32::try_from(self.0.id())?)
    }

    /// Kills it, unless it has ended by itself.
    pub fn kill(&mut self) -> Result<()> {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }

    /// How it has ended, if it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A worker operated by a development account.
pub struct ExtraWorker {
    /// Its public API.
    pub endpoint: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Where its relay must connect.
    pub socket: PathBuf,
    /// Its name.
    pub id: WorkerId,
    /// Its process.
    pub process: Process,
    /// Its log.
    pub log: PathBuf,
    arguments: Vec<String>,
}

impl ExtraWorker {
    /// Starts a worker of `operator` in a folder of the network's, and waits until it answers.
    pub async fn start(network: &DevNetwork, operator: &Keypair) -> Result<Self> {
        Self::start_in(network.folder.path(), &network.description.genesis, operator, &[]).await
    }

    /// The same in `folder` for the chain with this genesis hash, and with more arguments.
    pub async fn start_in(
        folder: &Path,
        genesis: &str,
        operator: &Keypair,
        arguments: &[&str],
    ) -> Result<Self> {
        let log = folder.join("worker.log");
        let folder = folder.join("worker");
        std::fs::create_dir_all(&folder)?;
        let socket = folder.join("relay.sock");
        let listen = format!("127.0.0.1:{}", free_ports(2)?[0]);
        let mut all = vec![
            format!("--genesis-hash={genesis}"),
            format!("--operator={}", hex::encode(account::public_key(operator))),
            format!("--data-dir={}", folder.display()),
            format!("--listen={listen}"),
            "--cores=1".to_owned(),
        ];
        all.extend(arguments.iter().map(ToString::to_string));
        let process = Process::start(PROGRAM, &all, &log)?;
        let endpoint = format!("http://{listen}");
        let id = answering(&endpoint).await?;
        Ok(Self { endpoint, folder, socket, id, process, arguments: all, log })
    }

    /// Starts it again where it was, killing it first if it still runs, and waits until it answers.
    pub async fn restart(&mut self) -> Result<()> {
        self.stop()?;
        self.process = Process::start(PROGRAM, &self.arguments, &self.log)?;
        let id = answering(&self.endpoint).await?;
        ensure!(id == self.id, "it has become {id:?}");
        Ok(())
    }

    /// Kills it.
    pub fn stop(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Registers it and has it mine in a pool of its operator's.
    pub async fn put_to_use(&self, chain: &Chain, operator: &Keypair, price: Balance) -> Result<PoolId> {
        let pool = self.enlist(chain, operator, price).await?;
        let call = operator::start_session(pool, self.id, STAKE);
        operator::submit_all(chain, "StakePool.start_session", vec![call], operator).await?;
        until("the worker mines", async || Ok(operator::session(chain, &self.id).await?)).await?;
        Ok(pool)
    }

    /// Registers it and adds it to a pool of its operator's that has [`STAKE`], all of it free.
    pub async fn enlist(&self, chain: &Chain, operator: &Keypair, price: Balance) -> Result<PoolId> {
        let api = WorkerApi::new(&self.endpoint)?;
        let signed =
            until("the worker follows the chain", async || Ok(api.registration().await.ok())).await?;
        let calls =
            vec![operator::register(signed), operator::update_offer(self.id, &self.endpoint, Some(price))];
        operator::submit_all(chain, "Registry.register", calls, operator).await?;
        until("the benchmark is reported", async || Ok(operator::score(chain, &self.id).await?)).await?;
        let created =
            operator::submit_all(chain, "StakePool.create", vec![operator::create_pool()], operator).await?;
        let pool = created
            .find_first::<api::stake_pool::events::PoolCreated>()
            .and_then(Result::ok)
            .context("no pool was created")?
            .pool;
        let calls = vec![operator::contribute(pool, STAKE), operator::add_worker(pool, self.id)];
        operator::submit_all(chain, "StakePool.contribute", calls, operator).await?;
        Ok(pool)
    }
}

/// Where the program `name` of this build lies.
pub fn program(name: &str) -> Result<PathBuf> {
    Ok(build_folder()?.join(name))
}

/// Waits until a worker answers; who it is.
pub async fn answering(endpoint: &str) -> Result<WorkerId> {
    let api = WorkerApi::new(endpoint)?;
    Ok(until("the worker answers", async || Ok(api.info().await.ok())).await?.worker)
}

/// Asks until there is an answer.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let give_up = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        ensure!(Instant::now() < give_up, "not within {PATIENCE:?}: {what}");
        tokio::time::sleep(POLL).await;
    }
}
