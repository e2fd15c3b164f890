use super::*;
use crate::{Error, Event};
use polkadot_sdk::frame_support::assert_noop;

fn cancel(who: AccountId, pool: PoolId) -> Result<(), DispatchError> {
    StakePool::cancel_withdrawal(RuntimeOrigin::signed(who), pool)
}

#[test]
fn cancel_withdrawal_should_let_those_behind_move_up() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = busy_pool();
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        assert_ok!(withdraw(BOB, pool, 500 * PHA));
        assert_ok!(cancel(ALICE, pool));
        assert!(happened(Event::WithdrawalCancelled { pool, who: ALICE, shares: 1_000 * PHA }));
        assert_eq!(queue(pool), [(BOB, 500 * PHA)]);
        assert_eq!(shares(&ALICE, pool), 3_000 * PHA);
        assert_ok!(contribute(CAROL, pool, 500 * PHA));
        run_blocks(1);
        assert_eq!(held(&BOB), 500 * PHA);
    });
}

#[test]
fn cancel_withdrawal_should_work_from_the_middle_and_from_the_end() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        assert_ok!(contribute(CAROL, pool, 1_000 * PHA));
        start(pool, worker, 5_000 * PHA);
        for who in [ALICE, BOB, CAROL] {
            assert_ok!(withdraw(who, pool, 100 * PHA));
        }
        assert_ok!(cancel(BOB, pool));
        assert_eq!(queue(pool), [(ALICE, 100 * PHA), (CAROL, 100 * PHA)]);
        assert_ok!(cancel(CAROL, pool));
        assert_eq!(queue(pool), [(ALICE, 100 * PHA)]);
        assert_ok!(withdraw(BOB, pool, 100 * PHA));
        assert_eq!(queue(pool), [(ALICE, 100 * PHA), (BOB, 100 * PHA)]);
    });
}

#[test]
fn cancel_withdrawal_should_pay_those_behind_when_free_stake_was_kept_for_the_first() {
    ExtBuilder.build_and_execute(|| {
        let (pool, worker) = staked_pool();
        start(pool, worker, 4_000 * PHA - MIN_CONTRIBUTION / 2);
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        assert_ok!(withdraw(BOB, pool, 1_000 * PHA));
        assert_ok!(contribute(CAROL, pool, 1_000 * PHA));
        assert_ok!(cancel(ALICE, pool));
        run_blocks(1);
        assert_eq!((held(&ALICE), held(&BOB)), (3_000 * PHA, 0));
    });
}

#[test]
fn cancel_withdrawal_should_fail_when_nothing_waits() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = busy_pool();
        assert_noop!(cancel(ALICE, pool), Error::<Test>::NotWithdrawing);
        assert_noop!(cancel(ALICE, pool + 1), Error::<Test>::PoolNotFound);
        assert_ok!(withdraw(ALICE, pool, PHA));
        assert_noop!(cancel(BOB, pool), Error::<Test>::NotWithdrawing);
        assert_ok!(cancel(ALICE, pool));
        assert_noop!(cancel(ALICE, pool), Error::<Test>::NotWithdrawing);
    });
}

#[test]
fn cancel_withdrawal_should_fail_when_others_have_contributed_in_its_place() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = busy_pool();
        assert_ok!(StakePool::set_cap(RuntimeOrigin::signed(OWNER), pool, Some(4_000 * PHA)));
        assert_ok!(withdraw(ALICE, pool, 1_000 * PHA));
        assert_ok!(contribute(CAROL, pool, 600 * PHA));
        assert_noop!(cancel(ALICE, pool), Error::<Test>::CapExceeded);
        assert_noop!(withdraw(ALICE, pool, 599 * PHA), Error::<Test>::CapExceeded);
        run_blocks(1);
        assert_eq!(queue(pool), [(ALICE, 400 * PHA)], "that part is paid");
        assert_ok!(cancel(ALICE, pool));
        assert_eq!(StakePool::pool(pool).unwrap().stake, 4_000 * PHA);
    });
}
