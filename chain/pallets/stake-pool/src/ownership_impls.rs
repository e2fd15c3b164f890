//! Whose pool it is: creation, transfer in two steps, the manager, the end.

use phala_primitives::PoolId;
use polkadot_sdk::frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::{
        fungible::{Balanced as _, Inspect, Mutate},
        tokens::{
            Fortitude::Polite,
            Precision::Exact,
            Preservation::{Expendable, Preserve},
        },
        OnUnbalanced,
    },
};

use crate::{
    types::AgendaKey, Agenda, Config, CurrencyOf, Delegations, Descriptions, Error, Event, NextPool, Pallet,
    Pool, Pools, Whitelists,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_create(owner: T::AccountId) -> DispatchResult {
        let pool = NextPool::<T>::get();
        NextPool::<T>::put(pool.checked_add(1).ok_or(Error::<T>::TooManyPools)?);

        // A first reward below the existential deposit could not be paid into an account that does
        // not exist.
        let account = Self::reward_account_of(pool);
        let deposit = CurrencyOf::<T>::minimum_balance();
        if CurrencyOf::<T>::balance(&account) < deposit {
            CurrencyOf::<T>::transfer(&owner, &account, deposit, Preserve)?;
        }
        Pools::<T>::insert(pool, Pool::new(owner.clone()));
        Self::deposit_event(Event::PoolCreated { pool, owner });
        Ok(())
    }

    pub(crate) fn do_offer_ownership(
        owner: T::AccountId,
        number: PoolId,
        to: Option<T::AccountId>,
    ) -> DispatchResult {
        let mut pool = Self::owned(&owner, number)?;
        pool.offered = to.clone();
        Pools::<T>::insert(number, pool);
        Self::deposit_event(Event::OwnershipOffered { pool: number, to });
        Ok(())
    }

    /// What the former owner has earned stays the former owner's, to be claimed like a delegator's
    /// rewards. The manager was the former owner's choice.
    pub(crate) fn do_accept_ownership(who: T::AccountId, number: PoolId) -> DispatchResult {
        let mut pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        ensure!(pool.offered.as_ref() == Some(&who), Error::<T>::NotOffered);
        let former = core::mem::replace(&mut pool.owner, who.clone());
        pool.offered = None;
        pool.manager = None;

        let mut delegation = Delegations::<T>::get(&former, number);
        Self::settle(&former, number, &mut pool, &mut delegation);
        pool.hand_over_commission(&mut delegation);
        Self::store(&former, number, pool, delegation);
        Self::deposit_event(Event::OwnershipTransferred { pool: number, from: former, to: who });
        Ok(())
    }

    pub(crate) fn do_set_manager(
        owner: T::AccountId,
        number: PoolId,
        manager: Option<T::AccountId>,
    ) -> DispatchResult {
        let mut pool = Self::owned(&owner, number)?;
        pool.manager = manager.clone();
        Pools::<T>::insert(number, pool);
        Self::deposit_event(Event::ManagerSet { pool: number, manager });
        Ok(())
    }

    pub(crate) fn do_close(owner: T::AccountId, number: PoolId) -> DispatchResult {
        let pool = Self::owned(&owner, number)?;
        ensure!(pool.shares == 0 && pool.workers == 0, Error::<T>::PoolNotEmpty);
        // Without shares every delegation is settled, so that this is all there is to claim.
        ensure!(pool.owner_rewards == 0 && pool.unclaimed == 0, Error::<T>::RewardsUnclaimed);

        let account = Self::reward_account_of(number);
        let deposit = CurrencyOf::<T>::minimum_balance();
        let dust = CurrencyOf::<T>::balance(&account).saturating_sub(deposit);
        if dust > 0 {
            let credit = CurrencyOf::<T>::withdraw(&account, dust, Exact, Preserve, Polite)?;
            T::Slash::on_unbalanced(credit);
        }
        CurrencyOf::<T>::transfer(&account, &owner, deposit, Expendable)?;

        if let Some(at) = pool.wakes {
            Agenda::<T>::remove(AgendaKey::new(at, number));
        }
        Pools::<T>::remove(number);
        Descriptions::<T>::remove(number);
        Whitelists::<T>::remove(number);
        Self::deposit_event(Event::PoolClosed { pool: number, dust });
        Ok(())
    }

    /// The pool, if it is `owner`'s.
    pub(crate) fn owned(owner: &T::AccountId, number: PoolId) -> Result<Pool<T::AccountId>, DispatchError> {
        let pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        ensure!(pool.owner == *owner, Error::<T>::NotPoolOwner);
        Ok(pool)
    }

    /// The pool, if `who` may run its workers.
    pub(crate) fn managed(who: &T::AccountId, number: PoolId) -> Result<Pool<T::AccountId>, DispatchError> {
        let pool = Pools::<T>::get(number).ok_or(Error::<T>::PoolNotFound)?;
        ensure!(pool.owner == *who || pool.manager.as_ref() == Some(who), Error::<T>::NotPoolOwner);
        Ok(pool)
    }
}
