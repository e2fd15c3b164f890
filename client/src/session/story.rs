//! What happened to a session, from its events.

use phala_economics::FixedU128;
use phala_primitives::{Balance, BlockNumber, Moment, PoolId, SessionId, WorkerId};
use subxt::{events::Event, PolkadotConfig};

use super::{SessionInfo, ValueChange};
use crate::{
    chain::{
        api::{self, mining},
        unfit, Chain,
    },
    Error, Snapshot,
};

/// Something that happened to a session.
#[derive(Debug)]
pub struct Step {
    /// In which block.
    pub block: BlockNumber,
    /// Chain time in that block.
    pub time: Moment,
    /// The session.
    pub session: SessionId,
    /// What.
    pub happening: Happening,
}

/// What happens to sessions. Amounts are in PHA where they are [`FixedU128`], else in base units.
#[derive(Debug)]
pub enum Happening {
    /// It began.
    Started {
        /// Who mines.
        worker: WorkerId,
        /// Whose stake is behind it.
        pool: PoolId,
        /// Taken from the pool.
        stake: Balance,
        /// Value Promise.
        value: FixedU128,
    },
    /// It was asked whether it is alive.
    Challenged {
        /// Number of the challenge within the session.
        challenge: u32,
        /// Chain time by which the answer must be in a block.
        deadline: Moment,
    },
    /// Its value moved.
    Changed {
        /// Who mines.
        worker: WorkerId,
        /// Why, with the numbers that went in.
        reason: ValueChange,
        /// Value Promise before.
        before: FixedU128,
        /// Value Promise after.
        after: FixedU128,
        /// Block of the previous such event, or of the session's start.
        previous: BlockNumber,
    },
    /// The subsidy account could not pay all that it had earned.
    SubsidyExhausted {
        /// Treasury's share included.
        earned: Balance,
        /// Treasury's share included.
        paid: Balance,
    },
    /// It ended, and cools down.
    Stopped {
        /// Chain time at which the stake comes back.
        until: Moment,
    },
    /// Its stake came back, and it is no more.
    Returned {
        /// Behind it.
        taken: Balance,
        /// Of it came back; the rest was slashed.
        returned: Balance,
    },
}

/// Whence a [`Story`] begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// With the session's start.
    Start,
    /// Later: as many steps as were asked for are told. The previous one is in this block.
    Limit(BlockNumber),
    /// Later: the node has dropped the state of this block, in which the previous step is.
    Dropped(BlockNumber),
}

/// A session's steps, oldest first.
#[derive(Debug)]
pub struct Story {
    /// Whence it begins.
    pub beginning: Beginning,
    /// The steps.
    pub steps: Vec<Step>,
}

/// What happened in the snapshot's block to the sessions that `wanted` picks, in order.
pub async fn steps(snapshot: &Snapshot, wanted: impl Fn(SessionId) -> bool) -> Result<Vec<Step>, Error> {
    let (block, time) = (snapshot.number(), snapshot.time());
    let mut steps = Vec::new();
    for event in snapshot.events().await?.iter() {
        if let Some((session, happening)) = happening(&event.map_err(unfit)?)? {
            if wanted(session) {
                steps.push(Step { block, time, session, happening });
            }
        }
    }
    Ok(steps)
}

/// Why the value of a session is what it is: its last steps, `limit` at the most or a block's more, found by going
/// back from each change to the one before. Challenges are left out: no value moves by them.
pub async fn story(chain: &Chain, session: &SessionInfo, limit: usize) -> Result<Story, Error> {
    let mut blocks: Vec<Vec<Step>> = Vec::new();
    let (mut block, mut told) = (session.changed_at, 0);
    let beginning = loop {
        if told >= limit.max(1) {
            break Beginning::Limit(block);
        }
        let snapshot = match chain.snapshot(Some(block)).await {
            Ok(snapshot) => snapshot,
            Err(Error::NoState { block, .. }) => break Beginning::Dropped(block),
            Err(error) => return Err(error),
        };
        let mut steps = steps(&snapshot, |number| number == session.session).await?;
        steps.retain(|step| !matches!(step.happening, Happening::Challenged { .. }));
        told += steps.len();
        let previous = previous(&steps);
        blocks.push(steps);
        match previous {
            Previous::None => break Beginning::Start,
            Previous::In(earlier) if earlier < block => block = earlier,
            Previous::In(_) | Previous::Unknown => {
                return Err(Error::Node(format!(
                    "it says that the value of session {} moved in block {block}, and has no such event",
                    session.session
                )))
            }
        }
    };
    blocks.reverse();
    Ok(Story { beginning, steps: blocks.into_iter().flatten().collect() })
}

