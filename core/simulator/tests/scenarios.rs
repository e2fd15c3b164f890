//! Scenarios as people write them: what is read, what is refused, and with which words.

#![allow(clippy::unwrap_used)]

use phala_economics::{FixedU128, Perbill, TokenomicParameters};
use phala_simulator::{Scenario, ScenarioError};

const GROUP: &str = "[[groups]]\nname = 'some'\nworkers = 3\nstake = 2_000\nscore = 1_000\n";

fn read(top: &str, group: &str) -> Result<Scenario, ScenarioError> {
    Scenario::from_toml(&format!("length_days = 30\nsubsidy = 1000\n{top}\n{GROUP}{group}"))
}

fn refusal(top: &str, group: &str) -> String {
    read(top, group).expect_err(&format!("refused: {top} {group}")).to_string()
}

#[test]
fn example_should_be_readable() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/scenarios/year.toml");
    let scenario = Scenario::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(scenario.workers(), 5_000);
}

#[test]
fn parameters_should_be_those_of_the_preset_where_nothing_else_is_given() {
    assert_eq!(read("", "").unwrap().initial_parameters(), TokenomicParameters::phala());
    let scenario = read(
        "preset = 'khala'\n[parameters]\nprice = 0.5\ntick_seconds = 6\ntreasury_share = 0.25\n\
         cool_down_days = 2\nchallenge_interval_minutes = 20\nscore_min = 80",
        "",
    );
    let expected = TokenomicParameters {
        price: FixedU128::from_rational(1, 2),
        tick: 6_000,
        treasury_share: Perbill::from_percent(25),
        cool_down: 2 * 24 * 3_600_000,
        challenge_interval: 20 * 60_000,
        score_min: 80,
        ..TokenomicParameters::khala()
    };
    assert_eq!(scenario.unwrap().initial_parameters(), expected);
}

#[test]
fn every_parameter_should_be_settable() {
    let ones = "tick_seconds price rho value_max cost_k cost_b rig_k rig_b stake_multiplier stake_k \
                score_min budget budget_decay budget_period_days treasury_share slash_offline slash_fault \
                slash_proven slash_threat heartbeat_window_seconds challenge_interval_minutes challenges_per_block cool_down_days";
    let ones: String = ones.split_whitespace().map(|name| format!("{name} = 1\n")).collect();
    let (one, day) = (FixedU128::from_u32(1), 24 * 3_600_000);
    let expected = TokenomicParameters {
        tick: 1_000,
        price: one,
        rho: one,
        value_max: one,
        cost_k: one,
        cost_b: one,
        rig_k: one,
        rig_b: one,
        stake_multiplier: one,
        stake_k: one,
        score_min: 1,
        budget: one,
        budget_decay: Perbill::one(),
        budget_period: day,
        treasury_share: Perbill::one(),
        slash_offline: Perbill::one(),
        slash_fault: Perbill::one(),
        slash_proven: Perbill::one(),
        slash_threat: Perbill::one(),
        heartbeat_window: 1_000,
        challenge_interval: 60_000,
        challenges_per_block: 1,
        cool_down: day,
    };
    assert_eq!(read(&format!("[parameters]\n{ones}"), "").unwrap().initial_parameters(), expected);
}

