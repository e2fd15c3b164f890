//! Invariants of the vaults, checked after every test and by `try-runtime`.
//!
//! 1. Every account has on hold for [`HoldReason::Stake`] exactly the sum of `held` over its
//!    positions.
//! 2. Each position has at least what its shares are worth on hold.
//! 3. A vault's `shares`, `held` and `unclaimed` are the sums over its positions; `held` covers its
//!    stake, and the excess is what was slashed and not yet collected. There is no stake without
//!    shares.
//! 4. A vault's stake is what is free and what its delegations are worth: `active` equals what the
//!    pools have written down as held by the vault's account, which is what they are worth once they are
//!    settled. That account has nothing on hold itself.
//! 5. A vault delegates to pools of its list only.
//! 6. A vault's account holds at least the existential deposit, what the owner and all delegators may
//!    claim, and what is not distributed yet.
//! 7. No position is empty, none is of a vault that does not exist, vaults are numbered from 0, and
//!    `VaultOf` is the inverse of their accounts.
//! 8. Positions that wait and entries of queues belong to each other one to one, with no more shares
//!    than the position owns. A vault's totals are the sums over its queue, in which times
//!    never decrease, and overdue entries come before all others. An entry is in `GraceEnds` exactly
//!    until it is overdue.
//! 9. A vault is in `Turns` once, at the time that it has written down, or not at all.
//! 10. A vault without shares has no deficit, and a fee is never above [`Config::MaxFee`].

use alloc::collections::BTreeMap;
use phala_primitives::Balance;
use polkadot_sdk::{
    frame_support::{
        ensure,
        traits::{
            fungible::{Inspect as _, InspectHold as _},
            Get,
        },
    },
    sp_runtime::{Rounding, TryRuntimeError},
};

use pallet_stake_pool::maths;

use crate::{
    book::QueueTotals, Config, CurrencyOf, DueKey, GraceEnds, HoldReason, NextVault, Pallet, Positions,
    Queue, Ticket, Turns, Vault, VaultId, VaultOf, Vaults,
};

/// Sums over the positions in one vault.
#[derive(Default)]
struct Totals {
    shares: u128,
    held: Balance,
    /// Of those that are settled.
    unclaimed: Balance,
    /// Of all once they are settled.
    rewards: Balance,
}

