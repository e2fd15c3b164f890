//! Simulating networks.

use crate::home::{Home, Run};

const SCENARIO: &str = r#"
name = "Three days"
seed = 5
length_days = 3
answer_hours = 3
subsidy = 1_000_000
[[groups]]
name = "steady"
workers = 5
stake = 5_000
score = 1_000
[[groups]]
name = "too poor"
workers = 2
stake = 5
score = 1_000
"#;

fn simulate(home: &Home, arguments: &[&str]) -> Run {
    home.run(&[&["economics", "simulate", "three-days.toml"], arguments].concat())
}

#[test]
fn simulation_should_write_a_table_and_a_picture_named_like_the_scenario() {
    let home = Home::new();
    home.write("three-days.toml", SCENARIO);
    let run = simulate(&home, &[]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    for told in ["Three days", "steady", "too poor", "APR", "three-days.csv", "three-days.svg"] {
        assert!(run.stdout.contains(told), "{told} in\n{}", run.stdout);
    }
    let table = std::fs::read_to_string(home.path("three-days.csv")).unwrap();
    // A header, the beginning, and three days.
    assert_eq!(table.lines().count(), 1 + 4);
    assert!(table.starts_with("day,responsive,"));
    let picture = std::fs::read_to_string(home.path("three-days.svg")).unwrap();
    assert!(picture.starts_with("<svg") && picture.contains("Three days"));
}

#[test]
fn simulation_should_be_summed_up_as_json_the_same_for_the_same_seed() {
    let home = Home::new();
    home.write("three-days.toml", SCENARIO);
    let run = |arguments: &[&str]| {
        let mut summary = simulate(&home, &[arguments, &["--json"]].concat()).json();
        assert!(summary["seconds"].take().as_f64().unwrap() > 0.0);
        summary
    };
    let summary = run(&["--csv", "a.csv", "--picture", "a.svg"]);
    assert_eq!(summary["total"]["workers"], 7);
    assert_eq!(
        (&summary["groups"][0]["started"], &summary["groups"][0]["name"]),
        (&5.into(), &"steady".into())
    );
    assert_eq!(summary["groups"][1]["refused"]["insufficient_stake"], 2);
    assert_eq!(summary["groups"][1]["apr_percent"], serde_json::Value::Null);
    assert_eq!(summary["subsidy"]["funded_pha"], "1000000");
    assert_eq!(summary["end"]["responsive"], 5);

    let again = run(&["--csv", "a.csv", "--picture", "a.svg", "--force"]);
    assert_eq!(summary, again);
}

#[test]
fn simulation_should_be_refused_when_it_would_overwrite_something() {
    let home = Home::new();
    home.write("three-days.toml", SCENARIO);
    let picture = home.write("three-days.svg", "mine");
    let run = simulate(&home, &[]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("three-days.svg exists already") && run.stderr.contains("--force"));
    assert_eq!(std::fs::read_to_string(picture).unwrap(), "mine");
    assert!(!home.path("three-days.csv").exists());

    let same = simulate(&home, &["--csv", "a", "--picture", "a"]);
    assert_eq!(same.status, 2, "{}", same.stderr);
    let own = simulate(&home, &["--csv", "./three-days.toml", "--force"]);
    assert_eq!(own.status, 2, "{}", own.stderr);
    let nowhere = simulate(&home, &["--csv", "results/a.csv"]);
    assert_eq!(nowhere.status, 2);
    assert!(nowhere.stderr.contains("there is no folder results; create it first"), "{}", nowhere.stderr);
    assert_eq!(std::fs::read_to_string(home.path("three-days.toml")).unwrap(), SCENARIO);
}

#[test]
fn scenario_should_be_refused_with_the_field_when_it_is_wrong() {
    let home = Home::new();
    home.write("three-days.toml", &SCENARIO.replace("answer_hours = 3", "answer_hours = 0"));
    let run = simulate(&home, &[]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("three-days.toml: `answer_hours` is 0; write a number from 0.5"),
        "{}",
        run.stderr
    );

    let absent = home.run(&["economics", "simulate", "absent.toml"]);
    assert_eq!(absent.status, 125);
    assert!(absent.stderr.contains("cannot open absent.toml"), "{}", absent.stderr);
}
