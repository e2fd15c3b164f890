//! What `phala economics` computes, held against numbers from elsewhere.
//!
//! Origin of the numbers of `grow`: the specification's tables where they have few digits; else its recurrence, tick by
//! tick, in decimal arithmetic with 60 digits.

use serde_json::Value;

use crate::home::Home;

/// The JSON of `phala economics` with these words.
fn economics(line: &str) -> Value {
    let arguments: Vec<&str> = ["economics"].into_iter().chain(line.split_whitespace()).collect();
    Home::new().run(&[&arguments[..], &["--json"]].concat()).json()
}

/// The message of a command line that cannot be.
fn refusal(line: &str) -> String {
    let arguments: Vec<&str> = ["economics"].into_iter().chain(line.split_whitespace()).collect();
    let error = Home::new().run(&[&arguments[..], &["--json"]].concat()).error();
    assert_eq!((&error["kind"], &error["exit_status"]), (&"usage".into(), &2.into()), "{line}");
    error["message"].as_str().unwrap().to_owned()
}

/// A decimal string with 18 decimals, in steps of 10^-18.
#[track_caller]
fn steps(text: &Value) -> u128 {
    let (whole, fraction) = text.as_str().unwrap().split_once('.').unwrap();
    assert_eq!(fraction.len(), 18, "{text}");
    format!("{whole}{fraction}").parse().unwrap()
}

#[track_caller]
fn assert_begins(text: &Value, expected: &str) {
    assert!(text.as_str().unwrap().starts_with(expected), "{text} does not begin with {expected}");
    steps(text);
}

#[test]
fn quote_should_match_the_specifications_table() {
    for (price, multiplier, level, value) in [
        ("0.84", "1.5", 1, "2035.714285714285714285"),
        ("0.84", "1.5", 3, "2035.714285714285714285"),
        ("0.84", "1.5", 4, "1900.000000000000000000"),
        ("0.84", "1.5", 5, "1832.142857142857142857"),
        ("1", "1.3", 2, "1690.000000000000000000"),
        ("1", "1.3", 4, "1612.000000000000000000"),
        ("1", "1.3", 5, "1573.000000000000000000"),
    ] {
        let quote = economics(&format!(
            "quote --stake 1000 --score 1000 --level {level} --price {price} --multiplier {multiplier}"
        ));
        assert_begins(&quote["initial_value"], value);
        assert_begins(&quote["min_stake"], "1581.138830084");
        assert_eq!(quote["startable"], false);
        assert!(quote["reason"].as_str().unwrap().contains("S_min is 1581.13883008419 PHA"), "{quote}");
        let keys: Vec<_> = quote.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["initial_value", "max_stake", "min_stake", "reason", "startable"]);
    }
}

#[test]
fn quote_should_say_why_a_session_may_not_start_and_what_helps() {
    let quote = |line: &str| economics(&format!("quote --level 1 --price 0.84 --multiplier 1.5 {line}"));
    let fine = quote("--stake 2000 --score 1000");
    assert_eq!((&fine["startable"], &fine["reason"]), (&true.into(), &Value::Null));
    assert_begins(&fine["max_stake"], "19642.857142857142857142");
    for (line, told) in [
        ("--stake 0 --score 1000", "stake S_min or more (S_min is 1581.13883008419 PHA)"),
        ("--stake 20000 --score 1000", "(S_max is 19642.857142857142 PHA)"),
        ("--stake 100000000000000000000 --score 1000", "S_max"),
        ("--stake 2000 --score 49", "(it is 49, the least 50)"),
        ("--stake 0 --score 0", "(it is 0, the least 50)"),
        ("--stake 2000 --score 4294967295", "is above S_max, 0 PHA, so that no stake fits"),
    ] {
        let refused = quote(line);
        assert_eq!(refused["startable"], false);
        assert!(refused["reason"].as_str().unwrap().contains(told), "{refused}");
        steps(&refused["initial_value"]);
    }
    // What the reason advises is taken.
    for stake in ["1581.13883008419", "19642.857142857142"] {
        assert_eq!(quote(&format!("--stake {stake} --score 1000"))["startable"], true);
    }
}

