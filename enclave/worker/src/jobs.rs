//! The jobs that the worker knows of: each one from the message that announced it until its deadline,
//! or, if it was done in time, until its result expires.
//!
//! Which jobs run right now is not part of this: after a crash they start over.

use std::collections::{BTreeMap, BTreeSet};

use codec::{Decode, Encode};
use phala_primitives::{
    job::{JobLimits, SignedReceipt},
    BlockNumber, Hash, JobId, Moment,
};
use thiserror::Error;

use crate::schedule::{ChainClock, Load, Running, Terms, Usage, Waiting};

/// Most jobs known at one time. The chain bounds how many it sends (each has its escrow); this bounds what
/// the worker writes to disk with every block.
pub const MAX_JOBS: usize = 1024;

/// A job as the chain's message announced it, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Job {
    /// Account of who pays.
    pub client: [u8; 32],
    /// Hash of the program.
    pub program: Hash,
    /// Commitment to the input.
    pub input: Hash,
    /// Resources paid for.
    pub limits: JobLimits,
    /// Last block in which a receipt is accepted.
    pub deadline: BlockNumber,
    /// How far it is.
    pub stage: Stage,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Stage {
    /// The client has not sent the input.
    #[codec(index = 0)]
    WaitingForInput,
    /// The input is on the disk.
    #[codec(index = 1)]
    Queued {
        /// Hash of the sealed input, by which the same input sent twice is known.
        sealed_input: Hash,
        /// Whether the worker has reported that it answers for the job.
        accepted: bool,
        /// By when it must have run.
        terms: Terms,
    },
    /// The result is on the disk.
    #[codec(index = 2)]
    Done {
        /// Hash of the sealed input.
        sealed_input: Hash,
        /// What was run.
        receipt: SignedReceipt,
        /// Bytes of the result.
        size: u64,
    },
}

/// Why an input was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InputRefused {
    /// No such job, or no longer.
    #[error("this worker has no job {0} in proven state")]
    Unknown(JobId),
    /// Another input was taken before.
    #[error("job {0} has its input already")]
    HasInput(JobId),
    /// As many inputs as the operator allows, and the client has its share of them.
    #[error("{queued} jobs wait for their turn, {own} of them of the same client")]
    QueueFull {
        /// Jobs that wait.
        queued: usize,
        /// The client's among them.
        own: usize,
    },
    /// Those taken before need the time.
    #[error("job {job} might not be done in time; jobs taken before it: {queued}")]
    Busy {
        /// The job.
        job: JobId,
        /// Jobs that wait.
        queued: usize,
        /// Milliseconds until another attempt makes sense.
        room_in: Moment,
    },
    /// Not even an idle machine would be done in time for sure.
    #[error("the deadline of job {0} is too near for its time limit and the size of its program")]
    TooLate(JobId),
}

/// What a worker can do, and what it is doing.
#[derive(Clone, Debug, Default)]
pub struct Capacity {
    /// Chain time.
    pub now: Moment,
    /// Jobs that run at the same time.
    pub slots: usize,
    /// Seconds that one job gets at most, whatever its own limit.
    pub max_seconds: u32,
    /// Inputs that wait at the same time, as far as nobody gets less than a fair share.
    pub max_queued: usize,
    /// Jobs that run, and for how many milliseconds they have.
    pub running: BTreeMap<JobId, Moment>,
}

/// All jobs known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Jobs {
    known: BTreeMap<JobId, Job>,
    /// Gone from `known`, while their files may still be on the disk.
    litter: BTreeSet<JobId>,
}

impl Jobs {
    /// The job of this number.
    pub fn get(&self, id: JobId) -> Option<&Job> {
        self.known.get(&id)
    }

    /// All jobs, by number.
    pub fn iter(&self) -> impl Iterator<Item = (JobId, &Job)> {
        self.known.iter().map(|(id, job)| (*id, job))
    }

    /// Jobs that are gone, and whose files can go.
    pub fn litter(&self) -> &BTreeSet<JobId> {
        &self.litter
    }