/// Where the story goes on, seen from the steps of one block.
#[derive(Debug, PartialEq, Eq)]
enum Previous {
    /// The session started here.
    None,
    /// In that block.
    In(BlockNumber),
    /// Nothing moved here.
    Unknown,
}

/// The first step that a block has of a session leads out of it.
fn previous(steps: &[Step]) -> Previous {
    let leads = steps.iter().find_map(|step| match &step.happening {
        Happening::Started { .. } => Some(Previous::None),
        Happening::Changed { previous, .. } => Some(Previous::In(*previous)),
        Happening::Challenged { .. }
        | Happening::SubsidyExhausted { .. }
        | Happening::Stopped { .. }
        | Happening::Returned { .. } => None,
    });
    leads.unwrap_or(Previous::Unknown)
}

/// What an event says of a session, if it is about one.
fn happening(event: &Event<'_, PolkadotConfig>) -> Result<Option<(SessionId, Happening)>, Error> {
    use mining::Event;
    if event.pallet_name() != "Mining" {
        return Ok(None);
    }
    let api::Event::Mining(event) = event.decode_as().map_err(unfit)? else { return Ok(None) };
    Ok(Some(match event {
        Event::SessionStarted { session, worker, pool, stake, initial_value } => {
            (session, Happening::Started { worker: worker.0, pool, stake, value: initial_value.0 })
        }
        Event::Challenged { session, challenge, deadline } => {
            (session, Happening::Challenged { challenge, deadline })
        }
        Event::ValueChanged { session, worker, reason, before, after, previous } => {
            let (worker, before, after) = (worker.0, before.0, after.0);
            (session, Happening::Changed { worker, reason, before, after, previous })
        }
        Event::SessionStopped { session, until, .. } => (session, Happening::Stopped { until }),
        Event::StakeReturned { session, taken, returned, .. } => {
            (session, Happening::Returned { taken, returned })
        }
        Event::SubsidyExhausted { session, earned, paid } => {
            (session, Happening::SubsidyExhausted { earned, paid })
        }
        Event::ParametersChanged { .. } | Event::ParametersSettled { .. } => return Ok(None),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(happening: Happening) -> Step {
        Step { block: 9, time: 0, session: 1, happening }
    }

    fn changed(previous: BlockNumber) -> Step {
        let value = FixedU128::from_u32(1);
        let reason = ValueChange::Stopped { ticks: 1 };
        step(Happening::Changed { worker: WorkerId([1; 32]), reason, before: value, after: value, previous })
    }

    fn started() -> Step {
        let value = FixedU128::from_u32(1);
        step(Happening::Started { worker: WorkerId([1; 32]), pool: 0, stake: 1, value })
    }

    #[test]
    fn story_should_go_on_where_the_first_of_several_changes_in_a_block_points() {
        let short = step(Happening::SubsidyExhausted { earned: 2, paid: 1 });
        assert_eq!(previous(&[short, changed(4), changed(9)]), Previous::In(4));
    }

    #[test]
    fn story_should_end_where_the_session_started_whatever_else_happened_there() {
        assert_eq!(previous(&[started(), changed(9)]), Previous::None);
    }

    #[test]
    fn story_should_not_go_on_from_a_block_without_a_change() {
        assert_eq!(previous(&[step(Happening::Stopped { until: 1 })]), Previous::Unknown);
        assert_eq!(previous(&[]), Previous::Unknown);
    }
}
