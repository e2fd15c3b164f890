//! What an account has in pools.

use anyhow::Result;
use clap::Args;
use phala_client::{
    account::address,
    pool::{self, DelegationView},
};
use phala_primitives::Moment;
use serde_json::{json, Value};

use crate::{
    format::{decimal, pha, time},
    output,
    settings::{Flags, Signing},
    signer::{find_account, Signer},
    Globals,
};

/// Arguments of `phala delegate positions`.
#[derive(Args)]
pub(crate) struct PositionsArguments {
    /// Any address, the name of a key file, or a development account. None: the account that signs (--account).
    #[arg(value_name = "WHOSE")]
    whose: Option<String>,
    #[command(flatten)]
    settings: Flags<Signing>,
}

/// Runs `phala delegate positions`.
pub(crate) async fn positions(arguments: PositionsArguments, globals: &Globals) -> Result<()> {
    let settings = globals.settings(&arguments.settings)?;
    let chain = settings.connect().await?;
    let who = match &arguments.whose {
        Some(whose) => find_account(whose, &settings.keys(), &chain).await?,
        None => Signer::from_settings(&settings, &chain).await?.account_id(),
    };
    let snapshot = chain.snapshot(None).await?;
    let positions = pool::positions(&snapshot, who).await?;
    let (free, held) = snapshot.balances(&who).await?.unwrap_or_default();
    if globals.json {
        return output::json(&json!({
            "account": address(&who),
            "block": snapshot.number(),
            "time": time(snapshot.time()),
            "time_ms": snapshot.time(),
            "free_pha": decimal(free),
            "held_pha": decimal(held),
            "positions": positions.iter().map(as_json).collect::<Vec<Value>>(),
        }));
    }
    output::line(format_args!("{}: {} free, {} on hold", address(&who), pha(free), pha(held)))?;
    table(&positions, snapshot.time()).iter().try_for_each(output::line)
}

fn as_json(position: &DelegationView) -> Value {
    json!({
        "pool": position.pool,
        "shares": decimal(position.shares),
        "value_pha": decimal(position.value),
        "unsettled_slashes_pha": decimal(position.unsettled),
        "rewards_pha": decimal(position.rewards),
        "withdrawal": position.withdrawal.as_ref().map(|waiting| json!({
            "shares": decimal(waiting.shares),
            "value_pha": decimal(waiting.value),
            "since": time(waiting.since),
            "since_ms": waiting.since,
            "due": time(waiting.due),
            "due_ms": waiting.due,
        })),
    })
}

fn table(positions: &[DelegationView], now: Moment) -> Vec<String> {
    if positions.is_empty() {
        return vec!["Nothing in any pool.".to_owned()];
    }
    let mut lines = vec![format!(
        "{:>5}  {:>22}  {:>22}  {:>22}  WAITS IN THE QUEUE",
        "POOL", "SHARES", "WORTH / PHA", "REWARDS / PHA"
    )];
    lines.extend(positions.iter().map(|position| {
        format!(
            "{:>5}  {:>22}  {:>22}  {:>22}  {}",
            position.pool,
            decimal(position.shares),
            decimal(position.value),
            decimal(position.rewards),
            waiting(position, now)
        )
    }));
    lines
}

fn waiting(position: &DelegationView, now: Moment) -> String {
    match &position.withdrawal {
        None => "-".to_owned(),
        Some(waiting) if waiting.due <= now => {
            format!("{} since {}, overdue", pha(waiting.value), time(waiting.since))
        }
        Some(waiting) => {
            format!(
                "{} since {}; sessions stop from {}",
                pha(waiting.value),
                time(waiting.since),
                time(waiting.due)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use phala_client::pool::QueuedView;
    use phala_primitives::PHA;

    use super::*;

    fn position(due: Option<Moment>) -> DelegationView {
        let withdrawal = due.map(|due| QueuedView { shares: PHA, value: PHA, since: 0, due });
        DelegationView {
            pool: 4,
            shares: 3 * PHA,
            value: 2 * PHA,
            unsettled: 0,
            rewards: PHA / 2,
            withdrawal,
        }
    }

    #[test]
    fn position_should_be_told_with_worth_rewards_and_place_in_the_queue() {
        let told = table(&[position(None), position(Some(60_000)), position(Some(1))], 1_000).join("\n");
        for part in [
            "REWARDS",
            " 0.5  -",
            "1 PHA since 1970-01-01T00:00:00Z; sessions stop from 1970-01-01T00:01:00Z",
            "overdue",
        ] {
            assert!(told.contains(part), "{part} is missing in\n{told}");
        }
        assert_eq!(table(&[], 0), ["Nothing in any pool."]);
    }

    #[test]
    fn json_should_have_amounts_as_strings_and_times_twice() {
        let told = as_json(&position(Some(60_000)));
        assert_eq!((&told["value_pha"], &told["rewards_pha"]), (&json!("2"), &json!("0.5")));
        assert_eq!(told["withdrawal"]["due_ms"], 60_000);
        assert_eq!(told["withdrawal"]["due"], "1970-01-01T00:01:00Z");
        assert_eq!(as_json(&position(None))["withdrawal"], Value::Null);
    }
}
