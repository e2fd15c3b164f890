use super::*;
use crate::{Error, Event};
use polkadot_sdk::frame_support::assert_noop;

#[test]
fn remove_worker_should_free_the_worker_for_another_pool() {
    ExtBuilder.build_and_execute(|| {
        let (first, worker) = staked_pool();
        let second = pool();
        assert_ok!(StakePool::remove_worker(RuntimeOrigin::signed(OWNER), first, worker));
        assert!(happened(Event::WorkerRemoved { pool: first, worker }));
        assert!(StakePool::workers(first).is_empty());
        assert_ok!(StakePool::add_worker(RuntimeOrigin::signed(OWNER), second, worker));
    });
}

#[test]
fn remove_worker_should_fail_until_the_stake_of_its_session_has_returned() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        let remove = || StakePool::remove_worker(RuntimeOrigin::signed(OWNER), pool, worker);
        assert_ok!(StakePool::start_session(RuntimeOrigin::signed(OWNER), pool, worker, 2_000 * PHA));
        assert_noop!(remove(), Error::<Test>::WorkerBusy);
        assert_ok!(StakePool::stop_session(RuntimeOrigin::signed(OWNER), pool, worker));
        assert_noop!(remove(), Error::<Test>::WorkerBusy);
        run_through_cool_down();
        assert_ok!(remove());
    });
}

#[test]
fn remove_worker_should_fail_when_the_worker_is_in_another_pool_or_none() {
    ExtBuilder.build_and_execute(|| {
        let (_, worker) = staked_pool();
        let other = pool();
        let call = StakePool::remove_worker(RuntimeOrigin::signed(OWNER), other, worker);
        assert_noop!(call, Error::<Test>::WorkerNotInPool);
        let call = StakePool::remove_worker(RuntimeOrigin::signed(OWNER), other + 1, worker);
        assert_noop!(call, Error::<Test>::PoolNotFound);
    });
}

#[test]
fn remove_worker_should_be_open_to_the_operator_when_the_worker_changed_hands() {
    ExtBuilder.build_and_execute(|| {
        let (first, worker) = staked_pool();
        let by_alice = || StakePool::remove_worker(RuntimeOrigin::signed(ALICE), first, worker);
        assert_noop!(by_alice(), Error::<Test>::NotPoolOwner);
        register(1, ALICE);
        assert_ok!(by_alice());
    });
}

#[test]
fn remove_worker_should_be_open_to_the_manager() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_ok!(StakePool::set_manager(RuntimeOrigin::signed(OWNER), pool, Some(CAROL)));
        assert_ok!(StakePool::remove_worker(RuntimeOrigin::signed(CAROL), pool, worker));
        assert_eq!(StakePool::pool(pool).unwrap().workers, 0);
    });
}
