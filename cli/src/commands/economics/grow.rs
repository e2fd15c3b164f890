//! `phala economics grow`: a value over time.

use anyhow::Result;
use clap::Args;
use phala_economics::{growth::Growth, performance, slash, FixedU128, TokenomicParameters};
use serde::Serialize;

use super::{digits, validated, Rules};
use crate::{format::parse_fixed, output, Globals};

/// Arguments of `phala economics grow`.
#[derive(Args)]
pub(crate) struct GrowArguments {
    /// V: value in PHA to begin with.
    #[arg(long, value_name = "PHA", value_parser = parse_fixed)]
    value: FixedU128,
    /// p_bench: performance score that the worker was measured with.
    #[arg(long, value_name = "P")]
    score_bench: u32,
    /// p: performance score that it shows; 1.2 · p_bench of it count at most. While it serves jobs, p is p_bench.
    #[arg(long, value_name = "P", value_parser = parse_fixed)]
    score: FixedU128,
    /// Ticks of growth; the presets' ticks are 12 s long, or 1 s in development.
    #[arg(long)]
    ticks: u64,
    /// Ticks offline after that.
    #[arg(long, value_name = "TICKS", default_value_t = 0)]
    offline_ticks: u64,
    #[command(flatten)]
    rules: Rules,
}

/// A value in JSON, in PHA.
#[derive(Serialize)]
struct Grown {
    value: String,
    growth: String,
}

/// Lets a value grow.
pub(super) fn run(arguments: &GrowArguments, globals: &Globals) -> Result<()> {
    let (value, growth) = grow(arguments, &validated(arguments.rules.parameters())?);
    let grown = Grown { value: digits("V", value)?, growth: digits("D", growth)? };
    if globals.json {
        return output::json(&grown);
    }
    output::line(format_args!("value (V)               {} PHA", grown.value))?;
    output::line(format_args!("growth not yet paid (D) {} PHA", grown.growth))
}

/// V and D after growth and an outage, which forfeits the growth.
fn grow(arguments: &GrowArguments, parameters: &TokenomicParameters) -> (FixedU128, FixedU128) {
    let shown = arguments.score.min(performance::cap(arguments.score_bench));
    let grown = Growth::new(parameters, arguments.score_bench, shown).after(arguments.value, arguments.ticks);
    match arguments.offline_ticks {
        0 => (grown.value, grown.growth),
        ticks => (slash::offline(parameters, grown.value, ticks), FixedU128::from_u32(0)),
    }
}
