//! Emission and the subsidy.

use phala_primitives::{Balance, PHA};
use polkadot_sdk::frame_support::{assert_ok, traits::fungible::Inspect};

use crate::{mock::*, Event, TotalPaid};

fn paid_to_pool() -> Balance {
    Rewards::get().iter().map(|(_, amount)| amount).sum()
}

#[test]
fn equal_sessions_should_earn_the_same_when_they_answer_at_different_times() {
    ExtBuilder::default().build_and_execute(|| {
        let (first, one) = session_with_stake(1, 2_000);
        let second = worker_with_score(2, 1_000);
        let other = Mining::start(second, POOL + 1, 2_000 * PHA).unwrap();
        // Start the clock of both at the same time.
        pass(12_000);
        answer(first, one);
        answer(second, other);
        Rewards::set(&Vec::new());

        pass(12_000 * 50);
        answer(first, one);
        pass(12_000 * 50);
        answer(first, one);
        answer(second, other);
        let of =
            |pool| -> Balance { Rewards::get().iter().filter(|(p, _)| *p == pool).map(|(_, a)| a).sum() };
        let (a, b) = (of(POOL), of(POOL + 1));
        // The values at the answers differ by what grew in between: less than 0.01 %.
        assert!(a.abs_diff(b) < a / 10_000, "{a} and {b}");
        let budget = 100 * 6_666_666_666_666;
        assert!((a + b).abs_diff(budget) < 1_000, "{}", a + b);
    });
}

#[test]
fn unresponsive_and_stopped_sessions_should_take_nothing_from_the_others() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let (_, silent) = session_with_stake(2, 10_000);
        let (stopped, _) = session_with_stake(3, 10_000);
        challenge(silent);
        assert_ok!(Mining::stop(stopped));
        pass(300_000);
        run_blocks(1);
        answer(worker, session);
        Rewards::set(&Vec::new());

        pass(12_000 * 100);
        answer(worker, session);
        assert!(paid_to_pool().abs_diff(666_666_666_666_666) < 3, "{}", paid_to_pool());
    });
}

#[test]
fn budget_should_decay_by_chain_time() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let period = 45 * 24 * 3_600_000;
        pass(period);
        answer(worker, session);
        let first = paid_to_pool();
        pass(period);
        answer(worker, session);
        let second = paid_to_pool() - first;
        // 0.8 · 60 000 PHA · 45 days, and three quarters of it.
        assert!(first.abs_diff(2_160_000 * PHA) < 1_000_000, "{first}");
        assert!(second.abs_diff(1_620_000 * PHA) < 1_000_000, "{second}");
    });
}

#[test]
fn payouts_should_stop_and_say_so_when_the_subsidy_is_empty() {
    ExtBuilder::default().subsidy(EXISTENTIAL_DEPOSIT + 10 * PHA).build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        pass(12_000 * 10);
        answer(worker, session);
        assert_eq!(Rewards::get(), [(POOL, 8 * PHA)]);
        assert_eq!(TotalPaid::<Test>::get(), 10 * PHA);
        let exhausted =
            |event: &Event<Test>| matches!(event, Event::SubsidyExhausted { paid, .. } if *paid == 10 * PHA);
        assert!(events().iter().any(exhausted));

        pass(12_000 * 10);
        answer(worker, session);
        assert_eq!(TotalPaid::<Test>::get(), 10 * PHA);
        assert!(events().iter().any(|event| matches!(event, Event::SubsidyExhausted { paid: 0, .. })));
        assert_eq!(Balances::balance(&Mining::subsidy_account()), EXISTENTIAL_DEPOSIT);
    });
}

#[test]
fn part_should_stay_in_the_subsidy_when_it_is_too_small_to_create_the_account() {
    ExtBuilder::default().build_and_execute(|| {
        let worker = worker_with_score(1, 1_000);
        let unborn = POOL + 2;
        let session = Mining::start(worker, unborn, 2_000 * PHA).unwrap();
        // 8.3333 PHA in 12 s are 0.0083 PHA in 12 ms.
        pass(12);
        answer(worker, session);
        assert!(Rewards::get().is_empty());
        assert_eq!(Balances::balance(&Mining::subsidy_account()) + TotalPaid::<Test>::get(), SUBSIDY);

        pass(12_000);
        answer(worker, session);
        assert_eq!(Rewards::get().len(), 1);
    });
}

#[test]
fn nothing_should_be_emitted_before_the_first_session() {
    ExtBuilder::default().build_and_execute(|| {
        pass(400 * 24 * 3_600_000);
        assert!(crate::Emission::<Test>::get().is_none());
        let (worker, session) = session_with_stake(1, 2_000);
        pass(12_000);
        answer(worker, session);
        assert!(paid_to_pool().abs_diff(6_666_666_666_666) < 3);
    });
}
