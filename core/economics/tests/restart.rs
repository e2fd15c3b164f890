//! A running session gets a larger stake.

#![allow(clippy::unwrap_used)]

use phala_economics::{
    start::initial_value, Accumulator, FixedU128, Moment, Session, SlashLevel, StartError,
    TokenomicParameters,
};
use proptest::prelude::*;

const PHA: u128 = 1_000_000_000_000;
const START: Moment = 1_700_000_000_000;
const TICK: Moment = 12_000;

/// A session of score 1000 and level 5, alone on its network.
fn session(stake: u128) -> (Session, Accumulator) {
    let parameters = TokenomicParameters::khala();
    let mut accumulator = Accumulator::new(&parameters, START);
    let mut session = Session::start(&parameters, stake * PHA, 1_000, 5, START).unwrap();
    session.update_share(&mut accumulator);
    (session, accumulator)
}

/// Lets so many ticks pass.
fn pass(session: &mut Session, accumulator: &mut Accumulator, ticks: u64) -> Moment {
    let parameters = TokenomicParameters::khala();
    let now = session.settled_at + ticks * TICK;
    session.settle(&parameters, now);
    accumulator.advance(&parameters, now);
    now
}

#[test]
fn restart_should_promise_what_a_start_would_and_keep_what_was_earned() {
    let parameters = TokenomicParameters::khala();
    let (mut session, mut accumulator) = session(2_000);
    pass(&mut session, &mut accumulator, 1_000);
    let earned = session.pending(&accumulator);
    assert!(session.due > FixedU128::from_u32(0));
    session.restart(&parameters, 5_000 * PHA, 1_100, 1, &mut accumulator).unwrap();

    let promised = initial_value(&parameters, 5_000 * PHA, 1_100, 1).unwrap();
    assert_eq!((session.initial_value, session.value), (promised, promised));
    assert_eq!((session.score, session.confidence), (1_100, 1));
    assert_eq!(session.due, FixedU128::from_u32(0));
    assert_eq!(session.pending(&accumulator), earned);
    assert_eq!(accumulator.total_share, session.share);
    assert_eq!(session.returned(5_000 * PHA), 5_000 * PHA);
}

#[test]
fn payout_should_leave_the_new_value_alone_when_all_growth_was_of_the_old() {
    let parameters = TokenomicParameters::khala();
    let (mut session, mut accumulator) = session(2_000);
    pass(&mut session, &mut accumulator, 1_000);
    session.restart(&parameters, 5_000 * PHA, 1_000, 5, &mut accumulator).unwrap();
    session.pay(1_000 * PHA, &mut accumulator);
    assert_eq!(session.value, session.initial_value);
}

#[test]
fn performance_should_be_capped_by_the_new_score_when_it_is_lower() {
    let parameters = TokenomicParameters::khala();
    let (mut session, mut accumulator) = session(2_000);
    let now = pass(&mut session, &mut accumulator, 10);
    session.measure(u64::MAX, false, now);
    assert_eq!(session.performance(), FixedU128::from_u32(1_200));
    session.restart(&parameters, 3_000 * PHA, 500, 5, &mut accumulator).unwrap();
    assert_eq!(session.performance(), FixedU128::from_u32(600));
    session.restart(&parameters, 4_000 * PHA, 2_000, 5, &mut accumulator).unwrap();
    assert_eq!(session.performance(), FixedU128::from_u32(600), "what was measured last");
}

#[test]
fn restart_should_change_nothing_when_it_is_refused() {
    let parameters = TokenomicParameters::khala();
    let (mut session, mut accumulator) = session(2_000);
    pass(&mut session, &mut accumulator, 1_000);
    let before = (session.clone(), accumulator);
    for (stake, score, confidence, error) in [
        (3_000 * PHA, 6_000, 5, StartError::InsufficientStake),
        (30_000 * PHA, 1_000, 5, StartError::TooMuchStake),
        (3_000 * PHA, 49, 5, StartError::BenchmarkTooLow),
        (3_000 * PHA, 1_000, 6, StartError::UnknownConfidence),
    ] {
        let refused = session.restart(&parameters, stake, score, confidence, &mut accumulator);
        assert_eq!(refused, Err(error));
        assert_eq!((session.clone(), accumulator), before);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn nobody_should_gain_stake_by_restarting_for_any_loss(
        stake in 2_000..10_000u128, more in 1..10_000u128, ticks in 0..10_000u64, faults in 0..20usize,
    ) {
        let parameters = TokenomicParameters::khala();
        let (mut session, mut accumulator) = session(stake);
        pass(&mut session, &mut accumulator, ticks);
        for _ in 0..faults {
            session.fault(&parameters, SlashLevel::Proven, &mut accumulator);
        }
        let returned = session.returned(stake * PHA);
        let slashed = stake * PHA - returned;
        session.restart(&parameters, (stake + more) * PHA, 1_000, 5, &mut accumulator).unwrap();

        // All that a later stop can return is the new stake, which was paid for in full.
        prop_assert_eq!(session.returned((stake + more) * PHA), (stake + more) * PHA);
        // Less growth than a fault costs.
        prop_assert!(faults == 0 || slashed > 0);
        prop_assert!(session.value <= parameters.value_max);
        prop_assert_eq!(accumulator.total_share, session.share);
    }
}
