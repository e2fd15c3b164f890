//! What people see.

use phala_economics::Phase;
use phala_primitives::PHA;
use polkadot_sdk::{frame_support::assert_ok, sp_runtime::traits::Zero};

use crate::{mock::*, MAX_SESSIONS_LISTED};

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
fn list_should_show_a_bounded_number_of_sessions() {
    ExtBuilder::default().build_and_execute(|| {
        let (_, first) = session_with_stake(1, 2_000);
        let (_, second) = session_with_stake(2, 2_000);
        let numbers = |from| Mining::sessions(from).into_iter().map(|info| info.session).collect::<Vec<_>>();
        assert_eq!(numbers(0), [first, second]);
        assert_eq!(numbers(1), [second]);
        assert!(numbers(MAX_SESSIONS_LISTED).is_empty());
        assert!(numbers(u64::MAX).is_empty());
        assert_eq!(Mining::session(99), None);
    });
}
