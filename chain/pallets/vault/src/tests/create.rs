use super::*;

#[test]
fn create_should_number_vaults_from_zero() {
    ExtBuilder.build_and_execute(|| {
        assert_ok!(Vault::create(by(&ALICE)));
        assert_ok!(Vault::create(by(&BOB)));
        let account = Vault::account_of(1);
        assert!(happened(Event::VaultCreated { vault: 1, owner: BOB, account }));
        assert_eq!((seen(0).owner, seen(1).owner), (ALICE, BOB));
        assert_eq!(Vault::vaults(0).len(), 2);
        assert_eq!(Vault::vaults(1).len(), 1);
    });
}

#[test]
fn create_should_pay_the_deposit_of_the_vaults_account() {
    ExtBuilder.build_and_execute(|| {
        let before = free(&ALICE);
        assert_ok!(Vault::create(by(&ALICE)));
        assert_eq!(before - free(&ALICE), EXISTENTIAL_DEPOSIT);
        assert_eq!(free(&Vault::account_of(0)), EXISTENTIAL_DEPOSIT);
    });
}

#[test]
fn create_should_fail_when_numbers_are_used_up() {
    ExtBuilder.build().execute_with(|| {
        crate::NextVault::<Test>::put(VaultId::MAX);
        assert_noop!(Vault::create(by(&ALICE)), Error::<Test>::TooManyVaults);
    });
}

#[test]
fn create_should_fail_when_the_owner_cannot_pay_the_deposit() {
    ExtBuilder.build_and_execute(|| {
        let poor = AccountId::new([77; 32]);
        assert!(Vault::create(by(&poor)).is_err());
        assert!(Vault::vaults(0).is_empty());
    });
}
