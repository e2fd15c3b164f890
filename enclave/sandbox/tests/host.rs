//! The sandbox against the machine it runs on: cached programs, missing executors, jobs given up.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::task::Poll;

use common::{executor, program, World, LIMITS};
use phala_sandbox::{ExitStatus, JobLimits, Program, Sandbox, SandboxConfig, SandboxError};

fn sandbox(executor: PathBuf, cache_dir: &Path) -> Result<Sandbox, SandboxError> {
    Sandbox::new(SandboxConfig {
        executor,
        cache_dir: cache_dir.into(),
        cache_bytes: 1 << 20,
        max_concurrent: 1,
    })
}

#[tokio::test]
async fn program_should_be_compiled_once_when_it_runs_twice() {
    let world = World::new();
    let first = world.run(program("echo")).await;
    let [file] = world.cached().try_into().unwrap();
    let written = fs::metadata(&file).unwrap().modified().unwrap();
    assert!(world.run(program("echo")).await == first);
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), written);
}

#[tokio::test]
async fn program_should_be_compiled_once_when_many_start_at_the_same_time() {
    let world = World::new();
    let jobs = ["one", "two", "three"]
        .map(|input| world.run_within(Program { stdin: input.into(), ..program("echo") }, LIMITS));
    let [one, two, three] = jobs;
    let (one, two, three) = tokio::join!(one, two, three);
    assert_eq!([one.stdout, two.stdout, three.stdout], [b"one".to_vec(), b"two".to_vec(), b"three".to_vec()]);
    assert_eq!(world.cached().len(), 1);
}

#[tokio::test]
async fn poisoned_cache_should_be_noticed_and_the_program_compiled_again() {
    let world = World::new();
    let first = world.run(program("exit")).await;
    let [exit] = world.cached().try_into().unwrap();
    world.run(program("echo")).await;
    let echo = world.cached().into_iter().find(|file| *file != exit).unwrap();
    fs::copy(&echo, &exit).unwrap();
    assert!(world.run(program("exit")).await == first);
    assert_ne!(fs::read(&echo).unwrap(), fs::read(&exit).unwrap(), "the right program is cached again");
}

#[tokio::test]
async fn cached_program_should_not_be_readable_on_disk() {
    let world = World::new();
    world.run(program("component-print")).await;
    let [file] = world.cached().try_into().unwrap();
    let bytes = fs::read(file).unwrap();
    assert!(bytes.len() > 1_000);
    for plain in [&b"hello"[..], b"\x7fELF", b"wasmtime"] {
        assert!(!bytes.windows(plain.len()).any(|window| window == plain));
    }
}

#[tokio::test]
async fn run_should_fail_when_the_executor_is_missing_or_another_program() {
    let folder = tempfile::tempdir().unwrap();
    for executor in ["/nonexistent/phala-executor", "/bin/true"] {
        let sandbox = sandbox(executor.into(), folder.path()).unwrap();
        let error = sandbox.run(program("exit"), LIMITS).await.err().unwrap();
        assert!(matches!(error, SandboxError::Executor { .. }));
        assert!(error.to_string().contains(executor));
    }
}

#[tokio::test]
async fn sandbox_should_not_start_when_its_folder_cannot_be_made() {
    let file = tempfile::NamedTempFile::new().unwrap();
    assert!(matches!(sandbox(executor(), file.path()), Err(SandboxError::Cache { .. })));
}

/// Lines of `/proc` that tell of executors started by this process.
fn executors() -> usize {
    let parent = std::process::id().to_string();
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("stat")).ok())
        .filter(|stat| {
            let (name, rest) = stat.rsplit_once(')').unwrap_or_default();
            name.contains("(phala-executor") && rest.split_whitespace().nth(1) == Some(&parent)
        })
        .count()
}

#[tokio::test]
async fn executor_should_be_killed_and_its_place_freed_when_a_job_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = sandbox(executor(), folder.path()).unwrap();
    let endless = JobLimits { fuel: u64::MAX, seconds: 3600, ..LIMITS };
    let mut job = Box::pin(sandbox.run(program("loop"), endless));
    // Until the job runs: compiled and cached, and an executor for it alive.
    let running = std::future::poll_fn(|context| {
        assert!(job.as_mut().poll(context).is_pending());
        let cached = fs::read_dir(folder.path())
            .unwrap()
            .any(|file| file.unwrap().path().extension().is_some_and(|extension| extension == "sealed"));
        if cached && executors() > 0 {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    });
    running.await;
    drop(job);
    // The only place is free again, or this would wait for an hour.
    assert_eq!(sandbox.run(program("exit"), LIMITS).await.unwrap().exit, ExitStatus::Exited(3));
    while executors() > 0 {
        tokio::task::yield_now().await;
    }
}
