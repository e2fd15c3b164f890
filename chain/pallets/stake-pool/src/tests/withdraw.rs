use super::*;
use crate::{Error, Event};
use phala_primitives::PHA;
use polkadot_sdk::frame_support::{assert_noop, assert_ok};

fn withdraw(who: AccountId, pool: PoolId, shares: u128) -> Result<(), DispatchError> {
    StakePool::withdraw(RuntimeOrigin::signed(who), pool, shares)
}

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
        assert_eq!(StakePool::delegation(ALICE, pool).unwrap().rewards, 30 * PHA);
        assert_ok!(StakePool::claim_rewards(RuntimeOrigin::signed(ALICE), pool));
        assert_eq!(StakePool::delegation(ALICE, pool), None);
    });
}

#[test]
fn withdraw_should_fail_when_the_stake_backs_a_session() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_ok!(StakePool::start_session(RuntimeOrigin::signed(OWNER), pool, worker, 3_500 * PHA));
        assert_noop!(withdraw(ALICE, pool, 501 * PHA), Error::<Test>::NotEnoughFreeStake);
        assert_ok!(withdraw(ALICE, pool, 500 * PHA));
        assert_ok!(StakePool::stop_session(RuntimeOrigin::signed(OWNER), pool, worker));
        assert_noop!(withdraw(ALICE, pool, PHA), Error::<Test>::NotEnoughFreeStake);
        run_through_cool_down();
        assert_ok!(withdraw(ALICE, pool, 2_500 * PHA));
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
fn withdraw_should_fail_when_dust_would_be_left() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        let dust = MIN_CONTRIBUTION - 1;
        assert_noop!(withdraw(BOB, pool, 1_000 * PHA - dust), Error::<Test>::RemainderTooSmall);
        assert_ok!(withdraw(BOB, pool, 1_000 * PHA - MIN_CONTRIBUTION));
        assert_ok!(withdraw(BOB, pool, MIN_CONTRIBUTION));
    });
}
