//! Random calls, right and wrong, and how often what came of them.

use std::{collections::BTreeMap, fmt};

use polkadot_sdk::{frame_support::traits::GetCallName, sp_runtime::Permill};
use rand::{rngs::StdRng, seq::IndexedRandom, Rng};

use super::*;
use crate::{
    types::{Description, WorkerState},
    Call, NextPool, Pool, PoolWorkers, Pools, Withdrawals,
};

/// How often what happened, by name.
#[derive(Default)]
pub(super) struct Tally(BTreeMap<String, u64>);

impl Tally {
    /// Errors and other happenings without which a run has not seen enough, besides success of each call.
    const ALL: [&str; 16] = [
        "contribute: CapExceeded",
        "contribute: ContributionTooSmall",
        "contribute: NotAllowed",
        "contribute: PoolInsolvent",
        "withdraw: NotEnoughShares",
        "cancel_withdrawal: NotWithdrawing",
        "start_session: InsufficientFreeStake",
        "start_session: WorkerInSession",
        "remove_worker: WorkerBusy",
        "set_commission: CommissionStepTooLarge",
        "close: PoolNotEmpty",
        "compound_rewards: ContributionTooSmall",
        "an outage",
        "a slash",
        "a withdrawal served by the chain",
        "a session stopped by the chain",
    ];

    pub(super) fn count(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    pub(super) fn add(&mut self, other: Self) {
        for (what, count) in other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }

    pub(super) fn is_complete(&self) -> bool {
        let calls = Call::<Test>::get_call_names();
        calls.iter().chain(&Self::ALL).all(|what| self.0.contains_key(*what))
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(what, count)| writeln!(f, "{count:>9} {what}"))
    }
}

/// The name under which a call and its outcome are counted.
pub(super) fn name_of(call: &Call<Test>, result: &Result<(), DispatchError>) -> String {
    let name = call.get_call_name();
    match result {
        Ok(()) => name.into(),
        Err(DispatchError::Module(error)) => format!("{name}: {}", error.message.unwrap_or("?")),
        Err(error) => format!("{name}: {error:?}"),
    }
}

/// An amount up to `most`, of any order of magnitude, round or odd.
pub(super) fn amount(rng: &mut StdRng, most: u128) -> u128 {
    match rng.random_range(0..10) {
        0 => most,
        1 => most / 2,
        2 => PHA * rng.random_range(1..1_000),
        _ => {
            let scale = most >> rng.random_range(0..16);
            rng.random_range(0..=scale)
        }
    }
}

fn somebody(rng: &mut StdRng, people: &[AccountId]) -> AccountId {
    people.choose(rng).unwrap().clone()
}

/// A call, and who makes it: mostly somebody who may.
pub(super) fn random_call(
    rng: &mut StdRng,
    people: &[AccountId],
    workers: &[WorkerId],
) -> (AccountId, Call<Test>) {
    let past_all = NextPool::<Test>::get();
    let pool = if rng.random_ratio(1, 50) { past_all } else { rng.random_range(0..past_all) };
    match rng.random_range(0..100) {
        0..50 => {
            // Somebody who has shares, if there is one among a few.
            let some: Vec<_> = people.choose_multiple(rng, 3).cloned().collect();
            let owns = |who: &&AccountId| shares(who, pool) > 0;
            let who = some.iter().find(owns).unwrap_or(&some[0]).clone();
            let waiting: Vec<_> = Withdrawals::<Test>::iter_keys().filter(|(_, who)| *who != VAULT).collect();
            match waiting.choose(rng) {
                Some((pool, who)) if rng.random_ratio(1, 20) => {
                    (who.clone(), Call::cancel_withdrawal { pool: *pool })
                }
                _ => (who.clone(), delegators_call(rng, &who, pool)),
            }
        }
        50..84 => runners_call(rng, people, workers, pool),
        _ => owners_call(rng, people, pool),
    }
}

/// What a delegator may do.
pub(super) fn delegators_call(rng: &mut StdRng, who: &AccountId, pool: PoolId) -> Call<Test> {
    match rng.random_range(0..50) {
        0..20 => Call::contribute { pool, amount: amount(rng, 3_000 * PHA) },
        20..35 => Call::withdraw { pool, shares: amount(rng, shares(who, pool)) },
        35..38 => Call::cancel_withdrawal { pool },
        38..42 => Call::claim_rewards { pool },
        _ => Call::compound_rewards { pool },
    }
}

