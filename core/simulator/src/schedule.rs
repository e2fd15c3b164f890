//! From a scenario to actions, in the order of time.
//!
//! Each worker has dice of its own and one thing that it does next; a heap holds what is due, so that the
//! story is told action by action and never stored.

use std::{cmp::Reverse, collections::BinaryHeap};

use phala_economics::{arithmetic, Moment, SlashLevel, TokenomicParameters};

use crate::{
    action::{Action, Happening, Worker},
    decimal::{DAY, HOUR},
    dice::{Chance, Dice},
    miner::{Level, Life, Miner, Odds},
    scenario::{Group, Scenario},
    Decimal, Span,
};

/// What is due, for a worker or for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Join(Worker),
    Answer(Worker, After),
    Deadline(Worker),
    Fault(Worker, Level),
    Restart(Worker),
    Stop(Worker),
    Return(Worker),
    /// Of `changes`, this one.
    Change(usize),
    WalkStep,
}

/// What follows an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum After {
    /// The next one.
    Answer,
    /// An outage.
    Outage,
    /// It ended an outage: the worker was started anew.
    Recovery,
}

/// The actions of a scenario.
#[derive(Clone, Debug)]
pub struct Schedule {
    scenario: Scenario,
    begin: Moment,
    end: Moment,
    parameters: TokenomicParameters,
    miners: Vec<Miner>,
    /// Of each group.
    odds: Vec<Odds>,
    price_dice: Dice,
    /// What is due, the earliest first; of the same time, what was planned first.
    due: BinaryHeap<Reverse<(Moment, u64, Due)>>,
    planned: u64,
}

impl Schedule {
    /// The scenario's actions on a chain on which it is `begin` when they begin.
    pub fn new(scenario: &Scenario, begin: Moment) -> Self {
        let mut schedule = Self {
            begin,
            end: begin.saturating_add(scenario.length_days.of(DAY)),
            parameters: scenario.initial_parameters(),
            miners: Vec::new(),
            odds: scenario.groups.iter().map(Odds::new).collect(),
            price_dice: Dice::new(scenario.seed, 0),
            due: BinaryHeap::new(),
            planned: 0,
            scenario: scenario.clone(),
        };
        for (index, change) in scenario.changes.iter().enumerate() {
            schedule.plan(begin.saturating_add(change.day.of(DAY)), Due::Change(index));
        }
        schedule.plan_walk(begin);
        for (index, group) in scenario.groups.iter().enumerate() {
            (0..group.workers).for_each(|_| schedule.add_miner(index, group));
        }
        schedule
    }

    /// The index of a worker's group.
    pub fn group(&self, worker: Worker) -> Option<usize> {
        self.miners.get(worker as usize).map(|miner| miner.group)
    }

    /// A worker's session was refused: nothing more will happen to it.
    pub fn withdraw(&mut self, worker: Worker) {
        if let Some(miner) = self.miners.get_mut(worker as usize) {
            miner.life = Life::Gone;
        }
    }

    fn add_miner(&mut self, group: usize, plan: &Group) {
        let worker = self.miners.len() as Worker;
        let mut dice = Dice::new(self.scenario.seed, u64::from(worker) + 1);
        let at = |dice: &mut Dice, days: Span| self.begin.saturating_add(time(dice, days, DAY));
        let join = at(&mut dice, plan.join_days);
        let stop = plan.stop_days.map(|days| at(&mut dice, days));
        let raise = plan.raise.as_ref().map(|raise| at(&mut dice, raise.days));
        self.miners.push(Miner {
            group,
            dice,
            life: Life::Waiting,
            offline: false,
            stake: 0,
            score: 0,
            iterations: 0,
            counted_at: join,
        });
        self.plan(join, Due::Join(worker));
        let later = [(raise, Due::Restart(worker)), (stop, Due::Stop(worker))];
        for (at, due) in later.into_iter().filter_map(|(at, due)| Some((at?, due))) {
            self.plan(at, due);
        }
    }

    fn plan(&mut self, at: Moment, due: Due) {
        if at <= self.end {
            self.due.push(Reverse((at, self.planned, due)));
            self.planned += 1;
        }
    }

    fn plan_walk(&mut self, now: Moment) {
        if let Some(walk) = &self.scenario.price_walk {
            self.plan(now.saturating_add(walk.every_days.of(DAY)), Due::WalkStep);
        }
    }

