//! The key pair itself.

use std::fmt;

use schnorrkel::{signing_context, ExpansionMode, MiniSecretKey, SecretKey};
use subxt::{
    config::PolkadotConfig,
    transactions::Signer,
    utils::{AccountId32, MultiSignature},
};
use subxt_signer::sr25519::PublicKey;
use zeroize::Zeroizing;

use super::address::address;

/// Bytes of a secret key in the form of Ed25519: scalar times cofactor, then the seed of nonces.
pub(super) const SECRET_BYTES: usize = 64;

/// What Substrate chains sign under.
const SIGNING_CONTEXT: &[u8] = b"substrate";

/// An sr25519 key pair that signs transactions. Wiped when dropped; shown as its address only.
#[derive(Clone)]
pub struct Keypair(schnorrkel::Keypair);

impl Keypair {
    pub(super) fn from_secret(secret: SecretKey) -> Self {
        Self(secret.into())
    }

    pub(super) fn from_seed(seed: &MiniSecretKey) -> Self {
        Self(seed.expand_to_keypair(ExpansionMode::Ed25519))
    }

    /// None if the bytes are no secret key.
    pub(super) fn from_bytes(secret: &[u8]) -> Option<Self> {
        SecretKey::from_ed25519_bytes(secret).ok().map(Self::from_secret)
    }

    pub(super) fn secret_bytes(&self) -> Zeroizing<[u8; SECRET_BYTES]> {
        Zeroizing::new(self.0.secret.to_ed25519_bytes())
    }

    /// The public key.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.public.to_bytes())
    }

    /// The account whose transactions it signs.
    pub fn account_id(&self) -> AccountId32 {
        AccountId32(self.0.public.to_bytes())
    }
}

impl fmt::Debug for Keypair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Keypair({})", address(&self.account_id()))
    }
}

impl Signer<PolkadotConfig> for Keypair {
    fn account_id(&self) -> AccountId32 {
        self.account_id()
    }

    fn sign(&self, payload: &[u8]) -> MultiSignature {
        let signature = self.0.sign(signing_context(SIGNING_CONTEXT).bytes(payload));
        MultiSignature::Sr25519(signature.to_bytes())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use subxt_signer::sr25519;

    use super::*;
    use crate::account::development;

    #[test]
    fn signature_should_verify_when_another_implementation_checks_it() {
        let alice = development("alice").unwrap();
        let MultiSignature::Sr25519(signature) = alice.sign(b"payload") else { panic!("not sr25519") };
        let signature = sr25519::Signature(signature);
        assert!(sr25519::verify(&signature, b"payload", &alice.public_key()));
        assert!(!sr25519::verify(&signature, b"another", &alice.public_key()));
    }

    #[test]
    fn debug_output_should_show_the_address_only() {
        let alice = development("alice").unwrap();
        assert_eq!(format!("{alice:?}"), format!("Keypair({})", address(&alice.account_id())));
    }

    #[test]
    fn key_pair_should_survive_when_it_goes_through_bytes() {
        let alice = development("alice").unwrap();
        let again = Keypair::from_bytes(alice.secret_bytes().as_slice()).unwrap();
        assert_eq!(again.account_id(), alice.account_id());
        assert!(Keypair::from_bytes(&[0; 63]).is_none());
    }
}
