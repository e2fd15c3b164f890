use super::*;

#[test]
fn compound_rewards_should_buy_shares_with_what_was_earned() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool, _) = mining_vault();
        reward(pool, 40 * PHA);
        assert_ok!(Vault::compound_rewards(by(&ALICE), vault));
        assert_eq!((held(&ALICE), free(&ALICE)), (3_030 * PHA, WEALTH - 3_000 * PHA));
        assert_eq!((value(&ALICE, vault), rewards(&ALICE, vault)), (3_030 * PHA, 0));
        assert_eq!((seen(vault).free, rewards(&BOB, vault)), (30 * PHA, 10 * PHA));
        assert!(happened(Event::RewardsClaimed { vault, who: ALICE, amount: 30 * PHA }));
        let event = Event::Contributed { vault, who: ALICE, amount: 30 * PHA, shares: 30 * PHA };
        assert!(happened(event));
    });
}

#[test]
fn compound_rewards_should_leave_the_fee_to_be_claimed() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (vault(), pool());
        charge(vault, 50);
        assert_ok!(Vault::contribute(by(&OWNER), vault, 100 * PHA));
        delegate(vault, pool, 100 * PHA);
        reward(pool, 10 * PHA);
        assert_ok!(Vault::compound_rewards(by(&OWNER), vault));
        assert_eq!((value(&OWNER, vault), seen(vault).owner_rewards), (105 * PHA, 5 * PHA));
    });
}

#[test]
fn compound_rewards_should_fail_when_there_is_too_little() {
    ExtBuilder.build().execute_with(|| {
        let (vault, pool, _) = mining_vault();
        let compound = || attempt(|| Vault::compound_rewards(by(&ALICE), vault));
        assert_noop!(compound(), Error::<Test>::NothingToClaim);
        reward(pool, MIN_CONTRIBUTION);
        assert_noop!(compound(), Error::<Test>::ContributionTooSmall);
        reward(pool, MIN_CONTRIBUTION);
        assert_ok!(compound());
        check_invariants();
    });
}
