//! The statistics of survival: Kaplan–Meier, log-rank, Peto.

use crate::statistics::{chi_squared_exceeds, NORMAL_QUANTILE};
use crate::table::Subject;

/// A time at which events happened.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    time: f64,
    /// Share without event after it, and the 95 % interval of that share.
    share: f64,
    low: f64,
    high: f64,
}

/// A Kaplan–Meier curve.
#[derive(Debug)]
pub struct Curve(Vec<Step>);

/// An estimate and its 95 % interval; an infinite bound is one that was not reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate itself.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// Outcome of a log-rank test.
#[derive(Clone, Copy, Debug)]
pub struct LogRank {
    /// The statistic, chi-squared if the groups do not differ.
    pub statistic: f64,
    /// Groups less one.
    pub degrees: usize,
    /// Probability of such a statistic or a larger one if the groups do not differ.
    pub p: f64,
}

/// Who was observed how long, by time: subjects, events and those at risk just before.
struct Tally {
    time: f64,
    events: f64,
    at_risk: f64,
}

/// Tallies of `subjects` at each of `times`.
fn tally(subjects: &[Subject], times: &[f64]) -> Vec<Tally> {
    let observed = ascending(subjects.iter());
    let ended = ascending(subjects.iter().filter(|subject| subject.event));
    let before = |list: &[f64], time: f64| list.partition_point(|other| *other < time);
    let until = |list: &[f64], time: f64| list.partition_point(|other| *other <= time);
    times
        .iter()
        .map(|&time| Tally {
            time,
            events: (until(&ended, time) - before(&ended, time)) as f64,
            at_risk: (observed.len() - before(&observed, time)) as f64,
        })
        .collect()
}

fn ascending<'a>(subjects: impl Iterator<Item = &'a Subject>) -> Vec<f64> {
    let mut times: Vec<f64> = subjects.map(|subject| subject.time).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn event_times<'a>(subjects: impl Iterator<Item = &'a Subject>) -> Vec<f64> {
    let mut times = ascending(subjects.filter(|subject| subject.event));
    times.dedup();
    times
}

impl Curve {
    /// The product-limit estimate with Greenwood's variance; intervals on the log-log scale, which
    /// keeps them between 0 and 1.
    pub fn new(subjects: &[Subject]) -> Self {
        let (mut share, mut variance) = (1.0_f64, 0.0_f64);
        let steps = tally(subjects, &event_times(subjects.iter())).into_iter().map(|tally| {
            let Tally { time, events, at_risk } = tally;
            share *= 1.0 - events / at_risk;
            variance += events / (at_risk * (at_risk - events));
            let spread = NORMAL_QUANTILE * variance.sqrt() / share.ln();
            // After the last subject's event the share is 0 and has no interval.
            let bound = |spread: f64| if share > 0.0 { share.powf(spread.exp()) } else { 0.0 };
            Step { time, share, low: bound(-spread), high: bound(spread) }
        });
        Self(steps.collect())
    }

    /// Share without event after `time`.
    pub fn share_at(&self, time: f64) -> Estimate {
        let certain = Estimate { value: 1.0, low: 1.0, high: 1.0 };
        let last = self.0.iter().take_while(|step| step.time <= time).last();
        last.map_or(certain, |step| Estimate { value: step.share, low: step.low, high: step.high })
    }

    /// First time after which no more than half are without event; its interval is where the curve's
    /// interval passes one half.
    pub fn median(&self) -> Estimate {
        let first = |share: fn(&Step) -> f64| {
            self.0.iter().find(|step| share(step) <= 0.5).map_or(f64::INFINITY, |step| step.time)
        };
        Estimate {
            value: first(|step| step.share),
            low: first(|step| step.low),
            high: first(|step| step.high),
        }
    }
}

/// Observed and expected events of each group, and the covariance of their differences.
struct Comparison {
    difference: Vec<f64>,
    covariance: Vec<Vec<f64>>,
}

impl Comparison {
    /// Sums up, over all times with events, what each group's share in them would be if only the
    /// numbers at risk counted (hypergeometric mean and covariance).
    fn new(groups: &[&[Subject]]) -> Self {
        let times = event_times(groups.iter().copied().flatten());
        let tallies: Vec<Vec<Tally>> = groups.iter().map(|group| tally(group, &times)).collect();
        let count = groups.len();
        let mut comparison = Self { difference: vec![0.0; count], covariance: vec![vec![0.0; count]; count] };
        for moment in 0..times.len() {
            let at: Vec<&Tally> = tallies.iter().map(|group| &group[moment]).collect();
            let events: f64 = at.iter().map(|tally| tally.events).sum();
            let at_risk: f64 = at.iter().map(|tally| tally.at_risk).sum();
            // With one subject left there is no chance in whose event it is.
            let factor = if at_risk > 1.0 { events * (at_risk - events) / (at_risk - 1.0) } else { 0.0 };
            let share: Vec<f64> = at.iter().map(|tally| tally.at_risk / at_risk).collect();
            for row in 0..count {
                comparison.difference[row] += at[row].events - events * share[row];
                for column in 0..count {
                    let own = if row == column { share[row] } else { 0.0 };
                    comparison.covariance[row][column] += factor * (own - share[row] * share[column]);
                }
            }
        }
        comparison
    }
}

/// Tests whether the groups differ in how soon events happen. None if there is nothing to tell:
/// no events, or never two groups at risk together.
pub fn log_rank(groups: &[&[Subject]]) -> Option<LogRank> {
    let Comparison { mut difference, mut covariance } = Comparison::new(groups);
    // The differences sum up to 0, so one of them says nothing.
    difference.pop();
    covariance.pop();
    let degrees = difference.len();
    let weights = solve(covariance, difference.clone())?;
    let statistic: f64 =
        difference.iter().zip(&weights).map(|(difference, weight)| difference * weight).sum();
    Some(LogRank { statistic, degrees, p: chi_squared_exceeds(statistic, degrees) })
}