#[test]
fn quote_should_take_from_the_preset_what_is_not_given() {
    let quote = |line: &str| economics(&format!("quote --stake 1000 --score 1000 --level 1 {line}"));
    assert_begins(&quote("")["initial_value"], "2035.714285714285714285");
    assert_begins(&quote("--preset phala")["initial_value"], "1690.000000000000000000");
    assert_begins(&quote("--preset phala")["min_stake"], "3162.277660168379331998");
    assert_begins(&quote("--min-stake-factor 10")["min_stake"], "316.227766016837933199");
    assert_begins(&quote("--preset para1 --price 1")["initial_value"], "1950.000000000000000000");
    assert_begins(&quote("--preset development")["initial_value"], "1950.000000000000000000");
}

#[test]
fn growth_should_match_numbers_from_elsewhere() {
    for (line, value, growth) in [
        (
            "--value 3000 --score-bench 100 --score 100 --ticks 1 --price 1",
            "3000.002035093691477929984",
            "0.002035093691477929984",
        ),
        (
            "--value 3000 --score-bench 100 --score 100 --ticks 7201 --price 1",
            "3014.689933793203690636505",
            "14.689933793203690636505",
        ),
        (
            "--value 3000 --score-bench 100 --score 109.9694529 --ticks 11 --offline-ticks 300 --price 1",
            "2997.026087785104733122416",
            "0.000000000000000000",
        ),
        (
            "--value 3000 --score-bench 100 --score 109.9694529 --ticks 438000 --price 0.84",
            "4159.706010157586468280898",
            "1159.706010157586468280898",
        ),
        (
            "--value 1234.5 --score-bench 1999 --score 777.123456789 --ticks 100000 --price 0.27",
            "1276.438400086346163419601",
            "41.938400086346163419601",
        ),
        // More than 1.2 · p_bench do not count.
        (
            "--value 3000 --score-bench 100 --score 500 --ticks 10 --price 1",
            "3000.024421212205209006945",
            "0.024421212205209006945",
        ),
        // V_max is met on the way, or was from the start.
        (
            "--value 29999 --score-bench 3000 --score 3600 --ticks 7202 --price 1",
            "30000.000000000000000000",
            "173.532151497320695997272",
        ),
        (
            "--value 30000 --score-bench 3000 --score 3000 --ticks 7202 --price 1",
            "30000.000000000000000000",
            "144.610140416138538812785",
        ),
        // A year.
        (
            "--value 3000 --score-bench 100 --score 33.3 --ticks 2628000 --price 1",
            "5418.071667475315622832935",
            "2418.071667475315622832935",
        ),
        (
            "--value 20000 --score-bench 450 --score 450 --ticks 0 --offline-ticks 2628000 --price 1",
            "3.137646361657354764991",
            "0.000000000000000000",
        ),
        (
            "--value 3000.000000000000000001 --score-bench 100 --score 0 --ticks 9 --price 1",
            "3000.000000000000000001",
            "0.000000000000000000",
        ),
    ] {
        let grown = economics(&format!("grow {line}"));
        for (key, expected) in [("value", value), ("growth", growth)] {
            let expected = Value::from(&expected[..expected.find('.').unwrap() + 19]);
            let (found, expected) = (steps(&grown[key]), steps(&expected));
            // Twelve digits are asked for.
            assert!(found.abs_diff(expected) <= expected / 100_000_000_000_000, "{line}: {grown}");
        }
        let keys: Vec<_> = grown.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["growth", "value"]);
    }
}

#[test]
fn growth_should_end_quickly_however_many_ticks_there_are() {
    let most = u64::MAX;
    let grown =
        economics(&format!("grow --value 1 --score-bench 100 --score 100 --ticks {most} --offline-ticks 1"));
    assert_begins(&grown["value"], "29999.9");
    let lost =
        economics(&format!("grow --value 1 --score-bench 1 --score 1 --ticks 0 --offline-ticks {most}"));
    assert_eq!(lost["value"], "0.000000000000000000");
}

