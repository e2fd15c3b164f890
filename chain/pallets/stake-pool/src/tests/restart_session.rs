use super::*;
use crate::{Error, Event};
use phala_economics::SlashLevel;
use polkadot_sdk::frame_support::assert_noop;

fn restart(who: AccountId, pool: PoolId, worker: WorkerId, stake: Balance) -> Result<(), DispatchError> {
    StakePool::restart_session(RuntimeOrigin::signed(who), pool, worker, stake)
}

/// [`staked_pool`] with a session of 2 000 of its 4 000 PHA.
fn mining_pool() -> (PoolId, WorkerId) {
    let (pool, worker) = staked_pool();
    assert_ok!(StakePool::start_session(RuntimeOrigin::signed(OWNER), pool, worker, 2_000 * PHA));
    (pool, worker)
}

#[test]
fn restart_session_should_put_the_difference_behind_the_worker() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = mining_pool();
        let session = Mining::session_of(&worker);
        assert_ok!(restart(OWNER, pool, worker, 3_500 * PHA));

        let view = StakePool::pool(pool).unwrap();
        assert_eq!((view.stake, view.free), (4_000 * PHA, 500 * PHA));
        assert!(Mining::is_responsive(&worker));
        assert_eq!(Mining::session_of(&worker), session);
        let (taken, returned) = (2_000 * PHA, 2_000 * PHA);
        assert!(happened(Event::StakeReturned { pool, worker, taken, returned }));
        assert!(happened(Event::StakeActivated { pool, worker, stake: 3_500 * PHA }));
        assert_eq!((held(&ALICE), held(&BOB)), (3_000 * PHA, 1_000 * PHA), "nobody moves a coin");

        assert_ok!(StakePool::stop_session(RuntimeOrigin::signed(OWNER), pool, worker));
        run_through_cool_down();
        assert_eq!(StakePool::pool(pool).unwrap().free, 4_000 * PHA);
    });
}

#[test]
fn restart_session_should_take_all_that_is_free() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = mining_pool();
        assert_noop!(restart(OWNER, pool, worker, 4_000 * PHA + 1), Error::<Test>::InsufficientFreeStake);
        assert_ok!(restart(OWNER, pool, worker, 4_000 * PHA));
        assert_eq!(StakePool::pool(pool).unwrap().free, 0);
    });
}

#[test]
fn restart_session_should_not_help_out_of_a_slash() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = mining_pool();
        assert_ok!(Mining::fault(worker, SlashLevel::Proven, [0; 32]));
        // A tenth of 2 000 PHA is gone, and with it that much of what could be free.
        assert_noop!(restart(OWNER, pool, worker, 3_900 * PHA), Error::<Test>::InsufficientFreeStake);
        assert_ok!(restart(OWNER, pool, worker, 3_000 * PHA));

        let view = StakePool::pool(pool).unwrap();
        let lost = 4_000 * PHA - view.stake;
        assert!(lost.abs_diff(200 * PHA) <= 1, "{lost}");
        assert_eq!(view.free, 4_000 * PHA - lost - 3_000 * PHA);
        let (taken, returned) = (2_000 * PHA, 2_000 * PHA - lost);
        assert!(happened(Event::StakeReturned { pool, worker, taken, returned }));
        assert!(happened(Event::PoolSlashed { pool, lost, stake: view.stake, shares: 4_000 * PHA }));
        assert!(value(&ALICE, pool).abs_diff(2_850 * PHA) <= 1, "{}", value(&ALICE, pool));
        assert!(value(&BOB, pool).abs_diff(950 * PHA) <= 1, "{}", value(&BOB, pool));

        // Nothing is taken twice.
        assert_ok!(StakePool::stop_session(RuntimeOrigin::signed(OWNER), pool, worker));
        run_through_cool_down();
        assert_eq!(StakePool::pool(pool).unwrap().free, 4_000 * PHA - lost);
    });
}

#[test]
fn restart_session_should_change_nothing_when_mining_refuses() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_noop!(restart(OWNER, pool, worker, 3_000 * PHA), pallet_mining::Error::<Test>::NotMining);
        assert_ok!(StakePool::start_session(RuntimeOrigin::signed(OWNER), pool, worker, 2_000 * PHA));
        let not_larger = pallet_mining::Error::<Test>::StakeNotLarger;
        assert_noop!(restart(OWNER, pool, worker, 2_000 * PHA), not_larger);
        let too_much = pallet_mining::Error::<Test>::TooMuchStake;
        assert_noop!(restart(OWNER, pool, worker, Balance::MAX), too_much);
        assert_ok!(StakePool::stop_session(RuntimeOrigin::signed(OWNER), pool, worker));
        assert_noop!(restart(OWNER, pool, worker, 3_000 * PHA), pallet_mining::Error::<Test>::CoolingDown);
    });
}

#[test]
fn restart_session_should_fail_when_the_signer_does_not_own_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = mining_pool();
        assert_noop!(restart(ALICE, pool, worker, 3_000 * PHA), Error::<Test>::NotPoolOwner);
        assert_noop!(restart(OWNER, pool + 1, worker, 3_000 * PHA), Error::<Test>::PoolNotFound);
    });
}

#[test]
fn restart_session_should_fail_when_the_worker_is_in_another_pool_or_none() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = mining_pool();
        let other = super::pool();
        assert_noop!(restart(OWNER, other, worker, 3_000 * PHA), Error::<Test>::WorkerNotInPool);
        let free = benchmarked(2, OWNER);
        assert_noop!(restart(OWNER, pool, free, 3_000 * PHA), Error::<Test>::WorkerNotInPool);
    });
}

#[test]
fn restart_session_should_take_no_stake_that_is_the_queues() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = mining_pool();
        assert_ok!(withdraw(ALICE, pool, 3_000 * PHA));
        assert_eq!(queue(pool), [(ALICE, 1_000 * PHA)], "2 000 PHA were free");
        assert_ok!(contribute(CAROL, pool, 1_500 * PHA));
        assert_noop!(restart(OWNER, pool, worker, 2_500 * PHA + 1), Error::<Test>::InsufficientFreeStake);
        assert_ok!(restart(OWNER, pool, worker, 2_500 * PHA));
        run_blocks(1);
        assert_eq!((held(&ALICE), queue(pool)), (0, vec![]));
    });
}

#[test]
fn restart_session_should_be_open_to_the_manager() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = mining_pool();
        assert_ok!(StakePool::set_manager(RuntimeOrigin::signed(OWNER), pool, Some(CAROL)));
        assert_ok!(restart(CAROL, pool, worker, 3_000 * PHA));
    });
}
