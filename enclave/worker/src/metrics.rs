//! What an operator watches, in Prometheus' text format.

use std::{
    collections::BTreeMap,
    fmt::{Display, Write},
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Mutex, PoisonError,
    },
};

use phala_primitives::job::ExitStatus;

use crate::mining::{Lateness, Mining, News, Pha};

/// Counts of what happened since the process began.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Updates from the relay that proved what they said.
    pub updates_accepted: Count,
    /// Updates from the relay that did not.
    pub updates_refused: Count,
    /// Inputs that were not those of their job.
    pub inputs_refused: Count,
    /// Executions that failed for a reason that is the machine's and not the program's.
    pub host_faults: Count,
    /// Challenges answered.
    pub heartbeats: Count,
    /// Those of them that were answered after their deadline.
    pub heartbeats_late: Count,
    /// Connections closed to make room for others.
    pub connections_displaced: Arc<Count>,
    /// Bodies under way that were broken off to make room for others.
    pub bodies_displaced: Arc<Count>,
    ended: Mutex<BTreeMap<&'static str, u64>>,
    answers: Mutex<BTreeMap<u16, u64>>,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// One more.
    pub fn increase(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// How many so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What is the case at the moment of asking.
#[derive(Clone, Debug, Default)]
pub struct Gauges {
    /// Number of the newest proven block.
    pub verified_block: u64,
    /// Seconds since a block was proven last; none before this process has proven one.
    pub news_age: Option<u64>,
    /// Messages of the worker's topic taken in.
    pub messages_taken: u64,
    /// Number of the next report.
    pub next_sequence: u64,
    /// Reports that the chain is not known to have accepted.
    pub outbox: u64,
    /// Whether the newest proven block is known to be recent.
    pub fresh: bool,
    /// Programs that were killed for a system call that none makes.
    pub violations: u64,
    /// The mining session, and what outages have cost.
    pub mining: Mining,
    /// Jobs by status.
    pub jobs: BTreeMap<&'static str, u64>,
    /// Bytes of all results kept.
    pub results_bytes: u64,
}

impl Metrics {
    /// Counts the end of a job.
    pub fn job_ended(&self, exit: &ExitStatus) {
        let label = match exit {
            ExitStatus::Exited(0) => "success",
            ExitStatus::Exited(_) => "failure",
            ExitStatus::Trapped => "trapped",
            ExitStatus::OutOfFuel => "out_of_fuel",
            ExitStatus::OutOfTime => "out_of_time",
            ExitStatus::OutOfMemory => "out_of_memory",
            ExitStatus::TooMuchOutput => "too_much_output",
            ExitStatus::InvalidProgram => "invalid_program",
        };
        // A map of numbers is whole after every step, whatever panicked.
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner).entry(label).or_default() += 1;
    }

    /// Counts an answer of the public API.
    pub fn answered(&self, status: u16) {
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() += 1;
    }

    /// Counts what happened to the mining session.
    pub fn mining_news(&self, news: &News) {
        match news {
            News::Answered { lateness, .. } => {
                self.heartbeats.increase();
                if let Lateness::Late(_) = lateness {
                    self.heartbeats_late.increase();
                }
            }
            // The state counts these, and what they cost, over restarts.
            News::Unresponsive { .. } | News::Recovered { .. } => {}
        }
    }

    /// Everything, as `text/plain; version=0.0.4`.
    pub fn render(&self, gauges: &Gauges) -> String {
        let mut page = Page::default();
        page.one("verified_block", "gauge", "Number of the newest proven block.", gauges.verified_block);
        if let Some(seconds) = gauges.news_age {
            page.one(
                "news_age_seconds",
                "gauge",
                "Seconds since a block was proven last: where that nears the heartbeat window, challenges go unheard.",
                seconds,
            );
        }
        page.one(
            "messages_taken",
            "gauge",
            "Messages of the worker's topic taken in.",
            gauges.messages_taken,
        );
        page.one("next_sequence", "gauge", "Number of the next report.", gauges.next_sequence);
        page.one("outbox_reports", "gauge", "Reports not proven accepted.", gauges.outbox);
        page.one(
            "fresh",
            "gauge",
            "1 once the chain's final state names this process; jobs are taken only then.",
            u8::from(gauges.fresh),
        );
        page.one(
            "sandbox_violations",
            "counter",
            "Executors killed for a system call that none makes: look into each.",
            gauges.violations,
        );
        self.render_mining(&mut page, &gauges.mining);
        page.many("jobs", "gauge", "Jobs by status.", "status", &gauges.jobs);
        page.one("results_bytes", "gauge", "Bytes of all results kept.", gauges.results_bytes);
        page.one(
            "updates_accepted_total",
            "counter",
            "Updates from the relay, proven.",
            self.updates_accepted.get(),
        );
        page.one(
            "updates_refused_total",
            "counter",
            "Updates from the relay, refused.",
            self.updates_refused.get(),
        );
        page.one(
            "inputs_refused_total",
            "counter",
            "Inputs that were not their job's.",
            self.inputs_refused.get(),
        );
        page.one(
            "host_faults_total",
            "counter",
            "Executions that the machine failed.",
            self.host_faults.get(),
        );
        page.one(
            "connections_displaced_total",
            "counter",
            "Connections closed to make room for others.",
            self.connections_displaced.get(),
        );
        page.one(
            "bodies_displaced_total",
            "counter",
            "Bodies broken off to make room for others.",
            self.bodies_displaced.get(),
        );
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        page.many(
            "answers_total",
            "counter",
            "Answers of the public API, by HTTP status.",
            "status",
            &answers,
        );
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        page.many("jobs_ended_total", "counter", "Jobs run to their end, by outcome.", "outcome", &ended);
        page.0
    }

    fn render_mining(&self, page: &mut Page, mining: &Mining) {
        let session = mining.session();
        let outage = session.and_then(|session| session.outage);
        page.one("in_session", "gauge", "1 while a mining session runs.", u8::from(session.is_some()));
        page.one(
            "session_iterations",
            "gauge",
            "Benchmark iterations in the session, as last reported or noted.",
            session.map_or(0, |session| session.iterations),
        );
        page.one(
            "session_unresponsive",
            "gauge",
            "1 while the session loses value because an answer is missing: act at once.",
            u8::from(outage.is_some()),
        );
        page.one(
            "session_loss_pha_per_hour",
            "gauge",
            "What the Value Promise loses an hour, as of the beginning of the outage; 0 outside of one.",
            Pha(outage.map_or(0, |outage| outage.hourly_loss)).number(),
        );
        if let Some(value) = session.and_then(|session| session.value) {
            page.one(
                "session_value_pha",
                "gauge",
                "Value Promise when the chain told it last, which it does when an outage begins and ends.",
                Pha(value).number(),
            );
        }
        page.one("heartbeats_total", "counter", "Challenges answered.", self.heartbeats.get());
        page.one(
            "heartbeats_late_total",
            "counter",
            "Challenges answered after their deadline.",
            self.heartbeats_late.get(),
        );
        let losses = mining.losses();
        page.one(
            "outages_total",
            "counter",
            "Deadlines missed since the data folder was made.",
            losses.outages,
        );
        page.one(
            "rewards_forfeited_pha_total",
            "counter",
            "Rewards earned and forfeited in outages since the data folder was made.",
            Pha(losses.forfeited).number(),
        );
        page.one(
            "value_lost_pha_total",
            "counter",
            "What outages that are over have cost of the Value Promise since the data folder was made.",
            Pha(losses.value).number(),
        );
    }
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string cannot fail.
        let _ = write!(self.0, "# HELP phala_worker_{name} {help}\n# TYPE phala_worker_{name} {kind}\n");
    }

    fn one(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.head(name, kind, help);
        let _ = writeln!(self.0, "phala_worker_{name} {value}");
    }

    fn many(
        &mut self,
        name: &str,
        kind: &str,
        help: &str,
        label: &str,
        values: &BTreeMap<impl Display, u64>,
    ) {
        self.head(name, kind, help);
        for (key, value) in values {
            let _ = writeln!(self.0, "phala_worker_{name}{{{label}=\"{key}\"}} {value}");
        }
    }
}

