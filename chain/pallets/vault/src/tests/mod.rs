//! One file per call; `stale_price` and `slash` for what happens to stake, `overdue` for what happens
//! by itself, `fee` for the books alone, `invariants` for random sequences. Each test starts from a
//! world of `mock`, does one thing and asserts what the people concerned would notice;
//! `ExtBuilder::build_and_execute` checks the invariants at its end.
#![allow(clippy::unwrap_used)]

mod accept_ownership;
mod cancel_withdrawal;
mod claim_rewards;
mod close;
mod compound_rewards;
mod contribute;
mod create;
mod delegate;
mod fee;
mod invariants;
mod offer_ownership;
mod overdue;
mod set_description;
mod set_fee;
mod slash;
mod stale_price;
mod undelegate;
mod views;
mod withdraw;

use crate::{
    mock::*,
    views::{PositionView, VaultView},
    Error, Event, VaultId,
};
use phala_primitives::{Balance, PoolId, PHA};
use polkadot_sdk::{
    frame_support::{
        assert_noop, assert_ok,
        traits::fungible::{Inspect, InspectHold},
    },
    sp_runtime::{DispatchError, Permill},
};

/// A signed origin.
fn by(who: &AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(who.clone())
}

/// What an account can spend.
fn free(who: &AccountId) -> Balance {
    Balances::balance(who)
}

/// What an account has staked in vaults, by its balances.
fn held(who: &AccountId) -> Balance {
    Balances::balance_on_hold(&crate::HoldReason::Stake.into(), who)
}

/// The vault as people see it.
fn seen(vault: VaultId) -> VaultView<AccountId> {
    Vault::vault(vault).expect("the vault exists")
}

/// What an account has in a vault.
fn position(who: &AccountId, vault: VaultId) -> Option<PositionView> {
    Vault::position(who.clone(), vault)
}

/// Shares of an account.
fn shares(who: &AccountId, vault: VaultId) -> u128 {
    position(who, vault).map_or(0, |position| position.shares)
}

/// What the shares of an account are worth.
fn value(who: &AccountId, vault: VaultId) -> Balance {
    position(who, vault).map_or(0, |position| position.value)
}

/// Rewards that an account may claim.
fn rewards(who: &AccountId, vault: VaultId) -> Balance {
    position(who, vault).map_or(0, |position| position.rewards)
}

/// Whether there was this event.
fn happened(event: Event<Test>) -> bool {
    System::events().iter().any(|record| record.event == RuntimeEvent::Vault(event.clone()))
}

/// Whether two amounts differ by a few base units only: a session's value has 18 digits of its own.
fn close_to(a: Balance, b: Balance) -> bool {
    a.abs_diff(b) <= 20
}

/// Makes a call as the chain does: nothing stays of one that is refused.
fn attempt(call: impl FnOnce() -> Result<(), DispatchError>) -> Result<(), DispatchError> {
    polkadot_sdk::frame_support::storage::with_storage_layer(call)
}

/// Sets the fee of an empty vault.
fn charge(vault: VaultId, percent: u32) {
    assert_ok!(Vault::set_fee(by(&OWNER), vault, Permill::from_percent(percent)));
}
