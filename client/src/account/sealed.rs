//! A secret sealed under a passphrase, in the bytes that polkadot-js calls `encoded` (version 3).
//!
//! Salt (32) ‖ N (4) ‖ p (4) ‖ r (4) ‖ nonce (24) ‖ tag (16) ‖ ciphertext; numbers are little-endian. The key is
//! the first 32 bytes of `scrypt(passphrase, salt, N, r, p)`; the box is NaCl's secretbox (XSalsa20-Poly1305).
//! Source: `@polkadot/util-crypto`, `json/encrypt` and `scrypt/toU8a`.

use crypto_secretbox::{aead::AeadInPlace, KeyInit, Nonce, Tag, XSalsa20Poly1305};
use phala_crypto::{rand_core::Rng, system_rng};
use zeroize::Zeroizing;

use super::KeyError;

/// Fewest characters of a passphrase for a new key file.
pub const MIN_PASSPHRASE: usize = 8;

const SALT: usize = 32;
const NONCE: usize = 24;
const TAG: usize = 16;
const KEY: usize = 32;

/// Most memory that opening a file may take, in bytes: twice what polkadot-js uses.
const MAX_MEMORY: u64 = 256 << 20;
/// Most work that opening a file may take, as N·r·p: four times what polkadot-js uses.
const MAX_WORK: u64 = 4 * USUAL_WORK;
/// N·r·p as polkadot-js chooses it.
const USUAL_WORK: u64 = (1 << 17) * 8;

/// What a key file is encrypted under. Wiped when dropped, never shown.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes the text as it is.
    pub fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// Whether it is too easy to guess for a new file.
    pub fn is_weak(&self) -> bool {
        self.0.chars().count() < MIN_PASSPHRASE
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Passphrase(…)")
    }
}

/// How hard scrypt makes guessing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ScryptCost {
    n: u32,
    r: u32,
    p: u32,
}

impl ScryptCost {
    /// What polkadot-js chooses: 128 MiB, a good part of a second.
    pub(super) const USUAL: Self = Self { n: 1 << 17, r: 8, p: 1 };

    /// Refuses what scrypt does not define, and what would exhaust this machine.
    pub(super) fn new(n: u32, r: u32, p: u32) -> Result<Self, KeyError> {
        let (wide_n, wide_r, wide_p) = (u128::from(n), u128::from(r), u128::from(p));
        let memory = 128 * wide_n * wide_r;
        let work = wide_n * wide_r * wide_p;
        if memory > MAX_MEMORY.into() || work > MAX_WORK.into() {
            return Err(KeyError::TooExpensive {
                memory_mib: u64::try_from(memory >> 20).unwrap_or(u64::MAX),
                times: u64::try_from(work.div_ceil(USUAL_WORK.into())).unwrap_or(u64::MAX),
            });
        }
        let cost = Self { n, r, p };
        cost.params()?;
        Ok(cost)
    }

    fn params(&self) -> Result<scrypt::Params, KeyError> {
        let undefined = || KeyError::Damaged("its scrypt parameters are impossible".to_owned());
        if self.n < 2 || !self.n.is_power_of_two() {
            return Err(undefined());
        }
        let log_n = u8::try_from(self.n.trailing_zeros()).map_err(|_| undefined())?;
        scrypt::Params::new(log_n, self.r, self.p, KEY).map_err(|_| undefined())
    }
}

/// What makes one seal differ from the next.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Freshness {
    pub(super) salt: [u8; SALT],
    pub(super) nonce: [u8; NONCE],
}

impl Freshness {
    pub(super) fn random() -> Self {
        let mut fresh = Self { salt: [0; SALT], nonce: [0; NONCE] };
        system_rng().fill_bytes(&mut fresh.salt);
        system_rng().fill_bytes(&mut fresh.nonce);
        fresh
    }
}

/// A sealed secret.
#[derive(Clone)]
pub(super) struct Sealed {
    pub(super) freshness: Freshness,
    cost: ScryptCost,
    tag: [u8; TAG],
    ciphertext: Vec<u8>,
}

impl Sealed {
    pub(super) fn seal(
        secret: &[u8],
        passphrase: &Passphrase,
        cost: ScryptCost,
        freshness: Freshness,
    ) -> Result<Self, KeyError> {
        let key = stretch(passphrase, &freshness.salt, cost)?;
        let mut bytes = Zeroizing::new(secret.to_vec());
        let tag = XSalsa20Poly1305::new((&*key).into())
            .encrypt_in_place_detached(Nonce::from_slice(&freshness.nonce), b"", &mut bytes)
            .map_err(|_| KeyError::Damaged("its secret is too long".to_owned()))?;
        Ok(Self { freshness, cost, tag: tag.into(), ciphertext: std::mem::take(&mut *bytes) })
    }

