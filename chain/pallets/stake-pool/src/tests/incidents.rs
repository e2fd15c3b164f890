//! What once hurt the users of the original network's pools, each as a test that it cannot happen here.

use super::*;
use crate::Error;
use phala_economics::{SlashLevel, TokenomicParameters};
use polkadot_sdk::{frame_support::assert_noop, sp_runtime::Permill};

/// A worker that was removed while it cooled down and added again got a new record over the old one:
/// the stake behind the old one was lost to the pool.
#[test]
fn stake_should_not_be_frozen_when_a_worker_is_removed_and_added_again_in_cool_down() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = busy_pool();
        stop(pool, worker);
        let owner = || RuntimeOrigin::signed(OWNER);
        assert_noop!(StakePool::remove_worker(owner(), pool, worker), Error::<Test>::WorkerBusy);
        assert_noop!(StakePool::add_worker(owner(), pool, worker), Error::<Test>::WorkerInPool);
        let restart = StakePool::start_session(owner(), pool, worker, 2_000 * PHA);
        assert_noop!(restart, Error::<Test>::InsufficientFreeStake);
        assert_ok!(contribute(CAROL, pool, 2_000 * PHA));
        let restart = StakePool::start_session(owner(), pool, worker, 2_000 * PHA);
        assert_noop!(restart, pallet_mining::Error::<Test>::WorkerInSession);

        run_through_cool_down();
        assert_eq!(StakePool::pool(pool).unwrap().free, 6_000 * PHA);
        assert_ok!(StakePool::remove_worker(owner(), pool, worker));
        assert_ok!(StakePool::add_worker(owner(), pool, worker));
        start(pool, worker, 2_000 * PHA);
    });
}

/// A batch of rewards was dropped from the first worker on that was in no pool.
#[test]
fn rewards_should_arrive_at_all_pools_when_one_worker_is_assigned_to_none() {
    // The assignment is taken away behind the pallet's back, so that the invariants do not hold.
    ExtBuilder.build().execute_with(|| {
        let (first, [lost]) = pool_with_sessions([1]);
        let (second, [other]) = pool_with_sessions([2]);
        let growing = TokenomicParameters {
            challenges_per_block: 20,
            challenge_interval: BLOCK_TIME,
            cool_down: COOL_DOWN,
            ..TokenomicParameters::khala()
        };
        assert_ok!(Mining::set_parameters(RuntimeOrigin::root(), growing));
        crate::WorkerPool::<Test>::remove(lost);
        crate::PoolWorkers::<Test>::remove(first, lost);
        let both = [lost, other];
        let open = |worker| Mining::worker_session(worker).unwrap().challenge;
        while both.iter().any(|worker| open(*worker).is_none()) {
            run_blocks(1);
        }
        for worker in both {
            let session = Mining::worker_session(worker).unwrap();
            let challenge = session.challenge.unwrap().number;
            assert_ok!(Mining::heartbeat(worker, session.session, challenge, 100_000, 0));
        }
        assert!(rewards(&ALICE, first) > 0 && rewards(&ALICE, second) > 0);

        // Nor does its stake stay behind.
        assert_ok!(Mining::stop(lost));
        run_through_cool_down();
        assert_eq!(StakePool::pool(first).unwrap().free, 2_000 * PHA);
    });
}

/// A delegator could stand in the queue several times, with more shares than there were.
#[test]
fn delegator_should_stand_in_the_queue_once_when_withdrawing_again_and_again() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = busy_pool();
        for part in [3_000, 2_999, 1, 3_000, 2_000] {
            assert_ok!(withdraw(ALICE, pool, part * PHA));
            assert_ok!(withdraw(BOB, pool, 1_000 * PHA));
            assert_eq!(queue(pool), [(ALICE, part * PHA), (BOB, 1_000 * PHA)]);
        }
        stop(pool, worker);
        run_through_cool_down();
        assert_eq!((held(&ALICE), held(&BOB), queue(pool)), (1_000 * PHA, 0, vec![]));
    });
}

/// Shares and stake that rounding had left over made calls panic, or stay for ever.
#[test]
fn remainders_of_rounding_should_neither_panic_nor_stay_when_prices_are_odd() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = busy_pool();
        let people = [(ALICE, 3_000 * PHA), (BOB, 1_000 * PHA), (CAROL, 0)];
        for (round, level) in
            [SlashLevel::Proven, SlashLevel::GoodFaith, SlashLevel::Proven].iter().enumerate()
        {
            assert_ok!(contribute(CAROL, pool, 1_234_567_890_123 + round as Balance));
            for (who, _) in &people {
                let part = shares(who, pool) / 7 + 1;
                assert_ok!(withdraw(who.clone(), pool, part));
            }
            assert_ok!(Mining::fault(worker, *level, [0; 32]));
            stop(pool, worker);
            reward(pool, 1_000_003);
            run_through_cool_down();
            assert_eq!(queue(pool), []);
            let free = StakePool::pool(pool).unwrap().free;
            start(pool, worker, free - free / 1_000);
        }
        for (who, _) in &people {
            assert_ok!(withdraw(who.clone(), pool, shares(who, pool)));
        }
        run_through_grace_period();
        run_through_cool_down();
        let view = StakePool::pool(pool).unwrap();
        assert_eq!((view.stake, view.shares, view.unsettled, view.queue), (0, 0, 0, 0));
        assert_eq!(people.clone().map(|(who, _)| held(&who)), [0; 3]);

        for (who, _) in people {
            assert_ok!(StakePool::claim_rewards(RuntimeOrigin::signed(who), pool));
        }
        assert_ok!(StakePool::remove_worker(RuntimeOrigin::signed(OWNER), pool, worker));
        assert_ok!(StakePool::close(RuntimeOrigin::signed(OWNER), pool));
        assert_eq!(free(&StakePool::reward_account_of(pool)), 0);
    });
}

/// Stake was shown as "releasing" for months, until somebody made a call that nobody knew of.
#[test]
fn releasing_stake_should_become_free_and_pay_the_queue_when_nobody_does_anything() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = busy_pool();
        assert_ok!(withdraw(ALICE, pool, 3_000 * PHA));
        run_through_grace_period();
        assert!(!Mining::is_responsive(&worker), "nobody stopped it");
        run_through_cool_down();
        assert_eq!((held(&ALICE), free(&ALICE)), (0, WEALTH), "nobody reclaimed it, nobody called again");
        let view = StakePool::pool(pool).unwrap();
        assert_eq!((view.free, view.cooling, view.queue), (1_000 * PHA, 0, 0));
    });
}

/// Owners took rewards that had been earned already, by a sudden commission.
#[test]
fn owner_should_not_take_delegators_rewards_by_a_sudden_commission() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        let set = |percent| {
            let rate = Permill::from_percent(percent);
            StakePool::set_commission(RuntimeOrigin::signed(OWNER), pool, rate)
        };
        reward(pool, 400 * PHA);
        assert_noop!(set(100), Error::<Test>::CommissionStepTooLarge);
        assert_ok!(set(10));
        reward(pool, 400 * PHA);
        assert_eq!(rewards(&ALICE, pool), 600 * PHA, "of all rewards until the notice is over");
        run_blocks((COMMISSION_NOTICE / BLOCK_TIME) as u32);
        reward(pool, 400 * PHA);
        assert_eq!(rewards(&ALICE, pool), 870 * PHA, "what was earned before stays earned");

        // Down and up again is no way around the notice.
        assert_ok!(set(0));
        assert_ok!(set(10));
        reward(pool, 400 * PHA);
        assert_eq!(rewards(&ALICE, pool), 1_170 * PHA);
    });
}
