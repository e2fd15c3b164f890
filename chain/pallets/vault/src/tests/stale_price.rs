//! A slash that has happened in a pool, and of which the vault has not been told yet, is known to
//! everything that a vault does or shows.

use super::*;
use polkadot_sdk::{
    sp_io,
    sp_runtime::{AccountId32, StateVersion},
};

/// A vault with 4 000 PHA in a slashed pool and 4 000 PHA of `CAROL` that lie in no pool. The vault's
/// own books still count what the pool has lost.
fn unaware_vault() -> (VaultId, PoolId) {
    let (vault, pool, worker) = mining_vault();
    assert_ok!(Vault::contribute(by(&CAROL), vault, 4_000 * PHA));
    slash(pool, worker);
    let written = crate::Vaults::<Test>::get(vault).unwrap();
    assert_eq!(written.book.stake(), 8_000 * PHA, "the vault was told before anybody asked");
    assert!(close_to(StakePool::unsettled_in(&Vault::account_of(vault), pool), 400 * PHA));
    (vault, pool)
}

fn wealth(who: &AccountId32, vault: VaultId) -> Balance {
    free(who) + value(who, vault)
}

#[test]
fn leaving_should_pay_the_price_after_the_slash() {
    ExtBuilder.build_and_execute(|| {
        let (vault, _) = unaware_vault();
        assert_ok!(Vault::withdraw(by(&ALICE), vault, 3_000 * PHA));
        assert!(close_to(WEALTH - free(&ALICE), 150 * PHA), "{}", free(&ALICE));
        assert!(close_to(value(&CAROL, vault), 3_800 * PHA), "who stays pays for nobody else");
    });
}

#[test]
fn buying_should_cost_the_price_after_the_slash() {
    ExtBuilder.build_and_execute(|| {
        let (vault, _) = unaware_vault();
        let other = AccountId::new([42; 32]);
        let gift = 1_000 * PHA;
        assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), other.clone(), gift));
        assert_ok!(Vault::contribute(by(&other), vault, 950 * PHA));
        assert!(close_to(shares(&other, vault), 1_000 * PHA), "{}", shares(&other, vault));
        assert!(close_to(value(&other, vault), 950 * PHA));
        assert!(close_to(value(&ALICE, vault), 2_850 * PHA));
    });
}

#[test]
fn contribution_followed_by_a_withdrawal_should_gain_nothing_from_a_slash_not_told_yet() {
    ExtBuilder.build_and_execute(|| {
        let (vault, _) = unaware_vault();
        let before: Vec<_> = [ALICE, BOB, CAROL, OWNER].iter().map(|who| wealth(who, vault)).collect();
        assert_ok!(Vault::contribute(by(&OWNER), vault, 1_000 * PHA));
        assert_ok!(Vault::withdraw(by(&OWNER), vault, shares(&OWNER, vault)));
        let after: Vec<_> = [ALICE, BOB, CAROL, OWNER].iter().map(|who| wealth(who, vault)).collect();
        assert!(after[3] <= before[3], "{} became {}", before[3], after[3]);
        for (before, after) in before.into_iter().zip(after) {
            assert!(close_to(before, after), "{before} became {after}");
        }
    });
}

#[test]
fn waiting_withdrawal_should_be_paid_at_the_price_after_the_slash() {
    ExtBuilder.build_and_execute(|| {
        let (vault, _, worker) = mining_vault();
        assert_ok!(Vault::withdraw(by(&BOB), vault, 1_000 * PHA));
        slash(0, worker);
        // What the pool has got back is the vault's only when it asks for it.
        assert_eq!(held(&BOB), 1_000 * PHA);
        run_blocks((GRACE_PERIOD / BLOCK_TIME) as u32 + 2);
        assert_eq!(held(&BOB), 0);
        assert!(close_to(WEALTH - free(&BOB), 100 * PHA), "{}", free(&BOB));
    });
}

#[test]
fn views_should_show_the_price_after_the_slash_and_change_nothing() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = unaware_vault();
        reward(pool, 40 * PHA);
        let root = sp_io::storage::root(StateVersion::V1);
        assert!(close_to(seen(vault).stake, 7_600 * PHA));
        assert!(close_to(value(&ALICE, vault), 2_850 * PHA));
        assert!(close_to(rewards(&ALICE, vault), 15 * PHA));
        assert_eq!(Vault::vaults(0).len() + Vault::positions(ALICE).len(), 2);
        assert_eq!(sp_io::storage::root(StateVersion::V1), root);
    });
}

#[test]
fn losses_should_count_before_rewards_when_both_are_news() {
    ExtBuilder.build_and_execute(|| {
        let (vault, pool) = (vault(), pool_with_worker(1));
        charge(vault, 10);
        assert_ok!(Vault::contribute(by(&ALICE), vault, 4_000 * PHA));
        let (pool, worker) = pool;
        delegate(vault, pool, 4_000 * PHA);
        start(pool, worker, 4_000 * PHA);
        slash(pool, worker);
        reward(pool, 500 * PHA);
        let view = seen(vault);
        assert!(close_to(view.owner_rewards, 10 * PHA), "{}", view.owner_rewards);
        assert_eq!(view.deficit, 0);
    });
}
