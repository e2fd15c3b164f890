//! Boxes: HPKE base mode, one message for each encapsulated key.

use alloc::{vec, vec::Vec};

use hpke::{
    aead::{AeadCtxR, AeadCtxS, AeadTag, ChaCha20Poly1305},
    inout::InOutBuf,
    kdf::HkdfSha256,
    kem::XWing,
    Deserializable, Kem, OpModeR, OpModeS, Serializable,
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::{OpenError, PublicKey, ReplyKey, SealError, SecretKey, MAX_CONTEXT, MAX_PLAINTEXT};

pub(crate) type SenderContext = AeadCtxS<ChaCha20Poly1305, HkdfSha256, XWing>;
pub(crate) type RecipientContext = AeadCtxR<ChaCha20Poly1305, HkdfSha256, XWing>;
type Encapsulated = <XWing as Kem>::EncappedKey;
type Tag = AeadTag<ChaCha20Poly1305>;

const ENCAPSULATED: usize = 1120;
const TAG: usize = 16;

/// How much longer a box is than its plaintext, in bytes.
pub const BOX_OVERHEAD: usize = ENCAPSULATED + TAG;

/// Seals `plaintext` to `public`, and gives the key under which the recipient will reply.
///
/// `info` says which kind of boxes this is one of, `aad` (associated data) which one it is; the recipient
/// must know both.
pub fn seal(
    public: &PublicKey,
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<(Vec<u8>, ReplyKey), SealError> {
    check_context(info).and_then(|()| check_context(aad)).map_err(SealError::ContextTooLong)?;
    if plaintext.len() > MAX_PLAINTEXT {
        return Err(SealError::TooLong(plaintext.len()));
    }
    let (encapsulated, mut context): (_, SenderContext) =
        hpke::setup_sender_with_rng(&OpModeS::Base, &public.0, info, rng).map_err(|_| SealError::Cipher)?;
    let mut ciphertext = vec![0; plaintext.len()];
    let buffer = InOutBuf::new(plaintext, &mut ciphertext).map_err(|_| SealError::Cipher)?;
    let tag = context.seal_inout_detached(buffer, aad).map_err(|_| SealError::Cipher)?;

    let mut sealed = Vec::with_capacity(plaintext.len() + BOX_OVERHEAD);
    sealed.extend_from_slice(&encapsulated.to_bytes());
    sealed.append(&mut ciphertext);
    sealed.extend_from_slice(&tag.to_bytes());
    let reply_key =
        ReplyKey::export(aad, |label, key| context.export(label, key)).ok_or(SealError::Cipher)?;
    Ok((sealed, reply_key))
}

/// Opens what was sealed to the public key of `secret` under the same `info` and `aad`, and gives the key
/// under which to reply. The plaintext is wiped from memory when dropped.
pub fn open(
    secret: &SecretKey,
    info: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<(Zeroizing<Vec<u8>>, ReplyKey), OpenError> {
    check_context(info).and_then(|()| check_context(aad)).map_err(OpenError::ContextTooLong)?;
    let length = sealed.len().checked_sub(BOX_OVERHEAD).ok_or(OpenError::TooShort(sealed.len()))?;
    if length > MAX_PLAINTEXT {
        return Err(OpenError::TooLong(sealed.len()));
    }
    let (encapsulated, rest) = sealed.split_at(ENCAPSULATED);
    let (ciphertext, tag) = rest.split_at(length);
    let encapsulated = Encapsulated::from_bytes(encapsulated).map_err(|_| OpenError::Refused)?;
    let tag = Tag::from_bytes(tag).map_err(|_| OpenError::Refused)?;

    let mut context: RecipientContext = hpke::setup_receiver(&OpModeR::Base, &secret.0, &encapsulated, info)
        .map_err(|_| OpenError::Refused)?;
    let mut plaintext = Zeroizing::new(vec![0; length]);
    let buffer = InOutBuf::new(ciphertext, plaintext.as_mut_slice()).map_err(|_| OpenError::Refused)?;
    context.open_inout_detached(buffer, aad, &tag).map_err(|_| OpenError::Refused)?;
    let reply_key =
        ReplyKey::export(aad, |label, key| context.export(label, key)).ok_or(OpenError::Refused)?;
    Ok((plaintext, reply_key))
}

/// Holds `context` against its limit, which HPKE needs: its key schedule panics past 64 KiB.
pub(crate) fn check_context(context: &[u8]) -> Result<(), usize> {
    if context.len() > MAX_CONTEXT {
        return Err(context.len());
    }
    Ok(())
}
