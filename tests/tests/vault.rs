//! A vault with two delegators, by the command line alone: two pools, rewards, a performance fee above a high-water mark,
//! a worker that dies, a withdrawal that waits for the grace periods of vault and pool and for the cool-down, a new owner,
//! and the end of the vault with everybody paid. On the way: a pool's whitelist, and withdrawals taken back.
//!
//! Every share, every reward, every fee and every balance at the end is computed anew from the published rules, as are
//! those of the two pools.
#![allow(clippy::unwrap_used, missing_docs)]

// Beside this file they would be scenarios of their own.
#[path = "stake/books.rs"]
mod books;
#[path = "vault/history.rs"]
mod history;
#[path = "stake/world.rs"]
mod world;

use anyhow::{ensure, Context, Result};
use phala_e2e::{worker::ExtraWorker, DevNetwork};
use phala_primitives::{Balance, PHA};
use serde_json::{json, Value};

use books::Books;
use history::History;
use world::{amount, World};

/// Owns the pool whose only worker dies, operates that worker, and owns the vault at the end.
const MINER: &str = "dave";
/// Owns the vault at first; on development networks the first pool, too.
const OWNER: &str = "bob";
/// Delegators. Eve has something in the miner's pool besides.
const EVE: &str = "eve";
const FERDIE: &str = "ferdie";
const PEOPLE: [&str; 4] = [MINER, OWNER, EVE, FERDIE];

/// What each puts into the vault, in PHA.
const EVES: &str = "6000";
const FERDIES: Balance = 3_000 * PHA;
/// What eve puts into the miner's pool.
const EVES_OWN: &str = "1000";
/// What the vault places in the miner's pool and in the network's first one, so that 2 000 stay free.
const PLACED: &str = "5000";
const PLACED_IN_FIRST: Balance = 2_000 * PHA;
/// What of the 6 000 in the miner's pool is put behind its session.
const STAKE: &str = "5500";
/// What the owner takes back from the miner's pool: more than is free there.
const TAKEN_BACK: Balance = 700 * PHA;
/// The miner's commission and the vault's fee, in percent.
const COMMISSION: &str = "10";
const FEE: &str = "10";
/// Chain time for which a withdrawal waits, on development networks.
const GRACE: u64 = 60_000;
/// For how long a raise is announced.
const NOTICE: u64 = 7 * 24 * 60 * 60 * 1_000;
/// What a pool or vault costs besides the fee, until it is closed: the existential deposit.
const DEPOSIT: Balance = PHA / 100;

#[tokio::test(flavor = "multi_thread")]
async fn vault_should_earn_lose_and_give_back_as_the_rules_say() -> Result<()> {
    let network = DevNetwork::start()?;
    let (mut world, mut worker) = World::start(&network, &PEOPLE).await?;
    world.names.insert("{first}", network.description.pool.to_string());
    vault_should_be_opened_on_its_terms(&mut world)?;
    contributions_should_buy_shares(&mut world)?;
    whitelist_should_keep_out_who_is_not_on_it(&mut world)?;
    stake_should_be_placed_in_two_pools(&mut world)?;
    rewards_should_come_from_both(&world).await?;
    rewards_should_be_claimed_and_compounded(&mut world)?;
    raise_of_the_fee_should_be_announced(&mut world)?;
    let asked = withdrawal_should_wait_for_what_lies_in_pools(&mut world, &mut worker).await?;
    vault_should_keep_its_place_in_the_queue_of_a_pool(&world)?;
    withdrawals_should_be_taken_back(&mut world)?;
    vault_should_go_to_another_owner(&mut world)?;
    loss_should_be_known_when_the_chain_stops_the_session(&world).await?;
    queue_should_be_served_by_itself_after_the_cool_down(&world).await?;
    everything_should_come_back(&mut world)?;
    vault_should_close_once_all_rewards_are_claimed(&mut world)?;
    let told = History::read(&network.description.rpc).await?;
    let first = (network.description.pool, asked);
    ensure!(told.forced().contains(&first), "{first:?} is not among {:?}", told.forced());
    balances_should_match_the_rules(&world, &told)
}

