use super::*;
use crate::{Error, Event};
use polkadot_sdk::frame_support::assert_noop;

#[test]
fn contribute_should_hold_the_stake_in_the_delegators_own_account() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_ok!(contribute(ALICE, pool, 100 * PHA));
        assert_eq!(held(&ALICE), 100 * PHA);
        assert_eq!(free(&ALICE), WEALTH - 100 * PHA);
        assert_eq!((shares(&ALICE, pool), value(&ALICE, pool)), (100 * PHA, 100 * PHA));
        let view = StakePool::pool(pool).unwrap();
        assert_eq!((view.stake, view.free, view.shares), (100 * PHA, 100 * PHA, 100 * PHA));
        let event = Event::Contributed { pool, who: ALICE, amount: 100 * PHA, shares: 100 * PHA };
        assert!(happened(event));
    });
}

#[test]
fn contributions_should_add_up_when_made_to_several_pools() {
    ExtBuilder.build_and_execute(|| {
        let (first, second) = (pool(), pool());
        assert_ok!(contribute(ALICE, first, 100 * PHA));
        assert_ok!(contribute(ALICE, second, 50 * PHA));
        assert_ok!(contribute(ALICE, first, 7 * PHA));
        assert_eq!(held(&ALICE), 157 * PHA);
        assert_eq!(StakePool::delegations(ALICE).len(), 2);
    });
}

#[test]
fn contribute_should_fail_when_below_the_minimum() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_noop!(contribute(ALICE, pool, MIN_CONTRIBUTION - 1), Error::<Test>::ContributionTooSmall);
        assert_ok!(contribute(ALICE, pool, MIN_CONTRIBUTION));
    });
}

#[test]
fn contribute_should_fail_when_the_account_has_less() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert!(contribute(ALICE, pool, WEALTH + 1).is_err());
        assert!(contribute(ALICE, pool, Balance::MAX).is_err());
        assert_eq!(held(&ALICE), 0);
        assert_eq!(StakePool::pool(pool).unwrap().shares, 0);
    });
}

#[test]
fn contribute_should_fail_when_there_is_no_such_pool() {
    ExtBuilder.build_and_execute(|| {
        assert_noop!(contribute(ALICE, 0, PHA), Error::<Test>::PoolNotFound);
    });
}

#[test]
fn contribute_should_not_share_in_earlier_rewards() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_ok!(contribute(ALICE, pool, 100 * PHA));
        reward(pool, 10 * PHA);
        assert_ok!(contribute(BOB, pool, 100 * PHA));
        assert_ok!(contribute(ALICE, pool, 100 * PHA));
        reward(pool, 30 * PHA);
        assert_eq!(StakePool::delegation(ALICE, pool).unwrap().rewards, 30 * PHA);
        assert_eq!(StakePool::delegation(BOB, pool).unwrap().rewards, 10 * PHA);
    });
}

#[test]
fn contribute_should_fail_when_the_cap_leaves_less() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        assert_ok!(StakePool::set_cap(RuntimeOrigin::signed(OWNER), pool, Some(4_100 * PHA)));
        assert_eq!(StakePool::pool(pool).unwrap().capacity, Some(100 * PHA));
        assert_noop!(contribute(CAROL, pool, 100 * PHA + 1), Error::<Test>::CapExceeded);
        assert_ok!(contribute(CAROL, pool, 100 * PHA));
        assert_noop!(contribute(CAROL, pool, MIN_CONTRIBUTION), Error::<Test>::CapExceeded);
    });
}

#[test]
fn contribute_should_take_the_place_of_those_who_leave_when_the_cap_is_reached() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = busy_pool();
        assert_ok!(StakePool::set_cap(RuntimeOrigin::signed(OWNER), pool, Some(4_000 * PHA)));
        assert_noop!(contribute(CAROL, pool, 500 * PHA), Error::<Test>::CapExceeded);
        assert_ok!(withdraw(BOB, pool, 600 * PHA));
        assert_eq!(StakePool::pool(pool).unwrap().capacity, Some(600 * PHA));
        assert_noop!(contribute(CAROL, pool, 601 * PHA), Error::<Test>::CapExceeded);
        assert_ok!(contribute(CAROL, pool, 500 * PHA));
        run_blocks(1);
        assert_eq!((held(&BOB), held(&CAROL)), (500 * PHA, 500 * PHA));
        assert_eq!(StakePool::pool(pool).unwrap().stake, 4_000 * PHA);
    });
}

#[test]
fn contribute_should_fail_when_the_whitelist_does_not_name_the_signer() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_ok!(StakePool::set_whitelist(RuntimeOrigin::signed(OWNER), pool, true));
        assert_noop!(contribute(ALICE, pool, PHA), Error::<Test>::NotAllowed);
        assert_ok!(contribute(OWNER, pool, PHA));
        assert_ok!(StakePool::allow(RuntimeOrigin::signed(OWNER), pool, ALICE));
        assert_ok!(contribute(ALICE, pool, PHA));
    });
}
