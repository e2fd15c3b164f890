//! Random calls, right and wrong, and how often what came of them.

use std::{collections::BTreeMap, fmt};

use polkadot_sdk::{frame_support::traits::GetCallName, sp_runtime::Permill};
use rand::{rngs::StdRng, seq::IndexedRandom, Rng};

use super::*;
use crate::{types::Description, Call, NextPool, PoolWorkers, Pools};

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

/// A call, and who makes it: mostly somebody who may.
pub(super) fn random_call(
    rng: &mut StdRng,
    people: &[AccountId],
    workers: &[WorkerId],
) -> (AccountId, Call<Test>) {
    let somebody = |rng: &mut StdRng| people.choose(rng).unwrap().clone();
    let past_all = NextPool::<Test>::get();
    let pool = if rng.random_ratio(1, 50) { past_all } else { rng.random_range(0..past_all) };
    let record = Pools::<Test>::get(pool);
    let owner = record.as_ref().map_or(OWNER, |record| record.owner.clone());
    let manager = record.as_ref().and_then(|record| record.manager.clone()).unwrap_or(owner.clone());
    let stranger = rng.random_ratio(1, 20);
    let owner = if stranger { somebody(rng) } else { owner };
    let manager = if rng.random() { manager } else { owner.clone() };
    let who = somebody(rng);
    let own: Vec<WorkerId> = PoolWorkers::<Test>::iter_key_prefix(pool).collect();
    let any = own.is_empty() || rng.random_ratio(1, 10);
    let worker = *if any { workers } else { &own }.choose(rng).unwrap();
    let free_stake = record.as_ref().map_or(0, |record| record.free);

    match rng.random_range(0..100) {
        0..18 => {
            let amount = amount(rng, 3_000 * PHA);
            (who, Call::contribute { pool, amount })
        }
        18..34 => {
            let shares = amount(rng, shares(&who, pool));
            (who, Call::withdraw { pool, shares })
        }
        34..38 => (who, Call::cancel_withdrawal { pool }),
        38..43 => (who, Call::claim_rewards { pool }),
        43..49 => (who, Call::compound_rewards { pool }),
        49..62 => {
            let stake = if rng.random() { amount(rng, 4_000 * PHA) } else { free_stake };
            (manager, Call::start_session { pool, worker, stake })
        }
        62..67 => {
            let stake = amount(rng, 6_000 * PHA);
            (manager, Call::restart_session { pool, worker, stake })
        }
        67..70 => (manager, Call::stop_session { pool, worker }),
        70..75 => (manager, Call::add_worker { pool, worker }),
        75..78 => (manager, Call::remove_worker { pool, worker }),
        78..81 => {
            let commission = Permill::from_percent(rng.random_range(0..40));
            (owner, Call::set_commission { pool, commission })
        }
        81..84 => {
            let above = amount(rng, 2_000 * PHA);
            let stake = record.map_or(0, |record| record.stake());
            let cap = rng.random_ratio(1, 2).then(|| (stake + above).saturating_sub(PHA));
            (owner, Call::set_cap { pool, cap })
        }
        84..86 => {
            let enabled = rng.random_ratio(1, 4);
            (owner, Call::set_whitelist { pool, enabled })
        }
        86..88 => (owner, Call::allow { pool, who }),
        88..90 => (owner, Call::disallow { pool, who }),
        90 => {
            let description = Description::truncate_from(vec![rng.random(); rng.random_range(0..3)]);
            (owner, Call::set_description { pool, description })
        }
        91..93 => {
            let manager = rng.random::<bool>().then_some(who);
            (owner, Call::set_manager { pool, manager })
        }
        93 => (owner, Call::offer_ownership { pool, to: Some(who) }),
        94..96 => {
            let offered = record.and_then(|record| record.offered);
            (offered.unwrap_or(who), Call::accept_ownership { pool })
        }
        96..99 => (owner, Call::close { pool }),
        _ => (who, Call::create {}),
    }
}
