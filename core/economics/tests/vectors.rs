//! The test vectors of the token-economics specification, digit by digit.
//!
//! Origin: the specification's tables; the growth, slash and V_max vectors go back to the tests of the original
//! network's gatekeeper.

#![allow(clippy::unwrap_used)]

use phala_economics::{
    growth::Growth,
    payout::share,
    performance, slash, start,
    start::{confidence_score, initial_value, promise},
    Accumulator, FixedU128, Payout, Perbill, Session, SlashLevel, StartError, TokenomicParameters,
};

const PHA: u128 = 1_000_000_000_000;
const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

fn whole(number: u32) -> FixedU128 {
    FixedU128::from_u32(number)
}

/// The value with all its decimals.
fn digits(value: FixedU128) -> String {
    let inner = value.into_inner();
    format!("{}.{:018}", inner / 10u128.pow(18), inner % 10u128.pow(18))
}

#[track_caller]
fn assert_digits(value: FixedU128, expected: &str) {
    assert!(digits(value).starts_with(expected), "{} does not start with {expected}", digits(value));
}

/// Phala's parameters, in which φ = 1.
fn phala() -> TokenomicParameters {
    TokenomicParameters::phala()
}

/// Growth of a worker with p_bench = 100 whose performance is p.
fn growth_at(p: FixedU128) -> Growth {
    Growth::new(&phala(), 100, p)
}

#[test]
fn initial_value_should_match_the_table_for_every_confidence_level() {
    let value = |parameters: &TokenomicParameters, level| {
        promise(parameters, whole(1000), 1000, confidence_score(level).unwrap())
    };
    let khala = TokenomicParameters::khala();
    for level in 1..=3 {
        assert_digits(value(&khala, level), "2035.714285714285714");
        assert_digits(value(&phala(), level), "1690.000000000000000000");
    }
    assert_digits(value(&khala, 4), "1900.000000000000000000");
    assert_digits(value(&khala, 5), "1832.142857142857142");
    assert_digits(value(&phala(), 4), "1612.000000000000000000");
    assert_digits(value(&phala(), 5), "1573.000000000000000000");
}

#[test]
fn stake_bounds_should_match_the_specification() {
    let khala = TokenomicParameters::khala();
    assert_digits(start::stake_min(&khala, 1000), "1581.138830084189665999");
    assert_digits(start::stake_min(&phala(), 1000), "3162.277660168379331998");
    assert_digits(start::stake_max(&khala, 1000, confidence_score(1).unwrap()), "19642.857142857142857142");
}

#[test]
fn session_should_be_refused_when_stake_or_score_is_out_of_bounds() {
    let khala = TokenomicParameters::khala();
    let start = |stake: u128, score, level| initial_value(&khala, stake, score, level).map(|_| ());

    // S_min = 1581.138830084189…, S_max = 19642.857142857142…
    assert_eq!(start(1_581_138_830_084_190, 1000, 1), Ok(()));
    assert_eq!(start(1_581_138_830_084_189, 1000, 1), Err(StartError::InsufficientStake));
    assert_eq!(start(19_642_857_142_857_142, 1000, 1), Ok(()));
    assert_eq!(start(19_642_857_142_857_144, 1000, 1), Err(StartError::TooMuchStake));
    assert_eq!(start(u128::MAX, 1000, 1), Err(StartError::TooMuchStake));
    assert_eq!(start(1000 * PHA, 50, 1), Ok(()));
    assert_eq!(start(1000 * PHA, 49, 1), Err(StartError::BenchmarkTooLow));
    assert_eq!(start(2000 * PHA, 1000, 0), Err(StartError::UnknownConfidence));
    assert_eq!(start(2000 * PHA, 1000, 6), Err(StartError::UnknownConfidence));
}

#[test]
fn value_should_match_the_vectors_when_it_grows() {
    let growth = growth_at(whole(100));
    assert_digits(growth.after(whole(3000), 1).value, "3000.00203509369");
    assert_digits(growth.after(whole(3000), 7_201).value, "3014.68993379320");
    assert_digits(growth.after(whole(3000), 7_201).growth, "14.68993379320");
    assert_eq!(growth.after(whole(3000), 1), growth.step(whole(3000)));
    assert_eq!(growth.after(whole(3000), 0).value, whole(3000));
}

#[test]
fn value_should_match_the_vector_when_growth_ends_offline() {
    let p = FixedU128::from_inner(109_969_452_900_000_000_000);
    let grown = growth_at(p).after(whole(3000), 11).value;
    assert_digits(slash::offline(&phala(), grown, 300), "2997.02608778");
}

#[test]
fn first_hour_offline_should_cost_about_a_thousandth() {
    assert_digits(slash::first_hour(&phala(), whole(10_000)), "9.995018316295");
}

#[test]
fn value_should_leave_the_maximum_by_the_growth_that_was_cut_off_when_it_is_paid() {
    let grown = Growth::new(&phala(), 3000, whole(3000)).after(whole(30_000), 7_202);
    assert_eq!(grown.value, whole(30_000));
    assert_digits(grown.value - grown.growth, "29855.38985958");
}

