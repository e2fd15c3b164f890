//! The accounts there are.

use std::{path::PathBuf, time::Duration};

use anyhow::Result;
use clap::Args;
use phala_client::{
    account::{address, development, is_development_chain, DEVELOPMENT_ACCOUNTS},
    AccountId32, Chain,
};
use phala_primitives::Balance;
use serde_json::{json, Value};

use crate::{
    format::{decimal, pha},
    output,
    settings::{Flags, Money, Settings},
    Globals,
};

/// Longest wait for a node: the list is useful without balances.
const NODE_TIMEOUT: Duration = Duration::from_secs(5);

/// Arguments of `phala account list`.
#[derive(Args)]
pub(crate) struct ListArguments {
    /// Ask no node: show no balances, and no development accounts.
    #[arg(long)]
    offline: bool,
    #[command(flatten)]
    settings: Flags<Money>,
}

/// A line of the list.
struct Row {
    name: String,
    account: AccountId32,
    /// None: a development account.
    file: Option<PathBuf>,
    exposed: bool,
    free: Option<Balance>,
}

/// Lists the accounts.
pub(crate) async fn list(arguments: ListArguments, globals: &Globals) -> Result<()> {
    let settings = globals.settings(&arguments.settings)?;
    let listing = settings.keys().list()?;
    let mut rows: Vec<Row> = listing
        .keys
        .iter()
        .map(|key| Row {
            name: key.name.clone(),
            account: *key.account_id(),
            file: Some(key.path.clone()),
            exposed: key.is_exposed(),
            free: None,
        })
        .collect();
    let asked = match arguments.offline {
        true => None,
        false => Some(ask_node(&settings, &mut rows).await),
    };
    let unreadable: Vec<(PathBuf, String)> =
        listing.unreadable.into_iter().map(|(path, error)| (path, error.to_string())).collect();
    if globals.json {
        return output::json(&json!({
            "accounts": rows.iter().map(row_json).collect::<Vec<_>>(),
            "unreadable": unreadable.iter().map(|(file, error)| json!({ "file": file, "error": error })).collect::<Vec<_>>(),
            "node_error": asked.and_then(Result::err).map(|error| format!("{error:#}")),
        }));
    }
    show(&rows, &settings)?;
    for (file, error) in unreadable {
        eprintln!("{}: {error}", file.display());
    }
    for row in rows.iter().filter(|row| row.exposed) {
        let file = row.file.clone().unwrap_or_default();
        eprintln!("{}: other users may read or change it; it stays locked until `chmod 600`", file.display());
    }
    if let Some(Err(error)) = asked {
        eprintln!("no balances: {error:#}");
    }
    Ok(())
}

/// Fills in balances, and adds the development accounts where they may be used.
async fn ask_node(settings: &Settings, rows: &mut Vec<Row>) -> Result<()> {
    let asking = async {
        let chain = settings.connect().await?;
        if is_development_chain(&chain).await? {
            for name in DEVELOPMENT_ACCOUNTS {
                let account = development(name)?.account_id();
                rows.push(Row { name: name.to_owned(), account, file: None, exposed: false, free: None });
            }
        }
        fill(&chain, rows).await
    };
    tokio::time::timeout(NODE_TIMEOUT, asking).await.unwrap_or_else(|_| {
        Err(anyhow::anyhow!("the node did not answer within {} s", NODE_TIMEOUT.as_secs()))
    })
}

async fn fill(chain: &Chain, rows: &mut [Row]) -> Result<()> {
    for row in rows {
        row.free = Some(chain.balances(&row.account).await?.0);
    }
    Ok(())
}

fn row_json(row: &Row) -> Value {
    json!({
        "name": row.name,
        "address": address(&row.account),
        "file": row.file,
        "development": row.file.is_none(),
        "exposed": row.exposed,
        "free_pha": row.free.map(decimal),
    })
}

fn show(rows: &[Row], settings: &Settings) -> Result<()> {
    if rows.is_empty() {
        return output::line(format_args!(
            "There is no account in {}. Make one with `phala account new NAME`.",
            settings.keys().path().display()
        ));
    }
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or_default().max(4);
    output::line(format_args!("{:width$}  {:48}  {:>24}  FILE", "NAME", "ADDRESS", "FREE"))?;
    for row in rows {
        let free = row.free.map_or_else(|| "?".to_owned(), pha);
        let file = row.file.as_ref().map_or_else(
            || "none: a development account, its key is public".to_owned(),
            |file| file.display().to_string(),
        );
        output::line(format_args!("{:width$}  {:48}  {free:>24}  {file}", row.name, address(&row.account)))?;
    }
    Ok(())
}
