use super::*;
use crate::{Error, Event};
use polkadot_sdk::frame_support::assert_noop;

fn offer(who: AccountId, pool: PoolId, to: Option<AccountId>) -> Result<(), DispatchError> {
    StakePool::offer_ownership(RuntimeOrigin::signed(who), pool, to)
}

#[test]
fn offer_ownership_should_change_nothing_until_it_is_accepted() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_ok!(offer(OWNER, pool, Some(ALICE)));
        assert!(happened(Event::OwnershipOffered { pool, to: Some(ALICE) }));
        let view = StakePool::pool(pool).unwrap();
        assert_eq!((view.owner, view.offered), (OWNER, Some(ALICE)));
        assert_noop!(offer(ALICE, pool, Some(BOB)), Error::<Test>::NotPoolOwner);
    });
}

#[test]
fn offer_ownership_should_void_an_earlier_offer() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let accept = |who| StakePool::accept_ownership(RuntimeOrigin::signed(who), pool);
        assert_ok!(offer(OWNER, pool, Some(ALICE)));
        assert_ok!(offer(OWNER, pool, Some(BOB)));
        assert_noop!(accept(ALICE), Error::<Test>::NotOffered);
        assert_ok!(offer(OWNER, pool, None));
        assert_noop!(accept(BOB), Error::<Test>::NotOffered);
    });
}

#[test]
fn offer_ownership_should_fail_when_the_signer_does_not_own_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_noop!(offer(ALICE, pool, Some(ALICE)), Error::<Test>::NotPoolOwner);
        assert_noop!(offer(OWNER, pool + 1, None), Error::<Test>::PoolNotFound);
    });
}
