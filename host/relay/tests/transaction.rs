//! Reports as transactions.
#![allow(clippy::unwrap_used)]

#[path = "support/runtime.rs"]
mod runtime;

use codec::Encode;
use phala_primitives::{
    report::{Report, ReportBody, SignedReport},
    Signature, WorkerId,
};
use phala_relay::transaction::{SubmitCall, UnsupportedRuntime};
use runtime::{metadata, Extension, Kind, EXTENSIONS};
use subxt::{ext::frame_decode::extrinsics::decode_extrinsic, metadata::Metadata};

fn report() -> SignedReport {
    let body = ReportBody::Heartbeat { session: 3, challenge: 4, iterations: 5, jobs: 6 };
    let report =
        Report { worker: WorkerId([1; 32]), incarnation: [3; 32], sequence: 2, acknowledged: 1, body };
    SignedReport { report, signature: Signature([7; 64]) }
}

fn refusal(metadata: &[u8]) -> UnsupportedRuntime {
    SubmitCall::from_metadata(metadata).unwrap_err()
}

#[test]
fn transaction_should_decode_as_a_general_one_that_calls_mailbox_submit() {
    let encoded = metadata("Mailbox", &EXTENSIONS);
    let transaction = SubmitCall::from_metadata(&encoded).unwrap().transaction(&report());
    let metadata = Metadata::decode_from(&encoded).unwrap();
    let cursor = &mut transaction.as_slice();
    let decoded = decode_extrinsic(cursor, &metadata, metadata.types()).unwrap();
    assert!(cursor.is_empty(), "trailing bytes");
    assert_eq!((decoded.version(), decoded.is_signed()), (5, false));
    assert_eq!((decoded.pallet_name(), decoded.call_name()), ("Mailbox", "submit"));
    let extensions = decoded.transaction_extension_payload().unwrap();
    let names: Vec<&str> = extensions.iter().map(|extension| extension.name()).collect();
    assert_eq!(names, EXTENSIONS.map(|extension| extension.0));
    let argument = decoded.call_data().next().unwrap().range();
    assert_eq!(transaction[argument], report().encode());
}

/// The runtime of this release, whose metadata the client is built from.
#[test]
fn transaction_should_decode_when_the_runtime_is_the_released_one() {
    let encoded = include_bytes!("../../../client/artifacts/metadata.scale");
    let transaction = SubmitCall::from_metadata(encoded).unwrap().transaction(&report());
    let metadata = Metadata::decode_from(encoded).unwrap();
    let cursor = &mut transaction.as_slice();
    let decoded = decode_extrinsic(cursor, &metadata, metadata.types()).unwrap();
    assert!(cursor.is_empty(), "trailing bytes");
    assert_eq!((decoded.pallet_name(), decoded.call_name()), ("Mailbox", "submit"));
    let argument = decoded.call_data().next().unwrap().range();
    assert_eq!(transaction[argument], report().encode());
}

#[test]
fn transaction_should_say_nothing_of_a_signer_or_a_fee() {
    let transaction =
        SubmitCall::from_metadata(&metadata("Mailbox", &EXTENSIONS)).unwrap().transaction(&report());
    // Two bytes of length; general version 5, extensions version 0; mortality, nonce, tip, mode; the call.
    assert_eq!(transaction[2..10], [0x45, 0, 0, 0, 0, 0, 7, 3]);
    assert_eq!(transaction[10..], report().encode());
}

#[test]
fn runtime_should_be_accepted_when_an_unknown_extension_has_no_value() {
    let extended = [EXTENSIONS.as_slice(), &[Extension("Novelty", Kind::Empty)]].concat();
    let known = SubmitCall::from_metadata(&metadata("Mailbox", &EXTENSIONS)).unwrap();
    assert_eq!(SubmitCall::from_metadata(&metadata("Mailbox", &extended)).unwrap(), known);
}

#[test]
fn runtime_should_be_refused_when_an_unknown_extension_wants_a_value() {
    let extended = [EXTENSIONS.as_slice(), &[Extension("Novelty", Kind::Byte)]].concat();
    let error = refusal(&metadata("Mailbox", &extended));
    assert_eq!(error, UnsupportedRuntime::Extension("Novelty".to_owned()));
}

#[test]
fn runtime_should_be_refused_when_it_takes_no_reports() {
    assert_eq!(refusal(&metadata("Letters", &EXTENSIONS)), UnsupportedRuntime::NoCall);
}

#[test]
fn runtime_should_be_refused_when_its_metadata_cannot_be_read() {
    let whole = metadata("Mailbox", &EXTENSIONS);
    for bytes in [&[][..], b"meta", &whole[..whole.len() / 2]] {
        assert!(matches!(refusal(bytes), UnsupportedRuntime::Metadata(_)));
    }
}
