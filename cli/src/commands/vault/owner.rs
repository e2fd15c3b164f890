//! What a vault's owner does with it.

use anyhow::Result;
use clap::Args;
use phala_client::{
    chain::api,
    vault::{changes, placement, Terms, VaultId},
};
use phala_primitives::{Balance, PoolId};

use crate::{
    act::Acting,
    advice::About,
    commands::pool::Successor,
    format::{parse_description, parse_percent, parse_pha},
    part::Part,
    Globals,
};

/// Arguments of `phala vault create`.
#[derive(Args)]
pub(crate) struct CreateArguments {
    #[command(flatten)]
    acting: Acting,
}

/// Arguments of `phala vault set`.
#[derive(Args)]
#[command(override_usage = "phala vault set [OPTIONS] <VAULT> <TERMS>...")]
pub(crate) struct SetArguments {
    /// Number of the vault.
    #[arg(value_name = "VAULT")]
    vault: VaultId,
    #[command(flatten)]
    terms: TermArguments,
    #[command(flatten)]
    acting: Acting,
}

/// The terms to change.
#[derive(Args)]
#[group(required = true, multiple = true)]
struct TermArguments {
    /// The owner's part, in percent, of what is earned above the highest worth that a share ever had. A lower one holds at
    /// once, a higher one after a notice and by a limited step.
    #[arg(long, value_name = "PERCENT", value_parser = parse_percent)]
    fee: Option<u32>,
    /// What people read about the vault; at most 400 bytes of UTF-8. An empty one says nothing.
    #[arg(long, value_name = "TEXT", value_parser = parse_description)]
    description: Option<String>,
}

/// Arguments of `phala vault delegate`.
#[derive(Args)]
pub(crate) struct DelegateArguments {
    /// Number of the vault.
    #[arg(value_name = "VAULT")]
    vault: VaultId,
    /// Number of the pool.
    #[arg(value_name = "POOL")]
    pool: PoolId,
    /// How much, in PHA.
    #[arg(value_name = "PHA", value_parser = parse_pha)]
    amount: Balance,
    #[command(flatten)]
    acting: Acting,
}

/// Arguments of `phala vault undelegate`.
#[derive(Args)]
#[command(override_usage = "phala vault undelegate [OPTIONS] <VAULT> <POOL> <PHA|--shares <SHARES>|--all>")]
pub(crate) struct UndelegateArguments {
    /// Number of the vault.
    #[arg(value_name = "VAULT")]
    vault: VaultId,
    /// Number of the pool.
    #[arg(value_name = "POOL")]
    pool: PoolId,
    #[command(flatten)]
    part: Part,
    #[command(flatten)]
    acting: Acting,
}

/// Arguments of `phala vault transfer`.
#[derive(Args)]
pub(crate) struct TransferArguments {
    /// Number of the vault.
    #[arg(value_name = "VAULT")]
    vault: VaultId,
    #[command(flatten)]
    successor: Successor,
    #[command(flatten)]
    acting: Acting,
}

/// Runs `phala vault create`.
pub(crate) async fn create(arguments: CreateArguments, globals: &Globals) -> Result<()> {
    let actor = arguments.acting.begin(globals).await?;
    actor.act(api::transactions().vault().create(), About::Account).await
}

/// Runs `phala vault set`: all that is given takes effect together, or nothing does.
pub(crate) async fn set(arguments: SetArguments, globals: &Globals) -> Result<()> {
    let SetArguments { vault, terms, acting } = arguments;
    let terms = Terms { fee: terms.fee, description: terms.description };
    acting.begin(globals).await?.act_together(changes(vault, terms), About::Vault(vault, None)).await
}

/// Runs `phala vault delegate`.
pub(crate) async fn delegate(arguments: DelegateArguments, globals: &Globals) -> Result<()> {
    let DelegateArguments { vault, pool, amount, acting } = arguments;
    let actor = acting.begin(globals).await?;
    let call = api::transactions().vault().delegate(vault, pool, amount);
    actor.act(call, About::Vault(vault, Some(pool))).await
}

/// Runs `phala vault undelegate`.
pub(crate) async fn undelegate(arguments: UndelegateArguments, globals: &Globals) -> Result<()> {
    let UndelegateArguments { vault, pool, part, acting } = arguments;
    let actor = acting.begin(globals).await?;
    let view = super::existing(&actor.snapshot, vault).await?;
    let (own, worth) = placement(&view, pool).map_or((0, 0), |placed| (placed.shares, placed.value));
    // What the vault has in the pool is worth as much as anybody's shares of the pool are.
    let shares = part.shares(worth, own, own);
    let call = api::transactions().vault().undelegate(vault, pool, shares);
    actor.act(call, About::Vault(vault, Some(pool))).await
}

/// Runs `phala vault transfer`.
pub(crate) async fn transfer(arguments: TransferArguments, globals: &Globals) -> Result<()> {
    let TransferArguments { vault, successor, acting } = arguments;
    let actor = acting.begin(globals).await?;
    let to = successor.account(&actor).await?;
    actor.act(api::transactions().vault().offer_ownership(vault, to), About::Vault(vault, None)).await
}
