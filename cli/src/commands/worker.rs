//! `phala worker`: who offers service, and on which terms; and whether a machine could.

mod preflight;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use phala_client::{job::Offer, offers, operator::measure};
use phala_primitives::{registry::AttestationKind, WorkerId};
use serde_json::json;

use crate::{
    act::Acting,
    advice::About,
    format::pha,
    output,
    settings::{Flags, NodeOnly},
    Globals,
};

/// What to do with workers.
#[derive(Subcommand)]
pub(crate) enum WorkerCommand {
    /// List the workers that take jobs, best first.
    List(ListArguments),
    /// Have a worker measure itself anew, as its operator.
    ///
    /// What it finds is its score from then on. A session that runs keeps the score that it began with until it
    /// restarts. The measurement takes all cores that the worker was given.
    Measure(MeasureArguments),
    /// Examine this machine before it is rented or installed for mining, and say what to fix.
    ///
    /// Nothing is changed. How Intel rates the platform, and so the confidence level, only a quote can tell for
    /// certain; the firmware's age and the kernel's verdicts give hints.
    Preflight(preflight::PreflightArguments),
}

/// Arguments of `phala worker list`.
#[derive(Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    settings: Flags<NodeOnly>,
}

/// Arguments of `phala worker measure`.
#[derive(Args)]
pub(crate) struct MeasureArguments {
    /// The worker's identity key.
    #[arg(value_parser = super::session::parse_worker)]
    worker: WorkerId,
    #[command(flatten)]
    acting: Acting,
}

/// Runs the command.
pub(crate) async fn run(command: WorkerCommand, globals: &Globals) -> Result<ExitCode> {
    match command {
        WorkerCommand::List(arguments) => list(arguments, globals).await?,
        WorkerCommand::Measure(MeasureArguments { worker, acting }) => {
            acting.begin(globals).await?.act(measure(worker), About::Account).await?
        }
        WorkerCommand::Preflight(arguments) => return preflight::preflight(arguments, globals).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(arguments: ListArguments, globals: &Globals) -> Result<()> {
    let chain = globals.settings(&arguments.settings)?.connect().await?;
    let offers = offers::offers(&chain).await?;
    if globals.json {
        return output::json(&offers.iter().map(as_json).collect::<Vec<_>>());
    }
    if offers.is_empty() {
        return output::line("No worker takes jobs at present.");
    }
    output::line(format_args!(
        "{:66}  {:>5}  {:>18}  {:<28}  ENDPOINT",
        "WORKER", "SCORE", "PRICE / 10^9 FUEL", "ATTESTATION"
    ))?;
    for offer in &offers {
        output::line(format_args!(
            "{:66}  {:>5}  {:>18}  {:<28}  {}",
            offer.worker.to_string(),
            offer.score,
            pha(offer.price),
            attestation(offer),
            offer.endpoint
        ))?;
    }
    Ok(())
}

/// What a worker's attestation is worth, in words.
pub(crate) fn attestation(offer: &Offer) -> String {
    match offer.attestation {
        AttestationKind::None => "none: nothing is proven".to_owned(),
    }
}

fn as_json(offer: &Offer) -> serde_json::Value {
    json!({
        "worker": offer.worker,
        "score": offer.score,
        "price": offer.price.to_string(),
        "attestation": offer.attestation,
        "confidence": offer.confidence,
        "endpoint": offer.endpoint,
    })
}
