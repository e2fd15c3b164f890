//! What a delegator does in a pool.

use anyhow::Result;
use clap::Args;
use phala_client::{chain::api, pool};
use phala_primitives::{Balance, PoolId};

use crate::{
    act::{Acting, Actor},
    advice::About,
    commands::pool::PoolArguments,
    format::parse_pha,
    part::Part,
    Globals,
};

/// Arguments of `phala delegate contribute`.
#[derive(Args)]
pub(crate) struct ContributeArguments {
    /// Number of the pool.
    #[arg(value_name = "POOL")]
    pool: PoolId,
    /// How much, in PHA. It stays in the account, on hold.
    #[arg(value_name = "PHA", value_parser = parse_pha)]
    amount: Balance,
    #[command(flatten)]
    acting: Acting,
}

/// Arguments of `phala delegate withdraw`.
#[derive(Args)]
#[command(override_usage = "phala delegate withdraw [OPTIONS] <POOL> <PHA|--shares <SHARES>|--all>")]
pub(crate) struct WithdrawArguments {
    /// Number of the pool.
    #[arg(value_name = "POOL")]
    pool: PoolId,
    #[command(flatten)]
    part: Part,
    #[command(flatten)]
    acting: Acting,
}

/// Runs `phala delegate contribute`.
pub(crate) async fn contribute(arguments: ContributeArguments, globals: &Globals) -> Result<()> {
    let ContributeArguments { pool, amount, acting } = arguments;
    let actor = acting.begin(globals).await?;
    actor.act(api::transactions().stake_pool().contribute(pool, amount), About::Pool(pool)).await
}

/// Runs `phala delegate withdraw`.
pub(crate) async fn withdraw(arguments: WithdrawArguments, globals: &Globals) -> Result<()> {
    let WithdrawArguments { pool, part, acting } = arguments;
    let actor = acting.begin(globals).await?;
    let shares = shares(&actor, pool, &part).await?;
    actor.act(api::transactions().stake_pool().withdraw(pool, shares), About::Pool(pool)).await
}

/// Runs `phala delegate cancel`.
pub(crate) async fn cancel(arguments: PoolArguments, globals: &Globals) -> Result<()> {
    let PoolArguments { pool, acting } = arguments;
    let actor = acting.begin(globals).await?;
    actor.act(api::transactions().stake_pool().cancel_withdrawal(pool), About::Pool(pool)).await
}

/// Runs `phala delegate claim`.
pub(crate) async fn claim(arguments: PoolArguments, globals: &Globals) -> Result<()> {
    let PoolArguments { pool, acting } = arguments;
    let actor = acting.begin(globals).await?;
    actor.act(api::transactions().stake_pool().claim_rewards(pool), About::Pool(pool)).await
}

/// Runs `phala delegate compound`.
pub(crate) async fn compound(arguments: PoolArguments, globals: &Globals) -> Result<()> {
    let PoolArguments { pool, acting } = arguments;
    let actor = acting.begin(globals).await?;
    actor.act(api::transactions().stake_pool().compound_rewards(pool), About::Pool(pool)).await
}

/// Shares of the signer's that `part` means.
async fn shares(actor: &Actor<'_>, number: PoolId, part: &Part) -> Result<u128> {
    let Some(view) = pool::find(&actor.snapshot, number).await? else {
        // The chain says so itself.
        return Ok(0);
    };
    let own = pool::position(&actor.snapshot, actor.account, number).await?;
    Ok(part.shares(view.stake, view.shares, own.map_or(0, |own| own.shares)))
}
