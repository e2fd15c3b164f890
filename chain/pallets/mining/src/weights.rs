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
    /// Proof: `Mining::Superseded` (`max_values`: Some(1), `max_size`: Some(249), added: 744, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Parameters` (r:1 w:1)
    /// Proof: `Mining::Parameters` (`max_values`: Some(1), `max_size`: Some(232), added: 727, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Emission` (r:1 w:1)
    /// Proof: `Mining::Emission` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ParametersVersion` (r:1 w:1)
    /// Proof: `Mining::ParametersVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn set_parameters() -> Weight {
        // At least 46_377_000 picoseconds.
        Weight::from_parts(53_079_000, 1734)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Mining::Sessions` (r:1 w:1)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(185), added: 2660, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Returns` (r:0 w:1)
    /// Proof: `Mining::Returns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionOf` (r:0 w:1)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    fn reclaim() -> Weight {
        // At least 58_329_000 picoseconds.
        Weight::from_parts(70_151_000, 3737)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Mining::SessionOf` (r:1 w:1)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Registry::Workers` (r:1 w:0)
    /// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
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
    fn start() -> Weight {
        // At least 107_040_000 picoseconds.
        Weight::from_parts(117_649_000, 3577)
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().writes(10_u64))
    }
    /// Storage: `Mining::SessionOf` (r:1 w:0)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:1 w:1)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
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
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(185), added: 2660, mode: `MaxEncodedLen`)
    fn restart() -> Weight {
        Weight::from_parts(170_000_000, 3737)
            .saturating_add(T::DbWeight::get().reads(8_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
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
    /// Storage: `Mining::ResponsiveIndex` (r:1 w:2)
    /// Proof: `Mining::ResponsiveIndex` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ResponsiveCount` (r:1 w:1)
    /// Proof: `Mining::ResponsiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Responsive` (r:1 w:2)
    /// Proof: `Mining::Responsive` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Emission` (r:1 w:1)
    /// Proof: `Mining::Emission` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Topics` (r:1 w:1)
    /// Proof: `Mailbox::Topics` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Acknowledged` (r:1 w:0)
    /// Proof: `Mailbox::Acknowledged` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Deadlines` (r:0 w:1)
    /// Proof: `Mining::Deadlines` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Returns` (r:0 w:1)
    /// Proof: `Mining::Returns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:1)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    fn stop() -> Weight {
        // At least 124_131_000 picoseconds.
        Weight::from_parts(151_783_000, 3737)
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().writes(11_u64))
    }
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
    /// Storage: `System::Account` (r:3 w:3)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Mining::TotalPaid` (r:1 w:1)
    /// Proof: `Mining::TotalPaid` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:1 w:1)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(185), added: 2660, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Deadlines` (r:0 w:1)
    /// Proof: `Mining::Deadlines` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn heartbeat() -> Weight {
        // At least 216_374_000 picoseconds.
        Weight::from_parts(236_712_000, 8799)
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().writes(8_u64))
    }
    /// Storage: `Mining::Sessions` (r:1 w:1)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ParametersVersion` (r:1 w:0)
    /// Proof: `Mining::ParametersVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Parameters` (r:1 w:0)
    /// Proof: `Mining::Parameters` (`max_values`: Some(1), `max_size`: Some(232), added: 727, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ResponsiveIndex` (r:1 w:2)
    /// Proof: `Mining::ResponsiveIndex` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ResponsiveCount` (r:1 w:1)
    /// Proof: `Mining::ResponsiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Responsive` (r:1 w:2)
    /// Proof: `Mining::Responsive` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Emission` (r:1 w:1)
    /// Proof: `Mining::Emission` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Topics` (r:1 w:1)
    /// Proof: `Mailbox::Topics` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Acknowledged` (r:1 w:0)
    /// Proof: `Mailbox::Acknowledged` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Deadlines` (r:0 w:1)
    /// Proof: `Mining::Deadlines` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Returns` (r:0 w:1)
    /// Proof: `Mining::Returns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:1)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    fn heartbeat_late() -> Weight {
        Weight::from_parts(236_712_000, 8799)
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().writes(11_u64))
    }
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
    /// Storage: `Mining::ResponsiveIndex` (r:1 w:2)
    /// Proof: `Mining::ResponsiveIndex` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ResponsiveCount` (r:1 w:1)
    /// Proof: `Mining::ResponsiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Responsive` (r:1 w:2)
    /// Proof: `Mining::Responsive` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Topics` (r:1 w:1)
    /// Proof: `Mailbox::Topics` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Acknowledged` (r:1 w:0)
    /// Proof: `Mailbox::Acknowledged` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Deadlines` (r:0 w:1)
    /// Proof: `Mining::Deadlines` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Returns` (r:0 w:1)
    /// Proof: `Mining::Returns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:1)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    fn fault() -> Weight {
        // At least 145_772_000 picoseconds.
        Weight::from_parts(174_946_000, 3737)
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().writes(11_u64))
    }
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Deadlines` (r:1 w:0)
    /// Proof: `Mining::Deadlines` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Returns` (r:1 w:0)
    /// Proof: `Mining::Returns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Superseded` (r:1 w:0)
    /// Proof: `Mining::Superseded` (`max_values`: Some(1), `max_size`: Some(249), added: 744, mode: `MaxEncodedLen`)
    /// Storage: `Mining::DrawnAt` (r:1 w:0)
    /// Proof: `Mining::DrawnAt` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    fn on_initialize() -> Weight {
        // At least 23_163_000 picoseconds.
        Weight::from_parts(29_576_000, 3481)
            .saturating_add(T::DbWeight::get().reads(5_u64))
    }
    /// Storage: `Mining::Deadlines` (r:21 w:20)
    /// Proof: `Mining::Deadlines` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:20 w:20)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ParametersVersion` (r:1 w:0)
    /// Proof: `Mining::ParametersVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Parameters` (r:1 w:0)
    /// Proof: `Mining::Parameters` (`max_values`: Some(1), `max_size`: Some(232), added: 727, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ResponsiveIndex` (r:10 w:20)
    /// Proof: `Mining::ResponsiveIndex` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ResponsiveCount` (r:1 w:1)
    /// Proof: `Mining::ResponsiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Responsive` (r:10 w:20)
    /// Proof: `Mining::Responsive` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Emission` (r:1 w:1)
    /// Proof: `Mining::Emission` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    /// `n` was measured from 1 to 20.
    fn expire(n: u32, ) -> Weight {
        // At least 77_254_000 picoseconds.
        Weight::from_parts(49_536_854, 3481)
            // Standard error: 2_273_182.
            .saturating_add(Weight::from_parts(110_000_000, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(6_u64))
            .saturating_add(T::DbWeight::get().reads((5_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64))
            .saturating_add(T::DbWeight::get().writes((6_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2747).saturating_mul(n.into()))
    }
    /// Storage: `Mining::Returns` (r:21 w:20)
    /// Proof: `Mining::Returns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:20 w:20)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:20 w:20)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(185), added: 2660, mode: `MaxEncodedLen`)
    /// Storage: `Mining::SessionOf` (r:0 w:20)
    /// Proof: `Mining::SessionOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// `n` was measured from 1 to 20.
    fn return_stake(n: u32, ) -> Weight {
        // At least 54_341_000 picoseconds.
        Weight::from_parts(62_118_413, 3481)
            // Standard error: 959_650.
            .saturating_add(Weight::from_parts(40_795_536, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(1_u64))
            .saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2747).saturating_mul(n.into()))
    }
    /// Storage: `Mining::Superseded` (r:1 w:1)
    /// Proof: `Mining::Superseded` (`max_values`: Some(1), `max_size`: Some(249), added: 744, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:21 w:20)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
    /// Storage: `Mining::ParametersVersion` (r:1 w:0)
    /// Proof: `Mining::ParametersVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Parameters` (r:1 w:0)
    /// Proof: `Mining::Parameters` (`max_values`: Some(1), `max_size`: Some(232), added: 727, mode: `MaxEncodedLen`)
    /// `n` was measured from 1 to 20.
    fn settle(n: u32, ) -> Weight {
        // At least 69_701_000 picoseconds.
        Weight::from_parts(47_684_626, 3737)
            // Standard error: 439_544.
            .saturating_add(Weight::from_parts(38_488_151, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(1_u64))
            .saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2747).saturating_mul(n.into()))
    }
    /// Storage: `Mining::Responsive` (r:20 w:0)
    /// Proof: `Mining::Responsive` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Sessions` (r:20 w:20)
    /// Proof: `Mining::Sessions` (`max_values`: None, `max_size`: Some(272), added: 2747, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Topics` (r:20 w:20)
    /// Proof: `Mailbox::Topics` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Acknowledged` (r:20 w:0)
    /// Proof: `Mailbox::Acknowledged` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
    /// Storage: `Mining::Deadlines` (r:0 w:20)
    /// Proof: `Mining::Deadlines` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:20)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    /// `n` was measured from 1 to 20.
    fn challenge(n: u32, ) -> Weight {
        // At least 64_440_000 picoseconds.
        Weight::from_parts(66_023_000, 990)
            // Standard error: 909_973.
            .saturating_add(Weight::from_parts(57_022_452, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2747).saturating_mul(n.into()))
    }
}

