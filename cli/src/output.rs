//! Standard output: results only, for people or as JSON.

use std::io::{self, Write};

use anyhow::{Context, Result};
use serde::Serialize;

/// Writes one line.
pub(crate) fn line(text: impl std::fmt::Display) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).context("cannot write to standard output")
}

/// Writes one JSON value on one line, without copies of what it holds.
pub(crate) fn json(value: &impl Serialize) -> Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, value)
        .map_err(io::Error::from)
        .context("cannot write to standard output")?;
    writeln!(out).and_then(|()| out.flush()).context("cannot write to standard output")
}

/// Writes bytes as they are.
pub(crate) fn bytes(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).context("cannot write to standard output")
}
