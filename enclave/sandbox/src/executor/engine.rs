//! The engine, the same for compiling and for running, and compiling itself.

use anyhow::Context;
use wasmtime::component::{self, Component};
use wasmtime::{Config, Engine, ExternType, Linker, Module, WasmBacktraceDetails};
use wasmtime_wasi::p2::bindings::CommandPre;

use super::run::State;
use super::{preview1, preview2};
use crate::protocol::{Kind, Response, MAX_ARTEFACT};

/// A program's own stack, in bytes; past it, the program traps.
const WASM_STACK: usize = 2 << 20;
/// The stack of a program and of the host's functions that it calls.
const STACK: usize = WASM_STACK + (4 << 20);

/// The engine. Everything that could make two workers disagree is switched off here.
pub(super) fn engine() -> anyhow::Result<Engine> {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true)
        .wasm_threads(false)
        .max_wasm_stack(WASM_STACK)
        .async_support(true)
        .async_stack_size(STACK)
        // Initial memory is copied, not mapped: no file descriptors.
        .memory_init_cow(false)
        // Backtraces are for developers; their tables make artefacts larger.
        .generate_address_map(false)
        .wasm_backtrace(false)
        .wasm_backtrace_details(WasmBacktraceDetails::Disable);
    Engine::new(&config).context("cannot set up the WebAssembly engine")
}

/// Compiles a program, and checks that it is a command and asks for nothing but WASI.
pub(super) fn compile(kind: Kind, program: &[u8]) -> anyhow::Result<Response> {
    let engine = engine()?;
    let compiled = match kind {
        Kind::Module => compile_module(&engine, program),
        Kind::Component => compile_component(&engine, program),
    };
    Ok(match compiled {
        Ok(artefact) if artefact.len() <= MAX_ARTEFACT => Response::Compiled(artefact),
        Ok(artefact) => {
            Response::Invalid(format!("compiled code of {} bytes, at most {MAX_ARTEFACT}", artefact.len()))
        }
        Err(error) => Response::Invalid(format!("{error:#}")),
    })
}

fn compile_module(engine: &Engine, program: &[u8]) -> anyhow::Result<Vec<u8>> {
    let module = Module::from_binary(engine, program)?;
    match module.get_export("_start") {
        Some(ExternType::Func(start)) if start.params().len() == 0 && start.results().len() == 0 => {}
        _ => anyhow::bail!(
            "not a WASI command: it has no function `_start` to begin with (build a program, not a library)"
        ),
    }
    module_linker(engine)?.instantiate_pre(&module).context("it needs more than WASI preview 1")?;
    module.serialize()
}

fn compile_component(engine: &Engine, program: &[u8]) -> anyhow::Result<Vec<u8>> {
    let component = Component::from_binary(engine, program)?;
    let linked =
        component_linker(engine)?.instantiate_pre(&component).context("it needs more than WASI preview 2")?;
    CommandPre::new(linked).context("not a WASI command: it does not export `wasi:cli/run`")?;
    component.serialize()
}

/// What a core module may import.
pub(super) fn module_linker(engine: &Engine) -> anyhow::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::preview1::add_to_linker_async(&mut linker, State::preview1)?;
    linker.allow_shadowing(true);
    preview1::add_poll_oneoff(&mut linker)?;
    Ok(linker)
}

/// What a component may import.
pub(super) fn component_linker(engine: &Engine) -> anyhow::Result<component::Linker<State>> {
    let mut linker = component::Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    linker.allow_shadowing(true);
    preview2::add_monotonic_clock(&mut linker)?;
    Ok(linker)
}
