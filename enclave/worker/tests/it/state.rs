//! The state machine against a chain in memory.

use phala_keyring::{Keyring, Platform};
use phala_light_client::{courier::UpdateError, mailbox::MailboxError};
use phala_primitives::{
    job::{ExitStatus, JobLimits, Receipt, SignedReceipt},
    mailbox::WorkerMessage,
    report::{Incarnation, ReportBody, SenderState},
    BlockNumber, JobId, SessionId, Signature, PHA,
};
use phala_worker::{
    benchmark::Measurement,
    jobs::{Capacity, MAX_JOBS},
    mining::{Lateness, Losses, News},
    outbox::Contradiction,
    state::{Activity, Refusal, State, Taken, MAX_BENCHMARK},
};

use crate::chain::Chain;

const IDLE: Activity = Activity { iterations: 0, jobs: 0 };
const RESULT_BLOCKS: BlockNumber = 100;
const INCARNATION: Incarnation = [6; 32];

struct World {
    _folder: tempfile::TempDir,
    keyring: Keyring,
    chain: Chain,
    state: State,
}

impl World {
    /// A registered worker that has started, and its chain.
    fn new() -> Self {
        let mut world = Self::starting();
        world.advance();
        world.submit();
        world.advance();
        assert!(world.state.is_fresh());
        world
    }

    /// A registered worker and its chain, of which it knows nothing yet.
    fn starting() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Keyring::open(Platform::Development, folder.path()).unwrap();
        let mut chain = Chain::new("state");
        let worker = keyring.identity().worker_id();
        chain.register(worker);
        let mut state = State::new(chain.genesis_hash(), worker);
        state.begin(INCARNATION);
        Self { _folder: folder, keyring, chain, state }
    }

    /// Seals a block and brings it to the worker.
    fn advance(&mut self) -> Taken {
        self.advance_while(IDLE)
    }

    fn advance_while(&mut self, activity: Activity) -> Taken {
        self.chain.produce();
        let update = self.chain.update(&self.state.status());
        self.state.advance(self.keyring.identity(), &update, activity, RESULT_BLOCKS).unwrap()
    }

    /// Seals a block and brings it to the worker, changed by `forge`; gives the refusal.
    fn refusal(&mut self, forge: impl FnOnce(&mut phala_light_client::courier::Update)) -> Refusal {
        self.chain.produce();
        let mut update = self.chain.update(&self.state.status());
        forge(&mut update);
        let mut state = self.state.clone();
        state.advance(self.keyring.identity(), &update, IDLE, RESULT_BLOCKS).unwrap_err()
    }

    /// An idle machine with time enough.
    fn capacity(&self) -> Capacity {
        let now = self.state.clock().time;
        Capacity { now, slots: 1, max_seconds: 60, max_queued: 1, ..Capacity::default() }
    }

    /// Number and iterations of the session that runs.
    fn session(&self) -> Option<(SessionId, u64)> {
        self.state.mining().session().map(|session| (session.id, session.iterations))
    }

    fn reports(&self) -> Vec<ReportBody> {
        self.state.outbox().due().map(|signed| signed.report.body.clone()).collect()
    }

    fn submit(&mut self) {
        let outbox = self.state.status().outbox;
        self.chain.submit(&outbox);
    }
}

fn job(job: JobId, deadline: BlockNumber) -> WorkerMessage {
    let limits = JobLimits { fuel: 1, memory_mib: 1, seconds: 1 };
    WorkerMessage::Job { job, client: [9; 32], program: [1; 32], input: [2; 32], limits, deadline }
}

fn receipt(world: &World, job: JobId) -> SignedReceipt {
    let worker = world.keyring.identity().worker_id();
    let receipt = Receipt {
        job,
        worker,
        program: [1; 32],
        input: [2; 32],
        output: [3; 32],
        fuel: 1,
        exit: ExitStatus::Exited(0),
    };
    SignedReceipt { receipt, signature: Signature([0; 64]) }
}

#[test]
fn worker_should_follow_the_chain_from_its_genesis_hash_through_changes_of_validators() {
    let mut world = World::starting();
    assert_eq!(world.state.verified(), None);
    world.advance();
    assert!(world.state.is_registered());
    for name in ["second", "third"] {
        world.chain.change_validators(name);
    }
    world.advance();
    let verified = world.state.verified().unwrap();
    assert_eq!((verified.number, verified.hash), (world.chain.best(), world.chain.best_hash()));
    assert_eq!(verified.set_id, 2);
}

