use super::*;
use crate::{Error, Event};
use polkadot_sdk::{frame_support::assert_noop, sp_runtime::Permill};

fn accept(who: AccountId, pool: PoolId) -> Result<(), DispatchError> {
    StakePool::accept_ownership(RuntimeOrigin::signed(who), pool)
}

/// `ALICE` owns the pool that was `OWNER`'s.
fn hand_over(pool: PoolId) {
    assert_ok!(StakePool::offer_ownership(RuntimeOrigin::signed(OWNER), pool, Some(ALICE)));
    assert_ok!(accept(ALICE, pool));
}

#[test]
fn accept_ownership_should_make_the_signer_the_owner() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_ok!(StakePool::set_manager(RuntimeOrigin::signed(OWNER), pool, Some(BOB)));
        hand_over(pool);
        assert!(happened(Event::OwnershipTransferred { pool, from: OWNER, to: ALICE }));
        let view = StakePool::pool(pool).unwrap();
        assert_eq!((view.owner, view.offered, view.manager), (ALICE, None, None));
        assert_ok!(StakePool::set_cap(RuntimeOrigin::signed(ALICE), pool, None));
        let by_former = StakePool::set_cap(RuntimeOrigin::signed(OWNER), pool, None);
        assert_noop!(by_former, Error::<Test>::NotPoolOwner);
        // The machine is still the former owner's.
        let start = StakePool::start_session(RuntimeOrigin::signed(ALICE), pool, worker, 2_000 * PHA);
        assert_noop!(start, pallet_registry::Error::<Test>::NotOperator);
        assert_ok!(StakePool::remove_worker(RuntimeOrigin::signed(OWNER), pool, worker));
    });
}

#[test]
fn commission_should_stay_with_who_earned_it_when_the_pool_changes_hands() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let commission = Permill::from_percent(10);
        assert_ok!(StakePool::set_commission(RuntimeOrigin::signed(OWNER), pool, commission));
        assert_ok!(contribute(BOB, pool, 100 * PHA));
        reward(pool, 50 * PHA);
        hand_over(pool);
        reward(pool, 10 * PHA);
        assert_eq!(rewards(&OWNER, pool), 5 * PHA);
        let before = [free(&OWNER), free(&ALICE), free(&BOB)];
        for who in [OWNER, ALICE, BOB] {
            assert_ok!(StakePool::claim_rewards(RuntimeOrigin::signed(who), pool));
        }
        assert_eq!(free(&OWNER) - before[0], 5 * PHA);
        assert_eq!(free(&ALICE) - before[1], PHA);
        assert_eq!(free(&BOB) - before[2], 54 * PHA);
    });
}

#[test]
fn accept_ownership_should_fail_when_the_pool_was_not_offered_to_the_signer() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_noop!(accept(ALICE, pool), Error::<Test>::NotOffered);
        assert_ok!(StakePool::offer_ownership(RuntimeOrigin::signed(OWNER), pool, Some(BOB)));
        assert_noop!(accept(ALICE, pool), Error::<Test>::NotOffered);
        assert_ok!(accept(BOB, pool));
        assert_noop!(accept(BOB, pool), Error::<Test>::NotOffered);
        assert_noop!(accept(BOB, pool + 1), Error::<Test>::PoolNotFound);
    });
}