fn vault_should_be_opened_on_its_terms(world: &mut World) -> Result<()> {
    let created = world.act(OWNER, &["vault", "create"])?;
    let created = effect(&created, "vault", "vault_created")?;
    world.names.insert("{vault}", created["vault"].to_string());
    world.names.insert("{account}", created["account"].as_str().context("no account")?.to_owned());
    world.act(OWNER, &["vault", "set", "{vault}", "--fee", FEE, "--description", "two pools"])?;
    let shown = world.phala(&["vault", "show", "{vault}"])?;
    ensure!(shown["fee_percent"] == FEE && shown["announced_fee_percent"].is_null(), "{shown}");
    ensure!(shown["description"] == "two pools" && shown["stake_pha"] == "0", "{shown}");
    let refused = world.refusal(OWNER, &["vault", "set", "{vault}", "--fee", "50.1"])?;
    ensure!(refused.contains("Vault.FeeTooHigh") && refused.contains("The most is 50 %"), "{refused}");
    let refused = world.refusal(EVE, &["vault", "set", "{vault}", "--fee", "1"])?;
    ensure!(refused.contains("Vault.NotVaultOwner") && refused.contains("belongs to"), "{refused}");
    Ok(())
}

fn contributions_should_buy_shares(world: &mut World) -> Result<()> {
    let contribute = ["vault", "contribute", "{vault}", EVES];
    let foreseen = world.dry_run(EVE, &contribute)?;
    let done = world.act(EVE, &contribute)?;
    ensure!(foreseen["effects"] == done["effects"], "{foreseen}\n{done}");
    ensure!(done["held_after_pha"] == EVES, "{done}");
    let refused = world.refusal(FERDIE, &["vault", "contribute", "{vault}", "0.009"])?;
    ensure!(refused.contains("Vault.ContributionTooSmall"), "{refused}");
    ensure!(refused.contains("The least is 0.01 PHA"), "{refused}");
    world.act(FERDIE, &["vault", "contribute", "{vault}", &whole(FERDIES)])?;
    let told = world.phala_text(&["vault", "positions", FERDIE])?;
    ensure!(told.contains("3000 PHA on hold") && told.contains("WAITS IN THE QUEUE"), "{told}");
    Ok(())
}

fn whitelist_should_keep_out_who_is_not_on_it(world: &mut World) -> Result<()> {
    let created = world.act(MINER, &["pool", "create"])?;
    world.names.insert("{pool}", effect(&created, "pool", "pool_created")?["pool"].to_string());
    let terms = ["--commission", COMMISSION, "--whitelist", "on"];
    world.act(MINER, &[&["pool", "set", "{pool}"][..], &terms].concat())?;
    let place = ["vault", "delegate", "{vault}", "{pool}", PLACED];
    let contribute = ["delegate", "contribute", "{pool}", EVES_OWN];
    for (who, call) in [(OWNER, &place[..]), (EVE, &contribute[..])] {
        let refused = world.refusal(who, call)?;
        ensure!(refused.contains("StakePool.NotAllowed"), "{refused}");
        ensure!(refused.contains("not on the pool's whitelist"), "{refused}");
        ensure!(refused.contains("Ask the owner to allow it"), "{refused}");
    }

    let refused = world.refusal(EVE, &["pool", "allow", "{pool}", EVE])?;
    ensure!(refused.contains("StakePool.NotPoolOwner"), "{refused}");
    world.act(MINER, &["pool", "allow", "{pool}", "{account}"])?;
    world.act(MINER, &["pool", "allow", "{pool}", EVE])?;
    world.act(OWNER, &place)?;
    world.act(EVE, &contribute)?;
    world.act(MINER, &["pool", "disallow", "{pool}", EVE])?;
    let shown = world.phala(&["pool", "show", "{pool}"])?;
    ensure!(shown["allowed"] == json!([world.names["{account}"]]), "{shown}");
    let refused = world.refusal(EVE, &contribute)?;
    ensure!(refused.contains("StakePool.NotAllowed"), "{refused}");
    let kept = world.position("delegate", EVE, "{pool}")?;
    ensure!(kept["shares"] == EVES_OWN, "{kept}");
    Ok(())
}

