//! The books alone, driven with random entries.

use phala_primitives::{Balance, PHA};
use polkadot_sdk::sp_runtime::{Permill, Rounding};
use proptest::prelude::*;

use crate::{
    ledger::{Commission, Delegation, LedgerError, Pool},
    maths,
    types::Cooling,
};

const DELEGATORS: usize = 4;

/// An entry in the books; amounts are parts of what is possible, in units of 1 / 65 536.
#[derive(Clone, Debug)]
enum Entry {
    Contribute { who: usize, amount: Balance },
    Withdraw { who: usize, part: u16 },
    Activate { part: u16 },
    CoolDown { which: u16, returnable: u16 },
    Deactivate { returned: u16 },
    Reward { amount: Balance },
    Settle { who: usize },
}

fn entry() -> impl Strategy<Value = Entry> {
    let who = 0..DELEGATORS;
    let amount = || 0u32..80;
    prop_oneof![
        4 => (who.clone(), amount()).prop_map(|(who, bits)| Entry::Contribute { who, amount: scaled(bits) }),
        3 => (who.clone(), any::<u16>()).prop_map(|(who, part)| Entry::Withdraw { who, part }),
        2 => any::<u16>().prop_map(|part| Entry::Activate { part }),
        2 => any::<(u16, u16)>().prop_map(|(which, returnable)| Entry::CoolDown { which, returnable }),
        2 => any::<u16>().prop_map(|returned| Entry::Deactivate { returned }),
        2 => amount().prop_map(|bits| Entry::Reward { amount: scaled(bits) }),
        1 => who.prop_map(|who| Entry::Settle { who }),
    ]
}

/// Odd amounts of every order of magnitude, up to more than all PHA there is.
fn scaled(bits: u32) -> Balance {
    (1 << bits) + Balance::from(bits) * 7 / 3
}

fn part_of(whole: u128, part: u16) -> u128 {
    (whole >> 16) * u128::from(part) + ((whole & 0xffff) * u128::from(part) >> 16)
}

/// A pool, its delegators, and what went in and out, by delegator.
struct World {
    pool: Pool<usize>,
    delegations: [Delegation; DELEGATORS],
    /// The stake behind each session, and what is known to be lost of it.
    sessions: Vec<(Balance, Cooling)>,
    paid_in: [Balance; DELEGATORS],
    paid_out: [Balance; DELEGATORS],
    rewarded: Balance,
}

impl World {
    fn new() -> Self {
        let mut pool = Pool::new(0);
        pool.commission = Commission { rate: Permill::from_percent(10), raise: None };
        Self {
            pool,
            delegations: Default::default(),
            sessions: Vec::new(),
            paid_in: [0; DELEGATORS],
            paid_out: [0; DELEGATORS],
            rewarded: 0,
        }
    }