/// For mocks.
impl WeightInfo for () {
    fn set_parameters() -> Weight {
        Weight::from_parts(53_079_000, 1734)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
            .saturating_add(ParityDbWeight::get().writes(4_u64))
    }
    fn reclaim() -> Weight {
        Weight::from_parts(70_151_000, 3737)
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().writes(5_u64))
    }
    fn start() -> Weight {
        Weight::from_parts(117_649_000, 3577)
            .saturating_add(ParityDbWeight::get().reads(11_u64))
            .saturating_add(ParityDbWeight::get().writes(10_u64))
    }
    fn restart() -> Weight {
        Weight::from_parts(170_000_000, 3737)
            .saturating_add(ParityDbWeight::get().reads(8_u64))
            .saturating_add(ParityDbWeight::get().writes(3_u64))
    }
    fn stop() -> Weight {
        Weight::from_parts(151_783_000, 3737)
            .saturating_add(ParityDbWeight::get().reads(11_u64))
            .saturating_add(ParityDbWeight::get().writes(11_u64))
    }
    fn heartbeat() -> Weight {
        Weight::from_parts(236_712_000, 8799)
            .saturating_add(ParityDbWeight::get().reads(11_u64))
            .saturating_add(ParityDbWeight::get().writes(8_u64))
    }
    fn heartbeat_late() -> Weight {
        Weight::from_parts(236_712_000, 8799)
            .saturating_add(ParityDbWeight::get().reads(11_u64))
            .saturating_add(ParityDbWeight::get().writes(11_u64))
    }
    fn fault() -> Weight {
        Weight::from_parts(174_946_000, 3737)
            .saturating_add(ParityDbWeight::get().reads(11_u64))
            .saturating_add(ParityDbWeight::get().writes(11_u64))
    }
    fn on_initialize() -> Weight {
        Weight::from_parts(29_576_000, 3481)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
    }
    fn expire(n: u32, ) -> Weight {
        Weight::from_parts(49_536_854, 3481)
            .saturating_add(Weight::from_parts(110_000_000, 0).saturating_mul(n.into()))
            .saturating_add(ParityDbWeight::get().reads(6_u64))
            .saturating_add(ParityDbWeight::get().reads((5_u64).saturating_mul(n.into())))
            .saturating_add(ParityDbWeight::get().writes(2_u64))
            .saturating_add(ParityDbWeight::get().writes((6_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2747).saturating_mul(n.into()))
    }
    fn return_stake(n: u32, ) -> Weight {
        Weight::from_parts(62_118_413, 3481)
            .saturating_add(Weight::from_parts(40_795_536, 0).saturating_mul(n.into()))
            .saturating_add(ParityDbWeight::get().reads(2_u64))
            .saturating_add(ParityDbWeight::get().reads((3_u64).saturating_mul(n.into())))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
            .saturating_add(ParityDbWeight::get().writes((4_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2747).saturating_mul(n.into()))
    }
    fn settle(n: u32, ) -> Weight {
        Weight::from_parts(47_684_626, 3737)
            .saturating_add(Weight::from_parts(38_488_151, 0).saturating_mul(n.into()))
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
            .saturating_add(ParityDbWeight::get().writes((1_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2747).saturating_mul(n.into()))
    }
    fn challenge(n: u32, ) -> Weight {
        Weight::from_parts(66_023_000, 990)
            .saturating_add(Weight::from_parts(57_022_452, 0).saturating_mul(n.into()))
            .saturating_add(ParityDbWeight::get().reads((4_u64).saturating_mul(n.into())))
            .saturating_add(ParityDbWeight::get().writes((4_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2747).saturating_mul(n.into()))
    }
}
