//! What sealed boxes and replies promise.
#![allow(clippy::unwrap_used)]

mod common;

use common::CountingRng;
use phala_crypto::{
    open, seal, InvalidPublicKey, OpenError, PublicKey, ReplyKey, SealError, SecretKey, BOX_OVERHEAD,
    MAX_CONTEXT, MAX_PLAINTEXT, PUBLIC_KEY_LENGTH, REPLY_OVERHEAD,
};
use proptest::{collection::vec, prelude::*};

const INFO: &[u8] = b"test/v1";
const AAD: &[u8] = b"job 7";

fn secret(seed: u64) -> SecretKey {
    SecretKey::generate(&mut CountingRng::new(seed))
}

fn sealed_to(secret: &SecretKey, plaintext: &[u8]) -> (Vec<u8>, ReplyKey) {
    seal(&secret.public_key(), INFO, AAD, plaintext, &mut CountingRng::new(99)).unwrap()
}

fn refusal<T>(result: Result<T, OpenError>) -> OpenError {
    result.err().expect("must not open")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn box_should_open_when_key_info_and_aad_are_the_same(
        seed: u64, rng: u64, info in vec(any::<u8>(), 0..100), aad in vec(any::<u8>(), 0..100),
        plaintext in vec(any::<u8>(), 0..5000), reply in vec(any::<u8>(), 0..5000),
    ) {
        let worker = secret(seed);
        let mut rng = CountingRng::new(rng);
        let (sealed, client_key) = seal(&worker.public_key(), &info, &aad, &plaintext, &mut rng).unwrap();
        prop_assert_eq!(sealed.len(), plaintext.len() + BOX_OVERHEAD);
        let (opened, worker_key) = open(&worker, &info, &aad, &sealed).unwrap();
        prop_assert_eq!(&*opened, &plaintext);

        let sealed_reply = worker_key.seal_reply(&mut rng, &aad, &reply).unwrap();
        prop_assert_eq!(sealed_reply.len(), reply.len() + REPLY_OVERHEAD);
        prop_assert_eq!(&*client_key.open_reply(&aad, &sealed_reply).unwrap(), &reply);
    }

    #[test]
    fn box_should_be_refused_when_info_or_aad_differ(
        info in vec(any::<u8>(), 0..40), aad in vec(any::<u8>(), 0..40),
    ) {
        prop_assume!(info != INFO && aad != AAD);
        let worker = secret(1);
        let (sealed, _) = sealed_to(&worker, b"secret");
        prop_assert_eq!(refusal(open(&worker, &info, AAD, &sealed)), OpenError::Refused);
        prop_assert_eq!(refusal(open(&worker, INFO, &aad, &sealed)), OpenError::Refused);
    }

    #[test]
    fn open_should_refuse_without_panic_when_bytes_are_arbitrary(bytes in vec(any::<u8>(), 0..3000)) {
        prop_assert!(open(&secret(1), INFO, AAD, &bytes).is_err());
        prop_assert!(ReplyKey::from_bytes(&[7; 32]).open_reply(AAD, &bytes).is_err());
        prop_assert!(PublicKey::from_bytes(&bytes).is_err());
    }
}

#[test]
fn box_should_be_refused_when_any_byte_is_changed() {
    let worker = secret(1);
    let (sealed, _) = sealed_to(&worker, b"nine bytes");
    for index in 0..sealed.len() {
        // Bit 7 matters most: X25519 ignores that of its last byte, and X-Wing must not.
        let mut changed = sealed.clone();
        changed[index] ^= 0x80;
        assert_eq!(refusal(open(&worker, INFO, AAD, &changed)), OpenError::Refused, "byte {index}");
    }
}

#[test]
fn reply_should_be_refused_when_any_byte_is_changed() {
    let (_, key) = sealed_to(&secret(1), b"");
    let sealed = key.seal_reply(&mut CountingRng::new(5), AAD, b"answer").unwrap();
    for index in 0..sealed.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone();
            changed[index] ^= 1 << bit;
            assert_eq!(refusal(key.open_reply(AAD, &changed)), OpenError::Refused, "byte {index}");
        }
    }
}

#[test]
fn box_should_be_refused_when_cut_off_or_extended() {
    let worker = secret(1);
    let (mut sealed, _) = sealed_to(&worker, b"");
    for length in 0..BOX_OVERHEAD {
        assert_eq!(refusal(open(&worker, INFO, AAD, &sealed[..length])), OpenError::TooShort(length));
    }
    sealed.push(0);
    assert_eq!(refusal(open(&worker, INFO, AAD, &sealed)), OpenError::Refused);
}

#[test]
fn box_should_be_refused_when_the_secret_key_is_another() {
    let (sealed, _) = sealed_to(&secret(1), b"secret");
    assert_eq!(refusal(open(&secret(2), INFO, AAD, &sealed)), OpenError::Refused);
}

