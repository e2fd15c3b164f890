//! Two delegators and an owner, by the command line alone: contribute, mine, earn, withdraw during mining, wait for the
//! grace period, see the chain stop the session, cool down, be paid out of the queue, claim and compound, and close the
//! pool.
//!
//! Every share, every reward and every balance at the end is computed anew from the published rules: what a share costs,
//! how the commission splits off, what each delegator's part is. Fees are what the command line said they were.
#![allow(clippy::unwrap_used, missing_docs)]

// Beside this file they would be scenarios of their own.
#[path = "stake/books.rs"]
mod books;
#[path = "stake/world.rs"]
mod world;

use anyhow::{ensure, Context, Result};
use phala_e2e::DevNetwork;
use phala_primitives::{Balance, PHA};
use serde_json::Value;

use books::Books;
use world::{amount, World};

/// The owner, who also operates the worker.
const OWNER: &str = "dave";
/// Delegators.
const EVE: &str = "eve";
const FERDIE: &str = "ferdie";

/// What each puts in, in PHA.
const EVES: &str = "6000";
const FERDIES: &str = "3000";
/// What is put behind the session, so that 1 000 stay free.
const STAKE: &str = "8000";
/// The owner's part, in percent.
const COMMISSION: &str = "10";
/// Chain time for which a withdrawal waits before sessions are stopped for it, on development networks.
const GRACE: u64 = 60_000;
/// What creating a pool costs besides the fee, until the pool is closed: the existential deposit.
const DEPOSIT: Balance = PHA / 100;

#[tokio::test(flavor = "multi_thread")]
async fn stake_should_earn_and_come_back_as_the_rules_say() -> Result<()> {
    let network = DevNetwork::start()?;
    let (mut world, _worker) = World::start(&network, &[OWNER, EVE, FERDIE]).await?;
    pool_should_be_opened_on_its_terms(&mut world)?;
    dry_run_should_foresee_what_happens_and_change_nothing(&mut world)?;
    world.act(FERDIE, &["delegate", "contribute", "{pool}", FERDIES])?;
    session_should_start_with_free_stake_only(&mut world)?;
    rewards_should_come(&world).await?;
    withdrawal_should_wait_for_what_is_not_free(&mut world)?;
    chain_should_stop_the_session_after_the_grace_period(&world).await?;
    queue_should_be_served_by_itself_after_the_cool_down(&world).await?;
    rewards_should_be_claimed_and_compounded(&mut world)?;
    balances_should_match_the_rules(&world)?;
    pool_should_close_and_leave_nothing_behind(&mut world)
}

fn pool_should_be_opened_on_its_terms(world: &mut World) -> Result<()> {
    let created = world.act(OWNER, &["pool", "create"])?;
    world.names.insert("{pool}", created["effects"][0]["pool"].to_string());
    let terms = ["--commission", COMMISSION, "--cap", "20000", "--description", "one steady worker"];
    let set = world.act(OWNER, &[&["pool", "set", "{pool}"][..], &terms].concat())?;
    let names: Vec<_> =
        set["effects"].as_array().context("no effects")?.iter().map(|effect| &effect["event"]).collect();
    ensure!(names == ["commission_set", "cap_set", "description_set"], "{set}");

    let shown = world.phala(&["pool", "show", "{pool}"])?;
    ensure!(
        shown["commission_percent"] == COMMISSION && shown["announced_commission_percent"].is_null(),
        "{shown}"
    );
    ensure!(shown["cap_pha"] == "20000" && shown["description"] == "one steady worker", "{shown}");
    let refused = world.refusal(EVE, &["pool", "set", "{pool}", "--commission", "20"])?;
    ensure!(refused.contains("StakePool.NotPoolOwner") && refused.contains("belongs to"), "{refused}");
    Ok(())
}

fn dry_run_should_foresee_what_happens_and_change_nothing(world: &mut World) -> Result<()> {
    let contribute = ["delegate", "contribute", "{pool}", EVES];
    let before = world.balances(EVE)?;
    let foreseen = world.dry_run(EVE, &contribute)?;
    ensure!(foreseen["dry_run"] == true && world.balances(EVE)? == before, "{foreseen}");
    let done = world.act(EVE, &contribute)?;
    ensure!(foreseen["effects"] == done["effects"], "{foreseen}\n{done}");
    ensure!(foreseen["held_after_pha"] == EVES && done["held_after_pha"] == EVES, "{foreseen}\n{done}");
    // The price of weight moves a little from block to block.
    let (expected, paid) = (amount(&foreseen["fee_pha"])?, amount(&done["fee_pha"])?);
    ensure!(expected.abs_diff(paid) * 100 <= paid && paid > 0, "{expected} foreseen, {paid} paid");

    let refused = world.refusal(EVE, &["delegate", "contribute", "{pool}", "14000.1"])?;
    ensure!(
        refused.contains("StakePool.CapExceeded") && refused.contains("takes 14000 PHA more"),
        "{refused}"
    );
    Ok(())
}

