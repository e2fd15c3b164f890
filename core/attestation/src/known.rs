//! A memory of signatures that were verified before.
//!
//! Judging evidence costs nine ECDSA checks: two over revocation lists, one each over TCB information, the quoting
//! enclave's identity, their signer's certificate, the PCK CA's, the PCK certificate, the quoting enclave's report
//! and the quote. All but the last are the same at every renewal, and most of them for a whole family. In Wasm a
//! check costs some hundred times the hashing of what it is over.
//!
//! # Why skipping a known check changes no verdict
//!
//! Whether an ECDSA signature is valid is a function of three byte strings: key, message, signature. It does not
//! depend on time, on trust or on anything else that evidence is judged by: chains are built, dates and revocation
//! lists are looked at every time. A [`Digest`] is BLAKE2b-256 over a domain tag and the SCALE encoding of the
//! three, which puts lengths before contents, so that two triples have the same digest only if someone finds a
//! collision of the hash. And a digest is learnt only here, after the check succeeded. So if a digest is known, the
//! check of this very triple succeeded once, and would again.
//!
//! This holds as long as the list given to [`with`] comes from earlier returns of [`with`], kept where nobody
//! else can write, such as the chain's state. Digests from outside must never get into it.

use alloc::vec::Vec;

use codec::Encode;
use dcap_qvl::{
    config::{Config, CryptoProvider},
    crypto::RustCryptoCrypto,
    signature::DerSigEncoder,
    x509::X509CertBackend,
};
use phala_primitives::Hash;
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};

/// Names a key, a message and a signature that belong together.
pub type Digest = Hash;

struct Memory {
    known: Vec<Digest>,
    found: Vec<Digest>,
}

environmental::environmental!(memory: Memory);

/// Runs `body`, in which a signature counts as verified if its digest is in `known`.
///
/// Returns also the digests of all signatures that were found valid, known ones included, in the order in which
/// they were needed.
pub fn with<R>(known: &[Digest], body: impl FnOnce() -> R) -> (R, Vec<Digest>) {
    let mut state = Memory { known: known.to_vec(), found: Vec::new() };
    let result = memory::using(&mut state, body);
    (result, state.found)
}

fn digest(key: &[u8], message: &[u8], signature: &[u8]) -> Digest {
    (b"phala/ecdsa-p256-sha256", key, message, signature).using_encoded(phala_primitives::hash)
}

/// ECDSA over P-256 with SHA-256 that asks the memory first, where there is one.
#[derive(Debug)]
struct Remembering;

impl SignatureVerificationAlgorithm for Remembering {
    fn verify_signature(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let check = || RustCryptoCrypto::sig_algo().verify_signature(key, message, signature);
        let Some((digest, known)) = memory::with(|memory| {
            let digest = digest(key, message, signature);
            (digest, memory.known.contains(&digest))
        }) else {
            return check();
        };
        if !known {
            check()?;
        }
        memory::with(|memory| {
            if !memory.found.contains(&digest) {
                memory.found.push(digest);
            }
        });
        Ok(())
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        RustCryptoCrypto::sig_algo().public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        RustCryptoCrypto::sig_algo().signature_alg_id()
    }
}

/// dcap-qvl's own parts, with the memory before the signatures.
pub(crate) struct Parts;

impl Config for Parts {
    type X509 = X509CertBackend;
    type SigEncoder = DerSigEncoder;
    type Crypto = Self;
}

impl CryptoProvider for Parts {
    fn sig_algo() -> &'static dyn SignatureVerificationAlgorithm {
        &Remembering
    }

    fn sha256(data: &[u8]) -> [u8; 32] {
        RustCryptoCrypto::sha256(data)
    }

    fn sha384(data: &[u8]) -> [u8; 48] {
        RustCryptoCrypto::sha384(data)
    }
}
