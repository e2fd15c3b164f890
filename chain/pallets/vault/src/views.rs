//! What people want to see of vaults, as it would be if they were brought up to date at this moment.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use pallet_stake_pool::Commission;
use phala_primitives::{Balance, Moment, PoolId};
use polkadot_sdk::{
    frame_support::storage::with_transaction,
    sp_runtime::{DispatchError, Permill, TransactionOutcome},
};
use scale_info::TypeInfo;

use crate::{
    Config, Descriptions, NextVault, Pallet, Position, Positions, Queue, Ticket, Vault, VaultId, Withdrawal,
};

/// Most vaults of one list: each is brought up to date in its pools.
pub const MAX_VAULTS_LISTED: usize = 50;

/// Most entries of a queue in one list.
pub const MAX_QUEUE_LISTED: usize = 200;

/// A vault as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct VaultView<AccountId> {
    /// Its number.
    pub vault: VaultId,
    /// Its owner.
    pub owner: AccountId,
    /// Who may become its owner by accepting.
    pub offered_to: Option<AccountId>,
    /// The account under which it delegates, and in which rewards wait to be claimed.
    pub account: AccountId,
    /// What the owner says about it, in UTF-8.
    pub description: Vec<u8>,
    /// The rate of the performance fee at this moment.
    pub fee: Permill,
    /// An announced higher rate, and from when it holds.
    pub announced: Option<(Permill, Moment)>,
    /// What it has to earn before the next fee.
    pub deficit: Balance,
    /// Shares of all delegators.
    pub shares: u128,
    /// All stake.
    pub stake: Balance,
    /// The part of it that lies in no pool.
    pub free: Balance,
    /// What was slashed and is still on hold at delegators that have not called since.
    pub unsettled: Balance,
    /// Fees that the owner may claim.
    pub owner_rewards: Balance,
    /// The shares have lost (almost) all value, and the vault takes no stake.
    pub insolvent: bool,
    /// Where its stake lies, in the order in which it came to the pools.
    pub pools: Vec<PlacementView>,
    /// How many delegators wait for stake.
    pub waiting: u32,
    /// What their shares are worth.
    pub waiting_value: Balance,
    /// The part of it whose grace period is over.
    pub overdue_value: Balance,
}

/// A vault's part in a pool.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PlacementView {
    /// The pool.
    pub pool: PoolId,
    /// Shares of the pool.
    pub shares: u128,
    /// What they are worth.
    pub value: Balance,
    /// Those of them that the pool has yet to pay out.
    pub leaving: u128,
}

/// An account's part in a vault.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PositionView {
    /// The vault.
    pub vault: VaultId,
    /// Shares owned.
    pub shares: u128,
    /// What they are worth.
    pub value: Balance,
    /// The part of the hold that past slashes have taken and that goes at the next call.
    pub unsettled: Balance,
    /// What `claim_rewards` would pay the account as delegator.
    pub rewards: Balance,
    /// What the account waits for.
    pub waiting: Option<WaitingView>,
}

/// What an account waits for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct WaitingView {
    /// The place in the queue: lower ones of the same vault come first.
    pub ticket: u64,
    /// Shares that still have to go.
    pub shares: u128,
    /// What they are worth.
    pub value: Balance,
    /// Chain time of the request.
    pub since: Moment,
    /// Chain time from which the vault takes stake out of its pools for it.
    pub grace_until: Moment,
}