fn session_should_start_with_free_stake_only(world: &mut World) -> Result<()> {
    world.act(OWNER, &["pool", "worker", "add", "{pool}", "{worker}"])?;
    let refused = world.refusal(OWNER, &["session", "start", "{worker}", "--stake", "9000.1"])?;
    ensure!(refused.contains("StakePool.InsufficientFreeStake"), "{refused}");
    ensure!(refused.contains("9000 PHA are nobody's"), "{refused}");
    let foreseen = world.dry_run(OWNER, &["session", "start", "{worker}", "--stake", STAKE])?;
    let started = world.act(OWNER, &["session", "start", "{worker}", "--stake", STAKE])?;
    ensure!(foreseen["initial_value_pha"] == started["initial_value_pha"], "{foreseen}\n{started}");
    ensure!(started["stake_pha"] == STAKE, "{started}");
    world.names.insert("{session}", started["session"].to_string());
    Ok(())
}

async fn rewards_should_come(world: &World<'_>) -> Result<()> {
    let both = world.until("both delegators earn", || {
        let rewards = [EVE, FERDIE].map(|who| amount(&in_pool(world, who)?["rewards_pha"]));
        let [eves, ferdies] = rewards;
        let (eves, ferdies) = (eves?, ferdies?);
        Ok((eves > 0 && ferdies > 0).then_some((eves, ferdies)))
    });
    let (eves, ferdies) = both.await?;
    // Twice the stake, twice the rewards; what is too small to be divided waits.
    ensure!(eves.abs_diff(2 * ferdies) <= 2, "{eves} and {ferdies}");
    let pools = world.phala(&["pool", "list", "--sort", "apr"])?;
    let number = &world.names["{pool}"];
    let pools = pools["pools"].as_array().context("no pools")?;
    let own = pools.iter().find(|pool| pool["pool"].to_string() == *number);
    ensure!(own.is_some_and(|pool| pool["responsive"] == 1 && pool["apr"] != "0"), "{pools:?}");
    Ok(())
}

fn in_pool(world: &World, who: &str) -> Result<Value> {
    world.position("delegate", who, "{pool}")
}

/// 1 000 are free, 5 000 wait.
fn withdrawal_should_wait_for_what_is_not_free(world: &mut World) -> Result<()> {
    let withdrawn = world.act(EVE, &["delegate", "withdraw", "{pool}", "--all"])?;
    let [released, queued] = [&withdrawn["effects"][0], &withdrawn["effects"][1]];
    ensure!(released["event"] == "withdrawn" && released["amount_pha"] == "1000", "{withdrawn}");
    ensure!(queued["event"] == "withdrawal_queued" && queued["shares"] == "5000", "{withdrawn}");
    ensure!(withdrawn["held_after_pha"] == "5000", "{withdrawn}");
    let queue = world.phala(&["pool", "queue", "{pool}"])?;
    let entry = &queue["queue"][0];
    ensure!(queue["waiting"] == 1 && entry["value_pha"] == "5000", "{queue}");
    let (since, due) = (entry["since_ms"].as_u64(), entry["due_ms"].as_u64());
    ensure!(since.map(|since| since + GRACE) == due && due.is_some(), "{queue}");
    let refused = world.refusal(OWNER, &["pool", "close", "{pool}"])?;
    ensure!(refused.contains("StakePool.PoolNotEmpty"), "{refused}");
    Ok(())
}

async fn chain_should_stop_the_session_after_the_grace_period(world: &World<'_>) -> Result<()> {
    world
        .until("the chain stops the session", || {
            let session = world.phala(&["session", "status", "{session}"])?;
            Ok((session["sessions"][0]["state"] == "cooling_down").then_some(()))
        })
        .await?;
    let events = world.history("{pool}")?;
    let find =
        |name: &str| events.iter().find(|event| event["event"] == name).with_context(|| format!("no {name}"));
    let (queued, overdue, forced) =
        (find("withdrawal_queued")?, find("withdrawal_overdue")?, find("session_stop_forced")?);
    ensure!(overdue["shares"] == "5000" && forced["missing_pha"] == "5000", "{overdue} {forced}");
    let waited =
        |event: &Value| event["time_ms"].as_u64().zip(queued["time_ms"].as_u64()).map(|(to, from)| to - from);
    // What a block does by itself, it does at the time of its parent.
    let late = waited(forced).context("no time")?;
    ensure!((GRACE..GRACE + 10_000).contains(&late), "stopped after {late} ms");
    let shown = world.phala(&["pool", "show", "{pool}"])?;
    ensure!(shown["cooling_down_pha"] == STAKE && shown["more_at"].is_string(), "{shown}");
    Ok(())
}

