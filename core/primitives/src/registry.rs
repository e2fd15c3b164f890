//! Workers as the chain knows them.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{Balance, BlockNumber, EncryptionKey, Hash, Moment, WorkerId};

/// What a worker's identity key signs to be registered.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Registration<AccountId> {
    /// The chain.
    #[cfg_attr(feature = "serde", serde(with = "crate::serde_bytes"))]
    pub genesis: Hash,
    /// The worker's identity key.
    pub worker: WorkerId,
    /// The key to which clients seal.
    pub encryption_key: EncryptionKey,
    /// The account that may put the worker to use.
    pub operator: AccountId,
    /// Number of a recent block, against replay.
    pub block: BlockNumber,
    /// Its hash.
    #[cfg_attr(feature = "serde", serde(with = "crate::serde_bytes"))]
    pub block_hash: Hash,
}

impl<AccountId: Encode> Registration<AccountId> {
    /// The bytes that the worker's identity key signs.
    pub fn signing_payload(&self) -> Vec<u8> {
        (b"phala/registration", self).encode()
    }
}

/// Proof of what runs where.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Evidence {
    /// No proof at all: accepted by development networks only.
    #[codec(index = 0)]
    None,
}

/// Which kind of evidence a verdict rests on.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum AttestationKind {
    /// Nothing was proven.
    #[codec(index = 0)]
    None,
}

/// The chain's verdict on a worker's evidence.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Attestation {
    /// What it rests on.
    pub kind: AttestationKind,
    /// Confidence level, 1 (best) to 5.
    pub confidence: u8,
    /// Chain time after which the verdict no longer holds.
    pub expires: Moment,
}

/// A worker in the chain's state. Its [`EncryptionKey`] lies under a key of its own.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct WorkerRecord<AccountId> {
    /// The account that may put the worker to use.
    pub operator: AccountId,
    /// The verdict on its evidence.
    pub attestation: Attestation,
    /// Performance score P: benchmark iterations in 6 s; none until the first benchmark.
    pub score: Option<u32>,
    /// Base units per [`crate::job::FUEL_UNIT`]; none while the worker takes no jobs.
    pub price: Option<Balance>,
}
