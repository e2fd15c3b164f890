//! `phala verify`: a receipt bundle, checked offline.

use std::{
    io::Read,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{bail, Context, Result};
use clap::Args;
use phala_light_client::{
    bundle::ReceiptBundle,
    limits::{MAX_BUNDLE_BYTES, MAX_TRUST_ROOT_BYTES},
    trust::TrustRoot,
};
use serde_json::json;

use crate::{
    exit::Status,
    output,
    settings::{Flags, Receipts},
    Globals,
};

/// Arguments of `phala verify`.
#[derive(Args)]
pub(crate) struct VerifyArguments {
    /// A receipt bundle, as `phala job run` saves it.
    bundle: PathBuf,
    /// Believe the block in this file, as `phala checkpoint` writes it, instead of the genesis hash alone.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    #[command(flatten)]
    settings: Flags<Receipts>,
}

/// Runs the command; a bundle that does not verify is exit code 1.
pub(crate) fn run(arguments: VerifyArguments, globals: &Globals) -> Result<ExitCode> {
    let settings = globals.settings(&arguments.settings)?;
    let root = match &arguments.checkpoint {
        Some(path) => {
            let root = TrustRoot::from_json(&read(path, "checkpoint", MAX_TRUST_ROOT_BYTES)?)
                .with_context(|| path.display().to_string())?;
            if let Some(genesis) = settings.genesis()? {
                root.expect_chain(&genesis)?;
            }
            root
        }
        None => TrustRoot::Genesis(settings.required_genesis()?),
    };
    let bytes = read(&arguments.bundle, "receipt bundle", MAX_BUNDLE_BYTES)?;
    match ReceiptBundle::from_json(&bytes).and_then(|bundle| bundle.verify_from(&root)) {
        Ok(verified) => {
            if globals.json {
                output::json(&json!({ "verified": true, "steps": verified.steps }))?;
            } else {
                for step in &verified.steps {
                    output::line(format_args!("✓ {:<12} {}", step.step.name(), step.proves))?;
                }
                output::line("The receipt is genuine.")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(failure) => {
            if globals.json {
                let cause = failure.cause.to_string();
                output::json(&json!({ "verified": false, "step": failure.step, "cause": cause }))?;
            } else {
                eprintln!("✗ {failure}");
                eprintln!("The receipt proves nothing: do not rely on it.");
            }
            Ok(Status::NotGenuine.code())
        }
    }
}

/// Reads a file that should be a `kind`, which has `limit` bytes at most.
fn read(path: &Path, kind: &str, limit: usize) -> Result<Vec<u8>> {
    let name = path.display();
    let file = std::fs::File::open(path).with_context(|| format!("cannot open {name}"))?;
    let mut bytes = Vec::new();
    file.take(limit as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {name}"))?;
    if bytes.len() > limit {
        bail!("{name} is larger than any {kind} ({limit} bytes)");
    }
    Ok(bytes)
}
