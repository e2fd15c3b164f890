//! Changing the parameters.

use phala_economics::{FixedU128, TokenomicParameters};
use phala_primitives::SessionId;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_runtime::DispatchError,
};

use crate::{mock::*, Error, Event, Parameters, Superseded, ValueChange};

/// Growth a thousand times as fast.
fn fast() -> TokenomicParameters {
    TokenomicParameters { rho: FixedU128::from_inner(1_000_666_600_231_000_000), ..quiet() }
}

fn change_to(parameters: TokenomicParameters) {
    assert_ok!(Mining::set_parameters(RuntimeOrigin::root(), parameters));
}

fn value(session: SessionId) -> FixedU128 {
    Mining::view_session(session).unwrap().value
}

#[test]
fn growth_should_follow_the_old_rules_until_the_change_and_the_new_ones_after() {
    ExtBuilder::default().build_and_execute(|| {
        let (_, session) = session_with_stake(1, 2_000);
        let start = value(session);
        pass(12_000 * 100);
        let before_change = value(session);
        change_to(fast());
        assert_eq!(value(session), before_change, "nothing changes at the moment of the change");
        pass(12_000 * 100);
        let (slow, quick) = (before_change - start, value(session) - before_change);
        assert!(quick > slow * FixedU128::from_u32(900), "{slow:?} and {quick:?}");

        // Settled by now, with the same result.
        run_blocks(1);
        assert!(Superseded::<Test>::get().is_none());
        assert_eq!(record(session).version, 1);
    });
}

#[test]
fn sessions_should_be_settled_a_bounded_number_per_block_when_there_are_many() {
    ExtBuilder::default().build_and_execute(|| {
        let sessions: Vec<_> = (1..=7).map(|n| session_with_stake(n, 2_000).1).collect();
        pass(12_000);
        change_to(fast());
        let behind = || sessions.iter().filter(|session| record(**session).version == 0).count();
        assert_eq!(behind(), 7);
        let mut counts = Vec::new();
        for _ in 0..3 {
            run_blocks(1);
            counts.push(behind());
            assert_ok!(Mining::do_try_state());
        }
        assert_eq!(counts, [4, 1, 0]);
        assert!(events().contains(&Event::ParametersSettled { version: 1 }));
    });
}

#[test]
fn value_should_be_the_same_whether_settled_by_the_chain_or_by_an_event() {
    ExtBuilder::default().build_and_execute(|| {
        let sessions: Vec<_> = (1..=6).map(|n| session_with_stake(n, 2_000)).collect();
        // Start all clocks at the same time.
        pass(12_000);
        sessions.iter().for_each(|(worker, session)| answer(*worker, *session));
        pass(12_000 * 10);
        change_to(fast());
        let expected: Vec<_> = sessions.iter().map(|(_, session)| value(*session)).collect();
        // Before any block had a chance to settle them.
        let (worker, session) = sessions[5];
        assert_ok!(Mining::stop(worker));
        assert_eq!(reasons(session), [ValueChange::Stopped { ticks: 10 }]);
        run_blocks(2);
        let settled: Vec<_> = sessions.iter().map(|(_, session)| record(*session).session.value).collect();
        assert!(settled.iter().zip(&expected).all(|(settled, expected)| settled >= expected));
        assert_eq!(settled[5], expected[5]);
    });
}

#[test]
fn change_should_be_refused_when_the_last_one_is_not_settled() {
    ExtBuilder::default().build_and_execute(|| {
        (1..=7).for_each(|n| {
            session_with_stake(n, 2_000);
        });
        change_to(fast());
        let again = || Mining::set_parameters(RuntimeOrigin::root(), quiet());
        assert_noop!(again(), Error::<Test>::ParametersUnsettled);
        run_blocks(3);
        assert_ok!(again());
    });
}

#[test]
fn change_should_be_refused_when_it_is_invalid_or_not_the_admins() {
    ExtBuilder::default().build_and_execute(|| {
        let invalid = TokenomicParameters { tick: 0, ..quiet() };
        assert_noop!(
            Mining::set_parameters(RuntimeOrigin::root(), invalid),
            Error::<Test>::InvalidParameters
        );
        assert_noop!(
            Mining::set_parameters(RuntimeOrigin::signed(OPERATOR), quiet()),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn emission_should_follow_the_old_budget_until_the_change() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        pass(12_000 * 10);
        change_to(TokenomicParameters { budget: FixedU128::from_u32(100), ..quiet() });
        pass(12_000 * 10);
        answer(worker, session);
        let (_, paid) = Rewards::get()[0];
        // 0.8 · (10 · 8.3333 + 10 · 100)
        assert!(paid.abs_diff(866_666_666_666_666) < 3, "{paid}");
        assert_eq!(Parameters::<Test>::get().budget, FixedU128::from_u32(100));
    });
}
