//! How sessions and the network stand.

use std::collections::BTreeMap;

use anyhow::Result;
use clap::Args;
use phala_client::{
    economics::{FixedU128, Phase},
    session::{page, totals, NetworkTotals, SessionInfo, Subject},
    AccountId32, Chain, Snapshot,
};
use phala_primitives::{session::Seat, Moment, PoolId};
use serde_json::{json, Value};

use super::{existing, parse_subject, words};
use crate::{
    format::{decimal, fixed, pha, rounded, short, time},
    output,
    settings::{Flags, Settings, Signing},
    signer::Signer,
    Globals,
};

/// Most pages of session numbers that one list looks through.
const MAX_PAGES: usize = 100;

/// Arguments of `phala session status`.
#[derive(Args)]
pub(crate) struct StatusArguments {
    /// A session's number, or the identity key of the worker that has it. None: all sessions.
    #[arg(value_name = "WORKER|SESSION", value_parser = parse_subject)]
    subject: Option<Subject>,
    /// Only sessions in pools of the account that signs (--account).
    #[arg(long, conflicts_with = "subject")]
    own: bool,
    /// Only sessions in this pool.
    #[arg(long, value_name = "N", conflicts_with = "subject")]
    pool: Option<PoolId>,
    /// First place in the chain's table of sessions to list.
    #[arg(long, value_name = "SEAT", default_value_t = 0, conflicts_with = "subject")]
    from: u32,
    /// Most sessions to list.
    #[arg(long, value_name = "N", default_value_t = 100, conflicts_with = "subject")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1_000))]
    limit: u32,
    #[command(flatten)]
    settings: Flags<Signing>,
}

/// Some sessions, and where to go on.
struct Listing {
    sessions: Vec<SessionInfo>,
    next: Option<u32>,
}

/// Runs the command.
pub(crate) async fn status(arguments: StatusArguments, globals: &Globals) -> Result<()> {
    let settings = globals.settings(&arguments.settings)?;
    let chain = settings.connect().await?;
    let snapshot = chain.snapshot(None).await?;
    let network = totals(&snapshot).await?;
    let listing = match arguments.subject {
        Some(subject) => Listing { sessions: vec![existing(&snapshot, subject, None).await?], next: None },
        None => list(&arguments, &settings, &chain, &snapshot).await?,
    };
    if globals.json {
        return output::json(&json!({
            "block": snapshot.number(),
            "time": time(snapshot.time()),
            "time_ms": snapshot.time(),
            "sessions": listing.sessions.iter().map(as_json).collect::<Vec<_>>(),
            "next": listing.next,
            "network": network_json(&network),
        }));
    }
    match (arguments.subject, listing.sessions.as_slice()) {
        (Some(_), [session]) => show(session, snapshot.time())?,
        (_, sessions) => show_list(sessions, snapshot.time())?,
    }
    if let Some(next) = listing.next {
        output::line(format_args!("… and maybe more: --from {next}"))?;
    }
    show_network(&network)
}

/// Sessions that the arguments pick, as many as they allow.
async fn list(
    arguments: &StatusArguments,
    settings: &Settings,
    chain: &Chain,
    snapshot: &Snapshot,
) -> Result<Listing> {
    let owner = match arguments.own {
        true => Some(Signer::from_settings(settings, chain).await?.account_id()),
        false => None,
    };
    let mut owners = BTreeMap::new();
    let mut sessions = Vec::new();
    let mut from = Some(arguments.from);
    for _ in 0..MAX_PAGES {
        let Some(start) = from else { break };
        let found = page(snapshot, start).await?;
        from = found.next;
        for session in found.sessions {
            if arguments.pool.is_some_and(|pool| pool != session.pool) {
                continue;
            }
            if let Some(owner) = &owner {
                if pool_owner(snapshot, session.pool, &mut owners).await? != Some(*owner) {
                    continue;
                }
            }
            if sessions.len() == arguments.limit as usize {
                return Ok(Listing { next: Some(Seat::of(session.session).index()), sessions });
            }
            sessions.push(session);
        }
    }
    Ok(Listing { sessions, next: from })
}

/// The owner of a pool, asked for once.
async fn pool_owner(
    snapshot: &Snapshot,
    pool: PoolId,
    known: &mut BTreeMap<PoolId, Option<AccountId32>>,
) -> Result<Option<AccountId32>> {
    if let Some(owner) = known.get(&pool) {
        return Ok(*owner);
    }
    let owner = phala_client::operator::pool_owner(snapshot, pool).await?;
    known.insert(pool, owner);
    Ok(owner)
}

fn state(phase: Phase) -> &'static str {
    match phase {
        Phase::Responsive => "responsive",
        Phase::Unresponsive => "unresponsive",
        Phase::CoolingDown { .. } => "cooling_down",
    }
}

