//! Key files: made, imported, exported, listed.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::{json, Value};

use crate::home::{Finish, Home, PASSPHRASE, PHRASE};

/// Made by polkadot-js, under the passphrase `version3`; its origin is told beside it.
const POLKADOT_JS: &str = include_str!("../../../client/src/account/key_file/testdata/version3.json");

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn new_account_should_be_private_encrypted_and_recoverable_from_its_phrase() {
    let home = Home::new();
    let made = home.run(&["account", "new", "savings", "--json"]).json();
    let file = home.key("savings");
    assert_eq!(made["file"], json!(file));
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    let phrase = made["phrase"].as_str().unwrap();
    assert_eq!(phrase.split(' ').count(), 12);
    let text = fs::read_to_string(&file).unwrap();
    assert!(!text.contains(phrase) && !text.contains(PASSPHRASE));
    let form = read(&file);
    assert_eq!(form["encoding"], read_text(POLKADOT_JS)["encoding"]);
    assert_eq!((&form["address"], &form["meta"]["name"]), (&made["address"], &json!("savings")));

    let elsewhere = Home::new();
    let again = elsewhere.run_with(&["account", "import", "again", "--json"], phrase).json();
    assert_eq!(again["address"], made["address"]);
    assert_eq!(again.get("phrase"), None);
}

