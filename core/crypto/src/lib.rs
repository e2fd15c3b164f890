//! Sealed boxes: encryption to a worker's public key, and replies that only the sender can read.
//!
//! A box is HPKE (RFC 9180) in base mode with the KEM X-Wing (ML-KEM-768 and X25519 together), HKDF-SHA256
//! and ChaCha20-Poly1305. A reply travels under a key that both ends export from the same HPKE context,
//! with XChaCha20-Poly1305. The crate does no I/O and takes its randomness as an argument; with the feature
//! `std` it also offers the operating system's, [`system_rng`].
//!
//! # What a box gives, and what it does not
//!
//! - **Confidentiality against whoever holds no secret key, now and later.** Boxes may be recorded
//!   for ever, so the key exchange must outlive elliptic curves. X-Wing is secure while *either*
//!   ML-KEM-768 or X25519 is: a quantum computer breaks only the second, a flaw found in the young
//!   lattice scheme only the first. Its combiner hashes the X25519 part of the ciphertext and of the public key,
//!   and ML-KEM binds its own, so that a changed encapsulation always gives another secret.
//! - **Integrity and context.** A box opens only with the secret key, the `info` and the associated
//!   data it was sealed with. `info` says where boxes of this kind belong (which protocol, chain and
//!   worker), associated data says which one this is (which job).
//! - **No authentication of the sender.** Base mode lets anybody seal to a public key. Who may ask
//!   for what is decided elsewhere (the job in the chain's state names a commitment to its input).
//! - **No replay protection.** The same box opens any number of times. Associated data must name something that
//!   happens once.
//! - **No forward secrecy against the recipient's key.** Who obtains the secret key later opens all
//!   boxes sealed to it. Workers keep it inside the enclave.
//! - **Length is not hidden.** A box is exactly [`BOX_OVERHEAD`] bytes longer than its plaintext.
//!
//! # The reply key
//!
//! Both ends export it under a label and the associated data of the request. By HPKE's key schedule it
//! depends on the KEM's shared secret and `info` too, so that it is fresh for each box, known to the two
//! ends only, and different for each request even where two requests share everything else. A reply
//! therefore cannot be taken for the reply to another request. It is independent of the key that encrypts
//! the box itself, so the two directions never share a nonce.
//!
//! One reply key may seal several replies, by a worker that may have lost its memory of earlier ones: no
//! counter is safe. XChaCha20-Poly1305 has nonces of 192 bits; drawn at random, 2⁴⁸ of them under one key
//! repeat with a probability below 2⁻⁹⁶. Replies under one key can be swapped for each other unless their
//! associated data tells them apart.
//!
//! # Wire format
//!
//! | what | bytes |
//! |---|---|
//! | public key | 1216: ML-KEM-768 (1184), X25519 (32) |
//! | secret key | 32: the seed of X-Wing |
//! | box | encapsulated key (1120: ML-KEM-768 1088, X25519 32), ciphertext, tag (16) |
//! | reply | nonce (24), ciphertext, tag (16) |
//!
//! The identifiers in HPKE's suite are KEM 0x647a, KDF 0x0001, AEAD 0x0003. Known answers in the tests
//! freeze all of it.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod error;
mod keys;
mod reply;
mod sealed_box;

pub use error::{InvalidPublicKey, OpenError, SealError};
pub use keys::{PublicKey, SecretKey, PUBLIC_KEY_LENGTH, SEED_LENGTH};
pub use rand_core;
pub use reply::{ReplyKey, REPLY_KEY_LENGTH, REPLY_OVERHEAD};
pub use sealed_box::{open, seal, BOX_OVERHEAD};

/// Most bytes of one plaintext: 64 MiB. Both ends hold all of it in memory.
pub const MAX_PLAINTEXT: usize = 64 << 20;

/// Most bytes of `info`, and of associated data. Contexts are names, not payloads.
pub const MAX_CONTEXT: usize = 1024;

/// The operating system's random number generator.
///
/// # Panics
///
/// The generator panics when the operating system has no randomness to give, since nothing secret can be
/// made then.
#[cfg(feature = "std")]
pub fn system_rng() -> impl rand_core::CryptoRng {
    rand_core::UnwrapErr(getrandom::SysRng)
}
