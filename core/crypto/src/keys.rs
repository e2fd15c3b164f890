//! X-Wing keys.

use core::fmt;

use hpke::{kem::XWing, Deserializable, Kem, Serializable};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::InvalidPublicKey;

/// Bytes of a public key.
pub const PUBLIC_KEY_LENGTH: usize = 1216;

/// Bytes of the seed that a secret key is made from and kept as.
pub const SEED_LENGTH: usize = 32;

/// A key that anybody can seal to.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(pub(crate) <XWing as Kem>::PublicKey);

impl PublicKey {
    /// Reads the bytes that [`PublicKey::to_bytes`] writes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidPublicKey> {
        if bytes.len() != PUBLIC_KEY_LENGTH {
            return Err(InvalidPublicKey::Length(bytes.len()));
        }
        <XWing as Kem>::PublicKey::from_bytes(bytes).map(Self).map_err(|_| InvalidPublicKey::Malformed)
    }

    /// ML-KEM-768 (1184 bytes) followed by X25519 (32 bytes).
    pub fn to_bytes(&self) -> [u8; PUBLIC_KEY_LENGTH] {
        let mut bytes = [0; PUBLIC_KEY_LENGTH];
        self.0.write_exact(&mut bytes);
        bytes
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(0x")?;
        self.to_bytes().iter().take(8).try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…)")
    }
}

/// A key that opens what was sealed to its [`PublicKey`]. Wiped from memory when dropped.
pub struct SecretKey(pub(crate) <XWing as Kem>::PrivateKey);

impl SecretKey {
    /// The key of a seed. Every seed is a key; it must come from a cryptographic generator.
    pub fn from_seed(seed: &[u8; SEED_LENGTH]) -> Self {
        match <XWing as Kem>::PrivateKey::from_bytes(seed) {
            Ok(key) => Self(key),
            // The only error is another length, which the type excludes.
            Err(_) => unreachable!("an X-Wing seed has {SEED_LENGTH} bytes"),
        }
    }

    /// A new key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; SEED_LENGTH]);
        rng.fill_bytes(seed.as_mut());
        Self::from_seed(&seed)
    }

    /// The seed, to be kept sealed.
    pub fn to_seed(&self) -> Zeroizing<[u8; SEED_LENGTH]> {
        let mut seed = Zeroizing::new([0; SEED_LENGTH]);
        self.0.write_exact(seed.as_mut());
        seed
    }

    /// The key to give away.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(XWing::sk_to_pk(&self.0))
    }
}