#[test]
fn update_should_be_refused_when_it_is_of_another_chain() {
    let mut world = World::starting();
    let mut other = Chain::new("other");
    other.produce();
    let refusal = world.refusal(|update| {
        let status = State::new(other.genesis_hash(), phala_primitives::WorkerId([1; 32])).status();
        *update = other.update(&status);
    });
    assert!(matches!(refusal, Refusal::Unproven(UpdateError::Bootstrap(_))), "{refusal:?}");
}

#[test]
fn update_should_be_refused_when_the_first_one_has_no_genesis_proof() {
    let refusal = World::starting().refusal(|update| update.trust = None);
    assert_eq!(refusal, Refusal::Unproven(UpdateError::NoTrust));
}

#[test]
fn update_should_be_refused_when_it_is_older_than_what_is_known() {
    let mut world = World::new();
    world.chain.produce();
    let old = world.chain.update(&world.state.status());
    world.advance();
    let refusal = world.refusal(|update| *update = old);
    assert!(matches!(refusal, Refusal::Unproven(UpdateError::Advance(_))), "{refusal:?}");
}

#[test]
fn update_should_be_refused_when_a_validator_of_the_old_set_signs_for_the_next() {
    let mut world = World::new();
    world.advance();
    world.chain.change_validators("second");
    let refusal = world.refusal(|update| update.set_changes.clear());
    assert!(matches!(refusal, Refusal::Unproven(UpdateError::Advance(_))), "{refusal:?}");
}

#[test]
fn update_should_be_refused_when_the_justification_or_state_proof_is_forged() {
    let mut world = World::new();
    world.advance();
    let refusal = world.refusal(|update| {
        let middle = update.finality.justification.len() / 2;
        update.finality.justification[middle] ^= 1;
    });
    assert!(matches!(refusal, Refusal::Unproven(UpdateError::Advance(_))), "{refusal:?}");
    let refusal = world.refusal(|update| update.state_proof[0][3] ^= 1);
    assert!(matches!(refusal, Refusal::Unproven(UpdateError::State(_))), "{refusal:?}");
    let refusal = world.refusal(|update| drop(update.state_proof.pop()));
    assert!(matches!(refusal, Refusal::Unproven(UpdateError::State(_))), "{refusal:?}");
}

#[test]
fn messages_should_be_refused_when_dropped_repeated_reordered_or_edited() {
    let mut world = World::new();
    world.advance();
    for number in 0..3 {
        world.chain.send(job(number, 1_000));
    }
    let wrong_head = Refusal::Unproven(UpdateError::Messages(MailboxError::WrongHead));
    let wrong_count =
        |found| Refusal::Unproven(UpdateError::Messages(MailboxError::WrongCount { expected: 3, found }));
    assert_eq!(world.refusal(|update| drop(update.messages.remove(1))), wrong_count(2));
    assert_eq!(world.refusal(|update| update.messages.push(update.messages[0].clone())), wrong_count(4));
    assert_eq!(world.refusal(|update| update.messages.swap(0, 1)), wrong_head);
    assert_eq!(world.refusal(|update| update.messages[2] = update.messages[0].clone()), wrong_head);
    assert_eq!(world.refusal(|update| update.messages[1].payload[1] ^= 1), wrong_head);
    assert_eq!(world.refusal(|update| update.messages[1].block += 1), wrong_head);
    assert_eq!(world.advance().messages, 3);
    assert_eq!(world.state.jobs().iter().count(), 3);
}

#[test]
fn state_should_not_change_when_the_same_block_comes_twice() {
    let mut world = World::new();
    world.chain.send(job(1, 1_000));
    world.advance();
    let before = world.state.clone();
    let again = world.chain.update(&world.state.status());
    world.state.advance(world.keyring.identity(), &again, IDLE, RESULT_BLOCKS).unwrap();
    assert_eq!(world.state, before);
}

