use super::*;

#[test]
fn undelegate_should_free_at_once_what_the_pool_has_free() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        delegate(vault, pool, 3_000 * PHA);
        assert_ok!(Vault::undelegate(by(&OWNER), vault, pool, 1_200 * PHA));
        assert_eq!((seen(vault).free, seen(vault).stake), (2_200 * PHA, 4_000 * PHA));
        assert!(happened(Event::Undelegated { vault, pool, shares: 1_200 * PHA, forced: false }));
        assert!(happened(Event::StakeReturned { vault, amount: 1_200 * PHA }));
    });
}

#[test]
fn undelegate_should_free_the_rest_by_itself_when_sessions_end() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, worker) = mining_vault();
        assert_ok!(Vault::undelegate(by(&OWNER), vault, pool, 1_500 * PHA));
        let placed = &seen(vault).pools[0];
        assert_eq!((placed.shares, placed.leaving), (4_000 * PHA, 1_500 * PHA));
        assert_eq!(seen(vault).free, 0);

        assert_ok!(StakePool::stop_session(by(&MINER), pool, worker));
        run_through_cool_down();
        assert_eq!((seen(vault).free, seen(vault).stake), (1_500 * PHA, 4_000 * PHA));
        assert_eq!(seen(vault).pools[0].leaving, 0);
    });
}

#[test]
fn undelegate_should_forget_a_pool_when_nothing_is_left_there() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        delegate(vault, pool, 3_000 * PHA);
        reward(pool, 12 * PHA);
        assert_ok!(Vault::undelegate(by(&OWNER), vault, pool, 3_000 * PHA));
        assert!(seen(vault).pools.is_empty());
        assert_eq!(rewards(&ALICE, vault), 9 * PHA, "what was earned there is not lost");

        // Not even a pool that is gone gets in the vault's way.
        assert_ok!(StakePool::close(by(&MINER), pool));
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 3_000 * PHA));
    });
}

#[test]
fn undelegate_should_fail_when_the_pool_owes_the_vault_a_withdrawal_already() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, _) = mining_vault();
        assert_ok!(Vault::undelegate(by(&OWNER), vault, pool, 1_500 * PHA));
        let refused = Vault::undelegate(by(&OWNER), vault, pool, 100 * PHA);
        assert_eq!(refused, Err(Error::<Test>::UndelegationPending.into()));
    });
}

#[test]
fn undelegate_should_fail_when_the_vault_does_not_have_the_shares() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        let undelegate = |shares| Vault::undelegate(by(&OWNER), vault, pool, shares);
        assert_eq!(undelegate(1), Err(Error::<Test>::NotInPool.into()));
        delegate(vault, pool, 3_000 * PHA);
        for shares in [0, 3_000 * PHA + 1] {
            let refused = undelegate(shares);
            assert_eq!(refused, Err(pallet_stake_pool::Error::<Test>::NotEnoughShares.into()));
        }
    });
}

#[test]
fn undelegate_should_fail_when_the_signer_is_not_the_owner() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        delegate(vault, pool, 3_000 * PHA);
        assert_noop!(Vault::undelegate(by(&ALICE), vault, pool, PHA), Error::<Test>::NotVaultOwner);
    });
}

#[test]
fn worthless_shares_of_a_pool_should_make_room_for_another_pool() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        let (pool, worker) = pool_with_worker(1);
        delegate(vault, pool, 3_000 * PHA);
        start(pool, worker, 3_000 * PHA);
        assert_ok!(Mining::fault(worker, phala_economics::SlashLevel::Threat, [0; 32]));
        run_through_cool_down();
        assert_eq!((seen(vault).stake, seen(vault).pools.len()), (1_000 * PHA, 1));
        assert_ok!(Vault::undelegate(by(&OWNER), vault, pool, 3_000 * PHA));
        assert!(seen(vault).pools.is_empty());
    });
}
