//! What the types compute.

use crate::samples::*;
use codec::Encode;
use phala_primitives::{
    hash,
    job::{fee, FUEL_UNIT},
    mailbox::TopicState,
    verify_signature, Balance, Signature, WorkerId, SIGNING_CONTEXT,
};

fn keypair() -> schnorrkel::Keypair {
    let seed = schnorrkel::MiniSecretKey::from_bytes(&[7; 32]).expect("any 32 bytes are a seed");
    seed.expand_to_keypair(schnorrkel::ExpansionMode::Ed25519)
}

#[test]
fn head_should_chain_head_count_block_and_payload() {
    let first = TopicState::default().push(3, b"one");
    let second = first.push(4, b"two");

    assert_eq!((first.count, second.count), (1, 2));
    let by_hand = |head: [u8; 32], count: u64, block: u32, payload: &[u8]| {
        hash(&[&head[..], &count.to_le_bytes(), &block.to_le_bytes(), &hash(payload)].concat())
    };
    assert_eq!(first.head, by_hand([0; 32], 0, 3, b"one"));
    assert_eq!(second.head, by_hand(first.head, 1, 4, b"two"));
}

#[test]
fn head_should_differ_when_anything_about_a_message_differs() {
    let state = TopicState::default().push(3, b"one");
    let next = state.push(4, b"two");
    let others = [
        state.push(5, b"two"),
        state.push(4, b"two "),
        TopicState::default().push(4, b"two"),
        TopicState { count: 7, ..state }.push(4, b"two"),
        TopicState::default().push(4, b"two").push(3, b"one"),
    ];
    assert!(others.iter().all(|other| other.head != next.head));
}

#[test]
fn fee_should_be_price_per_unit_of_fuel_rounded_up() {
    assert_eq!(fee(0, 5), 0);
    assert_eq!(fee(FUEL_UNIT, 5), 5);
    assert_eq!(fee(1, 1), 1);
    assert_eq!(fee(FUEL_UNIT + 1, 5), 6);
    assert_eq!(fee(FUEL_UNIT / 2, 4), 2);
    assert_eq!(fee(u64::MAX, 0), 0);
}

#[test]
fn fee_should_not_overflow_when_price_and_fuel_are_absurd() {
    assert_eq!(fee(u64::MAX, Balance::MAX), Balance::MAX.div_ceil(Balance::from(FUEL_UNIT)));
}

#[test]
fn commitments_should_hide_behind_the_salt_and_bind_everything() {
    let input = job_input();
    let mut salted = job_input();
    salted.salt = [0; 32];
    let mut split = job_input();
    split.arguments = vec![b"onetwo".to_vec()];
    let mut stdin = job_input();
    stdin.stdin.push(0);
    for other in [salted, split, stdin] {
        assert_ne!(other.commitment(), input.commitment());
    }

    let output = job_output();
    let mut moved = job_output();
    moved.stderr = moved.stdout.split_off(1);
    assert_ne!(moved.commitment(&input.salt), output.commitment(&input.salt));
    assert_ne!(output.commitment(&[0; 32]), output.commitment(&input.salt));
}

#[test]
fn signature_should_verify_for_its_key_message_and_context_only() {
    let pair = keypair();
    let worker = WorkerId(pair.public.to_bytes());
    let payload = receipt().signing_payload(&GENESIS);
    let signature = Signature(pair.sign_simple(SIGNING_CONTEXT, &payload).to_bytes());

    assert!(verify_signature(&signature, &payload, &worker));
    assert!(!verify_signature(&signature, &receipt().signing_payload(&[0; 32]), &worker));
    assert!(!verify_signature(&signature, &payload, &WORKER));
    assert!(!verify_signature(
        &Signature(pair.sign_simple(b"other", &payload).to_bytes()),
        &payload,
        &worker
    ));
    let mut flipped = signature;
    flipped.0[0] ^= 1;
    assert!(!verify_signature(&flipped, &payload, &worker));
    assert!(!verify_signature(&Signature([0; 64]), &payload, &worker));
    assert!(!verify_signature(&signature, &payload, &WorkerId([0xff; 32])), "not a point of the group");
}

#[test]
fn signing_payloads_should_never_be_mistaken_for_each_other() {
    let [(_, report), ..] = reports();
    let payloads = [
        report.report.signing_payload(&GENESIS),
        receipt().signing_payload(&GENESIS),
        registration().signing_payload(),
        phala_primitives::job::input_info(&GENESIS, &WORKER),
    ];
    for (index, one) in payloads.iter().enumerate() {
        for other in payloads.iter().skip(index + 1) {
            assert!(!one.starts_with(other) && !other.starts_with(one));
            assert_ne!(one[..13], other[..13], "the tags differ");
        }
    }
}

#[test]
fn keys_and_signatures_should_be_shortened_when_shown_for_debugging() {
    assert_eq!(format!("{WORKER:?}"), "WorkerId(0x1d1d1d1d1d1d1d1d…)");
    assert_eq!(WORKER.to_string().len(), 66);
    assert_eq!(WORKER.encode().len(), 32);
}
