//! What a session would earn.

#![allow(clippy::unwrap_used)]

use phala_economics::{
    projection::{apr, project, Assumptions, Point, ProjectionError},
    Accumulator, FixedU128, Moment, Perbill, Phase, Schedule, Session, StartError, TokenomicParameters,
};
use proptest::prelude::*;

const PHA: u128 = 1_000_000_000_000;
const HOUR: Moment = 3_600_000;
const DAY: Moment = 24 * HOUR;

fn whole(number: u32) -> FixedU128 {
    FixedU128::from_u32(number)
}

/// A session with 3000 PHA among others that have a share of 1 000 000.
fn assumptions() -> Assumptions {
    Assumptions::new(&TokenomicParameters::khala(), 3_000 * PHA, 1_000, 1, whole(1_000_000))
}

fn points(assumptions: Assumptions, duration: Moment, step: Moment) -> Vec<Point> {
    project(&TokenomicParameters::khala(), assumptions, duration, step).unwrap().collect()
}

fn last(assumptions: Assumptions, duration: Moment) -> Point {
    *points(assumptions, duration, duration).last().unwrap()
}

#[test]
fn projection_should_have_a_point_for_every_step() {
    let points = points(assumptions(), 10 * DAY, 3 * DAY);
    let elapsed: Vec<_> = points.iter().map(|point| point.elapsed / DAY).collect();
    assert_eq!(elapsed, [3, 6, 9]);
}

#[test]
fn projection_should_not_depend_on_how_many_points_are_looked_at() {
    let fine = points(assumptions(), 10 * DAY, HOUR / 8);
    assert_eq!(fine.len(), 1_920);
    assert_eq!(fine.last().unwrap(), &last(assumptions(), 10 * DAY));
}

#[test]
fn lone_session_should_earn_the_whole_budget() {
    let parameters = TokenomicParameters::khala();
    let alone = Assumptions { others: whole(0), ..assumptions() };
    let point = last(alone, 30 * DAY);
    let emitted = Schedule::new(&parameters, 0).emit(&parameters, 0, 30 * DAY);
    let emitted = emitted.into_inner() / 1_000_000;
    let earned = point.paid.pool + point.paid.treasury;
    // Each of the 1440 payouts is rounded down to a base unit; the last is at the end.
    assert!(emitted - earned <= 1_441, "{earned} of {emitted}");
    assert_eq!(point.pending, 0);
    assert!(point.paid.treasury.abs_diff(earned / 5) <= 1_441);
}

#[test]
fn projection_should_equal_the_chains_events_when_they_are_played_by_hand() {
    let parameters = TokenomicParameters::khala();
    let half_hour = parameters.challenge_interval;
    let mut ledger = Accumulator::new(&parameters, 0);
    ledger.replace_share(whole(0), whole(1_000_000));
    let mut session = Session::start(&parameters, 3_000 * PHA, 1_000, 1, 0).unwrap();
    session.update_share(&mut ledger);
    let mut paid = 0;
    for answer in 1..=48 {
        let now = answer * half_hour;
        session.settle(&parameters, now);
        ledger.advance(&parameters, now);
        // 1000 iterations in 6 s.
        session.measure(answer * half_hour / 6, false, now);
        let payout = phala_economics::Payout::divide(session.pending(&ledger), parameters.treasury_share);
        session.pay(payout.pool, &mut ledger);
        paid += payout.pool;
    }
    let point = last(assumptions(), DAY);
    assert_eq!((point.value, point.share, point.paid.pool), (session.value, session.share, paid));
}

#[test]
fn return_should_be_what_was_paid_on_the_stake_in_a_year() {
    assert_eq!(apr(300 * PHA, 3_000 * PHA, 365 * DAY), FixedU128::from_rational(1, 10));
    assert_eq!(apr(300 * PHA, 3_000 * PHA, 73 * DAY), FixedU128::from_rational(1, 2));
    let point = last(assumptions(), 30 * DAY);
    assert_eq!(point.apr, apr(point.paid.pool, 3_000 * PHA, 30 * DAY));
    assert!(point.apr > whole(0));
}

#[test]
fn outage_should_earn_nothing_and_cost_value_while_it_lasts() {
    // One outage of 2.4 hours a day, from the challenge at 21:36, or the next, on.
    let offline = Assumptions { offline: Perbill::from_percent(10), outage_interval: DAY, ..assumptions() };
    let points = points(offline, DAY + 2 * HOUR, HOUR / 10);
    let outage: Vec<_> = points.iter().filter(|point| point.phase == Phase::Unresponsive).collect();
    // 2.4 hours but for the four minutes of the window.
    assert!((23..=24).contains(&outage.len()), "{}", outage.len());
    for pair in outage.windows(2) {
        assert!(pair[1].value < pair[0].value);
        assert_eq!((pair[1].paid, pair[1].pending, pair[1].share), (pair[0].paid, 0, whole(0)));
    }
    assert_eq!(points.last().unwrap().phase, Phase::Responsive);
    assert!(points.last().unwrap().paid.pool > outage[0].paid.pool);
}

