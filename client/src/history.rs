//! What happened, read back from the events of past blocks: as far back as somebody wants to wait for, and as the node has
//! kept states.

use futures::{StreamExt, TryStreamExt};
use phala_primitives::{BlockNumber, Moment};

use crate::{
    chain::{unfit, Event},
    Chain, Error, Snapshot,
};

/// Blocks asked for at the same time.
const AT_ONCE: usize = 16;

/// An event of a past block.
#[derive(Debug)]
pub struct Entry {
    /// The block.
    pub block: BlockNumber,
    /// Chain time in it.
    pub time: Moment,
    /// What happened.
    pub event: Event,
}

/// Why a history goes no further back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It goes back to the chain's first block.
    Whole,
    /// As many blocks were read as were asked for.
    Blocks,
    /// As many events were found as were asked for, or a block's more.
    Limit,
    /// The node has dropped the state of this block.
    Dropped(BlockNumber),
}

/// What happened in a row of blocks.
#[derive(Debug)]
pub struct History {
    /// The events, oldest first.
    pub entries: Vec<Entry>,
    /// The oldest block that was read.
    pub from: BlockNumber,
    /// Why no older one was.
    pub reach: Reach,
}

/// How far back to read.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The newest block.
    pub last: BlockNumber,
    /// Most blocks.
    pub blocks: u32,
    /// Most events.
    pub limit: usize,
}

/// The events of `pallets` that `wanted` picks, from the newest block backwards.
pub async fn history(
    chain: &Chain,
    bounds: Bounds,
    pallets: &[&str],
    wanted: impl Fn(&Event) -> bool,
) -> Result<History, Error> {
    let first = bounds.last.saturating_sub(bounds.blocks.saturating_sub(1)).max(1);
    let end = if first == 1 { Reach::Whole } else { Reach::Blocks };
    let mut history = History { entries: Vec::new(), from: bounds.last, reach: end };
    let blocks = futures::stream::iter((first..=bounds.last).rev());
    let mut read = blocks.map(|block| read(chain, block, pallets)).buffered(AT_ONCE);
    loop {
        match read.try_next().await {
            Ok(Some((snapshot, events))) => {
                history.from = snapshot.number();
                let (block, time) = (snapshot.number(), snapshot.time());
                let found = events.into_iter().filter(&wanted).map(|event| Entry { block, time, event });
                history.entries.extend(found.rev());
            }
            Ok(None) => break,
            Err(Error::NoState { block, .. }) => {
                history.reach = Reach::Dropped(block);
                break;
            }
            Err(error) => return Err(error),
        }
        if history.entries.len() >= bounds.limit.max(1) && history.from > first {
            history.reach = Reach::Limit;
            break;
        }
    }
    history.entries.reverse();
    Ok(history)
}

async fn read(chain: &Chain, block: BlockNumber, pallets: &[&str]) -> Result<(Snapshot, Vec<Event>), Error> {
    let snapshot = chain.snapshot(Some(block)).await?;
    let mut events = Vec::new();
    for event in snapshot.events().await?.iter() {
        let event = event.map_err(unfit)?;
        if pallets.contains(&event.pallet_name()) {
            events.push(event.decode_as().map_err(unfit)?);
        }
    }
    Ok((snapshot, events))
}
