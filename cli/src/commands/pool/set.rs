//! A pool's terms.

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use phala_client::{
    pool::{changes, Change},
    AccountId32,
};
use phala_primitives::{Balance, PoolId};

use crate::{
    act::{Acting, Actor},
    advice::About,
    format::{parse_description, parse_percent, parse_pha},
    signer::find_account,
    Globals,
};

/// Arguments of `phala pool set`.
#[derive(Args)]
#[command(override_usage = "phala pool set [OPTIONS] <POOL> <TERMS>...")]
pub(crate) struct SetArguments {
    /// Number of the pool.
    #[arg(value_name = "POOL")]
    pool: PoolId,
    #[command(flatten)]
    terms: Terms,
    #[command(flatten)]
    acting: Acting,
}

/// The terms to change.
#[derive(Args)]
#[group(required = true, multiple = true)]
struct Terms {
    /// The owner's part of the rewards in percent, such as 12.5. A lower one holds at once, a higher one after a
    /// notice and by a limited step.
    #[arg(long, value_name = "PERCENT", value_parser = parse_percent)]
    commission: Option<u32>,
    /// The most stake that the pool takes, in PHA, or `none`.
    #[arg(long, value_name = "PHA|none", value_parser = parse_cap)]
    cap: Option<Cap>,
    /// What people read about the pool; at most 400 bytes of UTF-8. An empty one says nothing.
    #[arg(long, value_name = "TEXT", value_parser = parse_description)]
    description: Option<String>,
    /// Whether only the owner and those on the whitelist may contribute (`phala pool allow`).
    #[arg(long, value_name = "on|off")]
    whitelist: Option<Switch>,
    /// Who may run workers and sessions besides the owner, or `none`. A manager never moves funds or changes terms.
    #[arg(long, value_name = "ACCOUNT|none")]
    manager: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cap(Option<Balance>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

/// Runs `phala pool set`: all that is given takes effect together, or nothing does.
pub(crate) async fn set(arguments: SetArguments, globals: &Globals) -> Result<()> {
    let SetArguments { pool, terms, acting } = arguments;
    let actor = acting.begin(globals).await?;
    let calls = changes(pool, terms.changes(&actor).await?);
    actor.act_together(calls, About::Pool(pool)).await
}

impl Terms {
    async fn changes(self, actor: &Actor<'_>) -> Result<Vec<Change>> {
        let manager = match self.manager.as_deref() {
            None => None,
            Some("none") => Some(None),
            Some(name) => Some(Some(account(name, actor).await?)),
        };
        let changes = [
            self.commission.map(Change::Commission),
            self.cap.map(|Cap(cap)| Change::Cap(cap)),
            self.description.map(Change::Description),
            self.whitelist.map(|switch| Change::Whitelist(switch == Switch::On)),
            manager.map(Change::Manager),
        ];
        Ok(changes.into_iter().flatten().collect())
    }
}

async fn account(name: &str, actor: &Actor<'_>) -> Result<AccountId32> {
    find_account(name, &actor.settings().keys(), &actor.chain).await.context("--manager")
}

fn parse_cap(text: &str) -> Result<Cap> {
    match text {
        "none" => Ok(Cap(None)),
        amount => parse_pha(amount).map(Some).map(Cap),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use phala_primitives::PHA;

    use super::*;

    #[test]
    fn cap_should_be_an_amount_or_none() {
        assert_eq!(parse_cap("none").unwrap(), Cap(None));
        assert_eq!(parse_cap("2.5").unwrap(), Cap(Some(5 * PHA / 2)));
        assert!(parse_cap("None").is_err() && parse_cap("-1").is_err() && parse_cap("").is_err());
    }
}
