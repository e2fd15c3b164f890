use super::*;

#[test]
fn contribute_should_hold_the_stake_in_the_delegators_own_account() {
    ExtBuilder.build_and_execute(|| {
        let vault = vault();
        assert_ok!(Vault::contribute(by(&ALICE), vault, 100 * PHA));
        assert_eq!((held(&ALICE), free(&ALICE)), (100 * PHA, WEALTH - 100 * PHA));
        assert_eq!((shares(&ALICE, vault), value(&ALICE, vault)), (100 * PHA, 100 * PHA));
        assert_eq!((seen(vault).stake, seen(vault).free), (100 * PHA, 100 * PHA));
        assert_eq!(free(&Vault::account_of(vault)), EXISTENTIAL_DEPOSIT, "a vault never has the stake");
        let event = Event::Contributed { vault, who: ALICE, amount: 100 * PHA, shares: 100 * PHA };
        assert!(happened(event));
    });
}

#[test]
fn contribute_should_add_up_with_stake_in_pools_and_other_vaults() {
    ExtBuilder.build_and_execute(|| {
        let (first, second, pool) = (vault(), vault(), pool());
        assert_ok!(Vault::contribute(by(&ALICE), first, 100 * PHA));
        assert_ok!(Vault::contribute(by(&ALICE), second, 50 * PHA));
        assert_ok!(Vault::contribute(by(&ALICE), first, 7 * PHA));
        assert_ok!(StakePool::contribute(by(&ALICE), pool, 11 * PHA));
        assert_eq!(held(&ALICE), 157 * PHA);
        assert_eq!(free(&ALICE), WEALTH - 168 * PHA);
        assert_eq!(Vault::positions(ALICE).len(), 2);
    });
}

#[test]
fn contribute_should_not_share_in_what_was_earned_before_even_if_nobody_has_claimed_it() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, _) = mining_vault();
        reward(pool, 40 * PHA);
        assert_ok!(Vault::contribute(by(&CAROL), vault, 4_000 * PHA));
        reward(pool, 80 * PHA);
        assert_eq!(rewards(&ALICE, vault), 30 * PHA + 30 * PHA);
        assert_eq!(rewards(&BOB, vault), 10 * PHA + 10 * PHA);
        assert_eq!(rewards(&CAROL, vault), 40 * PHA);
    });
}

#[test]
fn contribute_should_fail_when_below_the_minimum() {
    ExtBuilder.build_and_execute(|| {
        let vault = vault();
        let few = Vault::contribute(by(&ALICE), vault, MIN_CONTRIBUTION - 1);
        assert_eq!(few, Err(Error::<Test>::ContributionTooSmall.into()));
        assert_ok!(Vault::contribute(by(&ALICE), vault, MIN_CONTRIBUTION));
    });
}

#[test]
fn contribute_should_fail_when_the_account_has_less() {
    ExtBuilder.build_and_execute(|| {
        let vault = vault();
        for amount in [WEALTH + 1, Balance::MAX] {
            let before = crate::Vaults::<Test>::get(vault);
            assert!(attempt(|| Vault::contribute(by(&ALICE), vault, amount)).is_err());
            assert_eq!(crate::Vaults::<Test>::get(vault), before);
        }
        assert_eq!(held(&ALICE), 0);
    });
}

#[test]
fn contribute_should_fail_when_there_is_no_such_vault() {
    ExtBuilder.build_and_execute(|| {
        assert_noop!(Vault::contribute(by(&ALICE), 0, PHA), Error::<Test>::VaultNotFound);
    });
}

#[test]
fn contribute_should_fail_when_a_vault_signs() {
    ExtBuilder.build_and_execute(|| {
        let (first, second) = (vault(), vault());
        let vaults_own = Vault::account_of(first);
        for vault in [first, second] {
            let refused = Vault::contribute(by(&vaults_own), vault, PHA);
            assert_eq!(refused, Err(Error::<Test>::VaultInVault.into()));
        }
    });
}

#[test]
fn contribute_should_fail_when_the_vault_was_slashed_to_nothing() {
    ExtBuilder.build_and_execute(|| {
        let (vault, _, worker) = mining_vault();
        assert_ok!(Mining::fault(worker, phala_economics::SlashLevel::Threat, [0; 32]));
        run_through_cool_down();
        assert!(seen(vault).insolvent);
        let refused = Vault::contribute(by(&CAROL), vault, PHA);
        assert_eq!(refused, Err(Error::<Test>::VaultInsolvent.into()));

        // Worthless shares leave at once, and the vault opens again.
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 3_000 * PHA));
        assert_ok!(Vault::withdraw(by(&BOB), vault, 1_000 * PHA));
        assert_eq!((held(&ALICE), held(&BOB)), (0, 0));
        assert_ok!(Vault::contribute(by(&CAROL), vault, PHA));
        assert_eq!(value(&CAROL, vault), PHA);
    });
}
