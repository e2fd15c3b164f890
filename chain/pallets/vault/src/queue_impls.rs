//! The queues of withdrawals: entering, leaving, becoming overdue, being paid.

use phala_primitives::Moment;
use polkadot_sdk::{
    frame_support::{
        defensive,
        traits::{Get, Time},
    },
    sp_runtime::DispatchError,
};

use crate::{
    Config, DueKey, Event, GraceEnds, NextTicket, Pallet, Position, Positions, Queue, Ticket, TimeOf, Vault,
    VaultId, Vaults, Withdrawal,
};

impl<T: Config> Pallet<T> {
    /// Puts `shares` of `who` at the end of the queue.
    pub(crate) fn enter_queue(
        who: &T::AccountId,
        number: VaultId,
        vault: &mut Vault<T::AccountId>,
        position: &mut Position,
        shares: u128,
    ) {
        let ticket = NextTicket::<T>::mutate(|next| {
            let ticket = *next;
            *next = next.saturating_add(1);
            ticket
        });
        let since = TimeOf::<T>::now();
        let grace_until = since.saturating_add(pallet_stake_pool::GracePeriod::<T>::get());
        GraceEnds::<T>::insert(DueKey::new(grace_until, ticket), number);
        let ticket = Ticket::new(ticket);
        let entry = Withdrawal { who: who.clone(), shares, since, grace_until, overdue: false };
        Queue::<T>::insert(number, ticket, entry);
        position.ticket = Some(ticket);
        vault.queue.entries = vault.queue.entries.saturating_add(1);
        vault.queue.shares = vault.queue.shares.saturating_add(shares);
        let value = vault.book.value_of(shares);
        Self::deposit_event(Event::WithdrawalQueued {
            vault: number,
            who: who.clone(),
            shares,
            value,
            grace_until,
        });
    }

    /// Takes the entry of a position, if it has one, out of the queue. Returns its shares.
    pub(crate) fn leave_queue(
        number: VaultId,
        vault: &mut Vault<T::AccountId>,
        position: &mut Position,
    ) -> Option<u128> {
        let ticket = position.ticket.take()?;
        let Some(entry) = Queue::<T>::take(number, ticket) else {
            defensive!("a ticket without an entry");
            return None;
        };
        if !entry.overdue {
            GraceEnds::<T>::remove(DueKey::new(entry.grace_until, ticket.number()));
        }
        vault.queue.entries = vault.queue.entries.saturating_sub(1);
        Self::discount(vault, &entry, entry.shares);
        Some(entry.shares)
    }

    /// The first entry of a vault's queue.
    pub(crate) fn first_in_queue(number: VaultId) -> Option<(Ticket, Withdrawal<T::AccountId>)> {
        Queue::<T>::iter_prefix(number).next()
    }

    /// Marks entries whose grace period is over, a bounded number of them, and says how many.
    pub(crate) fn mark_overdue(now: Moment) -> u32 {
        let due: alloc::vec::Vec<(DueKey, VaultId)> = GraceEnds::<T>::iter()
            .take_while(|(key, _)| key.time() <= now)
            .take(T::MaxStepsPerBlock::get() as usize)
            .collect();
        for (key, number) in &due {
            GraceEnds::<T>::remove(key);
            Self::become_overdue(*number, Ticket::new(key.number()));
        }
        due.len() as u32
    }

    pub(crate) fn become_overdue(number: VaultId, ticket: Ticket) {
        let (Some(mut entry), Some(mut vault)) = (Queue::<T>::get(number, ticket), Vaults::<T>::get(number))
        else {
            defensive!("a grace period of an entry that does not exist");
            return;
        };
        entry.overdue = true;
        vault.queue.overdue = vault.queue.overdue.saturating_add(entry.shares);
        Self::wake(number, &mut vault);
        Vaults::<T>::insert(number, vault);
        Self::deposit_event(Event::WithdrawalOverdue {
            vault: number,
            who: entry.who.clone(),
            shares: entry.shares,
        });
        Queue::<T>::insert(number, ticket, entry);
    }

    /// Pays as much of the first entry as free stake covers, of a vault that is up to date. Returns
    /// whether something was paid.
    pub(crate) fn pay_first(number: VaultId, vault: &mut Vault<T::AccountId>) -> Result<bool, DispatchError> {
        let Some((ticket, mut entry)) = Self::first_in_queue(number) else {
            return Ok(false);
        };
        let shares = vault.book.covered(entry.shares, T::MinContribution::get());
        if shares == 0 {
            return Ok(false);
        }
        let who = entry.who.clone();
        let mut position = Positions::<T>::get(&who, number);
        Self::settle(&who, number, vault, &mut position);
        if shares == entry.shares {
            Self::leave_queue(number, vault, &mut position);
        } else {
            Self::discount(vault, &entry, shares);
            entry.shares = entry.shares.saturating_sub(shares);
            Queue::<T>::insert(number, ticket, entry);
        }
        Self::redeem(&who, number, vault, &mut position, shares)?;
        Self::store_position(&who, number, position);
        Ok(true)
    }

    /// Takes `shares` of an entry out of the sums.
    fn discount(vault: &mut Vault<T::AccountId>, entry: &Withdrawal<T::AccountId>, shares: u128) {
        vault.queue.shares = vault.queue.shares.saturating_sub(shares);
        if entry.overdue {
            vault.queue.overdue = vault.queue.overdue.saturating_sub(shares);
        }
    }
}
