//! The ends of every range: nothing overflows, nothing panics, nothing takes for ever.

#![allow(clippy::unwrap_used)]

use phala_economics::{
    growth::Growth, payout::share, performance, quote, slash, start, Accumulator, FixedU128, Moment, Payout,
    Perbill, Phase, Session, SlashLevel, TokenomicParameters,
};
use proptest::prelude::*;

/// Any number, but often one from an end or from where it matters.
fn inner() -> impl Strategy<Value = u128> {
    let one = 10u128.pow(18);
    prop_oneof![
        prop::sample::select(vec![0, 1, one - 1, one, one + 1, u128::MAX - 1, u128::MAX]),
        any::<u128>(),
        any::<u64>().prop_map(u128::from),
        (0..40u32).prop_map(|exponent| 10u128.saturating_pow(exponent)),
    ]
}

fn fixed() -> impl Strategy<Value = FixedU128> {
    inner().prop_map(FixedU128::from_inner)
}

fn moment() -> impl Strategy<Value = Moment> {
    prop_oneof![
        prop::sample::select(vec![0, 1, 12_000, u64::MAX - 1, u64::MAX]),
        any::<u64>(),
        (0..20u32).prop_map(|exponent| 10u64.saturating_pow(exponent)),
    ]
}

fn part() -> impl Strategy<Value = Perbill> {
    prop_oneof![prop::sample::select(vec![0, 1, 999_999_999, 1_000_000_000]), 0..=1_000_000_000u32]
        .prop_map(Perbill::from_parts)
}

fn count() -> impl Strategy<Value = u32> {
    prop_oneof![prop::sample::select(vec![0, 1, 50, 6_000, u32::MAX]), any::<u32>()]
}

/// Parameters of any kind that are valid.
fn parameters() -> impl Strategy<Value = TokenomicParameters> {
    let times = prop::array::uniform5(moment());
    let parts = prop::array::uniform6(part());
    let numbers = prop::array::uniform9(fixed());
    (times, parts, numbers, fixed(), count()).prop_map(|(times, parts, numbers, budget, score_min)| {
        let [tick, budget_period, heartbeat_window, challenge_interval, cool_down] = times;
        let [budget_decay, treasury_share, slash_offline, slash_fault, slash_proven, slash_threat] = parts;
        let [price, rho, value_max, cost_k, cost_b, rig_k, rig_b, stake_multiplier, stake_k] = numbers;
        let one = FixedU128::from_u32(1);
        let any = TokenomicParameters {
            tick: tick.max(1),
            price: price.max(FixedU128::from_inner(1)),
            rho: rho.max(one),
            value_max,
            cost_k,
            cost_b,
            rig_k,
            rig_b,
            stake_multiplier: stake_multiplier.max(one),
            stake_k,
            score_min,
            budget,
            budget_decay,
            budget_period: budget_period.max(24 * 3_600_000),
            treasury_share,
            slash_offline,
            slash_fault,
            slash_proven,
            slash_threat,
            heartbeat_window: heartbeat_window.max(1),
            challenge_interval: challenge_interval.max(1),
            challenges_per_block: 1_000,
            cool_down,
        };
        match any.validate() {
            Ok(()) => any,
            Err(_) => TokenomicParameters { slash_offline: Perbill::zero(), ..any },
        }
    })
}

/// A session of any kind, also one that could not have come about.
fn session() -> impl Strategy<Value = Session> {
    let numbers = prop::array::uniform7(fixed());
    (numbers, prop::array::uniform3(moment()), count(), any::<(u64, bool, u8)>(), 0..3u8).prop_map(
        |(numbers, times, score, (iterations, serving, confidence), phase)| {
            let [initial_value, value, due, instant, share, per_share, earned] = numbers;
            let [settled_at, counted_at, until] = times;
            Session {
                phase: match phase {
                    0 => Phase::Responsive,
                    1 => Phase::Unresponsive,
                    _ => Phase::CoolingDown { until },
                },
                initial_value,
                value,
                due,
                score,
                instant,
                serving,
                confidence,
                settled_at,
                iterations,
                counted_at,
                share,
                per_share,
                earned,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_preset_of_extremes_should_be_valid(parameters in parameters()) {
        prop_assert_eq!(parameters.validate(), Ok(()));
    }

    #[test]
    fn formulas_should_not_panic_at_the_extremes(
        parameters in parameters(), numbers in prop::array::uniform4(fixed()), stake in inner(), score in count(),
        confidence: u8, ticks in moment(), iterations: [u64; 2], part in part(),
    ) {
        let [a, b, c, d] = numbers;
        let _ = quote(&parameters, stake, score, confidence);
        let _ = start::rig_cost(&parameters, score);
        let _ = start::stake_max(&parameters, score, a);
        let grown = Growth::new(&parameters, score, a).after(b, ticks);
        prop_assert!(ticks == 0 || grown.value <= parameters.value_max);
        let _ = Growth::new(&parameters, score, a).step(b);
        prop_assert!(slash::offline(&parameters, c, ticks) <= c);
        prop_assert!(slash::after_loss(c, part) <= c);
        prop_assert!(share(a, b, c) >= a);
        let instant = performance::instant(score, iterations[0], iterations[1], ticks);
        prop_assert!(instant.is_none_or(|instant| instant <= performance::cap(score)));
        let payout = Payout::divide(d, part);
        prop_assert!(payout.total() <= d.into_inner() / 1_000_000);
    }

    #[test]
    fn sessions_should_not_panic_at_the_extremes(
        parameters in parameters(), others in parameters(), session in session(), ledger in prop::array::uniform4(fixed()),
        times in prop::array::uniform4(moment()), stake in inner(), score in count(), confidence: u8, iterations: u64,
    ) {
        let [per_share, remainder, total_share, budget] = ledger;
        let mut ledger = Accumulator::new(&parameters, times[0]);
        (ledger.per_share, ledger.remainder, ledger.total_share) = (per_share, remainder, total_share);
        (ledger.schedule.budget, ledger.schedule.decays_at) = (budget, times[1]);
        let mut session = session;
        for (now, parameters) in [(times[2], &parameters), (times[3], &others), (u64::MAX, &parameters)] {
            ledger.advance(parameters, now);
            session.settle(parameters, now);
            prop_assert!(session.value <= parameters.value_max.max(session.initial_value));
            session.measure(iterations, iterations % 2 == 0, now);
            session.pay(stake, &mut ledger);
            session.fault(parameters, SlashLevel::Proven, &mut ledger);
            session.go_offline(&mut ledger);
            session.settle(parameters, now.saturating_add(times[0]));
            session.recover(now, &mut ledger);
            let _ = session.restart(parameters, stake, score, confidence, &mut ledger);
            ledger.restart_schedule(parameters, now);
            prop_assert!(session.returned(stake) <= stake);
        }
        session.stop(u64::MAX, &mut ledger);
        prop_assert_eq!(session.share, FixedU128::from_u32(0));
    }

    #[test]
    fn emission_should_end_however_much_time_passes(
        parameters in parameters(), from in moment(), to in moment(), begin in moment(),
    ) {
        let mut schedule = phala_economics::Schedule::new(&parameters, begin);
        let before = schedule.budget;
        let emitted = schedule.emit(&parameters, from, to);
        prop_assert!(schedule.budget <= before);
        prop_assert!(to > from || emitted.into_inner() == 0, "{emitted:?}");
    }
}
