//! The books of a pool or a vault, kept by hand: from its events and the published rules, in the plainest arithmetic.

use std::collections::BTreeMap;

use anyhow::{ensure, Context, Result};
use phala_primitives::Balance;
use serde_json::Value;

use crate::world::amount;

/// Base units by which rounding may differ in one step.
const ROUNDING: Balance = 1;

/// What an event says. Accounts are addresses, amounts base units.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    Opened {
        owner: String,
    },
    Transferred {
        to: String,
    },
    /// The owner's part from now on, in millionths.
    Rate(u128),
    Contributed {
        who: String,
        paid: Balance,
        shares: u128,
    },
    Withdrawn {
        who: String,
        paid: Balance,
        shares: u128,
    },
    /// A reward, and the owner's part of it.
    Rewarded {
        reward: Balance,
        owners: Balance,
    },
    Claimed {
        who: String,
        paid: Balance,
    },
    /// Lost stake, and what stake there is then.
    Slashed {
        lost: Balance,
        left: Balance,
    },
    /// Stake came back from a session.
    Returned {
        taken: Balance,
        returned: Balance,
    },
}

/// One delegator's part.
#[derive(Clone, Debug, Default)]
struct Part {
    shares: u128,
    /// Earned by shares, or as a former owner, and not claimed yet.
    rewards: Balance,
    /// Rewards that the shares had a part in; each rounds.
    roundings: Balance,
    /// Claimed so far.
    claimed: Balance,
    /// Put in, and taken out.
    paid_in: Balance,
    paid_out: Balance,
}

/// The books.
#[derive(Debug, Default)]
pub(crate) struct Books {
    /// The owner's part is due on what exceeds the high-water mark only.
    has_mark: bool,
    stake: Balance,
    shares: u128,
    /// Millionths.
    rate: u128,
    /// What has to be earned up to the high-water mark.
    deficit: Balance,
    owner: String,
    /// The owner's part that is not claimed yet.
    owners: Balance,
    parts: BTreeMap<String, Part>,
    /// Lost so far.
    slashed: Balance,
    /// What sessions have given back less than they had taken.
    missing: Balance,
    /// All that was earned.
    pub(crate) rewards: Balance,
    /// In how many payouts.
    pub(crate) payouts: usize,
}

impl Books {
    /// Empty ones, of a vault (which has a high-water mark) or a pool.
    pub(crate) fn new(has_mark: bool) -> Self {
        Self { has_mark, ..Default::default() }
    }

    /// A pool's, kept from its creation on to a time when no stake cools down: every number that follows from the rules is
    /// held against the chain's.
    pub(crate) fn of_pool(events: &[Value]) -> Result<Self> {
        let mut books = Self::new(false);
        for event in events {
            if let Some(entry) = entry(event).with_context(|| event.to_string())? {
                books.enter(&entry)?;
            }
        }
        ensure!(books.slashed == books.missing, "what is lost is not what did not come back: {books:?}");
        Ok(books)
    }

    /// Enters what happened next.
    pub(crate) fn enter(&mut self, entry: &Entry) -> Result<()> {
        let told = match entry {
            Entry::Opened { owner } => {
                self.owner = owner.clone();
                Ok(())
            }
            Entry::Transferred { to } => {
                self.transferred(to);
                Ok(())
            }
            Entry::Rate(rate) => {
                self.rate = *rate;
                Ok(())
            }
            Entry::Contributed { who, paid, shares } => self.contributed(who, *paid, *shares),
            Entry::Withdrawn { who, paid, shares } => self.withdrawn(who, *paid, *shares),
            Entry::Rewarded { reward, owners } => self.rewarded(*reward, *owners),
            Entry::Claimed { who, paid } => self.claimed(who, *paid),
            Entry::Slashed { lost, left } => self.slashed(*lost, *left),
            Entry::Returned { taken, returned } => {
                self.missing += taken - returned;
                Ok(())
            }
        };
        told.with_context(|| format!("{entry:?} in {self:?}"))
    }

    /// What the account's shares are worth.
    pub(crate) fn worth(&self, account: &str) -> Balance {
        self.parts.get(account).map_or(0, |part| self.value(part.shares))
    }

    /// What the account has claimed, as delegator and owner.
    pub(crate) fn earned(&self, account: &str) -> Balance {
        self.parts.get(account).map_or(0, |part| part.claimed)
    }

    /// What the account has lost by slashes.
    pub(crate) fn lost(&self, account: &str) -> Balance {
        let Some(part) = self.parts.get(account) else { return 0 };
        part.paid_in - part.paid_out - self.value(part.shares)
    }

    fn value(&self, shares: u128) -> Balance {
        match self.shares {
            0 => 0,
            all => shares * self.stake / all,
        }
    }

