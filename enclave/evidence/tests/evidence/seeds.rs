//! A worker's machine is its own, and stays the same.

use std::fs;

use phala_evidence::{development::Seed, Error};

#[test]
fn seed_is_kept_once_it_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("development-cpu");
    let seed = Seed::load_or_create(&path).unwrap();
    assert_eq!(Seed::load_or_create(&path).unwrap(), seed);

    let copy = folder.path().join("copy");
    fs::copy(&path, &copy).unwrap();
    assert_eq!(Seed::load_or_create(&copy).unwrap(), seed);
    assert_ne!(Seed::load_or_create(&folder.path().join("other")).unwrap(), seed);
}

#[test]
fn anything_else_is_no_seed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("development-cpu");
    let long = "0".repeat(66);
    let texts: [&[u8]; 6] = [b"", b"00", long.as_bytes(), &[b'z'; 64], &[b'0'; 1 << 16], &[0xff; 64]];
    for text in texts {
        fs::write(&path, text).unwrap();
        let refused = Seed::load_or_create(&path).unwrap_err();
        assert!(matches!(refused, Error::Seed { .. }), "{refused}");
    }
}

#[test]
fn seeds_without_a_folder_say_where() {
    let refused = Seed::load_or_create("/no/such/folder/seed".as_ref()).unwrap_err();
    assert!(refused.to_string().contains("/no/such/folder"), "{refused}");
}
