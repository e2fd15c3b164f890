//! The report as text.

use std::fmt::Write;

use crate::options::Options;
use crate::survival::{hazard_ratio, log_rank, Curve, Estimate, LogRank};
use crate::table::{Subject, Table};

/// Below this probability a difference is called one.
const SIGNIFICANCE: f64 = 0.05;

/// Writes the report over `table`.
pub fn write(table: &Table, options: &Options) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = heading(&mut text, table, options);
    for (name, subjects) in &table.groups {
        let _ = group(&mut text, name, subjects, options);
    }
    let _ = comparison(&mut text, table, options);
    text
}

fn heading(text: &mut String, table: &Table, options: &Options) -> std::fmt::Result {
    let subjects: usize = table.groups.values().map(Vec::len).sum();
    writeln!(
        text,
        "Survival report: `{}` until `{}`, by `{}`\n",
        options.time, options.event, options.group
    )?;
    writeln!(
        text,
        "{subjects} subjects in {} groups; {} incomplete rows left out.",
        table.groups.len(),
        table.incomplete
    )
}

fn group(text: &mut String, name: &str, subjects: &[Subject], options: &Options) -> std::fmt::Result {
    let unit = &options.unit;
    let events = subjects.iter().filter(|subject| subject.event).count();
    let observed: f64 = subjects.iter().map(|subject| subject.time).sum();
    let curve = Curve::new(subjects);
    writeln!(text, "\n{} = {name}", options.group)?;
    writeln!(text, "  subjects          {:>8}", subjects.len())?;
    writeln!(text, "  events            {events:>8}")?;
    writeln!(text, "  observation ended {:>8}", subjects.len() - events)?;
    if observed > 0.0 {
        writeln!(text, "  events per 1000 {unit} of observation: {:.4}", events as f64 / observed * 1000.0)?;
    }
    writeln!(text, "  median time to event: {}", median(curve.median(), unit))?;
    for &time in &options.at {
        let Estimate { value, low, high } = curve.share_at(time);
        writeln!(
            text,
            "  without event after {time} {unit}: {:.1} % (95 % interval {:.1} to {:.1})",
            value * 100.0,
            low * 100.0,
            high * 100.0
        )?;
    }
    Ok(())
}

fn median(Estimate { value, low, high }: Estimate, unit: &str) -> String {
    let time = |value: f64| if value.is_finite() { format!("{value}") } else { "not reached".into() };
    let unit = if value.is_finite() { format!(" {unit}") } else { String::new() };
    format!("{}{unit} (95 % interval {} to {})", time(value), time(low), time(high))
}

fn comparison(text: &mut String, table: &Table, options: &Options) -> std::fmt::Result {
    let groups: Vec<&[Subject]> = table.groups.values().map(Vec::as_slice).collect();
    writeln!(text, "\nComparison")?;
    let Some(LogRank { statistic, degrees, p }) = log_rank(&groups) else {
        return writeln!(text, "  There are too few events to compare the groups.");
    };
    let shown = if p < 0.0001 { "p < 0.0001".into() } else { format!("p = {p:.4}") };
    writeln!(text, "  log-rank test: chi-squared {statistic:.3}, {degrees} degree(s) of freedom, {shown}")?;
    if let [(reference, first), (treated, second)] = &table.groups.iter().collect::<Vec<_>>()[..] {
        if let Some(ratio) = hazard_ratio(first, second) {
            return two_groups(text, &options.group, [reference, treated], ratio, p);
        }
    }
    if p < SIGNIFICANCE {
        writeln!(
            text,
            "  The groups differ in how soon events happen; chance alone rarely makes such a difference."
        )
    } else {
        writeln!(text, "  The groups do not differ by more than chance may explain.")
    }
}

fn two_groups(
    text: &mut String,
    column: &str,
    names: [&String; 2],
    ratio: Estimate,
    p: f64,
) -> std::fmt::Result {
    let [reference, treated] = names;
    let Estimate { value, low, high } = ratio;
    writeln!(text, "  hazard ratio, {treated} against {reference} (Peto): {value:.3} (95 % interval {low:.3} to {high:.3})")?;
    let change = (value - 1.0).abs() * 100.0;
    let direction = if value < 1.0 { "less" } else { "more" };
    writeln!(
        text,
        "  At any time, an event was {change:.0} % {direction} likely in a subject with {column} = {treated} than in one with {column} = {reference}."
    )?;
    if p < SIGNIFICANCE {
        writeln!(text, "  Chance alone rarely makes such a difference.")
    } else {
        writeln!(text, "  That is no more than chance may explain.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::read;

    fn report(group: &str) -> String {
        let options = Options {
            time: "time".into(),
            event: "cens".into(),
            group: group.into(),
            at: vec![365.0],
            unit: "days".into(),
        };
        let table = read(&include_bytes!("../data/gbsg2.csv")[..], &options).expect("the table of the trial");
        write(&table, &options)
    }

    #[test]
    fn report_should_say_who_did_better_when_there_are_two_groups() {
        let report = report("horTh");
        for line in [
            "686 subjects in 2 groups; 0 incomplete rows left out.",
            "  median time to event: 1528 days (95 % interval 1280 to 1814)",
            "  median time to event: 2018 days (95 % interval 1918 to not reached)",
            "  without event after 365 days: 95.0 % (95 % interval 91.3 to 97.1)",
            "  log-rank test: chi-squared 8.565, 1 degree(s) of freedom, p = 0.0034",
            "  hazard ratio, yes against no (Peto): 0.707 (95 % interval 0.560 to 0.892)",
            "  At any time, an event was 29 % less likely in a subject with horTh = yes than in one with horTh = no.",
        ] {
            assert!(report.lines().any(|found| found == line), "{line:?} expected in\n{report}");
        }
    }

    #[test]
    fn report_should_test_all_groups_when_there_are_more() {
        let report = report("tgrade");
        assert!(report.contains("tgrade = III"));
        assert!(report.contains("chi-squared 21.094, 2 degree(s) of freedom, p < 0.0001"));
        assert!(!report.contains("hazard ratio"));
    }
}
