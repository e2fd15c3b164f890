//! What happens in pools. Shares are counted like PHA.

use phala_client::chain::api::stake_pool::Event;
use serde_json::{json, Value};

use super::{named, named_or_none, who as account, Effect};
use crate::format::{decimal, percent, pha, short, time};

/// An event in words and as JSON.
pub(super) fn effect(event: &Event) -> Effect {
    Effect::new(name(event), details(event), text(event))
}

fn name(event: &Event) -> &'static str {
    match event {
        Event::PoolCreated { .. } => "pool_created",
        Event::PoolClosed { .. } => "pool_closed",
        Event::OwnershipOffered { .. } => "ownership_offered",
        Event::OwnershipTransferred { .. } => "ownership_transferred",
        Event::ManagerSet { .. } => "manager_set",
        Event::CommissionSet { .. } => "commission_set",
        Event::CapSet { .. } => "cap_set",
        Event::DescriptionSet { .. } => "description_set",
        Event::WhitelistSet { .. } => "whitelist_set",
        Event::Allowed { .. } => "allowed",
        Event::Disallowed { .. } => "disallowed",
        Event::WorkerAdded { .. } => "worker_added",
        Event::WorkerRemoved { .. } => "worker_removed",
        Event::StakeActivated { .. } => "stake_activated",
        Event::StakeReturned { .. } => "stake_returned",
        Event::SessionStopForced { .. } => "session_stop_forced",
        Event::PoolSlashed { .. } => "pool_slashed",
        Event::Contributed { .. } => "contributed",
        Event::Withdrawn { .. } => "withdrawn",
        Event::WithdrawalQueued { .. } => "withdrawal_queued",
        Event::WithdrawalCancelled { .. } => "withdrawal_cancelled",
        Event::WithdrawalOverdue { .. } => "withdrawal_overdue",
        Event::SlashSettled { .. } => "slash_settled",
        Event::RewardReceived { .. } => "reward_received",
        Event::RewardsClaimed { .. } => "rewards_claimed",
    }
}

fn text(event: &Event) -> String {
    match event {
        Event::PoolCreated { pool, owner } => format!("pool {pool} is created and belongs to {}", account(owner)),
        Event::PoolClosed { pool, dust } => {
            format!("pool {pool} is closed; {} of rounding go to the treasury", pha(*dust))
        }
        Event::OwnershipOffered { pool, to } => match to {
            Some(to) => format!("pool {pool} is offered to {}", account(to)),
            None => format!("pool {pool} is offered to nobody any more"),
        },
        Event::OwnershipTransferred { pool, from, to } => {
            format!("pool {pool} goes from {} to {}", account(from), account(to))
        }
        Event::ManagerSet { pool, manager } => match manager {
            Some(manager) => format!("{} may run the workers of pool {pool}", account(manager)),
            None => format!("pool {pool} has no manager any more"),
        },
        Event::CommissionSet { pool, commission, from } => {
            format!("the commission of pool {pool} is {} % from {} on", percent(commission.0), time(*from))
        }
        Event::CapSet { pool, cap } => match cap {
            Some(cap) => format!("pool {pool} takes stake up to {}", pha(*cap)),
            None => format!("pool {pool} takes stake without a limit"),
        },
        Event::DescriptionSet { pool } => format!("pool {pool} has another description"),
        Event::WhitelistSet { pool, enabled } => match enabled {
            true => format!("only the owner and the whitelist may contribute to pool {pool}"),
            false => format!("everybody may contribute to pool {pool}"),
        },
        Event::Allowed { pool, who } => format!("{} is on the whitelist of pool {pool}", account(who)),
        Event::Disallowed { pool, who } => {
            format!("{} is not on the whitelist of pool {pool} any more", account(who))
        }
        Event::WorkerAdded { pool, worker } => format!("worker {} joins pool {pool}", short(&worker.0)),
        Event::WorkerRemoved { pool, worker } => format!("worker {} leaves pool {pool}", short(&worker.0)),
        Event::StakeActivated { pool, worker, stake } => {
            format!("{} of pool {pool} back worker {}", pha(*stake), short(&worker.0))
        }
        Event::StakeReturned { pool, worker, taken, returned } => format!(
            "{} of the {} behind worker {} are free stake of pool {pool} again",
            pha(*returned),
            pha(*taken),
            short(&worker.0)
        ),
        Event::SessionStopForced { pool, worker, missing } => format!(
            "the chain stops the session of worker {}, because pool {pool} owes {} to withdrawals whose grace period is \
             over",
            short(&worker.0),
            pha(*missing)
        ),
        Event::PoolSlashed { pool, lost, stake, .. } => {
            format!("pool {pool} loses {} of its stake, and has {}", pha(*lost), pha(*stake))
        }
        Event::Contributed { pool, who, amount, shares } => format!(
            "{} puts {} on hold for {} shares of pool {pool}",
            account(who),
            pha(*amount),
            decimal(*shares)
        ),
        Event::Withdrawn { pool, who, shares, amount } => format!(
            "{} gives back {} shares of pool {pool}, and {} are released",
            account(who),
            decimal(*shares),
            pha(*amount)
        ),
        Event::WithdrawalQueued { pool, who, shares } => format!(
            "{} waits in the queue of pool {pool} with {} shares",
            account(who),
            decimal(*shares)
        ),
        Event::WithdrawalCancelled { pool, who, shares } => format!(
            "{} leaves the queue of pool {pool}, and keeps {} shares",
            account(who),
            decimal(*shares)
        ),
        Event::WithdrawalOverdue { pool, who, shares } => format!(
            "{} has waited in the queue of pool {pool} for the grace period, with {} shares",
            account(who),
            decimal(*shares)
        ),
        Event::SlashSettled { pool, who, amount } => format!(
            "{} of {} go to the treasury, for past slashes of pool {pool}",
            pha(*amount),
            account(who)
        ),
        Event::RewardReceived { pool, amount, commission } => {
            format!("pool {pool} earns {}, of which {} are the owner's", pha(*amount), pha(*commission))
        }
        Event::RewardsClaimed { pool, who, amount } => {
            format!("{} is paid {} of rewards of pool {pool}", account(who), pha(*amount))
        }
    }
}

