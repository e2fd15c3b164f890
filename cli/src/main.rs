//! `phala`: run confidential jobs, verify receipts, keep accounts, start a development network.
//!
//! Speaks to people by default and JSON with `--json`. Every error names its cause and the remedy.

mod act;
mod advice;
mod commands;
mod dev;
mod effects;
mod exit;
mod folders;
mod format;
mod guard;
mod output;
mod part;
mod progress;
mod records;
mod secret;
mod settings;
mod signer;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{error::ErrorKind, Args, CommandFactory, Parser, Subcommand};

use settings::{ConfigFile, Flags, Given, Logging, Settings, CONFIG_VARIABLE};

/// Confidential computing on Phala.
#[derive(Parser)]
#[command(name = "phala", version, about, propagate_version = true, after_help = exit::table())]
struct Arguments {
    #[command(flatten)]
    global: GlobalArguments,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Args)]
struct GlobalArguments {
    /// Print results and errors as JSON
    #[arg(long, global = true, help_heading = "Output")]
    json: bool,
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Settings",
        help = format!(
            "Configuration file [env: {CONFIG_VARIABLE}] [default: config.toml in the user's configuration folder of phala]"
        )
    )]
    config: Option<PathBuf>,
    #[command(flatten)]
    logging: Flags<Logging>,
}

#[derive(Subcommand)]
enum Command {
    /// Keep accounts and send money.
    #[command(subcommand)]
    Account(commands::account::AccountCommand),
    /// Print a recent block, proven from the genesis hash on, for workers and others to believe.
    Checkpoint(commands::checkpoint::CheckpointArguments),
    /// Write the completions of a shell to standard output.
    Completions(commands::manual::CompletionsArguments),
    /// Show the settings.
    #[command(subcommand)]
    Config(commands::config::ConfigCommand),
    /// Put stake into pools, take it out, and get what it earns.
    #[command(subcommand)]
    Delegate(commands::delegate::DelegateCommand),
    /// Start a development network and run one confidential job on it, step by step.
    Demo(dev::DemoArguments),
    /// Start a development network: one validator, two workers with a relay.
    Dev(dev::DevArguments),
    /// Compute what stakes promise and sessions earn, without a network.
    #[command(subcommand)]
    Economics(commands::economics::EconomicsCommand),
    /// Run confidential jobs.
    #[command(subcommand)]
    Job(commands::job::JobCommand),
    /// Write manual pages.
    Man(commands::manual::ManArguments),
    /// Find pools of stake, and keep one.
    #[command(subcommand)]
    Pool(commands::pool::PoolCommand),
    /// Start and stop mining sessions, and see how they stand and why their value moved.
    #[command(subcommand)]
    Session(commands::session::SessionCommand),
    /// Put stake into vaults, which place it in pools, and keep one.
    #[command(subcommand)]
    Vault(commands::vault::VaultCommand),
    /// Verify a receipt bundle offline.
    Verify(commands::verify::VerifyArguments),
    /// Show the workers that offer their service, and examine machines for new ones.
    #[command(subcommand)]
    Worker(commands::worker::WorkerCommand),
}

/// What every command is run with.
pub(crate) struct Globals {
    /// Whether results are JSON.
    pub(crate) json: bool,
    /// The configuration file.
    pub(crate) file: ConfigFile,
    logging: Given,
}

impl Globals {
    fn new(arguments: &GlobalArguments) -> Result<Self> {
        let file = ConfigFile::load(arguments.config.as_deref())?;
        Ok(Self { json: arguments.json, file, logging: arguments.logging.given().clone() })
    }

    /// The settings of a command, whose flags are `flags`.
    pub(crate) fn settings<U>(&self, flags: &Flags<U>) -> Result<Settings> {
        let mut given = self.logging.clone();
        given.extend(flags.given().clone());
        Settings::resolve(&given, &self.file)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let json = guard::wants_json(&arguments);
    run(arguments).await.unwrap_or_else(|error| exit::report(&error, json))
}

async fn run(arguments: Vec<OsString>) -> Result<ExitCode> {
    guard::refuse_secrets(&arguments)?;
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(help) if matches!(help.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            output::bytes(help.render().to_string().as_bytes())?;
            return Ok(ExitCode::SUCCESS);
        }
        Err(error) => return Err(error.into()),
    };
    let done = |()| ExitCode::SUCCESS;
    let json = arguments.global.json;
    // These two are asked for before anything is set up.
    match &arguments.command {
        Command::Completions(completions) => {
            return commands::manual::completions(completions, Arguments::command(), json).map(done)
        }
        Command::Man(man) => return commands::manual::man(man, Arguments::command(), json).map(done),
        _ => {}
    }
    let globals = Globals::new(&arguments.global)?;
    start_log(&globals.settings(&arguments.global.logging)?)?;
    match arguments.command {
        Command::Account(command) => commands::account::run(command, &globals).await,
        Command::Checkpoint(arguments) => commands::checkpoint::run(arguments, &globals).await.map(done),
        Command::Config(command) => commands::config::run(command, &globals).map(done),
        Command::Delegate(command) => commands::delegate::run(command, &globals).await.map(done),
        Command::Demo(arguments) => dev::demo(arguments).await.map(done),
        Command::Dev(arguments) => dev::dev(arguments, &globals).await.map(done),
        Command::Economics(command) => commands::economics::run(command, &globals).map(done),
        Command::Job(command) => commands::job::run(command, &globals).await,
        Command::Pool(command) => commands::pool::run(command, &globals).await.map(done),
        Command::Session(command) => commands::session::run(command, &globals).await.map(done),
        Command::Vault(command) => commands::vault::run(command, &globals).await.map(done),
        Command::Verify(arguments) => commands::verify::run(arguments, &globals),
        Command::Worker(command) => commands::worker::run(command, &globals).await,
        Command::Completions(_) | Command::Man(_) => Ok(ExitCode::SUCCESS),
    }
}

fn start_log(settings: &Settings) -> Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(settings.log())?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// clap would take the one for the other, and notices only where it is built with its own checks.
    #[test]
    fn no_command_should_have_two_arguments_of_one_name() {
        let mut pending = vec![Arguments::command()];
        while let Some(command) = pending.pop() {
            let mut names = HashSet::new();
            for argument in command.get_arguments() {
                let name = argument.get_id().as_str();
                assert!(names.insert(name), "{} has two arguments called {name}", command.get_name());
            }
            pending.extend(command.get_subcommands().cloned());
        }
    }
}
