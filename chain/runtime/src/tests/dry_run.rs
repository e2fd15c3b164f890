//! What a dry run foresees is what inclusion does, and nothing stays of it.

use frame_support::traits::fungible::InspectHold;
use phala_primitives::{Balance, PHA};
use polkadot_sdk::*;
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie};
use sp_runtime::{
    transaction_validity::{InvalidTransaction, TransactionValidityError},
    DispatchError, StateVersion,
};

use super::{chain, reports::registration};
use crate::{
    dry_run::{dry_run, DryRun},
    genesis_config_presets::DEVELOPMENT,
    Balances, Executive, RuntimeCall, RuntimeEvent, System,
};

type PoolCall = pallet_stake_pool::Call<crate::Runtime>;

fn after_a_block(test: impl FnOnce()) -> TestExternalities {
    let mut chain = chain::from_preset(DEVELOPMENT);
    chain.execute_with(|| {
        chain::empty_block();
        test();
    });
    chain
}

fn try_out(who: Sr25519Keyring, call: impl Into<RuntimeCall>) -> DryRun {
    dry_run(System::block_hash(System::block_number()), who.to_account_id(), call.into())
}

/// Puts the call into a block; gives its result and what of the events is the transaction's own doing.
fn include(
    who: Sr25519Keyring,
    call: impl Into<RuntimeCall>,
) -> (Result<(), DispatchError>, Vec<RuntimeEvent>) {
    let transaction = chain::signed(who, call.into());
    let mut outcome = None;
    chain::block(|| {
        let before = System::event_count() as usize;
        let result = Executive::apply_extrinsic(transaction).unwrap();
        let events = System::read_events_no_consensus().skip(before).map(|record| record.event);
        let own = events.filter(|event| !matches!(event, RuntimeEvent::System(_)));
        outcome = Some((result, own.collect()));
    });
    outcome.unwrap()
}

fn free(who: Sr25519Keyring) -> Balance {
    Balances::free_balance(who.to_account_id())
}

fn transfer(to: Sr25519Keyring, value: Balance) -> pallet_balances::Call<crate::Runtime> {
    pallet_balances::Call::transfer_allow_death { dest: to.to_account_id().into(), value }
}

fn named(events: &[RuntimeEvent], pallet: fn(&RuntimeEvent) -> bool) -> usize {
    events.iter().filter(|event| pallet(event)).count()
}

#[test]
fn call_should_be_foreseen_with_fee_balances_and_events_when_it_works() {
    after_a_block(|| {
        include(Bob, PoolCall::create {}).0.unwrap();
        let call = PoolCall::contribute { pool: 0, amount: 5 * PHA };
        let foreseen = try_out(Charlie, call.clone());
        let (before, held) = (free(Charlie), Balances::total_balance_on_hold(&Charlie.to_account_id()));
        let (result, events) = include(Charlie, call);

        assert_eq!((foreseen.result, result), (Ok(Ok(())), Ok(())));
        assert_eq!((foreseen.before.free, foreseen.before.held), (before, held));
        assert_eq!((foreseen.after.free, foreseen.after.held), (free(Charlie), 5 * PHA));
        assert_eq!(foreseen.before.free - foreseen.after.free, 5 * PHA + foreseen.fee);
        assert!(foreseen.fee > 0);
        let of_pools = |event: &RuntimeEvent| matches!(event, RuntimeEvent::StakePool(_));
        let own = |events: &[RuntimeEvent]| -> Vec<RuntimeEvent> {
            events.iter().filter(|event| of_pools(event)).cloned().collect()
        };
        assert_eq!(own(&foreseen.events), own(&events));
        assert_eq!(named(&foreseen.events, of_pools), 1);
    });
}

#[test]
fn error_of_the_pallet_should_be_foreseen_with_the_fee_that_is_paid_all_the_same() {
    after_a_block(|| {
        let call = PoolCall::contribute { pool: 7, amount: 5 * PHA };
        let foreseen = try_out(Charlie, call.clone());
        let before = free(Charlie);
        let (result, _) = include(Charlie, call);

        let refused = pallet_stake_pool::Error::<crate::Runtime>::PoolNotFound;
        assert_eq!(result, Err(refused.into()));
        assert_eq!(foreseen.result, Ok(result));
        assert_eq!(before - free(Charlie), foreseen.fee);
        assert_eq!(foreseen.after.free, free(Charlie));
    });
}

