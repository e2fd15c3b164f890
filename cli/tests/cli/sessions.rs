//! What `phala session` says of itself, and of what cannot be.

use crate::home::Home;

const WORKER: &str = "0xabababababababababababababababababababababababababababababababab";

#[test]
fn help_should_tell_everything_needed_for_sessions() {
    let home = Home::new();
    for command in
        ["session", "session start", "session stop", "session status", "session explain", "session watch"]
    {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let run = home.run(&arguments);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""));
        insta::assert_snapshot!(format!("help {command}").replace(' ', "-"), run.stdout);
    }
}

#[test]
fn command_should_be_refused_before_a_node_is_asked_when_its_arguments_cannot_be() {
    let home = Home::new();
    for (arguments, told) in [
        (vec!["start"], "WORKER"),
        (vec!["start", WORKER], "--stake"),
        (vec!["start", "7", "--stake", "1"], "not hexadecimal"),
        (vec!["start", WORKER, "--stake", "1.5x"], "--stake"),
        (vec!["restart", WORKER, "--stake", "0"], "--stake"),
        (vec!["stop", WORKER, "--stake", "1"], "--stake"),
        (vec!["status", "x"], "neither the number of a session nor the identity key"),
        (vec!["status", "7", "--own"], "--own"),
        (vec!["status", "--limit", "0"], "--limit"),
        (vec!["explain"], "WORKER|SESSION"),
        (vec!["explain", "7", "--limit", "10001"], "--limit"),
        (vec!["explain", "7", "--at", "x"], "--at"),
        (vec!["watch", "0x12"], "expected 32"),
    ] {
        let all = [&["session"], arguments.as_slice(), &["--json"]].concat();
        let run = home.run(&all);
        assert_eq!(run.status, 2, "{all:?}: {}", run.stderr);
        let message = run.error()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(told), "{all:?}: {message}");
    }
}

#[test]
fn command_should_say_that_there_is_no_node_when_none_answers() {
    let home = Home::new();
    for arguments in [
        vec!["status"],
        vec!["explain", "7"],
        vec!["watch"],
        vec!["start", WORKER, "--stake", "1", "--yes"],
        vec!["stop", WORKER, "--yes"],
    ] {
        let run = home.run(&[&["session"], arguments.as_slice(), &["--json"]].concat());
        assert_eq!(run.status, 125, "{arguments:?}: {}", run.stderr);
        let message = run.error()["message"].as_str().unwrap().to_owned();
        assert!(message.contains("cannot connect to the node"), "{message}");
    }
}