fn stake_should_be_placed_in_two_pools(world: &mut World) -> Result<()> {
    let refused = world.refusal(OWNER, &["vault", "delegate", "{vault}", "{first}", "4000.1"])?;
    ensure!(refused.contains("Vault.InsufficientFreeStake"), "{refused}");
    ensure!(refused.contains("4000 PHA that lie in no pool"), "{refused}");
    world.act(OWNER, &["vault", "delegate", "{vault}", "{first}", &whole(PLACED_IN_FIRST)])?;
    let shown = world.phala(&["vault", "show", "{vault}"])?;
    ensure!(shown["free_pha"] == "2000" && shown["stake_pha"] == "9000", "{shown}");
    ensure!(shown["pools"].as_array().is_some_and(|pools| pools.len() == 2), "{shown}");

    world.act(MINER, &["pool", "worker", "add", "{pool}", "{worker}"])?;
    let started = world.act(MINER, &["session", "start", "{worker}", "--stake", STAKE])?;
    world.names.insert("{session}", started["session"].to_string());
    Ok(())
}

async fn rewards_should_come_from_both(world: &World<'_>) -> Result<()> {
    let is_enough = || {
        let ferdies = rewards(world, "vault", FERDIE, "{vault}")?;
        Ok((ferdies > PHA && rewards(world, "delegate", EVE, "{pool}")? > PHA / 10).then_some(()))
    };
    world.until("ferdie earns by the vault, and eve in the pool", is_enough).await?;
    let shown = world.phala(&["vault", "show", "{vault}"])?;
    ensure!(amount(&shown["owner_rewards_pha"])? > 0 && shown["deficit_pha"] == "0", "{shown}");
    Ok(())
}

/// What `who` can claim as delegator.
fn rewards(world: &World, command: &str, who: &str, place: &str) -> Result<Balance> {
    amount(&world.position(command, who, place)?["rewards_pha"])
}

fn rewards_should_be_claimed_and_compounded(world: &mut World) -> Result<()> {
    let claimed = world.act(FERDIE, &["vault", "claim", "{vault}"])?;
    ensure!(amount(&effect(&claimed, "vault", "rewards_claimed")?["amount_pha"])? > PHA, "{claimed}");
    let compounded = world.act(EVE, &["vault", "compound", "{vault}"])?;
    is_compounded(&compounded, "vault")?;
    let claimed = world.act(OWNER, &["vault", "claim", "{vault}"])?;
    ensure!(amount(&effect(&claimed, "vault", "rewards_claimed")?["amount_pha"])? > 0, "{claimed}");

    // Compounding is a contribution like any other.
    let compound = ["delegate", "compound", "{pool}"];
    let refused = world.refusal(EVE, &compound)?;
    ensure!(refused.contains("StakePool.NotAllowed"), "{refused}");
    world.act(MINER, &["pool", "set", "{pool}", "--whitelist", "off"])?;
    is_compounded(&world.act(EVE, &compound)?, "pool")
}

fn is_compounded(report: &Value, place: &str) -> Result<()> {
    let (paid, put) = (effect(report, place, "rewards_claimed")?, effect(report, place, "contributed")?);
    ensure!(amount(&paid["amount_pha"])?.abs_diff(amount(&put["amount_pha"])?) <= 1, "{report}");
    Ok(())
}

fn raise_of_the_fee_should_be_announced(world: &mut World) -> Result<()> {
    let refused = world.refusal(OWNER, &["vault", "set", "{vault}", "--fee", "20.1"])?;
    ensure!(refused.contains("Vault.FeeStepTooLarge") && refused.contains("by 10 % at a time"), "{refused}");
    let set = world.act(OWNER, &["vault", "set", "{vault}", "--fee", "15"])?;
    let from = effect(&set, "vault", "fee_set")?["from_ms"].as_u64().context("no time")?;
    let shown = world.phala(&["vault", "show", "{vault}"])?;
    ensure!(shown["fee_percent"] == FEE && shown["announced_fee_percent"] == "15", "{shown}");
    let now = shown["time_ms"].as_u64().context("no time")?;
    ensure!(shown["announced_from_ms"] == from, "{shown}");
    // It was announced a few blocks ago.
    ensure!((now - GRACE..=now).contains(&(from - NOTICE)), "{from} in {shown}");
    Ok(())
}

