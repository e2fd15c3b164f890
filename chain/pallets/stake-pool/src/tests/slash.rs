//! What delegators notice when a session of their pool is slashed.

use super::*;
use crate::{Error, Event};
use phala_economics::SlashLevel;
use polkadot_sdk::frame_support::assert_noop;

/// Runs a session with all 4 000 PHA of [`staked_pool`], faulted at `level`, until the stake is back.
fn slashed_pool(level: SlashLevel) -> (PoolId, WorkerId) {
    let (pool, worker) = staked_pool();
    assert_ok!(StakePool::start_session(RuntimeOrigin::signed(OWNER), pool, worker, 4_000 * PHA));
    assert_ok!(Mining::fault(worker, level, [0; 32]));
    // A threat to the network stops a session by itself.
    if Mining::is_responsive(&worker) {
        assert_ok!(StakePool::stop_session(RuntimeOrigin::signed(OWNER), pool, worker));
    }
    run_through_cool_down();
    (pool, worker)
}

/// Whether two amounts differ by base units only: the value of a session has 18 digits of its own.
fn close(a: Balance, b: Balance) -> bool {
    a.abs_diff(b) <= 2
}

#[test]
fn slash_should_lower_the_claims_of_all_delegators_at_once() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = slashed_pool(SlashLevel::Proven);
        assert!(close(value(&ALICE, pool), 2_700 * PHA), "{}", value(&ALICE, pool));
        assert!(close(value(&BOB, pool), 900 * PHA), "{}", value(&BOB, pool));
        let view = StakePool::pool(pool).unwrap();
        assert!(close(view.stake, 3_600 * PHA) && close(view.unsettled, 400 * PHA), "{view:?}");
        let event = Event::PoolSlashed {
            pool,
            lost: 4_000 * PHA - view.stake,
            stake: view.stake,
            shares: 4_000 * PHA,
        };
        assert!(happened(event));
    });
}

#[test]
fn slash_should_lower_the_price_when_the_session_stops_and_not_when_the_stake_returns() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_ok!(StakePool::start_session(RuntimeOrigin::signed(OWNER), pool, worker, 3_000 * PHA));
        assert_ok!(Mining::fault(worker, SlashLevel::Proven, [0; 32]));
        assert_eq!(value(&ALICE, pool), 3_000 * PHA, "the value can grow again while the session runs");

        // Whoever leaves after the stop leaves with the loss, and whoever comes does not bear it.
        assert_ok!(StakePool::stop_session(RuntimeOrigin::signed(OWNER), pool, worker));
        assert!(close(value(&ALICE, pool), 2_775 * PHA), "{}", value(&ALICE, pool));
        assert_ok!(StakePool::withdraw(RuntimeOrigin::signed(BOB), pool, 1_000 * PHA));
        assert!(close(WEALTH - free(&BOB), 75 * PHA), "{}", free(&BOB));
        assert_ok!(StakePool::contribute(RuntimeOrigin::signed(CAROL), pool, 370 * PHA));
        run_through_cool_down();
        assert!(close(value(&ALICE, pool), 2_775 * PHA), "{}", value(&ALICE, pool));
        assert!(close(value(&CAROL, pool), 370 * PHA), "{}", value(&CAROL, pool));
    });
}

#[test]
fn slash_should_lower_the_price_at_once_when_the_session_cools_down() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_ok!(StakePool::start_session(RuntimeOrigin::signed(OWNER), pool, worker, 4_000 * PHA));
        assert_ok!(StakePool::stop_session(RuntimeOrigin::signed(OWNER), pool, worker));
        assert_eq!(value(&BOB, pool), 1_000 * PHA);
        for left in [900 * PHA, 810 * PHA] {
            assert_ok!(Mining::fault(worker, SlashLevel::Proven, [0; 32]));
            assert!(close(value(&BOB, pool), left), "{}", value(&BOB, pool));
        }
        let cooling = StakePool::pool(pool).unwrap().cooling;
        assert!(close(cooling, 3_240 * PHA), "{cooling}");
        run_through_cool_down();
        assert!(close(value(&BOB, pool), 810 * PHA), "{}", value(&BOB, pool));
        assert_eq!(StakePool::pool(pool).unwrap().cooling, 0);
    });
}

