//! What `phala pool`, `phala delegate` and `phala vault` say of themselves, and of what cannot be.

use crate::home::Home;

const WORKER: &str = "0xabababababababababababababababababababababababababababababababab";

#[test]
fn help_should_tell_everything_needed_for_stake() {
    let home = Home::new();
    for command in [
        "pool",
        "pool list",
        "pool set",
        "pool history",
        "pool transfer",
        "pool worker",
        "delegate",
        "delegate contribute",
        "delegate withdraw",
        "vault",
        "vault set",
        "vault undelegate",
    ] {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let run = home.run(&arguments);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""));
        insta::assert_snapshot!(format!("help {command}").replace(' ', "-"), run.stdout);
    }
}

#[test]
fn command_should_be_refused_before_a_node_is_asked_when_its_arguments_cannot_be() {
    let home = Home::new();
    let long = "x".repeat(401);
    for (line, told) in [
        ("pool show", "POOL"),
        ("pool show x", "POOL"),
        ("pool list --sort size", "apr, commission, free, stake"),
        ("pool list --page 0", "--page"),
        ("pool list --limit 1001", "--limit"),
        ("pool set 1", "--commission"),
        ("pool set 1 --commission 100.1", "more than 100 percent"),
        ("pool set 1 --commission 1.00001", "decimals"),
        ("pool set 1 --cap 1e9", "not an amount"),
        ("pool set 1 --whitelist maybe", "on, off"),
        (&format!("pool set 1 --description {long}"), "401 bytes"),
        ("pool worker add 1", "WORKER"),
        ("pool worker add 1 7", "not hexadecimal"),
        ("pool transfer 1", "TO"),
        ("pool transfer 1 alice --cancel", "--cancel"),
        ("pool allow 1", "ACCOUNT"),
        ("pool history 1 --blocks 0", "--blocks"),
        ("delegate contribute 1", "PHA"),
        ("delegate contribute 1 1.5x", "not an amount"),
        ("delegate withdraw 1", "--all"),
        ("delegate withdraw 1 5 --all", "--all"),
        ("delegate withdraw 1 --shares -1", "--shares"),
        ("vault set 1", "--fee"),
        ("vault delegate 1 2", "PHA"),
        ("vault undelegate 1 2", "--all"),
    ] {
        let all: Vec<&str> = line.split(' ').chain(["--json"]).collect();
        let run = home.run(&all);
        assert_eq!(run.status, 2, "{line}: {}", run.stderr);
        let message = run.error()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(told), "{line}: {message}");
    }
}

#[test]
fn command_should_say_that_there_is_no_node_when_none_answers() {
    let home = Home::new();
    for line in [
        "pool list",
        "pool show 1",
        "pool queue 1",
        "pool history 1",
        "pool create --dry-run",
        "pool set 1 --cap none --manager none --yes",
        "pool allow 1 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY --account bob --yes",
        "pool disallow 1 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY --account bob --yes",
        "delegate positions alice",
        "delegate withdraw 1 --all --yes",
        "vault list",
        "vault create --dry-run",
    ] {
        let all: Vec<&str> = line.split(' ').chain(["--json"]).collect();
        let run = home.run(&all);
        assert_eq!(run.status, 125, "{line}: {}", run.stderr);
        let message = run.error()["message"].as_str().unwrap().to_owned();
        assert!(message.contains("cannot connect to the node"), "{line}: {message}");
    }
    let run = home.run(&["pool", "worker", "add", "1", WORKER, "--yes", "--json"]);
    assert_eq!(run.status, 125, "{}", run.stderr);
}