#[test]
fn messages_should_be_acknowledged_once_and_not_again_while_that_is_under_way() {
    let mut world = World::new();
    world.advance();
    assert!(world.reports().is_empty());
    world.chain.send(job(1, 1_000));
    world.advance();
    assert_eq!(world.reports(), [ReportBody::Acknowledge]);
    world.chain.send(job(2, 1_000));
    world.advance();
    assert_eq!(world.reports(), [ReportBody::Acknowledge]);
    world.submit();
    world.advance();
    assert_eq!(world.reports(), [ReportBody::Acknowledge], "the second message still needs one");
    assert_eq!(world.state.outbox().acknowledged(), 2);
    world.submit();
    world.advance();
    assert!(world.state.outbox().is_empty());
    assert_eq!(world.chain.reports, [ReportBody::Acknowledge, ReportBody::Acknowledge]);
}

#[test]
fn messages_should_be_acknowledged_by_the_report_that_they_ask_for() {
    let mut world = World::new();
    world.chain.send(WorkerMessage::Benchmark { milliseconds: 6_000 });
    world.advance();
    assert!(world.reports().is_empty(), "the benchmark will acknowledge");
    let found = Measurement { iterations: 900, milliseconds: 6_001 };
    assert!(world.state.finish_benchmark(world.keyring.identity(), 6_000, found));
    let benchmark = ReportBody::Benchmark { iterations: 900, milliseconds: 6_001 };
    assert_eq!(world.reports(), [benchmark]);
    assert_eq!(world.state.outbox().acknowledged(), 1);
    assert!(!world.state.finish_benchmark(world.keyring.identity(), 6_000, found), "reported once");
}

#[test]
fn benchmark_should_be_bounded_when_the_chain_asks_for_a_very_long_one() {
    let mut world = World::new();
    world.chain.send(WorkerMessage::Benchmark { milliseconds: u64::MAX });
    world.advance();
    assert_eq!(world.state.benchmark_due(), Some(MAX_BENCHMARK));
}

#[test]
fn challenge_should_be_answered_with_the_iterations_of_its_session() {
    let mut world = World::new();
    world.chain.send(WorkerMessage::SessionStarted { session: 5 });
    world.advance();
    world.submit();
    world.advance_while(Activity { iterations: 40, jobs: 0 });
    world.chain.challenge(5, 0, 1);
    world.chain.challenge(4, 9, 1);
    world.advance_while(Activity { iterations: 2, jobs: 3 });
    let heartbeat = ReportBody::Heartbeat { session: 5, challenge: 0, iterations: 42, jobs: 3 };
    assert_eq!(world.reports(), [heartbeat.clone()], "one session runs, so one challenge is answered");
    world.advance_while(Activity { iterations: 7, jobs: 0 });
    assert_eq!(world.reports(), [heartbeat], "the challenge is still open, but answered already");
    world.chain.challenge(5, 1, 1);
    world.advance();
    let second = ReportBody::Heartbeat { session: 5, challenge: 1, iterations: 49, jobs: 0 };
    assert_eq!(world.reports().last(), Some(&second));
}

#[test]
fn iterations_of_the_registrys_benchmark_should_count_when_it_is_run_in_a_session() {
    let mut world = World::new();
    world.chain.send(WorkerMessage::SessionStarted { session: 5 });
    world.chain.send(WorkerMessage::Benchmark { milliseconds: 6_000 });
    world.advance_while(Activity { iterations: 2, jobs: 0 });
    let found = Measurement { iterations: 900, milliseconds: 6_001 };
    assert!(world.state.finish_benchmark(world.keyring.identity(), 6_000, found));
    assert_eq!(world.session(), Some((5, 900)), "those from before the session do not count");
}

