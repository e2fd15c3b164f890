//! What people see.

use phala_economics::{FixedU128, Perbill, Phase};
use phala_primitives::PHA;
use polkadot_sdk::{
    frame_support::{assert_ok, traits::fungible::Inspect},
    sp_runtime::traits::Zero,
};

use crate::{mock::*, NetworkTotals, MAX_SESSIONS_LISTED};

#[test]
fn view_should_say_what_an_answer_now_would_pay() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        pass(12_000 * 30);
        let open = challenge(session);
        pass(BLOCK_TIME);

        let info = Mining::session(session).unwrap();
        assert_eq!(Mining::worker_session(worker), Some(info.clone()));
        assert_eq!((info.worker, info.pool, info.stake), (worker, POOL, 2_000 * PHA));
        assert_eq!(info.phase, Phase::Responsive);
        assert_eq!(info.challenge, Some(open));
        assert_eq!(info.value - info.initial_value, info.due);
        assert_eq!(info.share, info.total_share);
        assert_eq!(info.returnable, 2_000 * PHA);

        assert_ok!(Mining::heartbeat(worker, session, open.number, counter(session), 0));
        assert_eq!(Rewards::get(), [(POOL, info.pending_payout)]);
        assert_eq!(Mining::session(session).unwrap().pending_payout, 0);
    });
}

#[test]
fn view_should_show_the_loss_when_the_session_is_offline() {
    ExtBuilder::default().build_and_execute(|| {
        let (_, session) = session_with_stake(1, 2_000);
        challenge(session);
        pass(300_000);
        run_blocks(1);
        let before = Mining::session(session).unwrap();
        pass(3_600_000);
        let after = Mining::session(session).unwrap();
        assert_eq!(after.phase, Phase::Unresponsive);
        assert!(after.value < before.value);
        assert!(after.share.is_zero());
        assert_eq!(after.pending_payout, 0);
    });
}

#[test]
fn totals_should_count_sessions_and_money_when_they_run_stop_and_end() {
    ExtBuilder::default().build_and_execute(|| {
        let budget = quiet().budget;
        let nothing = NetworkTotals {
            seats: 0,
            sessions: 0,
            responsive: 0,
            total_share: FixedU128::zero(),
            budget,
            tick: 12_000,
            decays_at: None,
            subsidy: SUBSIDY,
            paid: 0,
            treasury_share: Perbill::from_percent(20),
            now: now(),
        };
        assert_eq!(Mining::totals(), nothing);

        let (first, one) = session_with_stake(1, 2_000);
        let decays_at = now() + quiet().budget_period;
        let (second, other) = session_with_stake(2, 3_000);
        let share = |session| record(session).session.share;
        let both = Mining::totals();
        assert_eq!((both.sessions, both.responsive), (2, 2));
        assert_eq!((both.total_share, both.decays_at), (share(one) + share(other), Some(decays_at)));

        pass(12_000);
        answer(first, one);
        assert_ok!(Mining::stop(second));
        let one_stopped = Mining::totals();
        assert_eq!((one_stopped.sessions, one_stopped.responsive), (2, 1));
        assert_eq!(one_stopped.total_share, share(one));
        assert!(one_stopped.paid > 0);
        assert_eq!(one_stopped.subsidy + one_stopped.paid, SUBSIDY);
        assert_eq!(one_stopped.subsidy, Balances::balance(&Mining::subsidy_account()));

        pass(quiet().budget_period);
        run_blocks(1);
        let later = Mining::totals();
        assert_eq!((later.seats, later.sessions, later.responsive, later.now), (2, 1, 1, now()));
        let decayed = phala_economics::arithmetic::scale(budget, 3, 4);
        assert!(budget > later.budget && later.budget.into_inner().abs_diff(decayed.into_inner()) <= 1);
        assert_eq!(later.decays_at, Some(decays_at + quiet().budget_period));
    });
}

#[test]
fn list_should_show_a_bounded_number_of_sessions() {
    ExtBuilder::default().build_and_execute(|| {
        let (_, first) = session_with_stake(1, 2_000);
        let (_, second) = session_with_stake(2, 2_000);
        let numbers = |from| Mining::sessions(from).into_iter().map(|info| info.session).collect::<Vec<_>>();
        assert_eq!(numbers(0), [first, second]);
        assert_eq!(numbers(1), [second]);
        assert!(numbers(MAX_SESSIONS_LISTED).is_empty());
        assert!(numbers(u32::MAX).is_empty());
        assert_eq!(Mining::session(99), None);
    });
}
