//! What a worker is told when it missed a deadline, and when it is back.

use pallet_mailbox::SendMessage;
use phala_economics::{arithmetic::to_balance, FixedU128, SlashLevel, TokenomicParameters};
use phala_primitives::{
    mailbox::{Topic, WorkerMessage},
    Balance, SessionId, WorkerId,
};
use polkadot_sdk::{frame_support::assert_ok, sp_runtime::traits::Zero};

use crate::{mock::*, Error};

const WINDOW: u64 = 240_000;

/// A session that earned for an hour and then missed the deadline of its challenge, which the chain
/// notices in the next block.
fn overdue() -> (WorkerId, SessionId, u32) {
    let (worker, session) = session_with_stake(1, 2_000);
    pass(3_600_000);
    let open = challenge(session).number;
    pass(WINDOW + 1);
    (worker, session, open)
}

fn last_message(worker: WorkerId) -> Option<WorkerMessage> {
    messages(worker).pop()
}

#[test]
fn worker_should_be_told_what_an_outage_costs_when_it_begins_and_when_it_ends() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session, challenge) = overdue();
        let forfeited = Mining::session(session).unwrap().pending_payout;
        assert!(forfeited > 0);
        run_blocks(1);
        let offline = record(session).session.value;
        let Some(WorkerMessage::Unresponsive { hourly_loss, .. }) = last_message(worker) else {
            panic!("{:?}", messages(worker));
        };
        let value = to_balance(offline);
        let told = WorkerMessage::Unresponsive { session, challenge, forfeited, value, hourly_loss };
        assert_eq!(last_message(worker), Some(told));
        // 0.1 %, by the tick.
        assert!((value / 1_001..value / 1_000).contains(&hourly_loss), "{hourly_loss} of {value}");

        take_in_messages(worker);
        pass(3_600_000 - BLOCK_TIME);
        assert_eq!(to_balance(Mining::session(session).unwrap().outage_loss), hourly_loss);
        assert_ok!(Mining::heartbeat(worker, session, challenge, 0, 0));
        let value = to_balance(record(session).session.value);
        assert_eq!(messages(worker), [WorkerMessage::Recovered { session, lost: hourly_loss, value }]);
        assert!(record(session).outage_loss.is_zero());
    });
}

#[test]
fn worker_should_be_told_both_when_it_answers_before_the_chain_has_noticed() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session, challenge) = overdue();
        take_in_messages(worker);
        assert_ok!(Mining::heartbeat(worker, session, challenge, 0, 0));
        let told = messages(worker);
        assert!(
            matches!(
                told[..],
                [WorkerMessage::Unresponsive { .. }, WorkerMessage::Recovered { lost: 0, .. }]
            ),
            "{told:?}"
        );
    });
}

#[test]
fn loss_should_be_that_of_the_whole_outage_without_its_faults_when_it_ends() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session, challenge) = overdue();
        run_blocks(1);
        let mut lost = FixedU128::zero();
        let mut lose_for = |milliseconds| {
            let before = Mining::session(session).unwrap().value;
            pass(milliseconds);
            lost = lost + before - Mining::session(session).unwrap().value;
        };
        lose_for(1_200_000);
        assert_ok!(Mining::fault(worker, SlashLevel::Proven, [7; 32]));
        lose_for(1_200_000);
        let slow = TokenomicParameters { tick: 24_000, ..quiet() };
        assert_ok!(Mining::set_parameters(RuntimeOrigin::root(), slow));
        lose_for(1_200_000);
        take_in_messages(worker);
        assert_ok!(Mining::heartbeat(worker, session, challenge, 0, 0));
        let value = to_balance(record(session).session.value);
        let told = WorkerMessage::Recovered { session, lost: to_balance(lost), value };
        assert_eq!(messages(worker), [told]);
    });
}

#[test]
fn loss_should_be_forgotten_when_the_session_stops() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session, challenge) = overdue();
        run_blocks(1);
        pass(3_600_000);
        assert!(!Mining::session(session).unwrap().outage_loss.is_zero());
        assert_ok!(Mining::stop(worker));
        assert!(Mining::session(session).unwrap().outage_loss.is_zero());
        let answer = Mining::heartbeat(worker, session, challenge, 0, 0);
        assert_eq!(answer, Err(Error::<Test>::CoolingDown.into()));
    });
}

#[test]
fn outage_should_begin_and_end_when_there_is_no_room_to_tell_the_worker() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session, challenge) = overdue();
        let topic = Topic::Worker(worker);
        while Mailbox::send(topic, &WorkerMessage::Benchmark { milliseconds: 1 }).is_ok() {}
        run_blocks(1);
        assert!(!Mining::is_responsive(&worker));
        assert_ok!(Mining::heartbeat(worker, session, challenge, 0, 0));
        assert!(Mining::is_responsive(&worker));
        assert_eq!(Mailbox::backlog(&topic), MAX_BACKLOG);
    });
}

#[test]
fn topic_should_not_fill_when_a_worker_is_late_every_time_but_reads_its_messages() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        take_in_messages(worker);
        for _ in 0..2 * MAX_BACKLOG {
            let open = challenge(session).number;
            pass(WINDOW + 1);
            run_blocks(1);
            // An answer acknowledges what led to it.
            take_in_messages(worker);
            assert_ok!(Mining::heartbeat(worker, session, open, 0, 0));
            assert!(Mailbox::backlog(&Topic::Worker(worker)) <= 2);
            pass(BLOCK_TIME);
        }
        let told: Balance = record(session).next_challenge.into();
        assert_eq!(told, Balance::from(2 * MAX_BACKLOG));
    });
}