#[test]
fn outage_should_be_told_with_its_cost_and_its_cause_and_outlast_a_restart() {
    let mut world = World::new();
    world.chain.send(WorkerMessage::SessionStarted { session: 5 });
    world.advance();
    world.submit();
    // Blocks of six seconds: the worker is cut off from the challenge until long after its deadline.
    let deadline = u64::from(world.chain.best() + 2) * 6_000;
    world.chain.challenge(5, 0, deadline);
    world.chain.produce_to(world.chain.best() + 4);
    let (forfeited, value, hourly_loss) = (PHA / 4, 7_500 * PHA, 7 * PHA);
    world.chain.send(WorkerMessage::Unresponsive { session: 5, challenge: 0, forfeited, value, hourly_loss });
    let taken = world.advance();
    let lateness = Lateness::Late(18_000);
    let late = News::Answered { session: 5, challenge: 0, lateness };
    let lost = News::Unresponsive {
        session: 5,
        challenge: 0,
        lateness: Some(lateness),
        forfeited,
        value,
        hourly_loss,
    };
    assert_eq!(taken.mining, [late, lost]);
    let heartbeat = ReportBody::Heartbeat { session: 5, challenge: 0, iterations: 0, jobs: 0 };
    assert_eq!(world.reports(), [heartbeat.clone()], "a late answer ends the outage");

    world.state.begin([8; 32]);
    world.advance();
    world.submit();
    world.advance();
    assert!(world.state.mining().session().unwrap().outage.is_some());
    world.submit();
    assert_eq!(world.chain.reports.last(), Some(&heartbeat));
    world.chain.send(WorkerMessage::Recovered { session: 5, lost: PHA / 100, value });
    let taken = world.advance();
    assert_eq!(taken.mining, [News::Recovered { session: 5, lost: PHA / 100, value }]);
    assert!(world.state.mining().session().unwrap().outage.is_none());
    assert_eq!(world.state.mining().losses(), Losses { outages: 1, forfeited, value: PHA / 100 });
}

#[test]
fn iterations_should_start_from_nothing_when_another_session_starts() {
    let mut world = World::new();
    world.chain.send(WorkerMessage::SessionStarted { session: 5 });
    world.advance();
    world.advance_while(Activity { iterations: 40, jobs: 0 });
    assert_eq!(world.session(), Some((5, 40)));
    world.chain.send(WorkerMessage::SessionStopped { session: 5 });
    world.advance();
    assert_eq!(world.session(), None);
    world.chain.send(WorkerMessage::SessionStarted { session: 6 });
    world.advance();
    assert_eq!(world.session(), Some((6, 0)));
}

#[test]
fn session_should_go_on_when_an_earlier_one_is_said_to_have_stopped() {
    let mut world = World::new();
    world.chain.send(WorkerMessage::SessionStarted { session: 6 });
    world.chain.send(WorkerMessage::SessionStopped { session: 5 });
    world.advance();
    assert_eq!(world.session(), Some((6, 0)));
}

#[test]
fn job_should_travel_from_announcement_to_receipt() {
    let mut world = World::new();
    world.chain.send(job(1, 1_000));
    world.advance();
    world.submit();
    world.advance();
    world.state.take_input(1, [4; 32], 10, &world.capacity()).unwrap();
    let signed = receipt(&world, 1);
    assert!(world.state.finish_job(world.keyring.identity(), 1, signed.clone(), 10, 100));
    assert_eq!(world.reports(), [ReportBody::Receipt(signed.clone())]);
    world.submit();
    world.advance();
    assert!(world.state.outbox().is_empty());
    assert_eq!(world.chain.reports.last(), Some(&ReportBody::Receipt(signed)));
    assert_eq!(world.state.jobs().results_size(), 10);
}

#[test]
fn job_should_be_dropped_without_a_report_when_its_input_never_comes() {
    let mut world = World::new();
    world.chain.send(job(1, 4));
    world.advance();
    world.submit();
    world.chain.produce_to(4);
    world.advance();
    assert!(world.state.jobs().get(1).is_none());
    assert!(world.reports().is_empty());
    let late = receipt(&world, 1);
    assert!(!world.state.finish_job(world.keyring.identity(), 1, late, 1, 100));
    assert!(world.reports().is_empty());
}

#[test]
fn job_should_be_left_alone_when_its_deadline_has_passed_before_the_worker_hears_of_it() {
    let mut world = World::new();
    world.chain.send(job(1, 1));
    assert_eq!(world.advance(), Taken { messages: 1, ..Taken::default() });
    assert_eq!(world.state.jobs().iter().count(), 0);
}

#[test]
fn job_should_be_counted_as_refused_when_there_is_no_room() {
    let mut world = World::new();
    for number in 0..MAX_JOBS as JobId {
        world.chain.send(job(number, 1_000));
    }
    assert_eq!(world.advance(), Taken { messages: MAX_JOBS, ..Taken::default() });
    world.chain.send(job(MAX_JOBS as JobId, 1_000));
    assert_eq!(world.advance(), Taken { messages: 1, jobs_refused: 1, ..Taken::default() });
}

