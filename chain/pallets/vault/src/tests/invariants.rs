//! Everything that can happen, at random, on the real pallets, with every invariant checked after every
//! call and every block.
//!
//! ```text
//! PHALA_VAULT_CALLS=1000000 PHALA_VAULT_SEED=7 cargo nextest run -p pallet-vault at_random --no-capture
//! ```
//!
//! A run consists of worlds of 500 calls each, of which the n-th has the seed `PHALA_VAULT_SEED` + n,
//! so that a world that fails is replayed alone.

use std::{collections::BTreeMap, env};

use phala_economics::SlashLevel;
use phala_primitives::WorkerId;
use polkadot_sdk::{frame_support::storage::with_transaction, sp_runtime::TransactionOutcome};
use rand::{rngs::StdRng, seq::IndexedRandom, Rng, SeedableRng};

use super::*;

/// Calls in one world.
const CALLS_PER_WORLD: u64 = 500;
/// Calls of a run that is not told how many.
const USUAL_CALLS: u64 = 3_000;
/// After how many calls everything should have happened.
const CALLS_FOR_ALL: u64 = 20_000;

const PEOPLE: [AccountId; 5] = [OWNER, MINER, ALICE, BOB, CAROL];
const DELEGATORS: [AccountId; 4] = [OWNER, ALICE, BOB, CAROL];
const POOLS: usize = 3;

fn setting(name: &str) -> Option<u64> {
    let value = env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|error| panic!("{name}={value}: {error}")))
}

/// Says how to repeat a world when it fails.
struct Replay {
    seed: u64,
    calls: u64,
}

impl Drop for Replay {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("repeat it with PHALA_VAULT_SEED={} PHALA_VAULT_CALLS={}", self.seed, self.calls);
        }
    }
}

#[test]
fn every_invariant_should_hold_when_calls_and_times_are_at_random() {
    let seed = setting("PHALA_VAULT_SEED").unwrap_or_else(|| rand::rng().random());
    let calls = setting("PHALA_VAULT_CALLS").unwrap_or(USUAL_CALLS);
    eprintln!("PHALA_VAULT_SEED={seed} PHALA_VAULT_CALLS={calls}");

    let mut tally = BTreeMap::new();
    for world in 0..calls.div_ceil(CALLS_PER_WORLD) {
        let left = calls - world * CALLS_PER_WORLD;
        let replay = Replay { seed: seed.wrapping_add(world), calls: CALLS_PER_WORLD.min(left) };
        ExtBuilder.build_and_execute(|| World::new(replay.seed).run(replay.calls, &mut tally));
    }
    eprintln!("what happened, and how often: {tally:?}");
    if calls >= CALLS_FOR_ALL {
        for what in WHAT_HAPPENS {
            assert!(tally.get(what).is_some_and(|count| *count > 0), "{what} never happened");
        }
    }
}

/// Calls that were taken, and what only happens by itself.
const WHAT_HAPPENS: [&str; 17] = [
    "contribute",
    "withdraw",
    "cancel",
    "delegate",
    "undelegate",
    "claim",
    "compound",
    "set fee",
    "hand over",
    "close",
    "start",
    "stop",
    "fault",
    "paid from the queue",
    "overdue",
    "forced",
    "slashed",
];

type Tally = BTreeMap<&'static str, u64>;

struct World {
    dice: StdRng,
    vaults: Vec<VaultId>,
    pools: [PoolId; POOLS],
    workers: [WorkerId; POOLS],
}

/// What happens next. Amounts are made up when it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Contribute,
    Withdraw,
    Cancel,
    Delegate,
    Undelegate,
    Claim,
    Compound,
    SetFee,
    HandOver,
    Close,
    PoolContribute,
    PoolWithdraw,
    PoolClaim,
    Start,
    Stop,
    Fault,
    Reward,
    Wait,
}

const ACTIONS: [(Action, u32); 18] = [
    (Action::Contribute, 8),
    (Action::Withdraw, 8),
    (Action::Cancel, 2),
    (Action::Delegate, 8),
    (Action::Undelegate, 4),
    (Action::Claim, 3),
    (Action::Compound, 2),
    (Action::SetFee, 2),
    (Action::HandOver, 1),
    (Action::Close, 1),
    (Action::PoolContribute, 3),
    (Action::PoolWithdraw, 2),
    (Action::PoolClaim, 1),
    (Action::Start, 6),
    (Action::Stop, 3),
    (Action::Fault, 2),
    (Action::Reward, 4),
    (Action::Wait, 8),
];

