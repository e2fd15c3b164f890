//! What substrate-wasm-builder wants of Binaryen's `wasm-opt`, without Binaryen.
//!
//! The builder runs two passes over a runtime. One strips debug sections. The other lowers instructions
//! for sign extension to WebAssembly 1.0, and for a runtime built for `wasm32v1-none` finds none. Binaryen
//! is many minutes of C++ for that. Here the first pass is done, and instead of the second the module is
//! *validated* as WebAssembly 1.0: a runtime that needed lowering fails to build, and never reaches a chain.

use std::path::Path;

use thiserror::Error;
use wasm_encoder::{Module, RawSection};
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

/// Names of sections that hold debug information in DWARF.
const DWARF_PREFIX: &str = ".debug";

/// A pass over a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Removes debug information.
    StripDwarf,
    /// Demands that there is nothing to lower: every module must be plain WebAssembly 1.0.
    SignextLowering,
}

/// Which passes run.
#[derive(Clone, Debug, Default)]
pub struct OptimizationOptions {
    passes: Vec<Pass>,
}

/// Why a module was not written.
#[derive(Debug, Error)]
pub enum OptimizationError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// Not a module of WebAssembly 1.0.
    #[error("not plain WebAssembly 1.0; build the runtime for the target wasm32v1-none: {0}")]
    Invalid(#[from] wasmparser::BinaryReaderError),
}

impl OptimizationOptions {
    /// No passes; nothing is optimised here in any case.
    pub fn new_opt_level_0() -> Self {
        Self::default()
    }

    /// Nothing beyond WebAssembly 1.0, which holds in any case.
    pub fn mvp_features_only(&mut self) -> &mut Self {
        self
    }

    /// Whether function names are kept. They are in any case.
    pub fn debug_info(&mut self, _: bool) -> &mut Self {
        self
    }

    /// Adds a pass.
    pub fn add_pass(&mut self, pass: Pass) -> &mut Self {
        self.passes.push(pass);
        self
    }

    /// Reads the module at `input` and writes it to `output`, which may be the same.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written, or the module is not plain WebAssembly 1.0.
    pub fn run(&self, input: impl AsRef<Path>, output: impl AsRef<Path>) -> Result<(), OptimizationError> {
        let module = std::fs::read(input)?;
        Validator::new_with_features(WasmFeatures::WASM1).validate_all(&module)?;
        let module = if self.passes.contains(&Pass::StripDwarf) { strip(&module)? } else { module };
        Ok(std::fs::write(output, module)?)
    }
}

/// `module` without its debug sections.
fn strip(module: &[u8]) -> Result<Vec<u8>, OptimizationError> {
    let mut stripped = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if matches!(&payload, Payload::CustomSection(section) if section.name().starts_with(DWARF_PREFIX)) {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            stripped.section(&RawSection { id, data: &module[range] });
        }
    }
    Ok(stripped.finish())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn run(module: &[u8]) -> Result<Vec<u8>, OptimizationError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, module).unwrap();
        OptimizationOptions::new_opt_level_0()
            .mvp_features_only()
            .debug_info(true)
            .add_pass(Pass::StripDwarf)
            .add_pass(Pass::SignextLowering)
            .run(&file, &file)?;
        Ok(std::fs::read(&file).unwrap())
    }

    #[test]
    fn debug_sections_should_go_and_everything_else_stay() {
        let code = r#"(func (export "f") (result i32) i32.const 7) (memory 1) (data (i32.const 0) "d")"#;
        let bare = format!(r#"(module {code} (@custom "runtime_version" "v"))"#);
        let debug = format!(r#"(module {code} (@custom ".debug_info" "x") (@custom "runtime_version" "v"))"#);
        let bare = wat::parse_str(bare).unwrap();
        assert_eq!(run(&wat::parse_str(debug).unwrap()).unwrap(), bare);
        assert_eq!(run(&bare).unwrap(), bare);
    }

    #[test]
    fn module_should_be_refused_when_it_extends_signs() {
        let module =
            wat::parse_str("(module (func (param i32) (result i32) local.get 0 i32.extend8_s))").unwrap();
        assert!(run(&module).unwrap_err().to_string().contains("wasm32v1-none"));
    }

    #[test]
    fn module_should_be_refused_when_it_is_broken() {
        assert!(matches!(run(b"\0asm"), Err(OptimizationError::Invalid(_))));
    }
}
