//! A worker's process is killed while it mines: its session goes offline, leaves Σ share and loses value at the
//! published rate; started again, it recovers, and is paid from then on and not for the time of the outage.
//!
//! People act through `phala`; what `phala session` tells is held against a record of every block, every value against
//! `phala-economics` computed anew from chain times, and payouts against the emission in the chain's state. No
//! worker has an account with money.
#![allow(clippy::unwrap_used, missing_docs)]

// Beside this file they would be scenarios of their own.
#[path = "mining/chronicle.rs"]
mod chronicle;
#[path = "mining/replay.rs"]
mod replay;
#[path = "mining/world.rs"]
mod world;

use anyhow::{ensure, Context, Result};
use phala_client::{
    account,
    economics::{arithmetic, Payout, Phase},
    session::{find, page, totals, Happening, Subject, ValueChange},
};
use phala_e2e::worker::until;
use phala_primitives::{Balance, BlockNumber, Moment, WorkerId};
use serde_json::{json, Value};

use chronicle::{Chronicle, Kind};
use replay::Replay;
use world::World;

/// Blocks for which the outage lasts after the chain has noticed it.
const OUTAGE: BlockNumber = 6;
/// Draw intervals within which a session is drawn: with one-second blocks, it is not once in 600,000 runs.
const DRAWS: u64 = 12;

#[tokio::test(flavor = "multi_thread")]
async fn outage_should_cost_what_the_rules_say_and_no_more() -> Result<()> {
    let mut world = World::start().await?;
    session_should_not_start_when_the_chain_would_refuse(&world).await?;
    let mut chronicle = world.start_session().await?;
    chronicle.until("the session is paid", |kinds| kinds.contains(&Kind::Paid)).await?;

    world.worker.stop()?;
    let killed_at = chronicle.time();
    chronicle.until("the outage is noticed", |kinds| kinds.contains(&Kind::WentOffline)).await?;
    noticed_in_time(&chronicle, killed_at)?;
    let noticed = chronicle.block_of(Kind::WentOffline)?;
    chronicle.until_block(noticed + OUTAGE).await?;
    session_should_be_out_of_the_sum_and_lose_value(&world, &chronicle).await?;

    world.worker.restart().await?;
    chronicle.until("the session recovers", |kinds| kinds.contains(&Kind::Recovered)).await?;
    let recovered = chronicle.block_of(Kind::Recovered)?;
    chronicle.until("it is paid again", |kinds| kinds.last() == Some(&Kind::Paid)).await?;

    Replay::of(&world, &chronicle)?;
    outage_should_not_be_paid(&world, &chronicle, noticed, recovered).await?;
    worker_should_tell_what_the_outage_cost(&world, &chronicle, noticed).await?;
    story_should_be_told_in_order(&world, &mut chronicle, noticed).await?;
    workers_should_have_no_accounts(&world).await?;
    session_should_go_on_with_more_stake_and_end(&world, &mut chronicle).await?;
    watcher_should_have_seen_it_all(&mut world, &chronicle).await
}

/// Refused before anything is paid, in the chain's words.
async fn session_should_not_start_when_the_chain_would_refuse(world: &World) -> Result<()> {
    let owner = world.miner.account_id();
    let before = world.chain.balances(&owner).await?;
    let start = |account: &str, stake: &str| {
        world.phala_error(&["session", "start", &world.id, "--account", account, "--stake", stake, "--yes"])
    };
    for (account, stake, reason) in [
        ("dave", "10", "Mining.InsufficientStake"),
        ("dave", "1000000", "StakePool.InsufficientFreeStake"),
        ("eve", "4000", "StakePool.NotPoolOwner"),
    ] {
        let said = start(account, stake)?;
        ensure!(said.contains(reason) && said.to_lowercase().contains("nothing was sent"), "{said}");
    }
    let said = world.phala_error(&["session", "stop", &world.id, "--account", "dave", "--yes"])?;
    ensure!(said.contains("Mining.NotMining"), "{said}");
    ensure!(world.chain.balances(&owner).await? == before, "what was refused has cost something");
    Ok(())
}

