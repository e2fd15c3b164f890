//! Where a vault's stake lies: the one place that talks to the pools.

use phala_primitives::{Balance, PoolId};
use polkadot_sdk::{
    frame_support::{
        defensive, ensure,
        pallet_prelude::{DispatchError, DispatchResult},
        storage::with_storage_layer,
        traits::Time,
        weights::Weight,
    },
    sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding},
};

use crate::{Config, Error, Event, Pallet, TimeOf, Vault, VaultId, VaultOf, Vaults, WeightInfo};

/// The pools, as this pallet calls them.
type StakePools<T> = pallet_stake_pool::Pallet<T>;

impl<T: Config> Pallet<T> {
    /// Brings a vault up to date and returns it as it is stored: every loss that its pools know, then
    /// everything it has earned there, then a raise of the fee that is due.
    ///
    /// Only the functions of this module change a vault behind the back of a caller who holds it.
    pub(crate) fn bring_up_to_date(number: VaultId) -> Result<Vault<T::AccountId>, DispatchError> {
        let pools = Vaults::<T>::get(number).ok_or(Error::<T>::VaultNotFound)?.pools;
        let account = Self::account_of(number);
        let mut earned: Balance = 0;
        // A pool in which nothing is left may not even exist any more.
        let has_something = |pool: &PoolId| pallet_stake_pool::Delegations::<T>::contains_key(&account, pool);
        for pool in pools.iter().filter(|pool| has_something(pool)) {
            earned = earned.saturating_add(Self::settle_in(&account, *pool)?);
        }

        let mut vault = Vaults::<T>::get(number).ok_or(Error::<T>::VaultNotFound)?;
        vault.pools.retain(has_something);
        let now = TimeOf::<T>::now();
        if earned > 0 {
            let fee = vault.reward(earned, now).fee;
            let deficit = vault.deficit;
            Self::deposit_event(Event::RewardReceived { vault: number, amount: earned, fee, deficit });
        }
        vault.let_fee_rise(now);
        Vaults::<T>::insert(number, &vault);
        Ok(vault)
    }

    /// Settles the vault's delegation in a pool, and returns what it has earned there and is paid now.
    /// A pool that cannot pay keeps nobody from anything but these rewards.
    fn settle_in(account: &T::AccountId, pool: PoolId) -> Result<Balance, DispatchError> {
        StakePools::<T>::settle_for(account, pool)?;
        if pallet_stake_pool::Delegations::<T>::get(account, pool).rewards == 0 {
            return Ok(0);
        }
        let paid = with_storage_layer(|| StakePools::<T>::claim_for(account, pool));
        Ok(paid.unwrap_or_else(|error| {
            defensive!("a pool does not pay what it owes a vault", error);
            0
        }))
    }

    pub(crate) fn do_delegate(
        owner: T::AccountId,
        number: VaultId,
        pool: PoolId,
        amount: Balance,
    ) -> DispatchResult {
        Self::owned(&owner, number)?;
        let mut vault = Self::bring_up_to_date(number)?;
        ensure!(vault.queue.entries == 0, Error::<T>::WithdrawalsWaiting);
        ensure!(amount <= vault.book.free, Error::<T>::InsufficientFreeStake);
        if !vault.pools.contains(&pool) {
            vault.pools.try_push(pool).map_err(|_| Error::<T>::TooManyPools)?;
            Vaults::<T>::insert(number, vault);
        }

        let placed = StakePools::<T>::contribute_for(&Self::account_of(number), pool, amount)?.hold;
        let mut vault = Vaults::<T>::get(number).ok_or(Error::<T>::VaultNotFound)?;
        vault.place(placed).map_err(Error::<T>::from)?;
        Vaults::<T>::insert(number, vault);
        Self::deposit_event(Event::Delegated { vault: number, pool, amount: placed });
        Ok(())
    }

    pub(crate) fn do_undelegate(
        owner: T::AccountId,
        number: VaultId,
        pool: PoolId,
        shares: u128,
    ) -> DispatchResult {
        Self::owned(&owner, number)?;
        let vault = Self::bring_up_to_date(number)?;
        ensure!(vault.pools.contains(&pool), Error::<T>::NotInPool);
        let account = Self::account_of(number);
        ensure!(Self::leaving(&account, pool) == 0, Error::<T>::UndelegationPending);

        StakePools::<T>::withdraw_for(&account, pool, shares)?;
        Self::deposit_event(Event::Undelegated { vault: number, pool, shares, forced: false });
        Ok(())
    }

