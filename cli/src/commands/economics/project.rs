//! `phala economics project`: what a session would earn.

use anyhow::Result;
use clap::Args;
use phala_economics::{
    arithmetic::from_balance,
    projection::{project, Assumptions, Point},
    Balance, FixedU128, Moment, Perbill, Phase, TokenomicParameters,
};
use serde_json::{json, Value};

use super::{digits, validated, StartRules};
use crate::{
    exit::usage,
    format::{decimal, parse_fixed, parse_part, parse_pha, rounded},
    output, Globals,
};

const MINUTE: Moment = 60_000;
const HOUR: Moment = 60 * MINUTE;
const DAY: Moment = 24 * HOUR;

/// Arguments of `phala economics project`.
#[derive(Args)]
pub(crate) struct ProjectArguments {
    /// S: stake in PHA.
    #[arg(long, value_name = "PHA", value_parser = parse_pha)]
    stake: Balance,
    /// P: performance score of the worker.
    #[arg(long)]
    score: u32,
    /// Confidence level of the worker, 1 (best) to 5.
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=5))]
    level: u8,
    /// Σ share of all other sessions; it stays what it is.
    #[arg(long, value_name = "SHARE", value_parser = parse_fixed)]
    others: FixedU128,
    /// Days to look ahead.
    #[arg(long, default_value_t = 365)]
    days: u32,
    /// Points in that time.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    points: u32,
    /// Performance score that the worker shows at every answer. None: P.
    #[arg(long, value_name = "P", value_parser = parse_fixed)]
    performance: Option<FixedU128>,
    /// The worker always serves jobs, and so counts with P.
    #[arg(long, conflicts_with = "performance")]
    serving: bool,
    /// Part of the time that the worker is down, such as 0.01.
    #[arg(long, value_name = "PART", default_value = "0", value_parser = parse_part)]
    offline: Perbill,
    /// Hours from the end of one outage to the end of the next.
    #[arg(long, value_name = "HOURS", default_value_t = 168)]
    outage_every: u32,
    /// Minutes between two challenges. None: the preset's average.
    #[arg(long, value_name = "MINUTES")]
    challenge_every: Option<u32>,
    /// B: PHA emitted in a tick at the start; it decays from then on. None: the preset's.
    #[arg(long, value_name = "PHA", value_parser = parse_fixed)]
    budget: Option<FixedU128>,
    #[command(flatten)]
    rules: StartRules,
}

/// Projects a session.
pub(super) fn run(arguments: &ProjectArguments, globals: &Globals) -> Result<()> {
    let parameters = arguments.rules.parameters();
    let parameters = validated(TokenomicParameters {
        budget: arguments.budget.unwrap_or(parameters.budget),
        ..parameters
    })?;
    let assumptions = arguments.assumptions(&parameters);
    let duration = u64::from(arguments.days).saturating_mul(DAY);
    let step = duration / u64::from(arguments.points);
    let points = project(&parameters, assumptions.clone(), duration, step)
        .map_err(|error| usage(error.to_string()))?
        .take(arguments.points as usize);
    match globals.json {
        true => output::json(&json!({
            "assumptions": assumptions_as_json(&assumptions, &parameters)?,
            "points": points.map(point_as_json).collect::<Result<Vec<Value>>>()?,
        })),
        false => print(&assumptions, &parameters, points),
    }
}

impl ProjectArguments {
    fn assumptions(&self, parameters: &TokenomicParameters) -> Assumptions {
        let always = Assumptions::new(parameters, self.stake, self.score, self.level, self.others);
        Assumptions {
            performance: self.performance.unwrap_or(always.performance),
            serving: self.serving,
            challenge_interval: self
                .challenge_every
                .map_or(always.challenge_interval, |minutes| u64::from(minutes) * MINUTE),
            offline: self.offline,
            outage_interval: u64::from(self.outage_every) * HOUR,
            ..always
        }
    }
}