/// A challenge comes within some draws, and its deadline is noticed by the first block that can: one whose parent is
/// later.
fn noticed_in_time(chronicle: &Chronicle, killed_at: Moment) -> Result<()> {
    let noticed = chronicle.block_of(Kind::WentOffline)?;
    let deadline = chronicle.last_deadline(noticed).context("no challenge was missed")?;
    let (parent, grandparent) = (chronicle.time_of(noticed - 1)?, chronicle.time_of(noticed - 2)?);
    ensure!(grandparent <= deadline && deadline < parent, "{grandparent} {deadline} {parent}");
    let parameters = &chronicle.parameters;
    let latest = killed_at + DRAWS * parameters.challenge_interval + parameters.heartbeat_window;
    ensure!(deadline <= latest, "the session was not challenged for {} ms", deadline - killed_at);
    Ok(())
}

async fn session_should_be_out_of_the_sum_and_lose_value(world: &World, chronicle: &Chronicle) -> Result<()> {
    let noticed = chronicle.block_of(Kind::WentOffline)?;
    for block in noticed..=noticed + OUTAGE {
        let snapshot = world.chain.snapshot(Some(block)).await?;
        let sessions = page(&snapshot, 0).await?.sessions;
        let own = sessions.iter().find(|session| session.session == chronicle.session).context("gone")?;
        ensure!(*own.phase == Phase::Unresponsive && own.share.into_inner() == 0, "{own:?}");
        ensure!(own.pending_payout == 0, "{own:?}");
        let shares: u128 = sessions.iter().map(|session| session.share.into_inner()).sum();
        let network = totals(&snapshot).await?;
        ensure!(network.total_share.into_inner() == shares, "{network:?} is not the sum {shares}");
        let responsive = sessions.iter().filter(|session| *session.phase == Phase::Responsive).count();
        ensure!(network.responsive as usize == responsive && responsive < sessions.len(), "{network:?}");
        let expected = Replay::until(world, chronicle, noticed)?.value_at(snapshot.time());
        ensure!(*own.value == expected, "V is {:?} and not {expected:?} in block {block}", own.value);
    }
    // As a person sees it.
    let status = world.phala(&["session", "status", &world.id])?;
    let session = &status["sessions"][0];
    ensure!(session["state"] == "unresponsive" && session["share"] == "0", "{session}");
    ensure!(session["outage_loss_pha"] != "0", "{session}");
    Ok(())
}

/// The pool gets nothing between the last payout before the outage and the first one after it, which is for the time since
/// the recovery alone.
async fn outage_should_not_be_paid(
    world: &World,
    chronicle: &Chronicle,
    noticed: BlockNumber,
    recovered: BlockNumber,
) -> Result<()> {
    let before = world.chain.snapshot(Some(noticed - 1)).await?;
    let after = world.chain.snapshot(Some(recovered)).await?;
    let rewards = async |snapshot| anyhow::Ok(world.pool_balance(snapshot).await?);
    ensure!(rewards(&before).await? == rewards(&after).await?, "the pool was paid for the outage");
    let paid = totals(&after).await?.paid - totals(&before).await?.paid;
    let others = chronicle.paid_to_others(noticed..=recovered);
    ensure!(paid == others, "{paid} were paid during the outage, and {others} to others");

    let again = chronicle.block_of(Kind::Paid)?;
    let from = world.raw(recovered, chronicle.session).await?;
    let to = world.raw(again, chronicle.session).await?;
    ensure!(from.session.per_share == from.emission.per_share, "the share counts from before the recovery");
    ensure!(from.session.earned.into_inner() == 0, "{:?}", from.session);
    let earned = to.emission.earned(from.session.share, from.emission.per_share);
    let expected = Payout::divide(earned, chronicle.parameters.treasury_share);
    let found = chronicle.last_payout().context("no payout")?;
    ensure!(expected.pool > 0 && found == expected, "{found:?} was paid, and {expected:?} earned");
    let snapshot = world.chain.snapshot(Some(again)).await?;
    let gained = rewards(&snapshot).await? - rewards(&after).await?;
    ensure!(gained == expected.pool, "the pool got {gained} of {expected:?}");
    Ok(())
}