fn details(event: &Event) -> Value {
    match event {
        Event::PoolCreated { pool, owner } => json!({ "pool": pool, "owner": named(owner) }),
        Event::PoolClosed { pool, dust } => json!({ "pool": pool, "dust_pha": decimal(*dust) }),
        Event::OwnershipOffered { pool, to } => json!({ "pool": pool, "to": named_or_none(to) }),
        Event::OwnershipTransferred { pool, from, to } => {
            json!({ "pool": pool, "from": named(from), "to": named(to) })
        }
        Event::ManagerSet { pool, manager } => json!({ "pool": pool, "manager": named_or_none(manager) }),
        Event::CommissionSet { pool, commission, from } => json!({
            "pool": pool,
            "commission_percent": percent(commission.0),
            "from": time(*from),
            "from_ms": from,
        }),
        Event::CapSet { pool, cap } => json!({ "pool": pool, "cap_pha": cap.map(decimal) }),
        Event::DescriptionSet { pool } => json!({ "pool": pool }),
        Event::WhitelistSet { pool, enabled } => json!({ "pool": pool, "enabled": enabled }),
        Event::Allowed { pool, who } | Event::Disallowed { pool, who } => {
            json!({ "pool": pool, "who": named(who) })
        }
        Event::WorkerAdded { pool, worker } | Event::WorkerRemoved { pool, worker } => {
            json!({ "pool": pool, "worker": worker.0 })
        }
        Event::StakeActivated { pool, worker, stake } => {
            json!({ "pool": pool, "worker": worker.0, "stake_pha": decimal(*stake) })
        }
        Event::StakeReturned { pool, worker, taken, returned } => json!({
            "pool": pool,
            "worker": worker.0,
            "stake_pha": decimal(*taken),
            "returned_pha": decimal(*returned),
        }),
        Event::SessionStopForced { pool, worker, missing } => {
            json!({ "pool": pool, "worker": worker.0, "missing_pha": decimal(*missing) })
        }
        Event::PoolSlashed { pool, lost, stake, shares } => json!({
            "pool": pool,
            "lost_pha": decimal(*lost),
            "stake_pha": decimal(*stake),
            "shares": decimal(*shares),
        }),
        Event::Contributed { pool, who, amount, shares } | Event::Withdrawn { pool, who, amount, shares } => {
            json!({
                "pool": pool,
                "who": named(who),
                "amount_pha": decimal(*amount),
                "shares": decimal(*shares),
            })
        }
        Event::WithdrawalQueued { pool, who, shares }
        | Event::WithdrawalCancelled { pool, who, shares }
        | Event::WithdrawalOverdue { pool, who, shares } => {
            json!({ "pool": pool, "who": named(who), "shares": decimal(*shares) })
        }
        Event::SlashSettled { pool, who, amount } | Event::RewardsClaimed { pool, who, amount } => {
            json!({ "pool": pool, "who": named(who), "amount_pha": decimal(*amount) })
        }
        Event::RewardReceived { pool, amount, commission } => json!({
            "pool": pool,
            "amount_pha": decimal(*amount),
            "commission_pha": decimal(*commission),
        }),
    }
}