    pub(super) fn open(&self, passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let key = stretch(passphrase, &self.freshness.salt, self.cost)?;
        let mut bytes = Zeroizing::new(self.ciphertext.clone());
        XSalsa20Poly1305::new((&*key).into())
            .decrypt_in_place_detached(
                Nonce::from_slice(&self.freshness.nonce),
                b"",
                &mut bytes,
                Tag::from_slice(&self.tag),
            )
            .map_err(|_| KeyError::WrongPassphrase)?;
        Ok(bytes)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let ScryptCost { n, r, p } = self.cost;
        let numbers = [n, p, r].map(u32::to_le_bytes).concat();
        let Freshness { salt, nonce } = &self.freshness;
        [salt.as_slice(), &numbers, nonce, &self.tag, &self.ciphertext].concat()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let mut rest = bytes;
        let salt = take(&mut rest)?;
        let [n, p, r] = [number(&mut rest)?, number(&mut rest)?, number(&mut rest)?];
        let nonce = take(&mut rest)?;
        let tag = take(&mut rest)?;
        let cost = ScryptCost::new(n, r, p)?;
        Ok(Self { freshness: Freshness { salt, nonce }, cost, tag, ciphertext: rest.to_vec() })
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], KeyError> {
    let (first, rest) =
        bytes.split_first_chunk().ok_or_else(|| KeyError::Damaged("its secret is cut short".to_owned()))?;
    *bytes = rest;
    Ok(*first)
}

fn number(bytes: &mut &[u8]) -> Result<u32, KeyError> {
    take(bytes).map(u32::from_le_bytes)
}

fn stretch(
    passphrase: &Passphrase,
    salt: &[u8; SALT],
    cost: ScryptCost,
) -> Result<Zeroizing<[u8; KEY]>, KeyError> {
    let mut key = Zeroizing::new([0; KEY]);
    scrypt::scrypt(passphrase.0.as_bytes(), salt, &cost.params()?, key.as_mut_slice())
        .map_err(|_| KeyError::Damaged("its scrypt parameters are impossible".to_owned()))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const CHEAP: ScryptCost = ScryptCost { n: 16, r: 8, p: 1 };

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(Zeroizing::new(text.to_owned()))
    }

    #[test]
    fn secret_should_come_back_under_its_passphrase_only() {
        let sealed = Sealed::seal(b"secret", &passphrase("right"), CHEAP, Freshness::random()).unwrap();
        let again = Sealed::from_bytes(&sealed.to_bytes()).unwrap();
        assert_eq!(again.open(&passphrase("right")).unwrap().as_slice(), b"secret");
        for wrong in ["", "Right", "right ", "wrong"] {
            assert!(matches!(again.open(&passphrase(wrong)), Err(KeyError::WrongPassphrase)), "{wrong}");
        }
    }

    #[test]
    fn sealed_secret_should_be_refused_when_any_byte_is_changed() {
        let sealed = Sealed::seal(b"secret", &passphrase("right"), CHEAP, Freshness::random()).unwrap();
        let bytes = sealed.to_bytes();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let opened = Sealed::from_bytes(&changed).and_then(|sealed| sealed.open(&passphrase("right")));
            assert!(opened.is_err(), "byte {at}");
        }
        for length in 0..bytes.len() {
            let opened =
                Sealed::from_bytes(&bytes[..length]).and_then(|sealed| sealed.open(&passphrase("right")));
            assert!(opened.is_err(), "{length} bytes");
        }
    }

    #[test]
    fn cost_should_be_accepted_when_polkadot_js_ever_used_it() {
        let presets = [
            (1 << 13, 10),
            (1 << 14, 5),
            (1 << 15, 3),
            (1 << 15, 1),
            (1 << 16, 2),
            (1 << 17, 1),
            (1 << 18, 1),
        ];
        for (n, p) in presets {
            assert!(ScryptCost::new(n, 8, p).is_ok(), "{n} {p}");
        }
    }

    #[test]
    fn cost_should_be_refused_when_it_would_exhaust_the_machine() {
        for (n, r, p) in [
            (1 << 19, 8, 1),
            (1 << 17, 32, 1),
            (1 << 17, 8, 5),
            (1 << 31, 8, 1),
            (u32::MAX, u32::MAX, u32::MAX),
        ] {
            assert!(matches!(ScryptCost::new(n, r, p), Err(KeyError::TooExpensive { .. })), "{n} {r} {p}");
        }
    }

    #[test]
    fn cost_should_be_refused_when_scrypt_does_not_define_it() {
        for (n, r, p) in [(0, 8, 1), (1, 8, 1), (3, 8, 1), (1 << 14, 0, 1), (1 << 14, 8, 0), (1 << 16, 1, 1)]
        {
            assert!(matches!(ScryptCost::new(n, r, p), Err(KeyError::Damaged(_))), "{n} {r} {p}");
        }
    }

    #[test]
    fn debug_output_of_a_passphrase_should_not_show_it() {
        assert!(!format!("{:?}", passphrase("open sesame")).contains("sesame"));
    }
}
