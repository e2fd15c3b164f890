//! What becomes of programs that behave, and of those that do not, in real executor processes.
#![allow(clippy::unwrap_used)]

mod common;

use common::{program, text, with_module, World, LIMITS};
use phala_sandbox::{ExitStatus, JobLimits, Outcome, Program, LOADING_FUEL_PER_BYTE, MAX_OUTPUT};

fn stderr(outcome: &Outcome) -> String {
    String::from_utf8(outcome.stderr.clone()).unwrap()
}

#[tokio::test]
async fn input_should_come_out_when_a_program_copies_it() {
    let world = World::new();
    for length in [0, 1, 16 << 20] {
        let stdin: Vec<u8> = (0..length).map(|index: u32| (index % 251) as u8).collect();
        let outcome = world.run(Program { stdin: stdin.clone(), ..program("echo") }).await;
        assert_eq!(outcome.exit, ExitStatus::Exited(0));
        assert!(outcome.stdout == stdin, "{length} bytes do not come back as they were");
        assert!(outcome.stderr.is_empty());
        assert!(outcome.fuel > u64::from(length) * LOADING_FUEL_PER_BYTE);
    }
}

#[tokio::test]
async fn program_should_see_its_arguments_and_no_environment() {
    let arguments = vec![b"--time".to_vec(), "Zürich".into(), Vec::new()];
    let outcome = World::new().run(Program { arguments, ..program("arguments") }).await;
    assert_eq!(String::from_utf8(outcome.stdout).unwrap(), "program\0--time\0Zürich\0\00");
}

#[tokio::test]
async fn program_should_find_no_file() {
    assert_eq!(World::new().run(program("open-file")).await.exit, ExitStatus::Exited(0));
}

#[tokio::test]
async fn exit_code_should_be_the_program_s() {
    assert_eq!(World::new().run(program("exit")).await.exit, ExitStatus::Exited(3));
}

#[tokio::test]
async fn program_should_be_trapped_when_it_leaves_its_memory() {
    let outcome = World::new().run(program("trap")).await;
    assert_eq!(outcome.exit, ExitStatus::Trapped);
    assert_eq!(stderr(&outcome), "before\nphala: wasm trap: out of bounds memory access\n");
}

#[tokio::test]
async fn program_should_be_trapped_when_it_recurses_without_end() {
    let outcome = World::new().run(program("recursion")).await;
    assert_eq!(outcome.exit, ExitStatus::Trapped);
    assert!(stderr(&outcome).contains("call stack exhausted"));
}

#[tokio::test]
async fn program_should_run_out_of_fuel_when_it_never_ends() {
    let outcome = World::new().run_within(program("loop"), JobLimits { fuel: 1_000_000, ..LIMITS }).await;
    assert_eq!((outcome.exit, outcome.fuel), (ExitStatus::OutOfFuel, 1_000_000));
}

#[tokio::test]
async fn program_should_not_be_run_when_loading_alone_takes_more_fuel_than_allowed() {
    let job = || Program { stdin: vec![0; 1_000], ..program("echo") };
    let loading = job().loading_fuel();
    assert_eq!(loading, (job().module.len() as u64 + 1_000) * LOADING_FUEL_PER_BYTE);
    let world = World::new();
    let outcome = world.run_within(job(), JobLimits { fuel: loading - 1, ..LIMITS }).await;
    assert_eq!((outcome.exit, outcome.fuel), (ExitStatus::OutOfFuel, loading - 1));
    assert!(world.cached().is_empty());
}

#[tokio::test]
async fn program_should_run_out_of_time_when_it_never_ends_and_fuel_is_plenty() {
    let limits = JobLimits { fuel: u64::MAX, seconds: 1, ..LIMITS };
    let outcome = World::new().run_within(program("loop"), limits).await;
    assert_eq!(outcome.exit, ExitStatus::OutOfTime);
    assert!(outcome.fuel > 1_000_000, "what ran is paid for");
}

#[tokio::test]
async fn program_should_run_out_of_memory_when_it_asks_for_8_gib() {
    let outcome = World::new().run(program("memory")).await;
    assert_eq!(outcome.exit, ExitStatus::OutOfMemory);
}

#[tokio::test]
async fn program_should_run_out_of_memory_when_it_cannot_even_begin() {
    assert_eq!(World::new().run(program("large-minimum")).await.exit, ExitStatus::OutOfMemory);
}

