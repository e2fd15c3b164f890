//! `phala economics quote`: what a stake promises.

use anyhow::Result;
use clap::Args;
use phala_economics::{quote_fixed, FixedU128, Quote, StartError, TokenomicParameters};
use serde::Serialize;

use super::{digits, validated, StartRules};
use crate::{
    exit::usage,
    format::{parse_fixed, pha},
    output, Globals,
};

/// Arguments of `phala economics quote`.
#[derive(Args)]
pub(crate) struct QuoteArguments {
    /// S: stake in PHA; any, also one with which no session may start.
    #[arg(long, value_name = "PHA", value_parser = parse_fixed)]
    stake: FixedU128,
    /// P: performance score of the worker.
    #[arg(long)]
    score: u32,
    /// Confidence level of the worker, 1 (best) to 5.
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=5))]
    level: u8,
    #[command(flatten)]
    rules: StartRules,
}

/// A quote in JSON, in PHA.
#[derive(Serialize)]
struct Quoted {
    initial_value: String,
    min_stake: String,
    max_stake: String,
    startable: bool,
    reason: Option<String>,
}

/// Computes a quote.
pub(super) fn run(arguments: &QuoteArguments, globals: &Globals) -> Result<()> {
    let parameters = validated(arguments.rules.parameters())?;
    let quote = quote_fixed(&parameters, arguments.stake, arguments.score, arguments.level)
        .map_err(|error| usage(error.to_string()))?;
    let quoted = Quoted {
        initial_value: digits("V^e", quote.initial_value)?,
        min_stake: digits("S_min", quote.stake_min)?,
        max_stake: digits("S_max", quote.stake_max)?,
        startable: quote.refusal.is_none(),
        reason: quote.refusal.map(|refusal| reason(refusal, &quote, &parameters, arguments.score)),
    };
    if globals.json {
        return output::json(&quoted);
    }
    output::line(format_args!("value at the start (V^e)  {} PHA", quoted.initial_value))?;
    output::line(format_args!("least stake (S_min)       {} PHA", quoted.min_stake))?;
    output::line(format_args!("largest stake (S_max)     {} PHA", quoted.max_stake))?;
    match quoted.reason {
        None => output::line("may start                 yes"),
        Some(reason) => output::line(format_args!("may start                 no: {reason}")),
    }
}

/// Why a session may not start and what helps, with the numbers that help: bounds in base units, rounded to the side on
/// which a session may start.
fn reason(refusal: StartError, quote: &Quote, parameters: &TokenomicParameters, score: u32) -> String {
    const STEPS: u128 = 1_000_000;
    let least = quote.stake_min.into_inner().div_ceil(STEPS);
    let most = quote.stake_max.into_inner() / STEPS;
    match refusal {
        StartError::BenchmarkTooLow => format!("{refusal} (it is {score}, the least {})", parameters.score_min),
        StartError::InsufficientStake | StartError::TooMuchStake if least > most => format!(
            "S_min, {}, is above S_max, {}, so that no stake fits this performance score; let the worker measure \
             itself with fewer cores",
            pha(least),
            pha(most)
        ),
        StartError::InsufficientStake => format!("{refusal} (S_min is {})", pha(least)),
        StartError::TooMuchStake => format!("{refusal} (S_max is {})", pha(most)),
        StartError::UnknownConfidence => refusal.to_string(),
    }
}
