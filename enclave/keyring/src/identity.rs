//! Who a worker is.

use phala_crypto::{open, rand_core::Rng, system_rng, OpenError, ReplyKey, SecretKey, SEED_LENGTH};
use phala_primitives::{EncryptionKey, Signature, WorkerId, SIGNING_CONTEXT};
use schnorrkel::{ExpansionMode, Keypair, MiniSecretKey, MINI_SECRET_KEY_LENGTH};
use zeroize::Zeroizing;

const SECRETS: usize = MINI_SECRET_KEY_LENGTH + SEED_LENGTH;

/// A worker's two key pairs. The secrets can be used, not read.
pub struct Identity {
    signing: Keypair,
    boxes: SecretKey,
    worker_id: WorkerId,
    encryption_key: EncryptionKey,
    /// Both seeds, for sealing: sr25519 first.
    seeds: Zeroizing<[u8; SECRETS]>,
}

impl Identity {
    /// A new identity from the operating system's randomness.
    pub(crate) fn generate() -> Option<Self> {
        let mut seeds = Zeroizing::new([0; SECRETS]);
        system_rng().fill_bytes(seeds.as_mut());
        Self::from_seeds(seeds)
    }

    /// The identity of unsealed seeds.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut seeds = Zeroizing::new([0; SECRETS]);
        if bytes.len() != SECRETS {
            return None;
        }
        seeds.copy_from_slice(bytes);
        Self::from_seeds(seeds)
    }

    /// What to seal.
    pub(crate) fn seeds(&self) -> &[u8] {
        self.seeds.as_ref()
    }

    fn from_seeds(seeds: Zeroizing<[u8; SECRETS]>) -> Option<Self> {
        let (signing, boxes) = seeds.split_at(MINI_SECRET_KEY_LENGTH);
        // Expanded as Substrate expands seeds, so that its tools show the same public key.
        let signing = MiniSecretKey::from_bytes(signing).ok()?.expand_to_keypair(ExpansionMode::Ed25519);
        let boxes = SecretKey::from_seed(boxes.try_into().ok()?);
        let worker_id = WorkerId(signing.public.to_bytes());
        let encryption_key = EncryptionKey(boxes.public_key().to_bytes());
        Some(Self { signing, boxes, worker_id, encryption_key, seeds })
    }

    /// The public sr25519 key, which is the worker's name.
    pub fn worker_id(&self) -> WorkerId {
        self.worker_id
    }

    /// The public X-Wing key, to which clients seal.
    pub fn encryption_key(&self) -> EncryptionKey {
        self.encryption_key
    }

    /// Signs `payload`, which must be a `signing_payload` of `phala_primitives`: those start with a domain
    /// tag and name the chain, so that a signature means one thing only.
    pub fn sign(&self, payload: &[u8]) -> Signature {
        Signature(self.signing.sign_simple(SIGNING_CONTEXT, payload).to_bytes())
    }

    /// Opens a box that was sealed to [`Identity::encryption_key`].
    pub fn open_box(
        &self,
        info: &[u8],
        aad: &[u8],
        sealed: &[u8],
    ) -> Result<(Zeroizing<Vec<u8>>, ReplyKey), OpenError> {
        open(&self.boxes, info, aad, sealed)
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("worker_id", &self.worker_id).finish_non_exhaustive()
    }
}
