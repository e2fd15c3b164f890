//! What the chain decided, verified from its genesis hash alone.
//!
//! A worker sees the chain only through a courier that it must not trust, and a client keeps a receipt
//! that must convince a stranger. Both rest on the same four steps, each a pure function over bytes:
//!
//! 1. **Trust root.** The genesis header hashes to the genesis hash; under its state root lies the first
//!    GRANDPA authority set, number 0 ([`LightClient::bootstrap`]). Or: a pinned checkpoint names a later
//!    block and its set ([`trust`]).
//! 2. **Authority sets.** A header that schedules a change, finalised by the set before it, names the
//!    next set ([`LightClient::apply_set_change`]). These are the only headers that must be visited in order.
//! 3. **Finality.** More than two thirds of the current set, by weight, precommitted to a header or to
//!    descendants of it ([`finality::verify_finality`]).
//! 4. **State.** Trie nodes lead from that header's state root to a value, or show that there is none
//!    ([`proof::ProvenState`]); a proven topic head vouches for messages ([`mailbox::verify_messages`]).
//!
//! [`courier`] puts them together for a worker, `bundle` for the holder of a receipt.
//!
//! # What it cannot know
//!
//! *Freshness*: a finalised block may be old; that there is a newer one cannot be seen from here.
//! *Long-range forks*: whoever holds two thirds of the keys of a **past** set can finalise another
//! history; start from a checkpoint newer than the keys' retirement where that matters ([`trust`]).
//!
//! # What it costs
//!
//! Headers are not visited one by one. The work is that of the set changes and messages since the last time
//! and of one finality and state proof, however many blocks lie in between; [`limits`] bounds each of them.
//!
//! The crate has no I/O, no clock, no randomness and no log, and is `no_std`.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod authorities;
#[cfg(feature = "serde")]
pub mod bundle;
mod client;
pub mod courier;
mod display;
pub mod finality;
#[cfg(feature = "serde")]
mod hexadecimal;
pub mod limits;
pub mod mailbox;
pub mod proof;
pub mod trust;

pub use client::{AdvanceError, BootstrapError, LightClient};
pub use trust::TrustRoot;

use codec::Encode;
use phala_primitives::{hash, BlockNumber, Hash};
use sp_runtime::traits::BlakeTwo256;

/// A block header of the chain.
pub type Header = sp_runtime::generic::Header<BlockNumber, BlakeTwo256>;

/// Hash of a block.
///
/// Unlike `Header::hash` it does not go through host functions, which exist only inside a node.
pub fn header_hash(header: &Header) -> Hash {
    header.using_encoded(hash)
}
