//! WebAssembly programs, up to where a worker would compile them.

use wasmparser::{Encoding, Parser, Payload, Validator, WasmFeatures};

use crate::{Seed, Verdict};

/// What programs may use: everything stable, except what would let two workers disagree.
fn features() -> WasmFeatures {
    WasmFeatures::default() - WasmFeatures::THREADS - WasmFeatures::SHARED_EVERYTHING_THREADS
}

/// The bytes are a program.
///
/// A valid one is a module or component from its first byte to its last, is valid each time, and shares no memory.
pub fn run(data: &[u8]) -> Verdict {
    let verdict = Validator::new_with_features(features()).validate_all(data);
    let again = Validator::new_with_features(features()).validate_all(data);
    assert_eq!(verdict.is_ok(), again.is_ok(), "the same program is valid and is not");
    if verdict.is_ok() {
        assert!(data.starts_with(b"\0asm"));
        let mut encoding = None;
        for payload in Parser::new(0).parse_all(data) {
            match payload.unwrap() {
                Payload::Version { encoding: found, .. } => encoding = encoding.or(Some(found)),
                Payload::MemorySection(memories) => {
                    assert!(memories.into_iter().all(|memory| !memory.unwrap().shared), "threads");
                }
                _ => {}
            }
        }
        let layer = match encoding.unwrap() {
            Encoding::Module => [1, 0, 0, 0],
            Encoding::Component => [0x0d, 0, 1, 0],
        };
        assert_eq!(data[4..8], layer, "the first bytes say what it is");
    }
    Verdict::of(&verdict)
}

/// Small programs of both kinds, and some that no worker compiles.
pub fn seeds() -> Vec<Seed> {
    let wat = |text: &str| wat::parse_str(text).unwrap();
    let command = wat(COMMAND);
    vec![
        Seed::accepted("command", command.clone()),
        Seed::accepted("component", wat(r#"(component (core module (func (export "run"))))"#)),
        Seed::accepted("vectors", wat("(module (func (result v128) (v128.const i32x4 1 2 3 4)))")),
        Seed::accepted("table", wat("(module (table 4 funcref) (elem (i32.const 0) 0) (func))")),
        Seed::refused("shared-memory", wat("(module (memory 1 2 shared))")),
        Seed::refused("ill-typed", wat("(module (func (result i32) (i64.const 1)))")),
        Seed::refused("cut", command[..command.len() - 1].to_vec()),
        Seed::refused("text", COMMAND.as_bytes().to_vec()),
    ]
}

/// A WASI command that exits with 0.
const COMMAND: &str = r#"(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "hello")
  (func (export "_start") (local i32)
    (loop (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 10))))
    (call $exit (i32.const 0))))"#;
