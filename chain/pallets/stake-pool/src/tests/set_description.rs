use super::*;
use crate::{types::Description, Error, Event};
use polkadot_sdk::frame_support::assert_noop;

fn set(who: AccountId, pool: PoolId, text: &[u8]) -> Result<(), DispatchError> {
    let description = Description::truncate_from(text.to_vec());
    StakePool::set_description(RuntimeOrigin::signed(who), pool, description)
}

#[test]
fn description_should_be_shown_with_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_ok!(set(OWNER, pool, "Rechenzentrum Köln, 24 h erreichbar".as_bytes()));
        assert!(happened(Event::DescriptionSet { pool }));
        let shown = StakePool::pool(pool).unwrap().description;
        assert_eq!(String::from_utf8(shown).unwrap(), "Rechenzentrum Köln, 24 h erreichbar");
    });
}

#[test]
fn description_should_leave_no_trace_when_it_is_emptied() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_ok!(set(OWNER, pool, b"x"));
        assert_ok!(set(OWNER, pool, b""));
        assert!(!crate::Descriptions::<Test>::contains_key(pool));
    });
}

#[test]
fn description_should_be_refused_when_it_is_not_text() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_noop!(set(OWNER, pool, &[0xc3, 0x28]), Error::<Test>::DescriptionNotText);
    });
}

#[test]
fn set_description_should_fail_when_the_signer_does_not_own_the_pool() {
    ExtBuilder.build_and_execute(|| {
        let pool = pool();
        assert_noop!(set(ALICE, pool, b"x"), Error::<Test>::NotPoolOwner);
        assert_noop!(set(OWNER, pool + 1, b"x"), Error::<Test>::PoolNotFound);
    });
}
