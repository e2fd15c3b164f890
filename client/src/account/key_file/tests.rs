#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::*;
use crate::account::{address::AddressError, development, parse_address};

/// Made by polkadot-js; `testdata/README.md` says where they come from.
const FILES: [(&str, &str, &str); 3] = [
    ("version3", "version3", include_str!("testdata/version3.json")),
    ("version3", "version3", include_str!("testdata/version3-hexadecimal.json")),
    ("theirs", "their passphrase", include_str!("testdata/usual.json")),
];

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.to_owned()))
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn parse(value: &Value) -> Result<KeyFile, KeyError> {
    KeyFile::from_json(value.to_string().as_bytes())
}

#[test]
fn key_file_should_open_when_polkadot_js_made_it() {
    for (name, secret, text) in FILES {
        let file = KeyFile::from_json(text.as_bytes()).unwrap();
        let key = file.unlock(&passphrase(secret)).unwrap();
        let (_, account) = decode(read(text)["address"].as_str().unwrap()).unwrap();
        assert_eq!(key.account_id(), account, "{name}");
        assert_eq!(file.to_json()["meta"]["name"], name);
    }
}

#[test]
fn key_file_should_be_what_polkadot_js_writes_when_salt_and_nonce_are_the_same() {
    for (name, secret, text) in FILES {
        let theirs = KeyFile::from_json(text.as_bytes()).unwrap();
        let key = theirs.unlock(&passphrase(secret)).unwrap();
        let bytes = theirs.sealed.to_bytes();
        let [n, p, r] = [32, 36, 40].map(|at| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()));
        let cost = ScryptCost::new(n, r, p).unwrap();
        let ours = seal_key(&key, &passphrase(secret), cost, theirs.sealed.freshness.clone()).unwrap();
        assert_eq!(ours.to_bytes(), bytes, "{name}");
    }
}

#[test]
fn key_file_should_have_exactly_the_fields_of_polkadot_js() {
    let file = KeyFile::seal(&development("eve").unwrap(), "savings", &passphrase("open sesame")).unwrap();
    let (ours, theirs) = (file.to_json(), read(FILES[0].2));
    let fields = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(fields(&ours), fields(&theirs));
    assert_eq!(ours["encoding"], theirs["encoding"]);
    assert_eq!(ours["meta"]["name"], "savings");
    assert!(ours["meta"]["whenCreated"].as_u64().unwrap() > 1_600_000_000_000);
}

#[test]
fn key_should_come_back_when_its_file_was_written_and_read() {
    let key = development("eve").unwrap();
    let file = KeyFile::seal(&key, "savings", &passphrase("open sesame")).unwrap();
    let again = parse(&file.to_json()).unwrap();
    assert_eq!(again.unlock(&passphrase("open sesame")).unwrap().account_id(), key.account_id());
    assert!(matches!(again.unlock(&passphrase("open Sesame")), Err(KeyError::WrongPassphrase)));
}

#[test]
fn new_key_file_should_be_refused_when_the_passphrase_is_short() {
    let sealed = KeyFile::seal(&development("eve").unwrap(), "savings", &passphrase("1234567"));
    assert!(matches!(sealed, Err(KeyError::WeakPassphrase)));
}

#[test]
fn changed_key_file_should_be_refused_whichever_field_is_changed() {
    let (_, secret, text) = FILES[0];
    let original = read(text);
    let changed = |pointer: &str, value: Value| {
        let mut file = original.clone();
        *file.pointer_mut(pointer).unwrap() = value;
        parse(&file).and_then(|file| file.unlock(&passphrase(secret)))
    };
    let alice = address(&development("alice").unwrap().account_id());
    assert!(matches!(changed("/address", json!(alice)), Err(KeyError::OtherAddress)));
    assert!(matches!(changed("/address", json!("5Grw")), Err(KeyError::Damaged(_))));
    assert!(matches!(changed("/encoding/version", json!("4")), Err(KeyError::Unsupported(_))));
    assert!(matches!(changed("/encoding/type", json!(["none"])), Err(KeyError::Unsupported(_))));
    assert!(matches!(changed("/encoding/type/0", json!("argon2")), Err(KeyError::Unsupported(_))));
    assert!(matches!(changed("/encoding/content/1", json!("ed25519")), Err(KeyError::Unsupported(_))));
    assert!(matches!(changed("/encoding/content", json!("pkcs8")), Err(KeyError::Unsupported(_))));
    assert!(matches!(changed("/encoded", json!("no base64!")), Err(KeyError::Damaged(_))));
    assert!(matches!(changed("/encoded", json!("0x00")), Err(KeyError::Damaged(_))));
    // The name is for people, and not authenticated by this format.
    assert!(changed("/meta/name", json!("another")).is_ok());
}

#[test]
fn changed_secret_should_be_refused_whichever_part_is_changed() {
    let (_, secret, text) = FILES[0];
    let original = KeyFile::from_json(text.as_bytes()).unwrap().sealed.to_bytes();
    let open = |bytes: &[u8]| {
        let mut file = read(text);
        file["encoded"] = json!(format!("0x{}", hex::encode(bytes)));
        parse(&file).and_then(|file| file.unlock(&passphrase(secret))).map(|key| key.account_id())
    };
    assert!(open(&original).is_ok());
    // One byte each of salt, N, p, r, nonce, tag, ciphertext.
    for at in [0, 33, 36, 40, 44, 68, 84, original.len() - 1] {
        let mut changed = original.clone();
        changed[at] ^= 2;
        assert!(open(&changed).is_err(), "byte {at}");
    }
    assert!(open(&original[..original.len() - 1]).is_err());
    assert!(open(&[original.as_slice(), &[0]].concat()).is_err());
}

#[test]
fn key_file_should_be_refused_before_any_work_when_it_asks_for_too_much() {
    let (_, _, text) = FILES[0];
    let mut bytes = KeyFile::from_json(text.as_bytes()).unwrap().sealed.to_bytes();
    bytes[32..36].copy_from_slice(&(1u32 << 30).to_le_bytes());
    let mut file = read(text);
    file["encoded"] = json!(format!("0x{}", hex::encode(bytes)));
    let Err(error) = parse(&file) else { panic!("accepted") };
    assert!(matches!(error, KeyError::TooExpensive { memory_mib: 1_048_576, times: 8_192 }), "{error}");
}

#[test]
fn file_should_be_refused_when_it_is_no_key_file() {
    let large = "[".repeat(MAX_BYTES + 1);
    let deep = "[".repeat(MAX_BYTES);
    for text in ["", "null", "{}", "[]", "{\"encoded\":1}", &large, &deep] {
        assert!(matches!(KeyFile::from_json(text.as_bytes()), Err(KeyError::Damaged(_))));
    }
    let several = json!({ "accounts": [], "encoded": "", "encoding": {} });
    assert!(matches!(parse(&several), Err(KeyError::Unsupported(_))));
}

#[test]
fn addresses_of_other_networks_should_be_read_in_key_files_only() {
    // polkadot-js writes the address for whichever network its user looks at.
    let kusama = read(FILES[0].2)["address"].as_str().unwrap().to_owned();
    assert_eq!(parse_address(&kusama), Err(AddressError::OtherNetwork(2)));
}
