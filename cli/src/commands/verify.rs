//! `phala verify`: a receipt bundle, checked offline.

use std::{io::Read, path::PathBuf, process::ExitCode};

use anyhow::{bail, Context, Result};
use clap::Args;
use phala_light_client::{bundle::ReceiptBundle, limits::MAX_BUNDLE_BYTES};
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
    #[command(flatten)]
    settings: Flags<Receipts>,
}

/// Runs the command; a bundle that does not verify is exit code 1.
pub(crate) fn run(arguments: VerifyArguments, globals: &Globals) -> Result<ExitCode> {
    let genesis = globals.settings(&arguments.settings)?.required_genesis()?;
    let bytes = read(&arguments)?;
    match ReceiptBundle::from_json(&bytes).and_then(|bundle| bundle.verify(&genesis)) {
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

fn read(arguments: &VerifyArguments) -> Result<Vec<u8>> {
    let name = arguments.bundle.display();
    let file = std::fs::File::open(&arguments.bundle).with_context(|| format!("cannot open {name}"))?;
    let mut bytes = Vec::new();
    file.take(MAX_BUNDLE_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {name}"))?;
    if bytes.len() > MAX_BUNDLE_BYTES {
        bail!("{name} is larger than any receipt bundle ({MAX_BUNDLE_BYTES} bytes)");
    }
    Ok(bytes)
}