/// Free stake comes at once; so does what is free in a pool, when the owner asks for it. Then the miner's worker dies.
/// Returns how many shares of the first pool the vault has to give back for the rest.
async fn withdrawal_should_wait_for_what_lies_in_pools(
    world: &mut World<'_>,
    worker: &mut ExtraWorker,
) -> Result<u128> {
    let free = amount(&world.phala(&["vault", "show", "{vault}"])?["free_pha"])?;
    let withdrawn = world.act(FERDIE, &["vault", "withdraw", "{vault}", "--all"])?;
    ensure!(amount(&effect(&withdrawn, "vault", "withdrawn")?["amount_pha"])? == free, "{withdrawn}");
    let queued = effect(&withdrawn, "vault", "withdrawal_queued")?;
    let waiting = FERDIES - free;
    ensure!(amount(&queued["shares"])? == waiting, "{withdrawn}");
    ensure!(amount(&withdrawn["held_after_pha"])? == waiting, "{withdrawn}");
    let shown = world.phala(&["vault", "show", "{vault}"])?;
    let entry = &shown["queue"][0];
    let (since, due) = (entry["since_ms"].as_u64(), entry["due_ms"].as_u64());
    ensure!(since.map(|since| since + GRACE) == due && due.is_some(), "{entry}");

    let free = amount(&world.phala(&["pool", "show", "{pool}"])?["free_pha"])?;
    let taken = world.act(OWNER, &["vault", "undelegate", "{vault}", "{pool}", &whole(TAKEN_BACK)])?;
    ensure!(amount(&effect(&taken, "vault", "stake_returned")?["amount_pha"])? == free, "{taken}");
    let coming = amount(&effect(&taken, "pool", "withdrawal_queued")?["shares"])?;
    ensure!(coming == TAKEN_BACK - free, "{taken}");
    let earns_again = || Ok((rewards(world, "delegate", EVE, "{pool}")? > 0).then_some(()));
    world.until("eve earns in the pool again", earns_again).await?;
    worker.stop()?;
    let left = waiting - free;
    let is_paid = || Ok((waits_for(world, FERDIE)? == left).then_some(()));
    world.until("what was free in the pool is paid", is_paid).await?;
    let asked = left.checked_sub(coming).context("nothing has to come out of the first pool")?;
    ensure!(asked > PHA, "{left} wait for {coming}");
    Ok(asked)
}

/// In a vault's queue.
fn waits_for(world: &World, who: &str) -> Result<u128> {
    match &world.position("vault", who, "{vault}")?["withdrawal"] {
        Value::Null => Ok(0),
        withdrawal => amount(&withdrawal["shares"]),
    }
}

fn vault_should_keep_its_place_in_the_queue_of_a_pool(world: &World) -> Result<()> {
    let refused = world.refusal(OWNER, &["vault", "undelegate", "{vault}", "{pool}", "1"])?;
    ensure!(refused.contains("Vault.UndelegationPending"), "{refused}");
    let refused = world.refusal(OWNER, &["vault", "delegate", "{vault}", "{first}", "1"])?;
    ensure!(refused.contains("Vault.WithdrawalsWaiting") && refused.contains("1 wait for"), "{refused}");
    Ok(())
}

fn withdrawals_should_be_taken_back(world: &mut World) -> Result<()> {
    let of_vault = (["vault", "withdraw", "{vault}"], ["vault", "cancel", "{vault}"]);
    let of_pool = (["delegate", "withdraw", "{pool}"], ["delegate", "cancel", "{pool}"]);
    for (place, pallet, (withdraw, cancel)) in [("vault", "Vault", of_vault), ("pool", "StakePool", of_pool)]
    {
        let before = world.position(withdraw[0], EVE, withdraw[2])?;
        let withdrawn = world.act(EVE, &[&withdraw[..], &["--shares", "100"]].concat())?;
        ensure!(effect(&withdrawn, place, "withdrawal_queued")?["shares"] == "100", "{withdrawn}");
        let cancelled = world.act(EVE, &cancel)?;
        ensure!(effect(&cancelled, place, "withdrawal_cancelled")?["shares"] == "100", "{cancelled}");
        let after = world.position(withdraw[0], EVE, withdraw[2])?;
        ensure!(after["withdrawal"].is_null() && after["shares"] == before["shares"], "{before}\n{after}");
        let refused = world.refusal(EVE, &cancel)?;
        ensure!(refused.contains(&format!("{pallet}.NotWithdrawing")), "{refused}");
    }
    Ok(())
}