/// What owner and manager may do with workers and sessions, mostly of a worker that is fit for it.
fn runners_call(
    rng: &mut StdRng,
    people: &[AccountId],
    workers: &[WorkerId],
    pool: PoolId,
) -> (AccountId, Call<Test>) {
    let any = *workers.choose(rng).unwrap();
    let kind = rng.random_range(0..34);
    if kind >= 26 {
        return add_worker(rng, people, any, pool);
    }
    let fit = |state| match kind {
        0..16 => state == WorkerState::Idle,
        16..25 => matches!(state, WorkerState::Mining { .. }),
        _ => true,
    };
    let all = PoolWorkers::<Test>::iter().filter(|(_, _, state)| fit(*state));
    let fitting: Vec<_> = all.map(|(pool, worker, _)| (pool, worker)).collect();
    let unfit = rng.random_ratio(1, 10);
    let (pool, worker) = fitting.choose(rng).filter(|_| !unfit).copied().unwrap_or((pool, any));
    let record = Pools::<Test>::get(pool);
    let who = runner(rng, people, record.as_ref());
    match kind {
        0..16 => {
            let available = record.map_or(0, |record| record.available());
            let stake = if rng.random_ratio(2, 3) { available } else { amount(rng, 4_000 * PHA) };
            (who, Call::start_session { pool, worker, stake })
        }
        16..22 => {
            let stake = amount(rng, 6_000 * PHA);
            (who, Call::restart_session { pool, worker, stake })
        }
        22..25 => (who, Call::stop_session { pool, worker }),
        _ => (who, Call::remove_worker { pool, worker }),
    }
}

/// Owner or manager, or sometimes somebody.
fn runner(rng: &mut StdRng, people: &[AccountId], record: Option<&Pool<AccountId>>) -> AccountId {
    let stranger = somebody(rng, people);
    match record.filter(|_| rng.random_ratio(19, 20)) {
        Some(record) => match &record.manager {
            Some(manager) if rng.random() => manager.clone(),
            _ => record.owner.clone(),
        },
        None => stranger,
    }
}

/// Mostly in a pool that the worker's operator runs.
fn add_worker(
    rng: &mut StdRng,
    people: &[AccountId],
    worker: WorkerId,
    pool: PoolId,
) -> (AccountId, Call<Test>) {
    let operator = pallet_registry::Workers::<Test>::get(worker).unwrap().operator;
    let runs = |pool: &Pool<AccountId>| pool.owner == operator || pool.manager.as_ref() == Some(&operator);
    let fitting = Pools::<Test>::iter().find(|(_, pool)| runs(pool)).map(|(number, _)| number);
    match fitting.filter(|_| rng.random_ratio(4, 5)) {
        Some(pool) => (operator, Call::add_worker { pool, worker }),
        None => (runner(rng, people, Pools::<Test>::get(pool).as_ref()), Call::add_worker { pool, worker }),
    }
}

/// What the owner may do.
fn owners_call(rng: &mut StdRng, people: &[AccountId], pool: PoolId) -> (AccountId, Call<Test>) {
    let record = Pools::<Test>::get(pool);
    let who = somebody(rng, people);
    let owner = record.as_ref().filter(|_| rng.random_ratio(19, 20)).map(|record| record.owner.clone());
    let owner = owner.unwrap_or_else(|| who.clone());
    match rng.random_range(0..16) {
        0..2 => {
            let commission = Permill::from_percent(rng.random_range(0..30));
            (owner, Call::set_commission { pool, commission })
        }
        2..4 => {
            let above = amount(rng, 2_000 * PHA);
            let stake = record.map_or(0, |record| record.stake());
            let cap = rng.random::<bool>().then(|| (stake + above).saturating_sub(PHA));
            (owner, Call::set_cap { pool, cap })
        }
        4 => {
            let enabled = rng.random_ratio(1, 4);
            (owner, Call::set_whitelist { pool, enabled })
        }
        5 => (owner, Call::allow { pool, who }),
        6 => (owner, Call::disallow { pool, who }),
        7 => {
            let description = Description::truncate_from(vec![rng.random(); 2]);
            (owner, Call::set_description { pool, description })
        }
        8..10 => {
            // The first of the people have workers.
            let manager = rng.random_ratio(3, 4).then(|| somebody(rng, &people[..3]));
            (owner, Call::set_manager { pool, manager })
        }
        10 => (owner, Call::offer_ownership { pool, to: Some(who) }),
        11 => {
            let offered = record.and_then(|record| record.offered);
            (offered.unwrap_or(who), Call::accept_ownership { pool })
        }
        12..15 => (owner, Call::close { pool }),
        _ => (who, Call::create {}),
    }
}