    /// Asks the next pool for what overdue withdrawals need beyond what is free or on its way, of a
    /// vault that is up to date. Returns whether one was asked.
    pub(crate) fn ask_a_pool(number: VaultId) -> Result<bool, DispatchError> {
        let vault = Vaults::<T>::get(number).ok_or(Error::<T>::VaultNotFound)?;
        let account = Self::account_of(number);
        let on_its_way = vault.pools.iter().fold(0, |sum: Balance, pool| {
            let waiting = Self::leaving(&account, *pool);
            sum.saturating_add(Self::worth_in(*pool, waiting))
        });
        let needed =
            vault.cost_of(vault.queue.overdue).saturating_sub(vault.book.free).saturating_sub(on_its_way);
        if needed == 0 {
            return Ok(false);
        }
        for pool in vault.pools.iter().rev() {
            if Self::leaving(&account, *pool) > 0 {
                continue;
            }
            let shares = Self::shares_to_ask(&account, *pool, needed);
            if shares > 0 {
                StakePools::<T>::withdraw_for(&account, *pool, shares)?;
                Self::deposit_event(Event::Undelegated { vault: number, pool: *pool, shares, forced: true });
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Shares of a pool that are worth `needed`, or all that the vault has there if these are worth
    /// less; none if they are worth nothing.
    fn shares_to_ask(account: &T::AccountId, number: PoolId, needed: Balance) -> u128 {
        let Some(pool) = pallet_stake_pool::Pools::<T>::get(number) else { return 0 };
        let all = StakePools::<T>::shares_in(account, number);
        if pool.value_of(all) == 0 {
            return 0;
        }
        let shares = multiply_by_rational_with_rounding(needed, pool.shares, pool.stake(), Rounding::Up)
            .unwrap_or(all);
        shares.min(all)
    }

    /// The shares of a pool that the vault has given back there and that are not paid yet.
    pub(crate) fn leaving(account: &T::AccountId, pool: PoolId) -> u128 {
        pallet_stake_pool::Withdrawals::<T>::get(pool, account).map_or(0, |entry| entry.shares)
    }

    /// What shares of a pool are worth.
    fn worth_in(pool: PoolId, shares: u128) -> Balance {
        pallet_stake_pool::Pools::<T>::get(pool).map_or(0, |pool| pool.value_of(shares))
    }
}

impl<T: Config> pallet_stake_pool::Vaults<T::AccountId> for Pallet<T> {
    fn is_vault(who: &T::AccountId) -> bool {
        VaultOf::<T>::contains_key(who)
    }

    fn on_slashed(account: &T::AccountId, amount: Balance) {
        Self::change(account, |number, vault| {
            vault.lose(amount);
            let (stake, shares) = (vault.book.stake(), vault.book.shares);
            Self::deposit_event(Event::VaultSlashed { vault: number, lost: amount, stake, shares });
        });
    }

    /// Shares that were worth nothing are gone too: the vault may ask the next pool then.
    fn on_released(account: &T::AccountId, amount: Balance) {
        Self::change(account, |number, vault| {
            vault.take_back(amount);
            Self::deposit_event(Event::StakeReturned { vault: number, amount });
        });
    }

    fn weight_of_payment() -> Weight {
        type Weights<T> = <T as Config>::WeightInfo;
        Weights::<T>::on_slashed().saturating_mul(2).saturating_add(Weights::<T>::on_released())
    }
}

impl<T: Config> Pallet<T> {
    /// Changes the vault of an account, after which the queue may have to move on.
    fn change(account: &T::AccountId, change: impl FnOnce(VaultId, &mut Vault<T::AccountId>)) {
        let Some(number) = VaultOf::<T>::get(account) else {
            defensive!("a pool takes an account for a vault that is none");
            return;
        };
        Vaults::<T>::mutate_extant(number, |vault| {
            change(number, vault);
            Self::wake(number, vault);
        });
    }
}
