//! Weights of `pallet_mailbox`.
#![allow(missing_docs)]
#![allow(clippy::all)]

use core::marker::PhantomData;
use polkadot_sdk::frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, Weight},
};
use polkadot_sdk::frame_system;

/// What the calls of `pallet_mailbox` cost.
pub trait WeightInfo {
    fn authorize_submit() -> Weight;
    fn submit(n: u32) -> Weight;
}

/// Weights for a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn authorize_submit() -> Weight {
        Weight::from_parts(90_000_000, 3_600).saturating_add(T::DbWeight::get().reads(5_u64))
    }
    fn submit(n: u32) -> Weight {
        Weight::from_parts(30_000_000, 3_600)
            .saturating_add(Weight::from_parts(2_000_000, 6_800).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
            .saturating_add(T::DbWeight::get().writes(n.into()))
    }
}

impl WeightInfo for () {
    fn authorize_submit() -> Weight {
        Weight::from_parts(90_000_000, 3_600).saturating_add(RocksDbWeight::get().reads(5_u64))
    }
    fn submit(n: u32) -> Weight {
        Weight::from_parts(30_000_000, 3_600)
            .saturating_add(Weight::from_parts(2_000_000, 6_800).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(4_u64))
            .saturating_add(RocksDbWeight::get().writes(3_u64))
            .saturating_add(RocksDbWeight::get().writes(n.into()))
    }
}
