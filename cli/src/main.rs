//! `phala`: run confidential jobs, verify receipts, start a development network.
//!
//! Speaks to people by default and JSON with `--json`. Every error names its cause and the remedy.

mod account;
mod commands;
mod dev;
mod format;
mod progress;
mod records;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Exit code of an error that lies in this program or its surroundings, chosen so that a job's own
/// exit codes are hardly mistaken for it.
const FAILURE: u8 = 125;

/// Confidential computing on Phala.
#[derive(Parser)]
#[command(name = "phala", version, about, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start a development network: one validator, two workers with a relay.
    Dev(dev::DevArguments),
    /// Start a development network and run one confidential job on it, step by step.
    Demo(dev::DemoArguments),
    /// Run confidential jobs.
    #[command(subcommand)]
    Job(commands::job::JobCommand),
    /// Verify a receipt bundle offline.
    Verify(commands::verify::VerifyArguments),
    /// Show the workers that offer their service.
    #[command(subcommand)]
    Worker(commands::worker::WorkerCommand),
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("PHALA_LOG").unwrap_or_else(|_| "error".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let outcome = match Arguments::parse().command {
        Command::Dev(arguments) => dev::dev(arguments).await.map(|()| ExitCode::SUCCESS),
        Command::Demo(arguments) => dev::demo(arguments).await.map(|()| ExitCode::SUCCESS),
        Command::Job(command) => commands::job::run(command).await,
        Command::Verify(arguments) => commands::verify::run(arguments),
        Command::Worker(command) => commands::worker::run(command).await.map(|()| ExitCode::SUCCESS),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(FAILURE)
    })
}
