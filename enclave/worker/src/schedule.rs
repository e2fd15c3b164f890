//! Which jobs a worker takes on, and which it runs next: fair between clients, and never more than it can keep.
//!
//! A job whose input was taken is answered for with stake, so nothing may be taken that cannot be run in
//! time together with all that was taken before. Every job has a bound on the time it takes (its own limit,
//! and what compiling a program of its size may take) and a moment by which it must be done.
//!
//! # The promise
//!
//! *No job that was taken misses its moment as long as each takes no longer than its bound, whatever is
//! offered afterwards.* A set of jobs is called *sound* if all are in time when they are run strictly by
//! earliest moment, each on the slot that is free first, each for the whole of its bound. Then:
//!
//! - [`Load::fits`] takes a job only if the set stays sound.
//! - [`Load::next`] starts a job out of turn only if what is left stays sound. The job whose turn it is may
//!   always start: that is the very order in which the set is sound.
//! - A job that ends early keeps the set sound, since in a fixed order, no slot is free later because of it.
//! - Deadlines are blocks. Blocks come once per slot of the chain at the most, so that [`ChainClock`] never
//!   takes a deadline for later than it is; later blocks only leave more time.
//!
//! # Fairness
//!
//! Within that, the client goes first who has had the least execution time lately ([`Usage`]), and of its
//! own jobs the one with the earliest moment. A client that has a job here already gets another in only if
//! the set is sound with this client's jobs at twice their bounds: so it leaves as much time free as it
//! takes, and others find room, for a job that needs no more than half of the time left to it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use codec::{Decode, Encode};
use phala_light_client::Header;
use phala_primitives::{BlockNumber, JobId, Moment};

/// Account of a client.
pub type Client = [u8; 32];

/// What any job takes besides its own time: processes to start, boxes to open and seal, disks to write.
const OVERHEAD: Moment = 3_000;

/// Bytes of a program that are compiled in a second at the very least. The sandbox stops compilers that are
/// slower.
const COMPILED_PER_SECOND: u64 = 32 << 10;

/// Longest time for compiling, as the sandbox allows.
const MAX_COMPILING: Moment = 300_000;

/// Time for what follows an execution: the receipt goes through relay and pool into a block, and what the
/// worker knows of the chain lags behind by as much as finality. The chain grants the same before an
/// undelivered job is a fault (`DeliveryGrace`).
pub const DELIVERY: Moment = 30_000;

/// The same where a job's deadline leaves no more, in slots of the chain.
const LEAST_DELIVERY_SLOTS: u32 = 3;

/// How late a job may start that must start at once.
const PROMPTNESS: Moment = 1_000;

/// Time after which execution that a client has had counts half, in milliseconds.
const HALF_LIFE: Moment = 60_000;

/// How blocks to come relate to time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct ChainClock {
    /// The newest proven block.
    pub block: BlockNumber,
    /// Its proven time.
    pub time: Moment,
    /// Length of a slot, in milliseconds; 0 if the chain has none, and then every deadline is now.
    pub slot: Moment,
}

impl ChainClock {
    /// The clock as of a proven header and the time in its state.
    ///
    /// Aura puts the number of the slot into the header, and insists that it is the time divided by the
    /// length of a slot, rounded down. There have been far more slots than one has milliseconds, so the
    /// division the other way round is exact.
    pub fn at(header: &Header, time: Moment) -> Self {
        let slot = header.digest.logs().iter().find_map(|log| {
            let (_, number) = log.as_pre_runtime().filter(|(engine, _)| engine == b"aura")?;
            time.checked_div(u64::from_le_bytes(number.try_into().ok()?))
        });
        Self { block: header.number, time, slot: slot.unwrap_or(0) }
    }

    /// The earliest time at which `block` can come.
    pub fn earliest(&self, block: BlockNumber) -> Moment {
        self.time.saturating_add(self.slots(block.saturating_sub(self.block)))
    }

    fn slots(&self, count: u32) -> Moment {
        self.slot.saturating_mul(count.into())
    }
}

/// What was agreed when a job's input was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Terms {
    /// Bound on the time that the job takes, in milliseconds.
    pub bound: Moment,
    /// Chain time by which it must have run.
    pub finish_by: Moment,
}

impl Terms {
    /// For a job with this time limit and deadline and a program of so many bytes, at chain time `now`; none
    /// if there is not enough time, even on an idle machine.
    ///
    /// A job with little time is taken, too, if it can start at once: nobody answers for it with stake, since
    /// the chain faults only those that had [`DELIVERY`] besides their own time.
    pub fn of(
        seconds: u32,
        program_bytes: usize,
        deadline: BlockNumber,
        clock: &ChainClock,
        now: Moment,
    ) -> Option<Self> {
        let compiling = (program_bytes as u64).saturating_mul(1_000) / COMPILED_PER_SECOND;
        let bound = Moment::from(seconds) * 1_000 + OVERHEAD + compiling.min(MAX_COMPILING);
        let deadline = clock.earliest(deadline);
        let latest = deadline.saturating_sub(clock.slots(LEAST_DELIVERY_SLOTS));
        let at_once = now.saturating_add(bound);
        let finish_by = deadline.saturating_sub(DELIVERY).max(at_once.saturating_add(PROMPTNESS)).min(latest);
        (at_once <= finish_by).then_some(Self { bound, finish_by })
    }
}

