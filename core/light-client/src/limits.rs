//! Bounds on everything that comes from outside. They are generous for honest input and keep hostile
//! input from costing more than a moment and a few megabytes.
//!
//! What the largest acceptable inputs cost, on one core of a server of 2024 with the development profile (the
//! example `cost` measures it):
//!
//! | input | time |
//! |---|---|
//! | justification of 4, 100, 1000 authorities, two thirds voting | 0.1 ms, 3 ms, 33 ms |
//! | the same with every vote and header that fits, from authorities of which a third equivocates | 0.16 s |
//! | every message that may wait, each as long as it may be | 5 ms |
//! | storage proof of nearly [`MAX_PROOF_NODES`] and [`MAX_PROOF_BYTES`] | 3 ms |
//! | update of [`MAX_UPDATE_BYTES`]: 93 changes of 1000 authorities, and all those messages | 3.4 s |
//!
//! Signatures make up nearly all of it: 50 µs each. Hostile input that is refused costs less, since whoever has
//! no authority's key does not get beyond the first signature.

use codec::{DecodeWithMemLimit, DecodeWithMemTracking};

/// Most bytes of an encoded [`crate::courier::Update`].
pub const MAX_UPDATE_BYTES: usize = 16 << 20;

/// Most set changes in one update; a courier with more sends several updates.
pub const MAX_SET_CHANGES: usize = 256;

/// Most messages in one update, which also bounds the backlog that a topic may have on the chain:
/// only all messages together can be verified against the proven head.
pub const MAX_MESSAGES: usize = 1024;

/// Most bytes of an encoded header. A header that announces [`MAX_AUTHORITIES`] takes 40 kB.
pub const MAX_HEADER_BYTES: usize = 128 << 10;

/// Most bytes of an encoded justification.
pub const MAX_JUSTIFICATION_BYTES: usize = 1 << 20;

/// Most bytes of memory that a decoded justification may take. One byte can stand for a log item of 32.
pub(crate) const MAX_JUSTIFICATION_MEMORY: usize = 4 * MAX_JUSTIFICATION_BYTES;

/// Most authorities in a set.
pub const MAX_AUTHORITIES: usize = 1000;

/// Most precommits in a justification: each authority once, or twice if it equivocates.
pub const MAX_PRECOMMITS: usize = 2 * MAX_AUTHORITIES;

/// Most headers in a justification that connect its precommits' targets.
pub const MAX_ANCESTRIES: usize = 1024;

/// Most nodes of a storage proof.
pub const MAX_PROOF_NODES: usize = 1024;

/// Most bytes of a storage proof. The largest nodes are values such as a runtime's code, which
/// nobody needs to prove here.
pub const MAX_PROOF_BYTES: usize = 1 << 20;

/// Most bytes of a receipt bundle in JSON.
pub const MAX_BUNDLE_BYTES: usize = 16 << 20;

/// Most bytes of a trust root's file, in JSON. One with [`MAX_AUTHORITIES`] takes about 140 kB.
pub const MAX_TRUST_ROOT_BYTES: usize = 256 << 10;

/// Decodes `bytes` to their last one, in no more than `memory` bytes of heap.
pub(crate) fn decode_bounded<T: DecodeWithMemTracking>(mut bytes: &[u8], memory: usize) -> Option<T> {
    let value = T::decode_with_mem_limit(&mut bytes, memory).ok()?;
    bytes.is_empty().then_some(value)
}
