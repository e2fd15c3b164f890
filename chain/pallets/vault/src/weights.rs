//! Weights of `pallet_vault`, measured by `chain/weights.sh`.
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
    /// Storage: `Vault::NextVault` (r:1 w:1)
    /// Proof: `Vault::NextVault` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:0 w:1)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Vaults` (r:0 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    fn create() -> Weight {
        // At least 99_336_000 picoseconds.
        Weight::from_parts(186_488_000, 6196)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:8 w:8)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:8 w:8)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Turns` (r:0 w:1)
    /// Proof: `Vault::Turns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn set_fee() -> Weight {
        // At least 426_266_000 picoseconds.
        Weight::from_parts(782_159_000, 24574)
            .saturating_add(T::DbWeight::get().reads(21_u64))
            .saturating_add(T::DbWeight::get().writes(20_u64))
    }
    /// Storage: `Vault::VaultOf` (r:2 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:8 w:8)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:8 w:8)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:4 w:4)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Positions` (r:1 w:1)
    /// Proof: `Vault::Positions` (`max_values`: None, `max_size`: Some(145), added: 2620, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    fn contribute() -> Weight {
        // At least 570_224_000 picoseconds.
        Weight::from_parts(902_805_000, 24574)
            .saturating_add(T::DbWeight::get().reads(26_u64))
            .saturating_add(T::DbWeight::get().writes(23_u64))
    }
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:8 w:8)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:8 w:8)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:11 w:11)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Positions` (r:1 w:1)
    /// Proof: `Vault::Positions` (`max_values`: None, `max_size`: Some(145), added: 2620, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Queue` (r:1 w:2)
    /// Proof: `Vault::Queue` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Vault::NextTicket` (r:1 w:1)
    /// Proof: `Vault::NextTicket` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::GracePeriod` (r:1 w:0)
    /// Proof: `StakePool::GracePeriod` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Vault::GraceEnds` (r:0 w:2)
    /// Proof: `Vault::GraceEnds` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    fn withdraw() -> Weight {
        // At least 1_357_112_000 picoseconds.
        Weight::from_parts(2_514_062_000, 29623)
            .saturating_add(T::DbWeight::get().reads(35_u64))
            .saturating_add(T::DbWeight::get().writes(35_u64))
    }
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:8 w:8)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:8 w:8)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:11 w:11)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Positions` (r:1 w:1)
    /// Proof: `Vault::Positions` (`max_values`: None, `max_size`: Some(145), added: 2620, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Queue` (r:1 w:1)
    /// Proof: `Vault::Queue` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Vault::GraceEnds` (r:0 w:1)
    /// Proof: `Vault::GraceEnds` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    fn cancel_withdrawal() -> Weight {
        // At least 1_229_324_000 picoseconds.
        Weight::from_parts(2_151_936_000, 29623)
            .saturating_add(T::DbWeight::get().reads(33_u64))
            .saturating_add(T::DbWeight::get().writes(32_u64))
    }
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:8 w:8)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:8 w:8)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    fn delegate() -> Weight {
        // At least 448_066_000 picoseconds.
        Weight::from_parts(782_951_000, 24574)
            .saturating_add(T::DbWeight::get().reads(21_u64))
            .saturating_add(T::DbWeight::get().writes(19_u64))
    }
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:8 w:8)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:8 w:8)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Withdrawals` (r:1 w:1)
    /// Proof: `StakePool::Withdrawals` (`max_values`: None, `max_size`: Some(163), added: 2638, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::GracePeriod` (r:1 w:0)
    /// Proof: `StakePool::GracePeriod` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Agenda` (r:0 w:1)
    /// Proof: `StakePool::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn undelegate() -> Weight {
        // At least 494_473_000 picoseconds.
        Weight::from_parts(876_165_000, 24574)
            .saturating_add(T::DbWeight::get().reads(23_u64))
            .saturating_add(T::DbWeight::get().writes(21_u64))
    }
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:8 w:8)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:8 w:8)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:4 w:4)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Positions` (r:1 w:1)
    /// Proof: `Vault::Positions` (`max_values`: None, `max_size`: Some(145), added: 2620, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    fn claim_rewards() -> Weight {
        // At least 572_218_000 picoseconds.
        Weight::from_parts(1_081_798_000, 24574)
            .saturating_add(T::DbWeight::get().reads(25_u64))
            .saturating_add(T::DbWeight::get().writes(23_u64))
    }
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:8 w:8)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:8 w:8)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:4 w:4)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Positions` (r:1 w:1)
    /// Proof: `Vault::Positions` (`max_values`: None, `max_size`: Some(145), added: 2620, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    fn compound_rewards() -> Weight {
        // At least 636_177_000 picoseconds.
        Weight::from_parts(1_248_951_000, 24574)
            .saturating_add(T::DbWeight::get().reads(25_u64))
            .saturating_add(T::DbWeight::get().writes(23_u64))
    }
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    fn offer_ownership() -> Weight {
        // At least 28_273_000 picoseconds.
        Weight::from_parts(53_880_000, 4072)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:8 w:8)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:8 w:8)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:4 w:4)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Positions` (r:1 w:1)
    /// Proof: `Vault::Positions` (`max_values`: None, `max_size`: Some(145), added: 2620, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    fn accept_ownership() -> Weight {
        // At least 503_630_000 picoseconds.
        Weight::from_parts(862_981_000, 24574)
            .saturating_add(T::DbWeight::get().reads(25_u64))
            .saturating_add(T::DbWeight::get().writes(23_u64))
    }
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:3 w:3)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Descriptions` (r:0 w:1)
    /// Proof: `Vault::Descriptions` (`max_values`: None, `max_size`: Some(426), added: 2901, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:0 w:1)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    fn close() -> Weight {
        // At least 188_552_000 picoseconds.
        Weight::from_parts(323_093_000, 8799)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    /// Storage: `Vault::Vaults` (r:1 w:0)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Descriptions` (r:0 w:1)
    /// Proof: `Vault::Descriptions` (`max_values`: None, `max_size`: Some(426), added: 2901, mode: `MaxEncodedLen`)
    fn set_description() -> Weight {
        // At least 28_724_000 picoseconds.
        Weight::from_parts(40_986_000, 4072)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Vault::GraceEnds` (r:1 w:0)
    /// Proof: `Vault::GraceEnds` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Turns` (r:1 w:0)
    /// Proof: `Vault::Turns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn on_initialize() -> Weight {
        // At least 13_856_000 picoseconds.
        Weight::from_parts(23_444_000, 3489)
            .saturating_add(T::DbWeight::get().reads(3_u64))
    }
    /// Storage: `Vault::GraceEnds` (r:2 w:1)
    /// Proof: `Vault::GraceEnds` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Queue` (r:1 w:1)
    /// Proof: `Vault::Queue` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    fn end_grace_period() -> Weight {
        // At least 50_114_000 picoseconds.
        Weight::from_parts(77_905_000, 5988)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:8 w:8)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:8 w:8)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:11 w:11)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Queue` (r:2 w:1)
    /// Proof: `Vault::Queue` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Positions` (r:1 w:1)
    /// Proof: `Vault::Positions` (`max_values`: None, `max_size`: Some(145), added: 2620, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Turns` (r:0 w:1)
    /// Proof: `Vault::Turns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn pay_withdrawal() -> Weight {
        // At least 1_328_068_000 picoseconds.
        Weight::from_parts(2_380_913_000, 29623)
            .saturating_add(T::DbWeight::get().reads(34_u64))
            .saturating_add(T::DbWeight::get().writes(32_u64))
    }
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Delegations` (r:8 w:8)
    /// Proof: `StakePool::Delegations` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Pools` (r:8 w:8)
    /// Proof: `StakePool::Pools` (`max_values`: None, `max_size`: Some(473), added: 2948, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Queue` (r:2 w:0)
    /// Proof: `Vault::Queue` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Withdrawals` (r:8 w:1)
    /// Proof: `StakePool::Withdrawals` (`max_values`: None, `max_size`: Some(163), added: 2638, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::GracePeriod` (r:1 w:0)
    /// Proof: `StakePool::GracePeriod` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `StakePool::Agenda` (r:0 w:1)
    /// Proof: `StakePool::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Turns` (r:0 w:1)
    /// Proof: `Vault::Turns` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn ask_pool() -> Weight {
        // At least 457_614_000 picoseconds.
        Weight::from_parts(793_972_000, 24574)
            .saturating_add(T::DbWeight::get().reads(29_u64))
            .saturating_add(T::DbWeight::get().writes(20_u64))
    }
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    fn on_slashed() -> Weight {
        // At least 32_170_000 picoseconds.
        Weight::from_parts(58_289_000, 4072)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Vault::VaultOf` (r:1 w:0)
    /// Proof: `Vault::VaultOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Vault::Vaults` (r:1 w:1)
    /// Proof: `Vault::Vaults` (`max_values`: None, `max_size`: Some(607), added: 3082, mode: `MaxEncodedLen`)
    /// Storage: `Timestamp::Now` (r:1 w:0)
    /// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    fn on_released() -> Weight {
        // At least 32_030_000 picoseconds.
        Weight::from_parts(56_606_000, 4072)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
}

/// For mocks.
impl WeightInfo for () {
    fn create() -> Weight {
        Weight::from_parts(186_488_000, 6196)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(5_u64))
    }
    fn set_fee() -> Weight {
        Weight::from_parts(782_159_000, 24574)
            .saturating_add(ParityDbWeight::get().reads(21_u64))
            .saturating_add(ParityDbWeight::get().writes(20_u64))
    }
    fn contribute() -> Weight {
        Weight::from_parts(902_805_000, 24574)
            .saturating_add(ParityDbWeight::get().reads(26_u64))
            .saturating_add(ParityDbWeight::get().writes(23_u64))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(2_514_062_000, 29623)
            .saturating_add(ParityDbWeight::get().reads(35_u64))
            .saturating_add(ParityDbWeight::get().writes(35_u64))
    }
    fn cancel_withdrawal() -> Weight {
        Weight::from_parts(2_151_936_000, 29623)
            .saturating_add(ParityDbWeight::get().reads(33_u64))
            .saturating_add(ParityDbWeight::get().writes(32_u64))
    }
    fn delegate() -> Weight {
        Weight::from_parts(782_951_000, 24574)
            .saturating_add(ParityDbWeight::get().reads(21_u64))
            .saturating_add(ParityDbWeight::get().writes(19_u64))
    }
    fn undelegate() -> Weight {
        Weight::from_parts(876_165_000, 24574)
            .saturating_add(ParityDbWeight::get().reads(23_u64))
            .saturating_add(ParityDbWeight::get().writes(21_u64))
    }
    fn claim_rewards() -> Weight {
        Weight::from_parts(1_081_798_000, 24574)
            .saturating_add(ParityDbWeight::get().reads(25_u64))
            .saturating_add(ParityDbWeight::get().writes(23_u64))
    }
    fn compound_rewards() -> Weight {
        Weight::from_parts(1_248_951_000, 24574)
            .saturating_add(ParityDbWeight::get().reads(25_u64))
            .saturating_add(ParityDbWeight::get().writes(23_u64))
    }
    fn offer_ownership() -> Weight {
        Weight::from_parts(53_880_000, 4072)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn accept_ownership() -> Weight {
        Weight::from_parts(862_981_000, 24574)
            .saturating_add(ParityDbWeight::get().reads(25_u64))
            .saturating_add(ParityDbWeight::get().writes(23_u64))
    }
    fn close() -> Weight {
        Weight::from_parts(323_093_000, 8799)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
            .saturating_add(ParityDbWeight::get().writes(6_u64))
    }
    fn set_description() -> Weight {
        Weight::from_parts(40_986_000, 4072)
            .saturating_add(ParityDbWeight::get().reads(1_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn on_initialize() -> Weight {
        Weight::from_parts(23_444_000, 3489)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
    }
    fn end_grace_period() -> Weight {
        Weight::from_parts(77_905_000, 5988)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
            .saturating_add(ParityDbWeight::get().writes(3_u64))
    }
    fn pay_withdrawal() -> Weight {
        Weight::from_parts(2_380_913_000, 29623)
            .saturating_add(ParityDbWeight::get().reads(34_u64))
            .saturating_add(ParityDbWeight::get().writes(32_u64))
    }
    fn ask_pool() -> Weight {
        Weight::from_parts(793_972_000, 24574)
            .saturating_add(ParityDbWeight::get().reads(29_u64))
            .saturating_add(ParityDbWeight::get().writes(20_u64))
    }
    fn on_slashed() -> Weight {
        Weight::from_parts(58_289_000, 4072)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn on_released() -> Weight {
        Weight::from_parts(56_606_000, 4072)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
}
