//! Starting, restarting and stopping sessions, as a pool's owner.

use anyhow::{ensure, Context, Result};
use clap::Args;
use phala_client::{
    chain::{api::mining::events, Included},
    economics::{FixedU128, Quote},
    session::{plan, Intent, Plan, ValueChange},
};
use phala_primitives::{Balance, PoolId, WorkerId};
use serde_json::{json, Value};

use super::parse_worker;
use crate::{
    exit::usage,
    format::{decimal, fixed, parse_pha, pha, rounded, short, time},
    output,
    progress::Progress,
    secret::{confirm, PassphraseArguments},
    settings::{Flags, Signing},
    signer::Signer,
    Globals,
};

/// Arguments of `phala session start` and `phala session restart`.
#[derive(Args)]
pub(crate) struct StartArguments {
    /// Stake to put behind the worker, in PHA; a restart counts the present one in.
    #[arg(long, value_name = "PHA")]
    stake: String,
    #[command(flatten)]
    target: Target,
}

/// Arguments of `phala session stop`.
#[derive(Args)]
pub(crate) struct StopArguments {
    #[command(flatten)]
    target: Target,
}

/// Which worker, and who signs.
#[derive(Args)]
struct Target {
    /// Identity key of the worker.
    #[arg(value_parser = parse_worker)]
    worker: WorkerId,
    /// The pool; its owner signs. None: the worker's.
    #[arg(long, value_name = "N")]
    pool: Option<PoolId>,
    /// Do not ask for confirmation.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    passphrase: PassphraseArguments,
    #[command(flatten)]
    settings: Flags<Signing>,
}

/// Runs `phala session start`.
pub(crate) async fn start(arguments: StartArguments, globals: &Globals) -> Result<()> {
    let intent = Intent::Start { stake: arguments.stake()? };
    carry_out(arguments.target, intent, globals).await
}

/// Runs `phala session restart`.
pub(crate) async fn restart(arguments: StartArguments, globals: &Globals) -> Result<()> {
    let intent = Intent::Restart { stake: arguments.stake()? };
    carry_out(arguments.target, intent, globals).await
}

/// Runs `phala session stop`.
pub(crate) async fn stop(arguments: StopArguments, globals: &Globals) -> Result<()> {
    carry_out(arguments.target, Intent::Stop, globals).await
}

impl StartArguments {
    fn stake(&self) -> Result<Balance> {
        let stake = parse_pha(&self.stake).map_err(|error| usage(format!("--stake: {error:#}")))?;
        ensure!(stake > 0, usage("--stake: a session needs stake"));
        Ok(stake)
    }
}

async fn carry_out(target: Target, intent: Intent, globals: &Globals) -> Result<()> {
    let settings = globals.settings(&target.settings)?;
    let chain = settings.connect().await?;
    let signer = Signer::from_settings(&settings, &chain).await?;
    let snapshot = chain.snapshot(None).await?;
    let plan = plan(&snapshot, signer.account_id(), target.worker, target.pool, intent).await?;
    if !globals.json || !target.yes {
        announce(&plan);
    }
    let pool = match (plan.check(), bounds(&plan)) {
        (Err(refusal), Some(bounds)) => return Err(refusal).context(bounds),
        (checked, _) => checked?,
    };
    if !target.yes {
        confirm("Do it?")?;
    }
    let key = signer.unlock(&target.passphrase)?;
    let progress = Progress::start("waiting until it is final");
    let included = plan.submit(&chain, &key).await;
    progress.end();
    tell(&plan, pool, &included?, globals)
}

