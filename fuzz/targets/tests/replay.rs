//! Replays the committed seeds, as they are and with every byte changed.
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeMap, fs, path::PathBuf};

use phala_fuzz_targets::{Target, Verdict, TARGETS};

const MOST_SEEDS: usize = 20;
const MOST_BYTES: usize = 4096;

/// Committed seeds of a target, by file name.
fn seeds(target: &Target) -> BTreeMap<String, Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../seeds").join(target.name);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    files
        .map(|file| file.unwrap())
        .map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap()))
        .collect()
}

#[test]
fn seeds_should_be_few_and_small_and_of_known_targets() {
    for target in TARGETS {
        let seeds = seeds(target);
        assert!(seeds.len() <= MOST_SEEDS, "{}: {} seeds", target.name, seeds.len());
        for (name, bytes) in seeds {
            assert!(bytes.len() <= MOST_BYTES, "{}/{name}: {} bytes", target.name, bytes.len());
        }
    }
    let folders = fs::read_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../seeds")).unwrap();
    let folders: Vec<_> = folders.map(|folder| folder.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(folders.len(), TARGETS.len(), "{folders:?}");
}

/// A seed's name starts with the verdict on it.
#[test]
fn seeds_should_be_judged_as_their_names_say() {
    let mut wrong = Vec::new();
    for target in TARGETS {
        let mut accepted = 0;
        for (name, bytes) in seeds(target) {
            let verdict = (target.run)(&bytes);
            accepted += usize::from(verdict == Verdict::Accepted);
            if !name.starts_with(verdict.name()) {
                wrong.push(format!("{}/{name} is {verdict:?}", target.name));
            }
        }
        assert!(accepted > 0, "{} accepts no seed", target.name);
    }
    assert!(wrong.is_empty(), "{wrong:?}: if an encoding changed, run scripts/fuzz.sh --seeds");
}

#[test]
fn seeds_should_be_those_that_the_targets_make() {
    for target in TARGETS {
        let committed = seeds(target);
        for seed in (target.seeds)() {
            let name = format!("{}-{}", seed.verdict.name(), seed.name);
            assert!(committed.contains_key(&name), "{}/{name}: run scripts/fuzz.sh --seeds", target.name);
            assert_eq!((target.run)(&seed.bytes), seed.verdict, "{}/{name}", target.name);
        }
    }
}

/// One test for each target, so that they run side by side.
macro_rules! changed_bytes {
    ($($name:ident),* $(,)?) => {
        mod promises_should_hold_when_any_byte_is_changed {
            use super::*;
            $(#[test] fn $name() { change_every_byte(stringify!($name)); })*

            #[test]
            fn of_every_target() {
                let tested = [$(stringify!($name)),*];
                assert_eq!(TARGETS.iter().map(|target| target.name).collect::<Vec<_>>(), tested);
            }
        }
    };
}

changed_bytes!(
    collateral,
    encodings,
    evidence,
    files,
    job_input,
    justification,
    program,
    receipt_bundle,
    round,
    sealed_box,
    storage_proof,
    trust_root,
    update,
);

fn change_every_byte(name: &str) {
    let target = phala_fuzz_targets::target(name).unwrap();
    for bytes in seeds(target).into_values() {
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1 << (index % 8);
            (target.run)(&changed);
            (target.run)(&bytes[..index]);
        }
    }
}
