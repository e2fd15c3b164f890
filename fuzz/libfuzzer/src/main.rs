//! Runs one of the targets under libFuzzer: `PHALA_FUZZ_TARGET=update phala-fuzz [libFuzzer's arguments]`.
#![no_main]

use std::sync::LazyLock;

use phala_fuzz_targets::{target, Target, TARGETS};

static TARGET: LazyLock<&'static Target> = LazyLock::new(|| {
    let name = std::env::var("PHALA_FUZZ_TARGET").unwrap_or_default();
    target(&name).unwrap_or_else(|| {
        let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
        eprintln!("PHALA_FUZZ_TARGET must be one of: {}", names.join(" "));
        std::process::exit(2);
    })
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    (TARGET.run)(data);
});
