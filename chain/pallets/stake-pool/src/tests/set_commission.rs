use super::*;
use crate::{Error, Event};
use polkadot_sdk::{frame_support::assert_noop, sp_runtime::Permill};

fn set(pool: PoolId, percent: u32) -> Result<(), DispatchError> {
    StakePool::set_commission(RuntimeOrigin::signed(OWNER), pool, Permill::from_percent(percent))
}

fn commission(pool: PoolId) -> Permill {
    StakePool::pool(pool).unwrap().commission
}

#[test]
fn commission_should_hold_at_once_when_the_pool_has_no_delegators() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_ok!(set(pool, 30));
        assert_eq!(commission(pool), Permill::from_percent(30));
    });
}

#[test]
fn higher_commission_should_hold_only_after_the_notice() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        assert_ok!(set(pool, 8));
        let from = Timestamp::get() + COMMISSION_NOTICE;
        assert!(happened(Event::CommissionSet { pool, commission: Permill::from_percent(8), from }));
        assert_eq!(commission(pool), Permill::zero());
        assert_eq!(StakePool::pool(pool).unwrap().announced, Some((Permill::from_percent(8), from)));

        reward(pool, 100 * PHA);
        assert_eq!(StakePool::pool(pool).unwrap().owner_rewards, 0);
        run_blocks((COMMISSION_NOTICE / BLOCK_TIME) as u32);
        assert_eq!(commission(pool), Permill::from_percent(8));
        reward(pool, 100 * PHA);
        assert_eq!(StakePool::pool(pool).unwrap().owner_rewards, 8 * PHA);
    });
}

#[test]
fn lower_commission_should_hold_at_once_and_cancel_an_announced_raise() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_ok!(set(pool, 10));
        assert_ok!(StakePool::contribute(RuntimeOrigin::signed(ALICE), pool, PHA));
        assert_ok!(set(pool, 20));
        assert_ok!(set(pool, 5));
        run_blocks(2 * (COMMISSION_NOTICE / BLOCK_TIME) as u32);
        assert_eq!(commission(pool), Permill::from_percent(5));
    });
}

#[test]
fn announced_raise_should_be_cancelled_when_the_present_rate_is_set_again() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        assert_ok!(set(pool, 9));
        assert_ok!(set(pool, 0));
        assert_eq!(StakePool::pool(pool).unwrap().announced, None);
    });
}

#[test]
fn commission_should_be_refused_when_it_changes_nothing() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        assert_noop!(set(pool, 0), Error::<Test>::CommissionNotChanged);
        assert_ok!(set(pool, 9));
        assert_noop!(set(pool, 9), Error::<Test>::CommissionNotChanged);
        run_blocks((COMMISSION_NOTICE / BLOCK_TIME) as u32);
        assert_noop!(set(pool, 9), Error::<Test>::CommissionNotChanged);
    });
}

#[test]
fn commission_should_be_refused_when_not_set_by_the_owner() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let by_alice = StakePool::set_commission(RuntimeOrigin::signed(ALICE), pool, Permill::one());
        assert_noop!(by_alice, Error::<Test>::NotPoolOwner);
        assert_noop!(set(pool + 1, 10), Error::<Test>::PoolNotFound);
    });
}

#[test]
fn raise_should_be_refused_when_it_is_more_than_a_step_above_the_present_rate() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        assert_noop!(set(pool, 11), Error::<Test>::CommissionStepTooLarge);
        assert_ok!(set(pool, 10));
        // What is only announced is no rate to start from.
        assert_noop!(set(pool, 20), Error::<Test>::CommissionStepTooLarge);
        run_blocks((COMMISSION_NOTICE / BLOCK_TIME) as u32);
        assert_ok!(set(pool, 20));
        assert_eq!(commission(pool), Permill::from_percent(10));
    });
}
