//! Reclaiming a stake by hand.

use phala_primitives::PHA;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_runtime::DispatchError,
};

use crate::{mock::*, Error};

const COOL_DOWN: u64 = 7 * 24 * 3_600_000;

#[test]
fn anyone_should_reclaim_when_the_cool_down_is_over() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        assert_ok!(Mining::stop(worker));
        pass(COOL_DOWN);
        assert_ok!(Mining::reclaim(RuntimeOrigin::signed(TREASURY), session));
        assert_eq!(StakeReturned::get(), [(POOL, worker, 2_000 * PHA, 2_000 * PHA)]);
        assert_eq!(Mining::session_of(&worker), None);

        // The chain does not return it a second time.
        run_blocks(2);
        assert_eq!(StakeReturned::get().len(), 1);
    });
}

#[test]
fn reclaim_should_be_refused_when_the_cool_down_is_not_over() {
    ExtBuilder::default().build_and_execute(|| {
        let (worker, session) = session_with_stake(1, 2_000);
        let reclaim = || Mining::reclaim(RuntimeOrigin::signed(OPERATOR), session);
        assert_noop!(reclaim(), Error::<Test>::NotCoolingDown);
        assert_ok!(Mining::stop(worker));
        pass(COOL_DOWN - 1);
        assert_noop!(reclaim(), Error::<Test>::CoolDownNotOver);
        assert_noop!(Mining::reclaim(RuntimeOrigin::signed(OPERATOR), 99), Error::<Test>::SessionNotFound);
        assert_noop!(Mining::reclaim(RuntimeOrigin::none(), session), DispatchError::BadOrigin);
    });
}
