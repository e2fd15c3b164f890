//! The list of pools.

use std::cmp::Reverse;

use anyhow::Result;
use clap::{Args, ValueEnum};
use phala_client::{account::address, pool, session::totals};
use phala_primitives::Balance;
use serde_json::json;

use super::view::{as_json, Row, APR_ASSUMPTION};
use crate::{
    format::{decimal, one_line, percent, short, time},
    output,
    settings::{Flags, NodeOnly},
    Globals,
};

/// Arguments of `phala pool list`.
#[derive(Args)]
#[command(after_long_help = APR_ASSUMPTION)]
pub(crate) struct ListArguments {
    /// What comes first: the highest return, the lowest commission, the most that can still be contributed, or the most
    /// stake. A pool without a cap has room for everything.
    #[arg(long, value_enum, default_value_t = Sort::Apr)]
    sort: Sort,
    /// Which page of the list.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    page: u32,
    /// Pools on a page.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    limit: u32,
    #[command(flatten)]
    settings: Flags<NodeOnly>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Sort {
    Apr,
    Commission,
    Free,
    Stake,
}

/// Runs `phala pool list`.
pub(crate) async fn list(arguments: ListArguments, globals: &Globals) -> Result<()> {
    let chain = globals.settings(&arguments.settings)?.connect().await?;
    let snapshot = chain.snapshot(None).await?;
    let network = totals(&snapshot).await?;
    let (pools, truncated) = pool::list(&snapshot).await?;
    let mut rows: Vec<Row> = pools.into_iter().map(|pool| Row::new(pool, &network)).collect();
    sort(&mut rows, arguments.sort);
    let (shown, pages) = page(&rows, arguments.page, arguments.limit);
    if globals.json {
        return output::json(&json!({
            "block": snapshot.number(),
            "time": time(snapshot.time()),
            "time_ms": snapshot.time(),
            "pools": shown.iter().map(as_json).collect::<Vec<_>>(),
            "total": rows.len(),
            "page": arguments.page,
            "pages": pages,
            "truncated": truncated,
        }));
    }
    print(shown)?;
    if pages > 1 {
        output::line(format_args!(
            "page {} of {pages}, {} pools (--page, --limit)",
            arguments.page,
            rows.len()
        ))?;
    }
    if truncated {
        output::line("There may be more pools: only the first ones were read.")?;
    }
    output::line(format_args!("\n{APR_ASSUMPTION}"))
}

/// Best first; pools that are alike in the order of their numbers.
fn sort(rows: &mut [Row], by: Sort) {
    match by {
        // Pools without a rate, and without stake, last.
        Sort::Apr => rows.sort_by_key(|row| (Reverse(row.apr), row.pool.pool)),
        Sort::Commission => rows.sort_by_key(|row| (row.pool.commission.0, row.pool.pool)),
        Sort::Free => rows.sort_by_key(|row| (Reverse(room(row)), row.pool.pool)),
        Sort::Stake => rows.sort_by_key(|row| (Reverse(row.pool.stake), row.pool.pool)),
    }
}

/// What can still be contributed.
fn room(row: &Row) -> Balance {
    match row.pool.insolvent {
        true => 0,
        false => row.pool.capacity.unwrap_or(Balance::MAX),
    }
}

/// The rows of a page, which is numbered from one, and how many pages there are.
fn page(rows: &[Row], number: u32, limit: u32) -> (&[Row], usize) {
    let limit = limit.max(1) as usize;
    let pages = rows.chunks(limit);
    let count = pages.len();
    let mut pages = pages;
    (pages.nth((number as usize).saturating_sub(1)).unwrap_or_default(), count)
}

fn print(rows: &[Row]) -> Result<()> {
    if rows.is_empty() {
        return output::line("No pools.");
    }
    output::line(format_args!(
        "{:>5}  {:>10}  {:>12}  {:>18}  {:>18}  {:>9}  {:>12}  {:13}  ABOUT",
        "POOL", "APR", "COMMISSION", "STAKE / PHA", "ROOM / PHA", "SESSIONS", "QUEUE / PHA", "OWNER"
    ))?;
    for row in rows {
        let pool = &row.pool;
        output::line(format_args!(
            "{:>5}  {:>10}  {:>12}  {:>18}  {:>18}  {:>9}  {:>12}  {:13}  {}",
            pool.pool,
            row.apr_text(),
            commission(row),
            decimal(pool.stake),
            match pool.capacity {
                Some(room) => decimal(room),
                None => "any".to_owned(),
            },
            format!("{}/{}", pool.responsive, pool.workers),
            decimal(pool.queued),
            short(&address(&pool.owner)),
            remarks(row)
        ))?;
    }
    Ok(())
}

/// Now, and what it will be.
fn commission(row: &Row) -> String {
    let now = percent(row.pool.commission.0);
    match &row.pool.announced {
        Some((announced, _)) => format!("{now} → {} %", percent(announced.0)),
        None => format!("{now} %"),
    }
}

fn remarks(row: &Row) -> String {
    let marks = [
        row.pool.whitelist.then_some("[whitelist]"),
        row.pool.insolvent.then_some("[insolvent: takes no stake]"),
    ];
    let mut words: Vec<String> = marks.into_iter().flatten().map(str::to_owned).collect();
    words.push(one_line(&row.pool.description));
    words.join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use phala_client::{chain::api::runtime_types::sp_arithmetic::per_things::Permill, economics::FixedU128};
    use phala_primitives::PHA;

    use super::*;
    use crate::commands::pool::testing::pool;

    fn row(number: u64, apr: Option<u32>, commission: u32, capacity: Option<Balance>, stake: Balance) -> Row {
        let mut pool = pool(number);
        pool.commission = Permill(commission);
        pool.capacity = capacity;
        pool.stake = stake;
        Row { pool, apr: apr.map(FixedU128::from_u32) }
    }

    fn order(by: Sort) -> Vec<u64> {
        let mut rows = vec![
            row(0, None, 100_000, None, 0),
            row(1, Some(2), 50_000, Some(PHA), 7 * PHA),
            row(2, Some(3), 50_000, Some(0), 9 * PHA),
            row(3, Some(3), 0, Some(2 * PHA), PHA),
        ];
        sort(&mut rows, by);
        rows.iter().map(|row| row.pool.pool).collect()
    }

    #[test]
    fn pools_should_be_sorted_best_first_and_then_by_number() {
        assert_eq!(order(Sort::Apr), [2, 3, 1, 0]);
        assert_eq!(order(Sort::Commission), [3, 1, 2, 0]);
        assert_eq!(order(Sort::Free), [0, 3, 1, 2]);
        assert_eq!(order(Sort::Stake), [2, 1, 3, 0]);
    }

    #[test]
    fn insolvent_pool_should_have_no_room() {
        let mut broken = row(0, None, 0, None, 0);
        broken.pool.insolvent = true;
        assert_eq!(room(&broken), 0);
        assert!(remarks(&broken).contains("insolvent"));
    }

    #[test]
    fn pages_should_hold_every_pool_once() {
        let rows: Vec<Row> = (0..7).map(|number| row(number, None, 0, None, 0)).collect();
        let numbers = |page_number| {
            let (shown, pages) = page(&rows, page_number, 3);
            assert_eq!(pages, 3);
            shown.iter().map(|row| row.pool.pool).collect::<Vec<_>>()
        };
        assert_eq!(
            [numbers(1), numbers(2), numbers(3), numbers(4)],
            [vec![0, 1, 2], vec![3, 4, 5], vec![6], vec![]]
        );
        assert_eq!(page(&[], 1, 3).1, 0);
    }

    #[test]
    fn announced_commission_should_be_shown_beside_the_present_one() {
        let mut row = row(0, None, 50_000, None, 0);
        assert_eq!(commission(&row), "5 %");
        row.pool.announced = Some((Permill(125_000), 1));
        assert_eq!(commission(&row), "5 → 12.5 %");
    }

    #[test]
    fn restrictions_should_be_said_before_the_description() {
        let mut row = row(0, None, 0, None, 0);
        row.pool.description = b"steady\nworkers".to_vec();
        row.pool.whitelist = true;
        assert_eq!(remarks(&row), "[whitelist] steady workers");
    }
}
