//! What an account has in pools or in vaults, and how a place in one of their queues is told.

use anyhow::Result;
use clap::Args;
use phala_client::{
    account::address,
    pool::{DelegationView, QueuedView},
    vault::{PositionView, WaitingView},
    AccountId32, Snapshot,
};
use phala_primitives::{Balance, Moment};
use serde_json::{json, Value};

use crate::{
    format::{decimal, pha, time},
    output,
    settings::{Flags, Signing},
    signer::{find_account, Signer},
    Globals,
};

/// Arguments of `phala delegate positions` and `phala vault positions`.
#[derive(Args)]
pub(crate) struct PositionsArguments {
    /// Any address, the name of a key file, or a development account. None: the account that signs (--account).
    #[arg(value_name = "WHOSE")]
    whose: Option<String>,
    #[command(flatten)]
    settings: Flags<Signing>,
}

/// Where stake of many people comes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A pool.
    Pool,
    /// A vault.
    Vault,
}

/// What an account has in one of them.
#[derive(Debug)]
pub(crate) struct Position {
    /// Number of the pool or vault.
    number: u64,
    shares: u128,
    value: Balance,
    unsettled: Balance,
    rewards: Balance,
    waiting: Option<Waiting>,
}

/// A place in a queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    /// Vaults number the places.
    pub(crate) ticket: Option<u64>,
    /// Shares that still have to go.
    pub(crate) shares: u128,
    /// What they are worth.
    pub(crate) value: Balance,
    /// When they were given back.
    pub(crate) since: Moment,
    /// When the grace period ends.
    pub(crate) due: Moment,
}

/// Shows what `read` finds of an account.
pub(crate) async fn show<View: Into<Position>>(
    place: Place,
    arguments: PositionsArguments,
    globals: &Globals,
    read: impl AsyncFnOnce(&Snapshot, AccountId32) -> Result<Vec<View>, phala_client::Error>,
) -> Result<()> {
    let settings = globals.settings(&arguments.settings)?;
    let chain = settings.connect().await?;
    let who = match &arguments.whose {
        Some(whose) => find_account(whose, &settings.keys(), &chain).await?,
        None => Signer::from_settings(&settings, &chain).await?.account_id(),
    };
    let snapshot = chain.snapshot(None).await?;
    let positions: Vec<Position> = read(&snapshot, who).await?.into_iter().map(Into::into).collect();
    let (free, held) = snapshot.balances(&who).await?.unwrap_or_default();
    if globals.json {
        return output::json(&json!({
            "account": address(&who),
            "block": snapshot.number(),
            "time": time(snapshot.time()),
            "time_ms": snapshot.time(),
            "free_pha": decimal(free),
            "held_pha": decimal(held),
            "positions": positions.iter().map(|position| place.as_json(position)).collect::<Vec<Value>>(),
        }));
    }
    output::line(format_args!("{}: {} free, {} on hold", address(&who), pha(free), pha(held)))?;
    place.table(&positions, snapshot.time()).iter().try_for_each(output::line)
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Self::Pool => "pool",
            Self::Vault => "vault",
        }
    }

    /// What is done for a withdrawal that has waited for the grace period.
    fn remedy(self) -> &'static str {
        match self {
            Self::Pool => "sessions stop",
            Self::Vault => "the vault takes stake out of its pools",
        }
    }

    /// A place in the queue, as people read it.
    pub(crate) fn waiting(self, waiting: &Waiting, now: Moment) -> String {
        let since = format!("{} since {}", pha(waiting.value), time(waiting.since));
        match waiting.due <= now {
            true => format!("{since}, overdue: {}", self.remedy()),
            false => format!("{since}; {} from {}", self.remedy(), time(waiting.due)),
        }
    }

    fn as_json(self, position: &Position) -> Value {
        let mut object = json!({
            "shares": decimal(position.shares),
            "value_pha": decimal(position.value),
            "unsettled_slashes_pha": decimal(position.unsettled),
            "rewards_pha": decimal(position.rewards),
            "withdrawal": position.waiting.as_ref().map(Waiting::as_json),
        });
        object[self.name()] = json!(position.number);
        object
    }

    fn table(self, positions: &[Position], now: Moment) -> Vec<String> {
        if positions.is_empty() {
            return vec![format!("Nothing in any {}.", self.name())];
        }
        let row = |number: &str, shares: &str, worth: &str, rewards: &str, waits: &str| {
            format!("{number:>5}  {shares:>22}  {worth:>22}  {rewards:>22}  {waits}")
        };
        let number = self.name().to_uppercase();
        let mut lines = vec![row(&number, "SHARES", "WORTH / PHA", "REWARDS / PHA", "WAITS IN THE QUEUE")];
        lines.extend(positions.iter().map(|position| {
            row(
                &position.number.to_string(),
                &decimal(position.shares),
                &decimal(position.value),
                &decimal(position.rewards),
                &position.waiting.as_ref().map_or("-".to_owned(), |waiting| self.waiting(waiting, now)),
            )
        }));
        lines
    }
}

