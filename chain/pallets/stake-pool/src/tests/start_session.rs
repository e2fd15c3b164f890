use super::*;
use crate::{Error, Event};
use polkadot_sdk::frame_support::assert_noop;

fn start_as(who: AccountId, pool: PoolId, worker: WorkerId, stake: Balance) -> Result<(), DispatchError> {
    StakePool::start_session(RuntimeOrigin::signed(who), pool, worker, stake)
}

#[test]
fn start_session_should_put_free_stake_behind_the_worker() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_ok!(start_as(OWNER, pool, worker, 2_000 * PHA));
        let view = StakePool::pool(pool).unwrap();
        assert_eq!((view.stake, view.free), (4_000 * PHA, 2_000 * PHA));
        assert!(Mining::is_responsive(&worker));
        assert_eq!(Mining::pool_of(&worker), Some(pool));
        assert!(happened(Event::StakeActivated { pool, worker, stake: 2_000 * PHA }));
    });
}

#[test]
fn start_session_should_fail_when_too_little_stake_is_free() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_noop!(start_as(OWNER, pool, worker, 4_000 * PHA + 1), Error::<Test>::InsufficientFreeStake);
        assert_noop!(start_as(OWNER, pool, worker, Balance::MAX), Error::<Test>::InsufficientFreeStake);
    });
}

#[test]
fn start_session_should_take_no_stake_when_mining_refuses() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_noop!(start_as(OWNER, pool, worker, PHA), pallet_mining::Error::<Test>::InsufficientStake);
        assert_ok!(start_as(OWNER, pool, worker, 2_000 * PHA));
        assert_noop!(
            start_as(OWNER, pool, worker, 2_000 * PHA),
            pallet_mining::Error::<Test>::WorkerInSession
        );
    });
}

#[test]
fn start_session_should_fail_when_the_signer_does_not_own_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_noop!(start_as(ALICE, pool, worker, 2_000 * PHA), Error::<Test>::NotPoolOwner);
        assert_noop!(start_as(OWNER, pool + 1, worker, 2_000 * PHA), Error::<Test>::PoolNotFound);
    });
}

#[test]
fn start_session_should_fail_when_the_worker_is_not_in_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        let other = benchmarked(2, OWNER);
        assert_noop!(start_as(OWNER, pool, other, 2_000 * PHA), Error::<Test>::WorkerNotInPool);
    });
}

#[test]
fn start_session_should_fail_when_the_worker_has_changed_hands() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        register(1, ALICE);
        let refused = pallet_registry::Error::<Test>::NotOperator;
        assert_noop!(start_as(OWNER, pool, worker, 2_000 * PHA), refused);
    });
}

#[test]
fn start_session_should_be_open_to_the_manager_while_owner_or_manager_runs_the_worker() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_ok!(StakePool::set_manager(RuntimeOrigin::signed(OWNER), pool, Some(CAROL)));
        assert_ok!(start_as(CAROL, pool, worker, 2_000 * PHA));

        let other = benchmarked(2, CAROL);
        assert_ok!(StakePool::add_worker(RuntimeOrigin::signed(CAROL), pool, other));
        assert_ok!(StakePool::set_manager(RuntimeOrigin::signed(OWNER), pool, None));
        assert_noop!(start_as(CAROL, pool, other, 2_000 * PHA), Error::<Test>::NotPoolOwner);
        let not_operator = pallet_registry::Error::<Test>::NotOperator;
        assert_noop!(start_as(OWNER, pool, other, 2_000 * PHA), not_operator);
        assert_ok!(StakePool::set_manager(RuntimeOrigin::signed(OWNER), pool, Some(CAROL)));
        assert_ok!(start_as(OWNER, pool, other, 2_000 * PHA));
    });
}

#[test]
fn start_session_should_fail_when_the_free_stake_is_the_queues() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        start(pool, worker, 2_000 * PHA);
        let other = benchmarked(2, OWNER);
        assert_ok!(StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, other));
        assert_ok!(withdraw(ALICE, pool, 2_500 * PHA));
        assert_eq!(held(&ALICE), 1_000 * PHA, "all that was free");
        assert_ok!(contribute(CAROL, pool, 2_000 * PHA));

        let view = StakePool::pool(pool).unwrap();
        assert_eq!((view.free, view.available), (2_000 * PHA, 1_500 * PHA));
        let too_much = 1_500 * PHA + 1;
        assert_noop!(start_as(OWNER, pool, other, too_much), Error::<Test>::InsufficientFreeStake);
        assert_ok!(contribute(CAROL, pool, 500 * PHA));
        assert_ok!(start_as(OWNER, pool, other, 2_000 * PHA));
        run_blocks(1);
        assert_eq!(held(&ALICE), 500 * PHA);
    });
}
