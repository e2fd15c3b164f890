//! The invariants of the crate's documentation, checked.

use polkadot_sdk::{frame_support::ensure, frame_system, sp_runtime::TryRuntimeError};

use crate::{Config, EncryptionKeys, Endpoints, Pallet, RegisteredAt, Workers, MAX_SCORE};

impl<T: Config> Pallet<T> {
    /// Checks every invariant.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let now = frame_system::Pallet::<T>::block_number();
        for (worker, record) in Workers::<T>::iter() {
            ensure!(EncryptionKeys::<T>::contains_key(worker), "a worker has no encryption key");
            let block = RegisteredAt::<T>::get(worker).ok_or("a worker has no block of registration")?;
            ensure!(block < now, "a worker was registered in the future");
            ensure!(
                record.price.is_none() || Endpoints::<T>::contains_key(worker),
                "a worker has a price and no endpoint"
            );
            ensure!(record.score.is_none_or(|score| score <= MAX_SCORE), "a score is too high");
            ensure!((1..=5).contains(&record.attestation.confidence), "a confidence level is not 1 to 5");
        }
        let parts = EncryptionKeys::<T>::iter_keys()
            .chain(Endpoints::<T>::iter_keys())
            .chain(RegisteredAt::<T>::iter_keys());
        for worker in parts {
            ensure!(
                Workers::<T>::contains_key(worker),
                "something is kept of a worker that is not registered"
            );
        }
        Ok(())
    }
}
