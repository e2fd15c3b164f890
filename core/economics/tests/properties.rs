//! Properties that hold for any parameters, numbers and schedules of events.

#![allow(clippy::unwrap_used)]

use phala_economics::{
    growth::Growth, payout::share, performance, slash, start, Accumulator, FixedU128, Moment, Payout,
    Perbill, Phase, Session, SlashLevel, TokenomicParameters,
};
use proptest::prelude::*;

const PHA: u128 = 1_000_000_000_000;

fn milli(thousandths: u64) -> FixedU128 {
    FixedU128::from_inner(u128::from(thousandths) * 10u128.pow(15))
}

/// Whether `a` and `b` agree within 10^-12, relative to the larger of them and one PHA.
fn agree(a: FixedU128, b: FixedU128) -> bool {
    let scale = a.max(b).max(FixedU128::from_u32(1)).into_inner();
    a.into_inner().abs_diff(b.into_inner()) <= scale / 10u128.pow(12)
}

/// Parameters whose values move quickly, so that few ticks go far.
fn fast() -> TokenomicParameters {
    TokenomicParameters {
        rho: FixedU128::from_inner(1_000_100_000_000_000_000),
        ..TokenomicParameters::khala()
    }
}

#[derive(Clone, Debug)]
enum Happening {
    Answer { iterations: u64, serving: bool, paid: u64 },
    DeadlinePassed,
    Fault(SlashLevel),
    Stop,
    Look,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => (0..100_000u64, any::<bool>(), 0..50_000_000_000_000u64)
            .prop_map(|(iterations, serving, paid)| Happening::Answer { iterations, serving, paid }),
        2 => Just(Happening::DeadlinePassed),
        1 => prop_oneof![Just(SlashLevel::GoodFaith), Just(SlashLevel::Proven)].prop_map(Happening::Fault),
        1 => Just(Happening::Stop),
        2 => Just(Happening::Look),
    ]
}

/// Lets `happening` happen to a settled session.
fn apply(
    session: &mut Session,
    happening: &Happening,
    parameters: &TokenomicParameters,
    accumulator: &mut Accumulator,
    now: Moment,
) {
    match (session.phase, happening) {
        (Phase::Responsive, Happening::Answer { iterations, serving, paid }) => {
            session.measure(*iterations, *serving, now);
            session.pay(u128::from(*paid), accumulator);
        }
        (Phase::Unresponsive, Happening::Answer { iterations, serving, .. }) => {
            session.measure(*iterations, *serving, now);
            session.recover(now, accumulator);
        }
        (Phase::Responsive, Happening::DeadlinePassed) => session.go_offline(accumulator),
        (Phase::Responsive | Phase::Unresponsive, Happening::Stop) => session.stop(now, accumulator),
        (_, Happening::Fault(level)) => session.fault(parameters, *level, accumulator),
        (_, Happening::Look)
        | (Phase::CoolingDown { .. }, _)
        | (Phase::Unresponsive, Happening::DeadlinePassed) => {}
    }
}

