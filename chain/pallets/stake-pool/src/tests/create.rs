use super::*;
use crate::{Error, Event};
use polkadot_sdk::frame_support::{assert_noop, assert_ok, traits::fungible::Mutate};

#[test]
fn create_should_number_pools_from_zero() {
    ExtBuilder.build_and_execute(|| {
        assert_ok!(StakePool::create(RuntimeOrigin::signed(ALICE)));
        assert_ok!(StakePool::create(RuntimeOrigin::signed(BOB)));
        assert!(happened(Event::PoolCreated { pool: 0, owner: ALICE }));
        assert!(happened(Event::PoolCreated { pool: 1, owner: BOB }));
        assert_eq!(StakePool::pool(1).unwrap().owner, BOB);
        assert_eq!(StakePool::pools(0).len(), 2);
    });
}

#[test]
fn create_should_open_the_reward_account_so_that_dust_can_be_paid_into_it() {
    ExtBuilder.build_and_execute(|| {
        let before = free(&ALICE);
        assert_ok!(StakePool::create(RuntimeOrigin::signed(ALICE)));
        assert_eq!(free(&ALICE), before - EXISTENTIAL_DEPOSIT);
        reward(0, 1);
        assert_eq!(StakePool::pool(0).unwrap().owner_rewards, 1);
    });
}

#[test]
fn create_should_cost_nothing_when_somebody_has_funded_the_reward_account_before() {
    ExtBuilder.build_and_execute(|| {
        let account = StakePool::reward_account_of(0);
        assert_ok!(Balances::mint_into(&account, EXISTENTIAL_DEPOSIT));
        let before = free(&ALICE);
        assert_ok!(StakePool::create(RuntimeOrigin::signed(ALICE)));
        assert_eq!(free(&ALICE), before);
    });
}

#[test]
fn create_should_fail_when_numbers_are_used_up() {
    ExtBuilder.build_and_execute(|| {
        crate::NextPool::<Test>::put(PoolId::MAX);
        assert_noop!(StakePool::create(RuntimeOrigin::signed(ALICE)), Error::<Test>::TooManyPools);
    });
}
