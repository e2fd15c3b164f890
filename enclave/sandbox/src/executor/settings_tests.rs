//! One program on engines with different settings, as two machines or two releases might have: the same output for
//! the same fuel.
#![allow(clippy::unwrap_used)]

use phala_primitives::job::ExitStatus;
use wasmtime::{Config, Engine, OptLevel};

use super::engine::{self, config, settings};
use super::run::run;
use crate::protocol::{Kind, Ran, Response, RunRequest};

/// Programs that compute, and some that observe what they can of the world.
const PROGRAMS: [(&str, &[u8]); 10] = [
    ("hash", include_bytes!("../../tests/programs/compute-hash.wat")),
    ("sort", include_bytes!("../../tests/programs/compute-sort.wat")),
    ("primes", include_bytes!("../../tests/programs/compute-primes.wat")),
    ("edges", include_bytes!("../../tests/programs/compute-edges.wat")),
    ("memory", include_bytes!("../../tests/programs/compute-memory.wat")),
    ("control", include_bytes!("../../tests/programs/compute-control.wat")),
    ("floats", include_bytes!("../../tests/programs/compute-floats.wat")),
    ("nan", include_bytes!("../../tests/programs/nan.wat")),
    ("observe", include_bytes!("../../tests/programs/observe.wat")),
    ("trap", include_bytes!("../../tests/programs/trap.wat")),
];

/// The engine with which to compile and to run.
fn engine(config: &Config) -> Engine {
    Engine::new(config).unwrap()
}

/// The lowest level of processor that there is.
fn plain_processor() -> Config {
    let mut config = settings();
    config.target(engine::PROCESSOR.0).unwrap();
    config
}

/// The processor at hand, with all that it has.
fn processor_at_hand() -> Config {
    settings()
}

fn unoptimised() -> Config {
    let mut config = config().unwrap();
    config.cranelift_opt_level(OptLevel::None);
    config
}

fn optimised_for_size() -> Config {
    let mut config = config().unwrap();
    config.cranelift_opt_level(OptLevel::SpeedAndSize);
    config
}

/// No guard pages, no traps by signals: every access is checked by code.
fn checked_by_code() -> Config {
    let mut config = config().unwrap();
    config.memory_reservation(0).memory_guard_size(0);
    config
}

fn compiled(engine: &Engine, program: &[u8]) -> Vec<u8> {
    let program = wat::parse_bytes(program).unwrap();
    match engine::compile(engine, Kind::Module, &program).unwrap() {
        Response::Compiled(artefact) => artefact,
        _ => panic!("it does not compile"),
    }
}

fn ran(engine: &Engine, artefact: &[u8]) -> Ran {
    let request = RunRequest {
        kind: Kind::Module,
        artefact: artefact.into(),
        arguments: Vec::new(),
        stdin: Vec::new(),
        seed: [7; 32],
        fuel: 1_000_000_000,
        memory: 64 << 20,
        seconds: 60,
    };
    match run(engine, request).unwrap() {
        Response::Ran(ran) => ran,
        _ => panic!("it did not run"),
    }
}

#[test]
fn output_and_fuel_should_be_the_same_when_processors_and_compilers_differ() {
    let reference = engine(&config().unwrap());
    let others = [plain_processor, processor_at_hand, unoptimised, optimised_for_size, checked_by_code]
        .map(|settings| engine(&settings()));
    for (name, program) in PROGRAMS {
        let code = compiled(&reference, program);
        let expected = ran(&reference, &code);
        assert!(!expected.stdout.is_empty() || expected.exit == ExitStatus::Trapped, "{name} shows nothing");
        let mut codes = vec![code];
        for (index, other) in others.iter().enumerate() {
            let code = compiled(other, program);
            assert!(ran(other, &code) == expected, "{name} differs under settings {index}");
            codes.push(code);
        }
        codes.sort();
        codes.dedup();
        assert!(codes.len() > 3, "the settings of {name} compile to the same code, and so compare nothing");
    }
}

#[test]
fn output_and_fuel_should_be_the_same_when_a_program_runs_a_thousand_times() {
    let engine = engine(&config().unwrap());
    for (name, program) in PROGRAMS.iter().filter(|(name, _)| ["memory", "observe", "trap"].contains(name)) {
        let code = compiled(&engine, program);
        let first = ran(&engine, &code);
        for _ in 1..1_000 {
            assert!(ran(&engine, &code) == first, "{name}");
        }
    }
}

/// Without fused multiplication in the processor, the engine does not canonicalise what it computes in its
/// place: one reason why the level of processor is fixed.
#[test]
fn not_a_number_should_be_canonical_when_it_comes_from_a_fused_product() {
    let program = include_bytes!("../../tests/programs/fused.wat");
    for settings in [config().unwrap(), processor_at_hand(), unoptimised()] {
        let engine = engine(&settings);
        let ended = ran(&engine, &compiled(&engine, program));
        assert_eq!(ended.stdout, 0x7ff8_0000_0000_0000_u64.to_le_bytes().repeat(8));
    }
}

#[test]
fn recursion_should_end_at_the_same_depth_when_machines_are_of_one_architecture() {
    let deep: &[u8] = br#"(module
        (memory (export "memory") 1)
        (global $depth (mut i64) (i64.const 0))
        (func $deeper (param v128 f64) (result v128)
            (global.set $depth (i64.add (global.get $depth) (i64.const 1)))
            (v128.xor (local.get 0)
                (call $deeper (f64x2.add (local.get 0) (f64x2.splat (local.get 1))) (f64.mul (local.get 1) (f64.const 3)))))
        (func (export "_start") (drop (call $deeper (v128.const i64x2 1 2) (f64.const 1)))))"#;
    let [one, another] = [(); 2].map(|()| engine(&config().unwrap()));
    let [code, other_code] = [&one, &another].map(|engine| compiled(engine, deep));
    // The code is the same, so frames are, so the depth is.
    assert!(code == other_code);
    let ended = ran(&one, &code);
    assert_eq!(ended.exit, ExitStatus::Trapped);
    assert!(ran(&another, &other_code) == ended);
}
