//! Weights of `pallet_mailbox`, measured by `chain/weights.sh`.
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

/// What `pallet_mailbox` costs.
pub trait WeightInfo {
    fn authorize_submit() -> Weight;
    fn submit(n: u32, ) -> Weight;
}

/// For a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    /// Storage: `Registry::Workers` (r:1 w:0)
    /// Proof: `Registry::Workers` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Senders` (r:1 w:0)
    /// Proof: `Mailbox::Senders` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::ReportsInBlock` (r:1 w:0)
    /// Proof: `Mailbox::ReportsInBlock` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Topics` (r:1 w:0)
    /// Proof: `Mailbox::Topics` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    fn authorize_submit() -> Weight {
        // At least 103_343_000 picoseconds.
        Weight::from_parts(142_796_000, 3577)
            .saturating_add(T::DbWeight::get().reads(5_u64))
    }
    /// Storage: `Mailbox::Senders` (r:1 w:1)
    /// Proof: `Mailbox::Senders` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::ReportsInBlock` (r:1 w:1)
    /// Proof: `Mailbox::ReportsInBlock` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Topics` (r:1 w:0)
    /// Proof: `Mailbox::Topics` (`max_values`: None, `max_size`: Some(89), added: 2564, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Acknowledged` (r:1 w:1)
    /// Proof: `Mailbox::Acknowledged` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
    /// Storage: `Mailbox::Messages` (r:0 w:64)
    /// Proof: `Mailbox::Messages` (`max_values`: None, `max_size`: None, mode: `Measured`)
    /// `n` was measured from 0 to 64.
    fn submit(n: u32, ) -> Weight {
        // At least 69_219_000 picoseconds.
        Weight::from_parts(106_896_768, 3554)
            // Standard error: 158_957.
            .saturating_add(Weight::from_parts(5_175_453, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
            .saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
    }
}

/// For mocks.
impl WeightInfo for () {
    fn authorize_submit() -> Weight {
        Weight::from_parts(142_796_000, 3577)
            .saturating_add(ParityDbWeight::get().reads(5_u64))
    }
    fn submit(n: u32, ) -> Weight {
        Weight::from_parts(106_896_768, 3554)
            .saturating_add(Weight::from_parts(5_175_453, 0).saturating_mul(n.into()))
            .saturating_add(ParityDbWeight::get().reads(4_u64))
            .saturating_add(ParityDbWeight::get().writes(3_u64))
            .saturating_add(ParityDbWeight::get().writes((1_u64).saturating_mul(n.into())))
    }
}
