//! Sealed boxes, beside what is common and does not outlive elliptic curves.
//!
//! Both ends together: sealing to a public key, and opening. Both sides draw a fresh key pair for each box, derive a
//! key and encrypt with authentication. Ours also exports the key under which the recipient replies.

use aes_gcm::{aead::Aead, Aes256Gcm, KeyInit};
use anyhow::{anyhow, ensure, Result};
use hkdf::Hkdf;
use phala_crypto::{open, rand_core::CryptoRng, seal, system_rng, SecretKey};
use sha2::Sha256;
use x25519_dalek::{EphemeralSecret, PublicKey, SharedSecret, StaticSecret};

use crate::{
    measure::{in_turns, work},
    report::Row,
};

const TURNS: usize = 21;
const INFO: &[u8] = b"phala/bench";
const SIZES: [(&str, usize); 2] = [("1 KiB", 1 << 10), ("1 MiB", 1 << 20)];
/// Bytes of an X25519 public key.
const POINT: usize = 32;

/// Rows of this part.
pub(crate) fn measure() -> Result<Vec<Row>> {
    SIZES.iter().map(|(name, bytes)| measure_size(name, *bytes)).collect()
}

fn measure_size(name: &str, bytes: usize) -> Result<Row> {
    let plaintext = vec![0x5a; bytes];
    let ours = SecretKey::generate(&mut system_rng());
    let public = ours.public_key();
    let theirs = StaticSecret::random_from_rng(&mut system_rng());
    let their_public = PublicKey::from(&theirs);
    let boxed = || {
        let (sealed, _) = seal(&public, INFO, b"", &plaintext, &mut system_rng())?;
        let (opened, _) = open(&ours, INFO, b"", &sealed)?;
        ensure!(opened.as_slice() == plaintext, "another plaintext");
        Ok(())
    };
    let plain = || {
        let sealed = seal_plainly(&their_public, &plaintext, &mut system_rng())?;
        let opened = open_plainly(&theirs, &their_public, &sealed)?;
        ensure!(opened == plaintext, "another plaintext");
        Ok(())
    };
    let measured = in_turns(TURNS, &mut [work(boxed)?, work(plain)?])?;
    let what = format!("seal and open {name}");
    Ok(Row::beside(what, &measured[0], "X25519, HKDF-SHA256, AES-256-GCM", &measured[1]))
}

/// An ephemeral public key, then the ciphertext with its tag.
fn seal_plainly(recipient: &PublicKey, plaintext: &[u8], rng: &mut impl CryptoRng) -> Result<Vec<u8>> {
    let secret = EphemeralSecret::random_from_rng(rng);
    let ephemeral = PublicKey::from(&secret);
    let cipher = cipher(&secret.diffie_hellman(recipient), &ephemeral, recipient)?;
    let ciphertext = cipher.encrypt(&Default::default(), plaintext).map_err(|error| anyhow!("{error}"))?;
    Ok([ephemeral.as_bytes().as_slice(), &ciphertext].concat())
}

fn open_plainly(secret: &StaticSecret, public: &PublicKey, sealed: &[u8]) -> Result<Vec<u8>> {
    let (ephemeral, ciphertext) = sealed.split_first_chunk::<POINT>().ok_or_else(|| anyhow!("too short"))?;
    let ephemeral = PublicKey::from(*ephemeral);
    let cipher = cipher(&secret.diffie_hellman(&ephemeral), &ephemeral, public)?;
    cipher.decrypt(&Default::default(), ciphertext).map_err(|error| anyhow!("{error}"))
}

/// The cipher under a key from the shared secret and both public keys. Each key encrypts once, so its nonce is zero.
fn cipher(shared: &SharedSecret, ephemeral: &PublicKey, recipient: &PublicKey) -> Result<Aes256Gcm> {
    let mut key = [0; 32];
    let info = [INFO, ephemeral.as_bytes(), recipient.as_bytes()].concat();
    Hkdf::<Sha256>::new(None, shared.as_bytes())
        .expand(&info, &mut key)
        .map_err(|error| anyhow!("{error}"))?;
    Ok(Aes256Gcm::new(&key.into()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn plain_box_should_open_for_its_recipient_alone() {
        let [recipient, stranger] = [(); 2].map(|()| StaticSecret::random_from_rng(&mut system_rng()));
        let public = PublicKey::from(&recipient);
        let mut sealed = seal_plainly(&public, b"plaintext", &mut system_rng()).unwrap();
        assert_eq!(open_plainly(&recipient, &public, &sealed).unwrap(), b"plaintext");
        assert!(open_plainly(&stranger, &PublicKey::from(&stranger), &sealed).is_err());
        sealed[POINT] ^= 1;
        assert!(open_plainly(&recipient, &public, &sealed).is_err());
    }
}
