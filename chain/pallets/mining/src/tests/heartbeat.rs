//! Answering challenges.

use phala_economics::{FixedU128, Phase};
use phala_primitives::Balance;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok, traits::fungible::Inspect},
    sp_runtime::traits::Zero,
};

use crate::{mock::*, Error, Event, Pools, ValueChange};

const WINDOW: u64 = 240_000;

#[test]
fn answer_should_earn_and_take_the_payout_from_the_growth_when_in_time() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let initial = record(session).session.value;
        pass(12_000 * 100);
        let open = challenge(session);
        pass(12_000);
        assert_ok!(Mining::heartbeat(worker, session, open.number, counter(session), 0));

        let [ValueChange::Paid { ticks: 101, due, payout, treasury, instant }] = reasons(session)[..] else {
            panic!("{:?}", reasons(session));
        };
        // The only session earns 101 ticks of 8.3333 PHA.
        let budget = 841_666_666_666_666;
        assert!(budget - (payout + treasury) < 2, "{}", payout + treasury);
        assert_eq!(treasury, (payout + treasury) / 5);
        assert_eq!(Rewards::get(), [(POOL, payout)]);
        assert_eq!(Balances::balance(&Books::reward_account(POOL)), EXISTENTIAL_DEPOSIT + payout);
        assert_eq!(Balances::balance(&TREASURY), EXISTENTIAL_DEPOSIT + treasury);
        assert_eq!(Balances::balance(&Mining::subsidy_account()), SUBSIDY - payout - treasury);

        // It earned more than it grew, so its value is what it was at the start.
        assert!(due > FixedU128::zero());
        assert_eq!(record(session).session.value, initial);
        assert_eq!(instant, FixedU128::from_u32(1_000));
        assert_eq!(record(session).challenge, None);
    });
}

#[test]
fn value_should_keep_the_growth_that_was_not_paid_when_the_payout_is_small() {
    ExtBuilder::default().subsidy(EXISTENTIAL_DEPOSIT).build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let before = record(session).session.value;
        pass(12_000 * 100);
        answer(worker, session);
        let after = record(session).session.value;
        assert!(after > before);
        assert!(record(session).session.due.is_zero());
    });
}

#[test]
fn second_answer_should_be_refused_when_it_comes_in_the_same_block() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        pass(12_000);
        answer(worker, session);
        let paid = Rewards::get();
        assert_noop!(Mining::heartbeat(worker, session, 0, 1, 0), Error::<Test>::ChallengeAnswered);

        // Even to another challenge it earns nothing.
        answer(worker, session);
        assert_eq!(Rewards::get(), paid);
    });
}

#[test]
fn session_should_go_offline_when_its_deadline_passes() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        challenge(session);
        pass(WINDOW);
        run_blocks(1);
        assert!(Mining::is_responsive(&worker), "the deadline itself is in time");
        run_blocks(1);
        assert!(!Mining::is_responsive(&worker));
        // Settled at the time of the block before: 240 s and 6 s are 20 whole ticks.
        assert_eq!(reasons(session), [ValueChange::WentOffline { ticks: 20 }]);
        assert_eq!(record(session).session.phase, Phase::Unresponsive);
    });
}

#[test]
fn late_answer_should_end_the_outage_and_earn_nothing() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let open = challenge(session);
        pass(WINDOW + 1);
        run_blocks(1);
        let offline = record(session).session.value;
        pass(3_600_000);
        assert_ok!(Mining::heartbeat(worker, session, open.number, counter(session), 0));

        assert!(matches!(reasons(session)[..], [ValueChange::Recovered { ticks: 300, .. }]));
        assert!(Mining::is_responsive(&worker));
        let recovered = record(session).session.value;
        assert!(recovered < offline);
        assert_eq!(Rewards::get(), []);

        // The clock starts again: neither the outage nor the tick of recovery is paid.
        pass(12_000);
        answer(worker, session);
        let paid: Balance = Rewards::get().iter().map(|(_, amount)| amount).sum();
        let one_tick_for_the_pool = 6_666_666_666_666;
        assert!(paid.abs_diff(one_tick_for_the_pool) < 3, "{paid}");
    });
}

#[test]
fn answer_should_be_late_when_the_chain_has_not_noticed_the_deadline_yet() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let open = challenge(session);
        pass(WINDOW + 1);
        assert!(Mining::is_responsive(&worker));
        assert_ok!(Mining::heartbeat(worker, session, open.number, counter(session), 0));
        assert!(matches!(
            reasons(session)[..],
            [ValueChange::WentOffline { .. }, ValueChange::Recovered { ticks: 0, .. }]
        ));
        assert_eq!(Rewards::get(), []);
        assert!(Mining::is_responsive(&worker));
    });
}

#[test]
fn performance_should_follow_the_counter_unless_jobs_are_served() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let mut iterations = 0;
        let mut answer_with = |rate: u64, jobs| {
            pass(60_000);
            let open = challenge(session);
            iterations += rate * 10;
            assert_ok!(Mining::heartbeat(worker, session, open.number, iterations, jobs));
            record(session).session
        };
        assert_eq!(answer_with(800, 0).performance(), FixedU128::from_u32(800));
        assert_eq!(answer_with(9_999, 0).performance(), FixedU128::from_u32(1_200));
        let serving = answer_with(100, 1);
        assert_eq!(serving.instant, FixedU128::from_u32(100));
        assert_eq!(serving.performance(), FixedU128::from_u32(1_000));

        // A worker that was restarted counts from zero again.
        pass(60_000);
        let open = challenge(session);
        assert_ok!(Mining::heartbeat(worker, session, open.number, 5, 0));
        assert_eq!(record(session).session.instant, FixedU128::zero());
    });
}

#[test]
fn every_change_of_value_should_have_one_event_that_continues_the_last() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let mut last = record(session).session.value;
        let mut told_at = System::block_number();
        let mut follow = || {
            for event in events() {
                if let Event::ValueChanged { session: of, before, after, previous, .. } = event {
                    assert_eq!((of, before, previous), (session, last, told_at));
                    (last, told_at) = (after, System::block_number());
                }
            }
            assert_eq!((record(session).session.value, record(session).changed_at), (last, told_at));
        };
        pass(100_000);
        answer(worker, session);
        follow();
        let open = challenge(session);
        pass(WINDOW + 1);
        run_blocks(1);
        follow();
        pass(100_000);
        assert_ok!(Mining::heartbeat(worker, session, open.number, 0, 0));
        follow();
        pass(100_000);
        assert_ok!(Mining::stop(worker));
        follow();
    });
}