/// An entry of a queue.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct WithdrawalView<AccountId> {
    /// Who waits.
    pub who: AccountId,
    /// For what.
    pub waiting: WaitingView,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn view_vault(number: VaultId) -> Option<VaultView<T::AccountId>> {
        Self::look_at(number, |vault| Self::show_vault(number, vault))
    }

    pub(crate) fn view_vaults(from: VaultId) -> Vec<VaultView<T::AccountId>> {
        (from..NextVault::<T>::get()).filter_map(Self::view_vault).take(MAX_VAULTS_LISTED).collect()
    }

    pub(crate) fn view_position(who: T::AccountId, number: VaultId) -> Option<PositionView> {
        let position = Positions::<T>::try_get(&who, number).ok()?;
        Self::look_at(number, |vault| Self::show_position(number, vault, position))
    }

    pub(crate) fn view_positions(who: T::AccountId) -> Vec<PositionView> {
        Positions::<T>::iter_key_prefix(&who)
            .take(MAX_VAULTS_LISTED)
            .filter_map(|number| Self::view_position(who.clone(), number))
            .collect()
    }

    pub(crate) fn view_queue(number: VaultId, from: u64) -> Vec<WithdrawalView<T::AccountId>> {
        let show = |vault: Vault<T::AccountId>| {
            let entries = match from.checked_sub(1) {
                Some(before) => {
                    let key = Queue::<T>::hashed_key_for(number, Ticket::new(before));
                    Queue::<T>::iter_prefix_from(number, key)
                }
                None => Queue::<T>::iter_prefix(number),
            };
            entries
                .take(MAX_QUEUE_LISTED)
                .map(|(ticket, entry)| WithdrawalView {
                    waiting: Self::show_waiting(&vault, ticket, &entry),
                    who: entry.who,
                })
                .collect()
        };
        Self::look_at(number, show).unwrap_or_default()
    }

    /// Shows a vault as it would be if it were brought up to date now. Nothing stays of that.
    fn look_at<R>(number: VaultId, show: impl FnOnce(Vault<T::AccountId>) -> R) -> Option<R> {
        with_transaction(|| {
            let shown = Self::bring_up_to_date(number).map(show);
            TransactionOutcome::Rollback(Ok::<_, DispatchError>(shown.ok()))
        })
        .ok()
        .flatten()
    }

    fn show_vault(number: VaultId, vault: Vault<T::AccountId>) -> VaultView<T::AccountId> {
        let account = Self::account_of(number);
        let Vault { book, fee: Commission { rate, raise }, .. } = &vault;
        VaultView {
            vault: number,
            offered_to: book.offered.clone(),
            description: Descriptions::<T>::get(number).into_inner(),
            fee: *rate,
            announced: *raise,
            deficit: vault.deficit,
            shares: book.shares,
            stake: book.stake(),
            free: book.free,
            unsettled: book.held.saturating_sub(book.stake()),
            owner_rewards: book.owner_rewards,
            insolvent: book.is_insolvent(),
            pools: vault.pools.iter().map(|pool| Self::show_placement(&account, *pool)).collect(),
            waiting: vault.queue.entries,
            waiting_value: book.value_of(vault.queue.shares),
            overdue_value: book.value_of(vault.queue.overdue),
            owner: book.owner.clone(),
            account,
        }
    }

    fn show_placement(account: &T::AccountId, pool: PoolId) -> PlacementView {
        type StakePools<T> = pallet_stake_pool::Pallet<T>;
        PlacementView {
            pool,
            shares: StakePools::<T>::shares_in(account, pool),
            value: StakePools::<T>::value_in(account, pool),
            leaving: Self::leaving(account, pool),
        }
    }

    fn show_position(
        number: VaultId,
        mut vault: Vault<T::AccountId>,
        Position { mut delegation, ticket }: Position,
    ) -> PositionView {
        let unsettled = vault.book.settle(&mut delegation);
        let entry = ticket.and_then(|ticket| Some((ticket, Queue::<T>::get(number, ticket)?)));
        PositionView {
            vault: number,
            shares: delegation.shares,
            value: vault.book.value_of(delegation.shares),
            unsettled,
            rewards: delegation.rewards,
            waiting: entry.map(|(ticket, entry)| Self::show_waiting(&vault, ticket, &entry)),
        }
    }

    fn show_waiting(
        vault: &Vault<T::AccountId>,
        ticket: Ticket,
        entry: &Withdrawal<T::AccountId>,
    ) -> WaitingView {
        WaitingView {
            ticket: ticket.number(),
            shares: entry.shares,
            value: vault.book.value_of(entry.shares),
            since: entry.since,
            grace_until: entry.grace_until,
        }
    }
}
