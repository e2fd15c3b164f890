//! What delegators of a vault notice when a session of one of its pools is slashed.

use super::*;

#[test]
fn slash_should_weigh_on_all_delegators_alike() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, worker) = mining_vault();
        slash(pool, worker);
        assert!(close_to(value(&ALICE, vault), 2_700 * PHA), "{}", value(&ALICE, vault));
        assert!(close_to(value(&BOB, vault), 900 * PHA), "{}", value(&BOB, vault));
        assert!(close_to(seen(vault).unsettled, 400 * PHA));
        assert!(close_to(seen(vault).deficit, 400 * PHA));
    });
}

#[test]
fn slash_should_go_to_the_treasury_when_the_delegator_next_calls() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, worker) = mining_vault();
        let before = free(&TREASURY);
        slash(pool, worker);
        assert_eq!((held(&ALICE), free(&TREASURY)), (3_000 * PHA, before), "nobody has called yet");
        assert!(close_to(position(&ALICE, vault).unwrap().unsettled, 300 * PHA));

        assert_ok!(Vault::contribute(by(&ALICE), vault, 100 * PHA));
        assert!(close_to(held(&ALICE), 2_800 * PHA), "{}", held(&ALICE));
        assert!(close_to(free(&TREASURY) - before, 300 * PHA));
        assert_eq!(held(&BOB), 1_000 * PHA, "each pays when calling");
    });
}

#[test]
fn slash_should_reach_only_vaults_in_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, worker) = mining_vault();
        let other = super::vault();
        assert_ok!(Vault::contribute(by(&CAROL), other, 100 * PHA));
        delegate(other, super::pool(), 100 * PHA);
        slash(pool, worker);
        assert_eq!(value(&CAROL, other), 100 * PHA);
        assert!(close_to(seen(vault).stake, 3_600 * PHA));
    });
}

#[test]
fn vault_and_direct_delegators_of_a_pool_should_lose_alike() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        let (pool, worker) = pool_with_worker(1);
        assert_ok!(StakePool::contribute(by(&CAROL), pool, 1_000 * PHA));
        delegate(vault, pool, 3_000 * PHA);
        start(pool, worker, 4_000 * PHA);
        slash(pool, worker);
        assert!(close_to(StakePool::value_in(&CAROL, pool), 900 * PHA));
        assert!(close_to(seen(vault).stake, 1_000 * PHA + 2_700 * PHA));
    });
}

#[test]
fn all_that_delegators_lose_should_arrive_at_the_treasury() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, worker) = mining_vault();
        let issued = Balances::total_issuance();
        let before = free(&TREASURY);
        slash(pool, worker);
        assert_ok!(Vault::undelegate(by(&OWNER), vault, pool, 4_000 * PHA));
        for (who, shares) in [(ALICE, 3_000 * PHA), (BOB, 1_000 * PHA)] {
            assert_ok!(Vault::withdraw(by(&who), vault, shares));
            assert_eq!(held(&who), 0);
        }
        let lost = 2 * WEALTH - free(&ALICE) - free(&BOB);
        assert_eq!(free(&TREASURY) - before, lost);
        assert_eq!(Balances::total_issuance(), issued);
        assert_eq!(seen(vault).stake, 0);
    });
}
