//! Where trust begins.
//!
//! Everything that a light client believes rests on one thing that its owner got from elsewhere, over a
//! channel that they trust: a [`TrustRoot`].
//!
//! - [`TrustRoot::Genesis`]: the hash of block 0. It fits on a line, and never changes. The first authority
//!   set lies under it, and each set since was named by the one before.
//! - [`TrustRoot::Checkpoint`]: a later block and the set in office after it.
//!
//! # Why a checkpoint: long-range forks
//!
//! A justification proves that two thirds of *that* set signed. It proves no more than their keys are worth
//! at the time of looking, and keys outlive their office: an authority that has left has no stake to lose,
//! may sell its key, or lose it to whoever breaks into an old machine. Whoever has two thirds of the keys of a
//! **past** set can sign a second successor of a block that this set finalised long ago, name authorities of
//! their own in it, and go on from there. Every signature of that fork is genuine. To a light client that starts
//! from genesis, or wakes up at a block from those days, the fork and the chain look alike; which it follows
//! is decided by the courier that comes first.
//!
//! A checkpoint closes this: of blocks before it nothing is believed that it does not confirm, so keys
//! retired before it are worthless. What remains is the time from the checkpoint to now, in which the light client
//! relies on two thirds of every set **up to now** not having sold or lost their keys. Therefore:
//!
//! - pin a checkpoint not older than the time for which authorities that leave stay liable (their stake
//!   locked), in every new worker, and in one that was away for longer than that;
//! - get it as you would the genesis hash: from several nodes of your own or of people you trust, never from
//!   the courier. [`crate::LightClient::checkpoint`] makes one from a light client that followed all along.
//!
//! A forced change of authorities (after a stall of finality) is another case that only a checkpoint can
//! cross: no earlier set signed it.

#[cfg(feature = "serde")]
mod json;

use codec::{Decode, DecodeWithMemTracking, Encode};
use phala_primitives::{BlockNumber, Hash};
use sp_consensus_grandpa::{AuthorityList, SetId};

use crate::{
    authorities::{validate_authorities, AuthoritiesError},
    display::Hex,
    limits::{decode_bounded, MAX_TRUST_ROOT_BYTES},
};

/// What a light client is told to believe.
///
/// In JSON it is the file that [`TrustRoot::to_json`] writes. Whatever is read is verified to make sense.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "json::Text", try_from = "json::Text")
)]
pub enum TrustRoot {
    /// Hash of block 0.
    #[codec(index = 0)]
    Genesis(Hash),
    /// A later block, and who finalises those after it.
    #[codec(index = 1)]
    Checkpoint(Checkpoint),
}

/// A block that is trusted to be final, and the authority set in office after it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
pub struct Checkpoint {
    /// Hash of block 0 of the chain.
    pub genesis: Hash,
    /// The block's number.
    pub number: BlockNumber,
    /// Its hash.
    pub hash: Hash,
    /// Number of the set that finalises the blocks after it.
    pub set_id: SetId,
    /// That set.
    pub authorities: AuthorityList,
}

impl TrustRoot {
    /// Hash of the genesis block: it names the chain, and what is signed on it.
    pub fn genesis_hash(&self) -> &Hash {
        match self {
            Self::Genesis(hash) => hash,
            Self::Checkpoint(checkpoint) => &checkpoint.genesis,
        }
    }

    /// The block where trust begins; 0 for a genesis hash.
    pub fn number(&self) -> BlockNumber {
        match self {
            Self::Genesis(_) => 0,
            Self::Checkpoint(checkpoint) => checkpoint.number,
        }
    }

    /// Verifies that the trust root is of the chain with this genesis hash.
    pub fn expect_chain(&self, genesis: &Hash) -> Result<(), TrustError> {
        if self.genesis_hash() != genesis {
            return Err(TrustError::OtherChain { found: *self.genesis_hash(), expected: *genesis });
        }
        Ok(())
    }

    /// Reads the SCALE encoding.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TrustError> {
        if bytes.len() > MAX_TRUST_ROOT_BYTES {
            return Err(TrustError::TooLarge { bytes: bytes.len() });
        }
        let root: Self = decode_bounded(bytes, 2 * MAX_TRUST_ROOT_BYTES).ok_or(TrustError::Malformed)?;
        root.validated()
    }

    /// The trust root itself, if it does not contradict itself.
    pub(crate) fn validated(self) -> Result<Self, TrustError> {
        if let Self::Checkpoint(checkpoint) = &self {
            checkpoint.validate()?;
        }
        Ok(self)
    }
}

impl Checkpoint {
    /// Verifies that the checkpoint does not contradict itself. Whether it is true, only its source can say.
    pub fn validate(&self) -> Result<(), TrustError> {
        if (self.number == 0) != (self.hash == self.genesis) {
            return Err(TrustError::WrongBlock { number: self.number });
        }
        // Every change takes a block of its own, at the least.
        if self.set_id > SetId::from(self.number) {
            return Err(TrustError::WrongSet { number: self.number, set_id: self.set_id });
        }
        Ok(validate_authorities(&self.authorities)?)
    }
}

/// Why a trust root is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Larger than the limit.
    #[error("the trust root has {bytes} bytes, more than {MAX_TRUST_ROOT_BYTES}: is it the right file?")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Not a trust root.
    #[error("this is not a trust root of a version that this program knows; make a new one with it")]
    Malformed,
    /// Number and hash do not go together.
    #[error(
        "the checkpoint says that block {number} has the hash it gives, but block 0, and no other, has the genesis hash: \
         copy both from one source"
    )]
    WrongBlock {
        /// The number it states.
        number: BlockNumber,
    },
    /// More set changes than blocks.
    #[error("the checkpoint says that authority set {set_id} was in office at block {number}: no chain changes its authorities that often; copy both from one source")]
    WrongSet {
        /// The block's number.
        number: BlockNumber,
        /// The set.
        set_id: SetId,
    },
    /// The authority set is unusable.
    #[error("the checkpoint's authorities: {0}")]
    Authorities(#[from] AuthoritiesError),
    /// Of another chain than expected.
    #[error(
        "the trust root is of the chain with genesis hash {}, not {}: use the one of your chain",
        Hex(found),
        Hex(expected)
    )]
    OtherChain {
        /// The chain it is of.
        found: Hash,
        /// The chain that was expected.
        expected: Hash,
    },
    /// The block of that number is another one.
    #[error(
        "block {number} is {} to the trust root, {} to the stored light client or the evidence: one of them follows a \
         fork; find out which before trusting either",
        Hex(trusted), Hex(found)
    )]
    Fork {
        /// The number.
        number: BlockNumber,
        /// The hash that is trusted.
        trusted: Hash,
        /// The hash that was found.
        found: Hash,
    },
    /// The authorities in office after the trusted block are others.
    #[error(
        "authority set {found} leads past block {number}, but the checkpoint says that it is set {trusted} with members of \
         its own: the evidence follows another history, as a long-range fork does"
    )]
    OtherAuthorities {
        /// The checkpoint's block.
        number: BlockNumber,
        /// The set that is trusted.
        trusted: SetId,
        /// The set that was found.
        found: SetId,
    },
    /// Evidence about a block before the one where trust begins.
    #[error(
        "block {number} lies before the checkpoint at block {trusted}, which says nothing of what came before it: prove a later \
         block, or use an older trust root"
    )]
    BeforeCheckpoint {
        /// The block of the evidence.
        number: BlockNumber,
        /// The checkpoint's block.
        trusted: BlockNumber,
    },
}