/// Its metrics count the outage, and its log names the amounts and what to look at.
async fn worker_should_tell_what_the_outage_cost(
    world: &World,
    chronicle: &Chronicle,
    noticed: BlockNumber,
) -> Result<()> {
    let before = world.raw(noticed - 1, chronicle.session).await?;
    let mut emission = before.emission;
    emission.advance(&chronicle.parameters, chronicle.time_of(noticed - 1)?);
    let forfeited =
        Payout::divide(before.session.pending(&emission), chronicle.parameters.treasury_share).pool;
    let (fell_from, fell_to) = chronicle.values(Kind::Recovered)?;
    let lost = arithmetic::to_balance(fell_from) - arithmetic::to_balance(fell_to);
    ensure!(forfeited > 0 && lost > 0, "the outage cost nothing: {forfeited} {lost}");

    let expected = [
        ("session_unresponsive", "0".to_owned()),
        ("outages_total", "1".to_owned()),
        ("rewards_forfeited_pha_total", pha(forfeited)),
        ("session_value_pha", pha(arithmetic::to_balance(fell_to))),
    ];
    let metrics = until("the worker hears what the outage took", async || {
        let metrics = world.metrics().await?;
        let heard = metrics.get("value_lost_pha_total").is_some_and(|lost| *lost != pha(0));
        Ok(heard.then_some(metrics))
    })
    .await?;
    for (name, value) in &expected {
        ensure!(metrics.get(*name) == Some(value), "{name} is not {value} in {metrics:#?}");
    }
    let counted = &metrics["value_lost_pha_total"];
    // Both ends of the fall round down.
    ensure!([lost - 1, lost, lost + 1].map(pha).contains(counted), "{counted} counted, {lost} lost");

    let log = std::fs::read_to_string(&world.worker.log)?;
    let told = |text: &str| log.lines().any(|line| line.contains(text));
    let session = chronicle.session;
    ensure!(told(&format!("session {session} is unresponsive: no block held an answer")), "{log}");
    ensure!(told(&format!("{} PHA of rewards since the last answer are forfeited", pha(forfeited))), "{log}");
    ensure!(told(&format!("session {session} answers again: the outage cost {counted} PHA of V")), "{log}");
    Ok(())
}

fn pha(amount: Balance) -> String {
    let one = phala_primitives::PHA;
    format!("{}.{:012}", amount / one, amount % one)
}

/// `phala session explain`, held against the record of every block.
async fn story_should_be_told_in_order(
    world: &World,
    chronicle: &mut Chronicle,
    noticed: BlockNumber,
) -> Result<()> {
    let story = world.phala(&["session", "explain", &world.id])?;
    let last = story["block"].as_u64().and_then(|block| BlockNumber::try_from(block).ok());
    chronicle.until_block(last.context("no block")?).await?;
    ensure!(story["beginning"] == "start", "{story}");
    let told = Kind::of_story(&story["steps"])?;
    let happened = chronicle.changes(last.unwrap_or_default());
    ensure!(told == happened, "told: {told:?}\nhappened: {happened:?}");
    // Payouts may come any number of times.
    let mut plot: Vec<Kind> = told.into_iter().map(|(_, kind)| kind).collect();
    plot.dedup();
    let expected = [Kind::Started, Kind::Paid, Kind::WentOffline, Kind::Recovered, Kind::Paid];
    ensure!(plot == expected, "{plot:?}");
    for pair in story["steps"].as_array().context("no steps")?.windows(2) {
        ensure!(pair[0]["after_pha"] == pair[1]["before_pha"], "V jumps between {} and {}", pair[0], pair[1]);
        ensure!(pair[0]["time_ms"].as_u64() <= pair[1]["time_ms"].as_u64(), "{story}");
    }

    let during = world.phala(&["session", "explain", &world.id, "--at", &(noticed + 1).to_string()])?;
    ensure!(during["now"]["state"] == "unresponsive", "{during}");
    let ending = Kind::of_story(&during["steps"])?.last().copied();
    ensure!(ending == Some((noticed, Kind::WentOffline)), "{during}");
    let short = world.phala(&["session", "explain", &chronicle.session.to_string(), "--limit", "1"])?;
    ensure!(short["beginning"] == "limit" && short["steps"].as_array().is_some_and(|all| all.len() == 1));

    // For people: the same in words.
    let said = world.phala_text(&["session", "explain", &world.id])?;
    let mut rest = said.as_str();
    for part in [
        "started",
        "answered in time and was paid",
        "went offline",
        "recovered",
        "answered in time and was paid",
        "now: grows",
    ] {
        rest = rest.split_once(part).with_context(|| format!("no `{part}` in its place in {said}"))?.1;
    }
    let unknown = world.phala_error(&["session", "explain", "999"])?;
    ensure!(unknown.contains("--at BLOCK"), "{unknown}");
    let future = world.phala_error(&["session", "explain", &world.id, "--at", "4000000"])?;
    ensure!(future.contains("not final yet"), "{future}");
    Ok(())
}

