//! What a delegator does: contribute, withdraw, claim, compound.

use phala_primitives::{Balance, PoolId};
use polkadot_sdk::frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::{
        fungible::{hold::Balanced as _, hold::Mutate as _, Mutate as _},
        tokens::{Precision::Exact, Preservation::Preserve},
        Get, OnUnbalanced, Time,
    },
};

use crate::{
    ledger::{Contributed, Withdrawn},
    Config, CurrencyOf, Delegation, Delegations, Error, Event, HoldReason, Pallet, Pool, Pools, TimeOf,
    Vaults as _,
};

/// A pool and one account's part in it, of which slashes and rewards are settled.
type Settled<T> = (Pool<<T as polkadot_sdk::frame_system::Config>::AccountId>, Delegation);

impl<T: Config> Pallet<T> {
    pub(crate) fn do_contribute(
        who: T::AccountId,
        number: PoolId,
        amount: Balance,
    ) -> Result<Contributed, DispatchError> {
        ensure!(amount >= T::MinContribution::get(), Error::<T>::ContributionTooSmall);
        let (mut pool, mut delegation) = Self::settled(&who, number)?;
        Self::ensure_allowed(number, &pool, &who)?;

        let bought = pool.contribute(&mut delegation, amount).map_err(Error::<T>::from)?;
        // What the queue takes of the stake that is free now will not stay.
        ensure!(pool.cap.is_none_or(|cap| pool.staying() <= cap), Error::<T>::CapExceeded);
        if !T::Vaults::is_vault(&who) {
            CurrencyOf::<T>::hold(&HoldReason::Stake.into(), &who, bought.hold)?;
        }
        Self::wake_queue(number, &mut pool, TimeOf::<T>::now());
        Self::store(&who, number, pool, delegation);
        Self::deposit_event(Event::Contributed {
            pool: number,
            who,
            amount: bought.hold,
            shares: bought.shares,
        });
        Ok(bought)
    }

    /// Returns what is released at once.
    pub(crate) fn do_withdraw(
        who: T::AccountId,
        number: PoolId,
        shares: u128,
    ) -> Result<Balance, DispatchError> {
        let (mut pool, mut delegation) = Self::settled(&who, number)?;
        ensure!(shares > 0 && shares <= delegation.shares, Error::<T>::NotEnoughShares);
        let least = T::MinContribution::get();
        let left = delegation.shares.saturating_sub(shares);
        let shares = if pool.value_of(left) < least { delegation.shares } else { shares };

        let before = pool.staying();
        let asked_for = Self::leave_queue(number, &mut pool, &who).map_or(0, |entry| entry.shares);
        let at_once = if pool.queue.is_empty() { pool.covered(shares, least) } else { 0 };
        let released = match at_once {
            0 => 0,
            _ => Self::pay_out(&who, number, &mut pool, &mut delegation, at_once)?,
        };
        let later = shares.saturating_sub(at_once);
        if later > 0 {
            Self::enter_queue(number, &mut pool, &who, later);
        }
        if shares < asked_for {
            Self::ensure_room(&pool, before)?;
        }
        Self::store(&who, number, pool, delegation);
        Ok(released)
    }

    pub(crate) fn do_cancel_withdrawal(who: T::AccountId, number: PoolId) -> DispatchResult {
        let mut pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        let before = pool.staying();
        let entry = Self::leave_queue(number, &mut pool, &who).ok_or(Error::<T>::NotWithdrawing)?;
        Self::ensure_room(&pool, before)?;
        Pools::<T>::insert(number, pool);
        Self::deposit_event(Event::WithdrawalCancelled { pool: number, who, shares: entry.shares });
        Ok(())
    }

