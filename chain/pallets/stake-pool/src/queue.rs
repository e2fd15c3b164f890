//! Who waits for stake to become free, as pure state: no storage, no transfer, no clock.
//!
//! A pool's queue is a list linked through its entries, which are keyed by pool and account: an
//! account has one entry at most because there is room for no second one. To enter, to leave from
//! anywhere and to be paid touch an entry and its two neighbours, however long the queue is, and
//! leave no gaps.
//!
//! Entries stand in the order in which they were made, so that those whose grace period is over are
//! the first ones. They are counted one by one as their time comes ([`Queue::overdue`]), and what they
//! are worth together is compared with the stake that is there or on its way ([`Pool::shortage`]).
//!
//! Queued shares are shares: they bear slashes, earn rewards, and are paid at the price of the moment
//! at which they leave.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use phala_primitives::{Balance, Moment};
use polkadot_sdk::sp_runtime::Rounding;
use scale_info::TypeInfo;

use crate::{ledger::Pool, maths};

/// A pool's queue.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Queue<AccountId> {
    /// Whose turn it is.
    pub first: Option<AccountId>,
    /// Who came last.
    pub last: Option<AccountId>,
    /// The first whose grace period is not counted as over yet; all before it are overdue.
    pub in_grace: Option<AccountId>,
    /// How many wait.
    pub entries: u32,
    /// Their shares.
    pub shares: u128,
    /// The overdue ones' shares.
    pub overdue: u128,
}

impl<AccountId> Default for Queue<AccountId> {
    fn default() -> Self {
        Self { first: None, last: None, in_grace: None, entries: 0, shares: 0, overdue: 0 }
    }
}

/// One delegator's place in a queue.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Withdrawal<AccountId> {
    /// Shares that shall go.
    pub shares: u128,
    /// Chain time at which this was asked for.
    pub since: Moment,
    /// The grace period is over.
    pub overdue: bool,
    /// Who is served before.
    pub previous: Option<AccountId>,
    /// Who is served after.
    pub next: Option<AccountId>,
}

impl<AccountId> Queue<AccountId> {
    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// Counts `shares` out, of an entry that is `overdue` or not.
    pub fn discount(&mut self, shares: u128, overdue: bool) {
        self.shares = self.shares.saturating_sub(shares);
        if overdue {
            self.overdue = self.overdue.saturating_sub(shares);
        }
    }
}

impl<AccountId> Pool<AccountId> {
    /// How many of `shares` can be paid out of free stake: all of them, or part of them if that part
    /// is worth at least `least`, or none.
    pub fn covered(&self, shares: u128, least: Balance) -> u128 {
        if maths::claim(shares, self.stake(), self.shares, Rounding::Up) <= self.free {
            return shares;
        }
        let part = maths::shares_for(self.free, self.stake(), self.shares).unwrap_or_default().min(shares);
        if self.value_of(part) < least {
            return 0;
        }
        part
    }

    /// What everybody in the queue shall be paid, at the present price.
    pub fn queued(&self) -> Balance {
        maths::claim(self.queue.shares, self.stake(), self.shares, Rounding::Up)
    }

    /// Free stake that is nobody's in the queue.
    pub fn available(&self) -> Balance {
        self.free.saturating_sub(self.queued())
    }

    /// The stake that stays when the queue has been paid out of free stake.
    pub fn staying(&self) -> Balance {
        self.stake().saturating_sub(self.queued().min(self.free))
    }

    /// What can still be contributed under the cap.
    pub fn capacity(&self) -> Option<Balance> {
        self.cap.map(|cap| cap.saturating_add(self.queued()).saturating_sub(self.stake()))
    }

    /// By how much the overdue entries are worth more than the stake that is free or will be after
    /// cooling down.
    pub fn shortage(&self) -> Balance {
        let owed = maths::claim(self.queue.overdue, self.stake(), self.shares, Rounding::Up);
        owed.saturating_sub(self.free).saturating_sub(self.cooling.back)
    }
}
