//! Weights of `pallet_mining`.
#![allow(missing_docs)]
#![allow(clippy::all)]

use core::marker::PhantomData;
use polkadot_sdk::{
    frame_support::{
        traits::Get,
        weights::{constants::RocksDbWeight, Weight},
    },
    frame_system,
};

/// What the calls, the hook's parts and the functions for other pallets of `pallet_mining` cost.
pub trait WeightInfo {
    fn set_parameters() -> Weight;
    fn reclaim() -> Weight;
    fn start() -> Weight;
    fn stop() -> Weight;
    fn heartbeat() -> Weight;
    fn fault() -> Weight;
    fn on_initialize() -> Weight;
    fn expire(n: u32) -> Weight;
    fn return_stake(n: u32) -> Weight;
    fn settle(n: u32) -> Weight;
    fn challenge(n: u32) -> Weight;
}

/// Weights for a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn set_parameters() -> Weight {
        Weight::from_parts(40_000_000, 3_600)
            .saturating_add(T::DbWeight::get().reads(6_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    fn reclaim() -> Weight {
        Weight::from_parts(60_000_000, 3_600)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    fn start() -> Weight {
        Weight::from_parts(90_000_000, 3_600)
            .saturating_add(T::DbWeight::get().reads(12_u64))
            .saturating_add(T::DbWeight::get().writes(9_u64))
    }
    fn stop() -> Weight {
        Weight::from_parts(90_000_000, 3_600)
            .saturating_add(T::DbWeight::get().reads(12_u64))
            .saturating_add(T::DbWeight::get().writes(10_u64))
    }
    fn heartbeat() -> Weight {
        Weight::from_parts(150_000_000, 3_600)
            .saturating_add(T::DbWeight::get().reads(16_u64))
            .saturating_add(T::DbWeight::get().writes(11_u64))
    }
    fn fault() -> Weight {
        Weight::from_parts(70_000_000, 3_600)
            .saturating_add(T::DbWeight::get().reads(8_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    fn on_initialize() -> Weight {
        Weight::from_parts(15_000_000, 3_600)
            .saturating_add(T::DbWeight::get().reads(6_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn expire(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 3_600)
            .saturating_add(Weight::from_parts(60_000_000, 3_600).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(8_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(n.into())))
    }
    fn return_stake(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 3_600)
            .saturating_add(Weight::from_parts(60_000_000, 3_600).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(n.into())))
    }
    fn settle(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 3_600)
            .saturating_add(Weight::from_parts(30_000_000, 3_600).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
    }
    fn challenge(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 3_600)
            .saturating_add(Weight::from_parts(40_000_000, 3_600).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(n.into())))
    }
}

impl WeightInfo for () {
    fn set_parameters() -> Weight {
        Weight::from_parts(40_000_000, 3_600)
            .saturating_add(RocksDbWeight::get().reads(6_u64))
            .saturating_add(RocksDbWeight::get().writes(4_u64))
    }
    fn reclaim() -> Weight {
        Weight::from_parts(60_000_000, 3_600)
            .saturating_add(RocksDbWeight::get().reads(5_u64))
            .saturating_add(RocksDbWeight::get().writes(5_u64))
    }
    fn start() -> Weight {
        Weight::from_parts(90_000_000, 3_600)
            .saturating_add(RocksDbWeight::get().reads(12_u64))
            .saturating_add(RocksDbWeight::get().writes(9_u64))
    }
    fn stop() -> Weight {
        Weight::from_parts(90_000_000, 3_600)
            .saturating_add(RocksDbWeight::get().reads(12_u64))
            .saturating_add(RocksDbWeight::get().writes(10_u64))
    }
    fn heartbeat() -> Weight {
        Weight::from_parts(150_000_000, 3_600)
            .saturating_add(RocksDbWeight::get().reads(16_u64))
            .saturating_add(RocksDbWeight::get().writes(11_u64))
    }
    fn fault() -> Weight {
        Weight::from_parts(70_000_000, 3_600)
            .saturating_add(RocksDbWeight::get().reads(8_u64))
            .saturating_add(RocksDbWeight::get().writes(2_u64))
    }
    fn on_initialize() -> Weight {
        Weight::from_parts(15_000_000, 3_600)
            .saturating_add(RocksDbWeight::get().reads(6_u64))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
    }
    fn expire(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 3_600)
            .saturating_add(Weight::from_parts(60_000_000, 3_600).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(8_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(6_u64.saturating_mul(n.into())))
    }
    fn return_stake(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 3_600)
            .saturating_add(Weight::from_parts(60_000_000, 3_600).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(4_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(n.into())))
    }
    fn settle(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 3_600)
            .saturating_add(Weight::from_parts(30_000_000, 3_600).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(n.into())))
    }
    fn challenge(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 3_600)
            .saturating_add(Weight::from_parts(40_000_000, 3_600).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(n.into())))
    }
}
