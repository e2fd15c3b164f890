//! How failure looks to scripts and to people.

use crate::home::Home;

/// Command lines that fail without a node, with their exit status.
const FAILURES: [(&[&str], i32); 9] = [
    (&["no-such-command"], 2),
    (&["account", "list", "--no-such-flag"], 2),
    (&["account", "transfer", "a", "b"], 2),
    (&["account", "transfer", "alice", "bob", "1.5x", "--yes"], 2),
    (&["account", "transfer", "alice", "bob", "0", "--yes"], 2),
    (&["account", "new", "alice"], 2),
    (&["account", "export", "nobody"], 125),
    (&["account", "balance", "alice"], 125),
    (&["worker", "list"], 125),
];

#[test]
fn failure_should_have_its_status_and_one_json_object_when_json_is_wanted() {
    let home = Home::new();
    for (arguments, status) in FAILURES {
        let run = home.run(&[arguments, &["--json"]].concat());
        assert_eq!(run.status, status, "{arguments:?}: {}", run.stderr);
        assert!(!run.error()["message"].as_str().unwrap().is_empty());
    }
}

#[test]
fn failure_should_name_cause_and_remedy_to_people() {
    let home = Home::new();
    let told = FAILURES.map(|(arguments, status)| {
        let run = home.run(arguments);
        assert_eq!((run.status, run.stdout.as_str()), (status, ""));
        format!("$ phala {}\n{}", arguments.join(" "), run.stderr)
    });
    let folder = home.path("").display().to_string();
    insta::assert_snapshot!(told.join("\n").replace(&folder, "~/"));
}
