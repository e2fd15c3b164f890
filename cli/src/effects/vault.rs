//! What happens in vaults. Shares are counted like PHA.

use phala_client::chain::api::vault::Event;
use serde_json::{json, Value};

use super::{named, named_or_none, who as account, Effect};
use crate::format::{decimal, percent, pha, time};

/// An event in words and as JSON.
pub(super) fn effect(event: &Event) -> Effect {
    Effect::new(name(event), details(event), text(event))
}

fn name(event: &Event) -> &'static str {
    match event {
        Event::VaultCreated { .. } => "vault_created",
        Event::VaultClosed { .. } => "vault_closed",
        Event::OwnershipOffered { .. } => "ownership_offered",
        Event::OwnershipTransferred { .. } => "ownership_transferred",
        Event::FeeSet { .. } => "fee_set",
        Event::DescriptionSet { .. } => "description_set",
        Event::Contributed { .. } => "contributed",
        Event::Withdrawn { .. } => "withdrawn",
        Event::WithdrawalQueued { .. } => "withdrawal_queued",
        Event::WithdrawalCancelled { .. } => "withdrawal_cancelled",
        Event::WithdrawalOverdue { .. } => "withdrawal_overdue",
        Event::Delegated { .. } => "delegated",
        Event::Undelegated { .. } => "undelegated",
        Event::StakeReturned { .. } => "stake_returned",
        Event::VaultSlashed { .. } => "vault_slashed",
        Event::SlashSettled { .. } => "slash_settled",
        Event::RewardReceived { .. } => "reward_received",
        Event::RewardsClaimed { .. } => "rewards_claimed",
    }
}

fn text(event: &Event) -> String {
    match event {
        Event::VaultCreated { vault, owner, .. } => {
            format!("vault {vault} is created and belongs to {}", account(owner))
        }
        Event::VaultClosed { vault, dust } => {
            format!("vault {vault} is closed; {} of rounding go to the treasury", pha(*dust))
        }
        Event::OwnershipOffered { vault, to } => match to {
            Some(to) => format!("vault {vault} is offered to {}", account(to)),
            None => format!("vault {vault} is offered to nobody any more"),
        },
        Event::OwnershipTransferred { vault, from, to } => {
            format!("vault {vault} goes from {} to {}", account(from), account(to))
        }
        Event::FeeSet { vault, fee, from } => {
            format!("the performance fee of vault {vault} is {} % from {} on", percent(fee.0), time(*from))
        }
        Event::DescriptionSet { vault } => format!("vault {vault} has another description"),
        Event::Contributed { vault, who, amount, shares } => format!(
            "{} puts {} on hold for {} shares of vault {vault}",
            account(who),
            pha(*amount),
            decimal(*shares)
        ),
        Event::Withdrawn { vault, who, shares, amount } => format!(
            "{} gives back {} shares of vault {vault}, and {} are released",
            account(who),
            decimal(*shares),
            pha(*amount)
        ),
        Event::WithdrawalQueued { vault, who, shares, value, grace_until } => format!(
            "{} waits in the queue of vault {vault} with {} shares, worth {}; from {} on the vault takes stake out of its \
             pools for them",
            account(who),
            decimal(*shares),
            pha(*value),
            time(*grace_until)
        ),
        Event::WithdrawalCancelled { vault, who, shares } => format!(
            "{} leaves the queue of vault {vault}, and keeps {} shares",
            account(who),
            decimal(*shares)
        ),
        Event::WithdrawalOverdue { vault, who, shares } => format!(
            "{} has waited in the queue of vault {vault} for the grace period, with {} shares",
            account(who),
            decimal(*shares)
        ),
        Event::Delegated { vault, pool, amount } => {
            format!("vault {vault} places {} in pool {pool}", pha(*amount))
        }
        Event::Undelegated { vault, pool, shares, forced } => {
            let why = if *forced { ", for withdrawals that are overdue" } else { "" };
            format!("vault {vault} takes {} shares out of pool {pool}{why}", decimal(*shares))
        }
        Event::StakeReturned { vault, amount } => {
            format!("{} came back from a pool and are free stake of vault {vault}", pha(*amount))
        }
        Event::VaultSlashed { vault, lost, stake, .. } => {
            format!("vault {vault} loses {} of its stake, and has {}", pha(*lost), pha(*stake))
        }
        Event::SlashSettled { vault, who, amount } => format!(
            "{} of {} go to the treasury, for past slashes of vault {vault}",
            pha(*amount),
            account(who)
        ),
        Event::RewardReceived { vault, amount, fee, .. } => {
            format!("vault {vault} earns {}, of which {} are the owner's", pha(*amount), pha(*fee))
        }
        Event::RewardsClaimed { vault, who, amount } => {
            format!("{} is paid {} of rewards of vault {vault}", account(who), pha(*amount))
        }
    }
}

fn details(event: &Event) -> Value {
    match event {
        Event::VaultCreated { vault, owner, account } => {
            json!({ "vault": vault, "owner": named(owner), "account": named(account) })
        }
        Event::VaultClosed { vault, dust } => json!({ "vault": vault, "dust_pha": decimal(*dust) }),
        Event::OwnershipOffered { vault, to } => json!({ "vault": vault, "to": named_or_none(to) }),
        Event::OwnershipTransferred { vault, from, to } => {
            json!({ "vault": vault, "from": named(from), "to": named(to) })
        }
        Event::FeeSet { vault, fee, from } => json!({
            "vault": vault,
            "fee_percent": percent(fee.0),
            "from": time(*from),
            "from_ms": from,
        }),
        Event::DescriptionSet { vault } => json!({ "vault": vault }),
        Event::Contributed { vault, who, amount, shares }
        | Event::Withdrawn { vault, who, amount, shares } => json!({
            "vault": vault,
            "who": named(who),
            "amount_pha": decimal(*amount),
            "shares": decimal(*shares),
        }),
        Event::WithdrawalQueued { vault, who, shares, value, grace_until } => json!({
            "vault": vault,
            "who": named(who),
            "shares": decimal(*shares),
            "value_pha": decimal(*value),
            "grace_until": time(*grace_until),
            "grace_until_ms": grace_until,
        }),
        Event::WithdrawalCancelled { vault, who, shares }
        | Event::WithdrawalOverdue { vault, who, shares } => {
            json!({ "vault": vault, "who": named(who), "shares": decimal(*shares) })
        }
        Event::Delegated { vault, pool, amount } => {
            json!({ "vault": vault, "pool": pool, "amount_pha": decimal(*amount) })
        }
        Event::Undelegated { vault, pool, shares, forced } => {
            json!({ "vault": vault, "pool": pool, "shares": decimal(*shares), "forced": forced })
        }
        Event::StakeReturned { vault, amount } => json!({ "vault": vault, "amount_pha": decimal(*amount) }),
        Event::VaultSlashed { vault, lost, stake, shares } => json!({
            "vault": vault,
            "lost_pha": decimal(*lost),
            "stake_pha": decimal(*stake),
            "shares": decimal(*shares),
        }),
        Event::SlashSettled { vault, who, amount } | Event::RewardsClaimed { vault, who, amount } => {
            json!({ "vault": vault, "who": named(who), "amount_pha": decimal(*amount) })
        }
        Event::RewardReceived { vault, amount, fee, deficit } => json!({
            "vault": vault,
            "amount_pha": decimal(*amount),
            "fee_pha": decimal(*fee),
            "deficit_pha": decimal(*deficit),
        }),
    }
}
