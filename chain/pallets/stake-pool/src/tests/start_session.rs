use super::*;
use crate::{Error, Event};
use phala_primitives::{WorkerId, PHA};
use polkadot_sdk::frame_support::{assert_noop, assert_ok};

fn start(who: AccountId, pool: PoolId, worker: WorkerId, stake: Balance) -> Result<(), DispatchError> {
    StakePool::start_session(RuntimeOrigin::signed(who), pool, worker, stake)
}

#[test]
fn start_session_should_put_free_stake_behind_the_worker() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_ok!(start(OWNER, pool, worker, 2_000 * PHA));
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
        assert_noop!(start(OWNER, pool, worker, 4_000 * PHA + 1), Error::<Test>::NotEnoughFreeStake);
        assert_noop!(start(OWNER, pool, worker, Balance::MAX), Error::<Test>::NotEnoughFreeStake);
    });
}

#[test]
fn start_session_should_take_no_stake_when_mining_refuses() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_noop!(start(OWNER, pool, worker, PHA), pallet_mining::Error::<Test>::InsufficientStake);
        assert_ok!(start(OWNER, pool, worker, 2_000 * PHA));
        assert_noop!(start(OWNER, pool, worker, 2_000 * PHA), pallet_mining::Error::<Test>::WorkerInSession);
    });
}

#[test]
fn start_session_should_fail_when_the_signer_does_not_own_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_noop!(start(ALICE, pool, worker, 2_000 * PHA), Error::<Test>::NotPoolOwner);
        assert_noop!(start(OWNER, pool + 1, worker, 2_000 * PHA), Error::<Test>::PoolNotFound);
    });
}

#[test]
fn start_session_should_fail_when_the_worker_is_not_in_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        let other = benchmarked(2, OWNER);
        assert_noop!(start(OWNER, pool, other, 2_000 * PHA), Error::<Test>::WorkerNotInPool);
    });
}

#[test]
fn start_session_should_fail_when_the_worker_has_changed_hands() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        register(1, ALICE);
        let refused = pallet_registry::Error::<Test>::NotOperator;
        assert_noop!(start(OWNER, pool, worker, 2_000 * PHA), refused);
    });
}
