use super::*;

#[test]
fn delegate_should_place_stake_in_a_pool_without_any_balance_of_the_vault() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        assert_ok!(Vault::delegate(by(&OWNER), vault, pool, 2_500 * PHA));
        let account = Vault::account_of(vault);
        assert_eq!(free(&account), EXISTENTIAL_DEPOSIT);
        assert_eq!(StakePool::pool(pool).unwrap().free, 2_500 * PHA);
        assert_eq!(StakePool::value_in(&account, pool), 2_500 * PHA);
        let view = seen(vault);
        assert_eq!((view.stake, view.free, view.pools.len()), (4_000 * PHA, 1_500 * PHA, 1));
        assert_eq!(view.pools[0].value, 2_500 * PHA);
        assert_eq!((held(&ALICE), held(&BOB)), (3_000 * PHA, 1_000 * PHA), "delegators notice nothing");
        assert!(happened(Event::Delegated { vault, pool, amount: 2_500 * PHA }));
    });
}

#[test]
fn delegated_stake_should_back_sessions_like_any_other() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        let (pool, worker) = pool_with_worker(1);
        assert_ok!(StakePool::contribute(by(&CAROL), pool, 500 * PHA));
        delegate(vault, pool, 3_000 * PHA);
        start(pool, worker, 3_500 * PHA);
        assert!(Mining::is_responsive(&worker));
    });
}

#[test]
fn delegate_should_fail_when_the_signer_is_not_the_owner() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        for who in [ALICE, MINER] {
            assert_noop!(Vault::delegate(by(&who), vault, pool, PHA), Error::<Test>::NotVaultOwner);
        }
        assert_noop!(Vault::delegate(by(&OWNER), vault + 1, pool, PHA), Error::<Test>::VaultNotFound);
    });
}

#[test]
fn delegate_should_fail_when_less_is_free() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        delegate(vault, pool, 3_000 * PHA);
        let refused = Vault::delegate(by(&OWNER), vault, pool, 1_000 * PHA + 1);
        assert_eq!(refused, Err(Error::<Test>::InsufficientFreeStake.into()));
        delegate(vault, pool, 1_000 * PHA);
    });
}

#[test]
fn delegate_should_fail_when_somebody_waits_for_stake() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        delegate(vault, pool, 3_500 * PHA);
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 3_000 * PHA));
        assert_ok!(Vault::contribute(by(&CAROL), vault, 10 * PHA));
        let refused = Vault::delegate(by(&OWNER), vault, pool, PHA);
        assert_eq!(refused, Err(Error::<Test>::WithdrawalsWaiting.into()));
    });
}

#[test]
fn delegate_should_fail_when_the_vault_is_in_as_many_pools_as_it_may() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        for _ in 0..crate::MAX_POOLS {
            delegate(vault, pool(), PHA);
        }
        let one_more = pool();
        let refused = Vault::delegate(by(&OWNER), vault, one_more, PHA);
        assert_eq!(refused, Err(Error::<Test>::TooManyPools.into()));

        assert_ok!(Vault::undelegate(by(&OWNER), vault, 3, PHA));
        delegate(vault, one_more, PHA);
        let pools: Vec<_> = seen(vault).pools.iter().map(|placed| placed.pool).collect();
        assert_eq!(pools, [0, 1, 2, 4, 5, 6, 7, one_more]);
    });
}

#[test]
fn delegate_should_fail_when_the_pool_does_not_let_the_vault_in() {
    ExtBuilder.build().execute_with(|| {
        let (vault, pool) = (staked_vault(), pool());
        assert_ok!(StakePool::set_whitelist(by(&MINER), pool, true));
        let delegate = || attempt(|| Vault::delegate(by(&OWNER), vault, pool, PHA));
        assert_noop!(delegate(), pallet_stake_pool::Error::<Test>::NotAllowed);
        assert!(seen(vault).pools.is_empty());
        assert_ok!(StakePool::allow(by(&MINER), pool, Vault::account_of(vault)));
        assert_ok!(delegate());
        check_invariants();
    });
}