/// A job that waits for its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub job: JobId,
    /// Whose it is.
    pub client: Client,
    /// What was agreed.
    pub terms: Terms,
}

impl Waiting {
    /// The order in which jobs are in time if they can be.
    fn turn(&self) -> (Moment, JobId) {
        (self.terms.finish_by, self.job)
    }
}

/// A job that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// Whose it is.
    pub client: Client,
    /// Bound on the time that it takes, in milliseconds.
    pub bound: Moment,
    /// For how long it has run.
    pub elapsed: Moment,
}

/// What a worker has taken on, at one moment.
#[derive(Clone, Debug)]
pub struct Load {
    now: Moment,
    running: Vec<Running>,
    /// When each slot is free at the latest.
    slots: Vec<Moment>,
    /// By earliest moment.
    waiting: Vec<Waiting>,
}

impl Load {
    /// The load of `slots` slots at chain time `now`.
    pub fn new(now: Moment, slots: usize, running: Vec<Running>, mut waiting: Vec<Waiting>) -> Self {
        let mut free: Vec<_> =
            running.iter().map(|job| now.saturating_add(job.bound.saturating_sub(job.elapsed))).collect();
        free.resize(slots.max(free.len()), now);
        waiting.sort_by_key(Waiting::turn);
        Self { now, running, slots: free, waiting }
    }

    /// Whether this job can be taken.
    pub fn fits(&self, offered: &Waiting) -> bool {
        let is_known = self.waiting.iter().any(|job| job.client == offered.client)
            || self.running.iter().any(|job| job.client == offered.client);
        let at = self.waiting.partition_point(|job| job.turn() < offered.turn());
        let (before, after) = self.waiting.split_at(at);
        let jobs = before.iter().chain([offered]).chain(after).map(|job| {
            let times = if is_known && job.client == offered.client { 2 } else { 1 };
            Terms { bound: job.terms.bound.saturating_mul(times), ..job.terms }
        });
        sound(&self.slots, jobs)
    }

    /// The job to start now, on a slot that is free: the first of the client with the least `usage`, if that
    /// leaves the others in time.
    pub fn next(&self, usage: &Usage) -> Option<JobId> {
        let free = self.slots.iter().position(|free| *free <= self.now)?;
        let mut firsts = BTreeMap::new();
        for job in &self.waiting {
            firsts.entry(job.client).or_insert(*job);
        }
        let mut candidates: Vec<_> = firsts.into_values().collect();
        candidates.sort_by_key(|job| (self.usage(usage, &job.client), job.turn()));
        let fair = candidates.iter().find(|candidate| {
            let mut slots = self.slots.clone();
            slots[free] = self.now.saturating_add(candidate.terms.bound);
            sound(&slots, self.waiting.iter().filter(|job| job.job != candidate.job).map(|job| job.terms))
        });
        fair.or(self.waiting.first()).map(|job| job.job)
    }

    /// After how many milliseconds there may be room again: when the first slot is free.
    pub fn room_in(&self) -> Moment {
        self.slots.iter().min().map_or(0, |free| free.saturating_sub(self.now))
    }

    /// Time that `client` has had lately, and what its running jobs may take: they are paid for in advance.
    fn usage(&self, usage: &Usage, client: &Client) -> Moment {
        let running = self.running.iter().filter(|job| job.client == *client).map(|job| job.bound);
        running.fold(usage.of(client, self.now), Moment::saturating_add)
    }
}

/// Whether all `jobs` are in time when they are run in this order, each on the slot that is free first.
fn sound(slots: &[Moment], jobs: impl IntoIterator<Item = Terms>) -> bool {
    let mut slots: BinaryHeap<_> = slots.iter().map(|free| Reverse(*free)).collect();
    jobs.into_iter().all(|job| {
        let Some(Reverse(free)) = slots.pop() else { return false };
        let done = free.saturating_add(job.bound);
        slots.push(Reverse(done));
        done <= job.finish_by
    })
}

/// Execution time that clients have had. It halves with every minute, so that what was long ago counts for
/// nothing. It is not kept over a restart.
#[derive(Debug, Default)]
pub struct Usage(BTreeMap<Client, (Moment, Moment)>);

impl Usage {
    /// Milliseconds that `client` has had, as they count at chain time `now`.
    pub fn of(&self, client: &Client, now: Moment) -> Moment {
        self.0.get(client).map_or(0, |noted| faded(noted, now))
    }

    /// Notes that `client` has had `milliseconds` more.
    pub fn add(&mut self, client: Client, now: Moment, milliseconds: Moment) {
        let total = self.of(&client, now).saturating_add(milliseconds);
        self.0.insert(client, (now, total));
        self.0.retain(|_, noted| faded(noted, now) > 0);
    }
}

fn faded((since, milliseconds): &(Moment, Moment), now: Moment) -> Moment {
    let halvings = now.saturating_sub(*since) / HALF_LIFE;
    u32::try_from(halvings).ok().and_then(|halvings| milliseconds.checked_shr(halvings)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
