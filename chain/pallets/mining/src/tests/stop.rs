//! Stopping a session.

use phala_economics::{FixedU128, Phase, SlashLevel};
use phala_primitives::{mailbox::WorkerMessage, PHA};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_runtime::traits::Zero,
};

use crate::{mock::*, Error, Event, ValueChange};

const COOL_DOWN: u64 = 7 * 24 * 3_600_000;

#[test]
fn session_should_cool_down_at_its_last_value_when_stopped() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let (before, previous) = (record(session).session.value, System::block_number());
        pass(12_000 * 10);
        assert_ok!(Mining::stop(worker));

        let until = now() + COOL_DOWN;
        let after = record(session).session.value;
        assert!(after > before);
        let reason = ValueChange::Stopped { ticks: 10 };
        assert_eq!(
            events(),
            [
                Event::ValueChanged { session, worker, reason, before, after, previous },
                Event::SessionStopped { session, worker, pool: POOL, until },
            ]
        );
        assert_eq!(messages(worker).last(), Some(&WorkerMessage::SessionStopped { session }));
        assert!(!Mining::is_responsive(&worker));
        assert_eq!(Mining::session_of(&worker), Some(session));
        assert_eq!(Mining::pool_of(&worker), Some(POOL));

        pass(COOL_DOWN / 2);
        assert_eq!(record(session).session.value, after);
        assert!(record(session).session.share.is_zero());
    });
}

#[test]
fn stake_should_come_back_by_itself_when_the_cool_down_is_over() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        assert_ok!(Mining::stop(worker));
        pass(COOL_DOWN - 1);
        run_blocks(1);
        assert_eq!(StakeReturned::get(), []);
        // The block before was the first one late enough.
        run_blocks(1);

        let taken = 2_000 * PHA;
        assert_eq!(StakeReturned::get(), [(POOL, worker, taken, taken)]);
        assert_eq!(events(), [Event::StakeReturned { session, worker, pool: POOL, taken, returned: taken }]);
        assert_eq!(Mining::session_of(&worker), None);
        assert_eq!(Mining::pool_of(&worker), None);
        assert_ok!(Mining::start(worker, POOL, taken));
    });
}

#[test]
fn stake_should_come_back_in_part_when_the_session_was_slashed() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, _) = session_with_stake(1, 2_000);
        assert_ok!(Mining::fault(worker, SlashLevel::Proven, [0; 32]));
        assert_ok!(Mining::stop(worker));
        pass(COOL_DOWN);
        run_blocks(1);
        let (_, _, taken, returned) = StakeReturned::get()[0];
        assert_eq!(taken, 2_000 * PHA);
        // Within the rounding of V^e, whose decimals do not end.
        assert!(1_800 * PHA - returned <= 1, "{returned}");
    });
}

#[test]
fn stakes_should_come_back_a_bounded_number_per_block_when_many_cool_downs_end() {
    ExtBuilder::default().build_and_execute(|| {
        let workers: Vec<_> = (1..=7).map(|n| session_with_stake(n, 2_000).0).collect();
        for worker in &workers {
            assert_ok!(Mining::stop(*worker));
        }
        pass(COOL_DOWN);
        let returned: Vec<usize> = (0..4)
            .map(|_| {
                run_blocks(1);
                StakeReturned::get().len()
            })
            .collect();
        assert_eq!(returned, [3, 6, 7, 7]);
    });
}

#[test]
fn session_should_stop_with_the_slashed_value_when_it_is_unresponsive() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        challenge(session);
        pass(12_000 * 20 + 1);
        run_blocks(1);
        assert_eq!(record(session).session.phase, Phase::Unresponsive);
        let offline = record(session).session.value;
        pass(3_600_000);
        assert_ok!(Mining::stop(worker));

        let lost = offline - record(session).session.value;
        let tenth_of_a_percent = offline / FixedU128::from_u32(1_000);
        assert!(lost <= tenth_of_a_percent && lost > tenth_of_a_percent * FixedU128::from_rational(99, 100));
        assert_eq!(record(session).challenge, None);
    });
}

#[test]
fn stop_should_be_refused_when_there_is_no_running_session() {
    ExtBuilder::default().build_and_execute(|| {
        let worker = worker_with_score(1, 1_000);
        assert_noop!(Mining::stop(worker), Error::<Test>::NotMining);
        let (worker, _) = session_with_stake(2, 2_000);
        assert_ok!(Mining::stop(worker));
        assert_noop!(Mining::stop(worker), Error::<Test>::CoolingDown);
    });
}

#[test]
fn stop_should_succeed_when_the_worker_reads_no_messages() {
    ExtBuilder::default().build_and_execute(|| {
        use pallet_mailbox::SendMessage;
        use phala_primitives::mailbox::Topic;

        let (worker, _) = session_with_stake(1, 2_000);
        let topic = Topic::Worker(worker);
        while Mailbox::backlog(&topic) < MAX_BACKLOG {
            assert_ok!(Mailbox::send(topic, &WorkerMessage::Benchmark { milliseconds: 1 }));
        }
        assert_ok!(Mining::stop(worker));
        assert!(!Mining::is_responsive(&worker));
    });
}

#[test]
fn worker_should_be_in_use_until_its_stake_came_back() {
    ExtBuilder::default().build_and_execute(|| {
        use pallet_registry::InUse;

        let (worker, _) = session_with_stake(1, 2_000);
        assert!(Mining::in_use(&worker));
        assert_ok!(Mining::stop(worker));
        assert!(Mining::in_use(&worker));
        pass(COOL_DOWN);
        run_blocks(1);
        assert!(!Mining::in_use(&worker));
    });
}
