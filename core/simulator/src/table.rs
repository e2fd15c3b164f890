//! Samples as a table: CSV with a header.

use std::io::Write;

use phala_economics::{Balance, FixedU128};
use serde::Serialize;

use crate::{decimal::DAY, Sample};

/// A row. Values and shares have 6 decimals, money all 12.
#[derive(Serialize)]
struct Row {
    day: f64,
    responsive: u32,
    unresponsive: u32,
    cooling_down: u32,
    price_usd: String,
    budget_per_tick_pha: String,
    budget_per_day_pha: String,
    total_share: String,
    value_mean_pha: String,
    value_median_pha: String,
    value_min_pha: String,
    value_p10_pha: String,
    value_p90_pha: String,
    value_max_pha: String,
    stake_pha: String,
    paid_pools_pha: String,
    paid_treasury_pha: String,
    total_paid_pools_pha: String,
    total_paid_treasury_pha: String,
    subsidy_left_pha: String,
    slashed_pha: String,
    /// Empty while nothing mined.
    apr_percent: Option<String>,
}

/// Writes samples as CSV.
pub fn write(samples: &[Sample], into: impl Write) -> std::io::Result<()> {
    let mut table = csv::Writer::from_writer(into);
    for sample in samples {
        table.serialize(Row::from(sample)).map_err(std::io::Error::other)?;
    }
    table.flush()
}

impl From<&Sample> for Row {
    fn from(sample: &Sample) -> Self {
        let Sample { values, paid, paid_in_total, .. } = sample;
        Self {
            day: sample.at as f64 / DAY as f64,
            responsive: sample.responsive,
            unresponsive: sample.unresponsive,
            cooling_down: sample.cooling_down,
            price_usd: fixed(sample.price),
            budget_per_tick_pha: fixed(sample.budget),
            budget_per_day_pha: fixed(sample.daily_budget),
            total_share: fixed(sample.total_share),
            value_mean_pha: fixed(values.mean),
            value_median_pha: fixed(values.median),
            value_min_pha: fixed(values.least),
            value_p10_pha: fixed(values.low),
            value_p90_pha: fixed(values.high),
            value_max_pha: fixed(values.most),
            stake_pha: balance(sample.stake),
            paid_pools_pha: balance(paid.pool),
            paid_treasury_pha: balance(paid.treasury),
            total_paid_pools_pha: balance(paid_in_total.pool),
            total_paid_treasury_pha: balance(paid_in_total.treasury),
            subsidy_left_pha: balance(sample.subsidy_left),
            slashed_pha: balance(sample.slashed),
            apr_percent: sample.annual_return.map(|rate| format!("{:.4}", rate * 100.0)),
        }
    }
}

/// With 6 decimals, rounded down.
fn fixed(number: FixedU128) -> String {
    let millionths = number.into_inner() / 1_000_000_000_000;
    format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)
}

/// Base units as PHA, with all decimals.
fn balance(amount: Balance) -> String {
    const PHA: Balance = 1_000_000_000_000;
    format!("{}.{:012}", amount / PHA, amount % PHA)
}
