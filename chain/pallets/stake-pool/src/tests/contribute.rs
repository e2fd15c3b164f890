use super::*;
use crate::{Error, Event};
use phala_primitives::PHA;
use polkadot_sdk::frame_support::{assert_noop, assert_ok};

fn contribute(who: AccountId, pool: PoolId, amount: Balance) -> Result<(), DispatchError> {
    StakePool::contribute(RuntimeOrigin::signed(who), pool, amount)
}

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