    /// Forgets about files that are gone.
    pub fn forget_litter(&mut self, gone: &BTreeSet<JobId>) {
        self.litter.retain(|id| !gone.contains(id));
    }

    /// Takes a job in. False if it is known already, or if there is no room: results make room, the one
    /// with the earliest deadline first; jobs not done never do.
    pub fn announce(&mut self, id: JobId, job: Job) -> bool {
        if self.known.contains_key(&id) {
            return false;
        }
        if self.known.len() >= MAX_JOBS && !self.evict_result() {
            return false;
        }
        self.litter.remove(&id);
        self.known.insert(id, job);
        true
    }

    /// Whether this very input of job `id` was taken before.
    pub fn has_input(&self, id: JobId, sealed_input: &Hash) -> Result<bool, InputRefused> {
        match &self.get(id).ok_or(InputRefused::Unknown(id))?.stage {
            Stage::WaitingForInput => Ok(false),
            Stage::Queued { sealed_input: taken, .. } | Stage::Done { sealed_input: taken, .. } => {
                if sealed_input == taken {
                    return Ok(true);
                }
                Err(InputRefused::HasInput(id))
            }
        }
    }

    /// The terms on which job `id`, with a program of so many bytes, would be taken.
    pub fn terms(
        &self,
        id: JobId,
        program_bytes: usize,
        clock: &ChainClock,
        capacity: &Capacity,
    ) -> Result<Terms, InputRefused> {
        let job = self.get(id).ok_or(InputRefused::Unknown(id))?;
        let seconds = job.limits.seconds.min(capacity.max_seconds);
        let terms = Terms::of(seconds, program_bytes, job.deadline, clock, capacity.now)
            .ok_or(InputRefused::TooLate(id))?;
        self.ensure_share(job, capacity)?;
        let load = self.load(capacity);
        if !load.fits(&Waiting { job: id, client: job.client, terms }) {
            let queued = self.queued().count();
            return Err(InputRefused::Busy { job: id, queued, room_in: load.room_in() });
        }
        Ok(terms)
    }

    /// When the queue is full, only a client that has less than an equal share of it gets in. So it may grow
    /// beyond its size, but no further than the jobs that the chain lets a worker have open.
    fn ensure_share(&self, job: &Job, capacity: &Capacity) -> Result<(), InputRefused> {
        let mut shares = BTreeMap::from([(job.client, 0)]);
        for (_, job) in self.queued() {
            *shares.entry(job.client).or_insert(0_usize) += 1;
        }
        let (queued, own) = (shares.values().sum(), shares.get(&job.client).copied().unwrap_or(0));
        if queued >= capacity.max_queued && own * shares.len() >= capacity.max_queued {
            return Err(InputRefused::QueueFull { queued, own });
        }
        Ok(())
    }

    /// What there is to do.
    fn load(&self, capacity: &Capacity) -> Load {
        let (mut running, mut waiting) = (Vec::new(), Vec::new());
        for (id, job) in self.queued() {
            let Stage::Queued { terms, .. } = job.stage else { continue };
            match capacity.running.get(&id) {
                Some(elapsed) => {
                    running.push(Running { client: job.client, bound: terms.bound, elapsed: *elapsed });
                }
                None => waiting.push(Waiting { job: id, client: job.client, terms }),
            }
        }
        Load::new(capacity.now, capacity.slots, running, waiting)
    }

    /// Notes that the input of job `id` is on the disk.
    pub fn take_input(
        &mut self,
        id: JobId,
        sealed_input: Hash,
        program_bytes: usize,
        clock: &ChainClock,
        capacity: &Capacity,
    ) -> Result<(), InputRefused> {
        if self.has_input(id, &sealed_input)? {
            return Ok(());
        }
        let terms = self.terms(id, program_bytes, clock, capacity)?;
        if let Some(job) = self.known.get_mut(&id) {
            job.stage = Stage::Queued { sealed_input, accepted: false, terms };
        }
        Ok(())
    }