    /// What the owner has earned and not claimed stays the former owner's.
    fn transferred(&mut self, to: &str) {
        let from = std::mem::replace(&mut self.owner, to.to_owned());
        self.parts.entry(from).or_default().rewards += std::mem::take(&mut self.owners);
    }

    /// A share costs what it is worth; the first ones cost one base unit each.
    fn contributed(&mut self, who: &str, paid: Balance, shares: u128) -> Result<()> {
        let expected = match self.shares {
            0 => paid,
            all => paid * all / self.stake,
        };
        ensure!(shares.abs_diff(expected) <= ROUNDING, "{expected} shares expected");
        // Whoever buys pays what rounding would take from the others.
        self.stake += match self.shares {
            0 => paid,
            _ => self.value(shares),
        };
        let part = self.parts.entry(who.to_owned()).or_default();
        part.shares += shares;
        part.paid_in += paid;
        self.change_shares(self.shares + shares);
        Ok(())
    }

    fn withdrawn(&mut self, who: &str, paid: Balance, shares: u128) -> Result<()> {
        let expected = self.value(shares);
        ensure!(paid.abs_diff(expected) <= ROUNDING, "{expected} expected");
        let part = self.parts.get_mut(who).context("who is that?")?;
        part.shares = part.shares.checked_sub(shares).context("more shares than there are")?;
        part.paid_out += paid;
        // What rounding takes is lost to whoever leaves.
        self.stake -= (shares * self.stake).div_ceil(self.shares);
        self.change_shares(self.shares - shares);
        Ok(())
    }

    /// What a share has to earn up to the mark stays the same.
    fn change_shares(&mut self, shares: u128) {
        self.deficit = match (self.shares, shares) {
            (0, _) | (_, 0) => 0,
            (before, after) => (self.deficit * after).div_ceil(before),
        };
        self.shares = shares;
    }

    /// The owner's part is rounded down; the rest is divided by shares.
    fn rewarded(&mut self, reward: Balance, owners: Balance) -> Result<()> {
        let covered = reward.min(self.deficit);
        self.deficit -= covered;
        let expected = match self.shares {
            0 => reward,
            _ => (reward - covered) * self.rate / 1_000_000,
        };
        ensure!(owners == expected, "{expected} for the owner expected");
        self.rewards += reward;
        self.payouts += 1;
        self.owners += owners;
        for part in self.parts.values_mut().filter(|part| part.shares > 0) {
            part.rewards += (reward - owners) * part.shares / self.shares;
            part.roundings += ROUNDING;
        }
        Ok(())
    }

    fn claimed(&mut self, who: &str, paid: Balance) -> Result<()> {
        let part = self.parts.entry(who.to_owned()).or_default();
        let mut expected = std::mem::take(&mut part.rewards);
        let roundings = std::mem::take(&mut part.roundings);
        if who == self.owner {
            expected += std::mem::take(&mut self.owners);
        }
        ensure!(paid.abs_diff(expected) <= roundings, "{expected} expected");
        part.claimed += paid;
        Ok(())
    }

    fn slashed(&mut self, lost: Balance, left: Balance) -> Result<()> {
        self.slashed += lost;
        self.stake -= lost;
        ensure!(self.stake == left, "{} of stake expected", self.stake);
        if self.has_mark {
            self.deficit += lost;
        }
        Ok(())
    }
}

/// What an event of a pool's history means for its books.
fn entry(event: &Value) -> Result<Option<Entry>> {
    let number = |field: &str| amount(&event[field]);
    let account = |field: &str| event[field].as_str().map(str::to_owned).context("no account");
    Ok(Some(match event["event"].as_str().context("no name")? {
        "pool_created" => Entry::Opened { owner: account("owner")? },
        "ownership_transferred" => Entry::Transferred { to: account("to")? },
        // A raise is announced first.
        "commission_set" if event["from_ms"] == event["time_ms"] => {
            let percent = event["commission_percent"].as_str().context("no rate")?;
            Entry::Rate(percent.parse::<u128>()? * 10_000)
        }
        "contributed" => Entry::Contributed {
            who: account("who")?,
            paid: number("amount_pha")?,
            shares: number("shares")?,
        },
        "withdrawn" => {
            Entry::Withdrawn { who: account("who")?, paid: number("amount_pha")?, shares: number("shares")? }
        }
        "reward_received" => {
            Entry::Rewarded { reward: number("amount_pha")?, owners: number("commission_pha")? }
        }
        "rewards_claimed" => Entry::Claimed { who: account("who")?, paid: number("amount_pha")? },
        "pool_slashed" => Entry::Slashed { lost: number("lost_pha")?, left: number("stake_pha")? },
        "stake_returned" => {
            Entry::Returned { taken: number("stake_pha")?, returned: number("returned_pha")? }
        }
        _ => return Ok(None),
    }))
}