/// How many times as fast events happen in `treated` as in `reference`: Peto's estimate, one step from
/// the log-rank test. None where the log-rank test has none.
pub fn hazard_ratio(reference: &[Subject], treated: &[Subject]) -> Option<Estimate> {
    let comparison = Comparison::new(&[treated, reference]);
    let (difference, variance) = (comparison.difference[0], comparison.covariance[0][0]);
    if variance <= 0.0 {
        return None;
    }
    let (log, spread) = (difference / variance, NORMAL_QUANTILE / variance.sqrt());
    Some(Estimate { value: log.exp(), low: (log - spread).exp(), high: (log + spread).exp() })
}

/// Solves `matrix · x = vector` by elimination, the largest pivot first; none if there is no one solution.
fn solve(mut matrix: Vec<Vec<f64>>, mut vector: Vec<f64>) -> Option<Vec<f64>> {
    let size = vector.len();
    for column in 0..size {
        let pivot =
            (column..size).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))?;
        matrix.swap(column, pivot);
        vector.swap(column, pivot);
        if matrix[column][column].abs() < 1e-12 {
            return None;
        }
        for row in column + 1..size {
            let factor = matrix[row][column] / matrix[column][column];
            let (above, below) = matrix.split_at_mut(row);
            for (cell, upper) in below[0].iter_mut().zip(&above[column]).skip(column) {
                *cell -= factor * upper;
            }
            vector[row] -= factor * vector[column];
        }
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|column| matrix[row][column] * vector[column]).sum();
        vector[row] = (vector[row] - known) / matrix[row][row];
    }
    Some(vector)
}

/// Known answers: lifelines 0.30.3 over `data/gbsg2.csv` (KaplanMeierFitter, logrank_test,
/// multivariate_logrank_test), and for Peto's ratio the textbook sums in numpy.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::table::{read, Table};

    fn trial(group: &str) -> Table {
        let options = Options {
            time: "time".into(),
            event: "cens".into(),
            group: group.into(),
            at: Vec::new(),
            unit: "days".into(),
        };
        read(&include_bytes!("../data/gbsg2.csv")[..], &options).expect("the table of the trial")
    }

    fn close(found: f64, known: f64) {
        assert!((found - known).abs() < 1e-7 * known.abs().max(1.0), "found {found}, known {known}");
    }

    #[test]
    fn shares_should_agree_with_lifelines() {
        let table = trial("horTh");
        for (group, time, known) in [
            ("no", 365.0, [0.8966193372355614, 0.8635815, 0.92201769]),
            ("no", 1095.0, [0.6058014006735241, 0.55542288, 0.65233305]),
            ("no", 1825.0, [0.43680577178103325, 0.37791969, 0.49410412]),
            ("yes", 365.0, [0.9495842121635746, 0.91292365, 0.97105277]),
            ("yes", 1095.0, [0.7077333716779616, 0.64323491, 0.76275025]),
            ("yes", 1825.0, [0.5812100668897454, 0.5067894, 0.64839945]),
        ] {
            let found = Curve::new(&table.groups[group]).share_at(time);
            close(found.value, known[0]);
            close(found.low, known[1]);
            close(found.high, known[2]);
        }
    }

    #[test]
    fn medians_should_agree_with_lifelines() {
        let never = f64::INFINITY;
        for (column, group, value, low, high) in [
            ("horTh", "no", 1528.0, 1280.0, 1814.0),
            ("horTh", "yes", 2018.0, 1918.0, never),
            ("tgrade", "I", never, 1990.0, never),
            ("tgrade", "II", 1730.0, 1481.0, 2018.0),
            ("tgrade", "III", 1337.0, 956.0, 2034.0),
        ] {
            let found = Curve::new(&trial(column).groups[group]).median();
            assert_eq!(found, Estimate { value, low, high }, "{column} {group}");
        }
    }

    #[test]
    fn log_rank_should_agree_with_lifelines() {
        for (column, statistic, degrees, p) in [
            ("horTh", 8.564780853539048, 1, 0.0034272822647457703),
            ("tgrade", 21.09443458750104, 2, 2.626647113880132e-05),
        ] {
            let table = trial(column);
            let groups: Vec<&[Subject]> = table.groups.values().map(Vec::as_slice).collect();
            let found = log_rank(&groups).expect("a test");
            close(found.statistic, statistic);
            close(found.p, p);
            assert_eq!(found.degrees, degrees);
        }
    }

    #[test]
    fn hazard_ratio_should_be_peto_s() {
        let table = trial("horTh");
        let found = hazard_ratio(&table.groups["no"], &table.groups["yes"]).expect("a ratio");
        close(found.value, 0.7065522379825324);
        close(found.low, 0.559904489666996);
        close(found.high, 0.8916093266103912);
    }

    #[test]
    fn nothing_should_be_told_when_there_are_no_events() {
        let censored = [Subject { time: 1.0, event: false }; 3];
        assert!(log_rank(&[&censored, &censored]).is_none());
        assert!(hazard_ratio(&censored, &censored).is_none());
        assert_eq!(Curve::new(&censored).median().value, f64::INFINITY);
    }

    #[test]
    fn share_should_be_zero_when_everybody_had_the_event() {
        let all = [Subject { time: 1.0, event: true }, Subject { time: 2.0, event: true }];
        assert_eq!(Curve::new(&all).share_at(2.0), Estimate { value: 0.0, low: 0.0, high: 0.0 });
    }
}
