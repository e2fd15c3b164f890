//! A sandbox with real executors, and programs for it.
#![allow(dead_code, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use phala_sandbox::{JobLimits, Outcome, Program, Sandbox, SandboxConfig};
use tempfile::TempDir;

/// Enough for every program that is meant to end.
pub(crate) const LIMITS: JobLimits = JobLimits { fuel: 20_000_000_000, memory_mib: 64, seconds: 120 };

/// A sandbox and the folder that goes with it.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    /// A link to the executor that is the sandbox's own.
    pub(crate) executor: PathBuf,
    pub(crate) folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_places(2)
    }

    /// A sandbox that runs so many programs at a time.
    pub(crate) fn with_places(max_concurrent: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("phala-executor");
        std::os::unix::fs::symlink(executor(), &link).unwrap();
        let sandbox = Sandbox::new(SandboxConfig {
            executor: link.clone(),
            cache_dir: folder.path().join("cache"),
            cache_bytes: 256 << 20,
            max_concurrent,
        });
        Self { sandbox: sandbox.unwrap(), executor: link, folder }
    }

    pub(crate) async fn run(&self, program: Program) -> Outcome {
        self.run_within(program, LIMITS).await
    }

    pub(crate) async fn run_within(&self, program: Program, limits: JobLimits) -> Outcome {
        self.sandbox.run(program, limits).await.unwrap()
    }

    /// Folders in `/proc` of this sandbox's executors.
    pub(crate) fn executors(&self) -> Vec<PathBuf> {
        let mut executors = executors(std::process::id());
        let started_as = |process: &Path| fs::read(process.join("cmdline")).unwrap_or_default();
        let own = [self.executor.as_os_str().as_encoded_bytes(), b"\0"].concat();
        executors.retain(|process| started_as(process) == own);
        executors
    }

    /// The sealed files of compiled programs.
    pub(crate) fn cached(&self) -> Vec<PathBuf> {
        fs::read_dir(self.folder.path().join("cache")).unwrap().map(|file| file.unwrap().path()).collect()
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

/// Folders in `/proc` of the executors that a process started.
pub(crate) fn executors(parent: u32) -> Vec<PathBuf> {
    let parent = parent.to_string();
    let is_executor = |process: &Path| {
        let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
        let (name, rest) = stat.rsplit_once(')').unwrap_or_default();
        name.contains("(phala-executor") && rest.split_whitespace().nth(1) == Some(&parent)
    };
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    processes.filter(|process| is_executor(process)).collect()
}
