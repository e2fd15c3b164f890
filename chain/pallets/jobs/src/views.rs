//! What people want to see of jobs.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use phala_primitives::{job::JobRecord, JobId};
use scale_info::TypeInfo;

use crate::{ClientJobs, Config, Pallet};

/// Most entries of one list.
pub const MAX_LISTED: usize = 100;

/// Most index entries read to find the newest ones, because the index has no order.
const MAX_SCANNED: usize = 10_000;

/// A job and its number.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct JobView<AccountId> {
    /// Its number.
    pub job: JobId,
    /// What the chain knows of it.
    pub record: JobRecord<AccountId>,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn view_jobs_of(client: T::AccountId) -> Vec<JobView<T::AccountId>> {
        let mut numbers: Vec<JobId> = ClientJobs::<T>::iter_key_prefix(client).take(MAX_SCANNED).collect();
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        numbers.into_iter().take(MAX_LISTED).filter_map(Self::job).collect()
    }
}
