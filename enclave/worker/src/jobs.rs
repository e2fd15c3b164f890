//! The jobs that the worker knows of: each one from the message that announced it until its deadline,
//! or, if it was done in time, until its result expires.
//!
//! Which jobs run right now is not part of this: after a crash they start over.

use std::collections::{BTreeMap, BTreeSet};

use codec::{Decode, Encode};
use phala_primitives::{
    job::{JobLimits, SignedReceipt},
    BlockNumber, Hash, JobId,
};
use thiserror::Error;

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
    /// As many inputs as the operator allows.
    #[error("{0} jobs are waiting for their turn")]
    QueueFull(usize),
    /// No receipt would come in time.
    #[error("the deadline of job {0} has passed")]
    TooLate(JobId),
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

    /// Whether an input for job `id` would be taken at `block`; true also says that this very input
    /// was taken before.
    pub fn accepts_input(
        &self,
        id: JobId,
        block: BlockNumber,
        max_queued: usize,
        sealed_input: Option<&Hash>,
    ) -> Result<bool, InputRefused> {
        let job = self.get(id).ok_or(InputRefused::Unknown(id))?;
        match &job.stage {
            Stage::Queued { sealed_input: taken, .. } | Stage::Done { sealed_input: taken, .. } => {
                match sealed_input {
                    Some(offered) if offered != taken => Err(InputRefused::HasInput(id)),
                    _ => Ok(true),
                }
            }
            Stage::WaitingForInput if block >= job.deadline => Err(InputRefused::TooLate(id)),
            Stage::WaitingForInput => match self.queued().count() {
                queued if queued >= max_queued => Err(InputRefused::QueueFull(queued)),
                _ => Ok(false),
            },
        }
    }

    /// Notes that the input of job `id` is on the disk.
    pub fn take_input(
        &mut self,
        id: JobId,
        block: BlockNumber,
        max_queued: usize,
        sealed_input: Hash,
    ) -> Result<(), InputRefused> {
        if !self.accepts_input(id, block, max_queued, Some(&sealed_input))? {
            if let Some(job) = self.known.get_mut(&id) {
                job.stage = Stage::Queued { sealed_input, accepted: false };
            }
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

    /// The job to run next at `block`, leaving out `running`: whose deadline is first.
    pub fn next(&self, block: BlockNumber, running: &BTreeSet<JobId>) -> Option<(JobId, &Job)> {
        self.queued()
            .filter(|(id, job)| block < job.deadline && !running.contains(id))
            .min_by_key(|(id, job)| (job.deadline, *id))
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

    const NOW: BlockNumber = 5;
    const QUEUE: usize = 2;
    const INPUT: Hash = [1; 32];

    fn job(deadline: BlockNumber) -> Job {
        let limits = JobLimits { fuel: 1, memory_mib: 1, seconds: 1 };
        Job {
            client: [7; 32],
            program: [2; 32],
            input: [3; 32],
            limits,
            deadline,
            stage: Stage::WaitingForInput,
        }
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

    /// Jobs of these numbers and deadlines, the first `queued` of them with their input.
    fn jobs(deadlines: &[(JobId, BlockNumber)], queued: usize) -> Jobs {
        let mut jobs = Jobs::default();
        for (id, deadline) in deadlines {
            assert!(jobs.announce(*id, job(*deadline)));
        }
        for (id, _) in deadlines.iter().take(queued) {
            assert_eq!(jobs.take_input(*id, NOW, usize::MAX, INPUT), Ok(()));
        }
        jobs
    }

    #[test]
    fn input_should_be_taken_once_and_the_same_one_again_without_change() {
        let mut jobs = jobs(&[(1, 9)], 1);
        let before = jobs.clone();
        assert_eq!(jobs.take_input(1, NOW, QUEUE, INPUT), Ok(()));
        assert_eq!(jobs.take_input(1, NOW, QUEUE, [9; 32]), Err(InputRefused::HasInput(1)));
        assert_eq!(jobs, before);
    }

    #[test]
    fn input_should_be_refused_when_the_job_is_unknown_late_or_the_queue_is_full() {
        let mut jobs = jobs(&[(1, 9), (2, 9), (3, 9), (4, NOW)], 2);
        assert_eq!(jobs.take_input(7, NOW, QUEUE, INPUT), Err(InputRefused::Unknown(7)));
        assert_eq!(jobs.take_input(3, NOW, QUEUE, INPUT), Err(InputRefused::QueueFull(2)));
        assert_eq!(jobs.take_input(4, NOW, QUEUE + 1, INPUT), Err(InputRefused::TooLate(4)));
    }

    #[test]
    fn next_should_be_the_job_with_the_first_deadline_that_does_not_run_and_can_be_in_time() {
        let jobs = jobs(&[(1, 9), (2, 7), (3, 8)], 3);
        let next =
            |block, running: &[JobId]| jobs.next(block, &running.iter().copied().collect()).map(|(id, _)| id);
        assert_eq!(next(NOW, &[]), Some(2));
        assert_eq!(next(NOW, &[2]), Some(3));
        assert_eq!(next(8, &[]), Some(1));
        assert_eq!(next(9, &[]), None);
    }

    #[test]
    fn job_should_end_after_its_deadline_when_it_is_not_done() {
        let mut jobs = jobs(&[(1, 9), (2, 9)], 1);
        jobs.expire(9, 100);
        assert!(jobs.get(1).is_some() && jobs.get(2).is_some());
        jobs.expire(10, 100);
        assert!(jobs.get(1).is_none() && jobs.get(2).is_none());
        assert_eq!(jobs.litter(), &BTreeSet::from([1, 2]));
        assert!(!jobs.finish(1, receipt(1), 1));
    }

    #[test]
    fn result_should_stay_for_its_time_after_the_deadline() {
        let mut jobs = jobs(&[(1, 9)], 1);
        assert!(jobs.finish(1, receipt(1), 1));
        jobs.expire(109, 100);
        assert!(jobs.get(1).is_some());
        jobs.expire(110, 100);
        assert!(jobs.get(1).is_none());
        assert_eq!(jobs.litter(), &BTreeSet::from([1]));
        jobs.forget_litter(&BTreeSet::from([1]));
        assert!(jobs.litter().is_empty());
    }

    #[test]
    fn results_should_go_oldest_deadline_first_when_they_take_too_much_room() {
        let mut jobs = jobs(&[(1, 9), (2, 8), (3, 7)], 2);
        assert!(jobs.finish(1, receipt(1), 10) && jobs.finish(2, receipt(2), 10));
        jobs.shrink_results(15);
        assert!(jobs.get(1).is_some() && jobs.get(2).is_none() && jobs.get(3).is_some());
        assert_eq!(jobs.results_size(), 10);
    }

    #[test]
    fn job_should_be_refused_when_there_is_no_room_and_nothing_is_done() {
        let full: Vec<_> = (0..MAX_JOBS as JobId).map(|id| (id, 9)).collect();
        let mut jobs = jobs(&full, 1);
        let one_more = MAX_JOBS as JobId;
        assert!(!jobs.announce(one_more, job(9)));
        assert!(jobs.finish(0, receipt(0), 1));
        assert!(jobs.announce(one_more, job(9)));
        assert!(jobs.get(0).is_none());
    }

    #[test]
    fn jobs_should_be_accepted_once_when_their_input_is_here() {
        let mut jobs = jobs(&[(1, 9), (2, 9), (3, 9)], 2);
        assert_eq!(jobs.accept_queued(), [1, 2]);
        assert!(jobs.accept_queued().is_empty());
        assert_eq!(jobs.take_input(3, NOW, QUEUE + 1, INPUT), Ok(()));
        assert!(jobs.finish(1, receipt(1), 1));
        assert_eq!(jobs.accept_queued(), [3]);
    }

    #[test]
    fn job_should_start_over_when_its_input_is_lost() {
        let mut jobs = jobs(&[(1, 9)], 1);
        jobs.lose_input(1);
        assert_eq!(jobs.take_input(1, NOW, QUEUE, [9; 32]), Ok(()));
    }
}
