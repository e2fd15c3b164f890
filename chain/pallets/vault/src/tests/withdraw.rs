use super::*;

#[test]
fn withdraw_should_release_at_once_what_free_stake_covers() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 1_000 * PHA));
        assert_eq!((held(&ALICE), free(&ALICE)), (2_000 * PHA, WEALTH - 2_000 * PHA));
        assert_eq!(position(&ALICE, vault).unwrap().waiting, None);
        let event = Event::Withdrawn { vault, who: ALICE, shares: 1_000 * PHA, amount: 1_000 * PHA };
        assert!(happened(event));
    });
}

#[test]
fn withdraw_should_leave_no_trace_when_everything_is_taken() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 3_000 * PHA));
        assert_ok!(Vault::withdraw(by(&BOB), vault, 1_000 * PHA));
        assert_eq!((free(&ALICE), free(&BOB)), (WEALTH, WEALTH));
        assert_eq!((position(&ALICE, vault), seen(vault).stake), (None, 0));
    });
}

#[test]
fn withdraw_should_queue_what_free_stake_does_not_cover() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        delegate(vault, pool, 3_500 * PHA);
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 2_000 * PHA));
        assert_eq!(held(&ALICE), 2_500 * PHA, "500 PHA were free");
        let waiting = position(&ALICE, vault).unwrap().waiting.unwrap();
        assert_eq!((waiting.shares, waiting.value), (1_500 * PHA, 1_500 * PHA));
        assert_eq!(waiting.grace_until, waiting.since + GRACE_PERIOD);
        assert_eq!((seen(vault).waiting, seen(vault).waiting_value), (1, 1_500 * PHA));
    });
}

#[test]
fn withdraw_should_go_behind_those_who_wait_even_if_stake_has_become_free() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        delegate(vault, pool, 4_000 * PHA);
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 2_000 * PHA));
        assert_ok!(Vault::undelegate(by(&OWNER), vault, pool, 2_500 * PHA));
        assert_ok!(Vault::withdraw(by(&BOB), vault, 1_000 * PHA));
        assert_eq!((held(&ALICE), held(&BOB)), (3_000 * PHA, 1_000 * PHA), "both wait for the next block");

        run_blocks(1);
        assert_eq!(held(&ALICE), 1_000 * PHA, "who came first is paid first");
        assert_eq!(held(&BOB), 500 * PHA, "and who came second gets the rest");
        let waiting: Vec<_> = Vault::queue(vault, 0).into_iter().map(|entry| entry.who).collect();
        assert_eq!(waiting, [BOB]);
    });
}

#[test]
fn withdraw_should_replace_an_older_request_and_its_place() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        delegate(vault, pool, 4_000 * PHA);
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 2_000 * PHA));
        assert_ok!(Vault::withdraw(by(&BOB), vault, 1_000 * PHA));
        run_blocks(1);
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 1_000 * PHA));
        let queue = Vault::queue(vault, 0);
        let places: Vec<_> = queue.iter().map(|entry| (entry.who.clone(), entry.waiting.shares)).collect();
        assert_eq!(places, [(BOB, 1_000 * PHA), (ALICE, 1_000 * PHA)]);
        assert!(queue[1].waiting.since > queue[0].waiting.since);
        assert_eq!(seen(vault).waiting_value, 2_000 * PHA);
    });
}

#[test]
fn withdraw_should_keep_rewards_claimable_when_everything_is_taken() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        delegate(vault, pool, 1_000 * PHA);
        reward(pool, 40 * PHA);
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 3_000 * PHA));
        assert_eq!((held(&ALICE), rewards(&ALICE, vault)), (0, 30 * PHA));
        assert_ok!(Vault::claim_rewards(by(&ALICE), vault));
        assert_eq!(position(&ALICE, vault), None);
    });
}

#[test]
fn withdraw_should_take_everything_when_only_dust_would_be_left() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        assert_ok!(Vault::withdraw(by(&BOB), vault, 1_000 * PHA - MIN_CONTRIBUTION));
        assert_eq!(value(&BOB, vault), MIN_CONTRIBUTION);
        assert_ok!(Vault::withdraw(by(&BOB), vault, 1));
        assert_eq!((position(&BOB, vault), held(&BOB)), (None, 0));
    });
}

#[test]
fn withdraw_should_fail_when_the_shares_are_not_there() {
    ExtBuilder.build_and_execute(|| {
        let vault = staked_vault();
        for (who, shares) in [(ALICE, 3_000 * PHA + 1), (ALICE, 0), (CAROL, 1), (BOB, u128::MAX)] {
            let refused = Vault::withdraw(by(&who), vault, shares);
            assert_eq!(refused, Err(Error::<Test>::NotEnoughShares.into()));
        }
        assert_noop!(Vault::withdraw(by(&ALICE), vault + 1, 1), Error::<Test>::VaultNotFound);
    });
}

#[test]
fn withdrawal_should_be_paid_by_the_next_contribution_when_nothing_else_is_free() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (staked_vault(), pool());
        delegate(vault, pool, 4_000 * PHA);
        assert_ok!(Vault::withdraw(by(&BOB), vault, 1_000 * PHA));
        assert_ok!(Vault::contribute(by(&CAROL), vault, 1_500 * PHA));
        run_blocks(1);
        assert_eq!((held(&BOB), free(&BOB)), (0, WEALTH));
        assert_eq!((seen(vault).free, seen(vault).stake), (500 * PHA, 4_500 * PHA));
        assert_eq!((held(&ALICE), held(&CAROL)), (3_000 * PHA, 1_500 * PHA));
    });
}
