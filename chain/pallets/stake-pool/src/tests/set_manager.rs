use super::*;
use crate::{Error, Event};
use polkadot_sdk::{frame_support::assert_noop, sp_runtime::Permill};

fn set(who: AccountId, pool: PoolId, manager: Option<AccountId>) -> Result<(), DispatchError> {
    StakePool::set_manager(RuntimeOrigin::signed(who), pool, manager)
}

#[test]
fn manager_should_run_workers_until_the_role_is_taken_away() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_ok!(set(OWNER, pool, Some(CAROL)));
        assert!(happened(Event::ManagerSet { pool, manager: Some(CAROL) }));
        assert_eq!(StakePool::pool(pool).unwrap().manager, Some(CAROL));
        let by_carol = || RuntimeOrigin::signed(CAROL);
        assert_ok!(StakePool::start_session(by_carol(), pool, worker, 2_000 * PHA));
        assert_ok!(set(OWNER, pool, None));
        assert_noop!(StakePool::stop_session(by_carol(), pool, worker), Error::<Test>::NotPoolOwner);
    });
}

#[test]
fn manager_should_move_no_money_and_change_no_terms() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        assert_ok!(set(OWNER, pool, Some(CAROL)));
        reward(pool, 40 * PHA);
        let by_carol = || RuntimeOrigin::signed(CAROL);
        let not_owner = Error::<Test>::NotPoolOwner;
        assert_noop!(StakePool::set_commission(by_carol(), pool, Permill::zero()), not_owner);
        assert_noop!(StakePool::set_cap(by_carol(), pool, None), Error::<Test>::NotPoolOwner);
        let description = Default::default();
        assert_noop!(StakePool::set_description(by_carol(), pool, description), Error::<Test>::NotPoolOwner);
        assert_noop!(StakePool::set_whitelist(by_carol(), pool, true), Error::<Test>::NotPoolOwner);
        assert_noop!(StakePool::allow(by_carol(), pool, CAROL), Error::<Test>::NotPoolOwner);
        assert_noop!(StakePool::disallow(by_carol(), pool, CAROL), Error::<Test>::NotPoolOwner);
        assert_noop!(StakePool::offer_ownership(by_carol(), pool, Some(CAROL)), Error::<Test>::NotPoolOwner);
        assert_noop!(StakePool::close(by_carol(), pool), Error::<Test>::NotPoolOwner);
        assert_noop!(set(CAROL, pool, Some(CAROL)), Error::<Test>::NotPoolOwner);
        assert_noop!(StakePool::claim_rewards(by_carol(), pool), Error::<Test>::NothingToClaim);
        assert_noop!(withdraw(CAROL, pool, PHA), Error::<Test>::NotEnoughShares);
    });
}

#[test]
fn set_manager_should_fail_when_there_is_no_such_pool() {
    ExtBuilder.build_and_execute(|| {
        assert_noop!(set(OWNER, 0, None), Error::<Test>::PoolNotFound);
    });
}
