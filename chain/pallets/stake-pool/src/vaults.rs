//! Delegations of vaults: stake of many people, placed in pools by a pallet above.
//!
//! A vault delegates under an account that nobody has a key to. What it places is on hold in its
//! delegators' accounts already, by that pallet; so for such a delegation the pool keeps its books as
//! for any other, but holds, releases and slashes no balance and tells [`Vaults`] instead. Rewards
//! are paid to the vault's account in an ordinary transfer.

use phala_primitives::{Balance, PoolId};
use polkadot_sdk::{
    frame_support::{
        pallet_prelude::{DispatchError, DispatchResult},
        weights::Weight,
    },
    sp_runtime::Rounding,
};

use crate::{ledger::Contributed, maths, Config, Delegations, Pallet, Pools};

/// Who delegates for others.
///
/// The pools call it in the midst of their own entries: an implementation changes its own books and
/// balances, and does not call back.
pub trait Vaults<AccountId> {
    /// Whether the account is a vault's. This never changes for an account that has a delegation.
    fn is_vault(who: &AccountId) -> bool;

    /// The vault's stake in pools has become `amount` base units less, which are the treasury's: a slash
    /// is settled, or a remainder of rounding.
    fn on_slashed(vault: &AccountId, amount: Balance);

    /// `amount` base units of the vault's stake in pools are its own again.
    fn on_released(vault: &AccountId, amount: Balance);

    /// What the chain's payment of a withdrawal costs more if it is a vault's: a slash settled before, a
    /// release, a remainder collected after.
    fn weight_of_payment() -> Weight;
}

/// A chain without vaults.
impl<AccountId> Vaults<AccountId> for () {
    fn is_vault(_: &AccountId) -> bool {
        false
    }

    fn on_slashed(_: &AccountId, _: Balance) {}

    fn on_released(_: &AccountId, _: Balance) {}

    fn weight_of_payment() -> Weight {
        Weight::zero()
    }
}

/// What the calls do, for a pallet above that has checked who asks. As in a call, whatever was done
/// before a failure must be undone by the caller's storage layer.
impl<T: Config> Pallet<T> {
    /// Buys shares of `pool` for up to `amount` base units, and says what was taken and bought.
    pub fn contribute_for(
        who: &T::AccountId,
        pool: PoolId,
        amount: Balance,
    ) -> Result<Contributed, DispatchError> {
        Self::do_contribute(who.clone(), pool, amount)
    }

    /// Gives back `shares` of `pool`, and says what was released at once. The rest waits in the pool's
    /// queue, and [`Vaults::on_released`] hears of it when the chain pays it.
    pub fn withdraw_for(who: &T::AccountId, pool: PoolId, shares: u128) -> Result<Balance, DispatchError> {
        Self::do_withdraw(who.clone(), pool, shares)
    }

    /// Pays what `who` has earned in `pool` into that account, and says how much.
    pub fn claim_for(who: &T::AccountId, pool: PoolId) -> Result<Balance, DispatchError> {
        Self::do_claim_rewards(who.clone(), pool)
    }

    /// Settles the past slashes and rewards of a delegation, and nothing else.
    pub fn settle_for(who: &T::AccountId, pool: PoolId) -> DispatchResult {
        Self::do_settle(who.clone(), pool)
    }

    /// What the shares of `who` in `pool` are worth in base units, those that wait in the queue included.
    pub fn value_in(who: &T::AccountId, pool: PoolId) -> Balance {
        let shares = Self::shares_in(who, pool);
        Pools::<T>::get(pool).map_or(0, |pool| pool.value_of(shares))
    }

    /// The shares of `who` in `pool`, those that wait in the queue included.
    pub fn shares_in(who: &T::AccountId, pool: PoolId) -> u128 {
        Delegations::<T>::get(who, pool).shares
    }

    /// The part of what `who` put into `pool` that slashes have taken and nobody has settled yet.
    pub fn unsettled_in(who: &T::AccountId, pool: PoolId) -> Balance {
        let delegation = Delegations::<T>::get(who, pool);
        let Some(pool) = Pools::<T>::get(pool) else { return 0 };
        let worth = maths::claim(delegation.shares, pool.stake(), pool.shares, Rounding::Up);
        delegation.held.saturating_sub(worth)
    }
}
