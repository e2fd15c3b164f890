use super::*;
use crate::{Error, Event};
use polkadot_sdk::{frame_support::assert_noop, sp_runtime::Permill};

fn claim(who: AccountId, pool: PoolId) -> Result<(), DispatchError> {
    StakePool::claim_rewards(RuntimeOrigin::signed(who), pool)
}

#[test]
fn claim_rewards_should_pay_delegators_by_shares_and_the_owner_the_commission() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let commission = Permill::from_percent(20);
        assert_ok!(StakePool::set_commission(RuntimeOrigin::signed(OWNER), pool, commission));
        assert_ok!(StakePool::contribute(RuntimeOrigin::signed(ALICE), pool, 3 * PHA));
        assert_ok!(StakePool::contribute(RuntimeOrigin::signed(BOB), pool, PHA));
        let before = free(&OWNER);
        reward(pool, 100 * PHA);

        assert_ok!(claim(ALICE, pool));
        assert_ok!(claim(BOB, pool));
        assert_ok!(claim(OWNER, pool));
        assert_eq!(free(&ALICE), WEALTH - 3 * PHA + 60 * PHA);
        assert_eq!(free(&BOB), WEALTH - PHA + 20 * PHA);
        assert_eq!(free(&OWNER), before + 20 * PHA);
        assert_eq!(free(&StakePool::reward_account_of(pool)), EXISTENTIAL_DEPOSIT);
        assert!(happened(Event::RewardsClaimed { pool, who: ALICE, amount: 60 * PHA }));
    });
}

#[test]
fn claim_rewards_should_pay_both_parts_when_the_owner_is_a_delegator_too() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let commission = Permill::from_percent(10);
        assert_ok!(StakePool::set_commission(RuntimeOrigin::signed(OWNER), pool, commission));
        assert_ok!(StakePool::contribute(RuntimeOrigin::signed(OWNER), pool, PHA));
        let before = free(&OWNER);
        reward(pool, 10 * PHA);
        assert_ok!(claim(OWNER, pool));
        assert_eq!(free(&OWNER), before + 10 * PHA);
    });
}

#[test]
fn claim_rewards_should_fail_when_there_is_nothing_to_claim() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        for who in [ALICE, OWNER, CAROL] {
            assert_noop!(claim(who, pool), Error::<Test>::NothingToClaim);
        }
        reward(pool, PHA);
        assert_ok!(claim(ALICE, pool));
        assert_noop!(claim(ALICE, pool), Error::<Test>::NothingToClaim);
        assert_noop!(claim(ALICE, pool + 1), Error::<Test>::PoolNotFound);
    });
}

#[test]
fn rewards_should_be_carried_over_when_too_small_to_be_divided() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        for who in [ALICE, BOB, CAROL] {
            assert_ok!(StakePool::contribute(RuntimeOrigin::signed(who), pool, PHA));
        }
        for _ in 0..300 {
            reward(pool, 1);
        }
        let total: Balance = [ALICE, BOB, CAROL]
            .into_iter()
            .map(|who| StakePool::delegation(who, pool).unwrap().rewards)
            .sum();
        assert!((294..=300).contains(&total), "{total} of 300 base units arrived");
    });
}
