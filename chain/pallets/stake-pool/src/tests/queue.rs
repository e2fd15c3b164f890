//! What the chain does by itself for those who wait.

use super::*;
use crate::Event;
use phala_economics::SlashLevel;
use polkadot_sdk::frame_support::traits::fungible::Mutate as _;

#[test]
fn queue_should_be_served_in_order_when_a_sessions_stake_returns() {
    ExtBuilder.build_and_execute(|| {
        let (pool, [first, _]) = pool_with_sessions([1, 2]);
        assert_ok!(contribute(BOB, pool, PHA));
        assert_ok!(withdraw(ALICE, pool, 1_500 * PHA));
        assert_eq!(queue(pool), [(ALICE, 1_499 * PHA)], "a PHA was free");
        assert_ok!(withdraw(BOB, pool, PHA));
        stop(pool, first);
        run_through_cool_down();
        assert_eq!((queue(pool), held(&BOB)), (vec![], 0));
        let amount = 1_499 * PHA;
        assert!(happened(Event::Withdrawn { pool, who: ALICE, shares: amount, amount }));
        assert_eq!(StakePool::pool(pool).unwrap().free, 500 * PHA);
    });
}

#[test]
fn queue_should_be_served_a_bounded_number_of_steps_per_block() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = busy_pool();
        let people: Vec<AccountId> = (50..58).map(|id| AccountId::new([id; 32])).collect();
        for who in &people {
            assert_ok!(Balances::mint_into(who, 100 * PHA));
            assert_ok!(contribute(who.clone(), pool, 10 * PHA));
        }
        let worker = benchmarked(2, OWNER);
        assert_ok!(StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, worker));
        assert_ok!(contribute(CAROL, pool, 2_000 * PHA));
        start(pool, worker, 2_080 * PHA);
        for who in &people {
            assert_ok!(withdraw(who.clone(), pool, 10 * PHA));
        }
        assert_ok!(contribute(CAROL, pool, 1_000 * PHA));
        let mut waiting = people.len();
        while waiting > 0 {
            run_blocks(1);
            let left = queue(pool).len();
            assert_eq!(waiting - left, waiting.min(MAX_QUEUE_STEPS as usize));
            assert!(people[..people.len() - left].iter().all(|who| held(who) == 0), "in order");
            waiting = left;
        }
    });
}

#[test]
fn long_queue_of_one_pool_should_not_keep_another_pool_waiting() {
    ExtBuilder.build_and_execute(|| {
        let (long, _) = busy_pool();
        let (short, _) = pool_with_sessions([2]);
        let people: Vec<AccountId> = (50..62).map(|id| AccountId::new([id; 32])).collect();
        for who in &people {
            assert_ok!(Balances::mint_into(who, 100 * PHA));
            assert_ok!(contribute(who.clone(), long, 10 * PHA));
        }
        let worker = benchmarked(3, OWNER);
        assert_ok!(StakePool::add_worker(RuntimeOrigin::signed(OWNER), long, worker));
        assert_ok!(contribute(CAROL, long, 2_000 * PHA));
        start(long, worker, 2_120 * PHA);
        for who in &people {
            assert_ok!(withdraw(who.clone(), long, 10 * PHA));
        }
        assert_ok!(withdraw(ALICE, short, 100 * PHA));
        assert_ok!(contribute(CAROL, long, 1_000 * PHA));
        assert_ok!(contribute(CAROL, short, 100 * PHA));
        run_blocks(1);
        assert_eq!(queue(short), []);
        assert!(!queue(long).is_empty());
    });
}

#[test]
fn queued_shares_should_earn_and_bear_slashes_until_they_leave() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = busy_pool();
        assert_ok!(withdraw(BOB, pool, 1_000 * PHA));
        reward(pool, 40 * PHA);
        assert_eq!((rewards(&ALICE, pool), rewards(&BOB, pool)), (30 * PHA, 10 * PHA));

        assert_ok!(Mining::fault(worker, SlashLevel::Proven, [0; 32]));
        stop(pool, worker);
        run_through_cool_down();
        assert!(free(&BOB).abs_diff(WEALTH - 100 * PHA) <= 2, "{}", free(&BOB));
        reward(pool, 40 * PHA);
        assert_eq!(rewards(&BOB, pool), 10 * PHA, "who has left does not earn");
        assert!(rewards(&ALICE, pool).abs_diff(70 * PHA) <= 2, "{}", rewards(&ALICE, pool));
    });
}

#[test]
fn newcomer_should_neither_lose_nor_jump_the_queue_when_others_wait() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = busy_pool();
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        assert_ok!(contribute(CAROL, pool, 700 * PHA));
        assert_eq!(value(&CAROL, pool), 700 * PHA);
        assert_ok!(withdraw(CAROL, pool, 700 * PHA));
        assert_eq!(held(&CAROL), 700 * PHA);
        run_blocks(1);
        assert_eq!(queue(pool), [(ALICE, 300 * PHA), (CAROL, 700 * PHA)]);
        assert_eq!(value(&CAROL, pool), 700 * PHA, "what was paid to others cost the newcomer nothing");
    });
}

#[test]
fn worthless_shares_in_the_queue_should_leave_by_themselves_when_the_pool_is_slashed_to_nothing() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = busy_pool();
        assert_ok!(withdraw(ALICE, pool, 3_000 * PHA));
        assert_ok!(withdraw(BOB, pool, 1_000 * PHA));
        assert_ok!(Mining::fault(worker, SlashLevel::Threat, [0; 32]));
        run_through_cool_down();
        assert_eq!((held(&ALICE), held(&BOB), queue(pool)), (0, 0, vec![]));
        let view = StakePool::pool(pool).unwrap();
        assert_eq!((view.shares, view.stake, view.insolvent), (0, 0, false));
        assert_ok!(contribute(CAROL, pool, 2_000 * PHA));
        assert_eq!((shares(&CAROL, pool), value(&CAROL, pool)), (2_000 * PHA, 2_000 * PHA));
    });
}
