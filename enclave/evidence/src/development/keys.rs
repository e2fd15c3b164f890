//! Keys and names, all derived from seeds, so that the same request gives the same bytes everywhere.

use p256::ecdsa::{signature::Signer, Signature, SigningKey};
use sha2::{Digest, Sha256};

/// What every derivation starts with.
const DOMAIN: &[u8] = b"phala/evidence/development/1";

/// The seed of the certificate authorities. It is public on purpose: everybody can make evidence under the
/// development root, so nobody has a reason to trust it.
const AUTHORITY_SEED: &[u8] = b"This seed is public. Whoever trusts the keys made from it trusts everybody.";

/// SHA-256 over the domain and the parts, each with its length, so that no two lists of parts collide.
pub(super) fn derive(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(DOMAIN);
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The first `N` (at most 32) bytes of [`derive`].
pub(super) fn derive_bytes<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    const { assert!(N <= 32) };
    let mut bytes = [0; N];
    bytes.copy_from_slice(&derive(parts)[..N]);
    bytes
}

/// The P-256 key that `parts` name.
pub(super) fn key(parts: &[&[u8]]) -> SigningKey {
    let seed = derive(parts);
    // One digest in 2^32 is not below the order of the group: then the next is taken.
    (0u32..)
        .find_map(|attempt| SigningKey::from_slice(&derive(&[b"key", &seed, &attempt.to_le_bytes()])).ok())
        .expect("all of 2^32 digests above the group's order: does not happen")
}

/// The key of the certificate authority `name`.
pub(super) fn authority(name: &str) -> SigningKey {
    key(&[b"authority", AUTHORITY_SEED, name.as_bytes()])
}

/// `r ‖ s`, deterministic by RFC 6979.
pub(super) fn sign(key: &SigningKey, message: &[u8]) -> [u8; 64] {
    let signature: Signature = key.sign(message);
    signature.to_bytes().into()
}

/// `x ‖ y`, as quotes carry public keys.
pub(super) fn public(key: &SigningKey) -> [u8; 64] {
    let mut bytes = [0; 64];
    // The first byte of the uncompressed form is its tag.
    bytes.copy_from_slice(&key.verifying_key().to_sec1_point(false).as_bytes()[1..]);
    bytes
}
