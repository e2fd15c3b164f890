//! What people want to see of pools, evaluated at the current block.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use phala_primitives::{Balance, PoolId, WorkerId};
use polkadot_sdk::{frame_support::traits::Time, sp_runtime::Permill};
use scale_info::TypeInfo;

use crate::{Commission, Config, Delegation, Delegations, Pallet, Pool, PoolWorkers, Pools, TimeOf};

/// Most entries of one list.
pub const MAX_LISTED: usize = 200;

/// A pool as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PoolView<AccountId> {
    /// Its number.
    pub pool: PoolId,
    /// Its owner.
    pub owner: AccountId,
    /// The owner's part of the rewards at this moment.
    pub commission: Permill,
    /// An announced higher rate, and from when it holds.
    pub announced: Option<(Permill, u64)>,
    /// Shares of all delegators.
    pub shares: u128,
    /// All stake.
    pub stake: Balance,
    /// The part of it that backs no session.
    pub free: Balance,
    /// What was slashed and is still on hold at delegators that have not called since.
    pub unsettled: Balance,
    /// Commission that the owner may claim.
    pub owner_rewards: Balance,
    /// The shares have lost (almost) all value, and the pool takes no stake.
    pub insolvent: bool,
    /// The account in which rewards wait to be claimed.
    pub reward_account: AccountId,
}

/// An account's part in a pool as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DelegationView {
    /// The pool.
    pub pool: PoolId,
    /// Shares owned.
    pub shares: u128,
    /// What they are worth.
    pub value: Balance,
    /// The part of the hold that past slashes have taken and that goes at the next call.
    pub unsettled: Balance,
    /// What `claim_rewards` would pay the account as delegator.
    pub rewards: Balance,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn view_pool(number: PoolId) -> Option<PoolView<T::AccountId>> {
        Pools::<T>::get(number).map(|pool| Self::show_pool(number, pool))
    }

    pub(crate) fn view_pools(from: PoolId) -> Vec<PoolView<T::AccountId>> {
        (from..crate::NextPool::<T>::get()).take(MAX_LISTED).filter_map(Self::view_pool).collect()
    }

    pub(crate) fn view_workers(pool: PoolId) -> Vec<WorkerId> {
        PoolWorkers::<T>::iter_key_prefix(pool).take(MAX_LISTED).collect()
    }

    pub(crate) fn view_delegation(who: T::AccountId, pool: PoolId) -> Option<DelegationView> {
        let delegation = Delegations::<T>::try_get(who, pool).ok()?;
        Self::show_delegation(pool, delegation)
    }

    pub(crate) fn view_delegations(who: T::AccountId) -> Vec<DelegationView> {
        Delegations::<T>::iter_prefix(who)
            .take(MAX_LISTED)
            .filter_map(|(pool, delegation)| Self::show_delegation(pool, delegation))
            .collect()
    }

    fn show_pool(number: PoolId, pool: Pool<T::AccountId>) -> PoolView<T::AccountId> {
        let now = TimeOf::<T>::now();
        let Commission { raise, .. } = pool.commission;
        PoolView {
            pool: number,
            commission: pool.commission.at(now),
            announced: raise.filter(|(_, from)| *from > now),
            shares: pool.shares,
            stake: pool.stake(),
            free: pool.free,
            unsettled: pool.held.saturating_sub(pool.stake()),
            owner_rewards: pool.owner_rewards,
            insolvent: pool.is_insolvent(),
            reward_account: Self::reward_account_of(number),
            owner: pool.owner,
        }
    }

    fn show_delegation(number: PoolId, mut delegation: Delegation) -> Option<DelegationView> {
        let mut pool = Pools::<T>::get(number)?;
        let unsettled = pool.settle(&mut delegation);
        Some(DelegationView {
            pool: number,
            shares: delegation.shares,
            value: pool.value_of(delegation.shares),
            unsettled,
            rewards: delegation.rewards,
        })
    }
}
