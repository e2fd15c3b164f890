//! Weights of `pallet_mining`, measured by `chain/weights.sh`.
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

/// What `pallet_mining` costs.
pub trait WeightInfo {
    fn set_parameters() -> Weight;
    fn reclaim() -> Weight;
    fn start() -> Weight;
    fn restart() -> Weight;
    fn stop() -> Weight;
    fn heartbeat() -> Weight;
    fn heartbeat_late() -> Weight;
    fn fault() -> Weight;
    fn on_initialize() -> Weight;
    fn expire(n: u32, ) -> Weight;
    fn return_stake(n: u32, ) -> Weight;
    fn settle(n: u32, ) -> Weight;
    fn challenge(n: u32, ) -> Weight;
}

/// For a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    /// Storage: `Mining::Superseded` (r:1 w:1)
    /// Proof: `Mining::Superseded` (`max_values`: Some(1), `max_size`: Some(244), added: 739, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Parameters` (r:1 w:1)
    /// Proof: `Mining::Parameters` (`max_values`: Some(1), `max_size`: Some(232), added: 727, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Emission` (r:1 w:1)
    /// Proof: `Mining::Emission` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ParametersVersion` (r:1 w:1)
    /// Proof: `Mining::ParametersVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn set_parameters() -> Weight {
        // At least 48_811_000 picoseconds.
        Weight::from_parts(88_355_000, 1729)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Mining::Sessions` (r:1 w:1)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionCount` (r:1 w:1)
    /// Proof: `Mining::SessionCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::EmptySeatCount` (r:1 w:1)
    /// Proof: `Mining::EmptySeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::PoolWorkers` (r:1 w:1)
    /// Proof: `StakePool::PoolWorkers` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Agenda` (r:0 w:2)
    /// Proof: `StakePool::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Returns` (r:0 w:1)
    /// Proof: `Mining::Returns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionOf` (r:0 w:1)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mining::EmptySeats` (r:0 w:1)
    /// Proof: `Mining::EmptySeats` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    fn reclaim() -> Weight {
        // At least 89_156_000 picoseconds.
        Weight::from_parts(165_860_000, 3938)
            .saturating_add(T::DbWeight::get().reads(6_u64))
            .saturating_add(T::DbWeight::get().writes(10_u64))
    }
    /// Storage: `Mining::SessionOf` (r:1 w:1)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Registry::Workers` (r:1 w:0)
    /// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
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
    /// Storage: `Mining::Sessions` (r:0 w:1)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:1)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    fn start() -> Weight {
        // At least 113_251_000 picoseconds.
        Weight::from_parts(188_973_000, 3577)
            .saturating_add(T::DbWeight::get().reads(12_u64))
            .saturating_add(T::DbWeight::get().writes(8_u64))
    }
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
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::PoolWorkers` (r:1 w:1)
    /// Proof: `StakePool::PoolWorkers` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Running` (r:0 w:1)
    /// Proof: `StakePool::Running` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn restart() -> Weight {
        // At least 121_106_000 picoseconds.
        Weight::from_parts(207_177_000, 3938)
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
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
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::PoolWorkers` (r:1 w:1)
    /// Proof: `StakePool::PoolWorkers` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Topics` (r:1 w:1)
    /// Proof: `Mailbox::Topics` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Acknowledged` (r:1 w:0)
    /// Proof: `Mailbox::Acknowledged` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Running` (r:0 w:1)
    /// Proof: `StakePool::Running` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Deadlines` (r:0 w:1)
    /// Proof: `Mining::Deadlines` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Returns` (r:0 w:1)
    /// Proof: `Mining::Returns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:1)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    fn stop() -> Weight {
        // At least 148_477_000 picoseconds.
        Weight::from_parts(252_341_000, 3938)
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().writes(10_u64))
    }
    /// Storage: `Mining::Sessions` (r:1 w:1)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ParametersVersion` (r:1 w:0)
    /// Proof: `Mining::ParametersVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Parameters` (r:1 w:0)
    /// Proof: `Mining::Parameters` (`max_values`: Some(1), `max_size`: Some(232), added: 727, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Emission` (r:1 w:1)
    /// Proof: `Mining::Emission` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:3 w:3)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Mining::TotalPaid` (r:1 w:1)
    /// Proof: `Mining::TotalPaid` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Deadlines` (r:0 w:1)
    /// Proof: `Mining::Deadlines` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn heartbeat() -> Weight {
        // At least 232_534_000 picoseconds.
        Weight::from_parts(401_760_000, 8799)
            .saturating_add(T::DbWeight::get().reads(10_u64))
            .saturating_add(T::DbWeight::get().writes(8_u64))
    }
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
    /// Storage: `Mailbox::Topics` (r:1 w:1)
    /// Proof: `Mailbox::Topics` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Acknowledged` (r:1 w:0)
    /// Proof: `Mailbox::Acknowledged` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Deadlines` (r:0 w:1)
    /// Proof: `Mining::Deadlines` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:2)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    fn heartbeat_late() -> Weight {
        // At least 149_719_000 picoseconds.
        Weight::from_parts(220_963_000, 3725)
            .saturating_add(T::DbWeight::get().reads(8_u64))
            .saturating_add(T::DbWeight::get().writes(7_u64))
    }
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
    /// Storage: `Mining::Emission` (r:1 w:1)
    /// Proof: `Mining::Emission` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ResponsiveCount` (r:1 w:1)
    /// Proof: `Mining::ResponsiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::PoolWorkers` (r:1 w:1)
    /// Proof: `StakePool::PoolWorkers` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Topics` (r:1 w:1)
    /// Proof: `Mailbox::Topics` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Acknowledged` (r:1 w:0)
    /// Proof: `Mailbox::Acknowledged` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Running` (r:0 w:1)
    /// Proof: `StakePool::Running` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Deadlines` (r:0 w:1)
    /// Proof: `Mining::Deadlines` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Returns` (r:0 w:1)
    /// Proof: `Mining::Returns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:1)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    fn fault() -> Weight {
        // At least 177_702_000 picoseconds.
        Weight::from_parts(234_278_000, 3938)
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().writes(10_u64))
    }
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Deadlines` (r:1 w:0)
    /// Proof: `Mining::Deadlines` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Returns` (r:1 w:0)
    /// Proof: `Mining::Returns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Superseded` (r:1 w:0)
    /// Proof: `Mining::Superseded` (`max_values`: Some(1), `max_size`: Some(244), added: 739, mode: `MaxEncodedLen`)
    /// Storage: `Mining::DrawnAt` (r:1 w:0)
    /// Proof: `Mining::DrawnAt` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    fn on_initialize() -> Weight {
        // At least 23_574_000 picoseconds.
        Weight::from_parts(35_887_000, 3481)
            .saturating_add(T::DbWeight::get().reads(5_u64))
    }
    /// Storage: `Mining::Deadlines` (r:21 w:20)
    /// Proof: `Mining::Deadlines` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:20 w:20)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ParametersVersion` (r:1 w:0)
    /// Proof: `Mining::ParametersVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Parameters` (r:1 w:0)
    /// Proof: `Mining::Parameters` (`max_values`: Some(1), `max_size`: Some(232), added: 727, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ResponsiveCount` (r:1 w:1)
    /// Proof: `Mining::ResponsiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Emission` (r:1 w:1)
    /// Proof: `Mining::Emission` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Topics` (r:20 w:20)
    /// Proof: `Mailbox::Topics` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Acknowledged` (r:20 w:0)
    /// Proof: `Mailbox::Acknowledged` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:20)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    /// `n` was measured from 1 to 20.
    fn expire(n: u32, ) -> Weight {
        // At least 117_840_000 picoseconds.
        Weight::from_parts(68_546_762, 3481)
            // Standard error: 1_570_030.
            .saturating_add(Weight::from_parts(133_430_995, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64))
            .saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2735).saturating_mul(n.into()))
    }
    /// Storage: `Mining::Returns` (r:21 w:20)
    /// Proof: `Mining::Returns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:20 w:20)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionCount` (r:1 w:1)
    /// Proof: `Mining::SessionCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::EmptySeatCount` (r:1 w:1)
    /// Proof: `Mining::EmptySeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:20 w:20)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::PoolWorkers` (r:20 w:20)
    /// Proof: `StakePool::PoolWorkers` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Agenda` (r:0 w:40)
    /// Proof: `StakePool::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionOf` (r:0 w:20)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mining::EmptySeats` (r:0 w:20)
    /// Proof: `Mining::EmptySeats` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    /// `n` was measured from 1 to 20.
    fn return_stake(n: u32, ) -> Weight {
        // At least 87_844_000 picoseconds.
        Weight::from_parts(122_609_000, 3481)
            // Standard error: 701_513.
            .saturating_add(Weight::from_parts(86_851_696, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64))
            .saturating_add(T::DbWeight::get().writes((8_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2948).saturating_mul(n.into()))
    }
    /// Storage: `Mining::Superseded` (r:1 w:1)
    /// Proof: `Mining::Superseded` (`max_values`: Some(1), `max_size`: Some(244), added: 739, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Seats` (r:1 w:0)
    /// Proof: `Mining::Seats` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:20 w:20)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ParametersVersion` (r:1 w:0)
    /// Proof: `Mining::ParametersVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Parameters` (r:1 w:0)
    /// Proof: `Mining::Parameters` (`max_values`: Some(1), `max_size`: Some(232), added: 727, mode: `MaxEncodedLen`)
    /// `n` was measured from 1 to 20.
    fn settle(n: u32, ) -> Weight {
        // At least 70_221_000 picoseconds.
        Weight::from_parts(17_271_516, 1729)
            // Standard error: 855_668.
            .saturating_add(Weight::from_parts(62_030_298, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(1_u64))
            .saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2735).saturating_mul(n.into()))
    }
    /// Storage: `Mining::Seats` (r:1 w:0)
    /// Proof: `Mining::Seats` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:20 w:20)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Deadlines` (r:0 w:20)
    /// Proof: `Mining::Deadlines` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// `n` was measured from 1 to 20.
    fn challenge(n: u32, ) -> Weight {
        // At least 28_293_000 picoseconds.
        Weight::from_parts(17_831_028, 1489)
            // Standard error: 259_766.
            .saturating_add(Weight::from_parts(17_959_273, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2735).saturating_mul(n.into()))
    }
}

