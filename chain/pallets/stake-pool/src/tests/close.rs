use super::*;
use crate::{types::Description, Error, Event};
use polkadot_sdk::{
    frame_support::{assert_noop, traits::fungible::Mutate as _},
    sp_runtime::Permill,
};

fn close(who: AccountId, pool: PoolId) -> Result<(), DispatchError> {
    StakePool::close(RuntimeOrigin::signed(who), pool)
}

#[test]
fn close_should_give_the_deposit_back_and_leave_nothing_behind() {
    ExtBuilder.build_and_execute(|| {
        let before = free(&OWNER);
        let pool = pool();
        let owner = || RuntimeOrigin::signed(OWNER);
        assert_ok!(StakePool::set_description(owner(), pool, Description::truncate_from(vec![b'x'])));
        assert_ok!(StakePool::allow(owner(), pool, ALICE));
        assert_ok!(close(OWNER, pool));
        assert!(happened(Event::PoolClosed { pool, dust: 0 }));
        assert_eq!(free(&OWNER), before);
        assert_eq!(free(&StakePool::reward_account_of(pool)), 0);
        assert_eq!(StakePool::pool(pool), None);
        assert_eq!((StakePool::whitelist(pool), StakePool::pools(0)), (vec![], vec![]));
        assert_noop!(close(OWNER, pool), Error::<Test>::PoolNotFound);
        assert_eq!(super::pool(), pool + 1, "numbers are not given again");
        assert_eq!(StakePool::pools(0).len(), 1);
    });
}

#[test]
fn close_should_sweep_dust_to_the_treasury() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        for who in [ALICE, BOB, CAROL] {
            assert_ok!(contribute(who, pool, PHA));
        }
        reward(pool, 100);
        for who in [ALICE, BOB, CAROL] {
            assert_ok!(withdraw(who.clone(), pool, PHA));
            assert_ok!(StakePool::claim_rewards(RuntimeOrigin::signed(who), pool));
        }
        let (dust, treasury) = (1, free(&TREASURY));
        assert_eq!(free(&StakePool::reward_account_of(pool)), EXISTENTIAL_DEPOSIT + dust);
        assert_ok!(close(OWNER, pool));
        assert!(happened(Event::PoolClosed { pool, dust }));
        assert_eq!(free(&TREASURY), treasury + dust);
    });
}

#[test]
fn close_should_fail_while_there_are_shares_or_workers() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_noop!(close(OWNER, pool), Error::<Test>::PoolNotEmpty);
        assert_ok!(withdraw(ALICE, pool, 3_000 * PHA));
        assert_ok!(withdraw(BOB, pool, 1_000 * PHA));
        assert_noop!(close(OWNER, pool), Error::<Test>::PoolNotEmpty);
        assert_ok!(StakePool::remove_worker(RuntimeOrigin::signed(OWNER), pool, worker));
        assert_ok!(close(OWNER, pool));
    });
}

#[test]
fn close_should_fail_while_there_are_rewards_to_claim() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let commission = Permill::from_percent(10);
        assert_ok!(StakePool::set_commission(RuntimeOrigin::signed(OWNER), pool, commission));
        assert_ok!(contribute(ALICE, pool, PHA));
        reward(pool, 10 * PHA);
        assert_ok!(withdraw(ALICE, pool, PHA));
        assert_noop!(close(OWNER, pool), Error::<Test>::RewardsUnclaimed);
        assert_ok!(StakePool::claim_rewards(RuntimeOrigin::signed(OWNER), pool));
        assert_noop!(close(OWNER, pool), Error::<Test>::RewardsUnclaimed);
        assert_ok!(StakePool::claim_rewards(RuntimeOrigin::signed(ALICE), pool));
        assert_ok!(close(OWNER, pool));
    });
}

#[test]
fn close_should_fail_when_the_signer_does_not_own_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_noop!(close(ALICE, pool), Error::<Test>::NotPoolOwner);
    });
}

#[test]
fn late_reward_should_go_to_the_treasury_when_its_pool_was_closed() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_ok!(close(OWNER, pool));
        let treasury = free(&TREASURY);
        assert_ok!(Balances::mint_into(&StakePool::reward_account_of(pool), PHA));
        StakePool::deposit_reward(pool, PHA);
        assert_eq!(free(&TREASURY), treasury + PHA);
        assert_eq!(free(&StakePool::reward_account_of(pool)), 0);
    });
}

#[test]
fn close_should_work_when_a_look_at_the_queue_was_planned() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = busy_pool();
        assert_ok!(withdraw(ALICE, pool, 3_000 * PHA));
        assert_ok!(withdraw(BOB, pool, 1_000 * PHA));
        stop(pool, worker);
        run_through_cool_down();
        assert_ok!(StakePool::remove_worker(RuntimeOrigin::signed(OWNER), pool, worker));
        assert_ok!(close(OWNER, pool));
        run_through_grace_period();
    });
}
