//! Delegations of a vault: books as any other's, but no hold.

use super::*;
use crate::Error;
use phala_economics::SlashLevel;
use polkadot_sdk::frame_support::assert_noop;

/// What the pools told of [`VAULT`]: slashed, and released.
fn told() -> (Balance, Balance) {
    (VaultSlashed::get(), VaultReleased::get())
}

#[test]
fn vault_should_buy_shares_without_a_hold() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        let bought = StakePool::contribute_for(&VAULT, pool, 1_000 * PHA).unwrap();
        assert_eq!((bought.shares, bought.hold), (1_000 * PHA, 1_000 * PHA));
        assert_eq!((held(&VAULT), free(&VAULT)), (0, 0));
        assert_eq!(StakePool::value_in(&VAULT, pool), 1_000 * PHA);
        assert_eq!(StakePool::pool(pool).unwrap().stake, 5_000 * PHA);
    });
}

#[test]
fn vault_should_hear_of_what_is_released_at_once_and_from_the_queue() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        StakePool::contribute_for(&VAULT, pool, 1_000 * PHA).unwrap();
        start(pool, worker, 4_800 * PHA);
        assert_eq!(StakePool::withdraw_for(&VAULT, pool, 1_000 * PHA), Ok(200 * PHA));
        assert_eq!(told(), (0, 200 * PHA));
        assert_eq!(queue(pool), [(VAULT, 800 * PHA)]);
        assert_eq!(StakePool::value_in(&VAULT, pool), 800 * PHA);
        stop(pool, worker);
        run_through_cool_down();
        assert_eq!(told(), (0, 1_000 * PHA));
        assert_eq!(StakePool::shares_in(&VAULT, pool), 0);
    });
}

#[test]
fn vault_should_bear_slashes_and_hear_of_them_when_they_are_settled() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        StakePool::contribute_for(&VAULT, pool, 1_000 * PHA).unwrap();
        start(pool, worker, 5_000 * PHA);
        assert_ok!(Mining::fault(worker, SlashLevel::Proven, [0; 32]));
        stop(pool, worker);
        run_through_cool_down();
        assert!(StakePool::value_in(&VAULT, pool).abs_diff(900 * PHA) <= 2);
        let unsettled = StakePool::unsettled_in(&VAULT, pool);
        assert!(unsettled.abs_diff(100 * PHA) <= 2);
        assert_eq!(told(), (0, 0));
        assert_ok!(StakePool::settle_for(&VAULT, pool));
        assert_eq!(told(), (unsettled, 0));
        assert_eq!(StakePool::unsettled_in(&VAULT, pool), 0);
    });
}

#[test]
fn vault_should_be_paid_its_rewards_into_its_account() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        StakePool::contribute_for(&VAULT, pool, 1_000 * PHA).unwrap();
        reward(pool, 50 * PHA);
        assert_eq!(StakePool::claim_for(&VAULT, pool), Ok(10 * PHA));
        assert_eq!(free(&VAULT), 10 * PHA);
        assert_noop!(StakePool::claim_for(&VAULT, pool), Error::<Test>::NothingToClaim);
    });
}

#[test]
fn vault_should_be_bound_by_cap_and_whitelist_like_everybody() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        let owner = || RuntimeOrigin::signed(OWNER);
        let contribute = || StakePool::contribute_for(&VAULT, pool, 1_000 * PHA);
        assert_ok!(StakePool::set_cap(owner(), pool, Some(4_999 * PHA)));
        assert_noop!(contribute(), Error::<Test>::CapExceeded);
        assert_ok!(StakePool::set_cap(owner(), pool, None));
        assert_ok!(StakePool::set_whitelist(owner(), pool, true));
        assert_noop!(contribute(), Error::<Test>::NotAllowed);
        assert_ok!(StakePool::allow(owner(), pool, VAULT));
        assert_ok!(contribute());
    });
}
