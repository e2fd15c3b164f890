//! The JSON of what people keep and pass on: receipts and what proves them.

use crate::samples::*;
use insta::assert_snapshot;
use phala_primitives::{job::SignedReceipt, registry::Registration, WorkerId};
use serde::{de::DeserializeOwned, Serialize};

/// Canonical JSON of `value`, which must read back as the same.
fn json<V: Serialize + DeserializeOwned>(value: &V) -> String {
    let text = serde_json::to_string_pretty(value).expect("it has no map with other keys than strings");
    let read: V = serde_json::from_str(&text).expect("it reads what it wrote");
    assert_eq!(serde_json::to_string_pretty(&read).ok(), Some(text.clone()));
    text
}

#[test]
fn json_of_boundary_types() {
    assert_snapshot!("json_signed_receipt", json(&signed_receipt()));
    assert_snapshot!("json_exit_status", json(&exits().map(|(_, exit)| exit).to_vec()));
    assert_snapshot!("json_job_records", json(&job_records().map(|(_, record)| record).to_vec()));
    assert_snapshot!("json_worker_records", json(&worker_records().map(|(_, record)| record).to_vec()));
}

#[test]
fn registration_should_read_back_from_json() {
    let text = serde_json::to_string(&registration()).expect("a registration is JSON");
    assert_eq!(serde_json::from_str::<Registration<AccountId>>(&text).ok(), Some(registration()));
}

#[test]
fn hexadecimal_should_have_one_spelling() {
    let digits = "1d".repeat(32);
    assert_eq!(serde_json::from_str::<WorkerId>(&format!("\"0x{digits}\"")).ok(), Some(WORKER));
    let short = "1d".repeat(31);
    for wrong in [
        digits.clone(),
        format!("0x{}", digits.to_uppercase()),
        format!("0X{digits}"),
        format!("0x{short}"),
        format!("0x{digits}1d"),
        format!("0x{short}zz"),
        String::new(),
    ] {
        assert!(serde_json::from_str::<WorkerId>(&format!("\"{wrong}\"")).is_err(), "{wrong}");
    }
}

#[test]
fn receipt_should_be_refused_when_a_field_is_missing() {
    let mut value = serde_json::to_value(signed_receipt()).expect("a receipt is JSON");
    value["receipt"].as_object_mut().expect("an object").remove("output");
    assert!(serde_json::from_value::<SignedReceipt>(value).is_err());
}
