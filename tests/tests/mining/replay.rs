//! A session computed anew from its parameters, chain times, and what the worker reported.

use anyhow::{bail, ensure, Context, Result};
use phala_client::{
    economics::{Accumulator, FixedU128, Session, TokenomicParameters},
    session::{Happening, Step, ValueChange},
};
use phala_primitives::{BlockNumber, Moment};

use crate::{chronicle::Chronicle, world::World};

/// A session as `phala-economics` has it.
pub(crate) struct Replay {
    parameters: TokenomicParameters,
    session: Session,
    /// Shares do not matter for values, so any will do.
    accumulator: Accumulator,
}

impl Replay {
    /// Computes all that happened so far, and holds every number against the chain's.
    pub(crate) fn of(world: &World, chronicle: &Chronicle) -> Result<Self> {
        Self::until(world, chronicle, BlockNumber::MAX)
    }

    /// The same up to block `last`.
    pub(crate) fn until(world: &World, chronicle: &Chronicle, last: BlockNumber) -> Result<Self> {
        let mut steps = chronicle.steps.iter().take_while(|step| step.block <= last);
        let first = steps.next().context("nothing happened")?;
        let mut replay = Self::start(world, chronicle, first)?;
        for step in steps {
            replay.step(step, chronicle).with_context(|| format!("{step:?}"))?;
        }
        Ok(replay)
    }

    fn start(world: &World, chronicle: &Chronicle, first: &Step) -> Result<Self> {
        let Happening::Started { stake, value, .. } = first.happening else { bail!("{first:?}") };
        let parameters = chronicle.parameters.clone();
        let (score, confidence) = world.rating;
        let session = Session::start(&parameters, stake, score, confidence, first.time)?;
        ensure!(session.initial_value == value, "V^e is {value:?} and not {:?}", session.initial_value);
        let accumulator = Accumulator::new(&parameters, first.time);
        Ok(Self { parameters, session, accumulator })
    }

    fn step(&mut self, step: &Step, chronicle: &Chronicle) -> Result<()> {
        let Happening::Changed { reason, before, after, .. } = &step.happening else { return Ok(()) };
        ensure!(self.session.value == *before, "V was {before:?} and not {:?}", self.session.value);
        let (now, session) = (step.time, &mut self.session);
        let mut settle = |at, ticks: &u64| {
            let settled = session.settle(&self.parameters, at);
            ensure!(settled.ticks == *ticks, "{ticks} ticks passed and not {}", settled.ticks);
            anyhow::Ok(())
        };
        match reason {
            ValueChange::Paid { ticks, due, payout, instant, .. } => {
                settle(now, ticks)?;
                ensure!(session.due == **due, "D is {due:?} and not {:?}", session.due);
                session.instant = **instant;
                session.pay(*payout, &mut self.accumulator);
            }
            ValueChange::WentOffline { ticks } => {
                // What a block does by itself, it does at the time of its parent.
                settle(chronicle.time_of(step.block - 1)?, ticks)?;
                session.go_offline(&mut self.accumulator);
            }
            ValueChange::Recovered { ticks, instant } => {
                settle(now, ticks)?;
                session.instant = **instant;
                session.recover(now, &mut self.accumulator);
            }
            ValueChange::Restarted { ticks, stake, score, confidence, .. } => {
                settle(now, ticks)?;
                let accumulator = &mut self.accumulator;
                session.restart(&self.parameters, *stake, *score, *confidence, accumulator)?;
            }
            ValueChange::Stopped { ticks } => {
                settle(now, ticks)?;
                session.stop(now, &mut self.accumulator);
            }
            other @ (ValueChange::Fault { .. } | ValueChange::ParametersChanged { .. }) => {
                bail!("nobody did this: {other:?}")
            }
        }
        ensure!(self.session.value == *after, "V is {after:?} and not {:?}", self.session.value);
        Ok(())
    }

    /// V at `now`, if nothing more happens.
    pub(crate) fn value_at(mut self, now: Moment) -> FixedU128 {
        self.session.settle(&self.parameters, now);
        self.session.value
    }
}
