//! Flags, environment, configuration file, defaults: in that order.

use serde_json::{json, Value};

use crate::home::{Finish, Home};

/// Each setting with four values that it can have.
const SETTINGS: [(&str, [&str; 3]); 5] = [
    ("node", ["ws://flag:1", "ws://environment:1", "ws://file:1"]),
    (
        "genesis",
        [
            "0x1111111111111111111111111111111111111111111111111111111111111111",
            "0x2222222222222222222222222222222222222222222222222222222222222222",
            "0x3333333333333333333333333333333333333333333333333333333333333333",
        ],
    ),
    ("account", ["flag", "environment", "file"]),
    ("keys", ["/flag", "/environment", "/file"]),
    ("log", ["warn", "info", "debug"]),
];

/// `phala config show` with those settings given by flags, in the environment and in the file.
fn shown(home: &Home, flags: bool, environment: bool, file: bool) -> Value {
    let line = |(name, values): (&str, [&str; 3])| format!("{name} = \"{}\"\n", values[2]);
    home.write("config/phala/config.toml", &if file { SETTINGS.map(line).concat() } else { String::new() });
    let mut command = home.phala(&["config", "show", "--json"]);
    command.env_remove("PHALA_NODE");
    for (name, values) in SETTINGS {
        if flags {
            command.args([&format!("--{name}"), values[0]]);
        }
        if environment {
            command.env(format!("PHALA_{}", name.to_uppercase()), values[1]);
        }
    }
    command.finish().json()["settings"].clone()
}

#[test]
fn every_setting_should_come_from_the_first_that_gives_it() {
    let home = Home::new();
    for (flags, environment, file, from, index) in [
        (true, true, true, "flag", 0),
        (false, true, true, "environment", 1),
        (false, false, true, "file", 2),
    ] {
        let shown = shown(&home, flags, environment, file);
        for (name, values) in SETTINGS {
            assert_eq!(shown[name]["value"], values[index], "{name}");
            assert_eq!(shown[name]["origin"], from, "{name}");
        }
        assert_eq!(shown.as_object().unwrap().len(), SETTINGS.len());
    }
    let defaults = shown(&home, false, false, false);
    assert_eq!(defaults["node"], json!({ "value": "ws://127.0.0.1:9944", "origin": "default" }));
    assert_eq!(defaults["genesis"], json!({ "value": null, "origin": "default" }));
    assert_eq!(defaults["keys"]["value"], json!(home.path("data/phala/keys")));
}

#[test]
fn environment_variable_should_count_as_none_when_it_is_empty() {
    let home = Home::new();
    home.write("config/phala/config.toml", "account = \"savings\"");
    let shown = home.phala(&["config", "show", "--json"]).env("PHALA_ACCOUNT", "").finish().json();
    assert_eq!(shown["settings"]["account"], json!({ "value": "savings", "origin": "file" }));
}

#[test]
fn configuration_file_should_be_the_one_that_is_named() {
    let home = Home::new();
    home.write("config/phala/config.toml", "log = \"warn\"");
    let named = home.write("named.toml", "log = \"info\"");
    let other = home.write("other.toml", "log = \"debug\"");
    let log = |arguments: &[&str], variable: &str| {
        let mut command = home.phala(&[&["config", "show", "--json"], arguments].concat());
        let shown = command.env("PHALA_CONFIG", variable).finish().json();
        (shown["settings"]["log"]["value"].clone(), shown["file"].clone())
    };
    assert_eq!(log(&[], ""), (json!("warn"), json!(home.path("config/phala/config.toml"))));
    assert_eq!(log(&[], "other.toml"), (json!("debug"), json!(other)));
    assert_eq!(log(&["--config", "named.toml"], "other.toml"), (json!("info"), json!(named)));
    let error = home.phala(&["config", "show", "--config", "missing.toml", "--json"]).finish().error();
    assert!(error["message"].as_str().unwrap().contains("missing.toml"), "{error}");
}

#[test]
fn unknown_key_should_be_refused_with_the_nearest_known_one_by_every_command() {
    let home = Home::new();
    home.write("config/phala/config.toml", "acount = \"savings\"");
    for arguments in
        [&["config", "show", "--json"][..], &["account", "list", "--json"], &["worker", "list", "--json"]]
    {
        let error = home.run(arguments).error();
        assert_eq!(error["kind"], "usage");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("config.toml") && message.contains("did you mean `account`"), "{message}");
    }
    // What helps to write the file is there all the same.
    assert_eq!(home.run(&["completions", "bash"]).status, 0);
}

#[test]
fn value_should_be_refused_by_the_name_of_where_it_came_from() {
    let home = Home::new();
    let message = |arguments: &[&str], variable: (&str, &str)| {
        let mut command = home.phala(&[&["config", "show", "--json"], arguments].concat());
        let error = command.env(variable.0, variable.1).finish().error();
        assert_eq!(error["kind"], "usage");
        error["message"].as_str().unwrap().to_owned()
    };
    assert!(message(&["--node", "http://x"], ("X", "")).contains("flag --node"));
    assert!(message(&[], ("PHALA_GENESIS", "0x12")).contains("environment variable PHALA_GENESIS"));
    assert!(message(&["--log", "=="], ("X", "")).contains("flag --log"));
    home.write("config/phala/config.toml", "genesis = \"x\"");
    assert!(message(&[], ("X", "")).contains("config.toml"));
}

#[test]
fn flag_should_be_refused_by_commands_that_do_not_use_it() {
    let home = Home::new();
    for arguments in [
        &["verify", "x", "--node", "ws://x", "--json"][..],
        &["account", "new", "x", "--account", "y", "--json"],
    ] {
        assert_eq!(home.run(arguments).error()["kind"], "usage");
    }
}

#[test]
fn receipt_should_need_a_genesis_hash_from_anywhere() {
    let home = Home::new();
    home.write("receipt.json", "{}");
    let error = home.run(&["verify", "receipt.json", "--json"]).error();
    assert_eq!(error["kind"], "usage");
    assert!(error["message"].as_str().unwrap().contains("PHALA_GENESIS"), "{error}");
    home.write("config/phala/config.toml", &format!("genesis = \"0x{}\"", "11".repeat(32)));
    let run = home.run(&["verify", "receipt.json", "--json"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap()["verified"], false);
}