#[test]
fn slash_should_go_to_the_treasury_when_the_delegator_next_calls() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = slashed_pool(SlashLevel::Proven);
        let before = free(&TREASURY);
        assert_eq!(held(&ALICE), 3_000 * PHA, "nobody has called yet");
        assert!(close(StakePool::delegation(ALICE, pool).unwrap().unsettled, 300 * PHA));

        assert_ok!(StakePool::contribute(RuntimeOrigin::signed(ALICE), pool, 100 * PHA));
        assert!(close(held(&ALICE), 2_800 * PHA), "{}", held(&ALICE));
        assert!(close(free(&TREASURY) - before, 300 * PHA));
        assert_eq!(StakePool::delegation(ALICE, pool).unwrap().unsettled, 0);
        assert_eq!(held(&BOB), 1_000 * PHA, "each pays when calling");
    });
}

#[test]
fn withdrawal_should_pay_what_is_left_when_the_pool_was_slashed() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = slashed_pool(SlashLevel::Proven);
        let treasury = free(&TREASURY);
        for (who, stake) in [(ALICE, 3_000 * PHA), (BOB, 1_000 * PHA)] {
            assert_ok!(StakePool::withdraw(RuntimeOrigin::signed(who.clone()), pool, stake));
            assert_eq!(held(&who), 0);
            assert!(close(WEALTH - free(&who), stake / 10), "{}", free(&who));
        }
        assert!(close(free(&TREASURY) - treasury, 400 * PHA));
        assert_eq!(StakePool::pool(pool).unwrap().stake, 0);
    });
}

#[test]
fn newcomer_should_pay_the_lower_price_when_the_pool_was_slashed() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = slashed_pool(SlashLevel::Proven);
        assert_ok!(StakePool::contribute(RuntimeOrigin::signed(CAROL), pool, 900 * PHA));
        assert!(close(value(&CAROL, pool), 900 * PHA));
        assert!(shares(&CAROL, pool) >= 1_000 * PHA);
        assert!(close(value(&BOB, pool), 900 * PHA), "a newcomer takes nothing from the others");
    });
}

#[test]
fn pool_should_take_no_stake_until_its_shares_are_gone_when_it_was_slashed_to_nothing() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = slashed_pool(SlashLevel::Threat);
        assert!(StakePool::pool(pool).unwrap().insolvent);
        let contribute = || StakePool::contribute(RuntimeOrigin::signed(CAROL), pool, 2_000 * PHA);
        assert_noop!(contribute(), Error::<Test>::PoolInsolvent);
        let start = StakePool::start_session(RuntimeOrigin::signed(OWNER), pool, worker, 2_000 * PHA);
        assert_noop!(start, Error::<Test>::InsufficientFreeStake);

        for (who, shares) in [(ALICE, 3_000 * PHA), (BOB, 1_000 * PHA)] {
            assert_ok!(StakePool::withdraw(RuntimeOrigin::signed(who.clone()), pool, shares));
            assert_eq!((held(&who), free(&who)), (0, WEALTH - shares));
        }
        assert_ok!(contribute());
        assert_eq!(value(&CAROL, pool), 2_000 * PHA);
    });
}

#[test]
fn rewards_should_still_be_claimable_when_the_pool_was_slashed_to_nothing() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = slashed_pool(SlashLevel::Threat);
        reward(pool, 4 * PHA);
        assert_ok!(StakePool::claim_rewards(RuntimeOrigin::signed(ALICE), pool));
        assert_eq!((held(&ALICE), free(&ALICE)), (0, WEALTH - 3_000 * PHA + 3 * PHA));
    });
}
