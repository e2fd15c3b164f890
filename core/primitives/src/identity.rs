//! A worker's two public keys and its signatures.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// sr25519 signing context of everything that an enclave signs (the one Substrate uses).
pub const SIGNING_CONTEXT: &[u8] = b"substrate";

/// Bytes of an X-Wing public key: ML-KEM-768 (1184) followed by X25519 (32).
pub const ENCRYPTION_KEY_LENGTH: usize = 1216;

macro_rules! byte_newtype {
    ($(#[$doc:meta])* $name:ident, $length:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
        pub struct $name(pub [u8; $length]);

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, concat!(stringify!($name), "(0x"))?;
                for byte in self.0.iter().take(8) {
                    write!(f, "{byte:02x}")?;
                }
                f.write_str("…)")
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                crate::serde_bytes::serialize(&self.0[..], serializer)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::serde_bytes::deserialize(deserializer).map(Self)
            }
        }
    };
}

byte_newtype!(
    /// A worker's sr25519 identity key; it is also the worker's name.
    WorkerId,
    32
);
byte_newtype!(
    /// A worker's X-Wing public key, to which clients seal.
    EncryptionKey,
    ENCRYPTION_KEY_LENGTH
);
byte_newtype!(
    /// An sr25519 signature.
    Signature,
    64
);

impl core::hash::Hash for WorkerId {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state)
    }
}

impl core::fmt::Display for WorkerId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Whether `signature` is `signer`'s over `message`.
///
/// Pure Rust, for light clients and enclaves; the runtime calls the host function instead, which
/// gives the same verdict.
pub fn verify_signature(signature: &Signature, message: &[u8], signer: &WorkerId) -> bool {
    let Ok(key) = schnorrkel::PublicKey::from_bytes(&signer.0) else {
        return false;
    };
    let Ok(signature) = schnorrkel::Signature::from_bytes(&signature.0) else {
        return false;
    };
    key.verify_simple(SIGNING_CONTEXT, message, &signature).is_ok()
}
