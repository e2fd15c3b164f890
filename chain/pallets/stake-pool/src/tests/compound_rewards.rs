use super::*;
use crate::{Error, Event};
use phala_economics::SlashLevel;
use polkadot_sdk::{frame_support::assert_noop, sp_runtime::Permill};

fn compound(who: AccountId, pool: PoolId) -> Result<(), DispatchError> {
    StakePool::compound_rewards(RuntimeOrigin::signed(who), pool)
}

#[test]
fn compound_rewards_should_turn_rewards_into_stake() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        reward(pool, 40 * PHA);
        let before = free(&ALICE);
        assert_ok!(compound(ALICE, pool));
        assert_eq!((free(&ALICE), held(&ALICE)), (before, 3_030 * PHA));
        assert_eq!((shares(&ALICE, pool), rewards(&ALICE, pool)), (3_030 * PHA, 0));
        let amount = 30 * PHA;
        assert!(happened(Event::RewardsClaimed { pool, who: ALICE, amount }));
        assert!(happened(Event::Contributed { pool, who: ALICE, amount, shares: amount }));
        assert_eq!(rewards(&BOB, pool), 10 * PHA);
    });
}

#[test]
fn compound_rewards_should_buy_at_the_present_price_when_the_pool_was_slashed() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = busy_pool();
        reward(pool, 40 * PHA);
        assert_ok!(Mining::fault(worker, SlashLevel::Proven, [0; 32]));
        stop(pool, worker);
        run_through_cool_down();
        let (before, bob) = (free(&ALICE), value(&BOB, pool));
        assert_ok!(compound(ALICE, pool));
        assert!(value(&ALICE, pool).abs_diff(2_730 * PHA) <= 2, "{}", value(&ALICE, pool));
        assert!(free(&ALICE) - before <= 2, "but for a remainder of rounding all of it is stake");
        assert!(bob - value(&BOB, pool) <= 1);
    });
}

#[test]
fn compound_rewards_should_leave_the_commission_to_be_claimed() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let commission = Permill::from_percent(10);
        assert_ok!(StakePool::set_commission(RuntimeOrigin::signed(OWNER), pool, commission));
        assert_ok!(contribute(OWNER, pool, 100 * PHA));
        reward(pool, 10 * PHA);
        assert_ok!(compound(OWNER, pool));
        assert_eq!(value(&OWNER, pool), 109 * PHA);
        assert_eq!(StakePool::pool(pool).unwrap().owner_rewards, PHA);
    });
}

#[test]
fn compound_rewards_should_fail_when_they_are_less_than_the_least_contribution() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_ok!(contribute(ALICE, pool, PHA));
        assert_noop!(compound(ALICE, pool), Error::<Test>::NothingToClaim);
        reward(pool, MIN_CONTRIBUTION - 1);
        assert_noop!(compound(ALICE, pool), Error::<Test>::ContributionTooSmall);
        assert_eq!(rewards(&ALICE, pool), MIN_CONTRIBUTION - 1, "they can still be claimed");
        reward(pool, 1);
        assert_ok!(compound(ALICE, pool));
    });
}

#[test]
fn compound_rewards_should_fail_when_the_pool_takes_no_contributions_of_the_signer() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        reward(pool, 40 * PHA);
        assert_ok!(StakePool::set_cap(RuntimeOrigin::signed(OWNER), pool, Some(4_020 * PHA)));
        assert_noop!(compound(ALICE, pool), Error::<Test>::CapExceeded);
        assert_ok!(compound(BOB, pool));
        assert_ok!(StakePool::set_cap(RuntimeOrigin::signed(OWNER), pool, None));
        assert_ok!(StakePool::set_whitelist(RuntimeOrigin::signed(OWNER), pool, true));
        assert_noop!(compound(ALICE, pool), Error::<Test>::NotAllowed);
        assert_noop!(compound(ALICE, pool + 1), Error::<Test>::PoolNotFound);
    });
}
