//! A scenario from its beginning to its end.

use phala_economics::{Balance, Moment};

use crate::{
    action::Action,
    decimal::{DAY, HOUR},
    invariants,
    network::Network,
    outcome::{NetworkError, Outcome},
    schedule::Schedule,
    tally::Tally,
    Sample, Scenario,
};

/// What became of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// The network from time to time; the first sample is of the beginning, the last of the end.
    pub samples: Vec<Sample>,
    /// What became of each group, in the order of the scenario.
    pub groups: Vec<GroupResult>,
    /// All groups together.
    pub total: Tally,
    /// Base units in the subsidy at the beginning.
    pub funded: Balance,
    /// Milliseconds after the beginning at which the subsidy could not pay an answer for the first time.
    pub exhausted_at: Option<Moment>,
    /// Actions that happened.
    pub actions: u64,
}

/// What became of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupResult {
    /// Its name.
    pub name: String,
    /// Its workers.
    pub workers: u32,
    /// What they did and got.
    pub tally: Tally,
}

/// Simulates a scenario. `progress` is told, from time to time, which part of it is done: from 0 to 1.
///
/// An error says that an invariant does not hold or that the simulator asked for what no chain would do;
/// nothing in a scenario that was checked can cause either.
pub fn simulate(scenario: &Scenario, mut progress: impl FnMut(f64)) -> Result<Simulation, NetworkError> {
    let mut run = Run::new(scenario)?;
    let every = scenario.sample_hours.of(HOUR).max(1);
    let length = scenario.length_days.of(DAY);
    let mut next = 0;
    while let Some(action) = run.schedule.next() {
        while next <= length && next < action.at {
            run.sample(next)?;
            progress(next as f64 / length as f64);
            next += every;
        }
        run.perform(&action)?;
    }
    while next < length {
        run.sample(next)?;
        next += every;
    }
    run.sample(length)?;
    progress(1.0);
    Ok(run.finish(scenario))
}

/// A scenario while it goes on, on a chain whose time begins with it.
struct Run {
    schedule: Schedule,
    network: Network,
    tallies: Vec<Tally>,
    /// All groups together, at the last sample.
    sampled: Tally,
    samples: Vec<Sample>,
    exhausted_at: Option<Moment>,
    actions: u64,
}

impl Run {
    fn new(scenario: &Scenario) -> Result<Self, NetworkError> {
        Ok(Self {
            schedule: Schedule::new(scenario, 0),
            network: Network::new(scenario.initial_parameters(), scenario.subsidy.balance())?,
            tallies: vec![Tally::default(); scenario.groups.len()],
            sampled: Tally::default(),
            samples: Vec::new(),
            exhausted_at: None,
            actions: 0,
        })
    }

    fn perform(&mut self, action: &Action) -> Result<(), NetworkError> {
        let outcome = self.network.apply(action)?;
        self.actions += 1;
        let Some(worker) = action.happening.worker() else {
            return Ok(());
        };
        if matches!(outcome, Outcome::Refused(_)) {
            self.schedule.withdraw(worker);
        }
        if matches!(outcome, Outcome::Paid { missing: 1.., .. }) {
            self.exhausted_at.get_or_insert(action.at);
        }
        if let Some(tally) = self.schedule.group(worker).and_then(|group| self.tallies.get_mut(group)) {
            tally.count(&outcome, action.at);
        }
        Ok(())
    }

    fn sample(&mut self, at: Moment) -> Result<(), NetworkError> {
        invariants::check(&self.network)?;
        let total = self.total(at);
        self.samples.push(Sample::take(&self.network, at, at, &total, &self.sampled));
        self.sampled = total;
        Ok(())
    }

    fn total(&mut self, at: Moment) -> Tally {
        self.tallies.iter_mut().fold(Tally::default(), |total, tally| {
            tally.advance(at);
            total.plus(tally)
        })
    }

    fn finish(self, scenario: &Scenario) -> Simulation {
        let groups = scenario.groups.iter().zip(&self.tallies).map(|(group, tally)| GroupResult {
            name: group.name.clone(),
            workers: group.workers,
            tally: *tally,
        });
        Simulation {
            groups: groups.collect(),
            total: self.sampled,
            funded: self.network.ledger().funded,
            samples: self.samples,
            exhausted_at: self.exhausted_at,
            actions: self.actions,
        }
    }
}
