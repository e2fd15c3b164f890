//! Executors whose worker is killed.

use std::process::{Command, Stdio};
use std::thread;

use libtest_mimic::Trial;
use phala_sandbox::JobLimits;

use crate::common::{executors, program, World, LIMITS};
use crate::probe::own_program;
use crate::trial;

const NAME: &str = "worker";

/// Runs a program that never ends, if the arguments say so.
pub(crate) fn run() -> Option<i32> {
    if std::env::args().nth(1)? != NAME {
        return None;
    }
    work();
    Some(0)
}

#[tokio::main]
async fn work() {
    let limits = JobLimits { fuel: u64::MAX, seconds: 3600, ..LIMITS };
    World::new().run_within(program("loop"), limits).await;
}

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("executor_should_die_when_its_worker_is_killed", dies_with_its_worker)]
}

fn dies_with_its_worker() {
    let folder = tempfile::tempdir().unwrap();
    let mut worker = Command::new(own_program())
        .arg(NAME)
        // Nobody is left to remove what a killed worker leaves, so it is left in here.
        .env("TMPDIR", folder.path())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let executor = loop {
        match executors(worker.id()).pop() {
            Some(executor) => break executor,
            None => thread::yield_now(),
        }
    };
    worker.kill().unwrap();
    worker.wait().unwrap();
    while executor.exists() {
        thread::yield_now();
    }
}