    /// Pays what was earned as delegator and as owner.
    pub(crate) fn do_claim_rewards(who: T::AccountId, number: PoolId) -> Result<Balance, DispatchError> {
        let (mut pool, mut delegation) = Self::settled(&who, number)?;
        let mut amount = pool.claim(&mut delegation);
        if pool.owner == who {
            amount = amount.saturating_add(core::mem::take(&mut pool.owner_rewards));
        }
        Self::store(&who, number, pool, delegation);
        Self::pay_rewards(who, number, amount)?;
        Ok(amount)
    }

    /// Pays what was earned as delegator, and contributes it.
    pub(crate) fn do_compound_rewards(who: T::AccountId, number: PoolId) -> DispatchResult {
        let (mut pool, mut delegation) = Self::settled(&who, number)?;
        let amount = pool.claim(&mut delegation);
        Self::store(&who, number, pool, delegation);
        Self::pay_rewards(who.clone(), number, amount)?;
        Self::do_contribute(who, number, amount).map(drop)
    }

    fn pay_rewards(who: T::AccountId, number: PoolId, amount: Balance) -> DispatchResult {
        ensure!(amount > 0, Error::<T>::NothingToClaim);
        CurrencyOf::<T>::transfer(&Self::reward_account_of(number), &who, amount, Preserve)?;
        Self::deposit_event(Event::RewardsClaimed { pool: number, who, amount });
        Ok(())
    }

    pub(crate) fn do_settle(who: T::AccountId, number: PoolId) -> DispatchResult {
        let (pool, delegation) = Self::settled(&who, number)?;
        Self::store(&who, number, pool, delegation);
        Ok(())
    }

    /// A pool whose cap was reached may have taken contributions in place of what was about to leave:
    /// that cannot stay then. `before` is what would have stayed until now.
    fn ensure_room(pool: &Pool<T::AccountId>, before: Balance) -> DispatchResult {
        let most = pool.cap.map_or(Balance::MAX, |cap| cap.max(before));
        ensure!(pool.staying() <= most, Error::<T>::CapExceeded);
        Ok(())
    }

    fn settled(who: &T::AccountId, number: PoolId) -> Result<Settled<T>, DispatchError> {
        let mut pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        let mut delegation = Delegations::<T>::get(who, number);
        Self::settle(who, number, &mut pool, &mut delegation);
        Ok((pool, delegation))
    }

    /// Brings a delegation up to date, its hold included.
    pub(crate) fn settle(
        who: &T::AccountId,
        number: PoolId,
        pool: &mut Pool<T::AccountId>,
        delegation: &mut Delegation,
    ) {
        let lost = pool.settle(delegation);
        Self::collect(who, number, lost);
    }

    /// Takes back `shares` of a settled delegation, which free stake covers, and releases what they are
    /// worth. Returns how much that is.
    pub(crate) fn pay_out(
        who: &T::AccountId,
        number: PoolId,
        pool: &mut Pool<T::AccountId>,
        delegation: &mut Delegation,
        shares: u128,
    ) -> Result<Balance, DispatchError> {
        let Withdrawn { release: amount, remainder } =
            pool.withdraw(delegation, shares).map_err(Error::<T>::from)?;
        if T::Vaults::is_vault(who) {
            T::Vaults::on_released(who, amount);
        } else {
            CurrencyOf::<T>::release(&HoldReason::Stake.into(), who, amount, Exact)?;
        }
        Self::collect(who, number, remainder);
        Self::deposit_event(Event::Withdrawn { pool: number, who: who.clone(), shares, amount });
        Ok(amount)
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

    pub(crate) fn store(
        who: &T::AccountId,
        number: PoolId,
        pool: Pool<T::AccountId>,
        delegation: Delegation,
    ) {
        Pools::<T>::insert(number, pool);
        Self::store_delegation(who, number, delegation);
    }

    pub(crate) fn store_delegation(who: &T::AccountId, number: PoolId, delegation: Delegation) {
        if delegation.is_empty() {
            Delegations::<T>::remove(who, number);
        } else {
            Delegations::<T>::insert(who, number, delegation);
        }
    }
}
