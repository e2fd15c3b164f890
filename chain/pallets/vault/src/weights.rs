//! Weights of `pallet_vault`: upper estimates, by the storage that is touched, until
//! `chain/weights.sh` measures them.
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all, missing_docs, unused_parens)]

use core::marker::PhantomData;
use polkadot_sdk::{
    frame_support::{
        traits::Get,
        weights::{constants::ParityDbWeight, Weight},
    },
    frame_system,
};

/// What `pallet_vault` costs.
pub trait WeightInfo {
    fn create() -> Weight;
    fn set_fee() -> Weight;
    fn contribute() -> Weight;
    fn withdraw() -> Weight;
    fn cancel_withdrawal() -> Weight;
    fn delegate() -> Weight;
    fn undelegate() -> Weight;
    fn claim_rewards() -> Weight;
    fn compound_rewards() -> Weight;
    fn offer_ownership() -> Weight;
    fn accept_ownership() -> Weight;
    fn close() -> Weight;
    fn set_description() -> Weight;
    fn on_initialize() -> Weight;
    fn end_grace_period() -> Weight;
    fn pay_withdrawal() -> Weight;
    fn ask_pool() -> Weight;
    fn on_slashed() -> Weight;
    fn on_released() -> Weight;
}

/// For a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn create() -> Weight {
        Weight::from_parts(90_000_000, 8100)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    fn set_fee() -> Weight {
        Weight::from_parts(420_000_000, 78300)
            .saturating_add(T::DbWeight::get().reads(29_u64))
            .saturating_add(T::DbWeight::get().writes(28_u64))
    }
    fn contribute() -> Weight {
        Weight::from_parts(510_000_000, 89100)
            .saturating_add(T::DbWeight::get().reads(33_u64))
            .saturating_add(T::DbWeight::get().writes(31_u64))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(520_000_000, 91800)
            .saturating_add(T::DbWeight::get().reads(34_u64))
            .saturating_add(T::DbWeight::get().writes(34_u64))
    }
    fn cancel_withdrawal() -> Weight {
        Weight::from_parts(440_000_000, 89100)
            .saturating_add(T::DbWeight::get().reads(33_u64))
            .saturating_add(T::DbWeight::get().writes(32_u64))
    }
    fn delegate() -> Weight {
        Weight::from_parts(520_000_000, 89100)
            .saturating_add(T::DbWeight::get().reads(33_u64))
            .saturating_add(T::DbWeight::get().writes(31_u64))
    }
    fn undelegate() -> Weight {
        Weight::from_parts(510_000_000, 91800)
            .saturating_add(T::DbWeight::get().reads(34_u64))
            .saturating_add(T::DbWeight::get().writes(32_u64))
    }
    fn claim_rewards() -> Weight {
        Weight::from_parts(490_000_000, 86400)
            .saturating_add(T::DbWeight::get().reads(32_u64))
            .saturating_add(T::DbWeight::get().writes(30_u64))
    }
    fn compound_rewards() -> Weight {
        Weight::from_parts(580_000_000, 89100)
            .saturating_add(T::DbWeight::get().reads(33_u64))
            .saturating_add(T::DbWeight::get().writes(31_u64))
    }
    fn offer_ownership() -> Weight {
        Weight::from_parts(35_000_000, 2700)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn accept_ownership() -> Weight {
        Weight::from_parts(420_000_000, 83700)
            .saturating_add(T::DbWeight::get().reads(31_u64))
            .saturating_add(T::DbWeight::get().writes(29_u64))
    }
    fn close() -> Weight {
        Weight::from_parts(120_000_000, 13500)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(7_u64))
    }
    fn set_description() -> Weight {
        Weight::from_parts(35_000_000, 2700)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn on_initialize() -> Weight {
        Weight::from_parts(15_000_000, 8100)
            .saturating_add(T::DbWeight::get().reads(3_u64))
    }
    fn end_grace_period() -> Weight {
        Weight::from_parts(60_000_000, 10800)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    fn pay_withdrawal() -> Weight {
        Weight::from_parts(540_000_000, 97200)
            .saturating_add(T::DbWeight::get().reads(36_u64))
            .saturating_add(T::DbWeight::get().writes(34_u64))
    }
    fn ask_pool() -> Weight {
        Weight::from_parts(560_000_000, 129600)
            .saturating_add(T::DbWeight::get().reads(48_u64))
            .saturating_add(T::DbWeight::get().writes(34_u64))
    }
    fn on_slashed() -> Weight {
        Weight::from_parts(40_000_000, 8100)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    fn on_released() -> Weight {
        Weight::from_parts(40_000_000, 8100)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
}

/// For mocks.
impl WeightInfo for () {
    fn create() -> Weight {
        Weight::from_parts(90_000_000, 8100)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(4_u64))
    }
    fn set_fee() -> Weight {
        Weight::from_parts(420_000_000, 78300)
            .saturating_add(ParityDbWeight::get().reads(29_u64))
            .saturating_add(ParityDbWeight::get().writes(28_u64))
    }
    fn contribute() -> Weight {
        Weight::from_parts(510_000_000, 89100)
            .saturating_add(ParityDbWeight::get().reads(33_u64))
            .saturating_add(ParityDbWeight::get().writes(31_u64))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(520_000_000, 91800)
            .saturating_add(ParityDbWeight::get().reads(34_u64))
            .saturating_add(ParityDbWeight::get().writes(34_u64))
    }
    fn cancel_withdrawal() -> Weight {
        Weight::from_parts(440_000_000, 89100)
            .saturating_add(ParityDbWeight::get().reads(33_u64))
            .saturating_add(ParityDbWeight::get().writes(32_u64))
    }
    fn delegate() -> Weight {
        Weight::from_parts(520_000_000, 89100)
            .saturating_add(ParityDbWeight::get().reads(33_u64))
            .saturating_add(ParityDbWeight::get().writes(31_u64))
    }
    fn undelegate() -> Weight {
        Weight::from_parts(510_000_000, 91800)
            .saturating_add(ParityDbWeight::get().reads(34_u64))
            .saturating_add(ParityDbWeight::get().writes(32_u64))
    }
    fn claim_rewards() -> Weight {
        Weight::from_parts(490_000_000, 86400)
            .saturating_add(ParityDbWeight::get().reads(32_u64))
            .saturating_add(ParityDbWeight::get().writes(30_u64))
    }
    fn compound_rewards() -> Weight {
        Weight::from_parts(580_000_000, 89100)
            .saturating_add(ParityDbWeight::get().reads(33_u64))
            .saturating_add(ParityDbWeight::get().writes(31_u64))
    }
    fn offer_ownership() -> Weight {
        Weight::from_parts(35_000_000, 2700)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn accept_ownership() -> Weight {
        Weight::from_parts(420_000_000, 83700)
            .saturating_add(ParityDbWeight::get().reads(31_u64))
            .saturating_add(ParityDbWeight::get().writes(29_u64))
    }
    fn close() -> Weight {
        Weight::from_parts(120_000_000, 13500)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
            .saturating_add(ParityDbWeight::get().writes(7_u64))
    }
    fn set_description() -> Weight {
        Weight::from_parts(35_000_000, 2700)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn on_initialize() -> Weight {
        Weight::from_parts(15_000_000, 8100)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
    }
    fn end_grace_period() -> Weight {
        Weight::from_parts(60_000_000, 10800)
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().writes(5_u64))
    }
    fn pay_withdrawal() -> Weight {
        Weight::from_parts(540_000_000, 97200)
            .saturating_add(ParityDbWeight::get().reads(36_u64))
            .saturating_add(ParityDbWeight::get().writes(34_u64))
    }
    fn ask_pool() -> Weight {
        Weight::from_parts(560_000_000, 129600)
            .saturating_add(ParityDbWeight::get().reads(48_u64))
            .saturating_add(ParityDbWeight::get().writes(34_u64))
    }
    fn on_slashed() -> Weight {
        Weight::from_parts(40_000_000, 8100)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(2_u64))
    }
    fn on_released() -> Weight {
        Weight::from_parts(40_000_000, 8100)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(2_u64))
    }
}
