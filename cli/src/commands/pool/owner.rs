//! What a pool's owner does with it, besides its terms.

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use phala_client::{chain::api, AccountId32};
use phala_primitives::{PoolId, WorkerId};

use crate::{
    act::{Acting, Actor},
    advice::About,
    commands::session::parse_worker,
    signer::find_account,
    Globals,
};

/// Arguments of `phala pool create`.
#[derive(Args)]
pub(crate) struct CreateArguments {
    #[command(flatten)]
    acting: Acting,
}

/// Arguments of commands that need no more than the pool.
#[derive(Args)]
pub(crate) struct PoolArguments {
    /// Number of the pool.
    #[arg(value_name = "POOL")]
    pub(crate) pool: PoolId,
    #[command(flatten)]
    pub(crate) acting: Acting,
}

/// Arguments of `phala pool transfer`.
#[derive(Args)]
pub(crate) struct TransferArguments {
    /// Number of the pool.
    #[arg(value_name = "POOL")]
    pool: PoolId,
    #[command(flatten)]
    successor: Successor,
    #[command(flatten)]
    acting: Acting,
}

/// To whom a pool or a vault is offered, for a flattened field of arguments.
#[derive(Args)]
pub(crate) struct Successor {
    /// Who may become the owner: any address, the name of a key file, or a development account.
    #[arg(required_unless_present = "cancel")]
    to: Option<String>,
    /// Take the offer back.
    #[arg(long, conflicts_with = "to")]
    cancel: bool,
}

/// Arguments of `phala pool allow` and `phala pool disallow`.
#[derive(Args)]
pub(crate) struct GuestArguments {
    /// Number of the pool.
    #[arg(value_name = "POOL")]
    pool: PoolId,
    /// The delegator: any address, the name of a key file, or a development account.
    // Not called `account`, which is the setting that says who signs.
    #[arg(value_name = "ACCOUNT")]
    guest: String,
    #[command(flatten)]
    acting: Acting,
}

/// What to do with a pool's workers.
#[derive(Subcommand)]
pub(crate) enum WorkerCommand {
    /// Add a worker, registered and benchmarked, whose operator signs. Owner or manager.
    Add(WorkerArguments),
    /// Remove a worker that has no session. Owner, manager, or the worker's operator.
    Remove(WorkerArguments),
}

/// Arguments of `phala pool worker`.
#[derive(Args)]
pub(crate) struct WorkerArguments {
    /// Number of the pool.
    #[arg(value_name = "POOL")]
    pool: PoolId,
    /// Identity key of the worker.
    #[arg(value_parser = parse_worker)]
    worker: WorkerId,
    #[command(flatten)]
    acting: Acting,
}

/// Runs `phala pool create`.
pub(crate) async fn create(arguments: CreateArguments, globals: &Globals) -> Result<()> {
    let actor = arguments.acting.begin(globals).await?;
    actor.act(api::transactions().stake_pool().create(), About::Account).await
}

/// Runs `phala pool worker`.
pub(crate) async fn worker(command: WorkerCommand, globals: &Globals) -> Result<()> {
    let calls = api::transactions().stake_pool();
    match command {
        WorkerCommand::Add(WorkerArguments { pool, worker, acting }) => {
            acting.begin(globals).await?.act(calls.add_worker(pool, worker.into()), About::Pool(pool)).await
        }
        WorkerCommand::Remove(WorkerArguments { pool, worker, acting }) => {
            let actor = acting.begin(globals).await?;
            actor.act(calls.remove_worker(pool, worker.into()), About::Pool(pool)).await
        }
    }
}

/// Runs `phala pool transfer`.
pub(crate) async fn transfer(arguments: TransferArguments, globals: &Globals) -> Result<()> {
    let TransferArguments { pool, successor, acting } = arguments;
    let actor = acting.begin(globals).await?;
    let to = successor.account(&actor).await?;
    actor.act(api::transactions().stake_pool().offer_ownership(pool, to), About::Pool(pool)).await
}

/// Runs `phala pool accept`.
pub(crate) async fn accept(arguments: PoolArguments, globals: &Globals) -> Result<()> {
    let PoolArguments { pool, acting } = arguments;
    let actor = acting.begin(globals).await?;
    actor.act(api::transactions().stake_pool().accept_ownership(pool), About::Pool(pool)).await
}

/// Runs `phala pool close`.
pub(crate) async fn close(arguments: PoolArguments, globals: &Globals) -> Result<()> {
    let PoolArguments { pool, acting } = arguments;
    let actor = acting.begin(globals).await?;
    actor.act(api::transactions().stake_pool().close(pool), About::Pool(pool)).await
}

/// Runs `phala pool allow`.
pub(crate) async fn allow(arguments: GuestArguments, globals: &Globals) -> Result<()> {
    let (actor, pool, who) = arguments.begin(globals).await?;
    actor.act(api::transactions().stake_pool().allow(pool, who), About::Pool(pool)).await
}

/// Runs `phala pool disallow`.
pub(crate) async fn disallow(arguments: GuestArguments, globals: &Globals) -> Result<()> {
    let (actor, pool, who) = arguments.begin(globals).await?;
    actor.act(api::transactions().stake_pool().disallow(pool, who), About::Pool(pool)).await
}

impl Successor {
    /// The account; none if the offer is taken back.
    pub(crate) async fn account(&self, actor: &Actor<'_>) -> Result<Option<AccountId32>> {
        let Some(to) = &self.to else { return Ok(None) };
        find_account(to, &actor.settings().keys(), &actor.chain).await.context("TO").map(Some)
    }
}

impl GuestArguments {
    /// Who signs, and which pool and delegator are meant.
    async fn begin(self, globals: &Globals) -> Result<(Actor<'_>, PoolId, AccountId32)> {
        let actor = self.acting.begin(globals).await?;
        let keys = actor.settings().keys();
        let who = find_account(&self.guest, &keys, &actor.chain).await.context("ACCOUNT")?;
        Ok((actor, self.pool, who))
    }
}
