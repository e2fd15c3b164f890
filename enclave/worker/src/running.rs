//! Jobs that run.

use std::{collections::BTreeMap, time::Instant};

use phala_primitives::{JobId, Moment};

/// Jobs that run, since when, and how many at once.
#[derive(Debug, Default)]
pub(crate) struct Running {
    jobs: BTreeMap<JobId, Instant>,
    /// Most at the same time since somebody asked.
    peak: usize,
}

impl Running {
    /// A job has begun to run.
    pub(crate) fn begin(&mut self, id: JobId, since: Instant) {
        self.jobs.insert(id, since);
        self.peak = self.peak.max(self.jobs.len());
    }

    /// A job runs no more.
    pub(crate) fn end(&mut self, id: JobId) {
        self.jobs.remove(&id);
    }

    /// Whether a job runs.
    pub(crate) fn has(&self, id: JobId) -> bool {
        self.jobs.contains_key(&id)
    }

    /// For how long each has run, in milliseconds.
    pub(crate) fn elapsed(&self) -> BTreeMap<JobId, Moment> {
        self.jobs.iter().map(|(id, since)| (*id, milliseconds_since(since))).collect()
    }

    /// Most that ran at the same time since this was asked last; those that run now count again.
    pub(crate) fn take_peak(&mut self) -> u32 {
        let peak = std::mem::replace(&mut self.peak, self.jobs.len());
        u32::try_from(peak).unwrap_or(u32::MAX)
    }

    /// Puts back what was taken and not used.
    pub(crate) fn put_back_peak(&mut self, peak: u32) {
        self.peak = self.peak.max(peak as usize);
    }
}

pub(crate) fn milliseconds_since(moment: &Instant) -> Moment {
    Moment::try_from(moment.elapsed().as_millis()).unwrap_or(Moment::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peak_should_count_jobs_that_ended_before_it_was_asked_for() {
        let mut running = Running::default();
        running.begin(1, Instant::now());
        running.begin(2, Instant::now());
        running.end(1);
        assert_eq!(running.take_peak(), 2);
        assert_eq!(running.take_peak(), 1, "the second still runs");
        running.end(2);
        assert_eq!((running.take_peak(), running.take_peak()), (1, 0));
    }

    #[test]
    fn peak_should_be_told_again_when_it_was_put_back() {
        let mut running = Running::default();
        running.begin(1, Instant::now());
        running.end(1);
        let peak = running.take_peak();
        running.put_back_peak(peak);
        assert_eq!(running.take_peak(), 1);
    }
}
