//! Faults.

use phala_economics::{FixedU128, Perbill, Phase, SlashLevel};
use phala_primitives::{Balance, PHA};
use polkadot_sdk::frame_support::{assert_noop, assert_ok};

use crate::{mock::*, Error, Event, ValueChange};

/// What is left of `value` after losing `percent`.
fn less(value: FixedU128, percent: u32) -> FixedU128 {
    phala_economics::slash::after_loss(value, Perbill::from_percent(percent))
}

#[test]
fn fault_should_cost_what_its_level_says() {
    for (level, percent) in [(SlashLevel::GoodFaith, 1), (SlashLevel::Proven, 10), (SlashLevel::Threat, 100)]
    {
        ExtBuilder::default().build_and_execute(|| {
            let (worker, session) = session_with_stake(1, 2_000);
            let (before, previous) = (record(session).session.value, System::block_number());
            run_blocks(1);
            let evidence = [7; 32];
            assert_ok!(Mining::fault(worker, level, evidence));

            let after = less(before, percent);
            assert_eq!(record(session).session.value, after);
            let reason = ValueChange::Fault { ticks: 0, level, evidence };
            let changed = Event::ValueChanged { session, worker, reason, before, after, previous };
            assert!(events().contains(&changed));
        });
    }
}

#[test]
fn threat_should_stop_the_session() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        assert_ok!(Mining::fault(worker, SlashLevel::GoodFaith, [0; 32]));
        assert!(Mining::is_responsive(&worker));
        assert_ok!(Mining::fault(worker, SlashLevel::Threat, [0; 32]));
        assert!(matches!(record(session).session.phase, Phase::CoolingDown { .. }));
    });
}

#[test]
fn fault_should_leave_earlier_earnings_and_lower_the_share() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        pass(12_000 * 10);
        let share = record(session).session.share;
        assert_ok!(Mining::fault(worker, SlashLevel::Proven, [0; 32]));
        assert!(record(session).session.share < share);
        answer(worker, session);
        let (_, paid) = Rewards::get()[0];
        let ten_ticks_for_the_pool = 66_666_666_666_666;
        assert!(paid.abs_diff(ten_ticks_for_the_pool) < 3, "{paid}");
    });
}

#[test]
fn fault_should_count_when_the_session_cools_down() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        assert_ok!(Mining::stop(worker));
        let before = record(session).session.value;
        assert_ok!(Mining::fault(worker, SlashLevel::GoodFaith, [0; 32]));
        assert_eq!(record(session).session.value, less(before, 1));
        assert_ok!(Mining::fault(worker, SlashLevel::Threat, [0; 32]));
        assert_eq!(record(session).session.value, FixedU128::from_u32(0));
    });
}

#[test]
fn pool_should_be_told_what_comes_back_at_the_stop_and_at_each_fault_afterwards() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, _) = session_with_stake(1, 2_000);
        assert_ok!(Mining::fault(worker, SlashLevel::GoodFaith, [0; 32]));
        assert_eq!(CoolingDown::get(), [], "the value can grow back while the session runs");
        assert_ok!(Mining::stop(worker));
        assert_ok!(Mining::fault(worker, SlashLevel::Proven, [0; 32]));
        assert_ok!(Mining::fault(worker, SlashLevel::Threat, [0; 32]));

        let told = CoolingDown::get();
        assert!(told
            .iter()
            .all(|(pool, who, taken, _)| (*pool, *who, *taken) == (POOL, worker, 2_000 * PHA)));
        let back: Vec<Balance> = told.iter().map(|(_, _, _, returnable)| *returnable).collect();
        assert!(matches!(back[..], [stop, proven, 0] if proven < stop && stop < 2_000 * PHA), "{back:?}");
    });
}

#[test]
fn fault_should_be_refused_when_the_worker_has_no_session() {
    ExtBuilder::default().build_and_execute(|| {
        let worker = worker_with_score(1, 1_000);
        assert_noop!(Mining::fault(worker, SlashLevel::GoodFaith, [0; 32]), Error::<Test>::NotMining);
    });
}