#[test]
fn message_should_be_passed_over_when_it_is_of_a_newer_protocol() {
    let mut world = World::new();
    world.chain.send_bytes(vec![250, 1, 2]);
    world.chain.send(job(1, 1_000));
    assert_eq!(world.advance(), Taken { messages: 2, not_understood: 1, ..Taken::default() });
    assert!(world.state.jobs().get(1).is_some());
}

#[test]
fn worker_should_take_no_part_until_the_chain_knows_its_process() {
    let mut world = World::starting();
    world.chain.send(job(1, 1_000));
    world.advance();
    assert!(!world.state.is_fresh());
    assert_eq!(world.reports(), [ReportBody::Start]);
    world.advance();
    assert_eq!(world.reports(), [ReportBody::Start], "signed once");
    world.submit();
    world.advance();
    assert!(world.state.is_fresh());
    assert_eq!(world.reports(), [ReportBody::Acknowledge]);
}

#[test]
fn job_should_be_accepted_when_it_is_not_done_at_once() {
    let mut world = World::new();
    world.chain.send(job(1, 1_000));
    world.advance();
    world.submit();
    world.state.take_input(1, [4; 32], 10, &world.capacity()).unwrap();
    world.advance();
    assert_eq!(world.reports(), [ReportBody::Accepted { job: 1 }]);
    world.submit();
    world.advance();
    assert!(world.reports().is_empty());
}

#[test]
fn withheld_reports_should_be_void_and_made_anew_when_the_worker_has_restarted() {
    let mut world = World::new();
    world.chain.send(job(1, 1_000));
    world.advance();
    let withheld = world.state.status().outbox;
    world.state.begin([8; 32]);
    world.advance();
    world.submit();
    world.chain.submit(&withheld);
    assert!(world.chain.reports.is_empty());
    world.advance();
    world.submit();
    assert_eq!(world.chain.reports, [ReportBody::Acknowledge]);
}

#[test]
fn worker_should_end_when_its_state_is_an_old_copy() {
    let mut world = World::new();
    let old = world.state.clone();
    world.chain.send(job(1, 1_000));
    world.advance();
    world.submit();
    world.state = old;
    world.state.begin([8; 32]);
    // The chain has forgotten the message that the old copy never saw, so no relay can bring it.
    let refusal = world.refusal(|update| assert!(update.messages.is_empty()));
    assert_eq!(refusal, Refusal::Contradiction(Contradiction::RolledBack { accepted: 2, signed: 1 }));
    assert!(refusal.is_fatal());
}

#[test]
fn worker_should_end_when_another_process_has_started_from_a_copy() {
    let mut world = World::new();
    let sequence = world.chain.sender().sequence;
    world.chain.set_sender(SenderState { sequence, incarnation: [8; 32] });
    let refusal = world.refusal(|_| {});
    assert_eq!(refusal, Refusal::Contradiction(Contradiction::Superseded));
    assert!(refusal.is_fatal());
}

#[test]
fn update_should_be_refused_when_the_chains_number_goes_back() {
    let mut world = World::new();
    world.chain.set_sender(SenderState { sequence: 0, incarnation: INCARNATION });
    let refusal = world.refusal(|_| {});
    assert_eq!(refusal, Refusal::Contradiction(Contradiction::WentBack { proven: 0, accepted: 1 }));
    assert!(!refusal.is_fatal());
}

#[test]
fn registration_should_be_bound_to_the_newest_block_and_signed_by_the_worker() {
    let mut world = World::starting();
    let identity = world.keyring.identity();
    assert!(world.state.registration(identity, [9; 32]).is_none());
    world.advance();
    let identity = world.keyring.identity();
    let (registration, signature) = world.state.registration(identity, [9; 32]).unwrap();
    assert_eq!(registration.block_hash, world.chain.best_hash());
    assert_eq!(registration.genesis, world.chain.genesis_hash());
    let payload = registration.signing_payload();
    assert!(phala_primitives::verify_signature(&signature, &payload, &identity.worker_id()));
}