/// For mocks.
impl WeightInfo for () {
    fn set_parameters() -> Weight {
        Weight::from_parts(88_355_000, 1729)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
            .saturating_add(ParityDbWeight::get().writes(4_u64))
    }
    fn reclaim() -> Weight {
        Weight::from_parts(165_860_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(6_u64))
            .saturating_add(ParityDbWeight::get().writes(10_u64))
    }
    fn start() -> Weight {
        Weight::from_parts(188_973_000, 3577)
            .saturating_add(ParityDbWeight::get().reads(12_u64))
            .saturating_add(ParityDbWeight::get().writes(8_u64))
    }
    fn restart() -> Weight {
        Weight::from_parts(207_177_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(9_u64))
            .saturating_add(ParityDbWeight::get().writes(5_u64))
    }
    fn stop() -> Weight {
        Weight::from_parts(252_341_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(11_u64))
            .saturating_add(ParityDbWeight::get().writes(10_u64))
    }
    fn heartbeat() -> Weight {
        Weight::from_parts(401_760_000, 8799)
            .saturating_add(ParityDbWeight::get().reads(10_u64))
            .saturating_add(ParityDbWeight::get().writes(8_u64))
    }
    fn heartbeat_late() -> Weight {
        Weight::from_parts(220_963_000, 3725)
            .saturating_add(ParityDbWeight::get().reads(8_u64))
            .saturating_add(ParityDbWeight::get().writes(7_u64))
    }
    fn fault() -> Weight {
        Weight::from_parts(234_278_000, 3938)
            .saturating_add(ParityDbWeight::get().reads(11_u64))
            .saturating_add(ParityDbWeight::get().writes(10_u64))
    }
    fn on_initialize() -> Weight {
        Weight::from_parts(35_887_000, 3481)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
    }
    fn expire(n: u32, ) -> Weight {
        Weight::from_parts(68_546_762, 3481)
            .saturating_add(Weight::from_parts(133_430_995, 0).saturating_mul(n.into()))
            .saturating_add(ParityDbWeight::get().reads(5_u64))
            .saturating_add(ParityDbWeight::get().reads((4_u64).saturating_mul(n.into())))
            .saturating_add(ParityDbWeight::get().writes(2_u64))
            .saturating_add(ParityDbWeight::get().writes((4_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2735).saturating_mul(n.into()))
    }
    fn return_stake(n: u32, ) -> Weight {
        Weight::from_parts(122_609_000, 3481)
            .saturating_add(Weight::from_parts(86_851_696, 0).saturating_mul(n.into()))
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().reads((4_u64).saturating_mul(n.into())))
            .saturating_add(ParityDbWeight::get().writes(2_u64))
            .saturating_add(ParityDbWeight::get().writes((8_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2948).saturating_mul(n.into()))
    }
    fn settle(n: u32, ) -> Weight {
        Weight::from_parts(17_271_516, 1729)
            .saturating_add(Weight::from_parts(62_030_298, 0).saturating_mul(n.into()))
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
            .saturating_add(ParityDbWeight::get().writes((1_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2735).saturating_mul(n.into()))
    }
    fn challenge(n: u32, ) -> Weight {
        Weight::from_parts(17_831_028, 1489)
            .saturating_add(Weight::from_parts(17_959_273, 0).saturating_mul(n.into()))
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(ParityDbWeight::get().writes((2_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2735).saturating_mul(n.into()))
    }
}
