//! Registering a worker.

use pallet_mailbox::SendMessage;
use polkadot_sdk::{
    frame_support::{dispatch::DispatchResult, ensure, traits::Get},
    frame_system::{self, pallet_prelude::BlockNumberFor},
    sp_core::sr25519,
    sp_io::crypto::sr25519_verify,
    sp_runtime::traits::Saturating,
};

use crate::{Config, EncryptionKeys, Endpoints, Error, Event, InUse, Pallet, RegisteredAt, Workers};
use phala_primitives::{
    mailbox::{Topic, WorkerMessage},
    registry::{Attestation, Evidence, Registration, WorkerRecord},
    Signature, WorkerId,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register(
        who: &T::AccountId,
        registration: Registration<T::AccountId>,
        evidence: &Evidence,
        signature: &Signature,
    ) -> DispatchResult {
        ensure!(*who == registration.operator, Error::<T>::NotOperator);
        let block = Self::check_freshness(&registration)?;
        ensure!(
            sr25519_verify(
                &sr25519::Signature::from_raw(signature.0),
                &registration.signing_payload(),
                &sr25519::Public::from_raw(registration.worker.0),
            ),
            Error::<T>::BadSignature
        );
        let attestation = Self::judge(evidence)?;

        let worker = registration.worker;
        let in_use = T::InUse::in_use(&worker);
        ensure!(!in_use || Self::keeps_hands_and_keys(&registration), Error::<T>::WorkerInUse);
        RegisteredAt::<T>::insert(worker, block);
        Self::store(registration, attestation);
        if !in_use {
            // A measurement takes all cores; a worker in use has a score already.
            Self::request_benchmark(worker)?;
        }
        Ok(())
    }

    /// Checks that `registration` is for this chain, recent and newer than the worker's last, and returns the block
    /// that it names.
    fn check_freshness(registration: &Registration<T::AccountId>) -> Result<BlockNumberFor<T>, Error<T>> {
        ensure!(registration.genesis == pallet_mailbox::Pallet::<T>::genesis_hash(), Error::<T>::WrongChain);
        let now = frame_system::Pallet::<T>::block_number();
        let block = BlockNumberFor::<T>::from(registration.block);
        ensure!(block < now, Error::<T>::UnknownBlock);
        ensure!(now.saturating_sub(block) <= T::RegistrationWindow::get(), Error::<T>::RegistrationExpired);
        let hash = frame_system::Pallet::<T>::block_hash(block);
        ensure!(registration.block_hash == hash.0, Error::<T>::UnknownBlock);
        let last = RegisteredAt::<T>::get(registration.worker);
        ensure!(last.is_none_or(|last| last < block), Error::<T>::RegistrationReplayed);
        Ok(block)
    }

    /// Whether `registration` names the operator and the encryption key that the worker has already.
    fn keeps_hands_and_keys(registration: &Registration<T::AccountId>) -> bool {
        Workers::<T>::get(registration.worker).is_some_and(|record| record.operator == registration.operator)
            && EncryptionKeys::<T>::get(registration.worker) == Some(registration.encryption_key)
    }

    /// Stores what is now known of the worker. An offer is its operator's: it does not outlive a change of hands.
    fn store(registration: Registration<T::AccountId>, attestation: Attestation) {
        let Registration { worker, encryption_key, operator, .. } = registration;
        let record = match Workers::<T>::get(worker) {
            Some(old) if old.operator == operator => WorkerRecord { attestation: attestation.clone(), ..old },
            old => {
                Endpoints::<T>::remove(worker);
                WorkerRecord {
                    operator: operator.clone(),
                    attestation: attestation.clone(),
                    score: old.and_then(|old| old.score),
                    price: None,
                }
            }
        };
        Workers::<T>::insert(worker, record);
        EncryptionKeys::<T>::insert(worker, encryption_key);
        Self::deposit_event(Event::WorkerRegistered { worker, operator, attestation });
    }

    pub(crate) fn request_benchmark(worker: WorkerId) -> DispatchResult {
        let milliseconds = T::BenchmarkTime::get();
        pallet_mailbox::Pallet::<T>::send(Topic::Worker(worker), &WorkerMessage::Benchmark { milliseconds })
    }
}