    /// Notes that the worker answers from now on for all jobs whose input is on the disk, and names
    /// those that it did not answer for before.
    pub fn accept_queued(&mut self) -> Vec<JobId> {
        let mut newly = Vec::new();
        for (id, job) in &mut self.known {
            if let Stage::Queued { accepted: accepted @ false, .. } = &mut job.stage {
                *accepted = true;
                newly.push(*id);
            }
        }
        newly
    }

    /// Notes that the result of job `id` is on the disk. False if the job is not waiting for one.
    pub fn finish(&mut self, id: JobId, receipt: SignedReceipt, size: u64) -> bool {
        match self.known.get_mut(&id).map(|job| &mut job.stage) {
            Some(stage @ Stage::Queued { .. }) => {
                if let Stage::Queued { sealed_input, .. } = *stage {
                    *stage = Stage::Done { sealed_input, receipt, size };
                }
                true
            }
            _ => false,
        }
    }

    /// Puts a job whose input cannot be read any more back to waiting for it.
    pub fn lose_input(&mut self, id: JobId) {
        if let Some(Job { stage: stage @ Stage::Queued { .. }, .. }) = self.known.get_mut(&id) {
            *stage = Stage::WaitingForInput;
        }
    }

    /// Lets go of what `block` has made useless: jobs not done by their deadline, results
    /// `result_blocks` after it.
    pub fn expire(&mut self, block: BlockNumber, result_blocks: BlockNumber) {
        let gone: Vec<JobId> = self
            .iter()
            .filter(|(_, job)| match job.stage {
                Stage::WaitingForInput | Stage::Queued { .. } => block > job.deadline,
                Stage::Done { .. } => block > job.deadline.saturating_add(result_blocks),
            })
            .map(|(id, _)| id)
            .collect();
        gone.into_iter().for_each(|id| self.drop_job(id));
    }

    /// Lets go of results, the one with the earliest deadline first, until all together have no more
    /// than `bytes`.
    pub fn shrink_results(&mut self, bytes: u64) {
        while self.results_size() > bytes && self.evict_result() {}
    }

    /// The job to run next, if there is one that does not run yet.
    pub fn next(&self, capacity: &Capacity, usage: &Usage) -> Option<JobId> {
        self.load(capacity).next(usage)
    }

    /// Jobs whose input is on the disk and whose result is not.
    pub fn queued(&self) -> impl Iterator<Item = (JobId, &Job)> {
        self.iter().filter(|(_, job)| matches!(job.stage, Stage::Queued { .. }))
    }

    /// Bytes of all results.
    pub fn results_size(&self) -> u64 {
        self.known
            .values()
            .map(|job| match job.stage {
                Stage::Done { size, .. } => size,
                Stage::WaitingForInput | Stage::Queued { .. } => 0,
            })
            .sum()
    }

    fn evict_result(&mut self) -> bool {
        let first = self
            .iter()
            .filter(|(_, job)| matches!(job.stage, Stage::Done { .. }))
            .min_by_key(|(id, job)| (job.deadline, *id))
            .map(|(id, _)| id);
        first.inspect(|id| self.drop_job(*id)).is_some()
    }

    fn drop_job(&mut self, id: JobId) {
        self.known.remove(&id);
        self.litter.insert(id);
    }
}

#[cfg(test)]
mod tests {
    use phala_primitives::{
        job::{ExitStatus, Receipt},
        Signature, WorkerId,
    };

    use super::*;

    const INPUT: Hash = [1; 32];
    const CLIENT: [u8; 32] = [7; 32];
    const CLOCK: ChainClock = ChainClock { block: 5, time: 30_000, slot: 6_000 };

    fn job(client: [u8; 32], deadline: BlockNumber) -> Job {
        let limits = JobLimits { fuel: 1, memory_mib: 1, seconds: 1 };
        Job { client, program: [2; 32], input: [3; 32], limits, deadline, stage: Stage::WaitingForInput }
    }

    fn receipt(id: JobId) -> SignedReceipt {
        let receipt = Receipt {
            job: id,
            worker: WorkerId([0; 32]),
            program: [2; 32],
            input: [3; 32],
            output: [4; 32],
            fuel: 1,
            exit: ExitStatus::Exited(0),
        };
        SignedReceipt { receipt, signature: Signature([0; 64]) }
    }

