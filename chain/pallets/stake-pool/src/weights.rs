//! Weights of `pallet_stake_pool`, measured by `chain/weights.sh`.
//!
//! Date: 2026-11-21; 50 steps, 20 repetitions, on AMD EPYC,
//! frame-benchmarking-cli 64.0.0.
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

/// What `pallet_stake_pool` costs.
pub trait WeightInfo {
    fn create() -> Weight;
    fn set_commission() -> Weight;
    fn add_worker() -> Weight;
    fn remove_worker() -> Weight;
    fn contribute() -> Weight;
    fn withdraw() -> Weight;
    fn start_session() -> Weight;
    fn restart_session() -> Weight;
    fn stop_session() -> Weight;
    fn claim_rewards() -> Weight;
    fn set_description() -> Weight;
    fn set_cap() -> Weight;
    fn set_whitelist() -> Weight;
    fn allow() -> Weight;
    fn disallow() -> Weight;
    fn offer_ownership() -> Weight;
    fn accept_ownership() -> Weight;
    fn close() -> Weight;
    fn set_manager() -> Weight;
    fn compound_rewards() -> Weight;
    fn cancel_withdrawal() -> Weight;
    fn on_initialize() -> Weight;
    fn visit_queue() -> Weight;
    fn serve_withdrawal() -> Weight;
    fn end_grace_period() -> Weight;
    fn force_stop() -> Weight;
}