impl<T: Config> Pallet<T> {
    /// Checks the invariants above; the error names the one that does not hold.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut totals = Self::check_positions()?;
        for (number, vault) in Vaults::<T>::iter() {
            ensure!(number < NextVault::<T>::get(), "a vault's number has not been given yet");
            let sums = totals.remove(&number).unwrap_or_default();
            Self::check_stake(number, &vault, &sums)?;
            Self::check_money(number, &vault, &sums)?;
            Self::check_queue(number, &vault)?;
            if let Some(planned) = vault.book.wakes {
                ensure!(Turns::<T>::contains_key(DueKey::new(planned, number)), "a turn is not planned");
            }
        }
        ensure!(Turns::<T>::iter_keys().count() == Self::planned(), "a turn of no vault");
        ensure!(Queue::<T>::iter().count() == Self::waiting(), "an entry of a queue is of no vault");
        let in_grace = Queue::<T>::iter_values().filter(|entry| !entry.overdue).count();
        ensure!(GraceEnds::<T>::iter_keys().count() == in_grace, "a grace period of nobody");
        ensure!(VaultOf::<T>::iter().count() == Vaults::<T>::iter().count(), "an account of no vault");
        Ok(())
    }

    fn planned() -> usize {
        Vaults::<T>::iter_values().filter(|vault| vault.book.wakes.is_some()).count()
    }

    fn waiting() -> usize {
        Vaults::<T>::iter_values().map(|vault| vault.queue.entries as usize).sum()
    }

    fn check_positions() -> Result<BTreeMap<VaultId, Totals>, TryRuntimeError> {
        let mut totals = BTreeMap::<VaultId, Totals>::new();
        let mut held_by = BTreeMap::<T::AccountId, Balance>::new();
        for (who, number, position) in Positions::<T>::iter() {
            ensure!(!position.is_empty(), "an empty position is kept");
            let mut vault = Vaults::<T>::get(number).ok_or("a position in a vault that does not exist")?;
            let mut delegation = position.delegation;
            let book = &mut vault.book;
            let worth = maths::claim(delegation.shares, book.stake(), book.shares, Rounding::Up);
            ensure!(delegation.held >= worth, "less on hold than the shares are worth");

            let of_vault = totals.entry(number).or_default();
            of_vault.shares += delegation.shares;
            of_vault.held += delegation.held;
            of_vault.unclaimed += delegation.rewards;
            *held_by.entry(who.clone()).or_default() += delegation.held;
            let owned = delegation.shares;
            let _ = book.settle(&mut delegation);
            of_vault.rewards += delegation.rewards;
            if let Some(ticket) = position.ticket {
                let entry = Queue::<T>::get(number, ticket).ok_or("a ticket without an entry")?;
                ensure!(entry.who == who, "a ticket of somebody else");
                ensure!(entry.shares > 0 && entry.shares <= owned, "more shares wait than are owned");
            }
        }
        for (who, held) in held_by {
            let on_hold = CurrencyOf::<T>::balance_on_hold(&HoldReason::Stake.into(), &who);
            ensure!(on_hold == held, "the hold of an account is not the sum over its positions");
        }
        Ok(totals)
    }

    fn check_stake(
        number: VaultId,
        vault: &Vault<T::AccountId>,
        sums: &Totals,
    ) -> Result<(), TryRuntimeError> {
        let book = &vault.book;
        ensure!(book.shares == sums.shares, "shares of a vault are not the sum over its positions");
        ensure!(book.held == sums.held, "holds of a vault are not the sum over its positions");
        ensure!(book.unclaimed == sums.unclaimed, "unclaimed rewards are not the sum over the positions");
        ensure!(book.held >= book.stake(), "stake of a vault is not backed by holds");
        ensure!(
            book.shares > 0 || (book.stake() == 0 && vault.deficit == 0),
            "stake or deficit without shares"
        );

        let account = Self::account_of(number);
        let mut placed: Balance = 0;
        for (pool, delegation) in pallet_stake_pool::Delegations::<T>::iter_prefix(&account) {
            ensure!(vault.pools.contains(&pool), "a vault delegates to a pool that is not in its list");
            placed += delegation.held;
        }
        ensure!(book.active == placed, "a vault's placed stake is not what it has in pools");
        ensure!(CurrencyOf::<T>::total_balance_on_hold(&account) == 0, "a vault's account has a hold");
        Ok(())
    }

    fn check_money(
        number: VaultId,
        vault: &Vault<T::AccountId>,
        sums: &Totals,
    ) -> Result<(), TryRuntimeError> {
        let account = Self::account_of(number);
        ensure!(VaultOf::<T>::get(&account) == Some(number), "a vault's account is not known as such");
        let owed = vault.book.owner_rewards
            + vault.book.undistributed
            + sums.rewards
            + CurrencyOf::<T>::minimum_balance();
        ensure!(CurrencyOf::<T>::balance(&account) >= owed, "a vault owes more rewards than it has");
        ensure!(vault.fee.rate <= T::MaxFee::get(), "a fee is too high");
        ensure!(vault.book.commission == Default::default(), "a vault takes a commission");
        Ok(())
    }

    fn check_queue(number: VaultId, vault: &Vault<T::AccountId>) -> Result<(), TryRuntimeError> {
        let mut sums = QueueTotals::default();
        let mut before: Option<(Ticket, bool)> = None;
        let mut latest = 0;
        for (ticket, entry) in Queue::<T>::iter_prefix(number) {
            ensure!(
                before.is_none_or(|(last, overdue)| last < ticket && (overdue || !entry.overdue)),
                "a queue is out of order"
            );
            ensure!(latest <= entry.since, "an entry of a queue is older than the one before");
            let position = Positions::<T>::get(&entry.who, number);
            ensure!(position.ticket == Some(ticket), "an entry without a ticket");
            let key = DueKey::new(entry.grace_until, ticket.number());
            ensure!(
                GraceEnds::<T>::get(key) == (!entry.overdue).then_some(number),
                "a grace period ends unnoticed, or twice"
            );
            sums.entries += 1;
            sums.shares += entry.shares;
            sums.overdue += if entry.overdue { entry.shares } else { 0 };
            (before, latest) = (Some((ticket, entry.overdue)), entry.since);
        }
        ensure!(vault.queue == sums, "totals of a queue are not the sums over its entries");
        Ok(())
    }
}
