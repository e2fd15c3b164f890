//! What happened in every block, read forwards, as opposed to the stories that are found backwards.

use std::{collections::BTreeMap, ops::RangeInclusive, time::Duration, time::Instant};

use anyhow::{ensure, Context, Result};
use phala_client::{
    economics::{FixedU128, Payout, TokenomicParameters},
    session::{parameters, steps, Happening, Step, ValueChange},
    Chain,
};
use phala_primitives::{Balance, BlockNumber, Moment, SessionId};
use serde_json::Value;

/// Longest time for something to happen: a draw may take a minute, its deadline some seconds more.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often a condition is looked at.
const POLL: Duration = Duration::from_millis(200);

/// A step, without its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Started,
    Challenged,
    Paid,
    WentOffline,
    Recovered,
    Restarted,
    Stopped,
    CoolingDown,
    Other,
}

impl Kind {
    fn of(happening: &Happening) -> Self {
        match happening {
            Happening::Started { .. } => Self::Started,
            Happening::Challenged { .. } => Self::Challenged,
            Happening::Stopped { .. } => Self::CoolingDown,
            Happening::SubsidyExhausted { .. } | Happening::Returned { .. } => Self::Other,
            Happening::Changed { reason, .. } => match reason {
                ValueChange::Paid { .. } => Self::Paid,
                ValueChange::WentOffline { .. } => Self::WentOffline,
                ValueChange::Recovered { .. } => Self::Recovered,
                ValueChange::Restarted { .. } => Self::Restarted,
                ValueChange::Stopped { .. } => Self::Stopped,
                ValueChange::Fault { .. } | ValueChange::ParametersChanged { .. } => Self::Other,
            },
        }
    }

    /// Block and kind of each step that `phala` told as JSON.
    pub(crate) fn of_story(steps: &Value) -> Result<Vec<(BlockNumber, Self)>> {
        let steps = steps.as_array().context("no list of steps")?;
        let kind = |step: &Value| {
            let kind = match step["event"].as_str().context("a step without an event")? {
                "started" => Self::Started,
                "challenged" => Self::Challenged,
                "paid" => Self::Paid,
                "went_offline" => Self::WentOffline,
                "recovered" => Self::Recovered,
                "restarted" => Self::Restarted,
                "stopped" => Self::Stopped,
                "cooling_down" => Self::CoolingDown,
                _ => Self::Other,
            };
            Ok((step["block"].as_u64().context("a step without a block")?.try_into()?, kind))
        };
        steps.iter().map(kind).collect()
    }
}

/// Every block from a session's start on.
pub(crate) struct Chronicle {
    chain: Chain,
    /// The session.
    pub(crate) session: SessionId,
    /// The rules, which do not change.
    pub(crate) parameters: TokenomicParameters,
    /// What happened to it.
    pub(crate) steps: Vec<Step>,
    /// Chain times of the blocks.
    times: BTreeMap<BlockNumber, Moment>,
    /// Base units paid to other sessions, treasury's share included.
    others: BTreeMap<BlockNumber, Balance>,
}

impl Chronicle {
    /// Begins with block `from`.
    pub(crate) async fn begin(chain: Chain, session: SessionId, from: BlockNumber) -> Result<Self> {
        let parameters = parameters(&chain.snapshot(None).await?).await?;
        let (times, others) = (BTreeMap::new(), BTreeMap::new());
        let mut chronicle = Self { chain, session, parameters, steps: Vec::new(), times, others };
        chronicle.read(from).await?;
        Ok(chronicle)
    }

    async fn read(&mut self, block: BlockNumber) -> Result<()> {
        let snapshot = self.chain.snapshot(Some(block)).await?;
        self.times.insert(block, snapshot.time());
        let all = steps(&snapshot, |_| true).await?;
        let (own, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|step| step.session == self.session);
        let paid = others.iter().filter_map(payout).map(|payout| payout.total()).sum();
        self.others.insert(block, paid);
        self.steps.extend(own);
        Ok(())
    }

