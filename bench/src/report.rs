//! What was measured: a table for people, JSON for programs, and a verdict.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::measure::Samples;

/// One thing that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// What was done.
    what: String,
    ours: Figure,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<Peer>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    limits: Vec<Limit>,
    /// Whether all limits hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    holds: Option<bool>,
}

/// The same by somebody else.
#[derive(Debug, Serialize)]
struct Peer {
    name: String,
    figure: Figure,
    /// How many times as fast as the peer ours is.
    ratio: f64,
}

/// A median and how far half of the turns lie from it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Figure {
    value: f64,
    unit: Unit,
    /// As a part of the value.
    spread: f64,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    /// Less is better.
    Seconds,
    /// More is better.
    PerSecond,
    /// Less is better.
    Bytes,
}

/// What must hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Limit {
    /// At least this many times as fast as the peer.
    Ratio(f64),
    /// At most so many seconds.
    Seconds(f64),
}

impl Figure {
    /// Seconds.
    pub(crate) fn seconds(samples: &Samples) -> Self {
        Self { value: samples.median(), unit: Unit::Seconds, spread: samples.spread() }
    }

    /// Bytes.
    pub(crate) fn bytes(samples: &Samples) -> Self {
        Self { value: samples.median(), unit: Unit::Bytes, spread: samples.spread() }
    }

    /// Times a second.
    pub(crate) fn per_second(samples: &Samples) -> Self {
        Self { value: samples.median(), unit: Unit::PerSecond, spread: samples.spread() }
    }
}

impl Row {
    /// A figure of ours alone.
    pub(crate) fn new(what: impl Into<String>, ours: Figure) -> Self {
        Self { what: what.into(), ours, peer: None, limits: Vec::new(), holds: None }
    }

    /// Seconds of ours beside those of a peer, taken in turns.
    pub(crate) fn beside(what: impl Into<String>, ours: &Samples, peer: &str, peers: &Samples) -> Self {
        let ratio = ours.speed_relative_to(peers);
        Self::new(what, Figure::seconds(ours)).with_peer(peer, Figure::seconds(peers), ratio)
    }

    /// Adds a peer that was not measured in turns.
    pub(crate) fn with_peer(mut self, name: &str, figure: Figure, ratio: f64) -> Self {
        self.peer = Some(Peer { name: name.to_owned(), figure, ratio });
        self
    }

    /// Adds what must hold.
    pub(crate) fn must(mut self, limit: Limit) -> Self {
        let holds = match limit {
            Limit::Ratio(least) => self.peer.as_ref().is_some_and(|peer| peer.ratio >= least),
            Limit::Seconds(most) => self.ours.unit == Unit::Seconds && self.ours.value <= most,
        };
        self.limits.push(limit);
        self.holds = Some(self.holds.unwrap_or(true) && holds);
        self
    }

    fn cells(&self) -> [String; 6] {
        let list = |limits: &[Limit]| limits.iter().map(Limit::to_string).collect::<Vec<_>>().join(", ");
        let holds = match self.holds {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        [
            self.what.clone(),
            self.ours.to_string(),
            self.peer.as_ref().map(|peer| format!("{}  {}", peer.figure, peer.name)).unwrap_or_default(),
            self.peer.as_ref().map(|peer| rounded(peer.ratio)).unwrap_or_default(),
            list(&self.limits),
            holds.to_owned(),
        ]
    }
}

/// All rows.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Adds rows.
    pub(crate) fn add(&mut self, rows: Vec<Row>) {
        self.rows.extend(rows);
    }

    /// Whether all limits of all rows hold.
    pub(crate) fn holds(&self) -> bool {
        self.rows.iter().all(|row| row.holds != Some(false))
    }

