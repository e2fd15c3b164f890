//! Genesis presets.

use phala_primitives::PHA;
use polkadot_sdk::*;
use sp_keyring::Sr25519Keyring;
use sp_runtime::traits::Header as _;

use super::chain;
use crate::{
    configs::treasury_account,
    genesis_config_presets::{preset_names, DEVELOPMENT, LOCAL},
    Aura, Authorship, Balances, Grandpa, Jobs, Mailbox, Mining, Registry, Session, StakePool, System,
    Timestamp, Vault,
};

pub(super) fn check_invariants() {
    Mailbox::do_try_state().unwrap();
    Registry::do_try_state().unwrap();
    Mining::do_try_state().unwrap();
    StakePool::do_try_state().unwrap();
    Jobs::do_try_state().unwrap();
    Vault::do_try_state().unwrap();
}

#[test]
fn every_preset_should_make_blocks_and_keep_the_invariants() {
    for name in preset_names() {
        chain::from_preset(&name).execute_with(|| {
            check_invariants();
            for number in 1..=3 {
                assert_eq!(*chain::empty_block().number(), number, "{name}");
                assert!(Authorship::author().is_some(), "{name}: block {number} should have an author");
                check_invariants();
            }
        });
    }
}

#[test]
fn development_should_have_one_validator_and_a_block_a_second() {
    chain::from_preset(DEVELOPMENT).execute_with(|| {
        assert_eq!(Aura::slot_duration(), 1_000);
        assert_eq!(Session::validators(), [Sr25519Keyring::Alice.to_account_id()]);
        assert_eq!(Grandpa::grandpa_authorities().len(), 1);
    });
}

#[test]
fn local_should_have_four_validators_and_a_block_in_six_seconds() {
    chain::from_preset(LOCAL).execute_with(|| {
        assert_eq!(Aura::slot_duration(), 6_000);
        assert_eq!(Session::validators().len(), 4);
        assert_eq!(Grandpa::grandpa_authorities().len(), 4);
    });
}

#[test]
fn presets_should_fund_the_subsidy_and_the_dev_accounts_when_built() {
    for name in preset_names() {
        chain::from_preset(&name).execute_with(|| {
            for account in [Sr25519Keyring::Alice, Sr25519Keyring::Ferdie] {
                assert!(Balances::free_balance(account.to_account_id()) > 1_000 * PHA, "{name}: {account}");
            }
            assert!(Balances::free_balance(Mining::subsidy_account()) > 1_000_000 * PHA, "{name}");
            assert!(
                Balances::free_balance(treasury_account()) >= crate::configs::EXISTENTIAL_DEPOSIT,
                "{name}"
            );
        });
    }
}

#[test]
fn withdrawals_should_wait_a_minute_in_presets_for_tests_and_a_week_otherwise() {
    for name in preset_names() {
        chain::from_preset(&name).execute_with(|| assert_eq!(StakePool::grace_period(), 60_000, "{name}"));
    }
    let usual = pallet_stake_pool::GenesisConfig::<crate::Runtime>::default();
    assert_eq!(usual.grace_period, 7 * 24 * 60 * 60 * 1_000);
}

#[test]
fn the_validator_set_should_stay_when_sessions_end() {
    chain::from_preset(DEVELOPMENT).execute_with(|| {
        let validators = Session::validators();
        while Session::current_index() < 2 {
            let header = chain::empty_block();
            let consensus_logs =
                header.digest().logs.iter().filter(|log| log.as_consensus().is_some()).count();
            assert_eq!(consensus_logs, 0, "no authority change in block {}", System::block_number());
        }
        assert_eq!(Session::validators(), validators);
        assert_eq!(Grandpa::current_set_id(), 0);
        assert!(Timestamp::get() > 0);
    });
}
