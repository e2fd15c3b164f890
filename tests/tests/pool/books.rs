//! A pool's books, kept by hand: from its events and the published rules, in the plainest arithmetic.

use std::collections::BTreeMap;

use anyhow::{ensure, Context, Result};
use phala_primitives::Balance;
use serde_json::Value;

use crate::world::amount;

/// Base units by which rounding may differ in one step.
const ROUNDING: Balance = 1;

/// One delegator's part.
#[derive(Clone, Debug, Default)]
struct Part {
    shares: u128,
    /// Earned by shares and not claimed yet.
    rewards: Balance,
    /// Rewards that the shares had a part in; each rounds.
    roundings: Balance,
    /// Claimed so far.
    claimed: Balance,
    /// Put in, and taken out.
    paid_in: Balance,
    paid_out: Balance,
}

/// A pool's books.
#[derive(Debug, Default)]
pub(crate) struct Books {
    stake: Balance,
    shares: u128,
    /// Millionths.
    commission: u128,
    owner: String,
    /// Commission that the owner has not claimed yet.
    owners: Balance,
    parts: BTreeMap<String, Part>,
    /// All that the pool was paid.
    pub(crate) rewards: Balance,
    /// In how many payouts.
    pub(crate) payouts: usize,
}

impl Books {
    /// Keeps the books from the pool's creation on, and holds every number that follows from the rules against the
    /// chain's.
    pub(crate) fn of(events: &[Value]) -> Result<Self> {
        let mut books = Self::default();
        for event in events {
            books.enter(event).with_context(|| format!("{event} in {books:?}"))?;
        }
        Ok(books)
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

    fn enter(&mut self, event: &Value) -> Result<()> {
        let number = |field: &str| amount(&event[field]);
        let who = event["who"].as_str().unwrap_or_default().to_owned();
        match event["event"].as_str().context("no name")? {
            "pool_created" => self.owner = event["owner"].as_str().context("no owner")?.to_owned(),
            "commission_set" => {
                let percent = event["commission_percent"].as_str().context("no rate")?;
                self.commission = percent.parse::<u128>()? * 10_000;
            }
            "contributed" => self.contributed(&who, number("amount_pha")?, number("shares")?)?,
            "withdrawn" => self.withdrawn(&who, number("amount_pha")?, number("shares")?)?,
            "reward_received" => self.rewarded(number("amount_pha")?, number("commission_pha")?)?,
            "rewards_claimed" => self.claimed(&who, number("amount_pha")?)?,
            "stake_returned" => self.stake -= number("stake_pha")? - number("returned_pha")?,
            _ => {}
        }
        Ok(())
    }

    /// A share costs what it is worth; the first ones cost one base unit each.
    fn contributed(&mut self, who: &str, paid: Balance, shares: u128) -> Result<()> {
        let expected = match self.shares {
            0 => paid,
            all => paid * all / self.stake,
        };
        ensure!(shares.abs_diff(expected) <= ROUNDING, "{expected} shares expected");
        let part = self.parts.entry(who.to_owned()).or_default();
        part.shares += shares;
        part.paid_in += paid;
        self.shares += shares;
        self.stake += paid;
        Ok(())
    }

    fn withdrawn(&mut self, who: &str, paid: Balance, shares: u128) -> Result<()> {
        let expected = self.value(shares);
        ensure!(paid.abs_diff(expected) <= ROUNDING, "{expected} expected");
        let part = self.parts.get_mut(who).context("who is that?")?;
        part.shares = part.shares.checked_sub(shares).context("more shares than there are")?;
        part.paid_out += paid;
        self.shares -= shares;
        self.stake -= paid;
        Ok(())
    }

    /// The commission is rounded down; the rest is divided by shares.
    fn rewarded(&mut self, reward: Balance, commission: Balance) -> Result<()> {
        let expected = reward * self.commission / 1_000_000;
        ensure!(commission == expected, "a commission of {expected} expected");
        self.rewards += reward;
        self.payouts += 1;
        self.owners += commission;
        for part in self.parts.values_mut().filter(|part| part.shares > 0) {
            part.rewards += (reward - commission) * part.shares / self.shares;
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
}
