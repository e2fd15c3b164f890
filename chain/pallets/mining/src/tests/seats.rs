//! The table of sessions: who sits where, before and after others.

use phala_primitives::{session::Seat, SessionId, PHA};
use polkadot_sdk::frame_support::{assert_noop, assert_ok};

use crate::{mock::*, EmptySeatCount, Error, Seats};

const COOL_DOWN: u64 = 7 * 24 * 3_600_000;

/// Starts a session of each worker from 1 to `count`, stops those of `leaving`, and lets their cool-downs end.
fn sessions_without(count: u8, leaving: &[u8]) -> Vec<SessionId> {
    let started: Vec<_> = (1..=count).map(|n| session_with_stake(n, 2_000)).collect();
    for n in leaving {
        assert_ok!(Mining::stop(started[usize::from(*n) - 1].0));
        pass(1_000);
    }
    pass(COOL_DOWN);
    run_blocks(1);
    started.into_iter().map(|(_, session)| session).collect()
}

fn start_again(n: u8) -> SessionId {
    Mining::start(worker_with_score(n, 1_000), POOL, 2_000 * PHA).unwrap()
}

#[test]
fn session_should_take_the_seat_that_was_left_last_under_a_number_of_its_own() {
    ExtBuilder::default().build_and_execute(|| {
        let sessions = sessions_without(3, &[3, 1]);
        assert_eq!(EmptySeatCount::<Test>::get(), 2);
        let (first, second, third) = (start_again(4), start_again(5), start_again(6));
        assert_eq!(Seat::of(first), Seat::of(sessions[0]));
        assert_eq!(Seat::of(second), Seat::of(sessions[2]));
        assert_eq!(first, Seat::session_after(sessions[0]).unwrap());
        assert_eq!((third, Seats::<Test>::get(), EmptySeatCount::<Test>::get()), (3, 4, 0));
    });
}

#[test]
fn nothing_should_be_found_under_a_number_whose_seat_another_session_took() {
    ExtBuilder::default().build_and_execute(|| {
        let gone = sessions_without(1, &[1])[0];
        let session = start_again(2);
        let worker = record(session).worker;
        let open = challenge(session).number;
        assert_eq!(Mining::session(gone), None);
        assert_noop!(Mining::heartbeat(worker, gone, open, 1, 0), Error::<Test>::SessionNotFound);
        assert_noop!(Mining::reclaim(RuntimeOrigin::signed(OPERATOR), gone), Error::<Test>::SessionNotFound);
        assert_ok!(Mining::heartbeat(worker, session, open, 1, 0));
        assert_eq!(Mining::sessions(0).len(), 1);
    });
}

#[test]
fn seat_should_stay_empty_when_its_numbers_have_run_out() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let last = Seat::of(session).first_session() + (u64::from(u32::MAX) << 32);
        let mut record = record(session);
        record.number = last;
        Mining::leave_seat(&record);
        assert_eq!(EmptySeatCount::<Test>::get(), 0);
        assert_eq!(Mining::next_session().ok(), Some(1));
        // As it was, for the invariants.
        record.number = session;
        Seats::<Test>::put(0);
        Mining::take_seat(record);
        assert!(Mining::is_responsive(&worker));
    });
}
