//! What other pallets ask about workers.

use crate::{Config, Error, Pallet, Workers};
use phala_primitives::{registry::WorkerRecord, WorkerId};

impl<T: Config> Pallet<T> {
    /// Whether `worker` is registered, whatever the verdict on it.
    pub fn is_registered(worker: &WorkerId) -> bool {
        Workers::<T>::contains_key(worker)
    }

    /// The record of `worker`.
    ///
    /// # Errors
    ///
    /// [`Error::WorkerNotFound`].
    pub fn record(worker: &WorkerId) -> Result<WorkerRecord<T::AccountId>, Error<T>> {
        Workers::<T>::get(worker).ok_or(Error::<T>::WorkerNotFound)
    }

    /// The record of `worker`, of which `who` is the operator.
    ///
    /// # Errors
    ///
    /// [`Error::WorkerNotFound`], [`Error::NotOperator`].
    pub fn operated_by(
        who: &T::AccountId,
        worker: &WorkerId,
    ) -> Result<WorkerRecord<T::AccountId>, Error<T>> {
        let record = Self::record(worker)?;
        if record.operator == *who {
            Ok(record)
        } else {
            Err(Error::<T>::NotOperator)
        }
    }
}
