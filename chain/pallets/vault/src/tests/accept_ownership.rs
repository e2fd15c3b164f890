use super::*;

#[test]
fn accept_ownership_should_hand_over_the_vault_but_not_fees_earned_before() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (vault(), pool());
        charge(vault, 10);
        assert_ok!(Vault::contribute(by(&ALICE), vault, 100 * PHA));
        delegate(vault, pool, 100 * PHA);
        reward(pool, 10 * PHA);
        assert_ok!(Vault::offer_ownership(by(&OWNER), vault, Some(CAROL)));
        assert_ok!(Vault::accept_ownership(by(&CAROL), vault));
        assert!(happened(Event::OwnershipTransferred { vault, from: OWNER, to: CAROL }));
        assert_eq!((seen(vault).owner, seen(vault).offered_to), (CAROL, None));
        assert_eq!(rewards(&OWNER, vault), PHA, "the pool knew of it, the vault did not yet");

        reward(pool, 20 * PHA);
        assert_eq!((seen(vault).owner_rewards, rewards(&OWNER, vault)), (2 * PHA, PHA));
        let refused = Vault::delegate(by(&OWNER), vault, pool, 1);
        assert_eq!(refused, Err(Error::<Test>::NotVaultOwner.into()));
        assert_ok!(Vault::claim_rewards(by(&OWNER), vault));
    });
}

#[test]
fn accept_ownership_should_fail_when_the_vault_is_offered_to_somebody_else() {
    ExtBuilder.build_and_execute(|| {
        let vault = vault();
        assert_ok!(Vault::offer_ownership(by(&OWNER), vault, Some(ALICE)));
        for who in [BOB, OWNER] {
            assert_noop!(Vault::accept_ownership(by(&who), vault), Error::<Test>::NotOffered);
        }
        assert_noop!(Vault::accept_ownership(by(&ALICE), vault + 1), Error::<Test>::VaultNotFound);
        assert_ok!(Vault::accept_ownership(by(&ALICE), vault));
        assert_noop!(Vault::accept_ownership(by(&ALICE), vault), Error::<Test>::NotOffered);
    });
}
