//! Weights of `pallet_jobs`.
#![allow(missing_docs)]
#![allow(clippy::all)]

use core::marker::PhantomData;
use polkadot_sdk::{
    frame_support::{
        traits::Get,
        weights::{constants::ParityDbWeight, Weight},
    },
    frame_system,
};

/// What the calls and hooks of `pallet_jobs` cost.
pub trait WeightInfo {
    fn post() -> Weight;
    fn accept() -> Weight;
    fn settle() -> Weight;
    fn refund_overdue(n: u32) -> Weight;
    fn prune_closed(n: u32) -> Weight;
}

/// Weights for a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn post() -> Weight {
        Weight::from_parts(110_000_000, 6196)
            .saturating_add(T::DbWeight::get().reads(13_u64))
            .saturating_add(T::DbWeight::get().writes(10_u64))
    }
    fn accept() -> Weight {
        Weight::from_parts(30_000_000, 3800)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn settle() -> Weight {
        Weight::from_parts(200_000_000, 6196)
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().writes(9_u64))
    }
    fn refund_overdue(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 6000)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
            .saturating_add(Weight::from_parts(150_000_000, 6500).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(16_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(12_u64.saturating_mul(n.into())))
    }
    fn prune_closed(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 6000)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
            .saturating_add(Weight::from_parts(20_000_000, 3800).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
}

impl WeightInfo for () {
    fn post() -> Weight {
        Weight::from_parts(110_000_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(13_u64))
            .saturating_add(ParityDbWeight::get().writes(10_u64))
    }
    fn accept() -> Weight {
        Weight::from_parts(30_000_000, 3800)
            .saturating_add(ParityDbWeight::get().reads(2_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn settle() -> Weight {
        Weight::from_parts(200_000_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(9_u64))
            .saturating_add(ParityDbWeight::get().writes(9_u64))
    }
    fn refund_overdue(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 6000)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
            .saturating_add(Weight::from_parts(150_000_000, 6500).saturating_mul(n.into()))
            .saturating_add(ParityDbWeight::get().reads(16_u64.saturating_mul(n.into())))
            .saturating_add(ParityDbWeight::get().writes(12_u64.saturating_mul(n.into())))
    }
    fn prune_closed(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 6000)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
            .saturating_add(Weight::from_parts(20_000_000, 3800).saturating_mul(n.into()))
            .saturating_add(ParityDbWeight::get().reads(3_u64.saturating_mul(n.into())))
            .saturating_add(ParityDbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
}
