//! How vaults stand, and what somebody has in them.

use anyhow::Result;
use clap::Args;
use phala_client::{
    account::address,
    pool::price,
    vault::{self, VaultId, VaultView, WithdrawalView},
};
use serde_json::{json, Value};

use super::existing;
use crate::{
    commands::{
        pool::rate_and_raise,
        positions::{Place, Waiting},
    },
    format::{decimal, fixed, one_line, percent, pha, rounded, short, time},
    output,
    settings::{Flags, NodeOnly},
    Globals,
};

/// Arguments of `phala vault list`.
#[derive(Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    settings: Flags<NodeOnly>,
}

/// Arguments of `phala vault show`.
#[derive(Args)]
pub(crate) struct ShowArguments {
    /// Number of the vault.
    #[arg(value_name = "VAULT")]
    vault: VaultId,
    #[command(flatten)]
    settings: Flags<NodeOnly>,
}

/// Runs `phala vault list`.
pub(crate) async fn list(arguments: ListArguments, globals: &Globals) -> Result<()> {
    let chain = globals.settings(&arguments.settings)?.connect().await?;
    let snapshot = chain.snapshot(None).await?;
    let (vaults, truncated) = vault::list(&snapshot).await?;
    if globals.json {
        return output::json(&json!({
            "block": snapshot.number(),
            "time": time(snapshot.time()),
            "time_ms": snapshot.time(),
            "vaults": vaults.iter().map(as_json).collect::<Vec<Value>>(),
            "truncated": truncated,
        }));
    }
    if vaults.is_empty() {
        return output::line("No vaults.");
    }
    output::line(format_args!(
        "{:>5}  {:>12}  {:>20}  {:>20}  {:>5}  {:>14}  {:13}  ABOUT",
        "VAULT", "FEE", "STAKE / PHA", "FREE / PHA", "POOLS", "QUEUE / PHA", "OWNER"
    ))?;
    for vault in &vaults {
        output::line(format_args!(
            "{:>5}  {:>12}  {:>20}  {:>20}  {:>5}  {:>14}  {:13}  {}",
            vault.vault,
            format!("{} %", percent(vault.fee.0)),
            decimal(vault.stake),
            decimal(vault.free),
            vault.pools.len(),
            decimal(vault.waiting_value),
            short(&address(&vault.owner)),
            one_line(&vault.description)
        ))?;
    }
    if truncated {
        output::line("There may be more vaults: only the first ones were read.")?;
    }
    Ok(())
}

/// Runs `phala vault show`.
pub(crate) async fn show(arguments: ShowArguments, globals: &Globals) -> Result<()> {
    let chain = globals.settings(&arguments.settings)?.connect().await?;
    let snapshot = chain.snapshot(None).await?;
    let view = existing(&snapshot, arguments.vault).await?;
    let queue = vault::queue(&snapshot, arguments.vault).await?;
    if globals.json {
        let mut report = as_json(&view);
        report["block"] = json!(snapshot.number());
        report["time"] = json!(time(snapshot.time()));
        report["time_ms"] = json!(snapshot.time());
        report["queue"] = queue.iter().map(withdrawal_as_json).collect();
        return output::json(&report);
    }
    lines(&view).iter().try_for_each(output::line)?;
    for entry in &queue {
        let account = address(&entry.who);
        let waiting = Place::Vault.waiting(&(&entry.waiting).into(), snapshot.time());
        output::line(format_args!("  waits           {account}: {waiting}"))?;
    }
    Ok(())
}