#[test]
fn growth_should_be_two_hundredths_of_a_percent_an_hour_in_every_preset() {
    for parameters in [phala(), TokenomicParameters::khala(), TokenomicParameters::development()] {
        let free = TokenomicParameters { cost_k: whole(0), cost_b: whole(0), ..parameters };
        let grown = Growth::new(&free, 100, whole(100)).after(whole(10_000), HOUR / free.tick);
        let error = grown.growth.into_inner().abs_diff(whole(2).into_inner());
        assert!(error < 100_000_000_000, "{} PHA instead of 2 on 10 000", digits(grown.growth));
    }
}

#[test]
fn offline_session_should_lose_a_tenth_of_a_percent_in_an_hour() {
    assert_digits(slash::offline(&phala(), whole(1000), 300), "999.000498168");
    assert_digits(slash::offline(&TokenomicParameters::development(), whole(1000), 3600), "999.000499");
}

#[test]
fn faults_should_cost_what_the_table_says() {
    let left = |level| slash::after_loss(whole(1000), phala().loss(level));
    assert_eq!(left(SlashLevel::GoodFaith), whole(990));
    assert_eq!(left(SlashLevel::Proven), whole(900));
    assert_eq!(left(SlashLevel::Threat), whole(0));
}

#[test]
fn instant_performance_should_be_iterations_in_six_seconds_up_to_a_cap() {
    assert_eq!(performance::instant(100, 0, 1_000, 60_000), Some(whole(100)));
    assert_eq!(performance::instant(100, 500, 1_000, 60_000), Some(whole(50)));
    assert_eq!(performance::instant(100, 0, 10_000, 60_000), Some(whole(120)));
    assert_eq!(performance::instant(100, 1_000, 999, 60_000), Some(whole(0)));
    assert_eq!(performance::instant(100, 0, 1_000, 0), None);
    assert_eq!(performance::instant(u32::MAX, 0, u64::MAX, 1), Some(performance::cap(u32::MAX)));
}

#[test]
fn share_should_be_the_hypotenuse_of_value_and_twice_the_performance() {
    assert_eq!(share(whole(300), whole(200), whole(1)), whole(500));
    // Level 4: 2 · 250 · 0.8 = 400.
    assert_eq!(share(whole(300), whole(250), confidence_score(4).unwrap()), whole(500));
}

#[test]
fn payout_should_go_to_pool_and_treasury_without_a_rest() {
    assert_eq!(
        Payout::divide(whole(10), Perbill::from_percent(20)),
        Payout { pool: 8 * PHA, treasury: 2 * PHA }
    );
    let odd = Payout::divide_balance(9, Perbill::from_percent(20));
    assert_eq!((odd.pool, odd.treasury), (8, 1));
}

#[test]
fn lone_session_should_earn_the_whole_budget() {
    let parameters = phala();
    let mut accumulator = Accumulator::new(&parameters, 0);
    let mut session = Session::start(&parameters, 3000 * PHA, 100, 1, 0).unwrap();
    session.update_share(&mut accumulator);
    accumulator.advance(&parameters, DAY);
    // 720 000 PHA a day.
    let error = session.pending(&accumulator).into_inner().abs_diff(whole(720_000).into_inner());
    assert!(error < 10_000, "{}", digits(session.pending(&accumulator)));
}

#[test]
fn budget_should_decay_by_a_quarter_when_a_period_of_chain_time_is_over() {
    let parameters = TokenomicParameters::khala();
    let period = parameters.budget_period;
    let in_one_go =
        Accumulator::new(&parameters, 1_000).schedule.emit(&parameters, 1_000, 1_000 + 3 * period);

    let mut schedule = Accumulator::new(&parameters, 1_000).schedule;
    let mut periods = Vec::new();
    for n in 0..3u64 {
        periods.push(schedule.emit(&parameters, 1_000 + n * period, 1_000 + (n + 1) * period));
    }
    assert_digits(periods[0], "2699999.99999");
    assert_digits(periods[1], "2024999.99999");
    assert_digits(periods[2], "1518749.99999");
    let one_by_one = periods[0] + periods[1] + periods[2];
    // 3.24 million ticks of a budget that is rounded to 10^-18.
    assert!(one_by_one.into_inner().abs_diff(in_one_go.into_inner()) < 3_240_000, "{in_one_go:?}");
}

#[test]
fn stake_should_come_back_in_proportion_to_the_value_that_is_left() {
    let parameters = phala();
    let mut session = Session::start(&parameters, 3000 * PHA, 100, 1, 0).unwrap();
    assert_eq!(session.returned(3000 * PHA), 3000 * PHA);
    session.value = session.initial_value + whole(1000);
    assert_eq!(session.returned(3000 * PHA), 3000 * PHA);
    session.value = slash::after_loss(session.initial_value, Perbill::from_percent(10));
    assert_eq!(session.returned(3000 * PHA), 2700 * PHA);
    session.value = whole(0);
    assert_eq!(session.returned(3000 * PHA), 0);
}

