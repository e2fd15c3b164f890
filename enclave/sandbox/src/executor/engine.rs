//! The engine, the same for compiling and for running, and compiling itself.

use anyhow::{bail, Context};
use wasmparser::{Validator, WasmFeatures};
use wasmtime::component::{self, Component};
use wasmtime::{Config, Engine, ExternType, Linker, Module, WasmBacktraceDetails};
use wasmtime_wasi::p2::bindings::CommandPre;

use super::run::State;
use super::{artefact, preview1, preview2};
use crate::protocol::{Kind, Response, MAX_ARTEFACT};

/// A program's own stack, in bytes; past it, the program traps.
const WASM_STACK: usize = 2 << 20;
/// The stack of a program and of the host's functions that it calls.
const STACK: usize = WASM_STACK + (4 << 20);

/// What programs may be made of: WebAssembly 2.0 and the finished proposals that compilers emit. Named
/// here because the engine's own set depends on how it was built. Not among them: threads, references to host objects
/// and garbage collection.
const FEATURES: WasmFeatures = WasmFeatures::WASM2
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::RELAXED_SIMD)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::MEMORY64)
    .union(WasmFeatures::COMPONENT_MODEL)
    .difference(WasmFeatures::GC_TYPES);

/// The processor for which programs are compiled, and the level of it that is used: one and the same on all
/// machines, for two things depend on it. How deep a program can recurse, because the size of a stack frame does; and
/// the bits of a NaN, because without fused multiplication the engine computes some in a way that leaves them as
/// they come. (`haswell` is what the compiler calls x86-64-v3.)
#[cfg(all(target_arch = "x86_64", target_env = "gnu"))]
pub(super) const PROCESSOR: (&str, Option<&str>) = ("x86_64-unknown-linux-gnu", Some("haswell"));
#[cfg(all(target_arch = "x86_64", target_env = "musl"))]
pub(super) const PROCESSOR: (&str, Option<&str>) = ("x86_64-unknown-linux-musl", Some("haswell"));
#[cfg(all(target_arch = "aarch64", target_env = "gnu"))]
pub(super) const PROCESSOR: (&str, Option<&str>) = ("aarch64-unknown-linux-gnu", None);
#[cfg(all(target_arch = "aarch64", target_env = "musl"))]
pub(super) const PROCESSOR: (&str, Option<&str>) = ("aarch64-unknown-linux-musl", None);

/// The configuration of the engine that runs programs: for comparing an executor with the same engine
/// used directly. Modules that it compiles need asynchronous calls and fuel
/// ([`wasmtime::Store::set_fuel`]).
///
/// Everything that could make two workers disagree is switched off: a module's results, the fuel
/// it uses and how deep it recurses depend on nothing but the module, its input and the processor's architecture.
///
/// # Errors
///
/// The engine was built without the compiler for this architecture.
pub fn config() -> anyhow::Result<Config> {
    let (target, level) = PROCESSOR;
    let mut config = settings();
    config.target(target)?;
    if let Some(level) = level {
        artefact::compile_for(&mut config, level);
    }
    Ok(config)
}

/// All settings but the processor's.
pub(super) fn settings() -> Config {
    let mut config = Config::new();
    config
        .consume_fuel(true)
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
    config
}

/// The engine.
pub(super) fn engine() -> anyhow::Result<Engine> {
    let missing = missing_features();
    if !missing.is_empty() {
        bail!(
            "programs are compiled for processors of the level x86-64-v3, and this one lacks {} (use one \
             from 2015 or later; in a virtual machine, pass the host's processor through)",
            missing.join(", ")
        );
    }
    Engine::new(&config()?).context("cannot set up the WebAssembly engine")
}

/// What the level of processor needs that this one has not.
#[cfg(target_arch = "x86_64")]
fn missing_features() -> Vec<&'static str> {
    macro_rules! missing {
        ($($feature:tt)*) => { [$(($feature, is_x86_feature_detected!($feature))),*] };
    }
    missing!["sse4.2" "popcnt" "cmpxchg16b" "avx" "avx2" "bmi1" "bmi2" "fma" "lzcnt"]
        .into_iter()
        .filter_map(|(feature, present)| (!present).then_some(feature))
        .collect()
}

/// Nothing beyond the architecture is used.
#[cfg(not(target_arch = "x86_64"))]
fn missing_features() -> Vec<&'static str> {
    Vec::new()
}

/// Compiles a program, and checks that it is a command and asks for nothing but WASI.
pub(super) fn compile(engine: &Engine, kind: Kind, program: &[u8]) -> anyhow::Result<Response> {
    let compiled = validate(program).and_then(|()| match kind {
        Kind::Module => compile_module(engine, program),
        Kind::Component => compile_component(engine, program),
    });
    Ok(match compiled {
        Ok(artefact) if artefact.len() <= MAX_ARTEFACT => Response::Compiled(artefact),
        Ok(artefact) => {
            Response::Invalid(format!("compiled code of {} bytes, at most {MAX_ARTEFACT}", artefact.len()))
        }
        Err(error) => Response::Invalid(format!("{error:#}")),
    })
}

fn validate(program: &[u8]) -> anyhow::Result<()> {
    Validator::new_with_features(FEATURES).validate_all(program)?;
    Ok(())
}

fn compile_module(engine: &Engine, program: &[u8]) -> anyhow::Result<Vec<u8>> {
    let module = Module::from_binary(engine, program)?;
    match module.get_export("_start") {
        Some(ExternType::Func(start)) if start.params().len() == 0 && start.results().len() == 0 => {}
        _ => bail!(
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
    preview2::add_no_sockets(&mut linker)?;
    Ok(linker)
}
