//! Every call's price is a benchmark's, never a number somebody thought of.

use std::{fs, path::Path};

const PALLETS: [&str; 6] = ["mailbox", "registry", "mining", "stake-pool", "jobs", "vault"];

fn source(pallet: &str, file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pallets").join(pallet).join("src").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between the first parenthesis of `text` and the one that closes it.
fn parenthesised(text: &str) -> &str {
    let (_, text) = text.split_at(text.find('(').unwrap());
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[1..at];
        }
    }
    panic!("unbalanced parentheses: {text}")
}

/// The names that follow `marker` in `text`.
fn names_after<'a>(text: &'a str, marker: &str) -> Vec<&'a str> {
    text.split(marker)
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
        .collect()
}

#[test]
fn every_call_should_take_its_weight_from_a_benchmark() {
    for pallet in PALLETS {
        let declarations = source(pallet, "lib.rs");
        let calls = declarations.matches("#[pallet::call_index(").count();

        assert!(calls > 0, "{pallet} has no calls: does this test still read the right file?");
        assert_eq!(
            declarations.matches("#[pallet::weight(").count(),
            calls,
            "{pallet}: every call needs a weight"
        );
        // Of calls and of their authorization.
        for weight in declarations.split("#[pallet::weight").skip(1).map(parenthesised) {
            assert!(weight.contains("WeightInfo"), "{pallet}: `{weight}` is not a measured weight");
        }
    }
}

#[test]
fn every_weight_should_have_a_benchmark_of_its_name() {
    for pallet in PALLETS {
        let weights = source(pallet, "weights.rs");
        let interface = weights.split("pub trait WeightInfo {").nth(1).unwrap().split('}').next().unwrap();
        let benchmarking = source(pallet, "benchmarking.rs");
        let benchmarks = names_after(&benchmarking, "fn ");

        for name in names_after(interface, "fn ") {
            assert!(benchmarks.contains(&name), "{pallet}: no benchmark measures `WeightInfo::{name}`");
        }
    }
}
