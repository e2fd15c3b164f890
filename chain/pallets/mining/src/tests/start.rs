//! Starting a session.

use phala_economics::{FixedU128, Phase};
use phala_primitives::{mailbox::WorkerMessage, PHA};
use polkadot_sdk::frame_support::{assert_noop, assert_ok};

use crate::{mock::*, Error, Event, Seats};

#[test]
fn session_should_promise_what_the_table_says_when_it_starts() {
    ExtBuilder::default().build_and_execute(|| {
        let worker = worker_with_score(1, 1_000);
        let session = Mining::start(worker, POOL, 2_000 * PHA).unwrap();

        // 1.35 · (2000 + 0.3 · 1000 / 0.84): without evidence, confidence is of level 5.
        let initial_value = FixedU128::from_inner(3_182_142_857_142_857_142_857);
        assert_eq!(
            events(),
            [Event::SessionStarted { session, worker, pool: POOL, stake: 2_000 * PHA, initial_value }]
        );
        assert_eq!(record(session).session.value, initial_value);
        assert_eq!(messages(worker), [WorkerMessage::SessionStarted { session }]);
        assert_eq!(Mining::session_of(&worker), Some(session));
        assert_eq!(Mining::pool_of(&worker), Some(POOL));
        assert!(Mining::is_responsive(&worker));
    });
}

#[test]
fn sessions_should_have_consecutive_numbers_when_several_start() {
    ExtBuilder::default().build_and_execute(|| {
        let (_, first) = session_with_stake(1, 2_000);
        let (_, second) = session_with_stake(2, 2_000);
        assert_eq!((first, second), (0, 1));
        assert_eq!(Seats::<Test>::get(), 2);
    });
}

#[test]
fn session_should_be_refused_when_stake_or_score_is_out_of_bounds() {
    ExtBuilder::default().build_and_execute(|| {
        let worker = worker_with_score(1, 1_000);
        // S_min = 1581.13…, S_max = 21 865.07…
        assert_noop!(Mining::start(worker, POOL, 1_581 * PHA), Error::<Test>::InsufficientStake);
        assert_noop!(Mining::start(worker, POOL, 21_866 * PHA), Error::<Test>::TooMuchStake);
        let slow = worker_with_score(2, 49);
        assert_noop!(Mining::start(slow, POOL, 2_000 * PHA), Error::<Test>::BenchmarkTooLow);
        assert_ok!(Mining::start(worker, POOL, 21_865 * PHA));
    });
}

#[test]
fn session_should_be_refused_when_the_worker_is_not_ready() {
    ExtBuilder::default().build_and_execute(|| {
        let unknown = phala_primitives::WorkerId([42; 32]);
        assert_noop!(Mining::start(unknown, POOL, 2_000 * PHA), Error::<Test>::WorkerNotRegistered);
        let unmeasured = registered_worker(1);
        assert_noop!(Mining::start(unmeasured, POOL, 2_000 * PHA), Error::<Test>::NotBenchmarked);
        let expired = worker_with_score(2, 1_000);
        pass(LIFETIME + BLOCK_TIME);
        assert_noop!(Mining::start(expired, POOL, 2_000 * PHA), Error::<Test>::AttestationExpired);
    });
}

#[test]
fn session_should_be_refused_when_the_worker_mines_or_cools_down() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        assert_noop!(Mining::start(worker, POOL, 2_000 * PHA), Error::<Test>::WorkerInSession);
        assert_ok!(Mining::stop(worker));
        assert!(matches!(record(session).session.phase, Phase::CoolingDown { .. }));
        assert_noop!(Mining::start(worker, POOL, 2_000 * PHA), Error::<Test>::WorkerInSession);
    });
}

#[test]
fn session_should_be_refused_when_the_worker_reads_no_messages() {
    ExtBuilder::default().build_and_execute(|| {
        use pallet_mailbox::SendMessage;
        use phala_primitives::mailbox::Topic;

        let worker = worker_with_score(1, 1_000);
        let topic = Topic::Worker(worker);
        while Mailbox::backlog(&topic) < MAX_BACKLOG {
            assert_ok!(Mailbox::send(topic, &WorkerMessage::Benchmark { milliseconds: 1 }));
        }
        assert_noop!(Mining::start(worker, POOL, 2_000 * PHA), pallet_mailbox::Error::<Test>::TopicFull);
    });
}