    /// Applies an entry as the pallet would: nothing stays of a refused one.
    fn apply(&mut self, entry: Entry) -> Result<(), LedgerError> {
        let mut pool = self.pool.clone();
        match entry {
            Entry::Contribute { who, amount } => {
                let mut delegation = self.delegations[who].clone();
                let _ = pool.settle(&mut delegation);
                let bought = pool.contribute(&mut delegation, amount)?;
                assert!(bought.hold <= amount, "more was taken than offered");
                self.delegations[who] = delegation;
                self.paid_in[who] += bought.hold;
            }
            Entry::Withdraw { who, part } => {
                let mut delegation = self.delegations[who].clone();
                let _ = pool.settle(&mut delegation);
                let shares = part_of(delegation.shares, part).max(1);
                let worth = pool.value_of(shares);
                let withdrawn = pool.withdraw(&mut delegation, shares)?;
                assert_eq!(withdrawn.release, worth, "shares were not paid what they are worth");
                assert!(withdrawn.remainder <= 2, "rounding took more than two base units");
                self.delegations[who] = delegation;
                self.paid_out[who] += withdrawn.release;
            }
            Entry::Activate { part } => {
                let stake = part_of(pool.free, part);
                pool.activate(stake)?;
                self.sessions.push((stake, Cooling::default()));
            }
            Entry::CoolDown { which, returnable } => {
                let which = usize::from(which) % self.sessions.len().max(1);
                if let Some((taken, cooled)) = self.sessions.get_mut(which) {
                    let now = Cooling::new(*taken, part_of(*taken - cooled.loss, returnable));
                    let stake = pool.stake();
                    let lost = pool.cool_down(core::mem::replace(cooled, now), now);
                    assert_eq!(pool.stake(), stake - lost);
                }
            }
            Entry::Deactivate { returned } => {
                if let Some((taken, cooled)) = self.sessions.pop() {
                    let stake = pool.stake();
                    let back = match cooled == Cooling::default() {
                        true => part_of(taken, returned),
                        false => cooled.back,
                    };
                    let lost = pool.deactivate(cooled, taken, back);
                    assert_eq!(lost, taken - back - cooled.loss);
                    assert_eq!(pool.stake(), stake - lost);
                }
            }
            Entry::Reward { amount } => {
                pool.reward(amount, 0);
                self.rewarded += amount;
            }
            Entry::Settle { who } => {
                let _ = pool.settle(&mut self.delegations[who]);
                let worth =
                    maths::claim(self.delegations[who].shares, pool.stake(), pool.shares, Rounding::Up);
                assert_eq!(
                    self.delegations[who].held, worth,
                    "a settled hold is not what the shares are worth"
                );
            }
        }
        self.pool = pool;
        Ok(())
    }

    fn check(&self) {
        let pool = &self.pool;
        let shares: u128 = self.delegations.iter().map(|delegation| delegation.shares).sum();
        let held: Balance = self.delegations.iter().map(|delegation| delegation.held).sum();
        assert_eq!(pool.shares, shares);
        assert_eq!(pool.held, held);
        assert_eq!(pool.active, self.sessions.iter().map(|(stake, _)| stake).sum::<Balance>());
        assert!(held >= pool.stake(), "stake is not backed");
        let settled: Balance = self.delegations.iter().map(|delegation| delegation.rewards).sum();
        assert_eq!(pool.unclaimed, settled);
        let mut claimable = pool.owner_rewards + pool.undistributed;
        for (who, delegation) in self.delegations.iter().enumerate() {
            let worth = maths::claim(delegation.shares, pool.stake(), pool.shares, Rounding::Up);
            assert!(delegation.held >= worth, "delegator {who} is not backed");
            assert!(self.paid_in[who] >= self.paid_out[who] + worth, "delegator {who} gained stake");
            let mut delegation = delegation.clone();
            let _ = pool.clone().settle(&mut delegation);
            claimable += delegation.rewards;
        }
        assert!(claimable <= self.rewarded, "more rewards are claimable than came in");
        // At most one base unit per delegator is lost to rounding each time it is settled; those are
        // at most as many as entries, so a generous bound still notices a lost reward.
        assert!(self.rewarded - claimable <= 1_000, "rewards were lost");
    }
}

proptest! {
    #[test]
    fn books_should_keep_their_invariants_when_entries_are_random(
        entries in prop::collection::vec(entry(), 1..120),
    ) {
        let mut world = World::new();
        for entry in entries {
            let before = (world.pool.stake(), world.pool.shares);
            let _refused_or_not = world.apply(entry);
            world.check();
            // stake / shares must not have risen: a · d ≤ c · b, unless the pool began anew.
            let after = (world.pool.stake(), world.pool.shares);
            if before.1 > 0 && after.1 > 0 && before.0 < 1 << 63 && after.0 < 1 << 63
                && before.1 < 1 << 63 && after.1 < 1 << 63
            {
                prop_assert!(after.0 * before.1 <= before.0 * after.1, "a share rose from {before:?} to {after:?}");
            }
        }
    }

    #[test]
    fn shares_should_be_exact_when_nothing_was_slashed(
        amounts in prop::collection::vec(1..1_000_000 * PHA, 1..DELEGATORS),
    ) {
        let mut world = World::new();
        for (who, amount) in amounts.iter().enumerate() {
            world.apply(Entry::Contribute { who, amount: *amount }).expect("a solvent pool takes stake");
            prop_assert_eq!(world.delegations[who].shares, *amount);
        }
        for (who, amount) in amounts.iter().enumerate() {
            let pool = &mut world.pool;
            let withdrawn = pool.withdraw(&mut world.delegations[who], *amount).expect("all stake is free");
            prop_assert_eq!((withdrawn.release, withdrawn.remainder), (*amount, 0));
        }
        prop_assert_eq!((world.pool.stake(), world.pool.shares, world.pool.held), (0, 0, 0));
    }
}

