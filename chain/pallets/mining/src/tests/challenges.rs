//! Draws, and deadlines that pass.

use phala_economics::TokenomicParameters;
use phala_primitives::{mailbox::WorkerMessage, SessionId};
use polkadot_sdk::frame_support::assert_ok;

use crate::{mock::*, Challenge, Deadlines, Event};

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
fn worker_should_be_told_its_deadline_when_it_is_challenged() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let open = challenge(session);
        assert_eq!(open, Challenge { number: 0, deadline: now() + 240_000 });
        let message = WorkerMessage::Challenge { session, challenge: 0, deadline: open.deadline };
        assert_eq!(messages(worker).last(), Some(&message));
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
                take_in_messages(worker);
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
                take_in_messages(worker);
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
fn session_should_not_be_challenged_when_its_worker_reads_no_messages() {
    ExtBuilder::default().build_and_execute(|| {
        use pallet_mailbox::SendMessage;
        use phala_primitives::mailbox::Topic;

        let (worker, session) = session_with_stake(1, 2_000);
        let topic = Topic::Worker(worker);
        while Mailbox::backlog(&topic) < MAX_BACKLOG {
            assert_ok!(Mailbox::send(topic, &WorkerMessage::Benchmark { milliseconds: 1 }));
        }
        Mining::challenge(session, now(), &quiet());
        assert_eq!(record(session).challenge, None);
        assert_eq!(Deadlines::<Test>::iter().count(), 0);
    });
}
