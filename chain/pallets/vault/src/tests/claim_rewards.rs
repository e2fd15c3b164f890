use super::*;

fn claim(who: &AccountId, vault: VaultId) -> Result<(), DispatchError> {
    Vault::claim_rewards(by(who), vault)
}

#[test]
fn claim_rewards_should_pay_delegators_by_shares_and_the_owner_the_fee() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (vault(), pool());
        charge(vault, 20);
        assert_ok!(Vault::contribute(by(&ALICE), vault, 3_000 * PHA));
        assert_ok!(Vault::contribute(by(&BOB), vault, 1_000 * PHA));
        delegate(vault, pool, 2_000 * PHA);
        let before = free(&OWNER);
        reward(pool, 100 * PHA);

        for who in [ALICE, BOB, OWNER] {
            assert_ok!(claim(&who, vault));
        }
        assert_eq!(free(&ALICE), WEALTH - 3_000 * PHA + 60 * PHA);
        assert_eq!(free(&BOB), WEALTH - 1_000 * PHA + 20 * PHA);
        assert_eq!(free(&OWNER), before + 20 * PHA);
        assert_eq!(free(&Vault::account_of(vault)), EXISTENTIAL_DEPOSIT);
        let event = Event::RewardReceived { vault, amount: 100 * PHA, fee: 20 * PHA, deficit: 0 };
        assert!(happened(event));
        assert!(happened(Event::RewardsClaimed { vault, who: ALICE, amount: 60 * PHA }));
    });
}

#[test]
fn claim_rewards_should_collect_from_all_pools() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pools) = (staked_vault(), [pool(), pool(), pool()]);
        for pool in pools {
            delegate(vault, pool, 1_000 * PHA);
            assert_ok!(StakePool::contribute(by(&CAROL), pool, 1_000 * PHA));
            reward(pool, 8 * PHA);
        }
        assert_ok!(claim(&BOB, vault));
        assert_eq!(free(&BOB), WEALTH - 1_000 * PHA + 3 * PHA, "a quarter of a half of 24 PHA");
        assert_eq!(rewards(&ALICE, vault), 9 * PHA);
    });
}

#[test]
fn claim_rewards_should_pay_both_parts_when_the_owner_is_a_delegator_too() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (vault(), pool());
        charge(vault, 10);
        assert_ok!(Vault::contribute(by(&OWNER), vault, 100 * PHA));
        delegate(vault, pool, 100 * PHA);
        let before = free(&OWNER);
        reward(pool, 10 * PHA);
        assert_ok!(claim(&OWNER, vault));
        assert_eq!(free(&OWNER), before + 10 * PHA);
    });
}

#[test]
fn claim_rewards_should_fail_when_there_is_nothing_to_claim() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, _) = mining_vault();
        for who in [ALICE, OWNER, CAROL] {
            assert_eq!(claim(&who, vault), Err(Error::<Test>::NothingToClaim.into()));
        }
        reward(pool, PHA);
        assert_ok!(claim(&ALICE, vault));
        assert_eq!(claim(&ALICE, vault), Err(Error::<Test>::NothingToClaim.into()));
        assert_noop!(claim(&ALICE, vault + 1), Error::<Test>::VaultNotFound);
    });
}

#[test]
fn order_of_two_claims_should_not_matter() {
    let earned = |first: &AccountId, second: &AccountId| {
        let mut earned = Vec::new();
        ExtBuilder.build_and_execute(|| {
            let (vault, pool, _) = mining_vault();
            reward(pool, 8 * PHA);
            assert_ok!(claim(first, vault));
            reward(pool, 4 * PHA);
            assert_ok!(claim(second, vault));
            earned = [ALICE, BOB].iter().map(|who| free(who) + rewards(who, vault)).collect();
        });
        earned
    };
    assert_eq!(earned(&ALICE, &BOB), earned(&BOB, &ALICE));
}
