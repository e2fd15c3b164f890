//! Sessions that the chain stops for those who have waited too long.

use super::*;
use crate::Event;
use phala_economics::SlashLevel;

#[test]
fn newest_session_should_be_stopped_when_a_withdrawal_is_overdue() {
    ExtBuilder.build_and_execute(|| {
        let (pool, [oldest, middle, newest]) = pool_with_sessions([1, 2, 3]);
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        run_blocks((GRACE_PERIOD / BLOCK_TIME) as u32);
        assert_eq!(mining(pool).len(), 3, "the grace period ends with this block");
        run_blocks(1);
        assert!(happened(Event::WithdrawalOverdue { pool, who: ALICE, shares: 1_000 * PHA }));
        assert!(happened(Event::SessionStopForced { pool, worker: newest, missing: 1_000 * PHA }));
        assert!(Mining::is_responsive(&oldest) && Mining::is_responsive(&middle));
        assert_eq!(StakePool::pool(pool).unwrap().overdue, 1_000 * PHA);

        run_through_cool_down();
        assert_eq!((held(&ALICE), queue(pool)), (5_000 * PHA, vec![]));
        assert_eq!(mining(pool).len(), 2, "no more than needed");
        assert_eq!(StakePool::pool(pool).unwrap().free, 1_000 * PHA);
    });
}

#[test]
fn as_many_sessions_should_be_stopped_as_overdue_withdrawals_need() {
    ExtBuilder.build_and_execute(|| {
        let (pool, [oldest, ..]) = pool_with_sessions([1, 2, 3]);
        assert_ok!(withdraw(ALICE, pool, 2_000 * PHA + MIN_CONTRIBUTION));
        run_through_grace_period();
        assert_eq!(mining(pool), [oldest]);
        run_through_cool_down();
        assert_eq!(queue(pool), []);
    });
}

#[test]
fn no_session_should_be_stopped_when_free_and_cooling_stake_cover_the_overdue() {
    ExtBuilder.build_and_execute(|| {
        let (pool, [_, _, newest]) = pool_with_sessions([1, 2, 3]);
        assert_ok!(contribute(ALICE, pool, MIN_CONTRIBUTION));
        assert_ok!(withdraw(ALICE, pool, 2_000 * PHA + MIN_CONTRIBUTION));
        run_blocks((GRACE_PERIOD / BLOCK_TIME) as u32 - 1);
        stop(pool, newest);
        run_blocks(2);
        assert_eq!(StakePool::pool(pool).unwrap().overdue, 2_000 * PHA);
        assert_eq!(mining(pool).len(), 2);
        run_through_cool_down();
        assert_eq!((queue(pool), mining(pool).len()), (vec![], 2));
    });
}

#[test]
fn no_session_should_be_stopped_for_less_than_the_least_contribution() {
    ExtBuilder.build_and_execute(|| {
        let (pool, [first, _]) = pool_with_sessions([1, 2]);
        assert_ok!(withdraw(ALICE, pool, 2_000 * PHA + MIN_CONTRIBUTION - 1));
        stop(pool, first);
        run_through_grace_period();
        assert_eq!(mining(pool).len(), 1);
        assert_eq!(queue(pool), [(ALICE, MIN_CONTRIBUTION - 1)]);
        assert_ok!(contribute(BOB, pool, MIN_CONTRIBUTION));
        run_blocks(1);
        assert_eq!(queue(pool), []);
    });
}

#[test]
fn overdue_withdrawals_of_several_should_cool_down_together() {
    ExtBuilder.build_and_execute(|| {
        let (pool, [_, _, newest]) = pool_with_sessions([1, 2, 3]);
        assert_ok!(contribute(BOB, pool, 2_000 * PHA));
        let worker = benchmarked(4, OWNER);
        assert_ok!(StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, worker));
        start(pool, worker, 2_000 * PHA);
        assert_ok!(withdraw(ALICE, pool, 2_000 * PHA));
        run_blocks(1);
        assert_ok!(withdraw(BOB, pool, 2_000 * PHA));
        run_through_grace_period();
        assert!(!Mining::is_responsive(&worker) && !Mining::is_responsive(&newest));
        assert_eq!(mining(pool).len(), 2);
        run_through_cool_down();
        assert_eq!((queue(pool), held(&BOB)), (vec![], 0));
    });
}

#[test]
fn withdrawal_should_be_overdue_later_when_it_was_asked_for_anew() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = pool_with_sessions([1]);
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        run_blocks((GRACE_PERIOD / BLOCK_TIME) as u32 - 1);
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        run_blocks((GRACE_PERIOD / BLOCK_TIME) as u32);
        assert_eq!(mining(pool).len(), 1);
        run_blocks(1);
        assert_eq!(mining(pool).len(), 0);
    });
}

