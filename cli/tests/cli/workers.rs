//! What `phala worker preflight` says of itself, and of the machine that these tests run on, whatever it is.

use serde_json::Value;

use crate::home::Home;

/// Exit status where no worker of the kind can run.
const UNSUITABLE: i32 = 121;

#[test]
fn help_should_tell_everything_needed_to_examine_a_machine() {
    let home = Home::new();
    let run = home.run(&["worker", "preflight", "--help"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("help-worker-preflight", run.stdout);
}

#[test]
fn verdict_should_agree_with_the_checks_and_the_exit_status() {
    let home = Home::new();
    for kind in ["sgx", "tdx", "development"] {
        let arguments =
            ["worker", "preflight", "--tee", kind, "--data-dir", "data", "--listen", "127.0.0.1:0"];
        let run = home.run(&[&arguments, &["--json"][..]].concat());
        assert_eq!(run.stderr, "");
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(report["tee"], kind);
        let checks = report["checks"].as_array().unwrap();
        let is_able = !checks.iter().any(|check| check["state"] == "failed");
        assert_eq!(report["able"], is_able);
        assert_eq!(run.status, if is_able { 0 } else { UNSUITABLE });
        let text = home.run(&arguments);
        assert_eq!(text.status, run.status);
        assert_eq!(text.stdout.lines().last(), report["summary"].as_str());
        // The node of the environment does not answer.
        let clock = checks.iter().find(|check| check["id"] == "clock_offset").unwrap();
        assert_eq!(clock["state"], "warning", "{clock}");
    }
}

#[test]
fn machine_should_be_refused_when_the_executor_named_is_not_there() {
    let home = Home::new();
    let run = home.run(&["worker", "preflight", "--tee", "development", "--executor", "nothing"]);
    assert_eq!(run.status, UNSUITABLE, "{}", run.said());
    let last = run.stdout.lines().last().unwrap();
    assert!(last.starts_with("No worker can run here. To fix:") && last.contains("executor"), "{last}");
}

#[test]
fn command_should_be_refused_when_its_arguments_cannot_be() {
    let home = Home::new();
    for (arguments, told) in [
        (["--tee", "sev"], "--tee"),
        (["--listen", "8000"], "--listen"),
        (["--node", "http://127.0.0.1"], "ws://"),
        (["--genesis", "0x12"], "expected 32"),
    ] {
        let run = home.run(&[&["worker", "preflight", "--json"], &arguments[..]].concat());
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.stderr);
        let message = run.error()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(told), "{arguments:?}: {message}");
    }
}