/// Whose fees of before stay the former owner's. A lower fee holds at once, and nobody needs to wait for the raise.
fn vault_should_go_to_another_owner(world: &mut World) -> Result<()> {
    world.act(OWNER, &["vault", "transfer", "{vault}", MINER])?;
    let refused = world.refusal(EVE, &["vault", "accept", "{vault}"])?;
    ensure!(refused.contains("Vault.NotOffered") && refused.contains("is offered to"), "{refused}");
    world.act(MINER, &["vault", "accept", "{vault}"])?;
    let left = world.position("vault", OWNER, "{vault}")?;
    ensure!(left["shares"] == "0" && amount(&left["rewards_pha"])? > 0, "{left}");
    let refused = world.refusal(OWNER, &["vault", "set", "{vault}", "--fee", "5"])?;
    ensure!(refused.contains("Vault.NotVaultOwner"), "{refused}");
    world.act(MINER, &["vault", "set", "{vault}", "--fee", "5"])?;
    let shown = world.phala(&["vault", "show", "{vault}"])?;
    ensure!(shown["fee_percent"] == "5" && shown["announced_fee_percent"].is_null(), "{shown}");
    Ok(())
}

/// When the vault's withdrawal in the pool has waited for the grace period. Meanwhile the worker has been missed.
async fn loss_should_be_known_when_the_chain_stops_the_session(world: &World<'_>) -> Result<()> {
    let is_stopped = || {
        let mut status = world.phala(&["session", "status", "{session}"])?;
        let session = status["sessions"][0].take();
        Ok((session["state"] == "cooling_down").then_some(session))
    };
    let session = world.until("the chain stops the session", is_stopped).await?;
    let events = world.history("{pool}")?;
    let find = |name: &str| events.iter().find(|event| event["event"] == name).context(name.to_owned());
    let (queued, overdue) = (find("withdrawal_queued")?, find("withdrawal_overdue")?);
    ensure!(queued["who"] == world.names["{account}"] && overdue["who"] == queued["who"], "{overdue}");
    let (forced, slashed) = (find("session_stop_forced")?, find("pool_slashed")?);
    ensure!(forced["missing_pha"] == overdue["shares"], "{forced} {overdue}");
    let time = |event: &Value| event["time_ms"].as_u64().context("no time");
    let late = time(forced)? - time(queued)?;
    ensure!((GRACE..GRACE + 10_000).contains(&late), "stopped after {late} ms");

    ensure!(forced["block"] == slashed["block"], "{forced} {slashed}");
    let lost = amount(&slashed["lost_pha"])?;
    let stake = amount(&session["stake_pha"])?;
    let value =
        |field: &str| session[field].as_str().context("no value")?.parse::<f64>().context("no number");
    let part = 1.0 - value("value_pha")? / value("initial_value_pha")?;
    // To a billionth of a PHA.
    let differs = (stake as f64 * part - lost as f64).abs();
    ensure!(lost > PHA / 1_000 && differs < PHA as f64 * 1e-9, "{part} of {session} lost, not {lost}");
    let shown = world.phala(&["vault", "show", "{vault}"])?;
    ensure!(shown["price_pha"].as_str().is_some_and(|price| price.starts_with("0.999")), "{shown}");
    Ok(())
}

async fn queue_should_be_served_by_itself_after_the_cool_down(world: &World<'_>) -> Result<()> {
    world.until("ferdie is paid", || Ok((world.balances(FERDIE)?.1 == 0).then_some(()))).await?;
    let position = world.position("vault", FERDIE, "{vault}")?;
    ensure!(position["shares"] == "0" && position["withdrawal"].is_null(), "{position}");
    let shown = world.phala(&["vault", "show", "{vault}"])?;
    ensure!(shown["waiting"] == 0 && shown["overdue_pha"] == "0", "{shown}");
    Ok(())
}

