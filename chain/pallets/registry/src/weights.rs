//! Weights of `pallet_registry`.
#![allow(missing_docs)]
#![allow(clippy::all)]

use core::marker::PhantomData;
use polkadot_sdk::frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, Weight},
};
use polkadot_sdk::frame_system;

/// What the calls of `pallet_registry` cost.
pub trait WeightInfo {
    fn register() -> Weight;
    fn update_offer() -> Weight;
    fn report_benchmark() -> Weight;
}

/// Weights for a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn register() -> Weight {
        Weight::from_parts(130_000_000, 4_800)
            .saturating_add(T::DbWeight::get().reads(10_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    fn update_offer() -> Weight {
        Weight::from_parts(20_000_000, 3_700)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    fn report_benchmark() -> Weight {
        Weight::from_parts(18_000_000, 3_600)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
}

impl WeightInfo for () {
    fn register() -> Weight {
        Weight::from_parts(130_000_000, 4_800)
            .saturating_add(RocksDbWeight::get().reads(10_u64))
            .saturating_add(RocksDbWeight::get().writes(6_u64))
    }
    fn update_offer() -> Weight {
        Weight::from_parts(20_000_000, 3_700)
            .saturating_add(RocksDbWeight::get().reads(1_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
    }
    fn report_benchmark() -> Weight {
        Weight::from_parts(18_000_000, 3_600)
            .saturating_add(RocksDbWeight::get().reads(1_u64))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
    }
}
