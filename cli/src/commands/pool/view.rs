//! A pool as JSON, and the words that lists and pages share.

use phala_client::{
    account::address,
    chain::api::runtime_types::sp_arithmetic::per_things::Permill,
    economics::FixedU128,
    pool::{apr, price, PoolView, WithdrawalView, WorkerView},
    session::NetworkTotals,
    AccountId32,
};
use phala_primitives::Moment;
use serde_json::{json, Value};

use crate::{
    commands::{positions::Waiting, session},
    format::{decimal, fixed, percent, rate, time},
};

/// What is assumed of the future where a return is shown.
pub(super) const APR_ASSUMPTION: &str = "\
APR is what delegators would get in a year on all stake of the pool, after treasury and commission and without \
compounding, if emission, shares, stake and commission stayed as they are and all responsive sessions remained so; what \
jobs pay is left out.";

/// A pool with its return.
pub(super) struct Row {
    /// The pool.
    pub(super) pool: PoolView,
    /// Yearly return, if it has stake.
    pub(super) apr: Option<FixedU128>,
}

impl Row {
    /// Computes the return.
    pub(super) fn new(pool: PoolView, network: &NetworkTotals) -> Self {
        Self { apr: apr(&pool, network), pool }
    }

    /// The return as people read it.
    pub(super) fn apr_text(&self) -> String {
        self.apr.map_or("-".to_owned(), rate)
    }
}

/// A pool as JSON.
pub(super) fn as_json(row: &Row) -> Value {
    let pool = &row.pool;
    let (announced, from) = pool.announced.as_ref().map(|(rate, from)| (percent(rate.0), *from)).unzip();
    json!({
        "pool": pool.pool,
        "owner": address(&pool.owner),
        "manager": named(&pool.manager),
        "offered_to": named(&pool.offered),
        "description": String::from_utf8_lossy(&pool.description),
        "commission_percent": percent(pool.commission.0),
        "announced_commission_percent": announced,
        "announced_from": from.map(time),
        "announced_from_ms": from,
        "cap_pha": pool.cap.map(decimal),
        "capacity_pha": pool.capacity.map(decimal),
        "whitelist": pool.whitelist,
        "stake_pha": decimal(pool.stake),
        "free_pha": decimal(pool.free),
        "available_pha": decimal(pool.available),
        "cooling_down_pha": decimal(pool.cooling),
        "more_at": pool.more_at.map(time),
        "more_at_ms": pool.more_at,
        "shares": decimal(pool.shares),
        "price_pha": fixed(price(pool.stake, pool.shares)),
        "workers": pool.workers,
        "sessions": pool.sessions,
        "responsive": pool.responsive,
        "session_share": fixed(*pool.share),
        "waiting": pool.queue,
        "waiting_pha": decimal(pool.queued),
        "overdue_pha": decimal(pool.overdue),
        "unsettled_slashes_pha": decimal(pool.unsettled),
        "owner_rewards_pha": decimal(pool.owner_rewards),
        "insolvent": pool.insolvent,
        "reward_account": address(&pool.reward_account),
        "apr": row.apr.map(fixed),
    })
}

/// A worker of a pool as JSON.
pub(super) fn worker_as_json(worker: &WorkerView) -> Value {
    json!({
        "worker": worker.worker.0,
        "session": worker.session.as_ref().map(session::as_json),
    })
}

/// A place in a queue as JSON.
pub(super) fn withdrawal_as_json(entry: &WithdrawalView) -> Value {
    let WithdrawalView { who, shares, value, ahead, since, due } = entry;
    let waiting = Waiting { ticket: None, shares: *shares, value: *value, since: *since, due: *due };
    let mut object = waiting.as_json();
    object["who"] = json!(address(who));
    object["ahead_pha"] = json!(decimal(*ahead));
    object
}

/// A rate, and the higher one that is announced.
pub(crate) fn rate_and_raise(rate: &Permill, announced: &Option<(Permill, Moment)>) -> String {
    let now = format!("{} %", percent(rate.0));
    match announced {
        Some((announced, from)) => format!("{now}; {} % from {} on", percent(announced.0), time(*from)),
        None => now,
    }
}

fn named(account: &Option<AccountId32>) -> Option<String> {
    account.as_ref().map(address)
}
