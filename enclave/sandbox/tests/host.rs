//! The sandbox against the machine it runs on: cached programs, missing executors, jobs given up.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;
use std::future::{poll_fn, Future};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::pin::Pin;
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

/// Runs two programs, has `spoil` change the cached file of the first, and sees that the first program is compiled again
/// and does what it did. `spoil` gets the file of the first, that of the second, and an earlier one of the first.
async fn should_be_compiled_again(spoil: impl FnOnce(&Path, &Path, &Path)) {
    let world = World::new();
    let first = world.run(program("exit")).await;
    let [exit] = world.cached().try_into().unwrap();
    let earlier = world.folder.path().join("earlier");
    fs::copy(&exit, &earlier).unwrap();
    // Once lost, it is compiled and cached once more: that makes the copy an earlier one.
    fs::remove_file(&exit).unwrap();
    assert!(world.run(program("exit")).await == first);
    world.run(program("echo")).await;
    let echo = world.cached().into_iter().find(|file| *file != exit).unwrap();
    spoil(&exit, &echo, &earlier);
    let spoilt = fs::read(&exit).unwrap();
    assert!(world.run(program("exit")).await == first);
    let again = fs::read(&exit).unwrap();
    assert_ne!(again, spoilt, "the program is cached again");
    assert!(world.run(program("exit")).await == first);
    assert_eq!(fs::read(&exit).unwrap(), again, "and now it is used");
}

#[tokio::test]
async fn program_should_be_compiled_again_when_its_cached_code_was_changed() {
    should_be_compiled_again(|file, _, _| {
        let mut bytes = fs::read(file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(file, bytes).unwrap();
    })
    .await;
}

#[tokio::test]
async fn program_should_be_compiled_again_when_its_cached_code_was_cut() {
    should_be_compiled_again(|file, _, _| {
        let bytes = fs::read(file).unwrap();
        fs::write(file, &bytes[..bytes.len() - 1]).unwrap();
    })
    .await;
}

#[tokio::test]
async fn program_should_be_compiled_again_when_its_cached_code_is_another_program_s() {
    should_be_compiled_again(|file, other, _| assert!(fs::copy(other, file).unwrap() > 0)).await;
}

#[tokio::test]
async fn program_should_be_compiled_again_when_its_cached_code_is_of_an_earlier_time() {
    should_be_compiled_again(|file, _, earlier| assert!(fs::copy(earlier, file).unwrap() > 0)).await;
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

/// Polls `job` until the executor that runs it is confined, and returns its folder in `/proc`.
async fn running(world: &World, job: &mut Pin<Box<impl Future>>) -> PathBuf {
    poll_fn(|context| {
        assert!(job.as_mut().poll(context).is_pending());
        for process in world.executors() {
            let [limits, status] =
                ["limits", "status"].map(|file| fs::read_to_string(process.join(file)).unwrap_or_default());
            // The CPU limit says that it runs a program, of this job; the filter says that all is set.
            if cell(&limits, "Max cpu time") == Some("3606") && field(&status, "Seccomp:") == Some("2") {
                return Poll::Ready(process);
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

/// The hard limit of a line of `/proc/…/limits`.
fn cell<'a>(limits: &'a str, name: &str) -> Option<&'a str> {
    limits.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().nth(1)
}

/// A line of `/proc/…/status`.
fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

const NO_CAPABILITY: &str = "0000000000000000";
const ENDLESS: JobLimits = JobLimits { fuel: u64::MAX, seconds: 3600, ..LIMITS };

#[tokio::test]
async fn executor_should_have_nothing_when_it_runs_a_program() {
    let world = World::with_places(1);
    let mut job = Box::pin(world.sandbox.run(program("loop"), ENDLESS));
    let process = running(&world, &mut job).await;
    let status = fs::read_to_string(process.join("status")).unwrap();
    for (name, value) in
        [("Threads:", "1"), ("NoNewPrivs:", "1"), ("CapEff:", NO_CAPABILITY), ("CapPrm:", NO_CAPABILITY)]
    {
        assert_eq!(field(&status, name), Some(value), "{name}");
    }
    let limits = fs::read_to_string(process.join("limits")).unwrap();
    for (name, value) in [
        ("Max core file size", "0"),
        ("Max open files", "3"),
        ("Max file size", "0"),
        ("Max processes", "0"),
        ("Max locked memory", "0"),
    ] {
        assert_eq!(cell(&limits, name), Some(value), "{name}");
    }
    let memory: u64 = cell(&limits, "Max data size").unwrap().parse().unwrap();
    assert!(memory < (u64::from(LIMITS.memory_mib) << 20) + (600 << 20));
    match fs::read(process.join("environ")) {
        Ok(environment) => {
            assert_eq!(environment, b"");
            should_hold_no_file(&process, &world.folder.path().join("cache"));
        }
        // The process is closed to its own user: only root can look into it.
        Err(error) => assert_eq!(error.kind(), ErrorKind::PermissionDenied),
    }
}

fn should_hold_no_file(process: &Path, cache: &Path) {
    assert_eq!(fs::read_dir(process.join("cwd")).unwrap().count(), 0);
    assert_ne!(fs::read_link(process.join("cwd")).unwrap(), cache);
    let mut descriptors: Vec<_> = fs::read_dir(process.join("fd"))
        .unwrap()
        .map(|descriptor| fs::read_link(descriptor.unwrap().path()).unwrap().to_string_lossy().into_owned())
        .collect();
    descriptors.sort();
    assert!(
        matches!(&descriptors[..], [null, input, output]
            if null == "/dev/null" && input.starts_with("pipe:") && output.starts_with("pipe:")),
        "{descriptors:?}"
    );
}

#[tokio::test]
async fn executor_should_be_killed_and_its_place_freed_when_a_job_is_given_up() {
    let world = World::with_places(1);
    let mut job = Box::pin(world.sandbox.run(program("loop"), ENDLESS));
    let process = running(&world, &mut job).await;
    drop(job);
    // The only place is free again, or this would wait for an hour.
    assert_eq!(world.run(program("exit")).await.exit, ExitStatus::Exited(3));
    while world.executors().contains(&process) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn job_should_end_and_pay_for_loading_only_when_its_executor_is_killed() {
    let world = World::with_places(1);
    let loading = program("loop").loading_fuel();
    let mut job = Box::pin(world.sandbox.run(program("loop"), ENDLESS));
    let process = running(&world, &mut job).await;
    let id = process.file_name().unwrap().to_str().unwrap();
    assert!(std::process::Command::new("kill").args(["-KILL", id]).status().unwrap().success());
    let outcome = job.await.unwrap();
    assert_eq!((outcome.exit, outcome.fuel), (ExitStatus::OutOfMemory, loading));
}