fn show(session: &SessionInfo, now: Moment) -> Result<()> {
    output::line(format_args!(
        "session {} of worker {} in pool {}",
        session.session, session.worker.0, session.pool
    ))?;
    let standing = match *session.phase {
        Phase::Responsive => "responsive: it earns, and its value grows".to_owned(),
        Phase::Unresponsive => format!(
            "UNRESPONSIVE: it earns nothing and loses value until it answers; lost so far {} PHA. Is the worker up, and \
             its relay? See their logs",
            rounded(*session.outage_loss)
        ),
        Phase::CoolingDown { until } => format!("cooling down until {}", time(until)),
    };
    let (value, initial) = (*session.value, *session.initial_value);
    let change = words::difference(initial, value);
    output::line(format_args!("  state        {standing}"))?;
    output::line(format_args!(
        "  value        V = {} PHA, V^e = {} PHA ({change})",
        rounded(value),
        rounded(initial)
    ))?;
    output::line(format_args!("  not yet paid {} PHA of growth", rounded(*session.due)))?;
    output::line(format_args!(
        "  share        {} of {} ({} %)",
        rounded(*session.share),
        rounded(*session.total_share),
        percent(*session.share, *session.total_share)
    ))?;
    output::line(format_args!(
        "  payout       {} to the pool, if it answered now",
        pha(session.pending_payout)
    ))?;
    output::line(format_args!("  challenge    {}", challenge(session, now)))?;
    output::line(format_args!(
        "  performance  {} at the last answer, {} measured, confidence level {}",
        rounded(*session.instant),
        session.score,
        session.confidence
    ))?;
    output::line(format_args!(
        "  stake        {}, of which {} would come back",
        pha(session.stake),
        pha(session.returnable)
    ))
}

fn show_list(sessions: &[SessionInfo], now: Moment) -> Result<()> {
    if sessions.is_empty() {
        return output::line("No such sessions.");
    }
    output::line(format_args!(
        "{:>7}  {:13}  {:>4}  {:12}  {:>20}  {:>20}  {:>9}  {:>20}  {:>12}  CHALLENGE",
        "SESSION",
        "WORKER",
        "POOL",
        "STATE",
        "V / PHA",
        "V^e / PHA",
        "SHARE / %",
        "PAYOUT / PHA",
        "STAKE / PHA"
    ))?;
    for session in sessions {
        output::line(format_args!(
            "{:>7}  {:13}  {:>4}  {:12}  {:>20}  {:>20}  {:>9}  {:>20}  {:>12}  {}",
            session.session,
            short(&session.worker.0),
            session.pool,
            state(*session.phase),
            rounded(*session.value),
            rounded(*session.initial_value),
            percent(*session.share, *session.total_share),
            decimal(session.pending_payout),
            decimal(session.stake),
            challenge(session, now)
        ))?;
    }
    Ok(())
}

fn challenge(session: &SessionInfo, now: Moment) -> String {
    let seconds = |milliseconds: Moment| format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100);
    match &session.challenge {
        None => "none open".to_owned(),
        Some(open) if open.deadline >= now => {
            format!("number {}, answer due within {}", open.number, seconds(open.deadline - now))
        }
        Some(open) => format!("number {}, deadline missed {} ago", open.number, seconds(now - open.deadline)),
    }
}

fn show_network(network: &NetworkTotals) -> Result<()> {
    output::line(format_args!(
        "network: {} sessions, {} responsive, Σ share {}",
        network.sessions,
        network.responsive,
        rounded(*network.total_share)
    ))?;
    let decay = match network.decays_at {
        Some(moment) => format!("until {}", time(moment)),
        None => "from the first session on".to_owned(),
    };
    output::line(format_args!(
        "  emission {} PHA per {} s {decay}; paid so far {}, left in the subsidy {}",
        rounded(*network.budget),
        network.tick as f64 / 1_000.0,
        pha(network.paid),
        pha(network.subsidy)
    ))
}

/// A part of a whole in percent, with two decimals.
fn percent(part: FixedU128, whole: FixedU128) -> String {
    let ratio = match whole.into_inner() {
        0 => 0.0,
        whole => part.into_inner() as f64 / whole as f64,
    };
    format!("{:.2}", ratio * 100.0)
}

/// A session as JSON.
pub(crate) fn as_json(session: &SessionInfo) -> Value {
    let until = match *session.phase {
        Phase::CoolingDown { until } => Some(until),
        Phase::Responsive | Phase::Unresponsive => None,
    };
    json!({
        "session": session.session,
        "worker": session.worker.0,
        "pool": session.pool,
        "state": state(*session.phase),
        "returns_at": until.map(time),
        "returns_at_ms": until,
        "value_pha": fixed(*session.value),
        "initial_value_pha": fixed(*session.initial_value),
        "growth_not_yet_paid_pha": fixed(*session.due),
        "outage_loss_pha": fixed(*session.outage_loss),
        "share": fixed(*session.share),
        "total_share": fixed(*session.total_share),
        "pending_payout_pha": decimal(session.pending_payout),
        "challenge": session.challenge.as_ref().map(|open| json!({
            "number": open.number,
            "deadline": time(open.deadline),
            "deadline_ms": open.deadline,
        })),
        "score": session.score,
        "performance": fixed(*session.instant),
        "confidence": session.confidence,
        "stake_pha": decimal(session.stake),
        "returnable_pha": decimal(session.returnable),
        "changed_in_block": session.changed_at,
    })
}

fn network_json(network: &NetworkTotals) -> Value {
    json!({
        "sessions": network.sessions,
        "responsive": network.responsive,
        "total_share": fixed(*network.total_share),
        "budget_pha": fixed(*network.budget),
        "tick_ms": network.tick,
        "decays_at": network.decays_at.map(time),
        "decays_at_ms": network.decays_at,
        "subsidy_pha": decimal(network.subsidy),
        "paid_pha": decimal(network.paid),
        "treasury_share": fixed((*network.treasury_share).into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_should_have_two_decimals_and_be_nothing_of_nothing() {
        let (one, three) = (FixedU128::from_u32(1), FixedU128::from_u32(3));
        assert_eq!(percent(one, three), "33.33");
        assert_eq!(percent(FixedU128::from_u32(0), FixedU128::from_u32(0)), "0.00");
    }
}
