use super::*;

fn set(vault: VaultId, percent: u32) -> Result<(), DispatchError> {
    Vault::set_fee(by(&OWNER), vault, Permill::from_percent(percent))
}

/// Blocks until an announcement takes effect.
fn run_through_notice() {
    run_blocks((COMMISSION_NOTICE / BLOCK_TIME) as u32 + 2);
}

#[test]
fn set_fee_should_hold_at_once_while_there_are_no_delegators() {
    ExtBuilder.build_and_execute(|| {
        let vault = vault();
        assert_ok!(set(vault, 50));
        assert_eq!((seen(vault).fee, seen(vault).announced), (Permill::from_percent(50), None));
    });
}

#[test]
fn set_fee_should_announce_a_raise_and_let_it_take_effect_by_itself() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        assert_ok!(set(vault, 10));
        let from = Timestamp::get() + COMMISSION_NOTICE;
        assert!(happened(Event::FeeSet { vault, fee: Permill::from_percent(10), from }));
        assert_eq!(seen(vault).fee, Permill::zero());
        assert_eq!(seen(vault).announced, Some((Permill::from_percent(10), from)));
        run_through_notice();
        let stored = crate::Vaults::<Test>::get(vault).unwrap();
        assert_eq!((stored.fee.rate, stored.fee.raise), (Permill::from_percent(10), None));
    });
}

#[test]
fn raise_should_not_be_charged_on_what_was_earned_before_it() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, _) = mining_vault();
        assert_ok!(set(vault, 10));
        reward(pool, 40 * PHA);
        run_through_notice();
        assert_eq!(seen(vault).owner_rewards, 0);
        reward(pool, 40 * PHA);
        assert_eq!(seen(vault).owner_rewards, 4 * PHA);
    });
}

#[test]
fn lower_fee_should_hold_at_once_but_not_for_what_was_earned_before() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (vault(), pool());
        assert_ok!(set(vault, 20));
        assert_ok!(Vault::contribute(by(&ALICE), vault, 100 * PHA));
        delegate(vault, pool, 100 * PHA);
        reward(pool, 10 * PHA);
        assert_ok!(set(vault, 10));
        assert_eq!(seen(vault).owner_rewards, 2 * PHA);
        reward(pool, 10 * PHA);
        assert_eq!(seen(vault).owner_rewards, 3 * PHA);
    });
}

#[test]
fn lower_fee_should_cancel_an_announced_raise() {
    ExtBuilder.build_and_execute(|| {
        let vault = vault();
        assert_ok!(set(vault, 20));
        assert_ok!(Vault::contribute(by(&ALICE), vault, 100 * PHA));
        assert_ok!(set(vault, 30));
        assert_ok!(set(vault, 20));
        run_through_notice();
        assert_eq!((seen(vault).fee, seen(vault).announced), (Permill::from_percent(20), None));
    });
}

#[test]
fn set_fee_should_fail_when_it_rises_too_much_or_too_high() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        assert_eq!(set(vault, 11), Err(Error::<Test>::FeeStepTooLarge.into()));
        assert_noop!(set(vault, 51), Error::<Test>::FeeTooHigh);
        assert_ok!(set(vault, 10));
    });
}

#[test]
fn set_fee_should_fail_when_nothing_changes() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        assert_eq!(set(vault, 0), Err(Error::<Test>::FeeNotChanged.into()));
        assert_ok!(set(vault, 10));
        assert_eq!(set(vault, 10), Err(Error::<Test>::FeeNotChanged.into()));
    });
}

#[test]
fn set_fee_should_fail_when_the_signer_is_not_the_owner() {
    ExtBuilder.build_and_execute(|| {
        let vault = vault();
        let set = |vault| Vault::set_fee(by(&ALICE), vault, Permill::zero());
        assert_noop!(set(vault), Error::<Test>::NotVaultOwner);
        assert_noop!(set(vault + 1), Error::<Test>::VaultNotFound);
    });
}
