//! `phala account`: key files, and the money of their accounts.

mod keys;
mod list;
mod money;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

use crate::Globals;

/// What to do with accounts.
///
/// Key files are those of polkadot-js: what its extension exports can be imported, and what is exported here can be
/// imported there. They are kept in a folder of their own, readable by their owner only.
#[derive(Subcommand)]
pub(crate) enum AccountCommand {
    /// Make a new account, and show its secret phrase once.
    New(keys::NewArguments),
    /// Keep an account that exists: from its secret phrase, or from a key file of polkadot-js.
    ///
    /// The phrase is asked for, or read from standard input if something is piped in, or from a file descriptor. It may
    /// also be a seed (0x and 64 hexadecimal digits), and derivations (//hard/soft///password) may follow.
    Import(keys::ImportArguments),
    /// Give the key file of an account, still encrypted, for polkadot-js or another machine.
    Export(keys::ExportArguments),
    /// List the accounts with their addresses, files and free balances.
    List(list::ListArguments),
    /// Show what an account has.
    Balance(money::BalanceArguments),
    /// Send PHA, and wait until that is final.
    Transfer(money::TransferArguments),
}

/// Runs the command.
pub(crate) async fn run(command: AccountCommand, globals: &Globals) -> Result<ExitCode> {
    match command {
        AccountCommand::New(arguments) => keys::new(arguments, globals)?,
        AccountCommand::Import(arguments) => keys::import(arguments, globals)?,
        AccountCommand::Export(arguments) => keys::export(arguments, globals)?,
        AccountCommand::List(arguments) => list::list(arguments, globals).await?,
        AccountCommand::Balance(arguments) => money::balance(arguments, globals).await?,
        AccountCommand::Transfer(arguments) => money::transfer(arguments, globals).await?,
    }
    Ok(ExitCode::SUCCESS)
}
