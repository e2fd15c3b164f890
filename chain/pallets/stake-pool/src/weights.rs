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
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    fn create() -> Weight {
        // At least 102_481_000 picoseconds.
        Weight::from_parts(174_636_000, 6196)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    fn set_commission() -> Weight {
        // At least 35_346_000 picoseconds.
        Weight::from_parts(63_348_000, 3938)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Registry::Workers` (r:1 w:0)
    /// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::WorkerPool` (r:1 w:1)
    /// Proof: `StakePool::WorkerPool` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionOf` (r:1 w:0)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::PoolWorkers` (r:0 w:1)
    /// Proof: `StakePool::PoolWorkers` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    fn add_worker() -> Weight {
        // At least 61_395_000 picoseconds.
        Weight::from_parts(110_066_000, 3938)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Registry::Workers` (r:1 w:0)
    /// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::WorkerPool` (r:1 w:1)
    /// Proof: `StakePool::WorkerPool` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionOf` (r:1 w:0)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::PoolWorkers` (r:0 w:1)
    /// Proof: `StakePool::PoolWorkers` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    fn remove_worker() -> Weight {
        // At least 60_623_000 picoseconds.
        Weight::from_parts(112_880_000, 3938)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:1 w:1)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Whitelists` (r:1 w:0)
    /// Proof: `StakePool::Whitelists` (`max_values`: None, `max_size`: Some(3226), added: 5701, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Agenda` (r:0 w:2)
    /// Proof: `StakePool::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn contribute() -> Weight {
        // At least 214_060_000 picoseconds.
        Weight::from_parts(334_634_000, 6691)
            .saturating_add(T::DbWeight::get().reads(8_u64))
            .saturating_add(T::DbWeight::get().writes(7_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:1 w:1)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Withdrawals` (r:1 w:1)
    /// Proof: `StakePool::Withdrawals` (`max_values`: None, `max_size`: Some(163), added: 2638, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::GracePeriod` (r:1 w:0)
    /// Proof: `StakePool::GracePeriod` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    fn withdraw() -> Weight {
        // At least 254_365_000 picoseconds.
        Weight::from_parts(422_980_000, 6196)
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
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
    /// Storage: `Mining::EmptySeatCount` (r:1 w:0)
    /// Proof: `Mining::EmptySeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Seats` (r:1 w:1)
    /// Proof: `Mining::Seats` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
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
    /// Storage: `Mining::SessionCount` (r:1 w:1)
    /// Proof: `Mining::SessionCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Running` (r:0 w:1)
    /// Proof: `StakePool::Running` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::PoolWorkers` (r:0 w:1)
    /// Proof: `StakePool::PoolWorkers` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:0 w:1)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:1)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    fn start_session() -> Weight {
        // At least 145_531_000 picoseconds.
        Weight::from_parts(254_305_000, 3938)
            .saturating_add(T::DbWeight::get().reads(14_u64))
            .saturating_add(T::DbWeight::get().writes(11_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::WorkerPool` (r:1 w:0)
    /// Proof: `StakePool::WorkerPool` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::PoolWorkers` (r:1 w:1)
    /// Proof: `StakePool::PoolWorkers` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionOf` (r:1 w:0)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:1 w:1)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Registry::Workers` (r:1 w:0)
    /// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ParametersVersion` (r:1 w:0)
    /// Proof: `Mining::ParametersVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Parameters` (r:1 w:0)
    /// Proof: `Mining::Parameters` (`max_values`: Some(1), `max_size`: Some(232), added: 727, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Emission` (r:1 w:1)
    /// Proof: `Mining::Emission` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Running` (r:0 w:1)
    /// Proof: `StakePool::Running` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn restart_session() -> Weight {
        // At least 150_531_000 picoseconds.
        Weight::from_parts(249_365_000, 3938)
            .saturating_add(T::DbWeight::get().reads(10_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::WorkerPool` (r:1 w:0)
    /// Proof: `StakePool::WorkerPool` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionOf` (r:1 w:0)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:1 w:1)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ParametersVersion` (r:1 w:0)
    /// Proof: `Mining::ParametersVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Parameters` (r:1 w:0)
    /// Proof: `Mining::Parameters` (`max_values`: Some(1), `max_size`: Some(232), added: 727, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ResponsiveCount` (r:1 w:1)
    /// Proof: `Mining::ResponsiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Emission` (r:1 w:1)
    /// Proof: `Mining::Emission` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::PoolWorkers` (r:1 w:1)
    /// Proof: `StakePool::PoolWorkers` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Topics` (r:1 w:1)
    /// Proof: `Mailbox::Topics` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Acknowledged` (r:1 w:0)
    /// Proof: `Mailbox::Acknowledged` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Running` (r:0 w:1)
    /// Proof: `StakePool::Running` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Returns` (r:0 w:1)
    /// Proof: `Mining::Returns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:1)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    fn stop_session() -> Weight {
        // At least 144_059_000 picoseconds.
        Weight::from_parts(253_834_000, 3938)
            .saturating_add(T::DbWeight::get().reads(12_u64))
            .saturating_add(T::DbWeight::get().writes(9_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:1 w:1)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:3 w:3)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn claim_rewards() -> Weight {
        // At least 185_827_000 picoseconds.
        Weight::from_parts(333_252_000, 8799)
            .saturating_add(T::DbWeight::get().reads(7_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:0)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Descriptions` (r:0 w:1)
    /// Proof: `StakePool::Descriptions` (`max_values`: None, `max_size`: Some(426), added: 2901, mode: `MaxEncodedLen`)
    fn set_description() -> Weight {
        // At least 32_410_000 picoseconds.
        Weight::from_parts(58_138_000, 3938)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    fn set_cap() -> Weight {
        // At least 31_810_000 picoseconds.
        Weight::from_parts(53_320_000, 3938)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    fn set_whitelist() -> Weight {
        // At least 31_579_000 picoseconds.
        Weight::from_parts(54_181_000, 3938)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:0)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Whitelists` (r:1 w:1)
    /// Proof: `StakePool::Whitelists` (`max_values`: None, `max_size`: Some(3226), added: 5701, mode: `MaxEncodedLen`)
    fn allow() -> Weight {
        // At least 40_946_000 picoseconds.
        Weight::from_parts(81_331_000, 6691)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:0)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Whitelists` (r:1 w:1)
    /// Proof: `StakePool::Whitelists` (`max_values`: None, `max_size`: Some(3226), added: 5701, mode: `MaxEncodedLen`)
    fn disallow() -> Weight {
        // At least 39_965_000 picoseconds.
        Weight::from_parts(69_800_000, 6691)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    fn offer_ownership() -> Weight {
        // At least 31_629_000 picoseconds.
        Weight::from_parts(50_174_000, 3938)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:1 w:1)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn accept_ownership() -> Weight {
        // At least 120_455_000 picoseconds.
        Weight::from_parts(187_089_000, 6196)
            .saturating_add(T::DbWeight::get().reads(6_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:3 w:3)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Agenda` (r:0 w:1)
    /// Proof: `StakePool::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Descriptions` (r:0 w:1)
    /// Proof: `StakePool::Descriptions` (`max_values`: None, `max_size`: Some(426), added: 2901, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Whitelists` (r:0 w:1)
    /// Proof: `StakePool::Whitelists` (`max_values`: None, `max_size`: Some(3226), added: 5701, mode: `MaxEncodedLen`)
    fn close() -> Weight {
        // At least 183_622_000 picoseconds.
        Weight::from_parts(333_553_000, 8799)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(7_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    fn set_manager() -> Weight {
        // At least 31_729_000 picoseconds.
        Weight::from_parts(56_495_000, 3938)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:1 w:1)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:3 w:3)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Whitelists` (r:1 w:0)
    /// Proof: `StakePool::Whitelists` (`max_values`: None, `max_size`: Some(3226), added: 5701, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Agenda` (r:0 w:2)
    /// Proof: `StakePool::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn compound_rewards() -> Weight {
        // At least 324_636_000 picoseconds.
        Weight::from_parts(576_977_000, 8799)
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().writes(8_u64))
    }
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Withdrawals` (r:3 w:3)
    /// Proof: `StakePool::Withdrawals` (`max_values`: None, `max_size`: Some(163), added: 2638, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Agenda` (r:0 w:2)
    /// Proof: `StakePool::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn cancel_withdrawal() -> Weight {
        // At least 70_932_000 picoseconds.
        Weight::from_parts(129_161_000, 8904)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Agenda` (r:1 w:0)
    /// Proof: `StakePool::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn on_initialize() -> Weight {
        // At least 11_110_000 picoseconds.
        Weight::from_parts(19_487_000, 3481)
            .saturating_add(T::DbWeight::get().reads(2_u64))
    }
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Withdrawals` (r:1 w:0)
    /// Proof: `StakePool::Withdrawals` (`max_values`: None, `max_size`: Some(163), added: 2638, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::GracePeriod` (r:1 w:0)
    /// Proof: `StakePool::GracePeriod` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Agenda` (r:0 w:1)
    /// Proof: `StakePool::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn visit_queue() -> Weight {
        // At least 46_166_000 picoseconds.
        Weight::from_parts(53_760_000, 3938)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `StakePool::Withdrawals` (r:2 w:2)
    /// Proof: `StakePool::Withdrawals` (`max_values`: None, `max_size`: Some(163), added: 2638, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:1 w:1)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn serve_withdrawal() -> Weight {
        // At least 178_763_000 picoseconds.
        Weight::from_parts(289_911_000, 6266)
            .saturating_add(T::DbWeight::get().reads(7_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Withdrawals` (r:1 w:1)
    /// Proof: `StakePool::Withdrawals` (`max_values`: None, `max_size`: Some(163), added: 2638, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::GracePeriod` (r:1 w:0)
    /// Proof: `StakePool::GracePeriod` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    fn end_grace_period() -> Weight {
        // At least 31_399_000 picoseconds.
        Weight::from_parts(47_348_000, 3628)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `StakePool::Running` (r:2 w:1)
    /// Proof: `StakePool::Running` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionOf` (r:1 w:0)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:1 w:1)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ParametersVersion` (r:1 w:0)
    /// Proof: `Mining::ParametersVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Parameters` (r:1 w:0)
    /// Proof: `Mining::Parameters` (`max_values`: Some(1), `max_size`: Some(232), added: 727, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ResponsiveCount` (r:1 w:1)
    /// Proof: `Mining::ResponsiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Emission` (r:1 w:1)
    /// Proof: `Mining::Emission` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::PoolWorkers` (r:1 w:1)
    /// Proof: `StakePool::PoolWorkers` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Topics` (r:1 w:1)
    /// Proof: `Mailbox::Topics` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Acknowledged` (r:1 w:0)
    /// Proof: `Mailbox::Acknowledged` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:0 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Returns` (r:0 w:1)
    /// Proof: `Mining::Returns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:1)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    fn force_stop() -> Weight {
        // At least 139_540_000 picoseconds.
        Weight::from_parts(242_002_000, 6068)
            .saturating_add(T::DbWeight::get().reads(12_u64))
            .saturating_add(T::DbWeight::get().writes(9_u64))
    }
}

/// For mocks.
impl WeightInfo for () {
    fn create() -> Weight {
        Weight::from_parts(174_636_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(4_u64))
    }
    fn set_commission() -> Weight {
        Weight::from_parts(63_348_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(2_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn add_worker() -> Weight {
        Weight::from_parts(110_066_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().writes(3_u64))
    }
    fn remove_worker() -> Weight {
        Weight::from_parts(112_880_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().writes(3_u64))
    }
    fn contribute() -> Weight {
        Weight::from_parts(334_634_000, 6691)
            .saturating_add(ParityDbWeight::get().reads(8_u64))
            .saturating_add(ParityDbWeight::get().writes(7_u64))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(422_980_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(9_u64))
            .saturating_add(ParityDbWeight::get().writes(6_u64))
    }
    fn start_session() -> Weight {
        Weight::from_parts(254_305_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(14_u64))
            .saturating_add(ParityDbWeight::get().writes(11_u64))
    }
    fn restart_session() -> Weight {
        Weight::from_parts(249_365_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(10_u64))
            .saturating_add(ParityDbWeight::get().writes(5_u64))
    }
    fn stop_session() -> Weight {
        Weight::from_parts(253_834_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(12_u64))
            .saturating_add(ParityDbWeight::get().writes(9_u64))
    }
    fn claim_rewards() -> Weight {
        Weight::from_parts(333_252_000, 8799)
            .saturating_add(ParityDbWeight::get().reads(7_u64))
            .saturating_add(ParityDbWeight::get().writes(6_u64))
    }
    fn set_description() -> Weight {
        Weight::from_parts(58_138_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn set_cap() -> Weight {
        Weight::from_parts(53_320_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn set_whitelist() -> Weight {
        Weight::from_parts(54_181_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn allow() -> Weight {
        Weight::from_parts(81_331_000, 6691)
            .saturating_add(ParityDbWeight::get().reads(2_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn disallow() -> Weight {
        Weight::from_parts(69_800_000, 6691)
            .saturating_add(ParityDbWeight::get().reads(2_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn offer_ownership() -> Weight {
        Weight::from_parts(50_174_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn accept_ownership() -> Weight {
        Weight::from_parts(187_089_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(6_u64))
            .saturating_add(ParityDbWeight::get().writes(5_u64))
    }
    fn close() -> Weight {
        Weight::from_parts(333_553_000, 8799)
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().writes(7_u64))
    }
    fn set_manager() -> Weight {
        Weight::from_parts(56_495_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn compound_rewards() -> Weight {
        Weight::from_parts(576_977_000, 8799)
            .saturating_add(ParityDbWeight::get().reads(9_u64))
            .saturating_add(ParityDbWeight::get().writes(8_u64))
    }
    fn cancel_withdrawal() -> Weight {
        Weight::from_parts(129_161_000, 8904)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
            .saturating_add(ParityDbWeight::get().writes(6_u64))
    }
    fn on_initialize() -> Weight {
        Weight::from_parts(19_487_000, 3481)
            .saturating_add(ParityDbWeight::get().reads(2_u64))
    }
    fn visit_queue() -> Weight {
        Weight::from_parts(53_760_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().writes(2_u64))
    }
    fn serve_withdrawal() -> Weight {
        Weight::from_parts(289_911_000, 6266)
            .saturating_add(ParityDbWeight::get().reads(7_u64))
            .saturating_add(ParityDbWeight::get().writes(6_u64))
    }
    fn end_grace_period() -> Weight {
        Weight::from_parts(47_348_000, 3628)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn force_stop() -> Weight {
        Weight::from_parts(242_002_000, 6068)
            .saturating_add(ParityDbWeight::get().reads(12_u64))
            .saturating_add(ParityDbWeight::get().writes(9_u64))
    }
}
