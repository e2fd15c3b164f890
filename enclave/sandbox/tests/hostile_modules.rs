//! Programs made to break the compiler: whatever they do to it, they get an outcome, and the next program runs.
#![allow(clippy::unwrap_used)]

mod common;

use common::{program, with_module, World, LIMITS};
use phala_sandbox::{ExitStatus, JobLimits};
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;
use wasm_encoder::{
    BlockType, CodeSection, ExportKind, ExportSection, Function, FunctionSection, Instruction, Module,
    TypeSection, ValType,
};

/// A command of `count` functions that all have this body, the first of which is run.
fn command(count: u32, body: &Function) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for _ in 0..count {
        functions.function(0);
        code.function(body);
    }
    let mut exports = ExportSection::new();
    exports.export("_start", ExportKind::Func, 0);
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&exports).section(&code);
    module.finish()
}

/// `before` a number of times, and `after` as often.
fn nested(depth: usize, before: &[Instruction], after: &[Instruction]) -> Function {
    let mut body = Function::new([(1, ValType::I64)]);
    for _ in 0..depth {
        for instruction in before {
            body.instruction(instruction);
        }
    }
    for _ in 0..depth {
        for instruction in after {
            body.instruction(instruction);
        }
    }
    body.instruction(&Instruction::End);
    body
}

async fn should_come_to_an_end(module: Vec<u8>) {
    let world = World::new();
    let outcome = world.run_within(with_module(module), LIMITS).await;
    assert!(matches!(outcome.exit, ExitStatus::Exited(0) | ExitStatus::InvalidProgram), "{:?}", outcome.exit);
    assert_eq!(world.sandbox.violations(), 0);
    assert_eq!(world.run(program("exit")).await.exit, ExitStatus::Exited(3));
}

#[tokio::test]
async fn compiler_should_come_to_an_end_when_blocks_are_nested_deeply() {
    let block = Instruction::Block(BlockType::Empty);
    should_come_to_an_end(command(1, &nested(200_000, &[block], &[Instruction::End]))).await;
}

/// The compiler takes time that grows with the square of the depth.
#[tokio::test]
async fn compiler_should_be_stopped_and_the_program_remembered_when_loops_are_nested_deeply() {
    let begin = [Instruction::Loop(BlockType::Empty), Instruction::LocalGet(0), Instruction::Drop];
    let end = [Instruction::I64Const(1), Instruction::LocalSet(0), Instruction::End];
    let module = command(1, &nested(20_000, &begin, &end));
    let world = World::new();
    let outcome = world.run(with_module(module.clone())).await;
    assert_eq!(outcome.exit, ExitStatus::InvalidProgram);
    let said = String::from_utf8(outcome.stderr.clone()).unwrap();
    assert!(said.contains("more time or memory to compile than is allowed"), "{said}");
    // Without its executor, the sandbox can only remember.
    std::fs::remove_file(&world.executor).unwrap();
    assert!(world.run(with_module(module)).await == outcome);
}

#[tokio::test]
async fn compiler_should_come_to_an_end_when_many_values_are_kept() {
    let begin = [Instruction::LocalGet(0), Instruction::LocalGet(0)];
    let end = [Instruction::I64Add, Instruction::LocalSet(0)];
    should_come_to_an_end(command(1, &nested(100_000, &begin, &end))).await;
}

#[tokio::test]
async fn compiler_should_come_to_an_end_when_functions_have_as_many_locals_as_they_may() {
    let mut body = Function::new([(50_000, ValType::V128)]);
    body.instruction(&Instruction::End);
    should_come_to_an_end(command(100, &body)).await;
}

#[tokio::test]
async fn compiler_should_come_to_an_end_when_branches_have_many_targets() {
    let mut body = Function::new([]);
    body.instruction(&Instruction::I32Const(1));
    body.instruction(&Instruction::BrTable(vec![0; 100_000].into(), 0));
    body.instruction(&Instruction::End);
    should_come_to_an_end(command(20, &body)).await;
}

/// Changes one or two bytes, and sometimes cuts the rest off.
fn mutated(module: &[u8], random: &mut ChaCha20Rng) -> Vec<u8> {
    let mut module = module.to_vec();
    // The header stays, so that the compiler is asked at all.
    let place = |random: &mut ChaCha20Rng, length: usize| 8 + random.next_u64() as usize % (length - 8);
    for _ in 0..=random.next_u32() % 2 {
        let at = place(random, module.len());
        module[at] = random.next_u32() as u8;
    }
    if random.next_u32() % 8 == 0 {
        module.truncate(place(random, module.len()));
    }
    module
}

#[tokio::test]
async fn every_program_should_have_an_outcome_when_its_bytes_are_random() {
    let seed = std::env::var("PHALA_SEED")
        .map_or_else(|_| u64::from(std::process::id()), |text| text.parse().unwrap());
    println!("PHALA_SEED={seed}");
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let originals = ["compute-control", "compute-memory", "observe", "echo", "component-print"];
    let originals = originals.map(|name| program(name).module);
    let limits = JobLimits { fuel: 50_000_000, seconds: 5, ..LIMITS };
    let world = World::new();
    let mut ran = 0;
    for round in 0..300 {
        let module = mutated(&originals[round % originals.len()], &mut random);
        let outcome = world.run_within(with_module(module), limits).await;
        ran += u32::from(outcome.exit != ExitStatus::InvalidProgram);
        assert_eq!(world.sandbox.violations(), 0, "in round {round}");
    }
    assert!(ran > 10, "only {ran} programs were still programs");
}
