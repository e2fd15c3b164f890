//! Jobs that fall due at a block, taken in the order of blocks, a bounded number at a time.
//!
//! A calendar is a map from block and job to nothing, and a cursor: the earliest block that may still
//! have entries. Entries are made for blocks to come only, which the cursor has never passed.

use alloc::vec::Vec;
use phala_primitives::{BlockNumber, JobId};
use polkadot_sdk::frame_support::storage::{IterableStorageDoubleMap, StorageValue};

/// What [`take_due`] found.
pub(crate) struct Due {
    /// The jobs, earliest blocks first.
    pub(crate) jobs: Vec<JobId>,
    /// How many blocks the cursor left behind.
    blocks: u32,
}

impl Due {
    /// The work done, as benchmarked: that of so many jobs in as many blocks.
    pub(crate) fn steps(&self) -> u32 {
        (self.jobs.len() as u32).max(self.blocks)
    }
}

/// Removes and returns up to `limit` jobs that were due in a block before `now`. What is left is
/// returned by the next calls, and so is what lies in more than `limit + 1` blocks.
pub(crate) fn take_due<Calendar, Cursor>(now: BlockNumber, limit: u32) -> Due
where
    Calendar: IterableStorageDoubleMap<BlockNumber, JobId, ()>,
    Cursor: StorageValue<BlockNumber, Query = BlockNumber>,
{
    let start = Cursor::get();
    let mut cursor = start;
    let mut jobs = Vec::new();
    while cursor < now && cursor.saturating_sub(start) <= limit && (jobs.len() as u64) < u64::from(limit) {
        match Calendar::iter_key_prefix(cursor).next() {
            Some(job) => {
                Calendar::remove(cursor, job);
                jobs.push(job);
            }
            None => cursor = cursor.saturating_add(1),
        }
    }
    Cursor::put(cursor);
    Due { jobs, blocks: cursor.saturating_sub(start) }
}
