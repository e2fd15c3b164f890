//! Answers that are refused, each with an error of its own, and change nothing.

use phala_economics::SlashLevel;
use phala_primitives::{SessionId, WorkerId};
use polkadot_sdk::frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};

use crate::{mock::*, Error};

const COOL_DOWN: u64 = 7 * 24 * 3_600_000;

/// An answer that is right in everything but what the test is about.
fn say(worker: WorkerId, session: SessionId, challenge: u32) -> DispatchResult {
    Mining::heartbeat(worker, session, challenge, 1_000, 0)
}

#[test]
fn answer_should_be_refused_when_it_is_given_twice() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let open = challenge(session).number;
        pass(12_000);
        assert_ok!(say(worker, session, open));
        assert_noop!(say(worker, session, open), Error::<Test>::ChallengeAnswered);
        pass(12_000);
        assert_noop!(say(worker, session, open), Error::<Test>::ChallengeAnswered);
    });
}

#[test]
fn answer_should_be_refused_when_a_newer_challenge_is_open() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        answer(worker, session);
        answer(worker, session);
        let newest = challenge(session).number;
        assert_eq!(newest, 2);
        for older in 0..newest {
            assert_noop!(say(worker, session, older), Error::<Test>::ChallengeAnswered);
        }
        assert_ok!(say(worker, session, newest));
    });
}

#[test]
fn answer_should_be_refused_when_it_comes_before_the_question() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        assert_noop!(say(worker, session, 0), Error::<Test>::ChallengeNotIssued);
        let open = challenge(session).number;
        for future in [open + 1, open + 2, u32::MAX] {
            assert_noop!(say(worker, session, future), Error::<Test>::ChallengeNotIssued);
        }
    });
}

#[test]
fn answer_should_be_refused_when_the_session_is_another_workers() {
    ExtBuilder::default().build_and_execute(|| {
        let (_, session) = session_with_stake(1, 2_000);
        let (other, own) = session_with_stake(2, 2_000);
        let (open, _) = (challenge(session).number, challenge(own));
        assert_noop!(say(other, session, open), Error::<Test>::NotOwnSession);
        let stranger = registered_worker(3);
        assert_noop!(say(stranger, session, open), Error::<Test>::NotOwnSession);
    });
}

#[test]
fn answer_should_be_refused_when_the_session_was_stopped() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let open = challenge(session).number;
        assert_ok!(Mining::stop(worker));
        assert_noop!(say(worker, session, open), Error::<Test>::CoolingDown);
    });
}

#[test]
fn answer_should_be_refused_when_there_is_no_such_session() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let open = challenge(session).number;
        assert_noop!(say(worker, session + 1, open), Error::<Test>::SessionNotFound);
        assert_ok!(Mining::stop(worker));
        pass(COOL_DOWN);
        run_blocks(1);
        assert_noop!(say(worker, session, open), Error::<Test>::SessionNotFound);
    });
}

#[test]
fn answer_should_be_refused_when_the_worker_threatened_the_network() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let open = challenge(session).number;
        assert_ok!(Mining::fault(worker, SlashLevel::Threat, [7; 32]));
        assert_noop!(say(worker, session, open), Error::<Test>::CoolingDown);
    });
}

#[test]
fn answer_should_be_taken_when_only_the_verdict_has_expired() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        pass(LIFETIME + BLOCK_TIME);
        let expired = Mining::restart(worker, 3_000 * phala_primitives::PHA);
        assert_eq!(expired, Err(Error::<Test>::AttestationExpired.into()));
        let open = challenge(session).number;
        assert_ok!(say(worker, session, open));
        assert_eq!(Rewards::get().len(), 1);
    });
}