#[test]
fn outage_should_only_delay_the_answer_when_it_is_shorter_than_the_window() {
    // 86 seconds a day, where the window is four minutes.
    let offline =
        Assumptions { offline: Perbill::from_parts(1_000_000), outage_interval: DAY, ..assumptions() };
    let points = points(offline.clone(), 3 * DAY, HOUR / 10);
    assert!(points.iter().all(|point| point.phase == Phase::Responsive));
    let [short, none] = [offline, assumptions()].map(|assumed| last(assumed, 3 * DAY + HOUR));
    assert!(none.paid.pool.abs_diff(short.paid.pool) < none.paid.pool / 50);
}

#[test]
fn earnings_should_fall_with_time_offline_and_with_the_shares_of_others() {
    let earned = |assumed| last(assumed, 60 * DAY).paid.pool;
    let offline = |percent| Assumptions { offline: Perbill::from_percent(percent), ..assumptions() };
    let by_offline = [0, 1, 10, 50, 99].map(|percent| earned(offline(percent)));
    assert!(by_offline.windows(2).all(|pair| pair[0] > pair[1]), "{by_offline:?}");
    let others = |share| Assumptions { others: whole(share), ..assumptions() };
    let by_others = [0, 1_000, 100_000, 100_000_000].map(|share| earned(others(share)));
    assert!(by_others.windows(2).all(|pair| pair[0] > pair[1]), "{by_others:?}");
}

#[test]
fn performance_should_count_up_to_the_cap_and_not_at_all_while_serving() {
    let earned = |assumed| last(assumed, 30 * DAY).paid.pool;
    let performing = |p| Assumptions { performance: whole(p), ..assumptions() };
    assert!(earned(performing(500)) < earned(performing(1_000)));
    assert!(earned(performing(1_000)) < earned(performing(1_200)));
    assert_eq!(earned(performing(1_200)), earned(performing(5_000)));
    let serving = Assumptions { serving: true, ..performing(100) };
    assert_eq!(earned(serving), earned(performing(1_000)));
}

#[test]
fn budget_should_decay_on_the_way() {
    let points = points(assumptions(), 100 * DAY, 50 * DAY);
    assert_eq!(points[0].budget.into_inner(), 6_249_999_999_999_999_999);
    assert_eq!(points[1].budget.into_inner(), 4_687_499_999_999_999_999);
}

#[test]
fn projection_should_be_refused_when_it_has_no_sense_or_no_end() {
    let parameters = TokenomicParameters::khala();
    let refused = |assumed, duration, step| project(&parameters, assumed, duration, step).err().unwrap();
    let assumed = assumptions();
    let starting = Assumptions { stake: PHA, ..assumed.clone() };
    assert_eq!(refused(starting, DAY, DAY), ProjectionError::Start(StartError::InsufficientStake));
    assert_eq!(refused(assumed.clone(), DAY, 0), ProjectionError::ZeroTime);
    let never = Assumptions { challenge_interval: 0, ..assumed.clone() };
    assert_eq!(refused(never, DAY, DAY), ProjectionError::ZeroTime);
    let down = Assumptions { offline: Perbill::one(), ..assumed.clone() };
    assert_eq!(refused(down, DAY, DAY), ProjectionError::NeverOnline);
    assert_eq!(refused(assumed.clone(), u64::MAX, u64::MAX), ProjectionError::TooLong);
    assert_eq!(refused(assumed.clone(), DAY, 1), ProjectionError::TooLong);
    let late = Assumptions { start: u64::MAX, ..assumed };
    assert_eq!(refused(late, DAY, DAY), ProjectionError::TooLong);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn projection_should_end_for_any_assumptions(
        others: u128, performance: u128, serving: bool, offline in 0..=1_000_000_000u32,
        times: [u64; 6], steps in 1..200u64,
    ) {
        let parameters = TokenomicParameters { heartbeat_window: times[0].max(1), ..TokenomicParameters::khala() };
        let duration = times[1];
        let assumed = Assumptions {
            others: FixedU128::from_inner(others),
            performance: FixedU128::from_inner(performance),
            serving,
            offline: Perbill::from_parts(offline),
            challenge_interval: times[2].max(duration / steps).max(1),
            outage_interval: times[3],
            start: times[4],
            schedule: Schedule { budget: FixedU128::from_inner(others), decays_at: times[5] },
            ..assumptions()
        };
        if let Ok(projection) = project(&parameters, assumed, duration, (duration / steps).max(1)) {
            let mut before: Option<Point> = None;
            for point in projection {
                prop_assert!(point.value <= parameters.value_max);
                prop_assert!(before.is_none_or(|before| before.paid.pool <= point.paid.pool));
                before = Some(point);
            }
        }
    }
}
