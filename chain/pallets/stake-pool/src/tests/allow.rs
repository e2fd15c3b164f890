use super::*;
use crate::{types::MAX_ALLOWED, Error, Event};
use polkadot_sdk::frame_support::assert_noop;

fn allow(who: AccountId, pool: PoolId, whom: AccountId) -> Result<(), DispatchError> {
    StakePool::allow(RuntimeOrigin::signed(who), pool, whom)
}

#[test]
fn allow_should_put_an_account_on_the_list_once() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_ok!(allow(OWNER, pool, ALICE));
        assert!(happened(Event::Allowed { pool, who: ALICE }));
        assert_eq!(StakePool::whitelist(pool), [ALICE]);
        assert_noop!(allow(OWNER, pool, ALICE), Error::<Test>::AllowedAlready);
    });
}

#[test]
fn allow_should_fail_when_the_list_is_full() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        for id in 0..MAX_ALLOWED as u8 {
            assert_ok!(allow(OWNER, pool, AccountId::new([100 + id % 100; 32])));
        }
        assert_noop!(allow(OWNER, pool, ALICE), Error::<Test>::WhitelistFull);
    });
}

#[test]
fn allow_should_fail_when_the_signer_does_not_own_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_noop!(allow(ALICE, pool, ALICE), Error::<Test>::NotPoolOwner);
        assert_noop!(allow(OWNER, pool + 1, ALICE), Error::<Test>::PoolNotFound);
    });
}
