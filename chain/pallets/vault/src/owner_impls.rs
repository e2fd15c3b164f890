//! What a vault's owner does, but for placing its stake.

use pallet_stake_pool::ledger::{CommissionError, LedgerError, RaiseTerms};
use polkadot_sdk::{
    frame_support::{
        ensure,
        pallet_prelude::{DispatchError, DispatchResult},
        traits::{
            fungible::{Balanced as _, Inspect, Mutate},
            tokens::{
                Fortitude::Polite,
                Precision::Exact,
                Preservation::{Expendable, Preserve},
            },
            Get, OnUnbalanced, Time,
        },
    },
    sp_runtime::{traits::AccountIdConversion, Permill},
};

use crate::{
    Config, CurrencyOf, Description, Descriptions, Error, Event, NextVault, Pallet, Positions, TimeOf, Vault,
    VaultId, VaultOf, Vaults,
};

impl<T: Config> From<LedgerError> for Error<T> {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Insolvent => Error::VaultInsolvent,
            LedgerError::AmountOutOfRange => Error::ContributionTooLarge,
            LedgerError::NotEnoughShares => Error::NotEnoughShares,
            LedgerError::InsufficientFreeStake => Error::InsufficientFreeStake,
        }
    }
}

impl<T: Config> Pallet<T> {
    /// The account under which a vault delegates and in which its rewards wait to be claimed. It
    /// exists as long as the vault, so that the smallest reward can be paid into it.
    pub fn account_of(vault: VaultId) -> T::AccountId {
        <T as Config>::PalletId::get().into_sub_account_truncating(vault)
    }

    pub(crate) fn do_create(owner: T::AccountId) -> DispatchResult {
        let vault = NextVault::<T>::get();
        NextVault::<T>::put(vault.checked_add(1).ok_or(Error::<T>::TooManyVaults)?);

        let account = Self::account_of(vault);
        let deposit = CurrencyOf::<T>::minimum_balance();
        CurrencyOf::<T>::transfer(&owner, &account, deposit, Preserve)?;
        VaultOf::<T>::insert(&account, vault);
        Vaults::<T>::insert(vault, Vault::new(owner.clone()));
        Self::deposit_event(Event::VaultCreated { vault, owner, account });
        Ok(())
    }

    pub(crate) fn do_set_fee(owner: T::AccountId, number: VaultId, fee: Permill) -> DispatchResult {
        ensure!(fee <= T::MaxFee::get(), Error::<T>::FeeTooHigh);
        Self::owned(&owner, number)?;
        // What was earned until now is charged with the rate of until now.
        let mut vault = Self::bring_up_to_date(number)?;
        let terms = RaiseTerms { step: T::CommissionStep::get(), notice: T::CommissionNotice::get() };
        let raises = (vault.book.shares > 0).then_some(terms);
        let from = vault.fee.set(fee, TimeOf::<T>::now(), raises).map_err(|error| match error {
            CommissionError::NotChanged => Error::<T>::FeeNotChanged,
            CommissionError::StepTooLarge => Error::<T>::FeeStepTooLarge,
        })?;
        Self::schedule_fee(number, &mut vault);
        Vaults::<T>::insert(number, vault);
        Self::deposit_event(Event::FeeSet { vault: number, fee, from });
        Ok(())
    }

    pub(crate) fn do_set_description(
        owner: T::AccountId,
        number: VaultId,
        description: Description,
    ) -> DispatchResult {
        Self::owned(&owner, number)?;
        ensure!(core::str::from_utf8(&description).is_ok(), Error::<T>::DescriptionNotText);
        if description.is_empty() {
            Descriptions::<T>::remove(number);
        } else {
            Descriptions::<T>::insert(number, description);
        }
        Self::deposit_event(Event::DescriptionSet { vault: number });
        Ok(())
    }

    pub(crate) fn do_offer_ownership(
        owner: T::AccountId,
        number: VaultId,
        to: Option<T::AccountId>,
    ) -> DispatchResult {
        let mut vault = Self::owned(&owner, number)?;
        vault.book.offered = to.clone();
        Vaults::<T>::insert(number, vault);
        Self::deposit_event(Event::OwnershipOffered { vault: number, to });
        Ok(())
    }

    /// What the former owner has earned stays the former owner's, to be claimed like a delegator's
    /// rewards.
    pub(crate) fn do_accept_ownership(who: T::AccountId, number: VaultId) -> DispatchResult {
        let mut vault = Self::bring_up_to_date(number)?;
        ensure!(vault.book.offered.as_ref() == Some(&who), Error::<T>::NotOffered);
        vault.book.offered = None;
        let from = core::mem::replace(&mut vault.book.owner, who.clone());

        let mut position = Positions::<T>::get(&from, number);
        Self::settle(&from, number, &mut vault, &mut position);
        vault.book.hand_over_commission(&mut position.delegation);
        Self::store(&from, number, vault, position);
        Self::deposit_event(Event::OwnershipTransferred { vault: number, from, to: who });
        Ok(())
    }

    pub(crate) fn do_close(owner: T::AccountId, number: VaultId) -> DispatchResult {
        Self::owned(&owner, number)?;
        let mut vault = Self::bring_up_to_date(number)?;
        ensure!(vault.book.shares == 0 && vault.pools.is_empty(), Error::<T>::VaultNotEmpty);
        // Without shares every position is settled, so that this is all there is to claim.
        ensure!(vault.book.owner_rewards == 0 && vault.book.unclaimed == 0, Error::<T>::RewardsUnclaimed);

        let account = Self::account_of(number);
        let deposit = CurrencyOf::<T>::minimum_balance();
        let dust = CurrencyOf::<T>::balance(&account).saturating_sub(deposit);
        if dust > 0 {
            let credit = CurrencyOf::<T>::withdraw(&account, dust, Exact, Preserve, Polite)?;
            <T as Config>::Slash::on_unbalanced(credit);
        }
        CurrencyOf::<T>::transfer(&account, &owner, deposit, Expendable)?;

        Self::unschedule(number, &mut vault);
        Vaults::<T>::remove(number);
        VaultOf::<T>::remove(&account);
        Descriptions::<T>::remove(number);
        Self::deposit_event(Event::VaultClosed { vault: number, dust });
        Ok(())
    }

    /// The vault, if it is `owner`'s.
    pub(crate) fn owned(owner: &T::AccountId, number: VaultId) -> Result<Vault<T::AccountId>, DispatchError> {
        let vault = Vaults::<T>::get(number).ok_or(Error::<T>::VaultNotFound)?;
        ensure!(vault.book.owner == *owner, Error::<T>::NotVaultOwner);
        Ok(vault)
    }
}
