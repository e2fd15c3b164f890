//! Restarting a session with a larger stake.

use phala_economics::{FixedU128, SlashLevel, TokenomicParameters};
use phala_primitives::{Balance, PHA};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_runtime::traits::Zero,
};

use crate::{mock::*, Emission, Error, Event, ValueChange};

/// V^e of a session of level 5 and score 1000 with `stake` PHA: 1.35 · (S + 0.3 · 1000 / 0.84).
fn promised(stake: u128) -> FixedU128 {
    let rig_cost = FixedU128::from_inner(357_142_857_142_857_142_857);
    let multiplier = FixedU128::from_rational(135, 100);
    phala_economics::arithmetic::multiply(FixedU128::from_u32(stake as u32) + rig_cost, multiplier)
}

fn close(a: FixedU128, b: FixedU128) -> bool {
    a.into_inner().abs_diff(b.into_inner()) < 1_000_000
}

#[test]
fn session_should_promise_what_the_larger_stake_does_when_it_restarts() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let (previous, initial) = (System::block_number(), record(session).session.value);
        let open = challenge(session);
        pass(12_000 * 10);
        let grown = Mining::session(session).unwrap().value;
        assert!(grown > initial);
        assert_ok!(Mining::restart(worker, 5_000 * PHA));

        let after = record(session);
        assert_eq!((after.stake, after.challenge), (5_000 * PHA, Some(open)));
        assert!(close(after.session.value, promised(5_000)), "{:?}", after.session.value);
        assert_eq!(after.session.value, after.session.initial_value);
        assert_eq!(Emission::<Test>::get().unwrap().total_share, after.session.share);
        assert_eq!(Mining::session_of(&worker), Some(session));
        assert_eq!(StakeReturned::get(), [(POOL, worker, 2_000 * PHA, 2_000 * PHA)]);
        let reason = ValueChange::Restarted {
            ticks: 10,
            taken: 2_000 * PHA,
            returned: 2_000 * PHA,
            stake: 5_000 * PHA,
            score: 1_000,
            confidence: 5,
        };
        let after = after.session.value;
        let changed = Event::ValueChanged { session, worker, reason, before: initial, after, previous };
        assert_eq!(events(), [changed]);

        // The challenge from before is answered as ever.
        assert_ok!(Mining::heartbeat(worker, session, open.number, counter(session), 0));
    });
}

#[test]
fn loss_should_be_realised_when_a_slashed_session_restarts() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        assert_ok!(Mining::fault(worker, SlashLevel::Proven, [0; 32]));
        let returnable = Mining::session(session).unwrap().returnable;
        assert!(1_800 * PHA - returnable <= 1);
        assert_ok!(Mining::restart(worker, 2_001 * PHA));
        assert_eq!(StakeReturned::get(), [(POOL, worker, 2_000 * PHA, returnable)]);
        StakeReturned::set(&Vec::new());

        // The new stake has lost nothing.
        assert_ok!(Mining::stop(worker));
        pass(quiet().cool_down);
        run_blocks(1);
        assert_eq!(StakeReturned::get(), [(POOL, worker, 2_001 * PHA, 2_001 * PHA)]);
    });
}

#[test]
fn earnings_should_stay_and_growth_should_go_when_a_session_restarts() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        pass(12_000 * 100);
        let pending = Mining::session(session).unwrap().pending_payout;
        assert_ok!(Mining::restart(worker, 3_000 * PHA));
        assert!(record(session).session.due.is_zero());
        assert_eq!(Mining::session(session).unwrap().pending_payout, pending);

        // The payout does not come out of the new value, which has not grown yet.
        answer(worker, session);
        assert_eq!(Rewards::get(), [(POOL, pending)]);
        assert!(close(record(session).session.value, promised(3_000)));
    });
}

#[test]
fn score_should_be_that_of_the_start_until_the_session_restarts() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        assert_ok!(Registry::report_benchmark(&worker, 500 * BENCHMARK_TIME / 6_000, BENCHMARK_TIME));
        pass(12_000 * 10);
        answer(worker, session);
        assert_eq!(record(session).session.score, 1_000);
        assert_eq!(record(session).session.performance(), FixedU128::from_u32(1_000));

        assert_ok!(Mining::restart(worker, 3_000 * PHA));
        let restarted = record(session).session;
        assert_eq!((restarted.score, restarted.confidence), (500, 5));
        assert_eq!(restarted.performance(), FixedU128::from_u32(600), "at most 1.2 times the score");
    });
}

#[test]
fn growth_should_follow_the_old_rules_and_the_promise_the_new_ones_when_they_changed() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        pass(12_000 * 10);
        let dearer = TokenomicParameters { price: FixedU128::from_u32(3), ..quiet() };
        assert_ok!(Mining::set_parameters(RuntimeOrigin::root(), dearer));
        assert_ok!(Mining::restart(worker, 3_000 * PHA));
        assert!(matches!(reasons(session)[..], [ValueChange::Restarted { ticks: 10, .. }]));
        // 1.35 · (3000 + 0.3 · 1000 / 3)
        assert!(close(record(session).session.value, FixedU128::from_u32(4_185)));
        assert_eq!(record(session).version, 1);
    });
}

#[test]
fn restart_should_be_refused_when_the_stake_is_not_larger_or_out_of_bounds() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, _) = session_with_stake(1, 2_000);
        // Something to settle, so that a refusal that changes anything is noticed.
        pass(12_000 * 10);
        let restart = |stake: Balance| Mining::restart(worker, stake);
        assert_noop!(restart(1_999 * PHA), Error::<Test>::StakeNotLarger);
        assert_noop!(restart(2_000 * PHA), Error::<Test>::StakeNotLarger);
        // S_max = 21 865.07…
        assert_noop!(restart(21_866 * PHA), Error::<Test>::TooMuchStake);
        assert_noop!(restart(Balance::MAX), Error::<Test>::TooMuchStake);
        assert_ok!(restart(2_000 * PHA + 1));
    });
}

#[test]
fn restart_should_be_refused_when_the_new_score_asks_for_more() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, _) = session_with_stake(1, 2_000);
        pass(12_000 * 10);
        let measure = |score: u64| {
            assert_ok!(Registry::report_benchmark(&worker, score * BENCHMARK_TIME / 6_000, BENCHMARK_TIME));
        };
        // S_min = 50 · √6000 = 3 872.98…
        measure(6_000);
        assert_noop!(Mining::restart(worker, 3_872 * PHA), Error::<Test>::InsufficientStake);
        measure(49);
        assert_noop!(Mining::restart(worker, 3_872 * PHA), Error::<Test>::BenchmarkTooLow);
        measure(1_000);
        assert_ok!(Mining::restart(worker, 3_872 * PHA));
    });
}

#[test]
fn restart_should_be_refused_when_the_worker_is_not_fit_to_start() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, _) = session_with_stake(1, 2_000);
        pass(LIFETIME + BLOCK_TIME);
        assert_noop!(Mining::restart(worker, 3_000 * PHA), Error::<Test>::AttestationExpired);
        pallet_registry::Workers::<Test>::remove(worker);
        assert_noop!(Mining::restart(worker, 3_000 * PHA), Error::<Test>::WorkerNotRegistered);
    });
}