async fn queue_should_be_served_by_itself_after_the_cool_down(world: &World<'_>) -> Result<()> {
    world.until("eve is paid", || Ok((world.balances(EVE)?.1 == 0).then_some(()))).await?;
    let position = in_pool(world, EVE)?;
    ensure!(position["shares"] == "0" && position["withdrawal"].is_null(), "{position}");
    let shown = world.phala(&["pool", "show", "{pool}"])?;
    ensure!(shown["waiting"] == 0 && shown["stake_pha"] == shown["free_pha"], "{shown}");
    Ok(())
}

fn rewards_should_be_claimed_and_compounded(world: &mut World) -> Result<()> {
    let eves = amount(&in_pool(world, EVE)?["rewards_pha"])?;
    let claimed = world.act(EVE, &["delegate", "claim", "{pool}"])?;
    ensure!(amount(&claimed["effects"][0]["amount_pha"])? == eves, "{claimed}");
    let compounded = world.act(FERDIE, &["delegate", "compound", "{pool}"])?;
    let [paid, put] = [&compounded["effects"][0], &compounded["effects"][1]];
    ensure!(paid["event"] == "rewards_claimed" && put["event"] == "contributed", "{compounded}");
    ensure!(amount(&paid["amount_pha"])?.abs_diff(amount(&put["amount_pha"])?) <= 1, "{compounded}");
    world.act(OWNER, &["delegate", "claim", "{pool}"])?;
    let refused = world.refusal(EVE, &["delegate", "claim", "{pool}"])?;
    ensure!(refused.contains("StakePool.NothingToClaim"), "{refused}");
    Ok(())
}

/// Computed anew, from the events of the pool and nothing else of the chain's.
fn balances_should_match_the_rules(world: &World) -> Result<()> {
    let events = world.history("{pool}")?;
    let books = Books::of_pool(&events)?;
    ensure!(books.rewards > 0 && books.payouts > 2, "hardly anything was earned: {books:?}");
    ensure!(
        books.rewards == payouts(world, &events)?,
        "{} were paid, and {books:?}",
        payouts(world, &events)?
    );

    for who in [EVE, FERDIE, OWNER] {
        let account = world.address(who)?;
        let (free, held) = world.balances(who)?;
        let in_pool = books.worth(&account);
        ensure!(held.abs_diff(in_pool) <= 1, "{who} has {held} on hold, and {in_pool} in the pool");
        let deposit = if who == OWNER { DEPOSIT } else { 0 };
        let started_with = world.started_with(who)?;
        let expected =
            started_with + books.earned(&account) - books.lost(&account) - world.fees(who) - deposit;
        ensure!(free + held == expected, "{who} has {free} and {held}; {expected} expected, {books:?}");
    }
    // All of the rewards have gone to somebody, but for what is too small to be divided.
    let given: Balance =
        [EVE, FERDIE, OWNER].iter().map(|who| books.earned(&world.address(who).unwrap())).sum();
    ensure!(books.rewards.abs_diff(given) <= 8, "{given} of {} were given", books.rewards);
    Ok(())
}

/// What the session's own story says that it paid to the pool.
fn payouts(world: &World, events: &[Value]) -> Result<Balance> {
    let returned = events.iter().find(|event| event["event"] == "stake_returned").context("no return")?;
    let before = returned["block"].as_u64().context("no block")? - 1;
    let story = world.phala(&["session", "explain", "{session}", "--at", &before.to_string()])?;
    ensure!(story["beginning"] == "start", "{story}");
    let steps = story["steps"].as_array().context("no steps")?;
    steps.iter().filter(|step| step["event"] == "paid").map(|step| amount(&step["payout_pha"])).sum()
}

fn pool_should_close_and_leave_nothing_behind(world: &mut World) -> Result<()> {
    let withdrawn = world.act(FERDIE, &["delegate", "withdraw", "{pool}", "--all"])?;
    ensure!(withdrawn["held_after_pha"] == "0", "{withdrawn}");
    world.act(OWNER, &["pool", "worker", "remove", "{pool}", "{worker}"])?;
    let free = world.balances(OWNER)?.0;
    let closed = world.act(OWNER, &["pool", "close", "{pool}"])?;
    ensure!(closed["effects"][0]["event"] == "pool_closed", "{closed}");
    ensure!(world.balances(OWNER)?.0 == free + DEPOSIT - amount(&closed["fee_pha"])?, "{closed}");
    let gone = world.error(&["pool", "show", "{pool}"])?;
    ensure!(gone.contains("phala pool list"), "{gone}");
    let people = world.phala_text(&["pool", "history", "{pool}"])?;
    for part in
        ["is created", "waits in the queue", "the chain stops the session", "is closed", "events in blocks"]
    {
        ensure!(people.contains(part), "no `{part}` in {people}");
    }
    Ok(())
}