fn print(
    assumptions: &Assumptions,
    parameters: &TokenomicParameters,
    points: impl Iterator<Item = Point>,
) -> Result<()> {
    output::line("Assumed:")?;
    for (what, how) in assumed(assumptions, parameters) {
        output::line(format_args!("  {what:16} {how}"))?;
    }
    output::line(format_args!(
        "\n{:>9}  {:>18}  {:>18}  {:>22}  {:>22}  {:>12}  STATE",
        "DAYS", "VALUE", "SHARE", "PAID TO THE POOL", "TO THE TREASURY", "APR"
    ))?;
    for point in points {
        output::line(format_args!(
            "{:>9}  {:>18}  {:>18}  {:>22}  {:>22}  {:>10} %  {}",
            days(point.elapsed),
            rounded(point.value),
            rounded(point.share),
            decimal(point.paid.pool),
            decimal(point.paid.treasury),
            percent(point.apr),
            state(point.phase),
        ))?;
    }
    output::line(
        "\nAmounts are in PHA. APR is what was paid to the pool, before its commission, on the stake, in 365 days, without \
         compounding.",
    )
}

/// The assumptions in words.
fn assumed(assumptions: &Assumptions, parameters: &TokenomicParameters) -> [(&'static str, String); 7] {
    let Assumptions { stake, score, confidence, .. } = assumptions;
    let performance = match assumptions.serving {
        true => "serves jobs at every answer, and counts with its score".to_owned(),
        false => format!("{} at every answer", rounded(assumptions.performance)),
    };
    let outages = match assumptions.offline.deconstruct() {
        0 => "none".to_owned(),
        _ => format!(
            "{} of the time, the end of one {} h after that of another",
            part(assumptions.offline),
            assumptions.outage_interval / HOUR
        ),
    };
    [
        ("worker", format!("score {score}, confidence level {confidence}")),
        ("stake", format!("{} PHA", decimal(*stake))),
        ("performance", performance),
        ("challenges", format!("every {} s, answered at once", assumptions.challenge_interval / 1_000)),
        ("outages", outages),
        ("Σ share", format!("{} of others, which stays", rounded(assumptions.others))),
        (
            "emission",
            format!(
                "{} PHA a tick of {} ms, times {} every {} days",
                rounded(assumptions.schedule.budget),
                parameters.tick,
                part(parameters.budget_decay),
                parameters.budget_period / DAY
            ),
        ),
    ]
}

fn assumptions_as_json(assumptions: &Assumptions, parameters: &TokenomicParameters) -> Result<Value> {
    Ok(json!({
        "stake": digits("S", from_balance(assumptions.stake))?,
        "score": assumptions.score,
        "level": assumptions.confidence,
        "performance": digits("p", assumptions.performance)?,
        "serving": assumptions.serving,
        "others": digits("Σ share", assumptions.others)?,
        "challenge_interval_ms": assumptions.challenge_interval,
        "offline": part(assumptions.offline),
        "outage_interval_ms": assumptions.outage_interval,
        "budget": digits("B", assumptions.schedule.budget)?,
        "budget_decay": part(parameters.budget_decay),
        "budget_period_ms": parameters.budget_period,
        "tick_ms": parameters.tick,
        "price": digits("φ", parameters.price)?,
        "multiplier": digits("R^e", parameters.stake_multiplier)?,
    }))
}

fn point_as_json(point: Point) -> Result<Value> {
    let amount = |amount| digits("the payout", from_balance(amount));
    Ok(json!({
        "elapsed_ms": point.elapsed,
        "responsive": point.phase == Phase::Responsive,
        "value": digits("V", point.value)?,
        "share": digits("the share", point.share)?,
        "pool": amount(point.paid.pool)?,
        "treasury": amount(point.paid.treasury)?,
        "pending": amount(point.pending)?,
        "budget": digits("B", point.budget)?,
        "apr": digits("APR", point.apr)?,
    }))
}

fn state(phase: Phase) -> &'static str {
    match phase {
        Phase::Responsive => "responsive",
        Phase::Unresponsive => "unresponsive",
        Phase::CoolingDown { .. } => "cooling down",
    }
}

/// A part of a whole, such as `0.25`.
fn part(part: Perbill) -> String {
    rounded(part.into())
}

/// A time in days, with two decimals.
fn days(elapsed: Moment) -> String {
    let hundredths = elapsed / (DAY / 100);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A return such as `12.3456`, in percent.
fn percent(apr: FixedU128) -> String {
    // Millionths: four decimals of a percent.
    let millionths = apr.into_inner() / 1_000_000_000_000;
    format!("{}.{:04}", millionths / 10_000, millionths % 10_000)
}
