//! A worker's identity and memory: made inside the enclave, sealed, never leaving it in the clear.
//!
//! A [`Keyring`] is a folder that belongs to one worker. It holds the sealed [`Identity`] (an sr25519 key
//! that signs reports and receipts, an X-Wing key to which clients seal) and named blobs that the worker
//! wants to find again after a restart.
//!
//! # What sealing gives, and what it does not
//!
//! The folder lies on a disk that the machine's owner controls. Every file is encrypted and authenticated
//! under a [`SealingKey`], bound to its label, to the format version, to the platform and to the worker, so
//! that a changed file, one renamed to another, or one taken from another worker is refused. The owner can
//! still **delete** files and **roll back** to older ones: whatever must not go back is checked against
//! proven chain state by whoever reads the blob.
//!
//! Where the sealing key comes from is the [`Platform`]'s matter. [`Platform::Development`] keeps it in a
//! file beside what it seals, which protects nothing from the machine's owner; it exists so that everything
//! else runs as it does in production.
//!
//! # Crashes
//!
//! A file is replaced whole: written beside, synced, renamed, and the folder synced. A crash leaves the old
//! contents or the new ones, and what [`Keyring::put`] returned from is on the disk.

mod error;
mod file;
mod identity;
mod keyring;
mod sealing;

pub use error::Error;
pub use identity::Identity;
pub use keyring::Keyring;
pub use phala_crypto::{system_rng, OpenError, ReplyKey};
pub use sealing::{Platform, SealingKey, MAX_LABEL};

/// Most bytes of one blob: 64 MiB.
pub const MAX_BLOB: usize = 64 << 20;