#[test]
fn sessions_should_go_on_when_an_overdue_withdrawal_is_cancelled_in_time() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = pool_with_sessions([1]);
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        run_blocks(2);
        assert_ok!(StakePool::cancel_withdrawal(RuntimeOrigin::signed(ALICE), pool));
        run_through_grace_period();
        run_through_grace_period();
        assert_eq!(mining(pool).len(), 1);
    });
}

#[test]
fn another_session_should_be_stopped_when_less_returns_than_was_expected() {
    ExtBuilder.build_and_execute(|| {
        let (pool, [oldest, newest]) = pool_with_sessions([1, 2]);
        assert_ok!(withdraw(ALICE, pool, 2_000 * PHA));
        run_through_grace_period();
        assert!(Mining::is_responsive(&oldest) && !Mining::is_responsive(&newest));
        assert_ok!(Mining::fault(newest, SlashLevel::Proven, [0; 32]));
        run_through_cool_down();
        // 10 % of the stopped session are lost, a twentieth of the pool; 1 800 PHA are paid of 1 900.
        assert!(!Mining::is_responsive(&oldest));
        run_through_cool_down();
        assert_eq!(queue(pool), []);
        assert!(value(&ALICE, pool).abs_diff(1_900 * PHA) <= 2, "{}", value(&ALICE, pool));
    });
}

#[test]
fn known_losses_should_not_make_more_sessions_stop_than_needed() {
    ExtBuilder.build_and_execute(|| {
        let (pool, [oldest, newest]) = pool_with_sessions([1, 2]);
        assert_ok!(Mining::fault(newest, SlashLevel::Proven, [0; 32]));
        // Worth 1 880 PHA now, and 1 786 when the 10 % are lost that the newest session returns less.
        assert_ok!(withdraw(ALICE, pool, 1_880 * PHA));
        run_through_grace_period();
        assert!(StakePool::pool(pool).unwrap().cooling.abs_diff(1_800 * PHA) <= 2);
        assert!(Mining::is_responsive(&oldest));
        run_through_cool_down();
        assert_eq!(queue(pool), []);
        assert!(Mining::is_responsive(&oldest));
    });
}

#[test]
fn session_that_the_network_stopped_should_be_passed_over_when_others_must_be_stopped() {
    ExtBuilder.build_and_execute(|| {
        let (pool, [oldest, middle, newest]) = pool_with_sessions([1, 2, 3]);
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        run_blocks((GRACE_PERIOD / BLOCK_TIME) as u32 - 1);
        assert_ok!(Mining::fault(newest, SlashLevel::Threat, [0; 32]));
        run_blocks(2);
        // What a threat leaves is nothing, so another session has to go.
        assert!(Mining::is_responsive(&oldest) && !Mining::is_responsive(&middle));
        run_through_cool_down();
        assert_eq!(queue(pool), []);
        assert!(Mining::is_responsive(&oldest));
    });
}

#[test]
fn forced_stops_should_go_on_in_the_next_blocks_when_they_are_more_than_a_block_may_take() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = pool_with_sessions([1, 2, 3, 4]);
        assert_ok!(withdraw(ALICE, pool, 8_000 * PHA));
        run_through_grace_period();
        // One step went to the end of the grace period.
        assert_eq!(mining(pool).len(), 4 - (MAX_QUEUE_STEPS as usize - 1));
        run_blocks(1);
        assert_eq!(mining(pool).len(), 0);
        run_through_cool_down();
        assert_eq!((held(&ALICE), StakePool::pool(pool).unwrap().stake), (0, 0));
    });
}

#[test]
fn unresponsive_session_should_be_stopped_too() {
    ExtBuilder.build_and_execute(|| {
        let parameters = phala_economics::TokenomicParameters {
            challenges_per_block: 20,
            challenge_interval: BLOCK_TIME,
            ..pallet_mining::Parameters::<Test>::get()
        };
        let (pool, [worker]) = pool_with_sessions([1]);
        assert_ok!(Mining::set_parameters(RuntimeOrigin::root(), parameters));
        while Mining::is_responsive(&worker) {
            run_blocks(10);
        }
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        run_through_grace_period();
        let view = StakePool::pool(pool).unwrap();
        assert_eq!((view.sessions, view.more_at.is_some()), (0, true));
        run_through_cool_down();
        assert_eq!(queue(pool), []);
    });
}
