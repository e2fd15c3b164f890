//! `phala pool`: pools of stake, for their owners and for whoever looks for one.

mod history;
mod list;
mod owner;
mod set;
mod show;
#[cfg(test)]
pub(crate) mod testing;
mod view;

use anyhow::{Context, Result};
use clap::Subcommand;
use phala_client::{
    pool::{self, PoolView},
    Snapshot,
};
use phala_primitives::PoolId;

pub(crate) use owner::{PoolArguments, Successor};
pub(crate) use view::rate_and_raise;

use crate::Globals;

/// Which fields the JSON of these commands has.
pub(crate) const FIELDS: &str = "\
With --json, amounts are decimal strings in PHA in fields that end in _pha, commissions are percentages in fields that \
end in _percent, shares are counted like PHA, `apr` is a number where 1 is 100 %, and times are given twice: in UTC, and \
in milliseconds since 1970 (_ms). Commands that change the chain print `dry_run`, `call`, `account`, `block`, `fee_pha`, \
`free_after_pha`, `held_after_pha` and `effects`, a list of what happened, each with `event`; dry runs also `free_pha` and \
`held_pha`, what there is now.";

/// What to do with pools.
#[derive(Subcommand)]
#[command(after_long_help = FIELDS)]
pub(crate) enum PoolCommand {
    /// Create a pool that belongs to the account that signs.
    Create(owner::CreateArguments),
    /// List the pools, best first, with what they return to delegators.
    List(list::ListArguments),
    /// Show a pool: its terms, workers, queue and return.
    Show(show::ShowArguments),
    /// Change a pool's terms; all that is given takes effect together.
    Set(set::SetArguments),
    /// Add workers and remove them.
    #[command(subcommand)]
    Worker(owner::WorkerCommand),
    /// Offer the pool to another account, which has to accept it.
    Transfer(owner::TransferArguments),
    /// Become the owner of a pool that is offered to the account that signs.
    ///
    /// Commission that was not claimed before stays the former owner's.
    Accept(PoolArguments),
    /// Close a pool without shares, workers and rewards, and get its deposit back.
    Close(PoolArguments),
    /// Put a delegator on the pool's whitelist.
    Allow(owner::GuestArguments),
    /// Take a delegator off the pool's whitelist; what they have in the pool stays theirs.
    Disallow(owner::GuestArguments),
    /// Show who waits for stake of a pool, how much, and until when at the latest sessions go on.
    Queue(show::QueueArguments),
    /// Tell what happened to a pool, from the events of past blocks.
    History(history::HistoryArguments),
}

/// Runs the command.
pub(crate) async fn run(command: PoolCommand, globals: &Globals) -> Result<()> {
    match command {
        PoolCommand::Create(arguments) => owner::create(arguments, globals).await,
        PoolCommand::List(arguments) => list::list(arguments, globals).await,
        PoolCommand::Show(arguments) => show::show(arguments, globals).await,
        PoolCommand::Set(arguments) => set::set(arguments, globals).await,
        PoolCommand::Worker(command) => owner::worker(command, globals).await,
        PoolCommand::Transfer(arguments) => owner::transfer(arguments, globals).await,
        PoolCommand::Accept(arguments) => owner::accept(arguments, globals).await,
        PoolCommand::Close(arguments) => owner::close(arguments, globals).await,
        PoolCommand::Allow(arguments) => owner::allow(arguments, globals).await,
        PoolCommand::Disallow(arguments) => owner::disallow(arguments, globals).await,
        PoolCommand::Queue(arguments) => show::queue(arguments, globals).await,
        PoolCommand::History(arguments) => history::history(arguments, globals).await,
    }
}

/// The pool that must exist.
async fn existing(snapshot: &Snapshot, number: PoolId) -> Result<PoolView> {
    let found = pool::find(snapshot, number).await?;
    found.with_context(|| {
        format!("there is no pool {number} (any more); `phala pool list` shows those that are")
    })
}