/// n single steps of the plain recurrence.
fn stepwise(growth: &Growth, mut value: FixedU128, ticks: u64) -> (FixedU128, FixedU128) {
    let mut sum = FixedU128::from_u32(0);
    for _ in 0..ticks {
        let grown = growth.step(value);
        value = grown.value;
        sum = sum + grown.growth;
    }
    (value, sum)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn growth_should_equal_single_steps_for_any_number_of_ticks(
        value in 0..30_000_000u64, score in 1..6_000u32, percent in 0..=120u128, ticks in 0..4_000u64, quick: bool,
    ) {
        let parameters = if quick { fast() } else { TokenomicParameters::khala() };
        let performance = FixedU128::from_inner(u128::from(score) * percent * 10u128.pow(16));
        let growth = Growth::new(&parameters, score, performance);
        let at_once = growth.after(milli(value), ticks);
        let (stepped, sum) = stepwise(&growth, milli(value), ticks);
        prop_assert!(agree(at_once.value, stepped), "{:?} instead of {stepped:?}", at_once.value);
        prop_assert!(agree(at_once.growth, sum), "{:?} instead of {sum:?}", at_once.growth);
        prop_assert!(at_once.value <= parameters.value_max);
    }

    #[test]
    fn slash_should_equal_single_steps_for_any_number_of_ticks(value in 0..30_000_000u64, ticks in 0..4_000u64) {
        let parameters = TokenomicParameters { slash_offline: Perbill::from_percent(50), ..fast() };
        let at_once = slash::offline(&parameters, milli(value), ticks);
        let stepped = (0..ticks).fold(milli(value), |value, _| slash::offline(&parameters, value, 1));
        prop_assert!(agree(at_once, stepped), "{at_once:?} instead of {stepped:?}");
        prop_assert!(at_once <= milli(value));
    }

    #[test]
    fn lazy_session_should_equal_one_settled_at_every_tick_for_any_schedule(
        stake in 2_000..15_000u64,
        score in 50..2_000u32,
        confidence in 1..=5u8,
        schedule in prop::collection::vec((0..4_000_000u64, happening()), 1..12),
    ) {
        let parameters = fast();
        let mut now = 1_700_000_000_000;
        let [mut lazy_ledger, mut eager_ledger] = [Accumulator::new(&parameters, now); 2];
        let started = Session::start(&parameters, u128::from(stake) * PHA, score, confidence, now);
        prop_assume!(started.is_ok());
        let mut lazy = started.unwrap();
        let mut eager = lazy.clone();
        lazy.update_share(&mut lazy_ledger);
        eager.update_share(&mut eager_ledger);

        for (wait, happening) in schedule {
            let end = now + wait;
            while now < end {
                now = (now + parameters.tick / 3).min(end);
                eager.settle(&parameters, now);
            }
            lazy.settle(&parameters, now);
            let floor = lazy.value - lazy.due.min(lazy.value);
            for (session, ledger) in [(&mut lazy, &mut lazy_ledger), (&mut eager, &mut eager_ledger)] {
                session.settle(&parameters, now);
                ledger.advance(&parameters, now);
                apply(session, &happening, &parameters, ledger, now);
            }

            prop_assert!(agree(lazy.value, eager.value), "{:?} instead of {:?}", lazy.value, eager.value);
            prop_assert!(agree(lazy.due, eager.due), "{:?} instead of {:?}", lazy.due, eager.due);
            prop_assert_eq!(lazy.settled_at, eager.settled_at);
            prop_assert!(lazy.value <= parameters.value_max);
            // A payout takes at most the growth that was not yet paid.
            if matches!(happening, Happening::Answer { .. }) {
                prop_assert!(lazy.value >= floor);
            }
            let idle = lazy.share == FixedU128::from_u32(0);
            prop_assert_eq!(idle, lazy.phase != Phase::Responsive);
            prop_assert_eq!(lazy_ledger.total_share, lazy.share);
        }
    }

    #[test]
    fn payouts_should_add_up_to_the_budget_emitted_for_any_schedule(
        shares in prop::collection::vec(1..30_000_000u64, 1..8),
        schedule in prop::collection::vec((1..10_000_000_000u64, any::<prop::sample::Index>(), 1..30_000_000u64), 1..60),
    ) {
        let parameters = TokenomicParameters::khala();
        let mut now = 1_000;
        let mut ledger = Accumulator::new(&parameters, now);
        let mut emitted = ledger.schedule;
        let mut sessions: Vec<(FixedU128, FixedU128)> = Vec::new();
        for new in shares {
            ledger.replace_share(FixedU128::from_u32(0), milli(new));
            sessions.push((milli(new), ledger.per_share));
        }

        let (mut budget, mut earned) = (FixedU128::from_u32(0), FixedU128::from_u32(0));
        for (wait, who, new) in schedule {
            budget = budget + emitted.emit(&parameters, now, now + wait);
            now += wait;
            ledger.advance(&parameters, now);
            let index = who.index(sessions.len());
            let (share, since) = sessions[index];
            earned = earned + ledger.earned(share, since);
            ledger.replace_share(share, milli(new));
            sessions[index] = (milli(new), ledger.per_share);
        }
        for (share, since) in &sessions {
            earned = earned + ledger.earned(*share, *since);
        }

        let sum = sessions.iter().fold(FixedU128::from_u32(0), |sum, (share, _)| sum + *share);
        prop_assert_eq!(ledger.total_share, sum);
        prop_assert!(earned <= budget, "{earned:?} of {budget:?}");
        // What is missing is less than a base unit of 10^-12 PHA.
        prop_assert!((budget - earned).into_inner() < 1_000_000, "{earned:?} of {budget:?}");
    }

    #[test]
    fn growth_should_rise_with_value_performance_and_time(
        values in prop::array::uniform2(0..40_000_000u64), score in 1..6_000u32,
        percents in prop::array::uniform2(0..=120u128), ticks in prop::array::uniform2(0..3_000_000u64),
    ) {
        let parameters = TokenomicParameters::khala();
        let grown = |value: u64, percent: u128, ticks| {
            let performance = FixedU128::from_inner(u128::from(score) * percent * 10u128.pow(16));
            Growth::new(&parameters, score, performance).after(milli(value), ticks)
        };
        let [low, high] = [values.iter().min(), values.iter().max()].map(|value| *value.unwrap());
        let [slow, quick] = [percents.iter().min(), percents.iter().max()].map(|percent| *percent.unwrap());
        let [short, long] = [ticks.iter().min(), ticks.iter().max()].map(|ticks| *ticks.unwrap());
        let most = grown(high.min(30_000_000), quick, long);
        for less in [
            grown(low.min(30_000_000), quick, long),
            grown(high.min(30_000_000), slow, long),
            grown(high.min(30_000_000), quick, short),
        ] {
            prop_assert!(less.value <= most.value && less.growth <= most.growth, "{less:?} {most:?}");
        }
        // A value above V_max falls to it, and not below.
        prop_assert!(long == 0 || grown(high, quick, long).value <= parameters.value_max);
    }

    #[test]
    fn share_should_rise_with_value_performance_and_confidence(
        values in prop::array::uniform2(0..30_000_000u64), scores: [u16; 2], levels in prop::array::uniform2(1..=5u8),
    ) {
        let of = |value: u64, score: u16, level: u8| {
            share(milli(value), FixedU128::from_u32(score.into()), start::confidence_score(level).unwrap())
        };
        let most = of(values[0].max(values[1]), scores[0].max(scores[1]), levels[0].min(levels[1]));
        for n in 0..2 {
            let one = of(values[n], scores[n], levels[n]);
            prop_assert!(one <= most);
            // Neither leg of the triangle is longer than the longest side.
            prop_assert!(one >= milli(values[n]));
        }
    }

    #[test]
    fn returned_and_slashed_stake_should_make_up_the_stake_for_any_value(stake: u128, value: u128, initial: u128) {
        let parameters = TokenomicParameters::khala();
        let mut session = Session::start(&parameters, 2_000 * PHA, 1_000, 1, 0).unwrap();
        session.value = FixedU128::from_inner(value);
        session.initial_value = FixedU128::from_inner(initial);
        let returned = session.returned(stake);
        prop_assert!(returned <= stake);
        prop_assert!(value < initial || returned == stake);
    }

    #[test]
    fn payout_parts_should_add_up_for_any_amount(earned: u128, parts in 0..=1_000_000_000u32) {
        let payout = Payout::divide_balance(earned, Perbill::from_parts(parts));
        prop_assert_eq!(payout.pool.checked_add(payout.treasury), Some(earned));
    }

    #[test]
    fn arithmetic_should_not_panic_for_any_input(
        inner: [u128; 8], score: u32, times: [u64; 4], iterations: [u64; 2], level: u8, confidence: u8,
    ) {
        let fixed = |n: usize| FixedU128::from_inner(inner[n]);
        let parameters = TokenomicParameters {
            tick: times[0].max(1),
            price: fixed(0),
            rho: fixed(1),
            value_max: fixed(2),
            cost_k: fixed(3),
            cost_b: fixed(4),
            rig_k: fixed(5),
            stake_multiplier: fixed(6),
            stake_k: fixed(7),
            budget: fixed(0),
            budget_period: times[1].max(24 * 3_600_000),
            ..TokenomicParameters::khala()
        };
        let _ = parameters.validate();
        let _ = start::initial_value(&parameters, inner[1], score, confidence);
        let _ = start::stake_max(&parameters, score, fixed(3));
        let _ = Growth::new(&parameters, score, fixed(2)).after(fixed(3), times[2]);
        let _ = slash::offline(&parameters, fixed(4), times[3]);
        let _ = slash::after_loss(fixed(5), Perbill::from_percent(level.into()));
        let _ = performance::instant(score, iterations[0], iterations[1], times[2]);
        let _ = share(fixed(1), fixed(2), fixed(3));
        let mut ledger = Accumulator::new(&parameters, times[2]);
        ledger.replace_share(fixed(6), fixed(7));
        ledger.advance(&parameters, times[3].min(times[2].saturating_add(parameters.budget_period)));
        let _ = ledger.earned(fixed(1), fixed(2));
    }
}
