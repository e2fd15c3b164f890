//! A sandbox with real executors, and programs for it.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::PathBuf;

use phala_sandbox::{JobLimits, Outcome, Program, Sandbox, SandboxConfig};
use tempfile::TempDir;

/// Enough for every program that is meant to end.
pub(crate) const LIMITS: JobLimits = JobLimits { fuel: 20_000_000_000, memory_mib: 64, seconds: 120 };

/// A sandbox and the folder that goes with it.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::new(SandboxConfig {
            executor: executor(),
            cache_dir: folder.path().to_path_buf(),
            cache_bytes: 256 << 20,
            max_concurrent: 2,
        });
        Self { sandbox: sandbox.unwrap(), folder }
    }

    pub(crate) async fn run(&self, program: Program) -> Outcome {
        self.run_within(program, LIMITS).await
    }

    pub(crate) async fn run_within(&self, program: Program, limits: JobLimits) -> Outcome {
        self.sandbox.run(program, limits).await.unwrap()
    }

    /// The sealed files of compiled programs.
    pub(crate) fn cached(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.folder.path()).unwrap().map(|file| file.unwrap().path()).collect()
    }
}

pub(crate) fn executor() -> PathBuf {
    env!("CARGO_BIN_EXE_phala-executor").into()
}

/// The program in `tests/programs/<name>.wat`.
pub(crate) fn program(name: &str) -> Program {
    let file =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(name).with_extension("wat");
    with_module(wat::parse_file(file).unwrap())
}

/// A program from text.
pub(crate) fn text(wat: &str) -> Program {
    with_module(wat::parse_str(wat).unwrap())
}

pub(crate) fn with_module(module: Vec<u8>) -> Program {
    Program { module, arguments: Vec::new(), stdin: Vec::new(), seed: [7; 32] }
}