/// For a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    /// Storage: `StakePool::NextPool` (r:1 w:1)
    /// Proof: `StakePool::NextPool` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:0 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(185), added: 2660, mode: `MaxEncodedLen`)
    fn create() -> Weight {
        // At least 100_588_000 picoseconds.
        Weight::from_parts(161_091_000, 6196)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(185), added: 2660, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    fn set_commission() -> Weight {
        // At least 33_973_000 picoseconds.
        Weight::from_parts(62_316_000, 3650)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn add_worker() -> Weight {
        Weight::from_parts(90_000_000, 3927)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    fn remove_worker() -> Weight {
        Weight::from_parts(105_000_000, 3927)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    fn contribute() -> Weight {
        Weight::from_parts(260_000_000, 6196)
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().writes(7_u64))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(320_000_000, 8799)
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().writes(9_u64))
    }
    fn start_session() -> Weight {
        Weight::from_parts(170_000_000, 3927)
            .saturating_add(T::DbWeight::get().reads(13_u64))
            .saturating_add(T::DbWeight::get().writes(13_u64))
    }
    fn restart_session() -> Weight {
        Weight::from_parts(230_000_000, 3927)
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    fn stop_session() -> Weight {
        Weight::from_parts(290_000_000, 3927)
            .saturating_add(T::DbWeight::get().reads(16_u64))
            .saturating_add(T::DbWeight::get().writes(11_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(185), added: 2660, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:1 w:1)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:3 w:3)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn claim_rewards() -> Weight {
        // At least 182_871_000 picoseconds.
        Weight::from_parts(376_954_000, 8799)
            .saturating_add(T::DbWeight::get().reads(6_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    fn set_description() -> Weight {
        Weight::from_parts(62_000_000, 3927)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn set_cap() -> Weight {
        Weight::from_parts(62_000_000, 3927)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn set_whitelist() -> Weight {
        Weight::from_parts(62_000_000, 3927)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn allow() -> Weight {
        Weight::from_parts(80_000_000, 6678)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn disallow() -> Weight {
        Weight::from_parts(80_000_000, 6678)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn offer_ownership() -> Weight {
        Weight::from_parts(62_000_000, 3927)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn accept_ownership() -> Weight {
        Weight::from_parts(230_000_000, 6196)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    fn close() -> Weight {
        Weight::from_parts(200_000_000, 6196)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    fn set_manager() -> Weight {
        Weight::from_parts(62_000_000, 3927)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn compound_rewards() -> Weight {
        Weight::from_parts(480_000_000, 8799)
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().writes(9_u64))
    }
    fn cancel_withdrawal() -> Weight {
        Weight::from_parts(120_000_000, 8799)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    fn on_initialize() -> Weight {
        Weight::from_parts(12_000_000, 2498)
            .saturating_add(T::DbWeight::get().reads(2_u64))
    }
    fn visit_queue() -> Weight {
        Weight::from_parts(80_000_000, 3927)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    fn serve_withdrawal() -> Weight {
        Weight::from_parts(280_000_000, 6196)
            .saturating_add(T::DbWeight::get().reads(7_u64))
            .saturating_add(T::DbWeight::get().writes(7_u64))
    }
    fn end_grace_period() -> Weight {
        Weight::from_parts(60_000_000, 3927)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn force_stop() -> Weight {
        Weight::from_parts(300_000_000, 3927)
            .saturating_add(T::DbWeight::get().reads(15_u64))
            .saturating_add(T::DbWeight::get().writes(11_u64))
    }
}

/// For mocks.
impl WeightInfo for () {
    fn create() -> Weight {
        Weight::from_parts(161_091_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(4_u64))
    }
    fn set_commission() -> Weight {
        Weight::from_parts(62_316_000, 3650)
            .saturating_add(ParityDbWeight::get().reads(2_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn add_worker() -> Weight {
        Weight::from_parts(90_000_000, 3927)
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().writes(3_u64))
    }
    fn remove_worker() -> Weight {
        Weight::from_parts(105_000_000, 3927)
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().writes(3_u64))
    }
    fn contribute() -> Weight {
        Weight::from_parts(260_000_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(9_u64))
            .saturating_add(ParityDbWeight::get().writes(7_u64))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(320_000_000, 8799)
            .saturating_add(ParityDbWeight::get().reads(11_u64))
            .saturating_add(ParityDbWeight::get().writes(9_u64))
    }
    fn start_session() -> Weight {
        Weight::from_parts(170_000_000, 3927)
            .saturating_add(ParityDbWeight::get().reads(13_u64))
            .saturating_add(ParityDbWeight::get().writes(13_u64))
    }
    fn restart_session() -> Weight {
        Weight::from_parts(230_000_000, 3927)
            .saturating_add(ParityDbWeight::get().reads(11_u64))
            .saturating_add(ParityDbWeight::get().writes(6_u64))
    }
    fn stop_session() -> Weight {
        Weight::from_parts(290_000_000, 3927)
            .saturating_add(ParityDbWeight::get().reads(16_u64))
            .saturating_add(ParityDbWeight::get().writes(11_u64))
    }
    fn claim_rewards() -> Weight {
        Weight::from_parts(376_954_000, 8799)
            .saturating_add(ParityDbWeight::get().reads(6_u64))
            .saturating_add(ParityDbWeight::get().writes(6_u64))
    }
    fn set_description() -> Weight {
        Weight::from_parts(62_000_000, 3927)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn set_cap() -> Weight {
        Weight::from_parts(62_000_000, 3927)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn set_whitelist() -> Weight {
        Weight::from_parts(62_000_000, 3927)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn allow() -> Weight {
        Weight::from_parts(80_000_000, 6678)
            .saturating_add(ParityDbWeight::get().reads(2_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn disallow() -> Weight {
        Weight::from_parts(80_000_000, 6678)
            .saturating_add(ParityDbWeight::get().reads(2_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn offer_ownership() -> Weight {
        Weight::from_parts(62_000_000, 3927)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn accept_ownership() -> Weight {
        Weight::from_parts(230_000_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
            .saturating_add(ParityDbWeight::get().writes(5_u64))
    }
    fn close() -> Weight {
        Weight::from_parts(200_000_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(6_u64))
    }
    fn set_manager() -> Weight {
        Weight::from_parts(62_000_000, 3927)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn compound_rewards() -> Weight {
        Weight::from_parts(480_000_000, 8799)
            .saturating_add(ParityDbWeight::get().reads(11_u64))
            .saturating_add(ParityDbWeight::get().writes(9_u64))
    }
    fn cancel_withdrawal() -> Weight {
        Weight::from_parts(120_000_000, 8799)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
            .saturating_add(ParityDbWeight::get().writes(6_u64))
    }
    fn on_initialize() -> Weight {
        Weight::from_parts(12_000_000, 2498)
            .saturating_add(ParityDbWeight::get().reads(2_u64))
    }
    fn visit_queue() -> Weight {
        Weight::from_parts(80_000_000, 3927)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(3_u64))
    }
    fn serve_withdrawal() -> Weight {
        Weight::from_parts(280_000_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(7_u64))
            .saturating_add(ParityDbWeight::get().writes(7_u64))
    }
    fn end_grace_period() -> Weight {
        Weight::from_parts(60_000_000, 3927)
            .saturating_add(ParityDbWeight::get().reads(2_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn force_stop() -> Weight {
        Weight::from_parts(300_000_000, 3927)
            .saturating_add(ParityDbWeight::get().reads(15_u64))
            .saturating_add(ParityDbWeight::get().writes(11_u64))
    }
}
