//! Where a user's files belong, as the XDG Base Directory Specification says.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// This program's folder among the user's data: `$XDG_DATA_HOME/phala`.
pub(crate) fn data() -> Result<PathBuf> {
    base("XDG_DATA_HOME", ".local/share")
}

/// This program's folder among the user's configuration: `$XDG_CONFIG_HOME/phala`.
pub(crate) fn configuration() -> Result<PathBuf> {
    base("XDG_CONFIG_HOME", ".config")
}

/// The user's own folder.
pub(crate) fn home() -> Result<PathBuf> {
    absolute("HOME").context("the environment variable HOME is not set to an absolute path; set it")
}

fn base(variable: &str, beneath_home: &str) -> Result<PathBuf> {
    let base = match absolute(variable) {
        Some(base) => base,
        None => home()?.join(beneath_home),
    };
    Ok(base.join("phala"))
}

/// The path in an environment variable; relative ones do not count, as the specification demands.
fn absolute(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}
