//! One pool, and who waits in it.

use anyhow::Result;
use clap::Args;
use phala_client::{
    account::address,
    economics::Phase,
    pool::{self, price, PoolView, WithdrawalView, WorkerView},
    session::totals,
};
use phala_primitives::{Moment, PoolId};
use serde_json::{json, Value};

use super::{
    existing,
    view::{as_json, rate_and_raise, withdrawal_as_json, worker_as_json, Row, APR_ASSUMPTION},
};
use crate::{
    format::{decimal, one_line, pha, rounded, time},
    output,
    settings::{Flags, NodeOnly},
    Globals,
};

/// Arguments of `phala pool show`.
#[derive(Args)]
#[command(after_long_help = APR_ASSUMPTION)]
pub(crate) struct ShowArguments {
    /// Number of the pool.
    #[arg(value_name = "POOL")]
    pool: PoolId,
    #[command(flatten)]
    settings: Flags<NodeOnly>,
}

/// Arguments of `phala pool queue`.
#[derive(Args)]
pub(crate) struct QueueArguments {
    /// Number of the pool.
    #[arg(value_name = "POOL")]
    pool: PoolId,
    #[command(flatten)]
    settings: Flags<NodeOnly>,
}

/// Runs `phala pool show`.
pub(crate) async fn show(arguments: ShowArguments, globals: &Globals) -> Result<()> {
    let chain = globals.settings(&arguments.settings)?.connect().await?;
    let snapshot = chain.snapshot(None).await?;
    let row = Row::new(existing(&snapshot, arguments.pool).await?, &totals(&snapshot).await?);
    let workers = pool::workers(&snapshot, arguments.pool).await?;
    let queue = pool::queue(&snapshot, arguments.pool).await?;
    let whitelist = pool::whitelist(&snapshot, arguments.pool).await?;
    if globals.json {
        let mut report = as_json(&row);
        report["block"] = json!(snapshot.number());
        report["time"] = json!(time(snapshot.time()));
        report["time_ms"] = json!(snapshot.time());
        report["worker_list"] = workers.iter().map(worker_as_json).collect();
        report["queue"] = queue.iter().map(withdrawal_as_json).collect();
        report["allowed"] = whitelist.iter().map(address).collect();
        return output::json(&report);
    }
    lines(&row).iter().try_for_each(output::line)?;
    if !whitelist.is_empty() {
        output::line(format_args!(
            "  may contribute  {}",
            whitelist.iter().map(address).collect::<Vec<_>>().join(", ")
        ))?;
    }
    output::line("")?;
    show_workers(&workers)?;
    output::line("")?;
    show_queue(&queue, snapshot.time())?;
    output::line(format_args!("\n{APR_ASSUMPTION}"))
}

/// Runs `phala pool queue`.
pub(crate) async fn queue(arguments: QueueArguments, globals: &Globals) -> Result<()> {
    let chain = globals.settings(&arguments.settings)?.connect().await?;
    let snapshot = chain.snapshot(None).await?;
    let view = existing(&snapshot, arguments.pool).await?;
    let queue = pool::queue(&snapshot, arguments.pool).await?;
    if globals.json {
        return output::json(&json!({
            "block": snapshot.number(),
            "time": time(snapshot.time()),
            "time_ms": snapshot.time(),
            "pool": view.pool,
            "free_pha": decimal(view.free),
            "cooling_down_pha": decimal(view.cooling),
            "more_at": view.more_at.map(time),
            "more_at_ms": view.more_at,
            "waiting": view.queue,
            "waiting_pha": decimal(view.queued),
            "queue": queue.iter().map(withdrawal_as_json).collect::<Vec<Value>>(),
        }));
    }
    show_queue(&queue, snapshot.time())?;
    output::line(coming(&view))
}

/// The pool itself.
fn lines(row: &Row) -> Vec<String> {
    let pool = &row.pool;
    let mut lines = vec![format!("pool {} of {}", pool.pool, address(&pool.owner))];
    let mut add = |what: &str, text: String| lines.push(format!("  {what:14}  {text}"));
    if !pool.description.is_empty() {
        add("about", one_line(&pool.description));
    }
    if let Some(manager) = &pool.manager {
        add("manager", address(manager));
    }
    if let Some(to) = &pool.offered {
        add("offered to", address(to));
    }
    add("APR", row.apr_text());
    add("commission", rate_and_raise(&pool.commission, &pool.announced));
    add("contributions", contributions(pool));
    let price = rounded(price(pool.stake, pool.shares));
    add("stake", format!("{} in {} shares of {price} PHA", pha(pool.stake), decimal(pool.shares)));
    add("free", format!("{}; {} of it nobody waits for", pha(pool.free), pha(pool.available)));
    add("cooling down", coming(pool));
    add(
        "workers",
        format!("{}, of which {} mine and {} answer", pool.workers, pool.sessions, pool.responsive),
    );
    add("to claim", format!("{} of commission", pha(pool.owner_rewards)));
    if pool.unsettled > 0 {
        add(
            "slashed",
            format!("{} are still on hold at delegators, and go with their next call", pha(pool.unsettled)),
        );
    }
    lines
}