#[tokio::test]
async fn output_should_be_cut_at_the_cap_when_a_program_writes_too_much() {
    let outcome = World::new().run(program("flood")).await;
    assert_eq!(outcome.exit, ExitStatus::TooMuchOutput);
    assert_eq!(outcome.stdout.len() + outcome.stderr.len(), MAX_OUTPUT);
}

#[tokio::test]
async fn host_should_refuse_when_one_call_asks_for_too_many_random_bytes() {
    let limits = JobLimits { memory_mib: 2048, ..LIMITS };
    assert_eq!(World::new().run_within(program("random-hog"), limits).await.exit, ExitStatus::Trapped);
}

#[tokio::test]
async fn program_should_be_invalid_and_pay_for_loading_when_it_cannot_run() {
    let shared = "(module (memory (export \"memory\") 1 1 shared) (func (export \"_start\")))";
    let foreign = "(module (import \"env\" \"secret\" (func)) (func (export \"_start\")))";
    let mut truncated = program("echo").module;
    truncated.truncate(40);
    let cases = [
        (with_module(b"#!/bin/sh\necho hello\n".to_vec()), "not a WebAssembly binary"),
        (with_module(Vec::new()), "not a WebAssembly binary"),
        (with_module(truncated), "unexpected end"),
        (text("(module (func (export \"main\")))"), "no function `_start`"),
        (text("(component)"), "does not export `wasi:cli/run`"),
        (text(shared), "threads"),
        (text(foreign), "it needs more than WASI preview 1"),
        (text("(module (table 1 externref) (func (export \"_start\")))"), "gc"),
        (Program { arguments: vec![b"\xff".to_vec()], ..program("exit") }, "argument 1 is not UTF-8"),
        (Program { arguments: vec![b"a\0b".to_vec()], ..program("exit") }, "NUL"),
        (Program { arguments: vec![Vec::new(); 257], ..program("exit") }, "257 arguments, at most 256"),
        (Program { arguments: vec![vec![b'a'; 1 << 20]], ..program("exit") }, "at most 131072"),
    ];
    let world = World::new();
    for (program, reason) in cases {
        let loading = program.loading_fuel();
        let outcome = world.run(program).await;
        assert_eq!((outcome.exit, outcome.fuel), (ExitStatus::InvalidProgram, loading), "{reason}");
        assert!(stderr(&outcome).contains(reason), "{reason:?} expected in {:?}", stderr(&outcome));
    }
    assert!(world.cached().is_empty());
}

#[tokio::test]
async fn program_should_be_compiled_once_when_it_does_not_compile() {
    // Valid, so that the compiler proper has to look at it, and asking for what there is not.
    let world = World::new();
    let job = || text("(module (import \"env\" \"secret\" (func)) (func (export \"_start\")))");
    let first = world.run(job()).await;
    assert_eq!(first.exit, ExitStatus::InvalidProgram);
    // Without its executor, the sandbox can only remember.
    let removed = world.executor.with_extension("removed");
    std::fs::rename(&world.executor, removed).unwrap();
    assert!(world.run(job()).await == first);
}

#[tokio::test]
async fn program_should_be_stopped_soon_after_its_time_when_it_fills_memory_between_two_looks_at_the_clock() {
    let limits = JobLimits { fuel: u64::MAX, seconds: 1, memory_mib: 1024 };
    let started = std::time::Instant::now();
    let outcome = World::new().run_within(program("fill"), limits).await;
    assert_eq!(outcome.exit, ExitStatus::OutOfTime);
    // CPU time ends it: 1 s, 5 s of overhead, and what a busy machine makes of them.
    assert!(started.elapsed().as_secs() < 45, "{:?}", started.elapsed());
}

#[tokio::test]
async fn component_should_be_refused_a_socket_and_not_be_killed_for_it() {
    let outcome = World::new().run(program("component-socket")).await;
    assert_eq!(stderr(&outcome), "");
    // Both kinds are refused; the program counts what it got.
    assert_eq!(outcome.exit, ExitStatus::Exited(0));
}

#[tokio::test]
async fn component_should_run_and_sleep_at_no_cost() {
    let outcome = World::new().run(program("component-print")).await;
    assert_eq!(stderr(&outcome), "");
    assert_eq!(outcome.exit, ExitStatus::Exited(0));
    assert_eq!(outcome.stdout, b"hello from a component\n");
}

#[tokio::test]
async fn exit_code_should_be_one_when_a_component_reports_failure() {
    assert_eq!(World::new().run(program("component-fail")).await.exit, ExitStatus::Exited(1));
}
