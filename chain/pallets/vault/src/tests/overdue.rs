//! What a vault does by itself for those who have waited too long.

use super::*;

const GRACE: u32 = (GRACE_PERIOD / BLOCK_TIME) as u32;

#[test]
fn overdue_withdrawal_should_be_taken_out_of_pools_but_not_before() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        delegate(vault, pool, 4_000 * PHA);
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 1_000 * PHA));
        run_blocks(GRACE);
        assert_eq!(held(&ALICE), 3_000 * PHA);
        run_blocks(2);
        assert_eq!((held(&ALICE), free(&ALICE)), (2_000 * PHA, WEALTH - 2_000 * PHA));
        assert!(happened(Event::WithdrawalOverdue { vault, who: ALICE, shares: 1_000 * PHA }));
        assert!(happened(Event::Undelegated { vault, pool, shares: 1_000 * PHA, forced: true }));
        assert_eq!((seen(vault).stake, seen(vault).free), (3_000 * PHA, 0), "only as much as needed");
    });
}

#[test]
fn overdue_withdrawal_should_come_out_of_the_newest_pool_first() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pools) = (staked_vault(), [pool(), pool(), pool()]);
        for pool in pools {
            delegate(vault, pool, 1_000 * PHA);
        }
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 2_500 * PHA));
        run_blocks(GRACE + 2);
        assert_eq!(held(&ALICE), 500 * PHA);
        let left = pools.map(|pool| StakePool::value_in(&Vault::account_of(vault), pool));
        assert_eq!(left, [1_000 * PHA, 500 * PHA, 0]);
    });
}

#[test]
fn overdue_withdrawal_should_end_sessions_through_the_pools_own_grace_period() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, worker) = mining_vault();
        assert_ok!(Vault::withdraw(by(&BOB), vault, 1_000 * PHA));
        run_blocks(GRACE + 2);
        assert_eq!(seen(vault).pools[0].leaving, 1_000 * PHA, "the vault waits like anybody else");
        assert!(Mining::is_responsive(&worker));

        run_blocks(GRACE + 2);
        assert!(!Mining::is_responsive(&worker));
        run_through_cool_down();
        run_blocks(2);
        assert_eq!((held(&BOB), free(&BOB)), (0, WEALTH));
        assert_eq!(StakePool::pool(pool).unwrap().free, 3_000 * PHA, "the rest is the pool's to use");
    });
}

#[test]
fn overdue_withdrawal_should_count_what_is_on_its_way_already() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        let (first, second) = (pool_with_worker(1), pool_with_worker(2));
        for (pool, worker) in [first, second] {
            delegate(vault, pool, 2_000 * PHA);
            start(pool, worker, 2_000 * PHA);
        }
        assert_ok!(Vault::undelegate(by(&OWNER), vault, first.0, 1_500 * PHA));
        assert_ok!(Vault::withdraw(by(&BOB), vault, 1_000 * PHA));
        run_blocks(GRACE + 2);
        let leaving: Vec<_> = seen(vault).pools.iter().map(|placed| placed.leaving).collect();
        assert_eq!(leaving, [1_500 * PHA, 0]);

        assert_ok!(Vault::withdraw(by(&ALICE), vault, 1_000 * PHA));
        run_blocks(GRACE - 1);
        let leaving: Vec<_> = seen(vault).pools.iter().map(|placed| placed.leaving).collect();
        assert_eq!(leaving[1], 0, "a withdrawal in its grace period is not reason enough");
    });
}

#[test]
fn every_withdrawal_should_become_overdue_in_its_own_time() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        delegate(vault, pool, 4_000 * PHA);
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 1_000 * PHA));
        run_blocks(10);
        assert_ok!(Vault::withdraw(by(&BOB), vault, 500 * PHA));
        run_blocks(GRACE - 8);
        assert_eq!((held(&ALICE), held(&BOB)), (2_000 * PHA, 1_000 * PHA));
        run_blocks(10);
        assert_eq!((held(&ALICE), held(&BOB)), (2_000 * PHA, 500 * PHA));
    });
}

