//! What a worker gets from its relay, and what the relay does when something fails.
#![allow(clippy::unwrap_used)]

mod support;

use phala_client::rpc::{testing::Script, RpcError};
use phala_light_client::courier::{proven_keys, VerifiedBlock};
use phala_primitives::storage;
use support::{
    hex, report,
    runtime::{metadata, EXTENSIONS},
    submitted_sequences, World, ID,
};

async fn world(length: u32, set_changes: &[u32]) -> World {
    let mut script = Script::with_blocks(length, set_changes);
    script.metadata = metadata("Mailbox", &EXTENSIONS);
    let world = World::new(script).await;
    world.announce().await;
    world
}

#[tokio::test]
async fn new_worker_should_get_trust_root_set_changes_and_newest_final_block() {
    let mut world = world(30, &[4, 9]).await;
    world.courier.round().await.unwrap();
    let worker = world.worker();
    let [update] = worker.updates.as_slice() else { panic!("{} updates", worker.updates.len()) };
    let trust = update.trust.as_ref().unwrap();
    assert_eq!(trust.header.number, 0);
    assert_eq!(trust.authorities_proof, [storage::grandpa_authorities()]);
    assert_eq!(update.set_changes.iter().map(|proof| proof.header.number).collect::<Vec<_>>(), [4, 9]);
    assert_eq!(update.finality.header.number, 30);
    assert_eq!(update.state_proof, proven_keys(&ID, None));
    assert!(update.messages.is_empty());
}

#[tokio::test]
async fn worker_should_get_no_trust_root_when_it_has_verified_a_block() {
    let mut world = world(30, &[4, 9]).await;
    world.worker().status.verified = Some(VerifiedBlock { number: 5, hash: [0; 32], set_id: 1 });
    world.courier.round().await.unwrap();
    let worker = world.worker();
    assert_eq!(worker.updates[0].trust, None);
    assert_eq!(
        worker.updates[0].set_changes.iter().map(|proof| proof.header.number).collect::<Vec<_>>(),
        [9]
    );
}

#[tokio::test]
async fn worker_should_not_be_bothered_when_there_is_no_news() {
    let mut world = world(30, &[]).await;
    world.courier.round().await.unwrap();
    world.node.script().calls.clear();
    world.courier.round().await.unwrap();
    assert_eq!(world.worker().updates.len(), 1);
    assert!(world.node.script().calls.is_empty());
}

#[tokio::test]
async fn worker_should_get_all_messages_that_it_has_not_taken_in() {
    let mut world = world(30, &[]).await;
    let messages = world.put_messages(600, 100);
    world.worker().status.taken = 100;
    world.courier.round().await.unwrap();
    assert_eq!(world.worker().updates[0].messages, messages[100..]);
}

#[tokio::test]
async fn relay_should_bring_no_messages_when_the_worker_lost_some_that_the_chain_has_forgotten() {
    let mut world = world(30, &[]).await;
    world.put_messages(10, 5);
    world.worker().status.taken = 3;
    world.courier.round().await.unwrap();
    assert!(
        world.worker().updates[0].messages.is_empty(),
        "the worker sees from the rest that it was set back"
    );
}

#[tokio::test]
async fn relay_should_refuse_when_the_worker_trusts_another_chain() {
    let mut world = world(3, &[]).await;
    world.worker().status.genesis = [9; 32];
    let error = world.courier.round().await.unwrap_err().to_string();
    assert!(error.contains(&hex(&[9; 32])) && error.contains(&hex(&world.node.script().hash(0))), "{error}");
    assert!(world.worker().updates.is_empty());
}

#[tokio::test]
async fn relay_should_say_so_when_the_node_is_behind_the_worker() {
    let mut world = world(30, &[]).await;
    world.worker().status.verified = Some(VerifiedBlock { number: 31, hash: [0; 32], set_id: 0 });
    let error = world.courier.round().await.unwrap_err().to_string();
    assert!(error.contains("verified block 31") && error.contains("final block is 30"), "{error}");
}

#[tokio::test]
async fn worker_should_get_nothing_before_the_node_said_what_is_final() {
    let mut world = World::new(Script::with_blocks(30, &[])).await;
    world.courier.round().await.unwrap();
    assert!(world.worker().updates.is_empty());
    world.announce().await;
    world.courier.round().await.unwrap();
    assert_eq!(world.worker().updates.len(), 1);
}

