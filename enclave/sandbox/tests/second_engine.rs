//! Another engine, an interpreter that shares no code with the sandbox's, agrees with it on what programs compute
//! and on why they trap.
#![allow(clippy::unwrap_used)]

mod common;

use common::{program, text, World};
use phala_sandbox::{ExitStatus, Program};
use wasmi::{Caller, Engine, Extern, Linker, Module, Store, TrapCode};

/// What a program wrote to standard output, and the message of its trap.
type Result = (Vec<u8>, Option<&'static str>);

/// Runs a program on the other engine. Of WASI it has `fd_write`.
fn interpret(module: &[u8]) -> Result {
    let engine = Engine::default();
    let module = Module::new(&engine, module).unwrap();
    let mut store = Store::new(&engine, Vec::new());
    let mut linker = Linker::new(&engine);
    linker.func_wrap("wasi_snapshot_preview1", "fd_write", write).unwrap();
    let ended = linker
        .instantiate_and_start(&mut store, &module)
        .and_then(|instance| instance.get_typed_func::<(), ()>(&store, "_start")?.call(&mut store, ()));
    let trap = ended.err().map(|error| message(error.as_trap_code().unwrap()));
    (store.into_data(), trap)
}

/// Writes one buffer, whole.
fn write(mut caller: Caller<'_, Vec<u8>>, _: i32, buffers: i32, count: i32, written: i32) -> i32 {
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else { panic!("no memory") };
    assert_eq!(count, 1);
    let (memory, output) = memory.data_and_store_mut(&mut caller);
    let word = |at: usize| u32::from_le_bytes(memory[at..at + 4].try_into().unwrap()) as usize;
    let (start, length) = (word(buffers as usize), word(buffers as usize + 4));
    output.extend_from_slice(&memory[start..start + length]);
    memory[written as usize..written as usize + 4].copy_from_slice(&(length as u32).to_le_bytes());
    0
}

/// What the sandbox says of the same trap.
fn message(trap: TrapCode) -> &'static str {
    match trap {
        TrapCode::UnreachableCodeReached => "wasm `unreachable` instruction executed",
        TrapCode::MemoryOutOfBounds => "out of bounds memory access",
        TrapCode::TableOutOfBounds => "undefined element: out of bounds table access",
        TrapCode::IndirectCallToNull => "uninitialized element",
        TrapCode::IntegerDivisionByZero => "integer divide by zero",
        TrapCode::IntegerOverflow => "integer overflow",
        TrapCode::BadConversionToInteger => "invalid conversion to integer",
        TrapCode::StackOverflow => "call stack exhausted",
        TrapCode::BadSignature => "indirect call type mismatch",
        other => panic!("no program here ends by {other:?}"),
    }
}

async fn compare(world: &World, name: &str, program: Program) -> Result {
    let (output, trap) = interpret(&program.module);
    let outcome = world.run(program).await;
    let said = String::from_utf8(outcome.stderr).unwrap();
    match trap {
        None => assert_eq!((outcome.exit, said.as_str()), (ExitStatus::Exited(0), ""), "{name}"),
        Some(message) => {
            assert_eq!(outcome.exit, ExitStatus::Trapped, "{name}");
            assert_eq!(said, format!("phala: wasm trap: {message}\n"), "{name}");
        }
    }
    assert!(outcome.stdout == output, "{name}: the engines do not agree on its output");
    (output, trap)
}

#[tokio::test]
async fn engines_should_agree_on_what_integer_programs_compute() {
    let world = World::new();
    let mut outputs = Vec::new();
    for name in ["hash", "sort", "primes", "edges", "memory", "control"] {
        let (output, trap) = compare(&world, name, program(&format!("compute-{name}"))).await;
        assert_eq!(trap, None, "{name}");
        outputs.push(output);
    }
    // Both could be wrong: some results are known.
    let primes = [17984_u32, 199_999].map(u32::to_le_bytes).concat();
    assert_eq!(outputs[2][..8], primes);
    let sorted: Vec<i32> =
        outputs[1].chunks(4).map(|bytes| i32::from_le_bytes(bytes.try_into().unwrap())).collect();
    assert!(sorted.len() == 8192 && sorted.is_sorted());
}

/// Programs that end in a trap, by what they do; each writes "before" first.
const TRAPS: &[&str] = &[
    "unreachable",
    "(drop (i32.div_s (i32.const 1) (i32.const 0)))",
    "(drop (i32.div_u (i32.const 1) (i32.const 0)))",
    "(drop (i32.rem_s (i32.const 1) (i32.const 0)))",
    "(drop (i64.div_s (i64.const 1) (i64.const 0)))",
    "(drop (i64.rem_u (i64.const 1) (i64.const 0)))",
    "(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))",
    "(drop (i64.div_s (i64.const 0x8000000000000000) (i64.const -1)))",
    "(drop (i32.trunc_f32_s (f32.const nan)))",
    "(drop (i32.trunc_f64_s (f64.const 2147483648)))",
    "(drop (i32.trunc_f64_u (f64.const -1)))",
    "(drop (i64.trunc_f64_s (f64.const inf)))",
    "(drop (i32.load (i32.const 65533)))",
    "(drop (i32.load offset=0xffffffff (i32.const 0xffffffff)))",
    "(i64.store (i32.const -1) (i64.const 0))",
    "(i32.store8 (i32.const 65536) (i32.const 0))",
    "(memory.fill (i32.const 65000) (i32.const 0) (i32.const 1000))",
    "(memory.fill (i32.const 65537) (i32.const 0) (i32.const 0))",
    "(memory.copy (i32.const 0) (i32.const 65000) (i32.const 1000))",
    "(memory.init $data (i32.const 0) (i32.const 4) (i32.const 10))",
    "(data.drop $data) (memory.init $data (i32.const 0) (i32.const 0) (i32.const 1))",
    "(call_indirect (type $nothing) (i32.const 9))",
    "(call_indirect (type $nothing) (i32.const 1))",
    "(call_indirect (type $nothing) (i32.const 2))",
    "(table.set (i32.const 4) (ref.null func))",
    "(drop (table.get (i32.const -1)))",
    "(table.fill (i32.const 2) (ref.null func) (i32.const 3))",
    "(table.copy (i32.const 0) (i32.const 3) (i32.const 2))",
    "(call $endless)",
];

#[tokio::test]
async fn engines_should_agree_on_why_programs_trap() {
    let world = World::new();
    for body in TRAPS {
        let module = format!(
            r#"(module
                (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
                (memory (export "memory") 1 1)
                (type $nothing (func))
                (table 4 4 funcref)
                (elem (i32.const 0) $endless)
                (elem (i32.const 2) $number)
                (data (i32.const 16) "\20\00\00\00\06\00\00\00")
                (data (i32.const 32) "before")
                (data $data "data")
                (func $number (result i32) (i32.const 1))
                (func $endless (call $endless))
                (func (export "_start")
                    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8)))
                    {body}))"#
        );
        let (output, trap) = compare(&world, body, text(&module)).await;
        assert_eq!(output, b"before", "{body}");
        assert!(trap.is_some(), "{body}");
    }
}