#[test]
fn reply_should_be_refused_when_key_or_aad_differ() {
    let (_, key) = sealed_to(&secret(1), b"");
    let sealed = key.seal_reply(&mut CountingRng::new(5), AAD, b"answer").unwrap();
    let (_, other) = sealed_to(&secret(2), b"");
    assert_eq!(refusal(other.open_reply(AAD, &sealed)), OpenError::Refused);
    assert_eq!(refusal(key.open_reply(b"job 8", &sealed)), OpenError::Refused);
}

#[test]
fn reply_key_should_differ_when_info_or_aad_or_encapsulation_differ() {
    let public = secret(1).public_key();
    let key =
        |info: &[u8], aad: &[u8], rng| seal(&public, info, aad, b"", &mut CountingRng::new(rng)).unwrap().1;
    let reference = key(INFO, AAD, 1).to_bytes();
    assert_eq!(reference, key(INFO, AAD, 1).to_bytes());
    assert_ne!(reference, key(b"other", AAD, 1).to_bytes());
    assert_ne!(reference, key(INFO, b"other", 1).to_bytes());
    assert_ne!(reference, key(INFO, AAD, 2).to_bytes());
}

#[test]
fn reply_should_take_a_fresh_nonce_each_time() {
    let (_, key) = sealed_to(&secret(1), b"");
    let mut rng = CountingRng::new(5);
    let first = key.seal_reply(&mut rng, AAD, b"answer").unwrap();
    let second = key.seal_reply(&mut rng, AAD, b"answer").unwrap();
    assert_ne!(first[..24], second[..24]);
}

#[test]
fn sealing_should_be_refused_when_a_limit_is_exceeded() {
    let public = secret(1).public_key();
    let rng = &mut CountingRng::new(1);
    let long = vec![0; MAX_CONTEXT + 1];
    let too_long = Some(SealError::ContextTooLong(MAX_CONTEXT + 1));
    assert_eq!(seal(&public, &long, AAD, b"", rng).err(), too_long);
    assert_eq!(seal(&public, INFO, &long, b"", rng).err(), too_long);
    assert!(seal(&public, &long[1..], &long[1..], b"", rng).is_ok());
    let huge = vec![0; MAX_PLAINTEXT + 1];
    assert_eq!(seal(&public, INFO, AAD, &huge, rng).err(), Some(SealError::TooLong(MAX_PLAINTEXT + 1)));
    let key = ReplyKey::from_bytes(&[1; 32]);
    assert_eq!(key.seal_reply(rng, AAD, &huge).err(), Some(SealError::TooLong(MAX_PLAINTEXT + 1)));
    assert_eq!(key.seal_reply(rng, &long, b"").err(), too_long);
}

#[test]
fn opening_should_be_refused_when_a_limit_is_exceeded() {
    let worker = secret(1);
    let long = vec![0; MAX_CONTEXT + 1];
    assert_eq!(refusal(open(&worker, &long, AAD, &[])), OpenError::ContextTooLong(MAX_CONTEXT + 1));
    assert_eq!(refusal(open(&worker, INFO, &long, &[])), OpenError::ContextTooLong(MAX_CONTEXT + 1));
    let huge = vec![0; MAX_PLAINTEXT + BOX_OVERHEAD + 1];
    assert_eq!(refusal(open(&worker, INFO, AAD, &huge)), OpenError::TooLong(huge.len()));
    assert_eq!(
        refusal(ReplyKey::from_bytes(&[1; 32]).open_reply(AAD, &huge)),
        OpenError::TooLong(huge.len())
    );
}

#[test]
fn public_key_should_be_refused_when_malformed() {
    assert_eq!(PublicKey::from_bytes(&[0; 32]).err(), Some(InvalidPublicKey::Length(32)));
    // Coefficients of 0xfff exceed ML-KEM's modulus, 3329.
    assert_eq!(PublicKey::from_bytes(&[0xff; PUBLIC_KEY_LENGTH]).err(), Some(InvalidPublicKey::Malformed));
    let public = secret(1).public_key();
    assert_eq!(PublicKey::from_bytes(&public.to_bytes()), Ok(public));
}

#[test]
fn keys_should_survive_being_written_and_read() {
    let worker = secret(3);
    assert_eq!(SecretKey::from_seed(&worker.to_seed()).public_key(), worker.public_key());
    let (sealed, key) = sealed_to(&worker, b"");
    let reread = ReplyKey::from_bytes(&key.to_bytes());
    let reply = open(&worker, INFO, AAD, &sealed)
        .unwrap()
        .1
        .seal_reply(&mut CountingRng::new(1), b"", b"hi")
        .unwrap();
    assert_eq!(&**reread.open_reply(b"", &reply).unwrap(), b"hi");
}
