//! What happens by itself: each block takes a bounded number of steps for vaults that have something
//! to do.

use phala_primitives::Moment;
use polkadot_sdk::{
    frame_support::{
        defensive,
        storage::with_storage_layer,
        traits::{Get, Time},
        weights::Weight,
    },
    sp_runtime::DispatchError,
};

use crate::{Config, DueKey, Error, Pallet, TimeOf, Turns, Vault, VaultId, Vaults, WeightInfo};

impl<T: Config> Pallet<T> {
    /// Gives the vault a turn as soon as possible, if somebody waits for stake. The caller stores the
    /// vault.
    pub(crate) fn wake(number: VaultId, vault: &mut Vault<T::AccountId>) {
        if vault.queue.entries > 0 {
            Self::schedule(number, vault, TimeOf::<T>::now());
        }
    }

    /// Gives the vault a turn when an announced fee takes effect. The caller stores the vault.
    pub(crate) fn schedule_fee(number: VaultId, vault: &mut Vault<T::AccountId>) {
        if let Some((_, from)) = vault.fee.raise {
            Self::schedule(number, vault, from);
        }
    }

    fn schedule(number: VaultId, vault: &mut Vault<T::AccountId>, at: Moment) {
        if vault.book.wakes.is_some_and(|planned| planned <= at) {
            return;
        }
        Self::unschedule(number, vault);
        Turns::<T>::insert(DueKey::new(at, number), ());
        vault.book.wakes = Some(at);
    }

    /// Takes away the vault's turn. The caller stores the vault.
    pub(crate) fn unschedule(number: VaultId, vault: &mut Vault<T::AccountId>) {
        if let Some(planned) = vault.book.wakes.take() {
            Turns::<T>::remove(DueKey::new(planned, number));
        }
    }

    /// Everything that a block does by itself, at the time of its parent.
    pub(crate) fn begin_block() -> Weight {
        type Weights<T> = <T as Config>::WeightInfo;
        let now = TimeOf::<T>::now();
        let overdue = Self::mark_overdue(now);
        let (paid, asked) = Self::take_turns(now);
        let many = |count: u32, one: fn() -> Weight| match count {
            0 => Weight::zero(),
            _ => one().saturating_mul(count.into()),
        };
        Weights::<T>::on_initialize()
            .saturating_add(many(overdue, Weights::<T>::end_grace_period))
            .saturating_add(many(paid, Weights::<T>::pay_withdrawal))
            .saturating_add(many(asked, Weights::<T>::ask_pool))
    }

    /// Takes steps for vaults whose turn it is, the one that has waited longest first. Returns how
    /// many of them paid somebody and how many did not.
    fn take_turns(now: Moment) -> (u32, u32) {
        let (mut paid, mut asked) = (0u32, 0u32);
        while paid.saturating_add(asked) < T::MaxStepsPerBlock::get() {
            let next = Turns::<T>::iter_keys().next().filter(|key| key.time() <= now);
            let Some(key) = next else { break };
            let number = key.number();
            match with_storage_layer(|| Self::take_turn(number)) {
                Ok(true) => paid = paid.saturating_add(1),
                Ok(false) => asked = asked.saturating_add(1),
                // The step has left nothing behind. Whatever happens to the vault next gives it
                // another turn.
                Err(error) => {
                    defensive!("a step of a vault failed", error);
                    asked = asked.saturating_add(1);
                    Turns::<T>::remove(key);
                    Vaults::<T>::mutate_extant(number, |vault| vault.book.wakes = None);
                }
            }
        }
        (paid, asked)
    }

    /// One step of a vault: pay the first who waits, or else ask one pool for what overdue withdrawals
    /// need. As long as a step achieves something there is another one. Returns whether it paid.
    pub(crate) fn take_turn(number: VaultId) -> Result<bool, DispatchError> {
        let mut vault = Self::bring_up_to_date(number)?;
        Self::unschedule(number, &mut vault);
        let paid = Self::pay_first(number, &mut vault)?;
        Vaults::<T>::insert(number, vault);
        let achieved = paid || Self::ask_a_pool(number)?;

        let mut vault = Vaults::<T>::get(number).ok_or(Error::<T>::VaultNotFound)?;
        if achieved {
            Self::wake(number, &mut vault);
        }
        Self::schedule_fee(number, &mut vault);
        Vaults::<T>::insert(number, vault);
        Ok(paid)
    }
}
