//! What is fetched from a node, and what becomes of answers that make no sense.
#![allow(clippy::unwrap_used)]

use codec::Encode;
use phala_light_client::limits::MAX_SET_CHANGES;
use phala_primitives::{storage, BlockNumber};

use super::{
    testing::{Script, ScriptedNode},
    Node, Progress, RpcError,
};

async fn node(script: Script) -> (ScriptedNode, Node) {
    let scripted = ScriptedNode::new(script);
    let node = scripted.connect().await;
    (scripted, node)
}

fn numbers(progress: &Progress) -> (Vec<BlockNumber>, BlockNumber) {
    let set_changes = progress.set_changes.iter().map(|proof| proof.header.number).collect();
    (set_changes, progress.finality.header.number)
}

#[tokio::test]
async fn genesis_proof_should_hold_the_first_header_and_prove_the_first_authorities() {
    let (scripted, node) = node(Script::with_blocks(3, &[])).await;
    let proof = node.genesis_proof().await.unwrap();
    assert_eq!(proof.header, scripted.script().headers[0]);
    assert_eq!(proof.authorities_proof, [storage::grandpa_authorities()]);
    assert_eq!(node.genesis_hash(), scripted.script().hash(0));
}

#[tokio::test]
async fn header_should_be_read_as_the_node_has_it() {
    let (scripted, node) = node(Script::with_blocks(3, &[2])).await;
    let expected = scripted.script().headers.clone();
    for header in expected {
        let hash = phala_light_client::header_hash(&header);
        assert_eq!(node.header(hash).await.unwrap(), Some(header));
    }
    assert_eq!(node.header([9; 32]).await.unwrap(), None);
}

#[tokio::test]
async fn progress_should_lead_through_every_set_change_to_the_newest_final_block() {
    let (scripted, node) = node(Script::with_blocks(30, &[4, 5, 17])).await;
    let progress = node.progress(0, 1).await.unwrap().unwrap();
    assert_eq!(numbers(&progress), (vec![4, 5, 17], 30));
    assert_eq!(progress.finality.justification, scripted.script().justification(30));
    assert_eq!(numbers(&node.progress(4, 30).await.unwrap().unwrap()), (vec![5, 17], 30));
    assert_eq!(numbers(&node.progress(17, 18).await.unwrap().unwrap()), (vec![], 30));
}

#[tokio::test]
async fn progress_should_lead_to_the_newest_final_block_when_the_authorities_never_changed() {
    let (_, node) = node(Script::with_blocks(30, &[])).await;
    assert_eq!(numbers(&node.progress(0, 30).await.unwrap().unwrap()), (vec![], 30));
}

#[tokio::test]
async fn progress_should_be_none_when_the_wanted_block_is_not_final() {
    let (scripted, node) = node(Script::with_blocks(30, &[])).await;
    assert_eq!(node.progress(30, 30).await.unwrap(), None);
    assert_eq!(node.progress(0, 31).await.unwrap(), None);
    scripted.script().finalized = 20;
    assert_eq!(node.progress(0, 21).await.unwrap(), None);
    assert_eq!(numbers(&node.progress(19, 20).await.unwrap().unwrap()), (vec![], 20));
}

#[tokio::test]
async fn progress_should_end_at_a_set_change_when_that_is_the_newest_final_block() {
    let (_, node) = node(Script::with_blocks(17, &[4, 17])).await;
    assert_eq!(numbers(&node.progress(0, 1).await.unwrap().unwrap()), (vec![4], 17));
    assert_eq!(numbers(&node.progress(4, 5).await.unwrap().unwrap()), (vec![], 17));
}

#[tokio::test]
async fn progress_should_come_in_parts_when_there_are_more_set_changes_than_one_update_takes() {
    let changes: Vec<BlockNumber> = (1..=300).collect();
    let (_, node) = node(Script::with_blocks(310, &changes)).await;
    let first = node.progress(0, 310).await.unwrap().unwrap();
    assert_eq!(first.set_changes.len(), MAX_SET_CHANGES);
    let rest = node.progress(first.finality.header.number, 310).await.unwrap().unwrap();
    assert_eq!(numbers(&rest).1, 310);
    assert_eq!(first.set_changes.len() + 1 + rest.set_changes.len(), 300);
}

#[tokio::test]
async fn storage_should_be_in_the_order_of_its_keys() {
    let mut script = Script::with_blocks(1, &[]);
    script.storage = [(vec![1], vec![10]), (vec![3], vec![30])].into();
    let (_, node) = node(script).await;
    let keys = [vec![3], vec![2], vec![1]];
    assert_eq!(node.storage_many(&keys, [0; 32]).await.unwrap(), [Some(vec![30]), None, Some(vec![10])]);
    assert_eq!(node.storage(&[1], None).await.unwrap(), Some(vec![10]));
    assert_eq!(node.storage(&[2], Some([0; 32])).await.unwrap(), None);
}

#[tokio::test]
async fn justification_should_be_told_with_the_block_that_it_finalises() {
    let (scripted, node) = node(Script::with_blocks(12, &[])).await;
    let finality = node.next_finality().await.unwrap();
    assert_eq!(finality.header, scripted.script().headers[12]);
    assert_eq!(finality.justification, scripted.script().justification(12));
    let cut = finality.justification[..39].to_vec();
    assert!(matches!(node.justified(cut).await, Err(RpcError::Malformed { .. })));
    let unknown = (1u64, [9u8; 32], 12u32).encode();
    assert!(matches!(node.justified(unknown).await, Err(RpcError::Malformed { .. })));
}

#[tokio::test]
async fn error_should_not_be_taken_for_a_block_that_is_not_final() {
    let (scripted, node) = node(Script::with_blocks(12, &[3])).await;
    assert_eq!(node.finality_proof(13).await.unwrap(), None);
    scripted.script().offline = true;
    assert!(node.finality_proof(13).await.is_err());
}

#[tokio::test]
async fn refusal_should_name_method_code_and_reason() {
    let (scripted, node) = node(Script::with_blocks(1, &[])).await;
    scripted.script().refusal = Some((RpcError::INVALID_TRANSACTION, "Transaction is outdated".to_owned()));
    let error = node.submit(b"extrinsic").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the node refused author_submitExtrinsic: Transaction is outdated (code 1010)"
    );
    node.submit(b"extrinsic").await.unwrap();
    assert_eq!(scripted.script().submitted, [b"extrinsic".to_vec()]);
}

#[tokio::test]
async fn lost_connection_should_be_told_from_a_refusal() {
    let (scripted, node) = node(Script::with_blocks(1, &[])).await;
    scripted.script().offline = true;
    assert!(matches!(node.finalized_number().await, Err(RpcError::Disconnected(_))));
}

#[tokio::test]
async fn connecting_should_fail_with_the_address_when_nobody_listens_or_it_is_no_address() {
    for url in ["ws://127.0.0.1:1", "nonsense"] {
        let error = Node::connect(url).await.err().unwrap().to_string();
        assert!(error.contains(url) && error.contains("check the address"), "{error}");
    }
}