impl Action {
    /// Whether it moves what is there already, and neither time, sessions nor money from outside.
    fn conserves(self) -> bool {
        !matches!(self, Self::Start | Self::Stop | Self::Fault | Self::Reward | Self::Wait)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Contribute => "contribute",
            Self::Withdraw => "withdraw",
            Self::Cancel => "cancel",
            Self::Delegate => "delegate",
            Self::Undelegate => "undelegate",
            Self::Claim => "claim",
            Self::Compound => "compound",
            Self::SetFee => "set fee",
            Self::HandOver => "hand over",
            Self::Close => "close",
            Self::PoolContribute => "contribute to a pool",
            Self::PoolWithdraw => "withdraw from a pool",
            Self::PoolClaim => "claim from a pool",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Fault => "fault",
            Self::Reward => "reward",
            Self::Wait => "wait",
        }
    }
}

impl World {
    fn new(seed: u64) -> Self {
        let mined: [(PoolId, WorkerId); POOLS] =
            core::array::from_fn(|number| pool_with_worker(number as u8 + 1));
        Self {
            dice: StdRng::seed_from_u64(seed),
            vaults: vec![vault(), vault()],
            pools: mined.map(|(pool, _)| pool),
            workers: mined.map(|(_, worker)| worker),
        }
    }

    fn run(&mut self, calls: u64, tally: &mut Tally) {
        let mut before = self.wealth();
        for _ in 0..calls {
            System::reset_events();
            let action = ACTIONS.choose_weighted(&mut self.dice, |(_, weight)| *weight).unwrap().0;
            let done = self.act(action);
            check_invariants();
            let after = self.wealth();
            if action.conserves() {
                assert_conserved(&before, &after, self.tolerance(), action);
            }
            before = after;
            if done.is_ok() {
                *tally.entry(action.name()).or_default() += 1;
            }
            count_events(action, tally);
        }
    }

    fn act(&mut self, action: Action) -> Result<(), DispatchError> {
        let who = self.one_of(&DELEGATORS);
        let vault = self.one_of(&self.vaults.clone());
        let place = self.dice.random_range(0..POOLS);
        let (pool, worker) = (self.pools[place], self.workers[place]);
        let owner = seen(vault).owner;
        match action {
            Action::Contribute => {
                let amount = self.amount();
                attempt(|| Vault::contribute(by(&who), vault, amount))
            }
            Action::Withdraw => {
                let part = self.part_of(shares(&who, vault));
                attempt(|| Vault::withdraw(by(&who), vault, part))
            }
            Action::Cancel => attempt(|| Vault::cancel_withdrawal(by(&who), vault)),
            Action::Delegate => {
                let amount = self.part_of(seen(vault).free);
                attempt(|| Vault::delegate(by(&owner), vault, pool, amount))
            }
            Action::Undelegate => {
                let part = self.part_of(StakePool::shares_in(&Vault::account_of(vault), pool));
                attempt(|| Vault::undelegate(by(&owner), vault, pool, part))
            }
            Action::Claim => attempt(|| Vault::claim_rewards(by(&who), vault)),
            Action::Compound => attempt(|| Vault::compound_rewards(by(&who), vault)),
            Action::SetFee => {
                let fee = Permill::from_percent(self.dice.random_range(0..=55));
                attempt(|| Vault::set_fee(by(&owner), vault, fee))
            }
            Action::HandOver => attempt(|| {
                Vault::offer_ownership(by(&owner), vault, Some(who.clone()))?;
                Vault::accept_ownership(by(&who), vault)
            }),
            Action::Close => self.close_and_replace(vault, &owner),
            Action::PoolContribute => {
                let amount = self.amount();
                attempt(|| StakePool::contribute(by(&who), pool, amount))
            }
            Action::PoolWithdraw => {
                let part = self.part_of(StakePool::shares_in(&who, pool));
                attempt(|| StakePool::withdraw(by(&who), pool, part))
            }
            Action::PoolClaim => attempt(|| StakePool::claim_rewards(by(&who), pool)),
            Action::Start => {
                let stake = self.dice.random_range(1_600..15_000u128) * PHA;
                attempt(|| StakePool::start_session(by(&MINER), pool, worker, stake))
            }
            Action::Stop => attempt(|| StakePool::stop_session(by(&MINER), pool, worker)),
            Action::Fault => {
                let level = match self.dice.random_range(0..20) {
                    0 => SlashLevel::Threat,
                    1..10 => SlashLevel::Proven,
                    _ => SlashLevel::GoodFaith,
                };
                attempt(|| Mining::fault(worker, level, [0; 32]))
            }
            Action::Reward => {
                reward(pool, self.amount());
                Ok(())
            }
            Action::Wait => {
                for _ in 0..self.dice.random_range(1..12) {
                    run_blocks(1);
                    check_invariants();
                }
                Ok(())
            }
        }
    }