/// Reports cost nothing, so nobody has to keep an account filled for a worker to stay alive.
async fn workers_should_have_no_accounts(world: &World) -> Result<()> {
    let snapshot = world.chain.snapshot(None).await?;
    let workers: Vec<_> = page(&snapshot, 0).await?.sessions.iter().map(|session| session.worker.0).collect();
    ensure!(workers.len() == 3, "{workers:?}");
    let miner = WorkerId(account::public_key(&world.miner));
    ensure!(world.has_account(miner).await?, "not even the miner's account is seen");
    for worker in workers {
        ensure!(!world.has_account(worker).await?, "worker {worker} has an account");
    }
    Ok(())
}

async fn session_should_go_on_with_more_stake_and_end(
    world: &World,
    chronicle: &mut Chronicle,
) -> Result<()> {
    let command = |what: &'static str, more: &[&'static str]| {
        [&["session", what, &world.id, "--account", "dave", "--yes"][..], more].concat()
    };
    let said = world.phala_error(&command("restart", &["--stake", "4000"]))?;
    ensure!(said.contains("Mining.StakeNotLarger"), "{said}");
    let restarted = world.phala(&command("restart", &["--stake", "4500"]))?;
    ensure!(restarted["stake_pha"] == "4500" && restarted["old_stake_pha"] == "4000", "{restarted}");
    let stopped = world.phala(&command("stop", &[]))?;
    ensure!(stopped["session"] == json!(chronicle.session), "{stopped}");
    chronicle.until("the session is over", |kinds| kinds.contains(&Kind::Stopped)).await?;
    Replay::of(world, chronicle)?;

    let said = world.phala_error(&command("stop", &[]))?;
    ensure!(said.contains("Mining.CoolingDown"), "{said}");
    let snapshot = world.chain.snapshot(None).await?;
    let session = find(&snapshot, Subject::Session(chronicle.session)).await?.context("gone")?;
    let Phase::CoolingDown { until } = *session.phase else { anyhow::bail!("{session:?}") };
    ensure!(stopped["returns_at_ms"] == json!(until), "{stopped} and {session:?}");
    let restarts = chronicle.steps.iter().filter(|step| {
        matches!(step.happening, Happening::Changed { reason: ValueChange::Restarted { .. }, .. })
    });
    ensure!(restarts.count() == 1);
    Ok(())
}

/// `phala session watch` ran from before the session's start on.
async fn watcher_should_have_seen_it_all(world: &mut World, chronicle: &Chronicle) -> Result<()> {
    let expected: Vec<(BlockNumber, Kind)> = chronicle.all();
    let seen = until("the watcher has seen the end", async || {
        let lines = world.watched()?;
        Ok((lines.len() >= expected.len()).then_some(lines))
    })
    .await?;
    let seen = Kind::of_story(&Value::Array(seen))?;
    ensure!(seen[..expected.len()] == expected, "seen: {seen:?}\nhappened: {expected:?}");
    ensure!(world.interrupt_watcher().await?.success(), "the watcher does not end well with Ctrl-C");
    Ok(())
}