impl Waiting {
    /// A place in the queue as JSON.
    pub(crate) fn as_json(&self) -> Value {
        let mut object = json!({
            "shares": decimal(self.shares),
            "value_pha": decimal(self.value),
            "since": time(self.since),
            "since_ms": self.since,
            "due": time(self.due),
            "due_ms": self.due,
        });
        if let Some(ticket) = self.ticket {
            object["ticket"] = json!(ticket);
        }
        object
    }
}

impl From<DelegationView> for Position {
    fn from(view: DelegationView) -> Self {
        let DelegationView { pool: number, shares, value, unsettled, rewards, withdrawal } = view;
        Self { number, shares, value, unsettled, rewards, waiting: withdrawal.map(Into::into) }
    }
}

impl From<PositionView> for Position {
    fn from(view: PositionView) -> Self {
        let PositionView { vault: number, shares, value, unsettled, rewards, waiting } = view;
        Self { number, shares, value, unsettled, rewards, waiting: waiting.as_ref().map(Into::into) }
    }
}

impl From<QueuedView> for Waiting {
    fn from(view: QueuedView) -> Self {
        let QueuedView { shares, value, since, due } = view;
        Self { ticket: None, shares, value, since, due }
    }
}

impl From<&WaitingView> for Waiting {
    fn from(view: &WaitingView) -> Self {
        let WaitingView { ticket, shares, value, since, grace_until: due } = *view;
        Self { ticket: Some(ticket), shares, value, since, due }
    }
}

#[cfg(test)]
mod tests {
    use phala_primitives::PHA;

    use super::*;

    fn in_pool(due: Option<Moment>) -> Position {
        let withdrawal = due.map(|due| QueuedView { shares: PHA, value: PHA, since: 0, due });
        let (shares, value, rewards) = (3 * PHA, 2 * PHA, PHA / 2);
        DelegationView { pool: 4, shares, value, unsettled: 0, rewards, withdrawal }.into()
    }

    fn in_vault() -> Position {
        let waiting = Some(WaitingView { ticket: 7, shares: PHA, value: PHA, since: 0, grace_until: 60_000 });
        PositionView { vault: 2, shares: PHA, value: PHA, unsettled: 0, rewards: 0, waiting }.into()
    }

    #[test]
    fn position_should_be_told_with_worth_rewards_and_place_in_the_queue() {
        let positions = [in_pool(None), in_pool(Some(60_000)), in_pool(Some(1))];
        let told = Place::Pool.table(&positions, 1_000).join("\n");
        for part in [
            " POOL ",
            "REWARDS",
            " 0.5  -",
            "1 PHA since 1970-01-01T00:00:00Z; sessions stop from 1970-01-01T00:01:00Z",
            "1 PHA since 1970-01-01T00:00:00Z, overdue: sessions stop",
        ] {
            assert!(told.contains(part), "{part} is missing in\n{told}");
        }
        assert_eq!(Place::Pool.table(&[], 0), ["Nothing in any pool."]);
    }

    #[test]
    fn position_in_a_vault_should_be_told_with_what_the_vault_does_for_it() {
        let told = |now| Place::Vault.table(&[in_vault()], now).join("\n");
        assert!(told(1_000).starts_with("VAULT "), "{}", told(1_000));
        assert!(
            told(1_000).contains("the vault takes stake out of its pools from 1970-01-01T00:01:00Z"),
            "{}",
            told(1_000)
        );
        assert!(told(60_000).contains("overdue: the vault takes"), "{}", told(60_000));
    }

    #[test]
    fn json_should_have_amounts_as_strings_and_times_twice() {
        let told = Place::Pool.as_json(&in_pool(Some(60_000)));
        assert_eq!(
            (&told["pool"], &told["value_pha"], &told["rewards_pha"]),
            (&json!(4), &json!("2"), &json!("0.5"))
        );
        assert_eq!(told["withdrawal"]["due_ms"], 60_000);
        assert_eq!(told["withdrawal"]["due"], "1970-01-01T00:01:00Z");
        assert!(told["withdrawal"].get("ticket").is_none(), "{told}");
        assert_eq!(Place::Pool.as_json(&in_pool(None))["withdrawal"], Value::Null);
        let told = Place::Vault.as_json(&in_vault());
        assert_eq!((&told["vault"], &told["withdrawal"]["ticket"]), (&json!(2), &json!(7)));
    }
}
