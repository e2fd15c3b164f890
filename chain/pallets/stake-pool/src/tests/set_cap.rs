use super::*;
use crate::{Error, Event};
use polkadot_sdk::frame_support::assert_noop;

fn set(who: AccountId, pool: PoolId, cap: Option<Balance>) -> Result<(), DispatchError> {
    StakePool::set_cap(RuntimeOrigin::signed(who), pool, cap)
}

#[test]
fn cap_should_be_at_least_the_present_stake() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = busy_pool();
        assert_noop!(set(OWNER, pool, Some(4_000 * PHA - 1)), Error::<Test>::CapBelowStake);
        assert_ok!(set(OWNER, pool, Some(4_000 * PHA)));
        assert!(happened(Event::CapSet { pool, cap: Some(4_000 * PHA) }));
        assert_eq!(StakePool::pool(pool).unwrap().capacity, Some(0));
    });
}

#[test]
fn contributions_should_be_taken_again_and_serve_the_queue_when_the_cap_is_lifted() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = busy_pool();
        assert_ok!(set(OWNER, pool, Some(4_000 * PHA)));
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        assert_noop!(contribute(CAROL, pool, 1_500 * PHA), Error::<Test>::CapExceeded);
        assert_ok!(set(OWNER, pool, None));
        let view = StakePool::pool(pool).unwrap();
        assert_eq!((view.cap, view.capacity), (None, None));
        assert_ok!(contribute(CAROL, pool, 1_500 * PHA));
        run_blocks(1);
        assert_eq!((queue(pool), held(&ALICE)), (vec![], 2_000 * PHA));
    });
}

#[test]
fn set_cap_should_fail_when_the_signer_does_not_own_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        assert_noop!(set(ALICE, pool, None), Error::<Test>::NotPoolOwner);
        assert_noop!(set(OWNER, pool + 1, None), Error::<Test>::PoolNotFound);
    });
}
