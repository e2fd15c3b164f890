//! What a pool receives: rewards, and stake that comes back from sessions.

use phala_primitives::{Balance, PoolId, WorkerId};
use polkadot_sdk::{
    frame_support::{
        defensive,
        traits::{
            fungible::Balanced as _,
            tokens::{Fortitude::Polite, Precision::BestEffort, Preservation::Expendable},
            Get, OnUnbalanced, Time,
        },
    },
    sp_runtime::traits::AccountIdConversion,
};

use crate::{Config, CurrencyOf, Event, Pallet, Pools, TimeOf};

impl<T: Config> Pallet<T> {
    /// The account in which a pool's rewards wait to be claimed. It exists from the pool's creation
    /// on, so that the smallest reward can be paid into it.
    pub fn reward_account_of(pool: PoolId) -> T::AccountId {
        <T as Config>::PalletId::get().into_sub_account_truncating(pool)
    }

    /// Divides `amount`, which is in the pool's reward account already, between owner and delegators.
    /// What comes for a pool that was closed meanwhile goes to the treasury.
    pub fn deposit_reward(number: PoolId, amount: Balance) {
        if amount == 0 {
            return;
        }
        let Some(mut pool) = Pools::<T>::get(number) else {
            let account = Self::reward_account_of(number);
            if let Ok(credit) = CurrencyOf::<T>::withdraw(&account, amount, BestEffort, Expendable, Polite) {
                T::Slash::on_unbalanced(credit);
            }
            return;
        };
        let commission = pool.reward(amount, TimeOf::<T>::now());
        Pools::<T>::insert(number, pool);
        Self::deposit_event(Event::RewardReceived { pool: number, amount, commission });
    }

    fn take_back(number: PoolId, worker: WorkerId, taken: Balance, returned: Balance) {
        let Some(mut pool) = Pools::<T>::get(number) else {
            defensive!("stake of a pool that does not exist");
            return;
        };
        let lost = pool.deactivate(taken, returned);
        Self::note_returned(number, &mut pool, worker);
        Self::wake_queue(number, &mut pool, TimeOf::<T>::now());
        let (stake, shares) = (pool.stake(), pool.shares);
        Pools::<T>::insert(number, pool);

        Self::deposit_event(Event::StakeReturned { pool: number, worker, taken, returned });
        if lost > 0 {
            Self::deposit_event(Event::PoolSlashed { pool: number, lost, stake, shares });
        }
    }
}

impl<T: Config> pallet_mining::Pools<T::AccountId> for Pallet<T> {
    fn reward_account(pool: PoolId) -> T::AccountId {
        Self::reward_account_of(pool)
    }

    fn on_reward(pool: PoolId, amount: Balance) {
        Self::deposit_reward(pool, amount);
    }

    fn on_stake_returned(pool: PoolId, worker: WorkerId, taken: Balance, returned: Balance) {
        Self::take_back(pool, worker, taken, returned);
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_pool(worker: WorkerId, stake: Balance) -> PoolId {
        Self::pool_for_benchmark(worker, stake)
    }
}
