use super::*;

#[test]
fn offer_ownership_should_change_nothing_but_the_offer() {
    ExtBuilder.build_and_execute(|| {
        let vault = vault();
        assert_ok!(Vault::offer_ownership(by(&OWNER), vault, Some(ALICE)));
        assert_eq!((seen(vault).owner, seen(vault).offered_to), (OWNER, Some(ALICE)));
        assert!(happened(Event::OwnershipOffered { vault, to: Some(ALICE) }));
    });
}

#[test]
fn offer_ownership_should_be_taken_back_when_it_names_nobody() {
    ExtBuilder.build_and_execute(|| {
        let vault = vault();
        assert_ok!(Vault::offer_ownership(by(&OWNER), vault, Some(ALICE)));
        assert_ok!(Vault::offer_ownership(by(&OWNER), vault, None));
        let refused = Vault::accept_ownership(by(&ALICE), vault);
        assert_eq!(refused, Err(Error::<Test>::NotOffered.into()));
    });
}

#[test]
fn offer_ownership_should_fail_when_the_signer_is_not_the_owner() {
    ExtBuilder.build_and_execute(|| {
        let vault = vault();
        let offer = |vault| Vault::offer_ownership(by(&ALICE), vault, Some(ALICE));
        assert_noop!(offer(vault), Error::<Test>::NotVaultOwner);
        assert_noop!(offer(vault + 1), Error::<Test>::VaultNotFound);
    });
}
