//! Benchmarks of this project's own pallets; the SDK's come with measured weights.
//!
//! `chain/weights.sh` builds the Wasm with the feature `runtime-benchmarks` and writes every pallet's
//! `weights.rs`.

use alloc::{string::String, vec::Vec};
use frame_benchmarking::{BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::traits::{StorageInfo, StorageInfoTrait, WhitelistedStorageKeys};
use phala_primitives::WorkerId;
use polkadot_sdk::*;

use crate::*;

frame_benchmarking::define_benchmarks!(
    [pallet_mailbox, Mailbox]
    [pallet_registry, Registry]
    [pallet_mining, Mining]
    [pallet_stake_pool, StakePool]
    [pallet_jobs, Jobs]
    [pallet_vault, Vault]
);

/// Makes workers for the benchmarks of the mailbox.
pub struct Helper;

impl pallet_mailbox::BenchmarkHelper for Helper {
    fn register_sender(worker: &WorkerId) {
        Registry::insert_worker(*worker, &AccountId::from(worker.0));
    }
}

/// What can be measured, and what storage there is.
pub(crate) fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
    let mut list = Vec::<BenchmarkList>::new();
    list_benchmarks!(list, extra);
    (list, AllPalletsWithSystem::storage_info())
}

/// Measures what `config` asks for.
pub(crate) fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
    let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
    let mut batches = Vec::<BenchmarkBatch>::new();
    let params = (&config, &whitelist);
    add_benchmarks!(params, batches);
    Ok(batches)
}
