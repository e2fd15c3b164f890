//! The memory of signatures.

use phala_attestation::{known, verify, Refusal};

use crate::fixtures::{accepted, roots, sgx, td15ex};

#[test]
fn verdict_should_be_the_same_when_signatures_are_known() {
    for fixture in accepted() {
        let check = || fixture.verify(fixture.from.0);
        let (fresh, digests) = known::with(&[], check);
        assert_eq!(digests.len(), 9, "{}", fixture.name);
        let (again, found) = known::with(&digests, check);
        assert_eq!(fresh, again);
        assert_eq!(fresh, Ok(fixture.verdict()));
        assert_eq!(found, digests, "digests must not depend on what was known");
    }
}

/// A memory with the digest of one check, that of a forged signature, makes exactly this check succeed: so the
/// others are made, and a digest names its own check only.
#[test]
fn signatures_should_be_verified_when_only_others_are_known() {
    let fixture = sgx();
    let (_, digests) = known::with(&[], || fixture.verify(fixture.from.0));
    for byte in [100, 500, 1000, 2000] {
        let mut quote = fixture.quote.to_vec();
        quote[byte] ^= 1;
        let check = || verify(&quote, &fixture.collateral, &roots(), fixture.from.0);
        let (fresh, _) = known::with(&[], check);
        let (with_memory, found) = known::with(&digests, check);
        assert!(fresh.is_err(), "byte {byte}");
        assert_eq!(with_memory, fresh, "byte {byte}");
        assert!(found.iter().all(|digest| digests.contains(digest)), "byte {byte}");
    }
}

#[test]
fn dates_should_count_when_all_signatures_are_known() {
    let fixture = td15ex();
    let (_, digests) = known::with(&[], || fixture.verify(fixture.from.0));
    let (late, _) = known::with(&digests, || fixture.verify(fixture.until.0));
    assert!(matches!(late, Err(Refusal::Expired { .. })), "{late:?}");
}

#[test]
fn memory_should_end_with_its_body() {
    let fixture = sgx();
    let (_, first) = known::with(&[], || fixture.verify(fixture.from.0));
    let (_, second) = known::with(&[], || ());
    assert!(!first.is_empty() && second.is_empty());
}