    /// Number of the newest block.
    fn last(&self) -> BlockNumber {
        self.times.last_key_value().map_or(0, |(block, _)| *block)
    }

    /// Its chain time.
    pub(crate) fn time(&self) -> Moment {
        self.times.last_key_value().map_or(0, |(_, time)| *time)
    }

    /// Reads on, block by block, until the kinds of changes satisfy `enough`.
    pub(crate) async fn until(&mut self, what: &str, enough: impl Fn(&[Kind]) -> bool) -> Result<()> {
        let give_up = Instant::now() + PATIENCE;
        while !enough(&self.kinds()) {
            ensure!(Instant::now() < give_up, "not within {PATIENCE:?}: {what}; so far {:?}", self.kinds());
            self.read_next().await?;
        }
        Ok(())
    }

    /// Reads on up to `block`.
    pub(crate) async fn until_block(&mut self, block: BlockNumber) -> Result<()> {
        let give_up = Instant::now() + PATIENCE;
        while self.last() < block {
            ensure!(Instant::now() < give_up, "block {block} does not become final");
            self.read_next().await?;
        }
        Ok(())
    }

    /// Reads the next block if it is final, or waits for a moment.
    async fn read_next(&mut self) -> Result<()> {
        match self.chain.node().finalized_number().await? > self.last() {
            true => self.read(self.last() + 1).await,
            false => {
                tokio::time::sleep(POLL).await;
                Ok(())
            }
        }
    }

    /// Kinds of all changes of the value, in order.
    fn kinds(&self) -> Vec<Kind> {
        self.changes(BlockNumber::MAX).into_iter().map(|(_, kind)| kind).collect()
    }

    /// All changes up to a block, the start among them.
    pub(crate) fn changes(&self, last: BlockNumber) -> Vec<(BlockNumber, Kind)> {
        self.all().into_iter().filter(|(block, kind)| *block <= last && *kind != Kind::Challenged).collect()
    }

    /// All steps.
    pub(crate) fn all(&self) -> Vec<(BlockNumber, Kind)> {
        self.steps.iter().map(|step| (step.block, Kind::of(&step.happening))).collect()
    }

    /// Block of the last step of a kind.
    pub(crate) fn block_of(&self, kind: Kind) -> Result<BlockNumber> {
        let found = self.all().into_iter().rfind(|(_, found)| *found == kind);
        Ok(found.with_context(|| format!("no {kind:?}"))?.0)
    }

    /// Value before and after the last step of a kind.
    pub(crate) fn values(&self, kind: Kind) -> Result<(FixedU128, FixedU128)> {
        let last = self.steps.iter().rfind(|step| Kind::of(&step.happening) == kind);
        match last.map(|step| &step.happening) {
            Some(Happening::Changed { before, after, .. }) => Ok((*before, *after)),
            other => anyhow::bail!("no {kind:?}, but {other:?}"),
        }
    }

    /// Deadline of the last challenge before `block`.
    pub(crate) fn last_deadline(&self, block: BlockNumber) -> Option<Moment> {
        self.steps.iter().rev().filter(|step| step.block < block).find_map(|step| match step.happening {
            Happening::Challenged { deadline, .. } => Some(deadline),
            _ => None,
        })
    }

    /// Chain time of a block.
    pub(crate) fn time_of(&self, block: BlockNumber) -> Result<Moment> {
        self.times.get(&block).copied().with_context(|| format!("block {block} was not read"))
    }

    /// The last payout.
    pub(crate) fn last_payout(&self) -> Option<Payout> {
        self.steps.iter().rev().find_map(payout)
    }

    /// Base units paid to other sessions in these blocks.
    pub(crate) fn paid_to_others(&self, blocks: RangeInclusive<BlockNumber>) -> Balance {
        self.others.range(blocks).map(|(_, paid)| paid).sum()
    }
}

fn payout(step: &Step) -> Option<Payout> {
    match &step.happening {
        Happening::Changed { reason: ValueChange::Paid { payout, treasury, .. }, .. } => {
            Some(Payout { pool: *payout, treasury: *treasury })
        }
        _ => None,
    }
}
