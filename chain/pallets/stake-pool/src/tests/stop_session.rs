use super::*;
use crate::{Error, Event};
use polkadot_sdk::frame_support::assert_noop;

fn stop_as(who: AccountId, pool: PoolId, worker: WorkerId) -> Result<(), DispatchError> {
    StakePool::stop_session(RuntimeOrigin::signed(who), pool, worker)
}

#[test]
fn stop_session_should_bring_the_stake_back_by_itself_after_the_cool_down() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_ok!(StakePool::start_session(RuntimeOrigin::signed(OWNER), pool, worker, 2_000 * PHA));
        assert_ok!(stop_as(OWNER, pool, worker));
        assert_eq!(StakePool::pool(pool).unwrap().free, 2_000 * PHA, "it cools down");
        run_through_cool_down();
        assert_eq!(StakePool::pool(pool).unwrap().free, 4_000 * PHA);
        let event = Event::StakeReturned { pool, worker, taken: 2_000 * PHA, returned: 2_000 * PHA };
        assert!(happened(event));
    });
}

#[test]
fn stop_session_should_fail_when_the_signer_does_not_own_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_ok!(StakePool::start_session(RuntimeOrigin::signed(OWNER), pool, worker, 2_000 * PHA));
        assert_noop!(stop_as(ALICE, pool, worker), Error::<Test>::NotPoolOwner);
        assert_noop!(stop_as(OWNER, pool + 1, worker), Error::<Test>::PoolNotFound);
    });
}

#[test]
fn stop_session_should_fail_when_there_is_none_to_stop() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_noop!(stop_as(OWNER, pool, worker), pallet_mining::Error::<Test>::NotMining);
        let other = benchmarked(2, OWNER);
        assert_noop!(stop_as(OWNER, pool, other), Error::<Test>::WorkerNotInPool);
        assert_ok!(StakePool::start_session(RuntimeOrigin::signed(OWNER), pool, worker, 2_000 * PHA));
        assert_ok!(stop_as(OWNER, pool, worker));
        assert_noop!(stop_as(OWNER, pool, worker), pallet_mining::Error::<Test>::CoolingDown);
    });
}

#[test]
fn stop_session_should_be_open_to_the_manager() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = busy_pool();
        assert_ok!(StakePool::set_manager(RuntimeOrigin::signed(OWNER), pool, Some(CAROL)));
        assert_ok!(stop_as(CAROL, pool, worker));
        let view = StakePool::pool(pool).unwrap();
        assert_eq!((view.sessions, view.cooling), (0, 4_000 * PHA));
        assert_eq!(view.more_at, Some(Timestamp::get() + COOL_DOWN));
    });
}
