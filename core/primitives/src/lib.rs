//! What every part of the network must agree on: ids, messages, reports, receipts and their SCALE
//! encoding, and the storage keys that light clients prove.
//!
//! The crate knows nothing of pallets, processes or networks. Types that cross a trust boundary are
//! frozen by snapshot tests: changing one is a protocol change.
//!
//! # Hashing and signing
//!
//! Everything is hashed with BLAKE2b-256. Everything an enclave signs is signed with sr25519 under
//! the signing context [`SIGNING_CONTEXT`], over the SCALE encoding of a value that starts with a
//! domain tag and the genesis hash, so that no signature means anything elsewhere.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod arguments;
mod identity;
pub mod job;
pub mod mailbox;
pub mod registry;
pub mod report;
#[cfg(feature = "serde")]
mod serde_bytes;
pub mod session;
pub mod storage;

pub use identity::{
    verify_signature, EncryptionKey, Signature, WorkerId, ENCRYPTION_KEY_LENGTH, SIGNING_CONTEXT,
};

/// A BLAKE2b-256 digest.
pub type Hash = [u8; 32];
/// Number of a block.
pub type BlockNumber = u32;
/// An amount in base units: 1 PHA is [`PHA`] of them.
pub type Balance = u128;
/// Chain time, in milliseconds since the Unix epoch.
pub type Moment = u64;
/// Number of a job, given by the chain in the order of posting.
pub type JobId = u64;
/// Number of a mining session; [`session`] says how they are given.
pub type SessionId = u64;
/// Number of a StakePool.
pub type PoolId = u64;

/// Base units in one PHA.
pub const PHA: Balance = 1_000_000_000_000;

/// BLAKE2b-256 of `data`.
pub fn hash(data: &[u8]) -> Hash {
    sp_crypto_hashing::blake2_256(data)
}