    /// An idle machine for which no queue is too long.
    fn capacity() -> Capacity {
        Capacity {
            now: CLOCK.time,
            slots: 2,
            max_seconds: 100,
            max_queued: usize::MAX,
            running: BTreeMap::new(),
        }
    }

    fn take(jobs: &mut Jobs, id: JobId, input: Hash, max_queued: usize) -> Result<(), InputRefused> {
        jobs.take_input(id, input, 10, &CLOCK, &Capacity { max_queued, ..capacity() })
    }

    /// Jobs of these numbers and deadlines, the first `queued` of them with their input.
    fn jobs(deadlines: &[(JobId, BlockNumber)], queued: usize) -> Jobs {
        let mut jobs = Jobs::default();
        for (id, deadline) in deadlines {
            assert!(jobs.announce(*id, job(CLIENT, *deadline)));
        }
        for (id, _) in deadlines.iter().take(queued) {
            assert_eq!(take(&mut jobs, *id, INPUT, usize::MAX), Ok(()));
        }
        jobs
    }

    #[test]
    fn input_should_be_taken_once_and_the_same_one_again_without_change() {
        let mut jobs = jobs(&[(1, 90)], 1);
        let before = jobs.clone();
        assert_eq!(take(&mut jobs, 1, INPUT, 0), Ok(()));
        assert_eq!(take(&mut jobs, 1, [9; 32], 9), Err(InputRefused::HasInput(1)));
        assert_eq!(jobs, before);
    }

    #[test]
    fn input_should_be_refused_when_the_job_is_unknown_or_its_deadline_near() {
        let mut jobs = jobs(&[(1, 90), (4, CLOCK.block + 3)], 1);
        assert_eq!(take(&mut jobs, 7, INPUT, 9), Err(InputRefused::Unknown(7)));
        assert_eq!(take(&mut jobs, 4, INPUT, 9), Err(InputRefused::TooLate(4)));
    }

    #[test]
    fn input_should_be_refused_when_jobs_taken_before_need_the_time() {
        let near = CLOCK.block + 6;
        let mut jobs = jobs(&[(1, near), (2, near), (3, near)], 0);
        let busy = Capacity { slots: 1, ..capacity() };
        assert_eq!(jobs.take_input(1, INPUT, 0, &CLOCK, &busy), Ok(()));
        let refused = jobs.take_input(2, INPUT, 0, &CLOCK, &busy);
        assert_eq!(refused, Err(InputRefused::Busy { job: 2, queued: 1, room_in: 0 }));
        let running = Capacity { running: BTreeMap::from([(1, 1_000)]), ..busy.clone() };
        let refused = jobs.take_input(2, INPUT, 0, &CLOCK, &running);
        assert_eq!(refused, Err(InputRefused::Busy { job: 2, queued: 1, room_in: 3_000 }));
        assert!(jobs.finish(1, receipt(1), 1));
        assert_eq!(jobs.take_input(2, INPUT, 0, &CLOCK, &busy), Ok(()));
    }

    #[test]
    fn full_queue_should_take_clients_with_less_than_their_share_and_no_others() {
        let mut jobs = jobs(&[(1, 900), (2, 900), (3, 900), (4, 900), (5, 900)], 4);
        let full = |own| Err(InputRefused::QueueFull { queued: 4, own });
        assert_eq!(take(&mut jobs, 5, INPUT, 4), full(4));
        for id in [11, 12, 13] {
            assert!(jobs.announce(id, job([8; 32], 900)));
        }
        assert_eq!(take(&mut jobs, 5, INPUT, 4), full(4), "whoever has sent no input yet has no share");
        assert_eq!(take(&mut jobs, 11, INPUT, 4), Ok(()));
        assert_eq!(take(&mut jobs, 12, INPUT, 4), Ok(()));
        let full = Err(InputRefused::QueueFull { queued: 6, own: 2 });
        assert_eq!(take(&mut jobs, 13, INPUT, 4), full);
    }

