//! Workers as people want to see them.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

use crate::{Config, EncryptionKeys, Endpoints, Pallet, Workers};
use phala_primitives::{registry::WorkerRecord, EncryptionKey, WorkerId};

/// Most workers in one page.
pub const MAX_PAGE: u32 = 100;

/// A worker and its offer. It comes from one node and is not proven: what a client must trust it reads with a storage
/// proof.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct WorkerView<AccountId> {
    /// Its identity key.
    pub worker: WorkerId,
    /// The key to which clients seal.
    pub encryption_key: EncryptionKey,
    /// Its operator, verdict, score and price.
    pub record: WorkerRecord<AccountId>,
    /// Where clients reach it; empty while nowhere.
    pub endpoint: Vec<u8>,
    /// Whether the verdict on it holds at present.
    pub attested: bool,
}

/// Some workers, and where to go on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct WorkerPage<AccountId> {
    /// The workers.
    pub workers: Vec<WorkerView<AccountId>>,
    /// What to ask for next as `after`; none when there are no more.
    pub next: Option<WorkerId>,
}

impl<T: Config> Pallet<T> {
    /// See [`Pallet::worker`].
    pub(crate) fn view(worker: WorkerId) -> Option<WorkerView<T::AccountId>> {
        Workers::<T>::get(worker).and_then(|record| Self::view_of(worker, record))
    }

    /// See [`Pallet::workers`].
    pub(crate) fn page(after: Option<WorkerId>, limit: u32) -> WorkerPage<T::AccountId> {
        let mut rest = match after {
            Some(worker) => Workers::<T>::iter_from(Workers::<T>::hashed_key_for(worker)),
            None => Workers::<T>::iter(),
        };
        let limit = limit.clamp(1, MAX_PAGE) as usize;
        let workers: Vec<_> =
            rest.by_ref().take(limit).filter_map(|(worker, record)| Self::view_of(worker, record)).collect();
        let last = workers.last().map(|view| view.worker);
        WorkerPage { next: rest.next().and(last), workers }
    }

    fn view_of(worker: WorkerId, record: WorkerRecord<T::AccountId>) -> Option<WorkerView<T::AccountId>> {
        Some(WorkerView {
            worker,
            encryption_key: EncryptionKeys::<T>::get(worker)?,
            endpoint: Endpoints::<T>::get(worker).unwrap_or_default().into_inner(),
            attested: Self::is_current(&record.attestation),
            record,
        })
    }
}
