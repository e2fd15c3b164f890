//! What can go wrong: nothing here says which part of a box was wrong, since only an attacker could use it.

use thiserror::Error;

use crate::{MAX_CONTEXT, MAX_PLAINTEXT, PUBLIC_KEY_LENGTH};

/// Bytes that are no X-Wing public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidPublicKey {
    /// Another length than [`PUBLIC_KEY_LENGTH`].
    #[error(
        "an X-Wing public key has {PUBLIC_KEY_LENGTH} bytes, found {0}: check that the whole key was copied"
    )]
    Length(usize),
    /// ML-KEM coefficients out of range.
    #[error("not an X-Wing public key: take the worker's key from the chain's registry")]
    Malformed,
}

/// Why a plaintext was not sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SealError {
    /// The plaintext has more than [`MAX_PLAINTEXT`] bytes.
    #[error("{0} bytes are more than fit into a sealed box ({MAX_PLAINTEXT}): send less, or in parts")]
    TooLong(usize),
    /// `info` or associated data has more than [`MAX_CONTEXT`] bytes.
    #[error("info and associated data may have {MAX_CONTEXT} bytes each, found {0}: hash what is longer")]
    ContextTooLong(usize),
    /// The cipher failed, which within the limits above it does not.
    #[error("the cipher refused to seal")]
    Cipher,
}

/// Why a sealed box or reply was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// Fewer bytes than an empty plaintext takes.
    #[error("{0} bytes are too few for a sealed message: it was cut off, or is something else")]
    TooShort(usize),
    /// More bytes than [`MAX_PLAINTEXT`] takes.
    #[error("{0} bytes are more than a sealed message may have: it was not made by this protocol")]
    TooLong(usize),
    /// `info` or associated data has more than [`MAX_CONTEXT`] bytes.
    #[error("info and associated data may have {MAX_CONTEXT} bytes each, found {0}")]
    ContextTooLong(usize),
    /// Sealed to another key, for another context, or changed on the way.
    #[error(
        "the sealed message does not open: it was sealed to another key or for another purpose, or changed on \
         the way; seal it again to the recipient's current key"
    )]
    Refused,
}
