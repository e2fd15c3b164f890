//! The worker at work: the state on disk, the keys, the sandbox and the counter, behind the questions that the two
//! APIs and the background tasks ask.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use phala_crypto::{rand_core::Rng, system_rng};
use phala_keyring::{Identity, Keyring, Platform};
use phala_light_client::courier::{Update, WorkerStatus};
use phala_primitives::{
    hash, job::JobLimits, registry::Registration, report::Incarnation, JobId, Moment, Signature,
};
use phala_sandbox::{Confinement, Sandbox, SandboxConfig};
use thiserror::Error;
use tokio::{
    sync::{watch, Mutex as AsyncMutex},
    task::spawn_blocking,
};

use crate::{
    api_public::{JobStatus, Status},
    benchmark::Counter,
    body::{MemoryBudget, Received},
    config::Config,
    intake::{open_input, InputError},
    jobs::{Capacity, InputRefused, Job, Stage},
    ledger::Ledger,
    metrics::{Gauges, Metrics},
    running::{milliseconds_since, Running},
    schedule::{Client, Usage},
    state::{Activity, Refusal, State},
};

/// Memory for inputs under way, in MiB: four of the largest size.
const INPUT_MEBIBYTES: usize = 256;

/// Memory for results under way, in MiB: seven of the largest size.
const RESULT_MEBIBYTES: usize = 128;

/// Memory for the relay's news under way, in MiB. Of their own, so that whatever strangers send, the worker
/// hears of the chain.
const RELAY_MEBIBYTES: usize = 64;

/// Bytes of compiled programs kept on disk.
const CACHE_BYTES: u64 = 2 << 30;

/// A worker.
pub struct Worker {
    config: Config,
    keyring: Arc<Keyring>,
    ledger: Ledger,
    counter: Counter,
    sandbox: Sandbox,
    confinement: Confinement,
    metrics: Metrics,
    inputs: MemoryBudget,
    results: MemoryBudget,
    relayed: MemoryBudget,
    running: Mutex<Running>,
    usage: Mutex<Usage>,
    /// When the newest block was proven.
    heard: Mutex<Option<Instant>>,
    /// Inputs are written one at a time, so that no two of one job meet.
    intake: Arc<AsyncMutex<()>>,
    /// What proven state says that forbids this process to go on.
    fatal: watch::Sender<Option<Refusal>>,
}

/// Why an update was not taken in.
#[derive(Debug, Error)]
pub enum AdvanceError {
    /// It does not prove what it says.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The worker's own fault.
    #[error("{0}")]
    Internal(String),
}