fn everything_should_come_back(world: &mut World) -> Result<()> {
    let refused = world.refusal(MINER, &["vault", "close", "{vault}"])?;
    ensure!(refused.contains("Vault.VaultNotEmpty"), "{refused}");
    for pool in ["{pool}", "{first}"] {
        let taken = world.act(MINER, &["vault", "undelegate", "{vault}", pool, "--all"])?;
        ensure!(effect(&taken, "pool", "withdrawal_queued").is_err(), "{taken}");
    }
    let shown = world.phala(&["vault", "show", "{vault}"])?;
    ensure!(shown["pools"] == json!([]) && shown["free_pha"] == shown["stake_pha"], "{shown}");
    world.act(EVE, &["vault", "withdraw", "{vault}", "--all"])?;
    let withdrawn = world.act(EVE, &["delegate", "withdraw", "{pool}", "--all"])?;
    ensure!(withdrawn["held_after_pha"] == "0", "{withdrawn}");
    Ok(())
}

fn vault_should_close_once_all_rewards_are_claimed(world: &mut World) -> Result<()> {
    world.act(EVE, &["delegate", "claim", "{pool}"])?;
    world.act(MINER, &["delegate", "claim", "{pool}"])?;
    for who in [EVE, FERDIE, OWNER, MINER] {
        let refused = world.refusal(MINER, &["vault", "close", "{vault}"])?;
        ensure!(refused.contains("Vault.RewardsUnclaimed"), "{who} has something to claim: {refused}");
        world.act(who, &["vault", "claim", "{vault}"])?;
    }
    let closed = world.act(MINER, &["vault", "close", "{vault}"])?;
    effect(&closed, "vault", "vault_closed")?;
    let gone = world.error(&["vault", "show", "{vault}"])?;
    ensure!(gone.contains("phala vault list"), "{gone}");
    Ok(())
}

/// Computed anew, from the events of vault and pools and nothing else of the chain's.
fn balances_should_match_the_rules(world: &World, told: &History) -> Result<()> {
    let [own, first] = ["{pool}", "{first}"].map(|pool| Books::of_pool(&world.history(pool)?));
    let (own, first, vault) = (own.context("the pool")?, first.context("the first pool")?, told.books()?);
    let account = &world.names["{account}"];
    let (from_own, from_first) = (own.earned(account), first.earned(account));
    ensure!(from_own > PHA && from_first > PHA && vault.payouts > 2, "hardly anything was earned: {vault:?}");
    ensure!(vault.rewards == from_own + from_first, "{from_own} and {from_first} were paid: {vault:?}");
    ensure!(
        told.lost() == own.lost(account) + first.lost(account),
        "{} lost: {own:?} {first:?}",
        told.lost()
    );
    // No fee until what was lost is earned back.
    ensure!(told.waived() > told.lost() / 100, "{} of fees waived for {}", told.waived(), told.lost());

    for who in PEOPLE {
        let address = world.address(who)?;
        let balances = world.balances(who)?;
        let lost = vault.lost(&address) + own.lost(&address);
        ensure!((lost > 0) == [EVE, FERDIE].contains(&who), "{who} lost {lost}");
        ensure!(vault.worth(&address) + own.worth(&address) == 0, "{who} has shares: {vault:?} {own:?}");
        // The miner has paid for a pool, and got back what the vault's first owner had paid.
        let deposit = if who == OWNER { DEPOSIT } else { 0 };
        let earned = vault.earned(&address) + own.earned(&address);
        let expected = world.started_with(who)? + earned - lost - world.fees(who) - deposit;
        ensure!(balances == (expected, 0), "{who} has {balances:?}; {expected} expected: {vault:?} {own:?}");
    }
    // All of the rewards have gone to somebody, but for what is too small to be divided.
    let given: Balance = PEOPLE.iter().map(|who| vault.earned(&world.address(who).unwrap())).sum();
    ensure!(vault.rewards.abs_diff(given) <= 16, "{given} of {} were given", vault.rewards);
    Ok(())
}

/// The last effect of this name in a `pool` or `vault`.
fn effect<'a>(report: &'a Value, place: &str, name: &str) -> Result<&'a Value> {
    let effects = report["effects"].as_array().context("no effects")?;
    // What happens between the two is the vault's.
    let is_of = |effect: &Value| match place {
        "vault" => effect.get("vault").is_some(),
        _ => effect.get("vault").is_none(),
    };
    let found = effects.iter().rev().find(|effect| effect["event"] == name && is_of(effect));
    found.with_context(|| format!("no {name} of a {place}: {report}"))
}

/// An amount without a fraction, in PHA.
fn whole(amount: Balance) -> String {
    (amount / PHA).to_string()
}
