//! The root is the same for everybody, and nobody else's.

use phala_attestation::{limits::MAX_ROOT, INTEL_ROOT};
use phala_evidence::development::{root, ROOT_DER};

#[test]
fn root_is_made_from_source_exactly_as_it_is_in_the_file() {
    let made = root().unwrap();
    // To replace the file: PHALA_WRITE_ROOT=1, and tell every preset that lists it.
    if std::env::var_os("PHALA_WRITE_ROOT").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/development/root.der");
        std::fs::write(file, &made).unwrap();
    }
    assert_eq!(made, ROOT_DER);
}

#[test]
fn root_fits_where_roots_are_listed_and_is_not_intels() {
    assert!(ROOT_DER.len() <= MAX_ROOT as usize);
    assert_ne!(ROOT_DER, INTEL_ROOT);
}
