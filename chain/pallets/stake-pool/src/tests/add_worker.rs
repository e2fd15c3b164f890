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
        let workers = StakePool::workers(pool);
        assert_eq!(workers.iter().map(|view| view.worker).collect::<Vec<_>>(), [worker]);
        assert_eq!(StakePool::pool(pool).unwrap().workers, 1);
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

#[test]
fn add_worker_should_be_open_to_the_manager_with_a_worker_of_its_own() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let worker = benchmarked(1, BOB);
        let by_bob = || StakePool::add_worker(RuntimeOrigin::signed(BOB), pool, worker);
        assert_noop!(by_bob(), Error::<Test>::NotPoolOwner);
        assert_ok!(StakePool::set_manager(RuntimeOrigin::signed(OWNER), pool, Some(BOB)));
        let by_owner = StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, worker);
        assert_noop!(by_owner, pallet_registry::Error::<Test>::NotOperator);
        assert_ok!(by_bob());
    });
}

#[test]
fn add_worker_should_fail_when_the_pool_has_as_many_as_it_may() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let add = |seed| {
            let worker = benchmarked(seed, OWNER);
            StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, worker).map(|()| worker)
        };
        let first = add(1).unwrap();
        for seed in 2..=MAX_WORKERS as u8 {
            assert_ok!(add(seed));
        }
        let one_more = benchmarked(9, OWNER);
        let add = || StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, one_more);
        assert_noop!(add(), Error::<Test>::TooManyWorkers);
        assert_ok!(StakePool::remove_worker(RuntimeOrigin::signed(OWNER), pool, first));
        assert_ok!(add());
    });
}
