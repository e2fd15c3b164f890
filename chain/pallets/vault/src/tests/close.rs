use super::*;
use polkadot_sdk::frame_support::traits::fungible::Mutate;

#[test]
fn close_should_give_the_deposit_back_and_leave_nothing() {
    ExtBuilder.build_and_execute(|| {
        let before = free(&OWNER);
        let vault = vault();
        assert_ok!(Vault::set_description(by(&OWNER), vault, b"mine".to_vec().try_into().unwrap()));
        let account = Vault::account_of(vault);
        assert_ok!(Balances::mint_into(&account, 7 * PHA));
        let treasury = free(&TREASURY);
        assert_ok!(Vault::close(by(&OWNER), vault));
        assert_eq!((free(&OWNER), free(&account)), (before, 0));
        assert_eq!(free(&TREASURY) - treasury, 7 * PHA, "what nobody can claim is the treasury's");
        assert_eq!((Vault::vault(vault), crate::Descriptions::<Test>::iter().count()), (None, 0));
        assert!(happened(Event::VaultClosed { vault, dust: 7 * PHA }));

        assert_eq!(super::vault(), vault + 1, "numbers are not used again");
    });
}

#[test]
fn close_should_fail_when_somebody_owns_shares() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 3_000 * PHA));
        assert_eq!(Vault::close(by(&OWNER), vault), Err(Error::<Test>::VaultNotEmpty.into()));
        assert_ok!(Vault::withdraw(by(&BOB), vault, 1_000 * PHA));
        assert_ok!(Vault::close(by(&OWNER), vault));
    });
}

#[test]
fn close_should_fail_when_rewards_are_not_claimed() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (vault(), pool());
        charge(vault, 10);
        assert_ok!(Vault::contribute(by(&ALICE), vault, 100 * PHA));
        delegate(vault, pool, 100 * PHA);
        reward(pool, 10 * PHA);
        assert_ok!(Vault::undelegate(by(&OWNER), vault, pool, 100 * PHA));
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 100 * PHA));
        for who in [ALICE, OWNER] {
            assert_eq!(Vault::close(by(&OWNER), vault), Err(Error::<Test>::RewardsUnclaimed.into()));
            assert_ok!(Vault::claim_rewards(by(&who), vault));
        }
        assert_ok!(Vault::close(by(&OWNER), vault));
    });
}

#[test]
fn close_should_drop_an_announced_fee() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        assert_ok!(Vault::set_fee(by(&OWNER), vault, Permill::from_percent(5)));
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 3_000 * PHA));
        assert_ok!(Vault::withdraw(by(&BOB), vault, 1_000 * PHA));
        assert_ok!(Vault::close(by(&OWNER), vault));
        assert_eq!(crate::Turns::<Test>::iter().count(), 0);
        run_blocks((COMMISSION_NOTICE / BLOCK_TIME) as u32 + 2);
    });
}

#[test]
fn close_should_fail_when_the_signer_is_not_the_owner() {
    ExtBuilder.build_and_execute(|| {
        let vault = vault();
        assert_noop!(Vault::close(by(&ALICE), vault), Error::<Test>::NotVaultOwner);
        assert_noop!(Vault::close(by(&OWNER), vault + 1), Error::<Test>::VaultNotFound);
    });
}