#[test]
fn projection_should_show_points_and_what_it_assumes() {
    let line = "project --stake 3000 --score 1000 --level 1 --others 1000000 --days 100 --points 2";
    let told = economics(line);
    let points = told["points"].as_array().unwrap();
    assert_eq!(points.len(), 2);
    assert_eq!(points[1]["elapsed_ms"], 100 * 86_400_000u64);
    assert_begins(&points[0]["budget"], "6.249999999");
    assert_begins(&points[1]["budget"], "4.687499999");
    assert!(steps(&points[1]["pool"]) > steps(&points[0]["pool"]));
    assert!(steps(&points[0]["apr"]) > steps(&points[1]["apr"]));
    let assumed = &told["assumptions"];
    assert_eq!((&assumed["stake"], &assumed["offline"]), (&"3000.000000000000000000".into(), &"0".into()));

    let down = economics(&format!("{line} --offline 0.1 --outage-every 24"));
    assert_eq!(down["assumptions"]["offline"], "0.1");
    assert!(steps(&down["points"][1]["pool"]) < steps(&points[1]["pool"]));
}

#[test]
fn results_should_be_readable_without_json() {
    let home = Home::new();
    let told = [
        "quote --stake 2000 --score 1000 --level 5",
        "quote --stake 1000 --score 1000 --level 5",
        "grow --value 3000 --score-bench 100 --score 100 --ticks 7201 --price 1",
        "project --stake 3000 --score 1000 --level 4 --others 1000000 --points 4 --offline 0.02",
    ]
    .map(|line| {
        let arguments: Vec<&str> = ["economics"].into_iter().chain(line.split_whitespace()).collect();
        let run = home.run(&arguments);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""));
        format!("$ phala economics {line}\n{}", run.stdout)
    });
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn numbers_should_be_refused_when_they_are_none_or_have_no_sense() {
    let quote = "quote --score 1000 --level 1";
    let grow = "grow --value 1 --score-bench 100 --ticks 1";
    let project = "project --stake 3000 --score 1000 --level 1 --others 1";
    for (line, told) in [
        (format!("{quote} --stake 1e3"), "`1e3` is not a number, such as 0.25"),
        (format!("{quote} --stake=-1"), "is not a number"),
        (format!("{quote} --stake 0.1234567890123456789"), "more than the 18 decimals"),
        (format!("{quote} --stake 340282366920938463464"), "too large"),
        (format!("{quote} --stake 340282366920938463463"), "V^e would be more than 340282366920938463463"),
        (format!("{quote} --stake 1 --price 0"), "the price of PHA must not be zero"),
        (format!("{quote} --stake 1 --multiplier 0.9"), "must be at least 1"),
        ("quote --stake 1 --score 1000 --level 6".to_owned(), "6 is not in 1..=5"),
        ("quote --stake 1 --score 4294967296 --level 1".to_owned(), "not in 0..=4294967295"),
        (format!("{grow} --score 1 --preset kusama"), "[possible values: phala, khala, para1, development]"),
        (format!("{grow} --score nan"), "is not a number"),
        (format!("{project} --days 0"), "must not be zero"),
        (format!("{project} --offline 1"), "must be below 1"),
        (format!("{project} --offline 1.5"), "more than the whole"),
        (format!("{project} --challenge-every 0"), "must not be zero"),
        (format!("{project} --days 4294967295"), "more than 1000000 challenges"),
        (project.replace("3000", "3"), "stake S_min or more"),
    ] {
        let refused = refusal(&line);
        assert!(refused.contains(told), "{line}: {refused}");
    }
}

#[test]
fn help_should_tell_everything_needed_for_economics() {
    let home = Home::new();
    for command in ["economics", "economics quote", "economics grow", "economics project"] {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let run = home.run(&arguments);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""));
        insta::assert_snapshot!(format!("help {command}").replace(' ', "-"), run.stdout);
    }
}
