//! What a delegator does: contribute, withdraw, claim.

use phala_primitives::{Balance, PoolId};
use polkadot_sdk::frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::{
        fungible::{hold::Balanced as _, hold::Mutate as _, Mutate as _},
        tokens::{Precision::Exact, Preservation::Preserve},
        Get, OnUnbalanced,
    },
};

use crate::{
    ledger::{Contributed, Withdrawn},
    Config, CurrencyOf, Delegation, Delegations, Error, Event, HoldReason, Pallet, Pool, Pools, Vaults as _,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_contribute(
        who: T::AccountId,
        number: PoolId,
        amount: Balance,
    ) -> Result<Contributed, DispatchError> {
        ensure!(amount >= T::MinContribution::get(), Error::<T>::ContributionTooSmall);
        let mut pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        let mut delegation = Delegations::<T>::get(&who, number);
        Self::settle(&who, number, &mut pool, &mut delegation);

        let bought = pool.contribute(&mut delegation, amount).map_err(Error::<T>::from)?;
        if !T::Vaults::is_vault(&who) {
            CurrencyOf::<T>::hold(&HoldReason::Stake.into(), &who, bought.hold)?;
        }
        Self::store(&who, number, pool, delegation);
        Self::deposit_event(Event::Contributed {
            pool: number,
            who,
            amount: bought.hold,
            shares: bought.shares,
        });
        Ok(bought)
    }

    pub(crate) fn do_withdraw(
        who: T::AccountId,
        number: PoolId,
        shares: u128,
    ) -> Result<Balance, DispatchError> {
        let mut pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        let mut delegation = Delegations::<T>::get(&who, number);
        Self::settle(&who, number, &mut pool, &mut delegation);

        let Withdrawn { release, remainder } =
            pool.withdraw(&mut delegation, shares).map_err(Error::<T>::from)?;
        ensure!(
            delegation.shares == 0 || pool.value_of(delegation.shares) >= T::MinContribution::get(),
            Error::<T>::RemainderTooSmall
        );
        Self::release(&who, release)?;
        Self::collect(&who, number, remainder);
        Self::store(&who, number, pool, delegation);
        Self::deposit_event(Event::Withdrawn { pool: number, who, shares, amount: release });
        Ok(release)
    }

    pub(crate) fn do_claim_rewards(who: T::AccountId, number: PoolId) -> Result<Balance, DispatchError> {
        let mut pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        let mut delegation = Delegations::<T>::get(&who, number);
        Self::settle(&who, number, &mut pool, &mut delegation);

        let mut amount = core::mem::take(&mut delegation.rewards);
        if pool.owner == who {
            amount = amount.saturating_add(core::mem::take(&mut pool.owner_rewards));
        }
        ensure!(amount > 0, Error::<T>::NothingToClaim);
        CurrencyOf::<T>::transfer(&Self::reward_account_of(number), &who, amount, Preserve)?;
        Self::store(&who, number, pool, delegation);
        Self::deposit_event(Event::RewardsClaimed { pool: number, who, amount });
        Ok(amount)
    }

    pub(crate) fn do_settle(who: T::AccountId, number: PoolId) -> DispatchResult {
        let mut pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        let mut delegation = Delegations::<T>::get(&who, number);
        Self::settle(&who, number, &mut pool, &mut delegation);
        Self::store(&who, number, pool, delegation);
        Ok(())
    }

    /// Frees `amount` of the stake of `who`.
    fn release(who: &T::AccountId, amount: Balance) -> DispatchResult {
        if T::Vaults::is_vault(who) {
            T::Vaults::on_released(who, amount);
        } else {
            CurrencyOf::<T>::release(&HoldReason::Stake.into(), who, amount, Exact)?;
        }
        Ok(())
    }

    /// Brings a delegation up to date, its hold included.
    fn settle(
        who: &T::AccountId,
        number: PoolId,
        pool: &mut Pool<T::AccountId>,
        delegation: &mut Delegation,
    ) {
        let lost = pool.settle(delegation);
        Self::collect(who, number, lost);
    }

    /// Takes `amount` from the hold of `who` to the treasury.
    fn collect(who: &T::AccountId, number: PoolId, amount: Balance) {
        if amount == 0 {
            return;
        }
        if T::Vaults::is_vault(who) {
            T::Vaults::on_slashed(who, amount);
        } else {
            let (credit, _) = CurrencyOf::<T>::slash(&HoldReason::Stake.into(), who, amount);
            T::Slash::on_unbalanced(credit);
        }
        Self::deposit_event(Event::SlashSettled { pool: number, who: who.clone(), amount });
    }

    fn store(who: &T::AccountId, number: PoolId, pool: Pool<T::AccountId>, delegation: Delegation) {
        Pools::<T>::insert(number, pool);
        if delegation.is_empty() {
            Delegations::<T>::remove(who, number);
        } else {
            Delegations::<T>::insert(who, number, delegation);
        }
    }
}