#[cfg(test)]
mod tests {
    use phala_primitives::PHA;

    use super::*;

    #[test]
    fn metrics_should_show_an_outage_with_its_cost_in_pha() {
        let (metrics, mut mining) = (Metrics::default(), Mining::default());
        mining.start(3);
        let late = mining.answer(3, 0, 1_000, 3_000).map(|(_, news)| news);
        let lost = mining.lose(3, 0, PHA / 4, 7_500 * PHA, 15 * PHA / 2);
        late.iter().chain(&lost).for_each(|news| metrics.mining_news(news));
        let expect = |mining: &Mining, lines: &[&str]| {
            let page = metrics.render(&Gauges { mining: mining.clone(), ..Gauges::default() });
            for line in lines {
                let line = format!("phala_worker_{line}");
                assert!(page.lines().any(|found| found == line), "{line} is missing in\n{page}");
            }
        };
        let common =
            ["heartbeats_total 1", "heartbeats_late_total 1", "rewards_forfeited_pha_total 0.250000000000"];
        expect(&mining, &common);
        expect(
            &mining,
            &[
                "session_unresponsive 1",
                "outages_total 1",
                "session_loss_pha_per_hour 7.500000000000",
                "session_value_pha 7500.000000000000",
                "value_lost_pha_total 0.000000000000",
            ],
        );
        mining.recover(3, PHA / 100, 7_500 * PHA - PHA / 100);
        expect(&mining, &common);
        expect(
            &mining,
            &[
                "session_unresponsive 0",
                "outages_total 1",
                "session_loss_pha_per_hour 0.000000000000",
                "session_value_pha 7499.990000000000",
                "value_lost_pha_total 0.010000000000",
            ],
        );
    }

    #[test]
    fn metrics_should_list_every_value_under_its_name_and_label() {
        let metrics = Metrics::default();
        metrics.updates_refused.increase();
        metrics.job_ended(&ExitStatus::Exited(0));
        metrics.job_ended(&ExitStatus::Exited(0));
        metrics.job_ended(&ExitStatus::Trapped);
        metrics.answered(429);
        metrics.connections_displaced.increase();
        let gauges = Gauges {
            verified_block: 42,
            news_age: Some(3),
            jobs: BTreeMap::from([("running", 3)]),
            ..Gauges::default()
        };
        let page = metrics.render(&gauges);
        for line in [
            "# TYPE phala_worker_verified_block gauge",
            "phala_worker_verified_block 42",
            "phala_worker_news_age_seconds 3",
            "phala_worker_in_session 0",
            "phala_worker_jobs{status=\"running\"} 3",
            "phala_worker_updates_refused_total 1",
            "phala_worker_connections_displaced_total 1",
            "phala_worker_answers_total{status=\"429\"} 1",
            "phala_worker_jobs_ended_total{outcome=\"success\"} 2",
            "phala_worker_jobs_ended_total{outcome=\"trapped\"} 1",
        ] {
            assert!(page.lines().any(|found| found == line), "{line} is missing in\n{page}");
        }
    }
}