fn read_text(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn account_should_be_that_of_other_tools_when_it_comes_from_a_phrase() {
    // What @polkadot/keyring 14.0.3 gives for the same secrets with prefix 30.
    let home = Home::new();
    for (name, path, address) in [
        ("plain", "", "42qmR2XL3XL4vuG68maK8xA3MgKgWLwthZUT3TyimtfKCinP"),
        ("derived", "//hard/soft", "42nwZNXyWhwJxL4cmfGVE39xfczqqVPHTSN8c7B7vR93q9Qg"),
    ] {
        let told = home.run_with(&["account", "import", name, "--json"], &format!("{PHRASE}{path}")).json();
        assert_eq!(told["address"], address);
    }
}

#[test]
fn key_file_of_polkadot_js_should_come_back_unchanged_when_it_is_imported_and_exported() {
    let home = Home::new();
    home.write("theirs.json", POLKADOT_JS);
    let import = ["account", "import", "theirs", "--file", "theirs.json", "--json"];
    let told = home.phala(&import).env("PHALA_PASSPHRASE", "version3").finish().json();
    let exported = home.run(&["account", "export", "theirs"]).json();
    let original = read_text(POLKADOT_JS);
    assert_eq!(exported["encoded"], original["encoded"]);
    assert_eq!(exported["meta"]["whenCreated"], original["meta"]["whenCreated"]);
    assert_eq!(exported["address"], told["address"]);
    assert_eq!(home.run(&["account", "export", told["address"].as_str().unwrap()]).json(), exported);

    let told = home.run(&["account", "export", "theirs", "--output", "out.json", "--json"]).json();
    assert_eq!(told["file"], "out.json");
    assert_eq!((read(&home.path("out.json")), mode(&home.path("out.json"))), (exported, 0o600));
}

#[test]
fn import_should_end_with_its_own_status_when_the_passphrase_is_wrong() {
    let home = Home::new();
    home.write("theirs.json", POLKADOT_JS);
    let import = ["account", "import", "theirs", "--file", "theirs.json"];
    let run = home.run(&import);
    assert_eq!((run.status, run.stdout.as_str()), (122, ""));
    assert!(run.stderr.contains("theirs.json") && !run.stderr.contains(PASSPHRASE), "{}", run.stderr);
    let error = home.run(&[&import[..], &["--json"]].concat()).error();
    assert_eq!((&error["kind"], &error["exit_status"]), (&json!("wrong_passphrase"), &json!(122)));
    assert!(!home.key("theirs").exists());
}

#[test]
fn key_file_should_not_be_imported_when_it_was_changed() {
    let home = Home::new();
    let original = read_text(POLKADOT_JS);
    let import = |pointer: &str, value: Value| {
        let mut changed = original.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        home.write("changed.json", &changed.to_string());
        let import = ["account", "import", "changed", "--file", "changed.json", "--json"];
        home.phala(&import).env("PHALA_PASSPHRASE", "version3").finish().error()
    };
    let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
    let encoded = original["encoded"].as_str().unwrap();
    for (pointer, value, kind) in [
        ("/address", json!(alice), "failed"),
        ("/encoding/version", json!("2"), "failed"),
        ("/encoding/type", json!(["none"]), "failed"),
        ("/encoding/content/1", json!("ed25519"), "failed"),
        ("/encoded", json!(encoded.replace("dlG4", "dlG5")), "wrong_passphrase"),
        ("/encoded", json!(&encoded[..encoded.len() - 4]), "wrong_passphrase"),
    ] {
        assert_eq!(import(pointer, value)["kind"], kind, "{pointer}");
    }
    assert!(!home.key("changed").exists());
}

#[test]
fn key_file_should_be_refused_before_its_passphrase_is_read_when_opening_it_costs_too_much() {
    let home = Home::new();
    // N = 2^31 where polkadot-js has 2^15.
    let text = POLKADOT_JS.replacen("VU4AgAAAAQAAAAgAAAB5", "VU4AAACAAQAAAAgAAAB5", 1);
    assert_ne!(text, POLKADOT_JS);
    home.write("costly.json", &text);
    let run = home.phala(&["account", "import", "costly", "--file", "costly.json"]).finish();
    assert_eq!(run.status, 125);
    assert!(run.stderr.contains("2097152 MiB"), "{}", run.stderr);
}

#[test]
fn key_file_should_never_be_overwritten() {
    let home = Home::new();
    home.run(&["account", "new", "savings", "--json"]).json();
    let before = fs::read(home.key("savings")).unwrap();
    home.write("out.json", "precious");
    for arguments in [
        &["account", "new", "savings", "--json"][..],
        &["account", "import", "savings", "--json"],
        &["account", "export", "savings", "--output", "out.json", "--json"],
    ] {
        let error = home.run_with(arguments, PHRASE).error();
        assert!(error["message"].as_str().unwrap().contains("exists already"), "{error}");
    }
    assert_eq!(fs::read(home.key("savings")).unwrap(), before);
    assert_eq!(fs::read(home.path("out.json")).unwrap(), b"precious");
}

#[test]
fn account_should_not_be_kept_twice() {
    let home = Home::new();
    home.run_with(&["account", "import", "savings", "--json"], PHRASE).json();
    let error = home.run_with(&["account", "import", "again", "--json"], PHRASE).error();
    assert!(error["message"].as_str().unwrap().contains("`savings`"), "{error}");
}

#[test]
fn accounts_should_be_listed_when_no_node_answers() {
    let home = Home::new();
    let made = home.run_with(&["account", "import", "savings", "--json"], PHRASE).json();
    home.write("data/phala/keys/broken.json", "{}");
    let listed = home.run(&["account", "list", "--json"]).json();
    let expected = json!([{
        "name": "savings", "address": made["address"], "file": made["file"],
        "development": false, "exposed": false, "free_pha": null,
    }]);
    assert_eq!(listed["accounts"], expected);
    assert_eq!(listed["unreadable"][0]["file"], json!(home.path("data/phala/keys/broken.json")));
    assert!(listed["node_error"].as_str().unwrap().contains("127.0.0.1:1"));
    assert_eq!(home.run(&["account", "list", "--offline", "--json"]).json()["node_error"], Value::Null);

    let shown = home.run(&["account", "list"]);
    assert!(shown.stdout.contains(made["address"].as_str().unwrap()), "{}", shown.stdout);
    assert!(shown.stderr.contains("broken.json") && shown.stderr.contains("no balances"), "{}", shown.stderr);
}

#[test]
fn key_file_should_be_said_to_be_exposed_when_others_may_read_it() {
    let home = Home::new();
    home.run_with(&["account", "import", "savings", "--json"], PHRASE).json();
    fs::set_permissions(home.key("savings"), fs::Permissions::from_mode(0o644)).unwrap();
    let listed = home.run(&["account", "list", "--offline", "--json"]).json();
    assert_eq!(listed["accounts"][0]["exposed"], true);
    assert!(home.run(&["account", "list", "--offline"]).stderr.contains("chmod 600"));
}

#[test]
fn keys_should_be_in_the_folder_that_a_setting_names() {
    let home = Home::new();
    let told =
        home.run_with(&["account", "import", "savings", "--keys", "elsewhere", "--json"], PHRASE).json();
    assert_eq!(told["file"], "elsewhere/savings.json");
    assert!(home.path("elsewhere/savings.json").exists() && !home.key("savings").exists());
    let error = home.run(&["account", "export", "savings", "--json"]).error();
    assert!(error["message"].as_str().unwrap().contains("there is none"), "{error}");
}
