//! Compiled code: for which processor, and loading it. The one place of this crate where `unsafe` is allowed.
//!
//! Deserialising an artefact is unsafe because its machine code is executed as it stands: whoever can
//! forge one owns the process. An executor takes artefacts from its parent only, over the pipe that the
//! parent made, and the parent sends only what an executor in compile mode gave it (in a process
//! that ran no foreign code), kept meanwhile under authenticated encryption (see the cache). That the
//! artefact is of this very engine and of these settings, deserialisation checks itself.
#![allow(unsafe_code)]

use wasmtime::component::Component;
use wasmtime::{Config, Engine, Module};

/// Has code compiled for processors of the level that `preset` names, whatever the one at hand can do.
pub(super) fn compile_for(config: &mut Config, preset: &str) {
    // SAFETY: the presets passed here name levels of processors and change nothing else. A processor that has
    // less is turned away by the engine before it executes anything.
    unsafe { config.cranelift_flag_enable(preset) };
}

/// A core module from its artefact.
///
/// # Errors
///
/// The artefact is of another version or configuration of the engine.
pub(super) fn module(engine: &Engine, artefact: &[u8]) -> anyhow::Result<Module> {
    // SAFETY: the parent sends artefacts of an executor in compile mode only; see above.
    unsafe { Module::deserialize(engine, artefact) }
}

/// A component from its artefact.
///
/// # Errors
///
/// The artefact is of another version or configuration of the engine.
pub(super) fn component(engine: &Engine, artefact: &[u8]) -> anyhow::Result<Component> {
    // SAFETY: the parent sends artefacts of an executor in compile mode only; see above.
    unsafe { Component::deserialize(engine, artefact) }
}