/// What is about to happen.
fn announce(plan: &Plan) {
    eprintln!("worker  {}", plan.worker);
    match plan.pool {
        Some(pool) => eprintln!("pool    {pool}"),
        None => eprintln!("pool    none"),
    }
    match plan.rating {
        Some((score, confidence)) => eprintln!("score   {score}, confidence level {confidence}"),
        None => eprintln!("score   none yet"),
    }
    if let Some(session) = &plan.session {
        eprintln!(
            "now     session {}: V = {} PHA; {} of its {} would be returned",
            session.session,
            rounded(*session.value),
            pha(session.returnable),
            pha(session.stake)
        );
    }
    if let (Intent::Start { stake } | Intent::Restart { stake }, Some(quote)) = (plan.intent, &plan.quote) {
        let (least, most) = right_stakes(quote);
        eprintln!("stake   {} (at least {}, at most {})", pha(stake), pha(least), pha(most));
        eprintln!("V^e     {} PHA", rounded(quote.initial_value));
    }
}

/// Which stakes are right, where the one that was named is not.
fn bounds(plan: &Plan) -> Option<String> {
    let (score, confidence) = plan.rating?;
    let (least, most) = right_stakes(&plan.quote.filter(|quote| quote.refusal.is_some())?);
    Some(format!(
        "at score {score} and confidence level {confidence}, stake must be at least {} and at most {}",
        pha(least),
        pha(most)
    ))
}

/// S_min and S_max in base units, rounded to the side on which a session may start.
fn right_stakes(quote: &Quote) -> (Balance, Balance) {
    /// Steps of a number in a base unit.
    const STEPS: u128 = 1_000_000;
    (quote.stake_min.into_inner().div_ceil(STEPS), quote.stake_max.into_inner() / STEPS)
}

/// What has happened.
fn tell(plan: &Plan, pool: PoolId, included: &Included, globals: &Globals) -> Result<()> {
    let (details, text) =
        outcome(plan, included).context("the chain did not say what became of the session")?;
    if !globals.json {
        return output::line(format_args!("{text} (final in block {})", included.number));
    }
    let mut report = json!({
        "worker": plan.worker,
        "pool": pool,
        "block": included.number,
    });
    if let (Some(report), Value::Object(details)) = (report.as_object_mut(), details) {
        report.extend(details);
    }
    output::json(&report)
}

/// As JSON, and in words; none if the events lack it.
fn outcome(plan: &Plan, included: &Included) -> Option<(Value, String)> {
    match plan.intent {
        Intent::Start { stake } => {
            let started = included.events.find_first::<events::SessionStarted>()?.ok()?;
            let value = *started.initial_value;
            let mut report = promise(plan, stake, value);
            report["session"] = json!(started.session);
            let worker = short(&plan.worker);
            let text =
                format!("session {} of worker {worker} runs: V^e = {} PHA", started.session, rounded(value));
            Some((report, text))
        }
        Intent::Restart { stake } => {
            let changed = included.events.find_first::<events::ValueChanged>()?.ok()?;
            let ValueChange::Restarted { taken, returned, .. } = changed.reason else { return None };
            let mut report = promise(plan, stake, *changed.after);
            report["session"] = json!(changed.session);
            report["old_stake_pha"] = json!(decimal(taken));
            report["returned_pha"] = json!(decimal(returned));
            let text = format!(
                "session {} goes on with {}: V^e = {} PHA; {} of the old {} came back",
                changed.session,
                pha(stake),
                rounded(*changed.after),
                pha(returned),
                pha(taken)
            );
            Some((report, text))
        }
        Intent::Stop => {
            let stopped = included.events.find_first::<events::SessionStopped>()?.ok()?;
            let report = json!({
                "session": stopped.session,
                "returns_at": time(stopped.until),
                "returns_at_ms": stopped.until,
            });
            let text = format!(
                "session {} is over; its stake comes back at {}",
                stopped.session,
                time(stopped.until)
            );
            Some((report, text))
        }
    }
}

fn promise(plan: &Plan, stake: Balance, value: FixedU128) -> Value {
    json!({
        "stake_pha": decimal(stake),
        "initial_value_pha": fixed(value),
        "min_stake_pha": plan.quote.map(|quote| fixed(quote.stake_min)),
        "max_stake_pha": plan.quote.map(|quote| fixed(quote.stake_max)),
    })
}
