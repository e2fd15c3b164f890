use super::*;
use crate::{Error, Event};
use polkadot_sdk::frame_support::assert_noop;

fn set(who: AccountId, pool: PoolId, enabled: bool) -> Result<(), DispatchError> {
    StakePool::set_whitelist(RuntimeOrigin::signed(who), pool, enabled)
}

#[test]
fn whitelist_should_keep_strangers_out_until_it_is_put_out_of_force() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_ok!(set(OWNER, pool, true));
        assert!(happened(Event::WhitelistSet { pool, enabled: true }));
        assert!(StakePool::pool(pool).unwrap().whitelist);
        assert_noop!(contribute(ALICE, pool, PHA), Error::<Test>::NotAllowed);
        assert_ok!(set(OWNER, pool, false));
        assert_ok!(contribute(ALICE, pool, PHA));
    });
}

#[test]
fn whitelist_should_not_keep_delegators_from_their_own_when_it_comes_into_force() {
    ExtBuilder.build_and_execute(|| {
        let (pool, _) = staked_pool();
        reward(pool, 40 * PHA);
        assert_ok!(set(OWNER, pool, true));
        assert_ok!(StakePool::claim_rewards(RuntimeOrigin::signed(ALICE), pool));
        assert_ok!(withdraw(ALICE, pool, 3_000 * PHA));
        assert_eq!(free(&ALICE), WEALTH + 30 * PHA);
    });
}

#[test]
fn set_whitelist_should_fail_when_the_signer_does_not_own_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_noop!(set(ALICE, pool, true), Error::<Test>::NotPoolOwner);
        assert_noop!(set(OWNER, pool + 1, true), Error::<Test>::PoolNotFound);
    });
}
