//! `phala vault`: stake that somebody else places in pools.

mod act;
mod owner;
mod show;

use anyhow::{Context, Result};
use clap::Subcommand;
use phala_client::{
    vault::{self, VaultId, VaultView},
    Snapshot,
};

use super::positions::{self, Place, PositionsArguments};
use crate::Globals;

/// What to do with vaults.
#[derive(Subcommand)]
#[command(after_long_help = crate::commands::pool::FIELDS)]
pub(crate) enum VaultCommand {
    /// Create a vault that belongs to the account that signs.
    Create(owner::CreateArguments),
    /// List the vaults.
    List(show::ListArguments),
    /// Show a vault: its terms, where its stake lies, and who waits.
    Show(show::ShowArguments),
    /// Change a vault's terms; all that is given takes effect together.
    Set(owner::SetArguments),
    /// Put stake into a vault. It stays in the account, on hold.
    Contribute(act::ContributeArguments),
    /// Take stake out of a vault, wholly or in part.
    ///
    /// What lies in no pool comes at once. The rest waits in the vault's queue, where each delegator has one place; a new
    /// withdrawal replaces the old one, and its place and time begin anew. After the grace period the vault takes stake out
    /// of its pools for it, by itself.
    Withdraw(act::WithdrawArguments),
    /// Leave the queue: the shares stay.
    Cancel(act::VaultArguments),
    /// Place free stake of the vault in a pool, as its owner.
    Delegate(owner::DelegateArguments),
    /// Take stake of the vault out of a pool, as its owner.
    Undelegate(owner::UndelegateArguments),
    /// Get the rewards of a vault paid out: those of the delegator, and the fees if the account owns it.
    Claim(act::VaultArguments),
    /// Put the rewards of a vault into the same vault, as stake.
    Compound(act::VaultArguments),
    /// Offer the vault to another account, which has to accept it.
    Transfer(owner::TransferArguments),
    /// Become the owner of a vault that is offered to the account that signs.
    ///
    /// Fees that were not claimed before stay the former owner's.
    Accept(act::VaultArguments),
    /// Close a vault in which nobody has anything any more, and get its deposit back.
    Close(act::VaultArguments),
    /// Show what an account has in vaults.
    Positions(PositionsArguments),
}

/// Runs the command.
pub(crate) async fn run(command: VaultCommand, globals: &Globals) -> Result<()> {
    match command {
        VaultCommand::Create(arguments) => owner::create(arguments, globals).await,
        VaultCommand::List(arguments) => show::list(arguments, globals).await,
        VaultCommand::Show(arguments) => show::show(arguments, globals).await,
        VaultCommand::Set(arguments) => owner::set(arguments, globals).await,
        VaultCommand::Contribute(arguments) => act::contribute(arguments, globals).await,
        VaultCommand::Withdraw(arguments) => act::withdraw(arguments, globals).await,
        VaultCommand::Cancel(arguments) => act::cancel(arguments, globals).await,
        VaultCommand::Delegate(arguments) => owner::delegate(arguments, globals).await,
        VaultCommand::Undelegate(arguments) => owner::undelegate(arguments, globals).await,
        VaultCommand::Claim(arguments) => act::claim(arguments, globals).await,
        VaultCommand::Compound(arguments) => act::compound(arguments, globals).await,
        VaultCommand::Transfer(arguments) => owner::transfer(arguments, globals).await,
        VaultCommand::Accept(arguments) => act::accept(arguments, globals).await,
        VaultCommand::Close(arguments) => act::close(arguments, globals).await,
        VaultCommand::Positions(arguments) => {
            positions::show(Place::Vault, arguments, globals, vault::positions).await
        }
    }
}

/// The vault that must exist.
async fn existing(snapshot: &Snapshot, number: VaultId) -> Result<VaultView> {
    let found = vault::find(snapshot, number).await?;
    found.with_context(|| {
        format!("there is no vault {number} (any more); `phala vault list` shows those that are")
    })
}
