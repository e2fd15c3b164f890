//! Draws, and deadlines that pass.

use codec::Decode;
use phala_economics::TokenomicParameters;
use phala_primitives::{
    mailbox::WorkerMessage,
    session::{Challenge, Seat, SessionHead},
    storage, SessionId,
};
use polkadot_sdk::frame_support::{assert_ok, storage::unhashed};

use crate::{mock::*, Deadlines, Event};

/// Draws so often that every session's turn comes in every block, were it not for the limit per block.
fn eager(challenges_per_block: u32) -> TokenomicParameters {
    TokenomicParameters { challenges_per_block, challenge_interval: BLOCK_TIME, ..quiet() }
}

fn challenged() -> Vec<SessionId> {
    events()
        .into_iter()
        .filter_map(|event| match event {
            Event::Challenged { session, .. } => Some(session),
            _ => None,
        })
        .collect()
}

#[test]
fn deadline_should_be_in_the_state_when_a_session_is_challenged() {
    ExtBuilder::default().build_and_execute(|| {
        let (_, session) = session_with_stake(1, 2_000);
        let open = challenge(session);
        assert_eq!(open, Challenge { number: 0, deadline: now() + 240_000 });
        let key = storage::session(Seat::of(session));
        let head = unhashed::get_raw(&key).and_then(|value| SessionHead::decode(&mut &value[..]).ok());
        assert_eq!(head, Some(SessionHead { number: session, challenge: Some(open) }));
        assert!(events().contains(&Event::Challenged { session, challenge: 0, deadline: open.deadline }));
    });
}

#[test]
fn lone_session_should_be_challenged_in_the_next_block_when_its_interval_is_a_block() {
    ExtBuilder::default().parameters(eager(20)).build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        run_blocks(2);
        assert_eq!(record(session).challenge.map(|challenge| challenge.number), Some(0));
        // It is not asked again before it has answered.
        run_blocks(2);
        assert_eq!(record(session).challenge.map(|challenge| challenge.number), Some(0));
        assert_ok!(Mining::heartbeat(worker, session, 0, 1, 0));
        run_blocks(1);
        assert_eq!(record(session).challenge.map(|challenge| challenge.number), Some(1));
    });
}

#[test]
fn block_should_challenge_at_most_the_number_allowed_when_more_are_due() {
    ExtBuilder::default().parameters(eager(2)).build_and_execute(|| {
        let sessions: Vec<_> = (1..=6).map(|n| session_with_stake(n, 2_000)).collect();
        // Every deadline is far away, so whoever was drawn meanwhile can answer now.
        for (worker, session) in &sessions {
            if let Some(open) = record(*session).challenge {
                assert_ok!(Mining::heartbeat(*worker, *session, open.number, 1, 0));
            }
        }
        let mut seen: Vec<SessionId> = Vec::new();
        for _ in 0..40 {
            run_blocks(1);
            assert!(challenged().len() <= 2);
            for session in challenged() {
                seen.push(session);
                let (worker, _) = sessions[session as usize];
                let number = record(session).challenge.unwrap().number;
                assert_ok!(Mining::heartbeat(worker, session, number, 1, 0));
            }
        }
        (0..6).for_each(|session| assert!(seen.contains(&session), "{session} was never drawn"));
    });
}

#[test]
fn sessions_should_be_challenged_twice_an_hour_on_average_when_the_interval_says_so() {
    let parameters = TokenomicParameters { challenges_per_block: 20, ..quiet() };
    ExtBuilder::default().parameters(parameters).build_and_execute(|| {
        let sessions: Vec<_> = (1..=5).map(|n| session_with_stake(n, 2_000)).collect();
        let mut count = 0;
        // Ten hours.
        for _ in 0..600 {
            pass(60_000);
            for session in challenged() {
                count += 1;
                let (worker, _) = sessions[session as usize];
                let number = record(session).challenge.unwrap().number;
                assert_ok!(Mining::heartbeat(worker, session, number, 1, 0));
            }
        }
        // 100 are expected; the random fractions scatter by about 10.
        assert!((60..=140).contains(&count), "{count}");
    });
}

#[test]
fn deadlines_should_pass_a_bounded_number_per_block_when_many_are_missed() {
    ExtBuilder::default().build_and_execute(|| {
        let sessions: Vec<_> = (1..=7).map(|n| session_with_stake(n, 2_000)).collect();
        sessions.iter().for_each(|(_, session)| {
            challenge(*session);
        });
        pass(300_000);
        let responsive: Vec<u32> = (0..4)
            .map(|_| {
                run_blocks(1);
                crate::ResponsiveCount::<Test>::get()
            })
            .collect();
        assert_eq!(responsive, [4, 1, 0, 0]);
        assert_eq!(Deadlines::<Test>::iter().count(), 0);
    });
}

#[test]
fn session_should_be_challenged_when_its_worker_reads_no_messages() {
    ExtBuilder::default().build_and_execute(|| {
        use pallet_mailbox::SendMessage;
        use phala_primitives::mailbox::Topic;

        let (worker, session) = session_with_stake(1, 2_000);
        let topic = Topic::Worker(worker);
        while Mailbox::backlog(&topic) < MAX_BACKLOG {
            assert_ok!(Mailbox::send(topic, &WorkerMessage::Benchmark { milliseconds: 1 }));
        }
        assert!(Mining::challenge(Seat::of(session), now(), &quiet()));
        assert_eq!(Deadlines::<Test>::iter().count(), 1);
    });
}

#[test]
fn run_should_pass_over_empty_seats_and_go_on_at_the_first_when_it_reaches_the_last() {
    ExtBuilder::default().build_and_execute(|| {
        let sessions: Vec<_> = (1..=5).map(|n| session_with_stake(n, 2_000)).collect();
        assert_ok!(Mining::stop(sessions[4].0));
        let parameters = TokenomicParameters { challenges_per_block: 2, ..quiet() };
        // Seat 3 has a session, seat 4 one that was stopped, seat 0 one again.
        assert_eq!(Mining::challenge_run(3, 5, now(), &parameters), 3);
        assert_eq!(challenged(), [3, 0]);
        // All that are left, and no session twice.
        assert_eq!(Mining::challenge_run(3, 5, now(), &parameters), 5);
        assert_eq!(challenged(), [3, 0, 1, 2]);
    });
}
