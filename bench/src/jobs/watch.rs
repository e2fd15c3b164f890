//! When blocks appear, and which jobs they post and settle.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{ensure, Result};
use phala_client::{chain::api, Chain};
use phala_primitives::{BlockNumber, JobId};

/// How often the next block is asked for: what times of blocks are off at most.
const POLL: Duration = Duration::from_millis(20);
/// Longest time between a job's block and its being seen here.
const LAG: Duration = Duration::from_secs(10);

/// What has been seen so far.
#[derive(Default)]
pub(super) struct Watch {
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    blocks: Vec<Instant>,
    posted: HashMap<JobId, Instant>,
    settled: HashMap<JobId, Instant>,
}

impl Watch {
    /// Watches the best chain from block `next` on until it is cancelled.
    pub(super) async fn follow(self: Arc<Self>, chain: Chain, mut next: BlockNumber) -> Result<()> {
        loop {
            if chain.node().block_hash(next).await?.is_none() {
                tokio::time::sleep(POLL).await;
                continue;
            }
            let at = Instant::now();
            let events = chain.events(next).await?;
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.blocks.push(at);
            for event in events.find::<api::jobs::events::JobPosted>() {
                seen.posted.insert(event?.job, at);
            }
            for event in events.find::<api::jobs::events::JobSettled>() {
                seen.settled.insert(event?.job, at);
            }
            next += 1;
        }
    }

    /// When the blocks appeared that posted and that settled `job`. Both must be final.
    pub(super) async fn blocks_of(&self, job: JobId) -> Result<(Instant, Instant)> {
        let give_up = Instant::now() + LAG;
        loop {
            let both = {
                let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.posted.get(&job).copied().zip(seen.settled.get(&job).copied())
            };
            if let Some(both) = both {
                return Ok(both);
            }
            ensure!(Instant::now() < give_up, "the blocks of job {job} were not seen");
            tokio::time::sleep(POLL).await;
        }
    }

    /// Seconds from block to block.
    pub(super) fn intervals(&self) -> Vec<f64> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.blocks.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64()).collect()
    }
}
