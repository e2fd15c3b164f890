//! A third worker on a development network, and people who use the command line and know what it cost them.

use std::{
    collections::BTreeMap,
    process::Output,
    time::{Duration, Instant},
};

use anyhow::{ensure, Context, Result};
use phala_client::{account, operator, worker::WorkerApi, Chain};
use phala_e2e::{
    worker::{until, ExtraWorker, Process},
    DevNetwork,
};
use phala_primitives::{Balance, PHA};
use serde_json::Value;

/// Longest time for something to happen: grace period and cool-down take a minute each.
const PATIENCE: Duration = Duration::from_secs(150);
/// How often a condition is looked at.
const POLL: Duration = Duration::from_millis(500);

/// The network's people.
pub(crate) struct World<'a> {
    network: &'a DevNetwork,
    /// What words in braces stand for in arguments, such as `{pool}`: the pool that this is about. `{worker}` is the third
    /// worker's identity key.
    pub(crate) names: BTreeMap<&'static str, String>,
    people: BTreeMap<String, Person>,
    _relay: Process,
}

#[derive(Default)]
struct Person {
    started_with: Balance,
    fees: Balance,
}

impl<'a> World<'a> {
    /// Starts the worker, which is operated by the first of `people`, registered and measured.
    pub(crate) async fn start(network: &'a DevNetwork, people: &[&str]) -> Result<(Self, ExtraWorker)> {
        let chain = Chain::connect(&network.description.rpc, None).await?;
        let operator = account::development(people.first().context("nobody")?)?;
        let worker = ExtraWorker::start(network, &operator).await?;
        let arguments =
            [format!("--node={}", network.description.rpc), format!("--worker={}", worker.socket.display())];
        let relay = Process::start("phala-relay", &arguments, &network.folder.path().join("relay.log"))?;
        let api = WorkerApi::new(&worker.endpoint)?;
        let signed =
            until("the worker follows the chain", async || Ok(api.registration().await.ok())).await?;
        operator::submit_all(&chain, "Registry.register", vec![operator::register(signed)], &operator)
            .await?;
        until("the benchmark is reported", async || Ok(operator::score(&chain, &worker.id).await?)).await?;

        let names = BTreeMap::from([("{worker}", worker.id.to_string())]);
        let mut world = Self { network, names, people: BTreeMap::new(), _relay: relay };
        for name in people {
            let (free, held) = world.balances(name)?;
            ensure!(held == 0, "{name} has {held} on hold already");
            world.people.insert((*name).to_owned(), Person { started_with: free, fees: 0 });
        }
        Ok((world, worker))
    }

    /// `who` does something; the fee is noted.
    pub(crate) fn act(&mut self, who: &str, arguments: &[&str]) -> Result<Value> {
        let report = self.phala(&[arguments, &["--account", who, "--yes"]].concat())?;
        ensure!(report["dry_run"] == false && report["block"].is_number(), "{report}");
        self.people.entry(who.to_owned()).or_default().fees += amount(&report["fee_pha"])?;
        Ok(report)
    }

    /// `who` looks at what something would do.
    pub(crate) fn dry_run(&self, who: &str, arguments: &[&str]) -> Result<Value> {
        self.phala(&[arguments, &["--account", who, "--dry-run"]].concat())
    }

    /// `who` tries what the chain would refuse; in which words.
    pub(crate) fn refusal(&self, who: &str, arguments: &[&str]) -> Result<String> {
        let said = self.error(&[arguments, &["--account", who, "--yes"]].concat())?;
        ensure!(said.contains("nothing was sent"), "{said}");
        Ok(said)
    }

    /// What `phala` says as JSON.
    pub(crate) fn phala(&self, arguments: &[&str]) -> Result<Value> {
        let output = self.run(&[arguments, &["--json"]].concat())?;
        ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// What it says to people.
    pub(crate) fn phala_text(&self, arguments: &[&str]) -> Result<String> {
        let output = self.run(arguments)?;
        ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }

    /// How it says that it failed.
    pub(crate) fn error(&self, arguments: &[&str]) -> Result<String> {
        let output = self.run(&[arguments, &["--json"]].concat())?;
        ensure!(!output.status.success(), "{arguments:?} went well: {output:?}");
        let error: Value = serde_json::from_slice(&output.stderr)?;
        Ok(error["error"]["message"].as_str().context("no message")?.to_owned())
    }

    fn run(&self, arguments: &[&str]) -> Result<Output> {
        let meant = |argument: &&str| self.names.get(*argument).map_or(*argument, String::as_str).to_owned();
        let arguments: Vec<String> = arguments.iter().map(meant).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.network.phala(&arguments, b"")
    }

    /// Free and held balance, in base units.
    pub(crate) fn balances(&self, who: &str) -> Result<(Balance, Balance)> {
        let balance = self.phala(&["account", "balance", who])?;
        Ok((amount(&balance["free_pha"])?, amount(&balance["held_pha"])?))
    }

    /// The address of an account.
    pub(crate) fn address(&self, who: &str) -> Result<String> {
        let balance = self.phala(&["account", "balance", who])?;
        Ok(balance["address"].as_str().context("no address")?.to_owned())
    }

    /// What `who` has in a `pool` or `vault`, of which `command` (`delegate` or `vault`) tells.
    pub(crate) fn position(&self, command: &str, who: &str, place: &str) -> Result<Value> {
        let all = self.phala(&[command, "positions", who])?;
        let number = self.names.get(place).context("no such name")?;
        let positions = all["positions"].as_array().context("no positions")?;
        let key = place.trim_matches(['{', '}']);
        let own = positions.iter().find(|position| position[key].to_string() == *number);
        own.cloned().with_context(|| format!("{who} has nothing in {key} {number}: {all}"))
    }

    /// A pool's events from its creation on.
    pub(crate) fn history(&self, pool: &str) -> Result<Vec<Value>> {
        let told = self.phala(&["pool", "history", pool, "--blocks", "100000", "--limit", "10000"])?;
        ensure!(told["reach"] == "whole", "{told}");
        Ok(told["events"].as_array().context("no events")?.clone())
    }

    /// What `who` had before anything happened.
    pub(crate) fn started_with(&self, who: &str) -> Result<Balance> {
        Ok(self.people.get(who).context("who is that?")?.started_with)
    }

    /// All fees that `who` has paid, as the command line said.
    pub(crate) fn fees(&self, who: &str) -> Balance {
        self.people.get(who).map_or(0, |person| person.fees)
    }

    /// Asks until there is an answer.
    pub(crate) async fn until<T>(&self, what: &str, ask: impl Fn() -> Result<Option<T>>) -> Result<T> {
        let give_up = Instant::now() + PATIENCE;
        loop {
            if let Some(answer) = ask()? {
                return Ok(answer);
            }
            ensure!(Instant::now() < give_up, "not within {PATIENCE:?}: {what}");
            tokio::time::sleep(POLL).await;
        }
    }
}

/// Base units behind a decimal string in PHA.
pub(crate) fn amount(text: &Value) -> Result<Balance> {
    let text = text.as_str().with_context(|| format!("{text} is no amount"))?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    ensure!(fraction.len() <= 12, "{text} has more decimals than there are");
    let fraction: Balance = format!("{fraction:0<12}").parse()?;
    Ok(whole.parse::<Balance>()? * PHA + fraction)
}
