//! Real applications from `examples/`, built as users build them, as jobs.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{with_module, World};
use phala_sandbox::{ExitStatus, Program};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// Builds an example for WASI preview 1.
fn build(name: &str) -> Vec<u8> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples");
    let status = Command::new("cargo")
        .current_dir(examples().join(name))
        .env("CARGO_TARGET_DIR", &target)
        .args(["build", "--quiet", "--locked", "--release", "--target", "wasm32-wasip1"])
        .status()
        .unwrap();
    assert!(status.success(), "cannot build {name}; is the target there? rustup target add wasm32-wasip1");
    std::fs::read(target.join("wasm32-wasip1/release").join(name).with_extension("wasm")).unwrap()
}

fn survival_report(module: Vec<u8>, event: &str) -> Program {
    let arguments =
        ["--time", "time", "--event", event, "--group", "horTh"].map(|text| text.as_bytes().to_vec());
    let stdin = std::fs::read(examples().join("survival-report/data/gbsg2.csv")).unwrap();
    Program { arguments: arguments.into(), stdin, ..with_module(module) }
}

#[tokio::test]
async fn survival_report_should_find_that_the_treated_did_better() {
    let world = World::new();
    let module = build("survival-report");
    let outcome = world.run(survival_report(module.clone(), "cens")).await;
    let report = String::from_utf8(outcome.stdout.clone()).unwrap();
    assert_eq!(outcome.exit, ExitStatus::Exited(0));
    assert!(report.contains("hazard ratio, yes against no (Peto): 0.707"), "{report}");
    assert!(world.run(survival_report(module.clone(), "cens")).await == outcome);

    let outcome = world.run(survival_report(module, "tgrade")).await;
    assert_eq!(outcome.exit, ExitStatus::Exited(2));
    let message = String::from_utf8(outcome.stderr).unwrap();
    assert_eq!(message, "survival-report: line 2: event `II` is neither 1, true, yes nor 0, false, no\n");
}
