//! The wire format, frozen: boxes already sent must stay readable. A change here is a protocol change.
#![allow(clippy::unwrap_used)]

mod common;

use common::CountingRng;
use phala_crypto::{open, seal, SecretKey};
use sp_crypto_hashing::blake2_256;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digest(bytes: &[u8]) -> String {
    format!("{} bytes, {}", bytes.len(), hex(&blake2_256(bytes)))
}

/// First vector of draft-connolly-cfrg-xwing-kem.
#[test]
fn public_key_should_be_the_draft_s_when_the_seed_is() {
    let seed = *b"\x7f\x9c\x2b\xa4\xe8\x8f\x82\x7d\x61\x60\x45\x50\x76\x05\x85\x3e\
                  \xd7\x3b\x80\x93\xf6\xef\xbc\x88\xeb\x1a\x6e\xac\xfa\x66\xef\x26";
    let public = SecretKey::from_seed(&seed).public_key().to_bytes();
    assert_eq!(hex(&public[..32]), "e2236b35a8c24b39b10aa1323a96a919a2ced88400633a7b07131713fc14b2b5");
    assert_eq!(hex(&public[1184..]), "859edb06eff389b27dce59844570216223593d4ba32d9abac8cd049040ef6534");
}

#[test]
fn box_and_reply_should_be_frozen() {
    let mut rng = CountingRng::new(2026);
    let worker = SecretKey::generate(&mut rng);
    let (sealed, key) =
        seal(&worker.public_key(), b"phala/job/v1", b"job 7", b"a plaintext", &mut rng).unwrap();
    let (opened, worker_key) = open(&worker, b"phala/job/v1", b"job 7", &sealed).unwrap();
    assert_eq!(&**opened, b"a plaintext");
    let reply = worker_key.seal_reply(&mut rng, b"output", b"a reply").unwrap();
    insta::assert_snapshot!(digest(&worker.public_key().to_bytes()), @"1216 bytes, b9f654ad69a729f3c2f1e472cc62f949255052ac14043a664452385e10ed0422");
    insta::assert_snapshot!(digest(&sealed), @"1147 bytes, a39a7c36d43fd0f7053ab67751f1ae068db2e6a7793aa8d6ee39dbe9759e0839");
    insta::assert_snapshot!(hex(&sealed[1120..]), @"7f1c3bba0d14cb20dfcb5e8a6a4ba92c333ac861d65f883e56d421");
    insta::assert_snapshot!(hex(&*key.to_bytes()), @"ecf95c97d5b66a716ecce33a2109b557944a936c465fa3262250eec047597b17");
    insta::assert_snapshot!(hex(&reply), @"187ba618846295516597e6085476db47399a298d2c3daea4b4337c9a8ca7f59a4744158b76aa8334146b2f7a3e278f");
}