#[test]
fn value_should_not_fall_when_the_maximum_is_lowered_below_the_initial_value() {
    let parameters = phala();
    let mut session = Session::start(&parameters, 20_000 * PHA, 1000, 1, 0).unwrap();
    let initial = session.initial_value;
    let lowered = TokenomicParameters { value_max: whole(10_000), ..parameters };
    session.settle(&lowered, DAY);
    assert_eq!(session.value, initial);
    assert!(session.due > whole(0));
}

#[test]
fn presets_should_be_valid_and_bad_parameters_not() {
    use phala_economics::ParameterError as E;
    for preset in [
        phala(),
        TokenomicParameters::khala(),
        TokenomicParameters::para1(),
        TokenomicParameters::development(),
    ] {
        assert_eq!(preset.validate(), Ok(()));
    }
    let bad = [
        (TokenomicParameters { tick: 0, ..phala() }, E::ZeroTime),
        (TokenomicParameters { heartbeat_window: 0, ..phala() }, E::ZeroTime),
        (TokenomicParameters { challenge_interval: 0, ..phala() }, E::ZeroTime),
        (TokenomicParameters { price: whole(0), ..phala() }, E::ZeroPrice),
        (
            TokenomicParameters { rho: FixedU128::from_inner(999_999_999_999_999_999), ..phala() },
            E::FactorBelowOne,
        ),
        (TokenomicParameters { stake_multiplier: whole(0), ..phala() }, E::FactorBelowOne),
        (TokenomicParameters { budget_period: DAY - 1, ..phala() }, E::PeriodTooShort),
        (TokenomicParameters { challenges_per_block: 1001, ..phala() }, E::TooManyChallenges),
        (
            TokenomicParameters { tick: 2 * HOUR, slash_offline: Perbill::from_percent(50), ..phala() },
            E::TickTooLong,
        ),
    ];
    for (parameters, error) in bad {
        assert_eq!(parameters.validate(), Err(error));
    }
}

#[cfg(feature = "serde")]
#[test]
fn parameters_should_be_invalid_when_json_has_a_part_above_the_whole() {
    let json = serde_json::to_string(&phala()).unwrap();
    for part in ["budgetDecay", "treasuryShare", "slashOffline", "slashFault", "slashProven", "slashThreat"] {
        let (before, after) = json.split_once(&format!("\"{part}\":")).unwrap();
        let rest = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let above = format!("{before}\"{part}\":1000000001{rest}");
        let parameters: TokenomicParameters = serde_json::from_str(&above).unwrap();
        assert_eq!(parameters.validate(), Err(phala_economics::ParameterError::PartAboveOne), "{part}");
    }
}

#[test]
fn presets_should_be_those_of_the_table() {
    let [development, para1, khala, phala] = [
        TokenomicParameters::development(),
        TokenomicParameters::para1(),
        TokenomicParameters::khala(),
        phala(),
    ];
    let presets = [&development, &para1, &khala, &phala];
    let hundredths = |numbers: [u32; 4]| numbers.map(|number| FixedU128::from_rational(number.into(), 100));
    assert_eq!(presets.map(|preset| preset.tick), [1_000, 12_000, 12_000, 12_000]);
    assert_eq!(presets.map(|preset| preset.price), hundredths([100, 84, 84, 100]));
    assert_eq!(presets.map(|preset| preset.stake_multiplier), hundredths([150, 150, 150, 130]));
    assert_eq!(presets.map(|preset| preset.stake_k), [50, 50, 50, 100].map(whole));
    assert_eq!(presets.map(|preset| preset.budget_period / DAY), [180, 45, 45, 180]);
    assert_eq!(presets.map(|preset| preset.cool_down), [60_000, 7 * DAY, 7 * DAY, 7 * DAY]);
    // 10, 10, 20 and 10 blocks; development has blocks of a second.
    assert_eq!(presets.map(|preset| preset.heartbeat_window), [10_000, 120_000, 240_000, 120_000]);
    for (preset, budget) in presets.iter().zip(["99.99999999", "8.33333333", "8.33333333", "100."]) {
        let flow = Accumulator::new(preset, 0).schedule.emit(preset, 0, 12_000);
        assert_digits(flow, budget);
    }
    for preset in presets {
        assert_eq!(preset.rig_k, FixedU128::from_rational(3, 10));
        assert_eq!((preset.value_max, preset.score_min), (whole(30_000), 50));
        assert_eq!(preset.budget_decay, Perbill::from_percent(75));
        assert_eq!(preset.treasury_share, Perbill::from_percent(20));
    }
}

#[test]
fn costs_of_a_tick_should_match_the_constants_of_the_original_network() {
    // cost_k = 1.5815258751856933e-8 and cost_b = 3.3711472602739674e-5 PHA per 12 s at φ = 1: what a session
    // of value zero grows by.
    let base = Growth::new(&phala(), 100, whole(100)).step(whole(0)).growth;
    let expected = 100.0 * 1.5815258751856933e-8 + 3.3711472602739674e-5;
    let relative = (base.to_float() - expected).abs() / expected;
    assert!(relative < 1e-11, "{relative}");
}
