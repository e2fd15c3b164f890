//! The two APIs over real sockets, and jobs in the real executor.

use std::path::Path;

use codec::Encode;
use phala_primitives::{
    job::{ExitStatus, JobInput, MAX_SEALED_INPUT},
    mailbox::WorkerMessage,
    registry::Evidence,
    report::ReportBody,
    verify_signature,
};
use phala_worker::api_public::{Description, Health, SignedRegistration, Status};
use reqwest::StatusCode;
use utoipa::OpenApi;

use crate::{
    chain::Chain,
    world::{executor, folder_contains, problem, JobClient, Serving, World},
};

#[tokio::test(flavor = "multi_thread")]
async fn job_should_go_from_posting_to_settlement_without_its_plaintext_touching_the_disk() {
    let mut world = World::new().await;
    let client = JobClient::echo(7, "a secret that nobody may read");
    world.post(&client).await;
    world.endpoint().await_status(7, Status::WaitingForInput).await;
    let (sealed, reply_key) = client.seal(world.endpoint()).await;
    let taken = world.endpoint().put_input(7, sealed).await;
    assert_eq!(taken.status(), StatusCode::ACCEPTED);

    world.endpoint().await_status(7, Status::Done).await;
    let result = world.endpoint().result(7).await;
    let output = client.open(&world.chain.genesis_hash(), &result, &reply_key);
    assert!(output.stdout == client.input.stdin && output.stderr.is_empty());
    assert_eq!(result.receipt.receipt.exit, ExitStatus::Exited(0));
    for secret in [&client.input.stdin, &client.input.program] {
        assert!(!folder_contains(world.folder.path(), secret));
        assert!(!result.encode().windows(secret.len()).any(|window| window == secret.as_slice()));
    }

    world.relay().await;
    assert_eq!(world.chain.reports.last(), Some(&ReportBody::Receipt(result.receipt)));
    assert!(world.relay().await.outbox.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn input_should_be_taken_once_and_the_same_bytes_again_without_harm() {
    let mut world = World::new().await;
    let client = JobClient::echo(7, "once");
    world.post(&client).await;
    let (sealed, reply_key) = client.seal(world.endpoint()).await;
    for _ in 0..2 {
        assert_eq!(world.endpoint().put_input(7, sealed.clone()).await.status(), StatusCode::ACCEPTED);
    }
    let (other, _) = client.seal(world.endpoint()).await;
    assert_eq!(problem(world.endpoint().put_input(7, other).await).await.0, StatusCode::CONFLICT);
    world.endpoint().await_status(7, Status::Done).await;
    assert_eq!(world.endpoint().put_input(7, sealed).await.status(), StatusCode::ACCEPTED);
    let result = world.endpoint().result(7).await;
    assert!(client.open(&world.chain.genesis_hash(), &result, &reply_key).stdout == b"once");
}

#[tokio::test(flavor = "multi_thread")]
async fn input_should_be_refused_when_it_is_not_what_the_job_was_posted_with() {
    let mut world = World::new().await;
    let client = JobClient::echo(7, "posted");
    world.post(&client).await;
    for input in [
        JobInput { stdin: b"another".to_vec(), ..client.input.clone() },
        JobInput { program: b"another".to_vec(), ..client.input.clone() },
    ] {
        let (sealed, _) = JobClient { input, ..JobClient::echo(7, "") }.seal(world.endpoint()).await;
        let (status, error) = problem(world.endpoint().put_input(7, sealed).await).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{error}");
    }
    let (status, error) = problem(world.endpoint().put_input(7, "not sealed").await).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(error.contains("does not open"), "{error}");
    world.endpoint().await_status(7, Status::WaitingForInput).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn job_should_wait_while_the_machine_fails_it_and_end_once_the_machine_works() {
    let world = World::new().await;
    let mut world = world.with_failing_machine().await;
    let client = JobClient::echo(7, "patience");
    world.post(&client).await;
    let (sealed, reply_key) = client.seal(world.endpoint()).await;
    assert_eq!(world.endpoint().put_input(7, sealed).await.status(), StatusCode::ACCEPTED);
    while world.endpoint().metric("host_faults_total").await == 0 {}
    let early = world.endpoint().get("/v1/jobs/7/result").await;
    assert_eq!(problem(early).await.0, StatusCode::CONFLICT);

    let world = world.restart(|_| {}, &executor()).await;
    world.endpoint().await_status(7, Status::Done).await;
    let result = world.endpoint().result(7).await;
    assert!(client.open(&world.chain.genesis_hash(), &result, &reply_key).stdout == b"patience");
    assert!(!world.folder.path().join("job-7-input.sealed").exists(), "an input that is done with stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn input_should_be_asked_for_again_when_it_was_spoilt_on_the_disk() {
    let world = World::new().await;
    let mut world = world.with_failing_machine().await;
    let client = JobClient::echo(7, "spoilt");
    world.post(&client).await;
    let (sealed, _) = client.seal(world.endpoint()).await;
    assert_eq!(world.endpoint().put_input(7, sealed.clone()).await.status(), StatusCode::ACCEPTED);
    let spoil = |folder: &Path| {
        let path = folder.join("job-7-input.sealed");
        let mut input = std::fs::read(&path).unwrap();
        *input.last_mut().unwrap() ^= 1;
        std::fs::write(&path, input).unwrap();
    };
    let world = world.restart(spoil, &executor()).await;
    world.endpoint().await_status(7, Status::WaitingForInput).await;
    assert_eq!(world.endpoint().put_input(7, sealed).await.status(), StatusCode::ACCEPTED);
    world.endpoint().await_status(7, Status::Done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn input_should_be_refused_when_the_job_might_not_be_done_in_time() {
    let world = World::new().await;
    let mut world = world.with_failing_machine().await;
    // Limited to a minute each, and due in little more than one and a half, or less.
    let clients = [7, 8, 9].map(|id| JobClient::echo(id, "later"));
    let due = world.chain.best() + 1;
    for (client, blocks) in clients.iter().zip([16, 16, 12]) {
        world.chain.send(client.message(due + blocks));
    }
    world.relay().await;
    let mut answers = Vec::new();
    for client in &clients {
        let (sealed, _) = client.seal(world.endpoint()).await;
        answers.push(world.endpoint().put_input(client.id, sealed).await);
    }
    let [taken, busy, late] = answers.try_into().unwrap();
    assert_eq!(taken.status(), StatusCode::ACCEPTED);
    // At once if the first job has not been started yet, late if it has.
    let seconds: u32 = busy.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=10).contains(&seconds), "{seconds}");
    let (status, error) = problem(busy).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(error, "job 8 might not be done in time; jobs taken before it: 1");
    assert_eq!(problem(late).await.0, StatusCode::GONE);
    assert_eq!(world.endpoint().metric("answers_total{status=\"429\"}").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_should_be_removed_when_their_job_ends_without_being_done() {
    let world = World::new().await;
    let mut world = world.with_failing_machine().await;
    let client = JobClient::echo(7, "unlucky");
    world.post(&client).await;
    let (sealed, _) = client.seal(world.endpoint()).await;
    assert_eq!(world.endpoint().put_input(7, sealed).await.status(), StatusCode::ACCEPTED);
    let input = world.folder.path().join("job-7-input.sealed");
    assert!(input.exists());
    let deadline = world.chain.best() + 49;
    world.chain.produce_to(deadline);
    world.relay().await;
    assert_eq!(problem(world.endpoint().get("/v1/jobs/7").await).await.0, StatusCode::NOT_FOUND);
    while input.exists() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn job_should_be_unknown_until_it_is_in_proven_state() {
    let mut world = World::new().await;
    let client = JobClient::echo(7, "soon");
    let (sealed, _) = client.seal(world.endpoint()).await;
    for path in ["/v1/jobs/7", "/v1/jobs/7/result"] {
        assert_eq!(problem(world.endpoint().get(path).await).await.0, StatusCode::NOT_FOUND);
    }
    let unknown = world.endpoint().put_input(7, sealed.clone()).await;
    assert_eq!(unknown.headers()["retry-after"], "2");
    assert_eq!(problem(unknown).await.0, StatusCode::NOT_FOUND);
    world.post(&client).await;
    let early = world.endpoint().get("/v1/jobs/7/result").await;
    assert_eq!(problem(early).await, (StatusCode::CONFLICT, "job 7 is waiting_for_input".into()));
    assert_eq!(world.endpoint().put_input(7, sealed).await.status(), StatusCode::ACCEPTED);
}

#[tokio::test(flavor = "multi_thread")]
async fn input_should_be_refused_when_it_is_too_large() {
    let mut world = World::new().await;
    world.post(&JobClient::echo(7, "small")).await;
    let body = vec![0; MAX_SEALED_INPUT + 1];
    let (status, error) = problem(world.endpoint().put_input(7, body).await).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{error}");
    let (status, _) = problem(world.endpoint().put_input(8, vec![0; MAX_SEALED_INPUT]).await).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "the answer comes, however large the body");
    world.endpoint().await_status(7, Status::WaitingForInput).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn worker_should_serve_nothing_that_needs_the_chain_before_a_block_is_proven() {
    let folder = tempfile::tempdir().unwrap();
    let chain = Chain::new("world");
    let worker = Serving::start(folder.path(), &chain.genesis_hash()).await;
    for path in ["/health", "/v1/registration", "/v1/jobs/1"] {
        let (status, error) = problem(worker.endpoint.get(path).await).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {error}");
    }
    assert_eq!(problem(worker.endpoint.put_input(1, "x").await).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert!(worker.endpoint.info().await.verified_block.is_none());
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_should_be_signed_for_the_operator_and_the_newest_block() {
    let world = World::new().await;
    let signed: SignedRegistration = world.endpoint().get("/v1/registration").await.json().await.unwrap();
    let info = world.endpoint().info().await;
    let registration = &signed.registration;
    assert!(verify_signature(&signed.signature, &registration.signing_payload(), &info.worker));
    assert_eq!(registration.block_hash, world.chain.best_hash());
    assert_eq!((registration.operator, registration.encryption_key), ([9; 32], info.encryption_key));
    assert_eq!(signed.evidence, Evidence::None);
    assert!(info.registered);
    let health: Health = world.endpoint().get("/health").await.json().await.unwrap();
    assert_eq!(health.verified_block, world.chain.best());
}

#[tokio::test(flavor = "multi_thread")]
async fn update_should_be_refused_over_the_socket_when_it_proves_nothing() {
    let mut world = World::new().await;
    let before = world.endpoint().status().await;
    world.chain.send(WorkerMessage::SessionStarted { session: 1 });
    world.chain.produce();
    let mut update = world.chain.update(&before);
    update.messages.clear();
    let (status, problem) = world.endpoint().advance(&update).await.unwrap_err();
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{}", problem.error);
    assert_eq!(world.endpoint().status().await, before);
    assert_eq!(world.endpoint().metric("updates_refused_total").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_should_be_acknowledged_when_it_cannot_be_written_to_the_disk() {
    let mut world = World::new().await;
    let before = world.endpoint().status().await;
    world.chain.send(WorkerMessage::SessionStarted { session: 1 });
    world.chain.produce();
    let update = world.chain.update(&before);
    // The keyring writes a new state beside the old one, which is not possible now.
    let in_the_way = world.folder.path().join("state.tmp");
    std::fs::create_dir(&in_the_way).unwrap();
    let (status, _) = world.endpoint().advance(&update).await.unwrap_err();
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(world.endpoint().status().await, before);
    std::fs::remove_dir(&in_the_way).unwrap();
    let after = world.endpoint().advance(&update).await.unwrap();
    assert_eq!((after.taken, after.outbox.len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn worker_should_measure_itself_and_answer_challenges_with_what_it_counted() {
    let mut world = World::new().await;
    world.chain.send(WorkerMessage::Benchmark { milliseconds: 50 });
    world.relay().await;
    while world.chain.reports.is_empty() {
        world.relay().await;
    }
    let ReportBody::Benchmark { iterations, milliseconds } = world.chain.reports[0] else {
        panic!("{:?}", world.chain.reports)
    };
    assert!(iterations > 0 && milliseconds >= 50);
    world.chain.send(WorkerMessage::SessionStarted { session: 3 });
    world.relay().await;
    let counted = |reports: &[ReportBody]| match reports.last() {
        Some(ReportBody::Heartbeat { session: 3, iterations, .. }) => *iterations,
        _ => 0,
    };
    let mut challenge = 0;
    while counted(&world.chain.reports) == 0 {
        world.chain.challenge(3, challenge, 1);
        world.relay().await;
        challenge += 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn heartbeat_should_tell_of_jobs_when_one_has_run_since_the_heartbeat_before() {
    let mut world = World::new().await;
    world.chain.send(WorkerMessage::SessionStarted { session: 3 });
    let client = JobClient::echo(1, "hello");
    world.post(&client).await;
    let (sealed, _) = client.seal(world.endpoint()).await;
    assert_eq!(world.endpoint().put_input(1, sealed).await.status(), StatusCode::ACCEPTED);
    world.endpoint().await_status(1, Status::Done).await;

    let mut told = Vec::new();
    // The job counts in the next heartbeat, and not for ever.
    while told.last() != Some(&0) {
        let challenge = told.len() as u32;
        world.chain.challenge(3, challenge, u64::MAX);
        world.relay().await;
        world.relay().await;
        told = world
            .chain
            .reports
            .iter()
            .filter_map(|report| match report {
                ReportBody::Heartbeat { jobs, .. } => Some(*jobs),
                _ => None,
            })
            .collect();
    }
    assert_eq!(told[0], 1, "{told:?}");
    assert_eq!(world.endpoint().metric("heartbeats_total").await, told.len() as u64);
    assert_eq!(world.endpoint().metric("heartbeats_late_total").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_should_be_refused_with_a_remedy_when_they_make_no_sense() {
    let world = World::new().await;
    assert_eq!(problem(world.endpoint().get("/nothing").await).await.0, StatusCode::NOT_FOUND);
    assert_eq!(problem(world.endpoint().get("/v1/jobs/seven").await).await.0, StatusCode::BAD_REQUEST);
    let address = format!("{}/v1/info", world.endpoint().address);
    let post = world.endpoint().http.post(address).send().await.unwrap();
    assert_eq!(problem(post).await.0, StatusCode::METHOD_NOT_ALLOWED);
}

/// Run with `UPDATE_DOCS=1` to write the description anew.
#[test]
fn description_of_the_api_should_be_the_committed_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/worker-api.json");
    let current = Description::openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == current,
        "docs/worker-api.json is not what the worker serves: run with UPDATE_DOCS=1"
    );
}
