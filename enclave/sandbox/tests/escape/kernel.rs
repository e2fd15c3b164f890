//! Executors on a kernel without Landlock, which a filter of system calls plays.

use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use libtest_mimic::Trial;
use phala_sandbox::{ExitStatus, Sandbox, SandboxConfig, SandboxError};
use seccompiler::{apply_filter, BpfProgram, SeccompAction, SeccompFilter, TargetArch};

use crate::common::{executor, program, LIMITS};
use crate::probe::own_program;
use crate::trial;

const NAME: &str = "executor-on-a-kernel-without-landlock";

/// Becomes an executor to which the kernel says that it has no Landlock, if this is started as one.
pub(crate) fn run() -> Option<i32> {
    let name = std::env::args().next()?;
    if Path::new(&name).file_name()? != NAME {
        return None;
    }
    let landlock =
        [libc::SYS_landlock_create_ruleset, libc::SYS_landlock_add_rule, libc::SYS_landlock_restrict_self];
    let filter = SeccompFilter::new(
        landlock.into_iter().map(|call| (call, Vec::new())).collect(),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS as u32),
        TargetArch::try_from(std::env::consts::ARCH).unwrap(),
    );
    apply_filter(&BpfProgram::try_from(filter.unwrap()).unwrap()).unwrap();
    panic!("{}", Command::new(executor()).exec());
}

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("program_should_not_run_when_the_kernel_has_no_landlock", not_without_landlock),
        trial("program_should_run_without_landlock_when_that_is_allowed", without_landlock_if_allowed),
        trial("confinement_should_be_complete_when_the_kernel_has_landlock", complete_with_landlock),
    ]
}

fn sandbox(executor: &Path, folder: &Path) -> Sandbox {
    let config = SandboxConfig {
        executor: executor.into(),
        cache_dir: folder.join("cache"),
        cache_bytes: 1 << 20,
        max_concurrent: 1,
    };
    Sandbox::new(config).unwrap()
}

fn sandbox_without_landlock(folder: &Path) -> Sandbox {
    let executor = folder.join(NAME);
    symlink(own_program(), &executor).unwrap();
    sandbox(&executor, folder)
}

#[tokio::main(flavor = "current_thread")]
async fn not_without_landlock() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = sandbox_without_landlock(folder.path());
    let [checked, ran] =
        [sandbox.check().await.map(drop), sandbox.run(program("exit"), LIMITS).await.map(drop)];
    for refused in [checked, ran] {
        let error = refused.err().unwrap();
        assert!(matches!(error, SandboxError::Refused { .. }), "{error}");
        let error = error.to_string();
        assert!(error.contains("Landlock") && error.contains("CONFIG_SECURITY_LANDLOCK"), "{error}");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn without_landlock_if_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = sandbox_without_landlock(folder.path()).allow_missing_landlock();
    let confinement = sandbox.check().await.unwrap();
    assert_eq!((confinement.landlock_abi, confinement.is_complete()), (0, false));
    assert_eq!(sandbox.run(program("exit"), LIMITS).await.unwrap().exit, ExitStatus::Exited(3));
}

#[tokio::main(flavor = "current_thread")]
async fn complete_with_landlock() {
    let folder = tempfile::tempdir().unwrap();
    for sandbox in
        [sandbox(&executor(), folder.path()), sandbox(&executor(), folder.path()).allow_missing_landlock()]
    {
        assert!(sandbox.check().await.unwrap().is_complete());
    }
}
