use super::*;

#[test]
fn cancel_withdrawal_should_keep_the_shares_and_leave_the_queue() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        delegate(vault, pool, 4_000 * PHA);
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 2_000 * PHA));
        assert_ok!(Vault::cancel_withdrawal(by(&ALICE), vault));
        assert_eq!((shares(&ALICE, vault), held(&ALICE)), (3_000 * PHA, 3_000 * PHA));
        assert!(Vault::queue(vault, 0).is_empty());
        assert!(happened(Event::WithdrawalCancelled { vault, who: ALICE, shares: 2_000 * PHA }));
        run_blocks((GRACE_PERIOD / BLOCK_TIME) as u32 + 2);
        assert_eq!(seen(vault).free, 0, "nothing becomes overdue any more");
    });
}

#[test]
fn cancel_withdrawal_should_let_the_next_one_be_paid() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, _) = mining_vault();
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 3_000 * PHA));
        assert_ok!(Vault::withdraw(by(&BOB), vault, 1_000 * PHA));
        assert_ok!(Vault::contribute(by(&CAROL), vault, 1_000 * PHA));
        assert_ok!(Vault::cancel_withdrawal(by(&ALICE), vault));
        run_blocks(1);
        assert_eq!((held(&BOB), held(&ALICE)), (0, 3_000 * PHA));
        assert_eq!(seen(vault).pools[0].pool, pool);
    });
}

#[test]
fn cancel_withdrawal_should_fail_when_the_signer_does_not_wait() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        for who in [ALICE, CAROL] {
            let refused = Vault::cancel_withdrawal(by(&who), vault);
            assert_eq!(refused, Err(Error::<Test>::NotWithdrawing.into()));
        }
        assert_noop!(Vault::cancel_withdrawal(by(&ALICE), vault + 1), Error::<Test>::VaultNotFound);
    });
}