#[tokio::test]
async fn relay_should_repeat_what_the_worker_says_when_it_refuses_an_update() {
    let mut world = world(3, &[]).await;
    world.worker().refusal =
        Some(r#"{"error":"state proof: incomplete","remedy":"use another node"}"#.to_owned());
    let error = world.courier.round().await.unwrap_err().to_string();
    assert_eq!(error, "the worker refused (status 422): state proof: incomplete; use another node");
    world.courier.round().await.unwrap();
    assert_eq!(world.worker().updates.len(), 1);
}

#[tokio::test]
async fn relay_should_go_on_when_the_worker_is_back() {
    let mut world = world(3, &[]).await;
    world.stop_worker().await;
    let error = world.courier.round().await.unwrap_err().to_string();
    assert!(error.contains("relay.sock") && error.contains("start it"), "{error}");
    world.start_worker();
    world.courier.round().await.unwrap();
    assert_eq!(world.worker().updates.len(), 1);
}

#[tokio::test]
async fn relay_should_go_on_when_the_node_is_back() {
    let mut world = world(3, &[]).await;
    world.node.script().offline = true;
    let error = format!("{:#}", world.courier.round().await.unwrap_err());
    assert!(error.contains("connection to the node was lost"), "{error}");
    world.node.script().offline = false;
    world.courier.round().await.unwrap();
    assert_eq!(world.worker().updates.len(), 1);
}

#[tokio::test]
async fn reports_should_be_submitted_once_and_in_order() {
    let mut world = world(3, &[]).await;
    world.worker().status.outbox = vec![report(4), report(5)];
    world.courier.round().await.unwrap();
    world.worker().status.outbox.push(report(6));
    world.courier.round().await.unwrap();
    assert_eq!(submitted_sequences(&world.node.script()), [4, 5, 6]);
}

#[tokio::test]
async fn later_reports_should_wait_when_an_earlier_one_is_refused() {
    let mut world = world(3, &[]).await;
    world.worker().status.outbox = vec![report(4), report(5)];
    world.node.script().refusal = Some((RpcError::INVALID_TRANSACTION, "bad signature".to_owned()));
    let error = format!("{:#}", world.courier.round().await.unwrap_err());
    assert!(error.contains("report 4") && error.contains("bad signature"), "{error}");
    assert!(world.node.script().submitted.is_empty());
    world.courier.round().await.unwrap();
    assert_eq!(submitted_sequences(&world.node.script()), [4, 5]);
}

#[tokio::test]
async fn report_should_not_hold_up_others_when_the_chain_has_it_already() {
    let mut world = world(3, &[]).await;
    world.worker().status.outbox = vec![report(4), report(5)];
    world.node.script().refusal = Some((RpcError::INVALID_TRANSACTION, "Transaction is outdated".to_owned()));
    world.courier.round().await.unwrap();
    assert_eq!(submitted_sequences(&world.node.script()), [5]);
}

#[tokio::test]
async fn metadata_should_be_fetched_again_only_when_the_runtime_is_upgraded() {
    let mut world = world(3, &[]).await;
    world.worker().status.outbox = vec![report(0), report(1)];
    world.courier.round().await.unwrap();
    let fetched =
        |world: &World| world.node.script().calls.iter().filter(|call| *call == "state_getMetadata").count();
    assert_eq!(fetched(&world), 1);
    world.node.script().spec_version += 1;
    world.worker().status.outbox = vec![report(2)];
    world.courier.round().await.unwrap();
    assert_eq!(fetched(&world), 2);
}

#[tokio::test]
async fn reports_should_wait_when_the_chain_takes_no_more_for_now() {
    let mut world = world(3, &[]).await;
    world.worker().status.outbox = vec![report(4), report(5)];
    let early = "Transaction will be valid in the future".to_owned();
    world.node.script().refusal = Some((RpcError::INVALID_TRANSACTION, early));
    world.courier.round().await.unwrap();
    assert!(world.node.script().submitted.is_empty());
    world.courier.round().await.unwrap();
    assert_eq!(submitted_sequences(&world.node.script()), [4, 5]);
}