fn as_json(vault: &VaultView) -> Value {
    let (announced, from) = vault.announced.as_ref().map(|(rate, from)| (percent(rate.0), *from)).unzip();
    json!({
        "vault": vault.vault,
        "owner": address(&vault.owner),
        "offered_to": vault.offered_to.as_ref().map(address),
        "account": address(&vault.account),
        "description": String::from_utf8_lossy(&vault.description),
        "fee_percent": percent(vault.fee.0),
        "announced_fee_percent": announced,
        "announced_from": from.map(time),
        "announced_from_ms": from,
        "deficit_pha": decimal(vault.deficit),
        "stake_pha": decimal(vault.stake),
        "free_pha": decimal(vault.free),
        "shares": decimal(vault.shares),
        "price_pha": fixed(price(vault.stake, vault.shares)),
        "pools": vault.pools.iter().map(|placed| json!({
            "pool": placed.pool,
            "shares": decimal(placed.shares),
            "value_pha": decimal(placed.value),
            "leaving_shares": decimal(placed.leaving),
        })).collect::<Vec<Value>>(),
        "waiting": vault.waiting,
        "waiting_pha": decimal(vault.waiting_value),
        "overdue_pha": decimal(vault.overdue_value),
        "unsettled_slashes_pha": decimal(vault.unsettled),
        "owner_rewards_pha": decimal(vault.owner_rewards),
        "insolvent": vault.insolvent,
    })
}

fn withdrawal_as_json(entry: &WithdrawalView) -> Value {
    let mut object = Waiting::from(&entry.waiting).as_json();
    object["who"] = json!(address(&entry.who));
    object
}

/// The vault itself.
fn lines(vault: &VaultView) -> Vec<String> {
    let mut lines = vec![format!("vault {} of {}", vault.vault, address(&vault.owner))];
    let mut add = |what: &str, text: String| lines.push(format!("  {what:14}  {text}"));
    if !vault.description.is_empty() {
        add("about", one_line(&vault.description));
    }
    if let Some(to) = &vault.offered_to {
        add("offered to", address(to));
    }
    add("account", format!("{}: pools with a whitelist know it by this", address(&vault.account)));
    add("fee", fee(vault));
    let price = rounded(price(vault.stake, vault.shares));
    add("stake", format!("{} in {} shares of {price} PHA", pha(vault.stake), decimal(vault.shares)));
    if vault.insolvent {
        add("contributions", "none: its shares have lost their value".to_owned());
    }
    add("free", format!("{} lie in no pool", pha(vault.free)));
    for placed in &vault.pools {
        let leaving = match placed.leaving {
            0 => String::new(),
            leaving => format!("; {} of its shares wait in the pool's queue", decimal(leaving)),
        };
        add("placed", format!("{} in pool {}{leaving}", pha(placed.value), placed.pool));
    }
    add("to claim", format!("{} of fees", pha(vault.owner_rewards)));
    add("queue", format!("{} wait for {}", vault.waiting, pha(vault.waiting_value)));
    lines
}

fn fee(vault: &VaultView) -> String {
    let text = rate_and_raise(&vault.fee, &vault.announced);
    match vault.deficit {
        0 => text,
        deficit => format!("{text}; none until {} that were lost are earned back", pha(deficit)),
    }
}

#[cfg(test)]
mod tests {
    use phala_client::{
        chain::api::runtime_types::sp_arithmetic::per_things::Permill, vault::PlacementView, AccountId32,
    };
    use phala_primitives::PHA;

    use super::*;

    fn view() -> VaultView {
        VaultView {
            vault: 2,
            owner: AccountId32([1; 32]),
            offered_to: None,
            account: AccountId32([2; 32]),
            description: b"steady".to_vec(),
            fee: Permill(100_000),
            announced: None,
            deficit: 3 * PHA,
            shares: 100 * PHA,
            stake: 90 * PHA,
            free: 10 * PHA,
            unsettled: 0,
            owner_rewards: 0,
            insolvent: false,
            pools: vec![PlacementView { pool: 7, shares: 80 * PHA, value: 80 * PHA, leaving: 5 * PHA }],
            waiting: 1,
            waiting_value: 4 * PHA,
            overdue_value: 0,
        }
    }

    #[test]
    fn vault_should_be_told_with_its_fee_and_where_its_stake_lies() {
        let told = lines(&view()).join("\n");
        for part in [
            "about           steady",
            "fee             10 %; none until 3 PHA that were lost are earned back",
            "90 PHA in 100 shares of 0.9 PHA",
            "10 PHA lie in no pool",
            "80 PHA in pool 7; 5 of its shares wait",
            "1 wait for 4 PHA",
        ] {
            assert!(told.contains(part), "{part} is missing in\n{told}");
        }
    }
}
