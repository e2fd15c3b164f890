//! Settlement: what a receipt must say, and who gets what for it.

use codec::Encode;
use phala_primitives::{
    hash,
    job::{fee, JobRecord, JobState, SignedReceipt},
    Balance, JobId, WorkerId,
};
use polkadot_sdk::{
    frame_support::{
        ensure,
        pallet_prelude::{DispatchError, DispatchResult},
        traits::{
            fungible::hold::Mutate as _,
            tokens::{Fortitude::Force, Precision::Exact, Restriction::Free},
            Get,
        },
    },
    sp_core, sp_io,
};

use crate::{
    ClientOpenJobs, Config, CurrencyOf, Deadlines, Error, Event, HoldReason, Jobs, OpenJobs, Pallet, Prunings,
};

impl<T: Config> Pallet<T> {
    /// Settles the job that `signed` is the receipt of. `worker` is who reported it: the mailbox has
    /// verified that.
    pub fn settle(worker: &WorkerId, signed: &SignedReceipt) -> DispatchResult {
        let receipt = &signed.receipt;
        let record = Jobs::<T>::get(receipt.job).ok_or(Error::<T>::JobNotFound)?;
        ensure!(receipt.worker == *worker && record.worker == *worker, Error::<T>::NotAssigned);
        ensure!(record.state.is_open(), Error::<T>::JobClosed);
        ensure!(Self::this_block() <= record.deadline, Error::<T>::DeadlineOver);
        ensure!(
            receipt.program == record.program && receipt.input == record.input,
            Error::<T>::ReceiptMismatch
        );
        Self::ensure_signed_by(worker, signed)?;

        // What a worker used beyond the limit is its own loss.
        let fee = fee(receipt.fuel.min(record.limits.fuel), record.price);
        let refund = Self::pay(&record, fee)?;
        let hash = hash(&receipt.encode());
        let pool = record.pool;
        Deadlines::<T>::remove(record.deadline, receipt.job);
        Self::close(receipt.job, record, JobState::Settled { receipt: hash, fee });
        Self::deposit_event(Event::JobSettled {
            job: receipt.job,
            receipt: hash,
            fuel: receipt.fuel,
            fee,
            pool,
            refund,
        });
        Ok(())
    }

    /// Moves `fee` from the client's escrow to the pool and frees the rest, which is returned.
    fn pay(record: &JobRecord<T::AccountId>, fee: Balance) -> Result<Balance, DispatchError> {
        let reason = HoldReason::Escrow.into();
        let refund = Self::escrow_of(record).saturating_sub(fee);
        if fee > 0 {
            let account = pallet_stake_pool::Pallet::<T>::reward_account_of(record.pool);
            CurrencyOf::<T>::transfer_on_hold(&reason, &record.client, &account, fee, Exact, Free, Force)?;
            pallet_stake_pool::Pallet::<T>::deposit_reward(record.pool, fee);
        }
        if refund > 0 {
            CurrencyOf::<T>::release(&reason, &record.client, refund, Exact)?;
        }
        Ok(refund)
    }

    /// The receipt goes to people who were not there when it was reported, so its own signature must
    /// hold too.
    fn ensure_signed_by(worker: &WorkerId, signed: &SignedReceipt) -> DispatchResult {
        let genesis = pallet_mailbox::Pallet::<T>::genesis_hash();
        let valid = sp_io::crypto::sr25519_verify(
            &sp_core::sr25519::Signature::from_raw(signed.signature.0),
            &signed.receipt.signing_payload(&genesis),
            &sp_core::sr25519::Public::from_raw(worker.0),
        );
        ensure!(valid, Error::<T>::BadSignature);
        Ok(())
    }

    /// What an open job keeps on hold.
    pub(crate) fn escrow_of(record: &JobRecord<T::AccountId>) -> Balance {
        fee(record.limits.fuel, record.price)
    }

    /// Gives `record` its last state. The caller has taken the job off the deadlines.
    pub(crate) fn close(job: JobId, mut record: JobRecord<T::AccountId>, state: JobState) {
        OpenJobs::<T>::mutate_exists(record.worker, one_less);
        ClientOpenJobs::<T>::mutate_exists(record.worker, &record.client, one_less);
        Prunings::<T>::insert(Self::this_block().saturating_add(T::Retention::get()), job, ());
        record.state = state;
        Jobs::<T>::insert(job, record);
    }
}

/// Takes one off a count, which is not kept when it is zero.
fn one_less(count: &mut Option<u32>) {
    *count = count.map(|count| count.saturating_sub(1)).filter(|count| *count > 0);
}