/// Why an input was not taken.
#[derive(Debug, Error)]
pub enum SubmitError {
    /// It is not known yet how recent the proven state is.
    #[error("the worker is starting: the chain's final state does not name this process yet")]
    Starting,
    /// The job takes no input, or not now.
    #[error(transparent)]
    Refused(#[from] InputRefused),
    /// It is not the job's input.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The worker's own fault.
    #[error("{0}")]
    Internal(String),
}

/// Why there is no result.
#[derive(Debug, Error)]
pub enum ResultError {
    /// No such job, or no longer.
    #[error("unknown job")]
    Unknown,
    /// Not yet.
    #[error("the job is {}", .0.name())]
    NotDone(Status),
    /// The worker's own fault.
    #[error("{0}")]
    Internal(String),
}

impl From<phala_keyring::Error> for AdvanceError {
    fn from(error: phala_keyring::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<phala_keyring::Error> for SubmitError {
    fn from(error: phala_keyring::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl Worker {
    /// Opens the data folder and gets everything ready; nothing runs yet.
    pub async fn open(config: Config) -> anyhow::Result<Self> {
        let executor = config.executor()?;
        anyhow::ensure!(
            executor.is_file(),
            "there is no executor at {}; say where phala-executor is with --executor",
            executor.display()
        );
        let keyring = Arc::new(Keyring::open(Platform::Development, &config.data_dir)?);
        let ledger = Ledger::open(keyring.clone(), &config.trust_root()?)?;
        let mut incarnation = Incarnation::default();
        system_rng().fill_bytes(&mut incarnation);
        ledger.commit(|state| {
            state.begin(incarnation);
            anyhow::Ok(())
        })?;
        let mut sandbox = Sandbox::new(SandboxConfig {
            executor,
            cache_dir: config.data_dir.join("programs"),
            cache_bytes: CACHE_BYTES,
            max_concurrent: config.parallel_jobs().get(),
        })?;
        if config.allow_missing_landlock {
            sandbox = sandbox.allow_missing_landlock();
        }
        let confinement = sandbox.check().await?;
        let counter = Counter::new(config.cores())?;
        if let Some(session) = ledger.current().mining().session() {
            counter.set_in_session(true);
            if session.outage.is_some() {
                tracing::warn!(
                    session = session.id,
                    "unresponsive as far as this worker knows: it loses value until an answer is in a block"
                );
            }
        }
        let metrics = Metrics::default();
        Ok(Self {
            config,
            keyring,
            ledger,
            counter,
            sandbox,
            confinement,
            inputs: MemoryBudget::new(INPUT_MEBIBYTES, metrics.bodies_displaced.clone()),
            results: MemoryBudget::new(RESULT_MEBIBYTES, Arc::default()),
            relayed: MemoryBudget::new(RELAY_MEBIBYTES, Arc::default()),
            metrics,
            running: Mutex::default(),
            usage: Mutex::default(),
            heard: Mutex::default(),
            intake: Arc::default(),
            fatal: watch::Sender::default(),
        })
    }

    /// What the operator decided.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Who the worker is.
    pub fn identity(&self) -> &Identity {
        self.keyring.identity()
    }

    /// The state as of the last commit.
    pub fn state(&self) -> Arc<State> {
        self.ledger.current()
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn counter(&self) -> &Counter {
        &self.counter
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// What keeps programs apart from this machine.
    pub(crate) fn confinement(&self) -> Confinement {
        self.confinement
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Memory for inputs under way.
    pub(crate) fn budget(&self) -> &MemoryBudget {
        &self.inputs
    }

    /// Memory for results under way.
    pub(crate) fn result_budget(&self) -> &MemoryBudget {
        &self.results
    }

    /// Memory for the relay's news under way.
    pub(crate) fn relay_budget(&self) -> &MemoryBudget {
        &self.relayed
    }

    /// Verifies an update, takes in what it brings, and answers once that is on the disk.
    pub async fn advance(self: Arc<Self>, update: Update) -> Result<WorkerStatus, AdvanceError> {
        spawn_blocking(move || self.advance_now(&update))
            .await
            .unwrap_or_else(|error| Err(AdvanceError::Internal(error.to_string())))
    }

    fn advance_now(&self, update: &Update) -> Result<WorkerStatus, AdvanceError> {
        let outcome = self.ledger.commit(|state| {
            let activity = Activity { iterations: self.counter.take(), jobs: self.running().take_peak() };
            state.advance(self.identity(), update, activity, self.config.limits.result_blocks).map_err(
                |error| {
                    // Refused news must not cost performance.
                    self.counter.put_back(activity.iterations);
                    self.running().put_back_peak(activity.jobs);
                    AdvanceError::from(error)
                },
            )
        });
        let taken = outcome.inspect_err(|error| {
            self.metrics.updates_refused.increase();
            tracing::warn!(%error, "an update was not taken in");
            if let AdvanceError::Refused(refusal) = error {
                if refusal.is_fatal() {
                    self.fatal.send_replace(Some(refusal.clone()));
                }
            }
        })?;
        self.metrics.updates_accepted.increase();
        *self.heard() = Some(Instant::now());
        let state = self.state();
        self.counter.set_in_session(state.mining().session().is_some());
        for news in &taken.mining {
            self.metrics.mining_news(news);
            news.log();
        }
        tracing::debug!(block = state.block(), messages = taken.messages, "verified");
        if taken.not_understood > 0 {
            tracing::error!(messages = taken.not_understood, "messages of a newer chain: update this worker");
        }
        if taken.jobs_refused > 0 {
            tracing::error!(jobs = taken.jobs_refused, "no room for more jobs; the chain will refund them");
        }
        Ok(state.status())
    }

    /// Resolves once proven state forbids this process to go on, with the reason.
    pub async fn forbidden(&self) -> Refusal {
        let mut fatal = self.fatal.subscribe();
        loop {
            if let Some(refusal) = fatal.borrow_and_update().clone() {
                return refusal;
            }
            // The sender lives in the worker, which lives as long as this.
            if fatal.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// A registration for the configured operator; none before a block is proven.
    pub fn registration(&self) -> Option<(Registration<[u8; 32]>, Signature)> {
        self.state().registration(self.identity(), self.config.operator)
    }

    /// Whether an input for job `id` has a chance, so that hopeless bodies need not be read.
    pub(crate) fn expects_input(&self, id: JobId) -> Result<(), SubmitError> {
        let state = self.state();
        if !state.is_fresh() {
            return Err(SubmitError::Starting);
        }
        let jobs = state.jobs();
        let job = jobs.get(id).ok_or(InputRefused::Unknown(id))?;
        if matches!(job.stage, Stage::WaitingForInput) {
            jobs.terms(id, 0, state.clock(), &self.capacity(&state))?;
        }
        Ok(())
    }

    /// Chain time: that of the newest proven block and what has passed since. The true time is later by as
    /// much as finality and the relay lag behind, for which the schedule has a margin.
    fn now(&self, state: &State) -> Moment {
        let passed = self.heard().map_or(0, |heard| milliseconds_since(&heard));
        state.clock().time.saturating_add(passed)
    }

    fn capacity(&self, state: &State) -> Capacity {
        let limits = &self.config.limits;
        Capacity {
            now: self.now(state),
            slots: self.config.parallel_jobs().get(),
            max_seconds: limits.max_seconds,
            max_queued: limits.max_queued,
            running: self.running().elapsed(),
        }
    }

    /// Takes a job's sealed input, and answers once it is on the disk.
    pub(crate) async fn submit_input(
        self: Arc<Self>,
        id: JobId,
        received: Received,
    ) -> Result<(), SubmitError> {
        let turn = self.intake.clone().lock_owned().await;
        let submit = move || {
            let submitted = self.submit_input_now(id, received.bytes());
            drop(turn);
            submitted.inspect_err(|error| {
                self.metrics.inputs_refused.increase();
                tracing::info!(job = id, %error, "an input was not taken");
            })
        };
        spawn_blocking(submit).await.unwrap_or_else(|error| Err(SubmitError::Internal(error.to_string())))
    }

    fn submit_input_now(&self, id: JobId, sealed: &[u8]) -> Result<(), SubmitError> {
        let state = self.state();
        let sealed_hash = hash(sealed);
        if state.jobs().has_input(id, &sealed_hash)? {
            return Ok(());
        }
        let job = state.jobs().get(id).ok_or(InputRefused::Unknown(id))?;
        let program_bytes = open_input(self.identity(), &state.genesis(), id, job, sealed)?.program_bytes();
        self.keyring.put(&input_label(id), sealed)?;
        let taken: Result<(), SubmitError> = self.ledger.commit(|state| {
            let capacity = self.capacity(state);
            Ok(state.take_input(id, sealed_hash, program_bytes, &capacity)?)
        });
        if taken.is_err() {
            self.keyring.remove(&input_label(id))?;
        }
        taken
    }

    /// How far job `id` is.
    pub(crate) fn job_status(&self, id: JobId) -> Option<JobStatus> {
        let state = self.state();
        let job = state.jobs().get(id)?;
        let status = status(job, self.running().has(id));
        Some(JobStatus { job: id, status, deadline: job.deadline, limits: job.limits })
    }

    /// Bytes of the result of job `id`.
    pub(crate) fn result_size(&self, id: JobId) -> Result<usize, ResultError> {
        let state = self.state();
        let job = state.jobs().get(id).ok_or(ResultError::Unknown)?;
        match &job.stage {
            Stage::Done { size, .. } => Ok(usize::try_from(*size).unwrap_or(usize::MAX)),
            Stage::WaitingForInput | Stage::Queued { .. } => {
                Err(ResultError::NotDone(status(job, self.running().has(id))))
            }
        }
    }

    /// The result of job `id`, which must be done.
    pub(crate) async fn result(self: Arc<Self>, id: JobId) -> Result<Vec<u8>, ResultError> {
        let read = move || match self.keyring.get(&result_label(id)) {
            Ok(Some(mut result)) => Ok(std::mem::take(&mut *result)),
            Ok(None) => match self.result_size(id) {
                Ok(_) => Err(ResultError::Internal("the result is missing on the disk".into())),
                Err(expired) => Err(expired),
            },
            Err(error) => Err(ResultError::Internal(error.to_string())),
        };
        spawn_blocking(read).await.unwrap_or_else(|error| Err(ResultError::Internal(error.to_string())))
    }

    /// The next job to run, marked as running until the claim is dropped.
    pub(crate) fn claim_job(self: &Arc<Self>) -> Option<Claim> {
        let state = self.state();
        if !state.is_fresh() {
            return None;
        }
        let id = state.jobs().next(&self.capacity(&state), &self.usage())?;
        let client = state.jobs().get(id)?.client;
        let since = Instant::now();
        self.running().begin(id, since);
        Some(Claim { worker: self.clone(), id, client, since })
    }

    /// Limits under which a job runs: its own, within the operator's.
    pub(crate) fn effective_limits(&self, limits: &JobLimits) -> JobLimits {
        JobLimits {
            fuel: limits.fuel,
            memory_mib: limits.memory_mib.min(self.config.limits.max_memory_mib),
            seconds: limits.seconds.min(self.config.limits.max_seconds),
        }
    }

    /// Prometheus metrics.
    pub(crate) fn render_metrics(&self) -> String {
        let state = self.state();
        let mut jobs = BTreeMap::new();
        for known in [Status::WaitingForInput, Status::Queued, Status::Running, Status::Done] {
            jobs.insert(known.name(), 0);
        }
        let running = self.running().elapsed();
        for (id, job) in state.jobs().iter() {
            *jobs.entry(status(job, running.contains_key(&id)).name()).or_default() += 1;
        }
        self.metrics.render(&Gauges {
            verified_block: state.block().into(),
            news_age: self.heard().map(|heard| heard.elapsed().as_secs()),
            messages_taken: state.taken(),
            next_sequence: state.outbox().next_sequence(),
            outbox: state.outbox().len() as u64,
            fresh: state.is_fresh(),
            violations: self.sandbox.violations(),
            mining: state.mining().clone(),
            jobs,
            results_bytes: state.jobs().results_size(),
        })
    }

    // What these three guard is whole after every step, whatever panicked.

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn usage(&self) -> MutexGuard<'_, Usage> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn heard(&self) -> MutexGuard<'_, Option<Instant>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job that this process runs.
pub(crate) struct Claim {
    worker: Arc<Worker>,
    id: JobId,
    client: Client,
    since: Instant,
}

impl Claim {
    /// Its number.
    pub(crate) fn id(&self) -> JobId {
        self.id
    }

    /// Who runs it.
    pub(crate) fn worker(&self) -> &Arc<Worker> {
        &self.worker
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.worker.running().end(self.id);
        let now = self.worker.now(&self.worker.state());
        self.worker.usage().add(self.client, now, milliseconds_since(&self.since));
    }
}

/// Under which the keyring keeps a job's sealed input.
pub(crate) fn input_label(id: JobId) -> String {
    format!("job-{id}-input")
}

/// Under which the keyring keeps a job's result.
pub(crate) fn result_label(id: JobId) -> String {
    format!("job-{id}-result")
}

fn status(job: &Job, running: bool) -> Status {
    match (&job.stage, running) {
        (Stage::WaitingForInput, _) => Status::WaitingForInput,
        (Stage::Queued { .. }, false) => Status::Queued,
        (Stage::Queued { .. }, true) => Status::Running,
        (Stage::Done { .. }, _) => Status::Done,
    }
}
