//! Weights of `pallet_stake_pool`.
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

/// What the calls and hooks of `pallet_stake_pool` cost.
pub trait WeightInfo {
    fn create() -> Weight;
    fn set_commission() -> Weight;
    fn add_worker() -> Weight;
    fn remove_worker() -> Weight;
    fn contribute() -> Weight;
    fn withdraw() -> Weight;
    fn start_session() -> Weight;
    fn stop_session() -> Weight;
    fn claim_rewards() -> Weight;
}

/// Weights for a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn create() -> Weight {
        Weight::from_parts(60_000_000, 3593)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    fn set_commission() -> Weight {
        Weight::from_parts(20_000_000, 3700)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn add_worker() -> Weight {
        Weight::from_parts(30_000_000, 3700)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    fn remove_worker() -> Weight {
        Weight::from_parts(30_000_000, 3700)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    fn contribute() -> Weight {
        Weight::from_parts(70_000_000, 3764)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(90_000_000, 6196)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    fn start_session() -> Weight {
        Weight::from_parts(150_000_000, 6196)
            .saturating_add(T::DbWeight::get().reads(16_u64))
            .saturating_add(T::DbWeight::get().writes(13_u64))
    }
    fn stop_session() -> Weight {
        Weight::from_parts(120_000_000, 6196)
            .saturating_add(T::DbWeight::get().reads(14_u64))
            .saturating_add(T::DbWeight::get().writes(12_u64))
    }
    fn claim_rewards() -> Weight {
        Weight::from_parts(90_000_000, 6196)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
}

impl WeightInfo for () {
    fn create() -> Weight {
        Weight::from_parts(60_000_000, 3593)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(3_u64))
    }
    fn set_commission() -> Weight {
        Weight::from_parts(20_000_000, 3700)
            .saturating_add(ParityDbWeight::get().reads(2_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn add_worker() -> Weight {
        Weight::from_parts(30_000_000, 3700)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(2_u64))
    }
    fn remove_worker() -> Weight {
        Weight::from_parts(30_000_000, 3700)
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().writes(2_u64))
    }
    fn contribute() -> Weight {
        Weight::from_parts(70_000_000, 3764)
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().writes(4_u64))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(90_000_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
            .saturating_add(ParityDbWeight::get().writes(5_u64))
    }
    fn start_session() -> Weight {
        Weight::from_parts(150_000_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(16_u64))
            .saturating_add(ParityDbWeight::get().writes(13_u64))
    }
    fn stop_session() -> Weight {
        Weight::from_parts(120_000_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(14_u64))
            .saturating_add(ParityDbWeight::get().writes(12_u64))
    }
    fn claim_rewards() -> Weight {
        Weight::from_parts(90_000_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
            .saturating_add(ParityDbWeight::get().writes(5_u64))
    }
}
