use super::*;
use crate::{Error, Event};
use polkadot_sdk::frame_support::assert_noop;

#[test]
fn withdraw_should_release_what_the_shares_are_worth() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        assert_eq!((held(&ALICE), free(&ALICE)), (2_000 * PHA, WEALTH - 2_000 * PHA));
        assert_eq!(value(&ALICE, pool), 2_000 * PHA);
        assert_eq!(StakePool::pool(pool).unwrap().free, 3_000 * PHA);
        assert!(happened(Event::Withdrawn { pool, who: ALICE, shares: 1_000 * PHA, amount: 1_000 * PHA }));
    });
}

#[test]
fn withdraw_should_leave_no_trace_when_everything_is_taken() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        assert_ok!(withdraw(ALICE, pool, 3_000 * PHA));
        assert_ok!(withdraw(BOB, pool, 1_000 * PHA));
        assert_eq!((free(&ALICE), free(&BOB)), (WEALTH, WEALTH));
        assert_eq!(StakePool::delegation(ALICE, pool), None);
        assert_eq!(StakePool::pool(pool).unwrap().stake, 0);
    });
}

#[test]
fn withdraw_should_keep_rewards_claimable_when_everything_is_taken() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        reward(pool, 40 * PHA);
        assert_ok!(withdraw(ALICE, pool, 3_000 * PHA));
        assert_eq!(rewards(&ALICE, pool), 30 * PHA);
        assert_ok!(StakePool::claim_rewards(RuntimeOrigin::signed(ALICE), pool));
        assert_eq!(StakePool::delegation(ALICE, pool), None);
    });
}

#[test]
fn withdraw_should_release_what_is_free_and_queue_the_rest_when_stake_backs_a_session() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        start(pool, worker, 3_500 * PHA);
        assert_ok!(withdraw(ALICE, pool, 800 * PHA));
        assert_eq!(held(&ALICE), 2_500 * PHA);
        assert_eq!(queue(pool), [(ALICE, 300 * PHA)]);
        assert!(happened(Event::WithdrawalQueued { pool, who: ALICE, shares: 300 * PHA }));

        let view = StakePool::delegation(ALICE, pool).unwrap().withdrawal.unwrap();
        let now = Timestamp::get();
        assert_eq!((view.shares, view.value), (300 * PHA, 300 * PHA));
        assert_eq!((view.since, view.due), (now, now + GRACE_PERIOD));
    });
}

#[test]
fn withdraw_should_wait_when_others_wait_before_though_stake_is_free() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = busy_pool();
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        assert_ok!(contribute(CAROL, pool, 500 * PHA));
        assert_ok!(withdraw(BOB, pool, 100 * PHA));
        assert_eq!(held(&BOB), 1_000 * PHA);
        assert_eq!(queue(pool), [(ALICE, 1_000 * PHA), (BOB, 100 * PHA)]);
        run_blocks(1);
        assert_eq!(held(&ALICE), 2_500 * PHA, "who waits first is paid first");
        assert_eq!(queue(pool), [(ALICE, 500 * PHA), (BOB, 100 * PHA)]);
    });
}

#[test]
fn withdraw_should_replace_an_earlier_request_and_begin_its_place_and_time_anew() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = busy_pool();
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        run_blocks(1);
        assert_ok!(withdraw(BOB, pool, 200 * PHA));
        run_blocks(1);
        assert_ok!(withdraw(ALICE, pool, 2_000 * PHA));
        assert_eq!(queue(pool), [(BOB, 200 * PHA), (ALICE, 2_000 * PHA)]);
        let since: Vec<_> = StakePool::queue(pool).iter().map(|entry| entry.since).collect();
        assert_eq!(since, [Timestamp::get() - BLOCK_TIME, Timestamp::get()]);
        assert_eq!(StakePool::queue(pool)[1].ahead, 200 * PHA);

        assert_ok!(withdraw(BOB, pool, 100 * PHA));
        assert_eq!(queue(pool), [(ALICE, 2_000 * PHA), (BOB, 100 * PHA)]);
        assert_eq!(StakePool::pool(pool).unwrap().queued, 2_100 * PHA);
    });
}

#[test]
fn withdraw_should_pay_at_once_when_only_the_signer_waited_and_stake_has_become_free() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = busy_pool();
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        assert_ok!(contribute(CAROL, pool, 700 * PHA));
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        assert_eq!((held(&ALICE), queue(pool)), (2_300 * PHA, vec![(ALICE, 300 * PHA)]));
    });
}

#[test]
fn withdraw_should_fail_when_the_shares_are_not_there() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        for (who, shares) in [(ALICE, 3_000 * PHA + 1), (ALICE, 0), (CAROL, 1), (BOB, u128::MAX)] {
            assert_noop!(withdraw(who, pool, shares), Error::<Test>::NotEnoughShares);
        }
        assert_noop!(withdraw(ALICE, pool + 1, 1), Error::<Test>::PoolNotFound);
    });
}

#[test]
fn withdraw_should_take_all_when_dust_would_be_left() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        assert_ok!(withdraw(BOB, pool, 900 * PHA));
        assert_ok!(withdraw(BOB, pool, 100 * PHA - MIN_CONTRIBUTION));
        assert_eq!(value(&BOB, pool), MIN_CONTRIBUTION, "as little as may be left");
        assert_ok!(withdraw(BOB, pool, 1));
        assert_eq!(StakePool::delegation(BOB, pool), None);
        assert_eq!(free(&BOB), WEALTH);
    });
}

#[test]
fn withdraw_should_not_pay_dust_ahead_when_next_to_nothing_is_free() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        start(pool, worker, 4_000 * PHA - MIN_CONTRIBUTION + 1);
        assert_ok!(withdraw(BOB, pool, 1_000 * PHA));
        assert_eq!((held(&BOB), queue(pool)), (1_000 * PHA, vec![(BOB, 1_000 * PHA)]));
        run_blocks(1);
        assert_eq!(held(&BOB), 1_000 * PHA);
        assert_eq!(StakePool::pool(pool).unwrap().available, 0, "it is the queue's all the same");
    });
}
