//! A development network whose two workers mine, and a third that a person puts to use, kills and starts again.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::{ExitStatus, Output, Stdio},
};

use anyhow::{ensure, Context, Result};
use phala_client::{
    account,
    chain::api,
    economics::{quote, Accumulator, Session},
    operator,
    session::parameters,
    Chain, Keypair, Snapshot,
};
use phala_e2e::{
    signal,
    worker::{until, ExtraWorker, Process},
    DevNetwork, Signal,
};
use phala_primitives::{session::Seat, Balance, BlockNumber, PoolId, SessionId, WorkerId, PHA};
use serde_json::Value;
use subxt::{utils::Static, OnlineClient, PolkadotConfig};

use crate::chronicle::Chronicle;

/// Stake that the session starts with: less than its pool has.
const STAKE: Balance = 4_000 * PHA;

/// The network and its third worker.
pub(crate) struct World {
    network: DevNetwork,
    /// The chain, as this test reads it.
    pub(crate) chain: Chain,
    /// Who owns the pool and operates the worker.
    pub(crate) miner: Keypair,
    /// The third worker.
    pub(crate) worker: ExtraWorker,
    /// Its identity key, for command lines.
    pub(crate) id: String,
    /// Its score and confidence level.
    pub(crate) rating: (u32, u8),
    pool: PoolId,
    /// `phala session watch`, and what it writes.
    watcher: Process,
    watched: PathBuf,
    _relay: Process,
}

/// A session and the emission in the chain's state, as of their last events.
pub(crate) struct Raw {
    /// The session.
    pub(crate) session: Session,
    /// The emission.
    pub(crate) emission: Accumulator,
}

impl World {
    /// Starts all of it; the third worker is in a pool with stake enough, and does not mine yet.
    pub(crate) async fn start() -> Result<Self> {
        let network = DevNetwork::start()?;
        let chain = Chain::connect(&network.description.rpc, None).await?;
        let miner = account::development("dave")?;
        let worker = ExtraWorker::start(&network, &miner).await?;
        let arguments =
            [format!("--node={}", network.description.rpc), format!("--worker={}", worker.socket.display())];
        let relay = Process::start("phala-relay", &arguments, &network.folder.path().join("relay.log"))?;
        let pool = worker.enlist(&chain, &miner, PHA / 100).await?;
        let record = operator::record(&chain, &worker.id).await?.context("not registered")?;
        let rating = (record.score.context("not measured")?, record.attestation.confidence);

        let id = worker.id.to_string();
        let watched = network.folder.path().join("watched.json");
        let complaints = network.folder.path().join("watcher.log");
        let mut watch = network.command(&["session", "watch", &id, "--json"])?;
        watch
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(&watched)?)
            .stderr(std::fs::File::create(&complaints)?);
        let watcher = Process::spawn(&mut watch)?;
        until("the watcher follows the chain", async || {
            Ok(std::fs::read_to_string(&complaints)?.contains("following").then_some(()))
        })
        .await?;
        Ok(Self { network, chain, miner, worker, id, rating, pool, watcher, watched, _relay: relay })
    }

    /// Starts the session as a person would, and the record of its blocks.
    pub(crate) async fn start_session(&self) -> Result<Chronicle> {
        let stake = (STAKE / PHA).to_string();
        let started =
            self.phala(&["session", "start", &self.id, "--account", "dave", "--stake", &stake, "--yes"])?;
        let (score, confidence) = self.rating;
        let parameters = parameters(&self.chain.snapshot(None).await?).await?;
        let quote = quote(&parameters, STAKE, score, confidence)?;
        for (field, amount) in [
            ("initial_value_pha", quote.initial_value),
            ("min_stake_pha", quote.stake_min),
            ("max_stake_pha", quote.stake_max),
        ] {
            let told: f64 = started[field].as_str().context("no amount")?.parse()?;
            let expected = amount.to_float();
            ensure!((told - expected).abs() < 1e-9 * expected, "{field} is not {expected} in {started}");
        }
        ensure!(started["pool"].as_u64() == Some(self.pool), "{started}");
        let session = started["session"].as_u64().context("no session")?;
        let block = started["block"].as_u64().context("no block")?.try_into()?;
        Chronicle::begin(self.chain.clone(), session, block).await
    }

    /// What `phala` says as JSON.
    pub(crate) fn phala(&self, arguments: &[&str]) -> Result<Value> {
        let output = self.run(&[arguments, &["--json"]].concat())?;
        ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// What `phala` says to people.
    pub(crate) fn phala_text(&self, arguments: &[&str]) -> Result<String> {
        let output = self.run(arguments)?;
        ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }

    /// How `phala` says that it failed.
    pub(crate) fn phala_error(&self, arguments: &[&str]) -> Result<String> {
        let output = self.run(&[arguments, &["--json"]].concat())?;
        ensure!(!output.status.success(), "{arguments:?} went well: {output:?}");
        let error: Value = serde_json::from_slice(&output.stderr)?;
        Ok(error["error"]["message"].as_str().context("no message")?.to_owned())
    }

    fn run(&self, arguments: &[&str]) -> Result<Output> {
        self.network.phala(arguments, b"")
    }

    /// What the pool's reward account holds, in base units.
    pub(crate) async fn pool_balance(&self, snapshot: &Snapshot) -> Result<Balance> {
        let view = snapshot.view(api::view_functions().stake_pool().pool(self.pool)).await?;
        let account = view.context("no pool")?.reward_account;
        Ok(snapshot.balances(&account).await?.context("the pool has no account")?.0)
    }

    /// Session and emission in the state after a block.
    pub(crate) async fn raw(&self, block: BlockNumber, session: SessionId) -> Result<Raw> {
        let client = OnlineClient::<PolkadotConfig>::from_insecure_url(&self.network.description.rpc).await?;
        let at = client.at_block(block).await?;
        let (sessions, emission) = (api::storage().mining().sessions(), api::storage().mining().emission());
        let seat = Static(Seat::of(session));
        let record = at.storage().fetch(sessions, (seat,)).await?.decode()?;
        let emission = at.storage().fetch(emission, ()).await?.decode()?;
        Ok(Raw { session: record.session.0, emission: emission.0 })
    }

    /// Whether the chain has an account whose key is this worker's.
    pub(crate) async fn has_account(&self, worker: WorkerId) -> Result<bool> {
        let client = OnlineClient::<PolkadotConfig>::from_insecure_url(&self.network.description.rpc).await?;
        let at = client.at_current_block().await?;
        let key = at.storage().entry(api::storage().system().account())?.fetch_key((worker.0.into(),))?;
        Ok(self.chain.node().storage(&key, None).await?.is_some())
    }

    /// The third worker's metrics, by name.
    pub(crate) async fn metrics(&self) -> Result<BTreeMap<String, String>> {
        let page = reqwest::get(format!("{}/metrics", self.worker.endpoint)).await?.text().await?;
        let metric = |line: &str| {
            let (name, value) = line.strip_prefix("phala_worker_")?.split_once(' ')?;
            Some((name.to_owned(), value.to_owned()))
        };
        Ok(page.lines().filter_map(metric).collect())
    }

    /// What the watcher has written so far, whole lines only.
    pub(crate) fn watched(&self) -> Result<Vec<Value>> {
        let text = std::fs::read_to_string(&self.watched)?;
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        whole.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// Sends the watcher Ctrl-C.
    pub(crate) async fn interrupt_watcher(&mut self) -> Result<ExitStatus> {
        signal(self.watcher.pid()?, Signal::SIGINT)?;
        let watcher = &mut self.watcher;
        until("the watcher ends", async || watcher.ended()).await
    }
}
