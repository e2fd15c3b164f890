use super::*;

fn describe(who: &AccountId, vault: VaultId, text: &[u8]) -> Result<(), DispatchError> {
    Vault::set_description(by(who), vault, text.to_vec().try_into().unwrap())
}

#[test]
fn set_description_should_be_seen_until_it_is_emptied() {
    ExtBuilder.build_and_execute(|| {
        let vault = vault();
        assert_ok!(describe(&OWNER, vault, "für alle".as_bytes()));
        assert_eq!(seen(vault).description, "für alle".as_bytes());
        assert!(happened(Event::DescriptionSet { vault }));
        assert_ok!(describe(&OWNER, vault, b""));
        assert_eq!(crate::Descriptions::<Test>::iter().count(), 0);
    });
}

#[test]
fn set_description_should_fail_when_it_is_not_text() {
    ExtBuilder.build_and_execute(|| {
        let vault = vault();
        assert_noop!(describe(&OWNER, vault, &[0xff, 0xfe]), Error::<Test>::DescriptionNotText);
    });
}

#[test]
fn set_description_should_fail_when_the_signer_is_not_the_owner() {
    ExtBuilder.build_and_execute(|| {
        let vault = vault();
        assert_noop!(describe(&ALICE, vault, b"mine"), Error::<Test>::NotVaultOwner);
        assert_noop!(describe(&OWNER, vault + 1, b"mine"), Error::<Test>::VaultNotFound);
    });
}