#[test]
fn block_should_take_a_bounded_number_of_steps() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        delegate(vault, pool, 4_000 * PHA);
        let people: Vec<_> = (100..100 + 3 * MAX_STEPS as u8).map(|n| AccountId::new([n; 32])).collect();
        for who in &people {
            assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), who.clone(), 10 * PHA));
            assert_ok!(Vault::contribute(by(who), vault, 5 * PHA));
        }
        assert_ok!(Vault::delegate(by(&OWNER), vault, pool, seen(vault).free));
        for who in &people {
            assert_ok!(Vault::withdraw(by(who), vault, 5 * PHA));
        }
        assert_ok!(Vault::undelegate(by(&OWNER), vault, pool, 1_000 * PHA));
        let waiting = |block: u32| {
            run_blocks(block);
            seen(vault).waiting
        };
        assert_eq!([waiting(0), waiting(1), waiting(1), waiting(1)], [12, 8, 4, 0]);
        assert!(people.iter().all(|who| free(who) == 10 * PHA));
    });
}

#[test]
fn two_vaults_should_both_get_their_turn_when_one_has_more_to_do_than_a_block_allows() {
    ExtBuilder.build_and_execute(|| {
        let (busy, quiet) = (staked_vault(), staked_vault());
        let people: Vec<_> = (100..200u8).map(|n| AccountId::new([n; 32])).collect();
        let pool = pool();
        for who in &people {
            assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), who.clone(), 10 * PHA));
            assert_ok!(Vault::contribute(by(who), busy, 5 * PHA));
        }
        delegate(busy, pool, seen(busy).free);
        delegate(quiet, pool, 4_000 * PHA);
        for who in &people {
            assert_ok!(Vault::withdraw(by(who), busy, 5 * PHA));
        }
        assert_ok!(Vault::withdraw(by(&ALICE), quiet, 1_000 * PHA));
        let before = held(&ALICE);
        for vault in [busy, quiet] {
            assert_ok!(Vault::undelegate(by(&OWNER), vault, pool, 1_000 * PHA));
        }
        run_blocks(3);
        assert!(seen(busy).waiting > 80);
        assert_eq!(before - held(&ALICE), 1_000 * PHA);
    });
}

#[test]
fn withdrawal_should_not_wait_for_ever_when_its_shares_have_lost_all_value() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, worker) = mining_vault();
        assert_ok!(Vault::withdraw(by(&BOB), vault, 1_000 * PHA));
        run_blocks(GRACE + 2);
        assert_eq!(seen(vault).pools[0].leaving, 1_000 * PHA);
        assert_ok!(Mining::fault(worker, phala_economics::SlashLevel::Threat, [0; 32]));
        run_through_cool_down();
        run_blocks(2);
        assert_eq!((position(&BOB, vault), held(&BOB)), (None, 0));
        assert_eq!(StakePool::value_in(&Vault::account_of(vault), pool), 0);
        assert_eq!(seen(vault).waiting, 0);
    });
}

/// Vault owners once raised their commission to everything just before rewards came in.
#[test]
fn vault_owner_commission_abuse_of_2023_should_not_be_possible() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, _) = mining_vault();
        reward(pool, 100 * PHA);
        let all = Vault::set_fee(by(&OWNER), vault, Permill::one());
        assert_eq!(all, Err(Error::<Test>::FeeTooHigh.into()));
        assert_ok!(Vault::set_fee(by(&OWNER), vault, Permill::from_percent(10)));
        reward(pool, 100 * PHA);
        assert_eq!(Vault::claim_rewards(by(&OWNER), vault), Err(Error::<Test>::NothingToClaim.into()));
        assert_eq!((rewards(&ALICE, vault), rewards(&BOB, vault)), (150 * PHA, 50 * PHA));
    });
}

/// Queues of vaults once got stuck until somebody found the call that forced them.
#[test]
fn stuck_vault_queue_of_2023_should_move_by_itself_even_if_the_owner_does_everything_to_stop_it() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, worker) = mining_vault();
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 3_000 * PHA));
        let blocks = 2 * GRACE + (COOL_DOWN / BLOCK_TIME) as u32 + 8;
        for _ in 0..blocks {
            run_blocks(1);
            // Takes the place in the pool's queue anew, if only it could.
            let _refused_once_asked = attempt(|| Vault::undelegate(by(&OWNER), vault, pool, 3_000 * PHA));
            let _refused = attempt(|| Vault::delegate(by(&OWNER), vault, pool, PHA));
            let _no_stake = attempt(|| StakePool::start_session(by(&MINER), pool, worker, 4_000 * PHA));
        }
        assert_eq!((held(&ALICE), free(&ALICE)), (0, WEALTH));
    });
}
