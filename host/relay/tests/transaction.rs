//! Reports as transactions, read back as the runtime of this release would.
#![allow(clippy::unwrap_used)]

use phala_primitives::{
    report::{Report, ReportBody, SignedReport},
    Signature, WorkerId,
};
use phala_relay::transaction::{SubmitCall, UnsupportedRuntime};
use subxt::{ext::frame_decode::extrinsics::decode_extrinsic, metadata::Metadata};

const METADATA: &[u8] = include_bytes!("../../../client/artifacts/metadata.scale");

fn report() -> SignedReport {
    let body = ReportBody::Heartbeat { session: 3, challenge: 4, iterations: 5, jobs: 6 };
    let report = Report { worker: WorkerId([1; 32]), sequence: 2, acknowledged: 1, body };
    SignedReport { report, signature: Signature([7; 64]) }
}

#[test]
fn transaction_should_be_a_general_one_that_calls_mailbox_submit() {
    let transaction = SubmitCall::from_metadata(METADATA).unwrap().transaction(&report());
    let metadata = Metadata::decode_from(METADATA).unwrap();
    let cursor = &mut transaction.as_slice();
    let decoded = decode_extrinsic(cursor, &metadata, metadata.types()).unwrap();
    assert!(cursor.is_empty(), "trailing bytes");
    assert_eq!((decoded.version(), decoded.is_signed()), (5, false));
    assert_eq!((decoded.pallet_name(), decoded.call_name()), ("Mailbox", "submit"));
    assert!(decoded.transaction_extension_payload().is_some());
    let argument = decoded.call_data().next().unwrap().range();
    assert_eq!(transaction[argument], codec::Encode::encode(&report()));
}

#[test]
fn runtime_should_be_refused_when_its_metadata_is_none_or_has_no_such_call() {
    let refused = |bytes: &[u8]| SubmitCall::from_metadata(bytes).unwrap_err();
    assert!(matches!(refused(&[]), UnsupportedRuntime::Metadata(_)));
    assert!(matches!(refused(&METADATA[..METADATA.len() / 2]), UnsupportedRuntime::Metadata(_)));
    // The pallet's name, wherever it stands, by one of the same length.
    let other = replace(METADATA, b"Mailbox", b"Letters");
    assert_eq!(refused(&other), UnsupportedRuntime::NoCall);
}

#[test]
fn runtime_should_be_refused_when_it_has_an_extension_that_is_not_known() {
    let other = replace(METADATA, b"CheckNonce", b"CheckTwice");
    let error = SubmitCall::from_metadata(&other).unwrap_err();
    assert_eq!(error, UnsupportedRuntime::Extension("CheckTwice".to_owned()));
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes.to_vec();
    let mut index = 0;
    while index + from.len() <= bytes.len() {
        if bytes[index..].starts_with(from) {
            bytes[index..index + to.len()].copy_from_slice(to);
        }
        index += 1;
    }
    bytes
}