    /// Closes a vault, if it is empty, and puts another one in its place.
    fn close_and_replace(&mut self, vault: VaultId, owner: &AccountId) -> Result<(), DispatchError> {
        attempt(|| Vault::close(by(owner), vault))?;
        self.vaults.retain(|number| *number != vault);
        self.vaults.push(super::vault());
        Ok(())
    }

    fn one_of<X: Clone>(&mut self, many: &[X]) -> X {
        many.choose(&mut self.dice).unwrap().clone()
    }

    /// Odd amounts and round ones, tiny, usual, and more than there is.
    fn amount(&mut self) -> Balance {
        match self.dice.random_range(0..10) {
            0 => self.dice.random_range(0..10 * MIN_CONTRIBUTION),
            1 => self.dice.random_range(0..WEALTH * 2),
            2..6 => self.dice.random_range(1..5_000u128) * PHA,
            _ => self.dice.random_range(1..5_000 * PHA),
        }
    }

    /// All, nearly all, or any part.
    fn part_of(&mut self, whole: u128) -> u128 {
        match self.dice.random_range(0..6) {
            0 | 1 => whole,
            2 => whole.saturating_sub(self.dice.random_range(0..3)),
            3 => whole.saturating_add(1),
            _ => self.dice.random_range(0..=whole),
        }
    }

    /// What everybody has, wherever it lies: spendable, in vaults, in pools, staked or earned.
    fn wealth(&self) -> BTreeMap<AccountId, Balance> {
        let mut wealth: BTreeMap<_, _> = PEOPLE.iter().map(|who| (who.clone(), free(who))).collect();
        let mut add = |who: &AccountId, amount: Balance| {
            *wealth.get_mut(who).expect("one of the people") += amount;
        };
        for vault in &self.vaults {
            for (who, amount) in in_vault(*vault) {
                add(&who, amount);
            }
        }
        for pool in self.pools {
            let mut books = pallet_stake_pool::Pools::<Test>::get(pool).unwrap();
            add(&books.owner.clone(), books.owner_rewards);
            for who in &PEOPLE {
                let mut delegation = pallet_stake_pool::Delegations::<Test>::get(who, pool);
                let _slash = books.settle(&mut delegation);
                add(who, books.value_of(delegation.shares) + delegation.rewards);
            }
        }
        wealth
    }

    /// Base units that rounding may move in one call: a few for each of the books, and where shares are
    /// worth little, what an accumulator cannot divide among so many.
    fn tolerance(&self) -> Balance {
        let of_vaults =
            self.vaults.iter().map(|vault| crate::Vaults::<Test>::get(vault).unwrap().book.shares);
        let of_pools =
            self.pools.iter().map(|pool| pallet_stake_pool::Pools::<Test>::get(pool).unwrap().shares);
        100 + of_vaults.chain(of_pools).sum::<u128>() / (pallet_stake_pool::maths::REWARD_PRECISION / 10)
    }
}

/// What everybody has in a vault, fees included, once the vault knows everything.
fn in_vault(vault: VaultId) -> Vec<(AccountId, Balance)> {
    with_transaction(|| {
        let mut books = Vault::bring_up_to_date(vault).unwrap().book;
        let mut parts = vec![(books.owner.clone(), books.owner_rewards + EXISTENTIAL_DEPOSIT)];
        for who in &PEOPLE {
            let mut delegation = crate::Positions::<Test>::get(who, vault).delegation;
            let _slash = books.settle(&mut delegation);
            parts.push((who.clone(), books.value_of(delegation.shares) + delegation.rewards));
        }
        TransactionOutcome::Rollback(Ok::<_, DispatchError>(parts))
    })
    .unwrap()
}

/// Nobody gains, and nobody loses more than rounding takes, whoever called.
fn assert_conserved(
    before: &BTreeMap<AccountId, Balance>,
    after: &BTreeMap<AccountId, Balance>,
    tolerance: Balance,
    action: Action,
) {
    for (who, had) in before {
        // The deposit of a vault belongs to whoever owns it.
        let deposits = if matches!(action, Action::HandOver) { EXISTENTIAL_DEPOSIT } else { 0 };
        let has = after[who];
        let difference = had.abs_diff(has);
        assert!(
            difference <= tolerance || difference.abs_diff(deposits) <= tolerance,
            "{action:?} changed what {who:?} has from {had} to {has}"
        );
    }
}

/// Counts what happened by itself.
fn count_events(action: Action, tally: &mut Tally) {
    for record in System::events() {
        let RuntimeEvent::Vault(event) = record.event else { continue };
        let what = match event {
            Event::Withdrawn { .. } if action == Action::Wait => "paid from the queue",
            Event::WithdrawalOverdue { .. } => "overdue",
            Event::Undelegated { forced: true, .. } => "forced",
            Event::VaultSlashed { .. } => "slashed",
            _ => continue,
        };
        *tally.entry(what).or_default() += 1;
    }
}