fn pool_with(stakes: &[Balance]) -> World {
    let mut world = World::new();
    for (who, amount) in stakes.iter().enumerate() {
        world.apply(Entry::Contribute { who, amount: *amount }).expect("a solvent pool takes stake");
    }
    world
}

#[test]
fn slash_should_weigh_on_all_delegators_alike_when_they_do_nothing() {
    let mut world = pool_with(&[300 * PHA, 100 * PHA]);
    world.pool.activate(200 * PHA).expect("free stake");
    assert_eq!(world.pool.deactivate(Cooling::default(), 200 * PHA, 160 * PHA), 40 * PHA);

    assert_eq!(world.pool.value_of(world.delegations[0].shares), 270 * PHA);
    assert_eq!(world.pool.value_of(world.delegations[1].shares), 90 * PHA);
    assert_eq!(world.delegations[0].held, 300 * PHA, "a hold follows only when its owner calls");
    assert_eq!(world.pool.settle(&mut world.delegations[0]), 30 * PHA);
    assert_eq!(world.pool.settle(&mut world.delegations[0]), 0, "a slash is collected once");
}

#[test]
fn newcomer_should_not_bear_earlier_slashes_when_buying_cheap_shares() {
    let mut world = pool_with(&[100 * PHA]);
    world.pool.activate(100 * PHA).expect("free stake");
    world.pool.deactivate(Cooling::default(), 100 * PHA, 50 * PHA);
    let bought =
        world.pool.contribute(&mut world.delegations[1], 50 * PHA).expect("a solvent pool takes stake");

    assert_eq!((bought.shares, bought.hold), (100 * PHA, 50 * PHA));
    assert_eq!(world.pool.value_of(bought.shares), 50 * PHA);
}

#[test]
fn pool_should_refuse_stake_and_open_again_when_slashed_to_nothing() {
    let mut world = pool_with(&[100 * PHA]);
    world.pool.activate(100 * PHA).expect("free stake");
    world.pool.deactivate(Cooling::default(), 100 * PHA, 0);
    assert!(world.pool.is_insolvent());
    assert_eq!(world.pool.contribute(&mut world.delegations[1], PHA), Err(LedgerError::Insolvent));

    assert_eq!(world.pool.settle(&mut world.delegations[0]), 100 * PHA);
    let withdrawn =
        world.pool.withdraw(&mut world.delegations[0], 100 * PHA).expect("worthless shares can go");
    assert_eq!((withdrawn.release, withdrawn.remainder), (0, 0));
    assert!(!world.pool.is_insolvent());
    let bought = world.pool.contribute(&mut world.delegations[1], PHA).expect("an empty pool takes stake");
    assert_eq!(bought.shares, PHA);
}

#[test]
fn rewards_should_go_to_the_owner_when_there_are_no_shares() {
    let mut world = World::new();
    assert_eq!(world.pool.reward(5 * PHA, 0), 5 * PHA);
    assert_eq!(world.pool.owner_rewards, 5 * PHA);
}

#[test]
fn commission_should_rise_at_the_announced_time_when_it_was_announced() {
    let commission =
        Commission { rate: Permill::from_percent(5), raise: Some((Permill::from_percent(20), 100)) };
    assert_eq!(commission.at(99), Permill::from_percent(5));
    assert_eq!(commission.at(100), Permill::from_percent(20));
}
