//! What a delegator does in a vault, and what needs no more than the vault.

use anyhow::Result;
use clap::Args;
use phala_client::{
    chain::api,
    vault::{self, VaultId},
};
use phala_primitives::Balance;

use crate::{act::Acting, advice::About, format::parse_pha, part::Part, Globals};

/// Arguments of `phala vault contribute`.
#[derive(Args)]
pub(crate) struct ContributeArguments {
    /// Number of the vault.
    #[arg(value_name = "VAULT")]
    vault: VaultId,
    /// How much, in PHA. It stays in the account, on hold.
    #[arg(value_name = "PHA", value_parser = parse_pha)]
    amount: Balance,
    #[command(flatten)]
    acting: Acting,
}

/// Arguments of `phala vault withdraw`.
#[derive(Args)]
#[command(override_usage = "phala vault withdraw [OPTIONS] <VAULT> <PHA|--shares <SHARES>|--all>")]
pub(crate) struct WithdrawArguments {
    /// Number of the vault.
    #[arg(value_name = "VAULT")]
    vault: VaultId,
    #[command(flatten)]
    part: Part,
    #[command(flatten)]
    acting: Acting,
}

/// Arguments of commands that need no more than the vault.
#[derive(Args)]
pub(crate) struct VaultArguments {
    /// Number of the vault.
    #[arg(value_name = "VAULT")]
    vault: VaultId,
    #[command(flatten)]
    acting: Acting,
}

/// Runs `phala vault contribute`.
pub(crate) async fn contribute(arguments: ContributeArguments, globals: &Globals) -> Result<()> {
    let ContributeArguments { vault, amount, acting } = arguments;
    let actor = acting.begin(globals).await?;
    actor.act(api::transactions().vault().contribute(vault, amount), About::Vault(vault, None)).await
}

/// Runs `phala vault withdraw`.
pub(crate) async fn withdraw(arguments: WithdrawArguments, globals: &Globals) -> Result<()> {
    let WithdrawArguments { vault: number, part, acting } = arguments;
    let actor = acting.begin(globals).await?;
    let view = super::existing(&actor.snapshot, number).await?;
    let own = vault::position(&actor.snapshot, actor.account, number).await?;
    let shares = part.shares(view.stake, view.shares, own.map_or(0, |own| own.shares));
    actor.act(api::transactions().vault().withdraw(number, shares), About::Vault(number, None)).await
}

/// Runs `phala vault cancel`.
pub(crate) async fn cancel(arguments: VaultArguments, globals: &Globals) -> Result<()> {
    let VaultArguments { vault, acting } = arguments;
    let actor = acting.begin(globals).await?;
    actor.act(api::transactions().vault().cancel_withdrawal(vault), About::Vault(vault, None)).await
}

/// Runs `phala vault claim`.
pub(crate) async fn claim(arguments: VaultArguments, globals: &Globals) -> Result<()> {
    let VaultArguments { vault, acting } = arguments;
    let actor = acting.begin(globals).await?;
    actor.act(api::transactions().vault().claim_rewards(vault), About::Vault(vault, None)).await
}

/// Runs `phala vault compound`.
pub(crate) async fn compound(arguments: VaultArguments, globals: &Globals) -> Result<()> {
    let VaultArguments { vault, acting } = arguments;
    let actor = acting.begin(globals).await?;
    actor.act(api::transactions().vault().compound_rewards(vault), About::Vault(vault, None)).await
}

/// Runs `phala vault accept`.
pub(crate) async fn accept(arguments: VaultArguments, globals: &Globals) -> Result<()> {
    let VaultArguments { vault, acting } = arguments;
    let actor = acting.begin(globals).await?;
    actor.act(api::transactions().vault().accept_ownership(vault), About::Vault(vault, None)).await
}

/// Runs `phala vault close`.
pub(crate) async fn close(arguments: VaultArguments, globals: &Globals) -> Result<()> {
    let VaultArguments { vault, acting } = arguments;
    let actor = acting.begin(globals).await?;
    actor.act(api::transactions().vault().close(vault), About::Vault(vault, None)).await
}
