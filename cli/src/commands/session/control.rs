//! Starting, restarting and stopping sessions, as a pool's owner or manager.

use anyhow::{ensure, Context, Result};
use clap::Args;
use phala_client::{
    chain::{api::mining, Event},
    economics::{FixedU128, Quote},
    session::{plan, Intent, Plan, ValueChange},
};
use phala_primitives::{Balance, BlockNumber, PoolId, WorkerId};
use serde_json::{json, Value};

use super::parse_worker;
use crate::{
    act::Acting,
    advice::About,
    exit::usage,
    format::{decimal, fixed, parse_pha, pha, rounded, short, time},
    output, Globals,
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
    /// The pool; its owner or manager signs. None: the worker's.
    #[arg(long, value_name = "N")]
    pool: Option<PoolId>,
    #[command(flatten)]
    acting: Acting,
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
    let actor = target.acting.begin(globals).await?;
    let plan = plan(&actor.snapshot, actor.account, target.worker, target.pool, intent).await?;
    if actor.is_watched() {
        announce(&plan);
    }
    match bounds(&plan) {
        Some(bounds) => plan.dry_run.check(Some(&bounds))?,
        None => actor.check(&plan.dry_run, About::Pool(plan.pool)).await?,
    }
    if actor.dry_run {
        let done = Done { block: actor.snapshot.number(), fee: plan.dry_run.fee, dry_run: true };
        return tell(&plan, &plan.dry_run.events, &done, globals);
    }
    let included = actor.send(async |chain, key| plan.submit(chain, key).await).await?;
    let done = Done { block: included.number, fee: included.fee()?, dry_run: false };
    tell(&plan, &included.happened()?, &done, globals)
}

/// What is about to happen.
fn announce(plan: &Plan) {
    eprintln!("worker  {}", plan.worker);
    eprintln!("pool    {}", plan.pool);
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
    eprintln!("fee     {}", pha(plan.dry_run.fee));
}

/// Which stakes are right, where the one that was named is not.
fn bounds(plan: &Plan) -> Option<String> {
    let (score, confidence) = plan.rating?;
    let (least, most) = right_stakes(&plan.quote.filter(|quote| quote.refusal.is_some())?);
    Some(format!(
        "(At score {score} and confidence level {confidence}, stake must be at least {} and at most {}.)",
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

/// In which block, or after which one it was tried out; and at what cost.
struct Done {
    block: BlockNumber,
    fee: Balance,
    dry_run: bool,
}

/// What has happened, or would.
fn tell(plan: &Plan, events: &[Event], done: &Done, globals: &Globals) -> Result<()> {
    let found = events.iter().find_map(|event| outcome(plan, event));
    let (details, text) = found.context("the chain did not say what became of the session")?;
    if !globals.json {
        return output::line(match done.dry_run {
            true => format!("Nothing is sent. After block {}: {text}; fee {}", done.block, pha(done.fee)),
            false => format!("{text} (final in block {}; fee {})", done.block, pha(done.fee)),
        });
    }
    let mut report = json!({
        "dry_run": done.dry_run,
        "worker": plan.worker,
        "pool": plan.pool,
        "block": done.block,
        "fee_pha": decimal(done.fee),
    });
    if let (Some(report), Value::Object(details)) = (report.as_object_mut(), details) {
        report.extend(details);
    }
    output::json(&report)
}

/// As JSON, and in words, if this is the event that tells it.
fn outcome(plan: &Plan, event: &Event) -> Option<(Value, String)> {
    let Event::Mining(event) = event else { return None };
    match (plan.intent, event) {
        (Intent::Start { stake }, mining::Event::SessionStarted { session, initial_value, .. }) => {
            let value = **initial_value;
            let mut report = promise(plan, stake, value);
            report["session"] = json!(session);
            let worker = short(&plan.worker);
            let text = format!("session {session} of worker {worker} runs: V^e = {} PHA", rounded(value));
            Some((report, text))
        }
        (
            Intent::Restart { stake },
            mining::Event::ValueChanged {
                session,
                reason: ValueChange::Restarted { taken, returned, .. },
                after,
                ..
            },
        ) => {
            let mut report = promise(plan, stake, **after);
            report["session"] = json!(session);
            report["old_stake_pha"] = json!(decimal(*taken));
            report["returned_pha"] = json!(decimal(*returned));
            let text = format!(
                "session {session} goes on with {}: V^e = {} PHA; {} of the old {} came back",
                pha(stake),
                rounded(**after),
                pha(*returned),
                pha(*taken)
            );
            Some((report, text))
        }
        (Intent::Stop, mining::Event::SessionStopped { session, until, .. }) => {
            let report = json!({
                "session": session,
                "returns_at": time(*until),
                "returns_at_ms": until,
            });
            let text = format!("session {session} is over; its stake comes back at {}", time(*until));
            Some((report, text))
        }
        _ => None,
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