    /// One line of JSON.
    pub(crate) fn to_json(&self) -> String {
        serde_json::json!({ "holds": self.holds(), "rows": self.rows }).to_string()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["what", "ours", "peer", "ratio", "limit", "holds"].map(str::to_owned);
        let lines: Vec<_> = std::iter::once(head).chain(self.rows.iter().map(Row::cells)).collect();
        let width = |column: usize| {
            lines.iter().map(|cells: &[String; 6]| cells[column].chars().count()).max().unwrap_or(0)
        };
        let widths: [usize; 6] = std::array::from_fn(width);
        for cells in &lines {
            let mut line = String::new();
            for (cell, width) in cells.iter().zip(widths) {
                line.push_str(&format!("{cell:width$}  "));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, unit) = match (self.unit, self.value) {
            (Unit::PerSecond, value) => (value, "/s"),
            (Unit::Bytes, value) => (value / 1024.0, "KiB"),
            (Unit::Seconds, value) if value >= 0.9995 => (value, "s"),
            (Unit::Seconds, value) if value >= 0.9995e-3 => (value * 1e3, "ms"),
            (Unit::Seconds, value) => (value * 1e6, "µs"),
        };
        write!(f, "{:>5} {unit:3} ±{:>2.0} %", rounded(value), self.spread * 100.0)
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ratio(least) => write!(f, "≥ {least}"),
            Self::Seconds(most) => write!(f, "≤ {most} s"),
        }
    }
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, value) = match self {
            Self::Ratio(least) => ("ratio_at_least", least),
            Self::Seconds(most) => ("seconds_at_most", most),
        };
        serializer.collect_map([(name, value)])
    }
}

/// Three digits, or all before the point.
fn rounded(value: f64) -> String {
    let digits = match value.abs() {
        value if value >= 99.95 => 0,
        value if value >= 9.995 => 1,
        _ => 2,
    };
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn samples(value: f64) -> Samples {
        Samples::new(vec![value; 3]).unwrap()
    }

    fn beside(ours: f64, peers: f64) -> Row {
        Row::beside("adding", &samples(ours), "abacus", &samples(peers))
    }

    #[test]
    fn report_should_hold_unless_a_limit_is_missed() {
        let report = |row| Report { rows: vec![beside(2.0, 1.0), row] };
        assert!(report(beside(1.0, 0.95).must(Limit::Ratio(0.95))).holds());
        assert!(!report(beside(1.0, 0.94).must(Limit::Ratio(0.95))).holds());
        assert!(report(beside(5.0, 1.0).must(Limit::Seconds(5.0))).holds());
        assert!(!report(beside(5.1, 1.0).must(Limit::Seconds(5.0))).holds());
        assert!(!report(beside(5.1, 9.0).must(Limit::Seconds(5.0)).must(Limit::Ratio(1.0))).holds());
    }

    #[test]
    fn limit_should_not_hold_when_there_is_nothing_to_hold_it_against() {
        let alone = Row::new("adding", Figure::seconds(&samples(1.0))).must(Limit::Ratio(0.1));
        assert_eq!(alone.holds, Some(false));
        let rate = Row::new("adding", Figure::per_second(&samples(1.0))).must(Limit::Seconds(5.0));
        assert_eq!(rate.holds, Some(false));
    }

    #[test]
    fn table_should_name_limit_and_verdict() {
        let report = Report { rows: vec![beside(0.002, 0.001).must(Limit::Ratio(0.95))] };
        let table = report.to_string();
        let line = table.lines().nth(1).unwrap();
        let words: Vec<_> = line.split_whitespace().collect();
        let expected = "adding 2.00 ms ± 0 % 1.00 ms ± 0 % abacus 0.50 ≥ 0.95 NO";
        assert_eq!(words.join(" "), expected);
    }

    #[test]
    fn json_should_be_one_line_with_every_figure() {
        let report = Report { rows: vec![beside(2.0, 1.0).must(Limit::Seconds(5.0))] };
        let json = report.to_json();
        assert_eq!(json.lines().count(), 1);
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value["rows"][0]["peer"]["ratio"], 0.5);
        assert_eq!(value["rows"][0]["limits"][0]["seconds_at_most"], 5.0);
        assert_eq!((&value["holds"], &value["rows"][0]["holds"]), (&true.into(), &true.into()));
    }
}
