//! Replies, under a key that sender and recipient of a box share.

use alloc::vec::Vec;

use chacha20poly1305::{
    aead::{inout::InOutBuf, AeadInOut, KeyInit},
    Tag, XChaCha20Poly1305, XNonce,
};
use hpke::HpkeError;
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{sealed_box::check_context, OpenError, SealError, MAX_PLAINTEXT};

const NONCE: usize = 24;
const TAG: usize = 16;

/// Domain of the exported key; the box's associated data follows it.
const EXPORT_LABEL: &[u8] = b"phala/reply/v1/";

/// Bytes of a reply key.
pub const REPLY_KEY_LENGTH: usize = 32;

/// How much longer a sealed reply is than its plaintext, in bytes.
pub const REPLY_OVERHEAD: usize = NONCE + TAG;

/// What the sender and the recipient of one box share. Wiped from memory when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ReplyKey([u8; REPLY_KEY_LENGTH]);

impl ReplyKey {
    /// Takes the key out of an HPKE context; none only if the key schedule cannot make 32 bytes.
    pub(crate) fn export(
        aad: &[u8],
        export: impl FnOnce(&[u8], &mut [u8]) -> Result<(), HpkeError>,
    ) -> Option<Self> {
        let mut key = Self([0; REPLY_KEY_LENGTH]);
        export(&[EXPORT_LABEL, aad].concat(), &mut key.0).ok()?;
        Some(key)
    }

    /// Reads the bytes that [`ReplyKey::to_bytes`] writes.
    pub fn from_bytes(bytes: &[u8; REPLY_KEY_LENGTH]) -> Self {
        Self(*bytes)
    }

    /// The key itself, for a client that fetches the reply in another process. Keep it secret.
    pub fn to_bytes(&self) -> Zeroizing<[u8; REPLY_KEY_LENGTH]> {
        Zeroizing::new(self.0)
    }

    /// Seals a reply; `aad` (associated data) must tell replies under one key apart.
    pub fn seal_reply(
        &self,
        rng: &mut impl CryptoRng,
        aad: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        check_context(aad).map_err(SealError::ContextTooLong)?;
        if plaintext.len() > MAX_PLAINTEXT {
            return Err(SealError::TooLong(plaintext.len()));
        }
        let mut nonce = XNonce::default();
        rng.fill_bytes(&mut nonce);
        let mut sealed = Vec::with_capacity(plaintext.len() + REPLY_OVERHEAD);
        sealed.extend_from_slice(&nonce);
        sealed.resize(NONCE + plaintext.len(), 0);
        let (_, ciphertext) = sealed.split_at_mut(NONCE);
        let buffer = InOutBuf::new(plaintext, ciphertext).map_err(|_| SealError::Cipher)?;
        let tag = self.cipher().encrypt_inout_detached(&nonce, aad, buffer).map_err(|_| SealError::Cipher)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// Opens a reply that was sealed under the same key and associated data. The plaintext is wiped from
    /// memory when dropped.
    pub fn open_reply(&self, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        check_context(aad).map_err(OpenError::ContextTooLong)?;
        let length = sealed.len().checked_sub(REPLY_OVERHEAD).ok_or(OpenError::TooShort(sealed.len()))?;
        if length > MAX_PLAINTEXT {
            return Err(OpenError::TooLong(sealed.len()));
        }
        let (nonce, rest) = sealed.split_at(NONCE);
        let (ciphertext, tag) = rest.split_at(length);
        let nonce = XNonce::try_from(nonce).map_err(|_| OpenError::Refused)?;
        let tag = Tag::try_from(tag).map_err(|_| OpenError::Refused)?;
        let mut plaintext = Zeroizing::new(alloc::vec![0; length]);
        let buffer = InOutBuf::new(ciphertext, plaintext.as_mut_slice()).map_err(|_| OpenError::Refused)?;
        self.cipher().decrypt_inout_detached(&nonce, aad, buffer, &tag).map_err(|_| OpenError::Refused)?;
        Ok(plaintext)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}