    #[test]
    fn next_should_be_of_the_client_that_had_less_and_then_the_job_with_the_first_deadline() {
        let mut jobs = jobs(&[(1, 90), (2, 70), (3, 80)], 3);
        assert!(jobs.announce(4, job([8; 32], 900)));
        assert_eq!(take(&mut jobs, 4, INPUT, 9), Ok(()));
        let mut usage = Usage::default();
        usage.add([8; 32], CLOCK.time, 1);
        let next = |usage: &Usage, running: &[JobId]| {
            let running = running.iter().map(|id| (*id, 0)).collect();
            jobs.next(&Capacity { running, ..capacity() }, usage)
        };
        assert_eq!(next(&usage, &[]), Some(2));
        assert_eq!(next(&usage, &[2]), Some(4), "what runs is paid for in advance");
        usage.add(CLIENT, CLOCK.time, 2);
        assert_eq!(next(&usage, &[]), Some(4));
        assert_eq!(next(&usage, &[4]), Some(2));
        assert_eq!(next(&usage, &[2, 4]), None);
    }

    #[test]
    fn job_should_end_after_its_deadline_when_it_is_not_done() {
        let mut jobs = jobs(&[(1, 90), (2, 90)], 1);
        jobs.expire(90, 100);
        assert!(jobs.get(1).is_some() && jobs.get(2).is_some());
        jobs.expire(91, 100);
        assert!(jobs.get(1).is_none() && jobs.get(2).is_none());
        assert_eq!(jobs.litter(), &BTreeSet::from([1, 2]));
        assert!(!jobs.finish(1, receipt(1), 1));
    }

    #[test]
    fn result_should_stay_for_its_time_after_the_deadline() {
        let mut jobs = jobs(&[(1, 90)], 1);
        assert!(jobs.finish(1, receipt(1), 1));
        jobs.expire(190, 100);
        assert!(jobs.get(1).is_some());
        jobs.expire(191, 100);
        assert!(jobs.get(1).is_none());
        assert_eq!(jobs.litter(), &BTreeSet::from([1]));
        jobs.forget_litter(&BTreeSet::from([1]));
        assert!(jobs.litter().is_empty());
    }

    #[test]
    fn results_should_go_oldest_deadline_first_when_they_take_too_much_room() {
        let mut jobs = jobs(&[(1, 90), (2, 80), (3, 70)], 2);
        assert!(jobs.finish(1, receipt(1), 10) && jobs.finish(2, receipt(2), 10));
        jobs.shrink_results(15);
        assert!(jobs.get(1).is_some() && jobs.get(2).is_none() && jobs.get(3).is_some());
        assert_eq!(jobs.results_size(), 10);
    }

    #[test]
    fn job_should_be_refused_when_there_is_no_room_and_nothing_is_done() {
        let full: Vec<_> = (0..MAX_JOBS as JobId).map(|id| (id, 90)).collect();
        let mut jobs = jobs(&full, 1);
        let one_more = MAX_JOBS as JobId;
        assert!(!jobs.announce(one_more, job(CLIENT, 90)));
        assert!(jobs.finish(0, receipt(0), 1));
        assert!(jobs.announce(one_more, job(CLIENT, 90)));
        assert!(jobs.get(0).is_none());
    }

    #[test]
    fn jobs_should_be_accepted_once_when_their_input_is_here() {
        let mut jobs = jobs(&[(1, 90), (2, 90), (3, 90)], 2);
        assert_eq!(jobs.accept_queued(), [1, 2]);
        assert!(jobs.accept_queued().is_empty());
        assert_eq!(take(&mut jobs, 3, INPUT, 9), Ok(()));
        assert!(jobs.finish(1, receipt(1), 1));
        assert_eq!(jobs.accept_queued(), [3]);
    }

    #[test]
    fn job_should_start_over_when_its_input_is_lost() {
        let mut jobs = jobs(&[(1, 90)], 1);
        jobs.lose_input(1);
        assert_eq!(take(&mut jobs, 1, [9; 32], 9), Ok(()));
    }
}
