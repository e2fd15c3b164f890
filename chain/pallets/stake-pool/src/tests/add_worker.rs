use super::*;
use crate::{Error, Event};
use polkadot_sdk::frame_support::{assert_noop, assert_ok};

#[test]
fn add_worker_should_list_the_worker_in_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let worker = benchmarked(1, OWNER);
        assert_ok!(StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, worker));
        assert!(happened(Event::WorkerAdded { pool, worker }));
        assert_eq!(StakePool::workers(pool), vec![worker]);
        assert_eq!(StakePool::pool_of(worker), Some(pool));
    });
}

#[test]
fn add_worker_should_fail_when_the_signer_does_not_own_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let worker = benchmarked(1, ALICE);
        let call = StakePool::add_worker(RuntimeOrigin::signed(ALICE), pool, worker);
        assert_noop!(call, Error::<Test>::NotPoolOwner);
        let call = StakePool::add_worker(RuntimeOrigin::signed(ALICE), pool + 1, worker);
        assert_noop!(call, Error::<Test>::PoolNotFound);
    });
}

#[test]
fn add_worker_should_fail_when_the_owner_is_not_the_operator() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let worker = benchmarked(1, ALICE);
        let call = StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, worker);
        assert_noop!(call, pallet_registry::Error::<Test>::NotOperator);
    });
}

#[test]
fn add_worker_should_fail_when_the_registry_does_not_know_the_worker() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let stranger = phala_primitives::WorkerId([7; 32]);
        let call = StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, stranger);
        assert_noop!(call, pallet_registry::Error::<Test>::WorkerNotFound);
    });
}

#[test]
fn add_worker_should_fail_when_the_worker_has_no_score() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let worker = register(1, OWNER);
        let call = StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, worker);
        assert_noop!(call, Error::<Test>::WorkerNotBenchmarked);
    });
}

#[test]
fn add_worker_should_fail_when_the_worker_is_in_a_pool_already() {
    ExtBuilder.build_and_execute(|| {
        let (first, second) = (pool(), pool());
        let worker = benchmarked(1, OWNER);
        assert_ok!(StakePool::add_worker(RuntimeOrigin::signed(OWNER), first, worker));
        for pool in [first, second] {
            let call = StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, worker);
            assert_noop!(call, Error::<Test>::WorkerInPool);
        }
    });
}
