//! `phala economics`: the Value Promise, computed here with the chain's own arithmetic.
//!
//! Nothing is asked of a node: the rules are those of a preset, with what the command line says instead.

mod grow;
mod project;
mod quote;
mod simulate;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use phala_economics::{FixedU128, TokenomicParameters};

use crate::{exit::usage, format::parse_fixed, Globals};

/// What to compute.
///
/// Nothing of this needs a network. Amounts are in PHA, here and with --json, where they are strings with 18 decimals.
#[derive(Subcommand)]
pub(crate) enum EconomicsCommand {
    /// Show what a stake promises, which stakes may start, and whether this one may.
    Quote(quote::QuoteArguments),
    /// Show what a value grows to, and what is left of it after an outage.
    Grow(grow::GrowArguments),
    /// Show what a session would earn over time, under stated assumptions.
    Project(project::ProjectArguments),
    /// Simulate a network of thousands of workers over years.
    Simulate(simulate::SimulateArguments),
}

/// Runs the command.
pub(crate) fn run(command: EconomicsCommand, globals: &Globals) -> Result<()> {
    match command {
        EconomicsCommand::Quote(arguments) => quote::run(&arguments, globals),
        EconomicsCommand::Grow(arguments) => grow::run(&arguments, globals),
        EconomicsCommand::Project(arguments) => project::run(&arguments, globals),
        EconomicsCommand::Simulate(arguments) => simulate::run(&arguments, globals),
    }
}

/// Networks whose rules are known.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Preset {
    Phala,
    Khala,
    Para1,
    Development,
}

/// Whose rules count.
#[derive(Args)]
struct Rules {
    /// Network whose rules count where the command line says nothing else.
    #[arg(long, value_enum, default_value_t = Preset::Khala)]
    preset: Preset,
    /// φ: price of a PHA in USD. None: the preset's.
    #[arg(long, value_name = "USD", value_parser = parse_fixed)]
    price: Option<FixedU128>,
}

impl Rules {
    /// The parameters, not yet validated.
    fn parameters(&self) -> TokenomicParameters {
        let preset = match self.preset {
            Preset::Phala => TokenomicParameters::phala(),
            Preset::Khala => TokenomicParameters::khala(),
            Preset::Para1 => TokenomicParameters::para1(),
            Preset::Development => TokenomicParameters::development(),
        };
        TokenomicParameters { price: self.price.unwrap_or(preset.price), ..preset }
    }
}

/// Which sessions may start, and what they promise.
#[derive(Args)]
struct StartRules {
    #[command(flatten)]
    rules: Rules,
    /// R^e: expected multiplier of the stake, 1 or more. None: the preset's.
    #[arg(long, value_name = "FACTOR", value_parser = parse_fixed)]
    multiplier: Option<FixedU128>,
    /// k of the least stake, k · √P, in PHA. None: the preset's.
    #[arg(long, value_name = "PHA", value_parser = parse_fixed)]
    min_stake_factor: Option<FixedU128>,
}

impl StartRules {
    fn parameters(&self) -> TokenomicParameters {
        let preset = self.rules.parameters();
        TokenomicParameters {
            stake_multiplier: self.multiplier.unwrap_or(preset.stake_multiplier),
            stake_k: self.min_stake_factor.unwrap_or(preset.stake_k),
            ..preset
        }
    }
}

/// The parameters, if they make sense.
fn validated(parameters: TokenomicParameters) -> Result<TokenomicParameters> {
    parameters.validate().map_err(|error| usage(error.to_string()))?;
    Ok(parameters)
}

/// A number with all its 18 decimals. The arithmetic saturates: what is as large as can be is no result.
fn digits(name: &str, number: FixedU128) -> Result<String> {
    let one = FixedU128::from_u32(1).into_inner();
    let inner = number.into_inner();
    match inner {
        u128::MAX => Err(usage(format!(
            "{name} would be more than {}, the most that can be computed; give smaller numbers",
            inner / one
        ))),
        _ => Ok(format!("{}.{:018}", inner / one, inner % one)),
    }
}
