//! What is simulated, as people write it down.

use std::fmt;

use phala_economics::{ParameterError, TokenomicParameters};
use serde::Deserialize;

use crate::{limits, overrides::Overrides, Decimal, Span};

/// A simulation, from a TOML file. Times count from its beginning.
///
/// ```
/// let scenario = phala_simulator::Scenario::from_toml(
///     r#"
///     length_days = 30
///     subsidy = 10_000_000
///     [[groups]]
///     name = "at home"
///     workers = 10
///     stake = [4_000, 8_000]
///     score = 1_000
///     outages_per_month = 1
///     "#,
/// )?;
/// assert_eq!(scenario.workers(), 10);
/// # Ok::<(), phala_simulator::ScenarioError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What the picture is headed with; at most 100 characters.
    #[serde(default = "Scenario::nameless")]
    pub name: String,
    /// Which of the equally likely stories is told.
    #[serde(default)]
    pub seed: u64,
    /// How long it goes on: more than 0, at most 3650 days.
    pub length_days: Decimal,
    /// Hours between two samples: from 0.1 on.
    #[serde(default = "day_of_hours")]
    pub sample_hours: Decimal,
    /// Hours between two answers of a worker, on average: from 0.5, the chain's own pace, to 720. Each
    /// interval is drawn between half and one and a half times as much.
    #[serde(default = "five_days_of_hours")]
    pub answer_hours: Decimal,
    /// PHA in the subsidy account at the beginning.
    pub subsidy: Decimal,
    /// The parameters at the beginning.
    #[serde(default)]
    pub preset: Preset,
    /// What differs from the preset.
    #[serde(default)]
    pub parameters: Overrides,
    /// What changes later on; at most 1000 changes.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// How the price moves between the changes that set it.
    pub price_walk: Option<PriceWalk>,
    /// Who mines: at most 1000 groups, and 100 000 workers together.
    pub groups: Vec<Group>,
}

/// Parameters that a known network starts with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// [`TokenomicParameters::development`].
    Development,
    /// [`TokenomicParameters::para1`].
    Para1,
    /// [`TokenomicParameters::khala`].
    Khala,
    /// [`TokenomicParameters::phala`].
    #[default]
    Phala,
}

/// A change of parameters by governance, such as of the price.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// When, in days; before the end.
    pub day: Decimal,
    /// What is different from then on; everything else stays.
    pub parameters: Overrides,
}

/// A price that moves at random, as in a binomial tree: at each step it is multiplied or divided by 1 +
/// `step`, with equal chance.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceWalk {
    /// Days between two steps: from 0.1 on.
    #[serde(default = "one")]
    pub every_days: Decimal,
    /// How far a step goes, as a part of the price: at most 10.
    pub step: Decimal,
    /// USD below which the price does not fall; more than 0.
    #[serde(default = "cent")]
    pub lowest: Decimal,
    /// USD above which the price does not rise.
    #[serde(default = "hundred")]
    pub highest: Decimal,
}

/// Workers that are alike. Where a span is given, each worker draws its own number from it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// What it is called in results; at most 100 characters.
    pub name: String,
    /// How many workers.
    pub workers: u32,
    /// PHA behind each.
    pub stake: Span,
    /// Performance score of the benchmark, iterations in 6 s; at most 6000.
    pub score: Span,
    /// Confidence level, 1 (best) to 5.
    #[serde(default = "level_five")]
    pub confidence: u8,
    /// When they join, in days.
    #[serde(default)]
    pub join_days: Span,
    /// When they stop, in days, not before the last of them has joined. None: never.
    pub stop_days: Option<Span>,
    /// When its pool restarts a session with a larger stake. None: never.
    pub raise: Option<Raise>,
    /// Outages that a worker has in 30 days, on average; at most one between two answers.
    #[serde(default)]
    pub outages_per_month: Decimal,
    /// How long an outage lasts, in hours; at most 8760. One that ends within the heartbeat window goes
    /// unnoticed.
    #[serde(default = "one_to_twelve")]
    pub outage_hours: Span,
    /// Faults that a worker commits in 30 days, on average.
    #[serde(default)]
    pub faults_per_month: Faults,
    /// Part of the time, and of the answers, in which a worker serves jobs: from 0 to 1. Its benchmark pauses
    /// meanwhile.
    #[serde(default)]
    pub serving: Decimal,
    /// How fast its benchmark runs between two answers, as a part of its score: at most 10, of which 1.2
    /// counts.
    #[serde(default = "full_speed")]
    pub speed: Span,
}

