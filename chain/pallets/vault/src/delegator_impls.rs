//! What a delegator does: contribute, withdraw, claim, compound.

use phala_primitives::Balance;
use polkadot_sdk::frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::{
        fungible::{hold::Balanced as _, hold::Mutate as _, Mutate as _},
        tokens::{Precision::Exact, Preservation::Preserve},
        Get, OnUnbalanced,
    },
};

use pallet_stake_pool::ledger::Withdrawn;

use crate::{
    Config, CurrencyOf, Error, Event, HoldReason, Pallet, Position, Positions, Vault, VaultId, VaultOf,
    Vaults,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_contribute(who: T::AccountId, number: VaultId, amount: Balance) -> DispatchResult {
        // A vault's account signs nothing, but root could sign for it.
        ensure!(!VaultOf::<T>::contains_key(&who), Error::<T>::VaultInVault);
        ensure!(amount >= T::MinContribution::get(), Error::<T>::ContributionTooSmall);
        let mut vault = Self::bring_up_to_date(number)?;
        let mut position = Positions::<T>::get(&who, number);
        Self::settle(&who, number, &mut vault, &mut position);
        Self::buy(who, number, vault, position, amount)
    }

    pub(crate) fn do_withdraw(who: T::AccountId, number: VaultId, shares: u128) -> DispatchResult {
        let mut vault = Self::bring_up_to_date(number)?;
        let mut position = Positions::<T>::get(&who, number);
        Self::settle(&who, number, &mut vault, &mut position);
        let owned = position.delegation.shares;
        ensure!(shares > 0 && shares <= owned, Error::<T>::NotEnoughShares);
        let least = T::MinContribution::get();
        let kept = owned.saturating_sub(shares);
        let shares = if vault.book.value_of(kept) < least { owned } else { shares };

        Self::leave_queue(number, &mut vault, &mut position);
        let at_once = match vault.queue.entries {
            0 => vault.book.covered(shares, least),
            _ => 0,
        };
        if at_once > 0 {
            Self::redeem(&who, number, &mut vault, &mut position, at_once)?;
        }
        let later = shares.saturating_sub(at_once);
        if later > 0 {
            Self::enter_queue(&who, number, &mut vault, &mut position, later);
        }
        // The entry that this one replaces may have kept the next one waiting.
        Self::wake(number, &mut vault);
        Self::store(&who, number, vault, position);
        Ok(())
    }

    pub(crate) fn do_cancel_withdrawal(who: T::AccountId, number: VaultId) -> DispatchResult {
        let mut vault = Self::bring_up_to_date(number)?;
        let mut position = Positions::<T>::get(&who, number);
        Self::settle(&who, number, &mut vault, &mut position);
        let shares =
            Self::leave_queue(number, &mut vault, &mut position).ok_or(Error::<T>::NotWithdrawing)?;
        Self::wake(number, &mut vault);
        Self::store(&who, number, vault, position);
        Self::deposit_event(Event::WithdrawalCancelled { vault: number, who, shares });
        Ok(())
    }

    pub(crate) fn do_claim_rewards(who: T::AccountId, number: VaultId) -> DispatchResult {
        let mut vault = Self::bring_up_to_date(number)?;
        let mut position = Positions::<T>::get(&who, number);
        Self::settle(&who, number, &mut vault, &mut position);

        let mut amount = vault.book.claim(&mut position.delegation);
        if vault.book.owner == who {
            amount = amount.saturating_add(core::mem::take(&mut vault.book.owner_rewards));
        }
        ensure!(amount > 0, Error::<T>::NothingToClaim);
        Self::pay_rewards(&who, number, amount)?;
        Self::store(&who, number, vault, position);
        Ok(())
    }

    pub(crate) fn do_compound_rewards(who: T::AccountId, number: VaultId) -> DispatchResult {
        let mut vault = Self::bring_up_to_date(number)?;
        let mut position = Positions::<T>::get(&who, number);
        Self::settle(&who, number, &mut vault, &mut position);

        let amount = vault.book.claim(&mut position.delegation);
        ensure!(amount > 0, Error::<T>::NothingToClaim);
        ensure!(amount >= T::MinContribution::get(), Error::<T>::ContributionTooSmall);
        Self::pay_rewards(&who, number, amount)?;
        Self::buy(who, number, vault, position, amount)
    }

    /// Sells shares of a vault that is up to date for up to `amount` to a settled position.
    fn buy(
        who: T::AccountId,
        number: VaultId,
        mut vault: Vault<T::AccountId>,
        mut position: Position,
        amount: Balance,
    ) -> DispatchResult {
        let bought = vault.contribute(&mut position.delegation, amount).map_err(Error::<T>::from)?;
        CurrencyOf::<T>::hold(&HoldReason::Stake.into(), &who, bought.hold)?;
        Self::wake(number, &mut vault);
        Self::store(&who, number, vault, position);
        Self::deposit_event(Event::Contributed {
            vault: number,
            who,
            amount: bought.hold,
            shares: bought.shares,
        });
        Ok(())
    }

    /// Takes back `shares` of a settled position for their value, out of free stake.
    pub(crate) fn redeem(
        who: &T::AccountId,
        number: VaultId,
        vault: &mut Vault<T::AccountId>,
        position: &mut Position,
        shares: u128,
    ) -> Result<(), DispatchError> {
        let Withdrawn { release, remainder } =
            vault.withdraw(&mut position.delegation, shares).map_err(Error::<T>::from)?;
        CurrencyOf::<T>::release(&HoldReason::Stake.into(), who, release, Exact)?;
        Self::collect(who, number, remainder);
        Self::deposit_event(Event::Withdrawn { vault: number, who: who.clone(), shares, amount: release });
        Ok(())
    }

    /// Brings a position in a vault that is up to date up to date itself, its hold included.
    pub(crate) fn settle(
        who: &T::AccountId,
        number: VaultId,
        vault: &mut Vault<T::AccountId>,
        position: &mut Position,
    ) {
        let lost = vault.book.settle(&mut position.delegation);
        Self::collect(who, number, lost);
    }

    /// Takes `amount` from the hold of `who` to the treasury.
    fn collect(who: &T::AccountId, number: VaultId, amount: Balance) {
        if amount == 0 {
            return;
        }
        let (credit, _) = CurrencyOf::<T>::slash(&HoldReason::Stake.into(), who, amount);
        <T as Config>::Slash::on_unbalanced(credit);
        Self::deposit_event(Event::SlashSettled { vault: number, who: who.clone(), amount });
    }

    fn pay_rewards(who: &T::AccountId, number: VaultId, amount: Balance) -> DispatchResult {
        CurrencyOf::<T>::transfer(&Self::account_of(number), who, amount, Preserve)?;
        Self::deposit_event(Event::RewardsClaimed { vault: number, who: who.clone(), amount });
        Ok(())
    }

    pub(crate) fn store(who: &T::AccountId, number: VaultId, vault: Vault<T::AccountId>, position: Position) {
        Vaults::<T>::insert(number, vault);
        Self::store_position(who, number, position);
    }

    pub(crate) fn store_position(who: &T::AccountId, number: VaultId, position: Position) {
        if position.is_empty() {
            Positions::<T>::remove(who, number);
        } else {
            Positions::<T>::insert(who, number, position);
        }
    }
}
