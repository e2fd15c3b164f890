//! The SCALE encoding of everything that crosses a trust boundary. A snapshot that changes is a change of the
//! protocol: old workers, chains and receipts no longer understand the new.

use crate::samples::*;
use codec::{Decode, DecodeAll, Encode, MaxEncodedLen};
use insta::assert_snapshot;
use phala_primitives::{
    job::{JobRecord, SignedReceipt},
    mailbox::{Topic, TopicState, WorkerMessage, MAX_PAYLOAD},
    registry::{Evidence, Registration, WorkerRecord},
    report::{SenderState, SignedReport},
    Signature, WorkerId,
};

/// The encoding of `value`, which must decode to what was encoded and to nothing with a byte more or less.
fn wire<V: Encode + Decode>(value: &V) -> String {
    let bytes = value.encode();
    assert_eq!(V::decode_all(&mut &bytes[..]).map(|decoded| decoded.encode()), Ok(bytes.clone()));
    assert!(V::decode_all(&mut &[&bytes[..], &[0]].concat()[..]).is_err(), "a byte too many");
    if let Some((_, truncated)) = bytes.split_last() {
        assert!(V::decode_all(&mut &truncated[..]).is_err(), "a byte too few");
    }
    hex(&bytes)
}

/// Each variant under its name.
fn variants<V: Encode + Decode>(values: &[(&str, V)]) -> String {
    values.iter().map(|(name, value)| format!("{name}:\n{}\n", wire(value))).collect::<Vec<_>>().join("\n")
}

#[test]
fn identity() {
    assert_snapshot!("worker_id", wire(&WORKER));
    assert_snapshot!("signature", wire(&SIGNATURE));
    assert_snapshot!("encryption_key", wire(&ENCRYPTION_KEY));
}

#[test]
fn mailbox() {
    assert_snapshot!("topic", wire(&TOPIC));
    assert_snapshot!("topic_state", wire(&TOPIC_STATE));
    assert_snapshot!("message", wire(&message()));
    assert_snapshot!("worker_message", variants(&messages()));
}

#[test]
fn report() {
    assert_snapshot!("signed_report", variants(&reports()));
    assert_snapshot!("sender_state", wire(&SenderState { sequence: 0x0102, incarnation: [0xde; 32] }));
    let [_, (_, benchmark), ..] = reports();
    assert_snapshot!("report_signing_payload", hex(&benchmark.report.signing_payload(&GENESIS)));
}

#[test]
fn registry() {
    assert_snapshot!("registration", wire(&registration()));
    assert_snapshot!("registration_signing_payload", hex(&registration().signing_payload()));
    assert_snapshot!("evidence", variants(&[("none", Evidence::None)]));
    assert_snapshot!("worker_record", variants(&worker_records()));
}

#[test]
fn job() {
    assert_snapshot!("job_limits", wire(&LIMITS));
    assert_snapshot!("exit_status", variants(&exits()));
    assert_snapshot!("job_input", wire(&job_input()));
    assert_snapshot!("job_output", wire(&job_output()));
    assert_snapshot!("job_result", wire(&job_result()));
    assert_snapshot!("job_record", variants(&job_records()));
    assert_snapshot!("signed_receipt", wire(&signed_receipt()));
    assert_snapshot!("receipt_signing_payload", hex(&receipt().signing_payload(&GENESIS)));
}

#[test]
fn job_binding() {
    let (input, output) = (job_input(), job_output());
    assert_snapshot!("job_program_hash", hex(&input.program_hash()));
    assert_snapshot!("job_input_commitment", hex(&input.commitment()));
    assert_snapshot!("job_output_commitment", hex(&output.commitment(&input.salt)));
    assert_snapshot!("job_input_info", hex(&phala_primitives::job::input_info(&GENESIS, &WORKER)));
    assert_snapshot!("job_input_aad", hex(&phala_primitives::job::input_aad(0x0102)));
}

#[test]
fn longest_encodings() {
    let longest = [
        ("WorkerId", WorkerId::max_encoded_len()),
        ("Signature", Signature::max_encoded_len()),
        ("Topic", Topic::max_encoded_len()),
        ("TopicState", TopicState::max_encoded_len()),
        ("WorkerMessage", WorkerMessage::max_encoded_len()),
        ("SignedReport", SignedReport::max_encoded_len()),
        ("SignedReceipt", SignedReceipt::max_encoded_len()),
        ("Registration", Registration::<AccountId>::max_encoded_len()),
        ("WorkerRecord", WorkerRecord::<AccountId>::max_encoded_len()),
        ("JobRecord", JobRecord::<AccountId>::max_encoded_len()),
    ];
    let lines = longest.map(|(name, bytes)| format!("{name}: {bytes}"));
    assert_snapshot!("longest_encodings", lines.join("\n"));
    assert!(WorkerMessage::max_encoded_len() <= MAX_PAYLOAD as usize);
}