fn contributions(pool: &PoolView) -> String {
    let from = if pool.whitelist { "of the owner and those who are allowed" } else { "of everybody" };
    match (pool.insolvent, pool.cap, pool.capacity) {
        (true, ..) => "none: its shares have lost their value".to_owned(),
        (false, Some(cap), Some(room)) => format!("{from}; {} more up to its cap of {}", pha(room), pha(cap)),
        _ => format!("{from}, any amount"),
    }
}

/// What is on its way.
fn coming(pool: &PoolView) -> String {
    match pool.more_at {
        Some(at) => format!("{} come back, the first of them at {}", pha(pool.cooling), time(at)),
        None => "nothing".to_owned(),
    }
}

fn show_workers(workers: &[WorkerView]) -> Result<()> {
    if workers.is_empty() {
        return output::line("No workers.");
    }
    output::line(format_args!(
        "{:66}  {:>7}  {:14}  {:>20}  {:>20}  {:>14}",
        "WORKER", "SESSION", "STATE", "V / PHA", "PAYOUT / PHA", "STAKE / PHA"
    ))?;
    for worker in workers {
        let id = worker.worker.0.to_string();
        match &worker.session {
            Some(session) => output::line(format_args!(
                "{id:66}  {:>7}  {:14}  {:>20}  {:>20}  {:>14}",
                session.session,
                state(*session.phase),
                rounded(*session.value),
                decimal(session.pending_payout),
                decimal(session.stake)
            ))?,
            None => output::line(format_args!("{id:66}  {:>7}  idle", "-"))?,
        }
    }
    Ok(())
}

fn state(phase: Phase) -> &'static str {
    match phase {
        Phase::Responsive => "responsive",
        Phase::Unresponsive => "UNRESPONSIVE",
        Phase::CoolingDown { .. } => "cooling down",
    }
}

fn show_queue(queue: &[WithdrawalView], now: Moment) -> Result<()> {
    if queue.is_empty() {
        return output::line("Nobody waits in the queue.");
    }
    output::line(format_args!(
        "{:50}  {:>20}  {:>20}  {:>20}  {:20}  SESSIONS STOP FROM",
        "WAITS", "SHARES", "WORTH / PHA", "BEFORE / PHA", "SINCE"
    ))?;
    for entry in queue {
        output::line(format_args!(
            "{:50}  {:>20}  {:>20}  {:>20}  {:20}  {}{}",
            address(&entry.who),
            decimal(entry.shares),
            decimal(entry.value),
            decimal(entry.ahead),
            time(entry.since),
            time(entry.due),
            if entry.due <= now { ", overdue" } else { "" }
        ))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use phala_client::{
        chain::api::runtime_types::sp_arithmetic::per_things::Permill, economics::FixedU128, AccountId32,
    };
    use phala_primitives::PHA;

    use super::*;
    use crate::commands::pool::testing::pool;

    fn page(view: PoolView) -> String {
        let rate = FixedU128::from_inner(123_400_000_000_000_000);
        lines(&Row { pool: view, apr: Some(rate) }).join("\n")
    }

    #[test]
    fn pool_should_be_told_in_words_when_nothing_is_special() {
        let told = page(pool(3));
        for part in [
            "pool 3 of ",
            "APR             12.34 %",
            "commission      5 %",
            "of everybody, any amount",
            "100 PHA in 100 shares of 1 PHA",
            "50 PHA; 50 PHA of it nobody waits for",
            "cooling down    nothing",
            "1, of which 1 mine and 1 answer",
        ] {
            assert!(told.contains(part), "{part} is missing in\n{told}");
        }
        assert!(!told.contains("manager") && !told.contains("slashed") && !told.contains("about"), "{told}");
    }

    #[test]
    fn everything_special_should_be_told() {
        let mut view = pool(3);
        view.description = b"fast workers".to_vec();
        view.manager = Some(AccountId32([7; 32]));
        view.announced = Some((Permill(100_000), 1_700_000_000_000));
        view.cap = Some(150 * PHA);
        view.capacity = Some(50 * PHA);
        view.whitelist = true;
        view.cooling = 20 * PHA;
        view.more_at = Some(1_700_000_000_000);
        view.unsettled = PHA;
        view.stake = 75 * PHA;
        let told = page(view);
        for part in [
            "about           fast workers",
            "manager         3zn1BHUv",
            "5 %; 10 % from 2023-11-14T22:13:20Z on",
            "of the owner and those who are allowed; 50 PHA more up to its cap of 150 PHA",
            "75 PHA in 100 shares of 0.75 PHA",
            "20 PHA come back, the first of them at 2023-11-14T22:13:20Z",
            "1 PHA are still on hold",
        ] {
            assert!(told.contains(part), "{part} is missing in\n{told}");
        }
    }

    #[test]
    fn insolvent_pool_should_say_that_it_takes_nothing() {
        let mut view = pool(3);
        view.insolvent = true;
        assert_eq!(contributions(&view), "none: its shares have lost their value");
    }
}
