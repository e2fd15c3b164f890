//! One more worker on a development network, with a relay of its own.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
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
/// Stake behind the worker.
const STAKE: Balance = 5_000 * PHA;

/// A process that is killed when dropped.
pub struct Process(Child);

impl Process {
    /// Starts the program `name` of this build; it logs into `log`.
    pub fn start(name: &str, arguments: &[String], log: &Path) -> Result<Self> {
        let log = std::fs::File::create(log)?;
        let child = Command::new(build_folder()?.join(name))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Self(child))
    }

    /// Its process id.
    pub fn pid(&self) -> Result<i32> {
        Ok(i32::try_from(self.0.id())?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A worker operated by a development account, in a folder of the network's.
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
}

impl ExtraWorker {
    /// Starts a worker of `operator` and waits until it answers.
    pub async fn start(network: &DevNetwork, operator: &Keypair) -> Result<Self> {
        let folder = network.folder.path().join("worker");
        std::fs::create_dir_all(&folder)?;
        let socket = folder.join("relay.sock");
        let listen = format!("127.0.0.1:{}", free_ports(2)?[0]);
        let arguments = [
            format!("--genesis-hash={}", network.description.genesis),
            format!("--operator={}", hex::encode(account::public_key(operator))),
            format!("--data-dir={}", folder.display()),
            format!("--listen={listen}"),
            "--cores=1".to_owned(),
        ];
        let process = Process::start("phala-worker", &arguments, &network.folder.path().join("worker.log"))?;
        let endpoint = format!("http://{listen}");
        let api = WorkerApi::new(&endpoint)?;
        let id = until("the worker answers", async || Ok(api.info().await.ok())).await?.worker;
        Ok(Self { endpoint, folder, socket, id, process })
    }

    /// Registers it and has it mine in a pool of its operator's.
    pub async fn put_to_use(&self, chain: &Chain, operator: &Keypair, price: Balance) -> Result<PoolId> {
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
        let calls = vec![
            operator::contribute(pool, STAKE),
            operator::add_worker(pool, self.id),
            operator::start_session(pool, self.id, STAKE),
        ];
        operator::submit_all(chain, "StakePool.start_session", calls, operator).await?;
        until("the worker mines", async || Ok(operator::session(chain, &self.id).await?)).await?;
        Ok(pool)
    }
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
