//! What a pool's owner lays down for delegators: commission, cap, who may come in, and what is said of it.

use phala_primitives::{Balance, PoolId};
use polkadot_sdk::{
    frame_support::{
        ensure,
        pallet_prelude::DispatchResult,
        traits::{Get, Time},
    },
    sp_runtime::Permill,
};

use crate::{
    ledger::{CommissionError, RaiseTerms},
    types::Description,
    Config, Descriptions, Error, Event, Pallet, Pool, Pools, TimeOf, Whitelists,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_set_commission(
        owner: T::AccountId,
        number: PoolId,
        commission: Permill,
    ) -> DispatchResult {
        let mut pool = Self::owned(&owner, number)?;
        let terms = RaiseTerms { step: T::CommissionStep::get(), notice: T::CommissionNotice::get() };
        let raises = (pool.shares > 0).then_some(terms);
        let from =
            pool.commission.set(commission, TimeOf::<T>::now(), raises).map_err(|error| match error {
                CommissionError::NotChanged => Error::<T>::CommissionNotChanged,
                CommissionError::StepTooLarge => Error::<T>::CommissionStepTooLarge,
            })?;
        Pools::<T>::insert(number, pool);
        Self::deposit_event(Event::CommissionSet { pool: number, commission, from });
        Ok(())
    }

    pub(crate) fn do_set_cap(owner: T::AccountId, number: PoolId, cap: Option<Balance>) -> DispatchResult {
        let mut pool = Self::owned(&owner, number)?;
        ensure!(cap.is_none_or(|cap| cap >= pool.stake()), Error::<T>::CapBelowStake);
        pool.cap = cap;
        Pools::<T>::insert(number, pool);
        Self::deposit_event(Event::CapSet { pool: number, cap });
        Ok(())
    }

    pub(crate) fn do_set_description(
        owner: T::AccountId,
        number: PoolId,
        description: Description,
    ) -> DispatchResult {
        Self::owned(&owner, number)?;
        ensure!(core::str::from_utf8(&description).is_ok(), Error::<T>::DescriptionNotText);
        if description.is_empty() {
            Descriptions::<T>::remove(number);
        } else {
            Descriptions::<T>::insert(number, description);
        }
        Self::deposit_event(Event::DescriptionSet { pool: number });
        Ok(())
    }

    pub(crate) fn do_set_whitelist(owner: T::AccountId, number: PoolId, enabled: bool) -> DispatchResult {
        let mut pool = Self::owned(&owner, number)?;
        pool.whitelist = enabled;
        Pools::<T>::insert(number, pool);
        Self::deposit_event(Event::WhitelistSet { pool: number, enabled });
        Ok(())
    }

    pub(crate) fn do_allow(owner: T::AccountId, number: PoolId, who: T::AccountId) -> DispatchResult {
        Self::owned(&owner, number)?;
        Whitelists::<T>::try_mutate(number, |allowed| {
            ensure!(!allowed.contains(&who), Error::<T>::AllowedAlready);
            allowed.try_push(who.clone()).map_err(|_| Error::<T>::WhitelistFull)
        })?;
        Self::deposit_event(Event::Allowed { pool: number, who });
        Ok(())
    }

    pub(crate) fn do_disallow(owner: T::AccountId, number: PoolId, who: T::AccountId) -> DispatchResult {
        Self::owned(&owner, number)?;
        Whitelists::<T>::try_mutate_exists(number, |whitelist| {
            let allowed = whitelist.as_mut().ok_or(Error::<T>::NotAllowed)?;
            let place = allowed.iter().position(|one| *one == who).ok_or(Error::<T>::NotAllowed)?;
            allowed.remove(place);
            if allowed.is_empty() {
                *whitelist = None;
            }
            Ok::<_, Error<T>>(())
        })?;
        Self::deposit_event(Event::Disallowed { pool: number, who });
        Ok(())
    }

    /// Fails unless the pool takes contributions of `who`.
    pub(crate) fn ensure_allowed(
        number: PoolId,
        pool: &Pool<T::AccountId>,
        who: &T::AccountId,
    ) -> DispatchResult {
        let allowed = !pool.whitelist || pool.owner == *who || Whitelists::<T>::get(number).contains(who);
        ensure!(allowed, Error::<T>::NotAllowed);
        Ok(())
    }
}