    /// What is due, if it happens at all.
    fn perform(&mut self, now: Moment, due: Due) -> Option<Happening> {
        match due {
            Due::Join(worker) => self.join(worker, now),
            Due::Answer(worker, after) => self.answer(worker, after, now),
            Due::Deadline(worker) => self.lives(worker, &[Life::Mining]).then(|| {
                self.miner(worker).into_iter().for_each(|miner| miner.offline = true);
                Happening::DeadlinePassed { worker }
            }),
            Due::Fault(worker, level) => self.fault(worker, level, now),
            Due::Restart(worker) => self.restart(worker, now),
            Due::Stop(worker) => self.lives(worker, &[Life::Mining]).then(|| {
                self.begin_cool_down(worker, now);
                Happening::Stop { worker }
            }),
            Due::Return(worker) => {
                self.miner(worker)?.life = Life::Gone;
                Some(Happening::Return { worker })
            }
            Due::Change(index) => {
                let change = self.scenario.changes.get(index)?;
                self.parameters = change.parameters.apply(self.parameters.clone());
                Some(Happening::SetParameters(Box::new(self.parameters.clone())))
            }
            Due::WalkStep => self.step_price(now),
        }
    }

    fn join(&mut self, worker: Worker, now: Moment) -> Option<Happening> {
        let (miner, group) = self.miner_and_group(worker)?;
        miner.life = Life::Mining;
        let stake = miner.dice.between(group.stake.from.balance(), group.stake.to.balance());
        let score = miner.dice.between(group.score.from.scaled(1), group.score.to.scaled(1)) as u32;
        (miner.stake, miner.score) = (stake, score);
        let confidence = group.confidence;
        self.plan_next(worker, now);
        Some(Happening::Start { worker, stake, score, confidence })
    }

    fn restart(&mut self, worker: Worker, now: Moment) -> Option<Happening> {
        let (miner, group) = self.miner_and_group(worker)?;
        if miner.life != Life::Mining {
            return None;
        }
        if miner.offline {
            // Only a session that answers can restart.
            self.plan(now.saturating_add(DAY), Due::Restart(worker));
            return None;
        }
        let factor = group.raise.as_ref()?.factor;
        let (from, to) = (factor.from.scaled(miner.stake), factor.to.scaled(miner.stake));
        miner.stake = miner.dice.between(from, to);
        let (stake, score, confidence) = (miner.stake, miner.score, group.confidence);
        Some(Happening::Restart { worker, stake, score, confidence })
    }

    /// Plans what a worker does after an answer: the next one, or the last one before an outage, and
    /// the faults until then.
    fn plan_next(&mut self, worker: Worker, now: Moment) -> Option<()> {
        let every = self.scenario.answer_hours.of(HOUR);
        let miner = self.miners.get_mut(worker as usize)?;
        let odds = self.odds.get(miner.group)?;
        let interval = miner.dice.moment(every / 2, every.saturating_add(every / 2));
        let (next, after) = match miner.dice.happens(odds.outages.within_what_it_ends(interval)) {
            true => (now.saturating_add(miner.dice.moment(1, interval)), After::Outage),
            false => (now.saturating_add(interval), After::Answer),
        };
        self.plan_faults(worker, now, next)?;
        self.plan(next, Due::Answer(worker, after));
        Some(())
    }

    /// Plans the faults that a worker commits from `from` to `to`.
    fn plan_faults(&mut self, worker: Worker, from: Moment, to: Moment) -> Option<()> {
        let miner = self.miners.get_mut(worker as usize)?;
        let odds = self.odds.get(miner.group)?;
        let elapsed = to.saturating_sub(from);
        let faults = odds.faults.map(|(level, rate)| {
            let at = miner.dice.happens(rate.within(elapsed)).then(|| miner.dice.moment(from, to))?;
            Some((at, Due::Fault(worker, level)))
        });
        faults.into_iter().flatten().for_each(|(at, due)| self.plan(at, due));
        Some(())
    }

