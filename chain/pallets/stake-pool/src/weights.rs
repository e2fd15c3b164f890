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
    /// Storage: `StakePool::Pools` (r:1 w:0)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(185), added: 2660, mode: `MaxEncodedLen`)
    /// Storage: `Registry::Workers` (r:1 w:0)
    /// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::WorkerPool` (r:1 w:1)
    /// Proof: `StakePool::WorkerPool` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::PoolWorkers` (r:0 w:1)
    /// Proof: `StakePool::PoolWorkers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
    fn add_worker() -> Weight {
        // At least 50_725_000 picoseconds.
        Weight::from_parts(79_668_000, 3650)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:0)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(185), added: 2660, mode: `MaxEncodedLen`)
    /// Storage: `Registry::Workers` (r:1 w:0)
    /// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::WorkerPool` (r:1 w:1)
    /// Proof: `StakePool::WorkerPool` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionOf` (r:1 w:0)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::PoolWorkers` (r:0 w:1)
    /// Proof: `StakePool::PoolWorkers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
    fn remove_worker() -> Weight {
        // At least 57_497_000 picoseconds.
        Weight::from_parts(98_574_000, 3650)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(185), added: 2660, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:1 w:1)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn contribute() -> Weight {
        // At least 175_999_000 picoseconds.
        Weight::from_parts(238_695_000, 6196)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(185), added: 2660, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:1 w:1)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn withdraw() -> Weight {
        // At least 216_614_000 picoseconds.
        Weight::from_parts(244_376_000, 6196)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(185), added: 2660, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::WorkerPool` (r:1 w:0)
    /// Proof: `StakePool::WorkerPool` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Registry::Workers` (r:1 w:0)
    /// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionOf` (r:1 w:1)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Parameters` (r:1 w:0)
    /// Proof: `Mining::Parameters` (`max_values`: Some(1), `max_size`: Some(232), added: 727, mode: `MaxEncodedLen`)
    /// Storage: `Mining::NextSession` (r:1 w:1)
    /// Proof: `Mining::NextSession` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Topics` (r:1 w:1)
    /// Proof: `Mailbox::Topics` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Acknowledged` (r:1 w:0)
    /// Proof: `Mailbox::Acknowledged` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Emission` (r:1 w:1)
    /// Proof: `Mining::Emission` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ResponsiveCount` (r:1 w:1)
    /// Proof: `Mining::ResponsiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ParametersVersion` (r:1 w:0)
    /// Proof: `Mining::ParametersVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:0 w:1)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Responsive` (r:0 w:1)
    /// Proof: `Mining::Responsive` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ResponsiveIndex` (r:0 w:1)
    /// Proof: `Mining::ResponsiveIndex` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:1)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    fn start_session() -> Weight {
        // At least 133_048_000 picoseconds.
        Weight::from_parts(153_126_000, 3650)
            .saturating_add(T::DbWeight::get().reads(13_u64))
            .saturating_add(T::DbWeight::get().writes(11_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(185), added: 2660, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::WorkerPool` (r:1 w:0)
    /// Proof: `StakePool::WorkerPool` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Registry::Workers` (r:1 w:0)
    /// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionOf` (r:1 w:0)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:1 w:1)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ParametersVersion` (r:1 w:0)
    /// Proof: `Mining::ParametersVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Parameters` (r:1 w:0)
    /// Proof: `Mining::Parameters` (`max_values`: Some(1), `max_size`: Some(232), added: 727, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Emission` (r:1 w:1)
    /// Proof: `Mining::Emission` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    fn restart_session() -> Weight {
        Weight::from_parts(200_000_000, 3737)
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:0)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(185), added: 2660, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::WorkerPool` (r:1 w:0)
    /// Proof: `StakePool::WorkerPool` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionOf` (r:1 w:0)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:1 w:1)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ParametersVersion` (r:1 w:0)
    /// Proof: `Mining::ParametersVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Parameters` (r:1 w:0)
    /// Proof: `Mining::Parameters` (`max_values`: Some(1), `max_size`: Some(232), added: 727, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ResponsiveIndex` (r:1 w:1)
    /// Proof: `Mining::ResponsiveIndex` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ResponsiveCount` (r:1 w:1)
    /// Proof: `Mining::ResponsiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Responsive` (r:1 w:1)
    /// Proof: `Mining::Responsive` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Emission` (r:1 w:1)
    /// Proof: `Mining::Emission` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Topics` (r:1 w:1)
    /// Proof: `Mailbox::Topics` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Acknowledged` (r:1 w:0)
    /// Proof: `Mailbox::Acknowledged` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Returns` (r:0 w:1)
    /// Proof: `Mining::Returns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:1)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    fn stop_session() -> Weight {
        // At least 134_882_000 picoseconds.
        Weight::from_parts(237_122_000, 3717)
            .saturating_add(T::DbWeight::get().reads(13_u64))
            .saturating_add(T::DbWeight::get().writes(8_u64))
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
        Weight::from_parts(79_668_000, 3650)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(2_u64))
    }
    fn remove_worker() -> Weight {
        Weight::from_parts(98_574_000, 3650)
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().writes(2_u64))
    }
    fn contribute() -> Weight {
        Weight::from_parts(238_695_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
            .saturating_add(ParityDbWeight::get().writes(5_u64))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(244_376_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
            .saturating_add(ParityDbWeight::get().writes(5_u64))
    }
    fn start_session() -> Weight {
        Weight::from_parts(153_126_000, 3650)
            .saturating_add(ParityDbWeight::get().reads(13_u64))
            .saturating_add(ParityDbWeight::get().writes(11_u64))
    }
    fn restart_session() -> Weight {
        Weight::from_parts(200_000_000, 3737)
            .saturating_add(ParityDbWeight::get().reads(9_u64))
            .saturating_add(ParityDbWeight::get().writes(3_u64))
    }
    fn stop_session() -> Weight {
        Weight::from_parts(237_122_000, 3717)
            .saturating_add(ParityDbWeight::get().reads(13_u64))
            .saturating_add(ParityDbWeight::get().writes(8_u64))
    }
    fn claim_rewards() -> Weight {
        Weight::from_parts(376_954_000, 8799)
            .saturating_add(ParityDbWeight::get().reads(6_u64))
            .saturating_add(ParityDbWeight::get().writes(6_u64))
    }
}