#[test]
fn call_should_not_be_dispatched_when_the_sender_cannot_pay_its_fee() {
    after_a_block(|| {
        let all =
            pallet_balances::Call::transfer_all { dest: Alice.to_account_id().into(), keep_alive: true };
        include(Bob, all).0.unwrap();
        let call = PoolCall::create {};
        let foreseen = try_out(Bob, call.clone());

        let payment = TransactionValidityError::Invalid(InvalidTransaction::Payment);
        assert_eq!(foreseen.result, Err(payment));
        assert_eq!((foreseen.events, foreseen.before), (vec![], foreseen.after));
        assert!(foreseen.fee > 0, "what it would have to pay");
        let transaction = chain::signed(Bob, call.into());
        chain::block(|| assert_eq!(Executive::apply_extrinsic(transaction), Err(payment)));
    });
}

#[test]
fn account_should_be_told_that_it_cannot_pay_when_it_does_not_exist() {
    after_a_block(|| {
        let foreseen = try_out(Sr25519Keyring::One, transfer(Bob, PHA));
        assert_eq!(foreseen.result, Err(InvalidTransaction::Payment.into()));
        assert_eq!((foreseen.before.free, foreseen.before.held), (0, 0));
    });
}

#[test]
fn call_should_be_refused_when_no_block_could_hold_it_or_no_account_sign_it() {
    after_a_block(|| {
        let large = frame_system::Call::remark { remark: vec![0; 4 * 1024 * 1024] };
        assert_eq!(try_out(Bob, large).result, Err(InvalidTransaction::ExhaustsResources.into()));
        let inherent = pallet_timestamp::Call::set { now: 1 };
        assert_eq!(try_out(Bob, inherent).result, Err(InvalidTransaction::MandatoryValidation.into()));
        let root = frame_system::Call::set_heap_pages { pages: 1 };
        assert_eq!(try_out(Bob, root).result, Ok(Err(DispatchError::BadOrigin)));
    });
}

#[test]
fn nothing_should_be_tried_out_as_root_whoever_is_named() {
    after_a_block(|| {
        let call = || Box::new(frame_system::Call::set_heap_pages { pages: 1 }.into());
        let filtered = DispatchError::from(frame_system::Error::<crate::Runtime>::CallFiltered);
        let call = pallet_sudo::Call::sudo { call: call() };
        assert_eq!(try_out(Alice, call.clone()).result, Ok(Err(filtered)));
        let batch = pallet_utility::Call::batch_all { calls: vec![call.clone().into()] };
        assert_eq!(try_out(Alice, batch).result, Ok(Err(filtered)));
        assert_eq!(include(Alice, call).0, Ok(()), "Alice is root on this chain");
    });
}

#[test]
fn calls_of_a_batch_should_be_foreseen_together() {
    after_a_block(|| {
        let contribute = PoolCall::contribute { pool: 0, amount: 5 * PHA };
        let calls = vec![PoolCall::create {}.into(), contribute.into()];
        let foreseen = try_out(Bob, pallet_utility::Call::batch_all { calls });
        assert_eq!(foreseen.result, Ok(Ok(())));
        assert_eq!(foreseen.after.held, 5 * PHA);
    });
}

#[test]
fn registration_should_be_foreseen_when_it_names_the_last_block() {
    after_a_block(|| {
        let call = || registration(System::block_number());
        assert_eq!(try_out(Bob, call()).result, Ok(Ok(())));
        let refused = pallet_registry::Error::<crate::Runtime>::UnknownBlock;
        let elsewhere = dry_run(Default::default(), Bob.to_account_id(), call().into());
        assert_eq!(elsewhere.result, Ok(Err(refused.into())));
    });
}

#[test]
fn nothing_should_stay_of_a_dry_run_whatever_it_comes_to() {
    let mut chain = after_a_block(|| {
        include(Bob, PoolCall::create {}).0.unwrap();
    });
    chain.execute_with(|| {
        let root = || sp_io::storage::root(StateVersion::V1);
        let before = (root(), System::events());
        let calls: [RuntimeCall; 4] = [
            PoolCall::contribute { pool: 0, amount: 5 * PHA }.into(),
            PoolCall::contribute { pool: 7, amount: 5 * PHA }.into(),
            transfer(Alice, 9_999_999 * PHA).into(),
            pallet_timestamp::Call::set { now: 1 }.into(),
        ];
        for call in calls {
            try_out(Charlie, call);
            assert!((root(), System::events()) == before);
        }
    });
}
