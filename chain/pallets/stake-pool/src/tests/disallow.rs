use super::*;
use crate::{Error, Event};
use polkadot_sdk::frame_support::assert_noop;

fn disallow(who: AccountId, pool: PoolId, whom: AccountId) -> Result<(), DispatchError> {
    StakePool::disallow(RuntimeOrigin::signed(who), pool, whom)
}

#[test]
fn disallow_should_keep_further_contributions_out_and_leave_what_is_there() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        let owner = || RuntimeOrigin::signed(OWNER);
        assert_ok!(StakePool::set_whitelist(owner(), pool, true));
        assert_ok!(StakePool::allow(owner(), pool, ALICE));
        assert_ok!(contribute(ALICE, pool, PHA));
        assert_ok!(disallow(OWNER, pool, ALICE));
        assert!(happened(Event::Disallowed { pool, who: ALICE }));
        assert_eq!(StakePool::whitelist(pool), []);
        assert_noop!(contribute(ALICE, pool, PHA), Error::<Test>::NotAllowed);
        assert_eq!(value(&ALICE, pool), PHA);
        assert_ok!(withdraw(ALICE, pool, PHA));
    });
}

#[test]
fn disallow_should_fail_when_the_account_is_not_on_the_list() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_noop!(disallow(OWNER, pool, ALICE), Error::<Test>::NotAllowed);
        assert_ok!(StakePool::allow(RuntimeOrigin::signed(OWNER), pool, BOB));
        assert_noop!(disallow(OWNER, pool, ALICE), Error::<Test>::NotAllowed);
    });
}

#[test]
fn disallow_should_fail_when_the_signer_does_not_own_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_noop!(disallow(ALICE, pool, ALICE), Error::<Test>::NotPoolOwner);
        assert_noop!(disallow(OWNER, pool + 1, ALICE), Error::<Test>::PoolNotFound);
    });
}