/// A restart with a larger stake: once for each worker, on the first day on which its session answers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raise {
    /// When, in days, not before the last of the group has joined.
    pub days: Span,
    /// How many times the stake is as large from then on: from 1.001 to 100.
    pub factor: Span,
}

/// Faults of each level in 30 days; at most one of each between two answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// Level 2: jobs accepted and not delivered.
    #[serde(default)]
    pub good_faith: Decimal,
    /// Level 3: proven wrong results.
    #[serde(default)]
    pub proven: Decimal,
    /// Level 4: threats to the network, after which a worker mines no more.
    #[serde(default)]
    pub threat: Decimal,
}

/// Why a scenario cannot be simulated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// It is not TOML, or has fields that there are not, or lacks some.
    #[error("the scenario cannot be read: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A number is out of its range.
    #[error("`{field}` is {found}; write {allowed}")]
    OutOfRange {
        /// The field, with where it is.
        field: String,
        /// What was written there.
        found: String,
        /// What may be.
        allowed: String,
    },
    /// Parameters that no chain would accept.
    #[error("the parameters {when} are not allowed: {error}")]
    Parameters {
        /// Since when they would hold.
        when: String,
        /// Why not.
        error: ParameterError,
    },
    /// It would take hours.
    #[error("the scenario comes to {steps} {what}, and at most {most} are simulated; {remedy}")]
    TooLong {
        /// Steps of which there are too many.
        what: &'static str,
        /// How many.
        steps: u128,
        /// How many there may be.
        most: u128,
        /// What makes them fewer.
        remedy: &'static str,
    },
}

impl Scenario {
    /// Reads and checks a scenario.
    pub fn from_toml(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text)?;
        limits::check(&scenario)?;
        Ok(scenario)
    }

    /// Workers of all groups.
    pub fn workers(&self) -> u32 {
        self.groups.iter().fold(0, |sum, group| sum.saturating_add(group.workers))
    }

    /// The parameters at the beginning.
    pub fn initial_parameters(&self) -> TokenomicParameters {
        self.parameters.apply(self.preset.parameters())
    }

    fn nameless() -> String {
        "Simulated network".into()
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Development => "the development network",
            Self::Para1 => "Para-1",
            Self::Khala => "Khala",
            Self::Phala => "Phala",
        })
    }
}

impl Preset {
    pub(crate) fn parameters(self) -> TokenomicParameters {
        match self {
            Self::Development => TokenomicParameters::development(),
            Self::Para1 => TokenomicParameters::para1(),
            Self::Khala => TokenomicParameters::khala(),
            Self::Phala => TokenomicParameters::phala(),
        }
    }
}

fn one() -> Decimal {
    Decimal::whole(1)
}

fn hundred() -> Decimal {
    Decimal::whole(100)
}

fn cent() -> Decimal {
    Decimal::ratio(1, 100)
}

fn day_of_hours() -> Decimal {
    Decimal::whole(24)
}

fn five_days_of_hours() -> Decimal {
    Decimal::whole(120)
}

fn level_five() -> u8 {
    5
}

fn one_to_twelve() -> Span {
    Span { from: Decimal::whole(1), to: Decimal::whole(12) }
}

fn full_speed() -> Span {
    Span::only(one())
}