#[test]
fn scenario_should_be_refused_with_the_field_and_the_remedy_when_a_number_is_out_of_range() {
    let cases = [
        ("answer_hours = 0.1", "", "`answer_hours` is 0.1; write a number from 0.5 to 720"),
        ("sample_hours = 0", "", "`sample_hours` is 0; write a number from 0.1"),
        ("", "confidence = 6", "`groups[0].confidence` is 6; write a level from 1 to 5"),
        ("", "serving = 1.5", "`groups[0].serving` is 1.5; write a number from 0 to 1"),
        ("", "join_days = [0, 31]", "`groups[0].join_days` is [0, 31]; write numbers from 0 to 30"),
        ("", "join_days = 20\nstop_days = 10", "`groups[0].stop_days` is 10; write numbers from 20"),
        ("", "outages_per_month = 11", "`groups[0].outages_per_month` is 11; write a number from 0 to 6"),
        ("", "faults_per_month = { proven = 11 }", "`groups[0].faults_per_month.proven` is 11"),
        ("", "outage_hours = 9_000", "`groups[0].outage_hours` is 9000; write numbers from 0 to 8760"),
        ("", "raise = { days = 40, factor = 1 }", "`groups[0].raise.factor` is 1; write numbers from 1.001"),
        (
            "",
            "join_days = 9\nraise = { days = 8, factor = 2 }",
            "`groups[0].raise.days` is 8; write numbers from 9",
        ),
        ("", "speed = 11", "`groups[0].speed` is 11"),
        ("[[changes]]\nday = 31\nparameters = {}", "", "`changes[0].day` is 31; write a number from 0 to 30"),
        ("[parameters]\nslash_fault = 2", "", "`parameters.slash_fault` is 2; write a number from 0 to 1"),
        ("[price_walk]\nstep = 0.1\nlowest = 0", "", "`price_walk.lowest` is 0"),
        (
            "[price_walk]\nstep = 0.1\nlowest = 2\nhighest = 1",
            "",
            "`price_walk.highest` is 1; write a number from 2",
        ),
        ("name = \"two\\nlines\"", "", "`name` is 9 characters long or not one line"),
    ];
    for (top, group, expected) in cases {
        let message = refusal(top, group);
        assert!(message.contains(expected), "{message}\nshould contain\n{expected}");
    }
}

#[test]
fn scenario_should_be_refused_with_the_line_when_it_cannot_be_read() {
    let cases = [
        ("lenght = 3", "", "unknown field `lenght`"),
        ("", "stakes = 3", "unknown field `stakes`"),
        ("[[changes]]\nday = 3\nparameters = { prize = 1 }", "", "unknown field `prize`"),
        (
            "preset = 'kusama'",
            "",
            "unknown variant `kusama`, expected one of `development`, `para1`, `khala`, `phala`",
        ),
        ("seed = -1", "", "invalid value"),
        ("answer_hours = -1", "", "`-1` is not a number from 0"),
        ("", "join_days = [3, 1]", "[3, 1] begins above its end"),
        ("", "join_days = [1, 2, 3]", "two as [from, to]"),
        ("name = ", "", "TOML parse error at line 3"),
    ];
    for (top, group, expected) in cases {
        let message = refusal(top, group);
        assert!(message.contains(expected), "{message}\nshould contain\n{expected}");
    }
    assert!(Scenario::from_toml("length_days = 1\nsubsidy = 1").unwrap_err().to_string().contains("groups"));
}

#[test]
fn scenario_should_be_refused_when_no_chain_would_accept_its_parameters() {
    let now = refusal("[parameters]\nprice = 0", "");
    assert!(now.contains("at the beginning are not allowed: the price of PHA must not be zero"), "{now}");
    // Changes count in the order of time: the second one here is the first to hold.
    let later = refusal(
        "[[changes]]\nday = 20\nparameters = { slash_offline = 1 }\n\
         [[changes]]\nday = 10\nparameters = { tick_seconds = 3600 }",
        "",
    );
    assert!(later.contains("from day 20 on are not allowed"), "{later}");
}

#[test]
fn scenario_should_be_refused_when_it_would_take_hours() {
    let many = |top: &str, days: u32| {
        let text =
            format!("length_days = {days}\nsubsidy = 1\n{top}\n{}", GROUP.replace("= 3\n", "= 100_000\n"));
        Scenario::from_toml(&text).unwrap_err().to_string()
    };
    let answers = many("answer_hours = 24\nsample_hours = 720", 3_650);
    assert!(answers.contains("365000000 answers") && answers.contains("raise `answer_hours`"), "{answers}");
    let samples = many("answer_hours = 720", 3_650);
    assert!(samples.contains("raise `sample_hours`"), "{samples}");
    let walk = many("answer_hours = 720\nsample_hours = 720\n[price_walk]\nstep = 0.1", 3_650);
    assert!(walk.contains("raise `price_walk.every_days`"), "{walk}");
    let workers = GROUP.repeat(2).replace("= 3\n", "= 60_000\n");
    let crowd =
        Scenario::from_toml(&format!("length_days = 1\nsubsidy = 1\n{workers}")).unwrap_err().to_string();
    assert!(crowd.contains("workers of all groups together` is 120000"), "{crowd}");
}
