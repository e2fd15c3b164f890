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

use crate::{
    types::{Cooling, WorkerState},
    Config, CurrencyOf, Event, Pallet, Pool, Pools, TimeOf,
};

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
        let cooled = Self::note_state(number, worker, WorkerState::Idle).unwrap_or_default();
        let lost = pool.deactivate(cooled, taken, returned);
        Self::wake_queue(number, &mut pool, TimeOf::<T>::now());
        Self::deposit_event(Event::StakeReturned { pool: number, worker, taken, returned });
        Self::note_loss(number, &pool, lost);
        Pools::<T>::insert(number, pool);
    }

    fn cool_down(number: PoolId, worker: WorkerId, cooling: Cooling) {
        let Some(mut pool) = Pools::<T>::get(number) else {
            defensive!("stake of a pool that does not exist");
            return;
        };
        let Some(before) = Self::note_state(number, worker, WorkerState::CoolingDown(cooling)) else {
            return;
        };
        let lost = pool.cool_down(before, cooling);
        if lost > 0 {
            // At the lower price, what is free may be enough for whoever waits.
            Self::wake_queue(number, &mut pool, TimeOf::<T>::now());
        }
        Self::note_loss(number, &pool, lost);
        Pools::<T>::insert(number, pool);
    }

    /// The pool has lost stake that it had not counted as lost before.
    fn note_loss(number: PoolId, pool: &Pool<T::AccountId>, lost: Balance) {
        if lost > 0 {
            let (stake, shares) = (pool.stake(), pool.shares);
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

    fn on_cooling_down(pool: PoolId, worker: WorkerId, taken: Balance, returnable: Balance) {
        Self::cool_down(pool, worker, Cooling::new(taken, returnable));
    }

    fn on_stake_returned(pool: PoolId, worker: WorkerId, taken: Balance, returned: Balance) {
        Self::take_back(pool, worker, taken, returned);
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_pool(worker: WorkerId, stake: Balance) -> PoolId {
        Self::pool_for_benchmark(worker, stake)
    }
}
