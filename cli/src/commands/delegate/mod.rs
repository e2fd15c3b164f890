//! `phala delegate`: stake in pools, as a delegator.

mod act;

use anyhow::Result;
use clap::Subcommand;
use phala_client::pool;

use super::{
    pool::PoolArguments,
    positions::{self, Place, PositionsArguments},
};
use crate::Globals;

/// What to do with stake in pools.
#[derive(Subcommand)]
#[command(after_long_help = crate::commands::pool::FIELDS)]
pub(crate) enum DelegateCommand {
    /// Put stake into a pool. It stays in the account, on hold.
    Contribute(act::ContributeArguments),
    /// Take stake out of a pool, wholly or in part.
    ///
    /// What the pool has free comes at once. The rest waits in the pool's queue, where each delegator has one place; a new
    /// withdrawal replaces the old one, and its place and time begin anew. Whatever becomes free goes to the queue by
    /// itself; after the grace period the chain stops sessions for it.
    Withdraw(act::WithdrawArguments),
    /// Leave the queue: the shares stay.
    Cancel(PoolArguments),
    /// Get the rewards of a pool paid out: those of the delegator, and the commission if the account owns it.
    Claim(PoolArguments),
    /// Put the rewards of a pool into the same pool, as stake.
    Compound(PoolArguments),
    /// Show what an account has in pools: shares, their worth, rewards, and what waits in queues.
    Positions(PositionsArguments),
}

/// Runs the command.
pub(crate) async fn run(command: DelegateCommand, globals: &Globals) -> Result<()> {
    match command {
        DelegateCommand::Contribute(arguments) => act::contribute(arguments, globals).await,
        DelegateCommand::Withdraw(arguments) => act::withdraw(arguments, globals).await,
        DelegateCommand::Cancel(arguments) => act::cancel(arguments, globals).await,
        DelegateCommand::Claim(arguments) => act::claim(arguments, globals).await,
        DelegateCommand::Compound(arguments) => act::compound(arguments, globals).await,
        DelegateCommand::Positions(arguments) => {
            positions::show(Place::Pool, arguments, globals, pool::positions).await
        }
    }
}
