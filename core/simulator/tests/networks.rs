//! Networks simulated from their beginning to their end.

#![allow(clippy::unwrap_used)]

use phala_economics::{FixedU128, Phase};
use phala_simulator::{
    invariants, picture, simulate, table, Action, Happening, Network, Sample, Scenario, Schedule, Simulation,
};
use rand_chacha::{
    rand_core::{RngCore, SeedableRng},
    ChaCha8Rng,
};

const DAY: u64 = 24 * 3_600_000;

fn scenario(text: &str) -> Scenario {
    Scenario::from_toml(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn run(scenario: &Scenario) -> Simulation {
    simulate(scenario, |_| {}).unwrap()
}

/// Eight workers for three days, to whom everything happens.
fn lively(seed: u64) -> Scenario {
    scenario(&format!(
        r#"
        seed = {seed}
        length_days = 3
        sample_hours = 6
        answer_hours = 3
        subsidy = 1_000_000
        preset = "khala"
        parameters = {{ cool_down_days = 0.5 }}
        price_walk = {{ every_days = 0.5, step = 0.1 }}
        [[groups]]
        name = "lively"
        workers = 8
        stake = [2_000, 6_000]
        score = [300, 1_500]
        confidence = 4
        join_days = [0, 1]
        stop_days = [2, 3]
        raise = {{ days = [1, 2], factor = 1.2 }}
        outages_per_month = 60
        outage_hours = [0.01, 12]
        faults_per_month = {{ good_faith = 20, proven = 10, threat = 3 }}
        serving = 0.2
        speed = [0.5, 1.3]
        "#
    ))
}

fn csv(samples: &[Sample]) -> String {
    let mut bytes = Vec::new();
    table::write(samples, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn story_should_be_the_same_when_the_seed_is() {
    let (one, again, other) = (run(&lively(1)), run(&lively(1)), run(&lively(2)));
    assert_eq!(one, again);
    assert_eq!(csv(&one.samples), csv(&again.samples));
    assert_ne!(csv(&one.samples), csv(&other.samples));
}

#[test]
fn actions_should_come_in_the_order_of_time_and_end_with_the_scenario() {
    let scenario = lively(3);
    let begin = 1_700_000_000_000;
    let times: Vec<_> = Schedule::new(&scenario, begin).map(|action| action.at).collect();
    assert!(times.len() > 100 && times.is_sorted());
    assert!(times[0] >= begin && times[times.len() - 1] <= begin + 3 * DAY);
    // It is the same story whenever it begins.
    let at_zero: Vec<_> = Schedule::new(&scenario, 0).map(|action| action.at + begin).collect();
    assert_eq!(times, at_zero);
}

#[test]
fn stories_of_workers_should_stay_when_a_group_is_added() {
    let few = lively(4);
    let mut many = few.clone();
    many.groups.extend(few.groups.clone());
    let of_first = |scenario: &Scenario| -> Vec<Action> {
        Schedule::new(scenario, 0).filter(|action| action.happening.worker().is_some_and(|w| w < 8)).collect()
    };
    assert_eq!(of_first(&few), of_first(&many));
}

#[test]
fn values_should_be_those_of_single_ticks() {
    let scenario = lively(5);
    let tick = scenario.initial_parameters().tick;
    let network = || Network::new(scenario.initial_parameters(), scenario.subsidy.balance()).unwrap();
    let (mut lazy, mut plain) = (network(), network());
    let mut compared = 0;
    let mut at = 0;
    for action in Schedule::new(&scenario, 0) {
        // A change to the same parameters settles all sessions and does nothing else.
        while at + tick < action.at {
            at += tick;
            let same = Happening::SetParameters(Box::new(plain.parameters().clone()));
            plain.apply(&Action { at, happening: same }).unwrap();
        }
        at = action.at;
        assert_eq!(lazy.apply(&action).is_ok(), plain.apply(&action).is_ok());
        for (worker, entry) in lazy.sessions() {
            let single = plain.session(worker).unwrap().value_at(plain.parameters(), at);
            let value = entry.value_at(lazy.parameters(), at);
            let error = value.into_inner().abs_diff(single.into_inner());
            assert!(
                error <= single.into_inner() / 10u128.pow(12),
                "{value:?} and {single:?} after {action:?}"
            );
            compared += 1;
        }
    }
    assert!(compared > 500, "{compared}");
    let (lazy, plain) = (lazy.ledger().paid.total(), plain.ledger().paid.total());
    assert!(lazy > 0 && lazy.abs_diff(plain) < lazy / 10u128.pow(12), "{lazy} and {plain}");
}

#[test]
fn lone_worker_should_earn_the_whole_budget_until_its_last_answer() {
    let scenario = scenario(
        r#"
        length_days = 20
        subsidy = 100_000_000
        [[groups]]
        name = "alone"
        workers = 1
        stake = 10_000
        score = 2_000
        confidence = 1
        join_days = 1
        "#,
    );
    let last_answer = Schedule::new(&scenario, 0)
        .filter(|action| matches!(action.happening, Happening::Answer { .. }))
        .last()
        .unwrap()
        .at;
    // 100 PHA in 12 s, from the first day on.
    let expected = u128::from(last_answer - DAY) * 100 * 10u128.pow(12) / 12_000;
    let simulation = run(&scenario);
    let paid = simulation.total.paid;
    assert!(expected - paid.total() < 1_000, "{} of {expected}", paid.total());
    assert!(paid.total() / 5 - paid.treasury < 1_000);

    // 0.8 · 100 PHA in 12 s on 10 000 PHA, but for what the last days earned and did not get yet.
    let annual = simulation.total.annual_return().unwrap();
    let at_most = 0.8 * 100.0 / 12.0 * 3_600.0 * 24.0 * 365.0 / 10_000.0;
    assert!(annual < at_most && annual > at_most * 0.7, "{annual} of {at_most}");
}

#[test]
fn samples_should_add_up_when_the_subsidy_runs_out() {
    let mut scenario = lively(6);
    scenario.subsidy = "50000".parse().unwrap();
    let simulation = run(&scenario);
    let at = simulation.exhausted_at.unwrap();
    assert!(simulation.total.unpaid_answers > 0 && at < 3 * DAY);
    let paid: u128 = simulation.samples.iter().map(|sample| sample.paid.total()).sum();
    assert_eq!(paid, simulation.funded);
    for sample in &simulation.samples {
        assert_eq!(sample.subsidy_left + sample.paid_in_total.total(), simulation.funded);
        assert!(sample.at >= at || sample.subsidy_left > 0);
    }
    // The beginning, every six hours, and the end.
    let days: Vec<_> = simulation.samples.iter().map(|sample| sample.at).collect();
    assert_eq!(days, (0..=12).map(|n| n * DAY / 4).collect::<Vec<_>>());
}

#[test]
fn outages_and_faults_should_be_as_frequent_as_the_scenario_says_at_any_pace() {
    for answer_hours in [12, 120] {
        let scenario = scenario(&format!(
            r#"
            length_days = 300
            answer_hours = {answer_hours}
            sample_hours = 720
            subsidy = 1_000_000
            [[groups]]
            name = "often"
            workers = 100
            stake = 5_000
            score = 1_000
            outages_per_month = 3
            outage_hours = 2
            faults_per_month = {{ good_faith = 2, proven = 1 }}
            "#
        ));
        let total = run(&scenario).total;
        // 3, 2 and 1 in each of ten months of a hundred workers.
        let [good_faith, proven, threat] = total.faults;
        assert!((2_750..3_250).contains(&total.outages), "{answer_hours}: {}", total.outages);
        assert!((1_800..2_200).contains(&good_faith), "{answer_hours}: {good_faith}");
        assert!((850..1_150).contains(&proven), "{answer_hours}: {proven}");
        assert_eq!(threat, 0);
    }
}

#[test]
fn refused_workers_should_be_counted_and_do_nothing() {
    let mut scenario = lively(7);
    scenario.groups[0].stake = phala_simulator::Span::only("10".parse().unwrap());
    let simulation = run(&scenario);
    assert_eq!((simulation.total.started, simulation.total.refused.insufficient_stake), (0, 8));
    let steps = 6;
    assert_eq!(simulation.actions, 8 + steps, "starts, and steps of the price");
    assert_eq!(simulation.total.annual_return(), None);
    assert!(csv(&simulation.samples).lines().last().unwrap().ends_with(','), "no APR without stake");
}

/// Numbers from `least` to `most`, in thousandths.
fn draw(random: &mut ChaCha8Rng, least: u64, most: u64) -> String {
    let thousandths = least * 1_000 + random.next_u64() % ((most - least) * 1_000 + 1);
    format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000)
}

/// Any scenario.
fn random_scenario(random: &mut ChaCha8Rng) -> String {
    let seed = random.next_u64() >> 1;
    let mut number = |least, most| draw(random, least, most);
    let preset = ["development", "para1", "khala", "phala"][(seed % 4) as usize];
    let mut text = format!(
        "seed = {seed}\npreset = '{preset}'\nlength_days = {}\nsample_hours = {}\nanswer_hours = {}\n\
         subsidy = {}\n",
        number(1, 60),
        number(5, 100),
        number(1, 48),
        number(0, 1_000_000),
    );
    text += &format!(
        "parameters = {{ cool_down_days = {}, budget_period_days = {}, price = {} }}\n",
        number(0, 10),
        number(1, 20),
        number(0, 2).replacen("0.000", "0.001", 1),
    );
    text += &format!("[price_walk]\nevery_days = {}\nstep = {}\n", number(1, 9), number(0, 2));
    text += &format!(
        "[[changes]]\nday = {}\n\
         parameters = {{ value_max = {}, budget = {}, slash_offline = {}, tick_seconds = {} }}\n",
        number(0, 1),
        number(1_000, 40_000),
        number(0, 100),
        number(0, 1),
        number(1, 30),
    );
    for group in 0..1 + seed % 4 {
        let (stake, join, outage) = (number(500, 5_000), number(0, 1), number(0, 10));
        text += &format!(
            "[[groups]]\nraise = {{ days = [{join}, 50], factor = [1.001, 3] }}\n\
             name = 'group {group}'\nworkers = {}\nstake = [{stake}, 20_000]\n\
             score = [{}, 6_000]\nconfidence = {}\njoin_days = [0, {join}]\nstop_days = [{join}, 100]\noutages_per_month = {}\n\
             outage_hours = [{outage}, 200]\nserving = {}\nspeed = [{}, 2]\n\
             faults_per_month = {{ good_faith = {}, proven = {}, threat = {} }}\n",
            1 + seed % 30,
            seed % 3_000,
            1 + (seed + group) % 5,
            number(0, 15),
            number(0, 1),
            number(0, 2),
            number(0, 10),
            number(0, 10),
            number(0, 3),
        );
    }
    text
}

#[test]
fn invariants_should_hold_after_every_action_of_any_scenario() {
    let seed = std::env::var("SIMULATOR_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| std::process::id().into());
    println!("replay with SIMULATOR_SEED={seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut actions = 0u64;
    for _ in 0..40 {
        let scenario = scenario(&random_scenario(&mut random));
        let mut schedule = Schedule::new(&scenario, 0);
        let mut network = Network::new(scenario.initial_parameters(), scenario.subsidy.balance()).unwrap();
        while let Some(action) = schedule.next() {
            let outcome = network.apply(&action).unwrap_or_else(|error| panic!("{error}: {scenario:?}"));
            if let (phala_simulator::Outcome::Refused(_), Some(worker)) = (outcome, action.happening.worker())
            {
                schedule.withdraw(worker);
            }
            invariants::check(&network)
                .unwrap_or_else(|breach| panic!("{breach} after {action:?}: {scenario:?}"));
            actions += 1;
        }
        // The same actions, sampled.
        let simulation = run(&scenario);
        let end = simulation.samples.last().unwrap();
        assert_eq!(end.paid_in_total, network.ledger().paid);
        let mining =
            network.sessions().filter(|(_, e)| !matches!(e.session.phase, Phase::CoolingDown { .. }));
        assert_eq!(end.stake, mining.map(|(_, entry)| entry.stake).sum::<u128>());
        assert_eq!(end.slashed, simulation.total.slashed);
    }
    assert!(actions > 2_000, "{actions}");
}

#[test]
fn year_of_the_example_should_have_a_row_and_a_point_for_every_day() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/scenarios/year.toml");
    let mut scenario = scenario(&std::fs::read_to_string(path).unwrap());
    // A fiftieth of it, which takes a fiftieth of the time.
    scenario.groups.iter_mut().for_each(|group| group.workers /= 50);
    let mut last = 0.0;
    let simulation = simulate(&scenario, |part| {
        assert!((last..=1.0).contains(&part));
        last = part;
    });
    let simulation = simulation.unwrap();
    assert_eq!(last, 1.0);
    assert_eq!(simulation.total.started, 100);
    assert!(simulation.total.outages > 100 && simulation.total.faults.iter().sum::<u64>() > 10);

    let table = csv(&simulation.samples);
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines.len(), 1 + 366);
    assert!(lines[0].starts_with("day,responsive,unresponsive,cooling_down,price_usd,budget_per_tick_pha,"));
    assert!(lines.iter().all(|line| line.split(',').count() == lines[0].split(',').count()));
    // After 180 days the budget has decayed; from day 250 on it is another one.
    assert_eq!(simulation.samples[181].budget, FixedU128::from_u32(75));
    assert_eq!(simulation.samples[251].budget, FixedU128::from_u32(80));

    scenario.name = "Less < more & \"quoted\"".into();
    let picture = picture::svg(&scenario, &simulation.samples).unwrap();
    assert!(picture.starts_with("<svg") && picture.trim_end().ends_with("</svg>"));
    assert!(picture.contains("Less &lt; more &amp; "), "{}", &picture[..600]);
    for label in
        ["Value Promise", "Rewards paid in a day", "Σ share", "V, PHA", "PHA a day", "days", "seed 2021"]
    {
        assert!(picture.contains(label), "{label}");
    }
    assert!(!picture.contains("NaN") && !picture.contains("inf\""));
}

#[test]
fn picture_should_stay_small_when_there_are_very_many_samples() {
    let mut scenario = lively(8);
    scenario.sample_hours = "0.1".parse().unwrap();
    let few = picture::svg(&scenario, &run(&lively(8)).samples).unwrap();
    let samples = run(&scenario).samples;
    let many: Vec<_> = (0..30).flat_map(|_| samples.clone()).collect();
    assert!(many.len() > 20_000);
    let picture = picture::svg(&scenario, &many).unwrap();
    assert!(picture.len() < 200_000, "{}", picture.len());
    assert!(few.len() < picture.len());
    // And one that has nothing to show is one all the same.
    assert!(picture::svg(&scenario, &[]).unwrap().contains("Value Promise"));
}