    fn answer(&mut self, worker: Worker, after: After, now: Moment) -> Option<Happening> {
        let serving = self.odds.get(self.group(worker)?)?.serving;
        let (miner, group) = self.miner_and_group(worker)?;
        if miner.life != Life::Mining {
            return None;
        }
        let elapsed = now.saturating_sub(miner.counted_at);
        miner.counted_at = now;
        match after {
            // Its process is a new one, which counts from zero.
            After::Recovery => (miner.iterations, miner.offline) = (0, false),
            After::Answer | After::Outage => miner.count(group, elapsed),
        }
        let jobs = u32::from(miner.dice.happens(serving));
        let iterations = miner.iterations;
        match after {
            After::Answer => self.plan_next(worker, now)?,
            After::Outage => self.plan_outage(worker, now)?,
            After::Recovery => {
                let soon = now.saturating_add(self.parameters.challenge_interval);
                self.plan(soon, Due::Answer(worker, After::Answer));
            }
        }
        Some(Happening::Answer { worker, iterations, jobs })
    }

    /// The worker falls silent now. Its next challenge comes when challenges come, and passes unanswered,
    /// unless the worker is back in time.
    fn plan_outage(&mut self, worker: Worker, now: Moment) -> Option<()> {
        let (interval, window) = (self.parameters.challenge_interval, self.parameters.heartbeat_window);
        let (miner, group) = self.miner_and_group(worker)?;
        let back = now.saturating_add(time(&mut miner.dice, group.outage_hours, HOUR));
        let challenged = now.saturating_add(miner.dice.moment(1, interval.saturating_mul(2)));
        let passed = challenged.saturating_add(window).saturating_add(1);
        self.plan_faults(worker, now, back)?;
        if back < passed {
            self.plan(challenged.max(back), Due::Answer(worker, After::Recovery));
        } else {
            self.plan(passed, Due::Deadline(worker));
            self.plan(back.max(passed.saturating_add(1)), Due::Answer(worker, After::Recovery));
        }
        Some(())
    }

    fn fault(&mut self, worker: Worker, level: Level, now: Moment) -> Option<Happening> {
        if !self.lives(worker, &[Life::Mining, Life::CoolingDown]) {
            return None;
        }
        let level = match level {
            Level::GoodFaith => SlashLevel::GoodFaith,
            Level::Proven => SlashLevel::Proven,
            Level::Threat => {
                if self.lives(worker, &[Life::Mining]) {
                    self.begin_cool_down(worker, now);
                }
                SlashLevel::Threat
            }
        };
        Some(Happening::Fault { worker, level })
    }

    fn begin_cool_down(&mut self, worker: Worker, now: Moment) {
        self.plan(now.saturating_add(self.parameters.cool_down), Due::Return(worker));
        if let Some(miner) = self.miner(worker) {
            miner.life = Life::CoolingDown;
        }
    }

    fn step_price(&mut self, now: Moment) -> Option<Happening> {
        let walk = self.scenario.price_walk.clone()?;
        let factor = Decimal::whole(1).fixed() + walk.step.fixed();
        let price = match self.price_dice.happens(Chance::new(1, 2)) {
            true => arithmetic::multiply(self.parameters.price, factor),
            false => arithmetic::divide(self.parameters.price, factor),
        };
        self.parameters.price = price.clamp(walk.lowest.fixed(), walk.highest.fixed());
        self.plan_walk(now);
        Some(Happening::SetParameters(Box::new(self.parameters.clone())))
    }

    fn lives(&self, worker: Worker, lives: &[Life]) -> bool {
        self.miners.get(worker as usize).is_some_and(|miner| lives.contains(&miner.life))
    }

    fn miner(&mut self, worker: Worker) -> Option<&mut Miner> {
        self.miners.get_mut(worker as usize)
    }

    fn miner_and_group(&mut self, worker: Worker) -> Option<(&mut Miner, &Group)> {
        let miner = self.miners.get_mut(worker as usize)?;
        let group = self.scenario.groups.get(miner.group)?;
        Some((miner, group))
    }
}

impl Iterator for Schedule {
    type Item = Action;

    fn next(&mut self) -> Option<Action> {
        loop {
            let Reverse((at, _, due)) = self.due.pop()?;
            if let Some(happening) = self.perform(at, due) {
                return Some(Action { at, happening });
            }
        }
    }
}

/// A time from a span in this unit.
fn time(dice: &mut Dice, span: Span, unit: Moment) -> Moment {
    dice.moment(span.from.of(unit), span.to.of(unit))
}
