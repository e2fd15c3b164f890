//! The books of one pool, as pure state transitions: no storage, no transfer, no clock.
//!
//! Stake stays in its owner's account, on hold. A pool knows how much of it is free and how much
//! backs sessions, and divides the sum among shares. A slash lowers the sum, and with it what every
//! share is worth, at once; what a delegator has on hold is brought down to what the shares are
//! worth when that delegator next shows up ([`Pool::settle`]).
//!
//! # Rounding
//!
//! Whoever acts bears the rounding: shares bought and stake withdrawn are rounded down. Within a
//! pool the price of a share only ever falls (through a slash, or by less than one base unit in all
//! through rounding), because a rise could not be paid: what one delegator leaves behind lies in no
//! other delegator's account. So, with `s` shares of `S` stake under `T` shares:
//!
//! 1. each delegator has at least `s · S / T` on hold, and exactly `⌈s · S / T⌉` after settling;
//! 2. hence what all delegators have on hold is at least `S`: all stake is backed;
//! 3. as long as nothing was slashed, `S = T` and nothing is ever rounded.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use phala_primitives::{Balance, Moment};
use polkadot_sdk::sp_runtime::{Permill, Rounding};
use scale_info::TypeInfo;

use crate::{maths, queue::Queue, types::Cooling};

/// What the owner of a pool keeps of its rewards.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Commission {
    /// The rate until `raise` takes effect.
    pub rate: Permill,
    /// An announced higher rate, and the chain time from which it holds.
    pub raise: Option<(Permill, Moment)>,
}

impl Commission {
    /// The rate at `now`.
    pub fn at(&self, now: Moment) -> Permill {
        match self.raise {
            Some((rate, from)) if from <= now => rate,
            _ => self.rate,
        }
    }

    /// Sets the rate to `next` at `now`, and says from when it holds. A lower rate holds at once and
    /// cancels an announced raise; a higher one holds as `raises` says. Without such terms it holds at
    /// once: where there are no delegators, nobody needs to be protected from a raise.
    pub fn set(
        &mut self,
        next: Permill,
        now: Moment,
        raises: Option<RaiseTerms>,
    ) -> Result<Moment, CommissionError> {
        let rate = self.at(now);
        let from = match raises {
            Some(terms) if next > rate => {
                if next.deconstruct().saturating_sub(rate.deconstruct()) > terms.step.deconstruct() {
                    return Err(CommissionError::StepTooLarge);
                }
                now.saturating_add(terms.notice)
            }
            _ => now,
        };
        let announced = self.raise.filter(|(_, from)| *from > now);
        if announced.map_or(rate, |(announced, _)| announced) == next {
            return Err(CommissionError::NotChanged);
        }
        *self = if from > now {
            Self { rate, raise: Some((next, from)) }
        } else {
            Self { rate: next, raise: None }
        };
        Ok(from)
    }
}

/// How a commission may rise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RaiseTerms {
    /// By how much at a time.
    pub step: Permill,
    /// Milliseconds of chain time from its announcement to its effect.
    pub notice: Moment,
}

/// Why a commission cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommissionError {
    /// It is this rate already, or is announced.
    NotChanged,
    /// It would rise by more than [`RaiseTerms::step`].
    StepTooLarge,
}

/// A StakePool.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Pool<AccountId> {
    /// Who sets the terms, runs workers with the stake and takes the commission.
    pub owner: AccountId,
    /// Who may run workers in the owner's place.
    pub manager: Option<AccountId>,
    /// Who may become the owner by accepting.
    pub offered: Option<AccountId>,
    /// The owner's part of the rewards.
    pub commission: Commission,
    /// The most stake with which contributions are taken.
    pub cap: Option<Balance>,
    /// Only those on the whitelist may contribute.
    pub whitelist: bool,
    /// How many workers it has.
    pub workers: u32,
    /// How many sessions were ever started.
    pub started: u64,
    /// Shares of all delegators.
    pub shares: u128,
    /// Stake that backs no session: it can be withdrawn or put behind one.
    pub free: Balance,
    /// Stake behind sessions, those that are cooling down included.
    pub active: Balance,
    /// The part of the active stake that is cooling down. What it has lost counts as stake no more.
    pub cooling: Cooling,
    /// What all delegators have on hold for this pool. More than the stake by what was slashed and
    /// not yet collected.
    pub held: Balance,
    /// Accumulator: base units earned by one share since the pool exists, times
    /// [`maths::REWARD_PRECISION`].
    pub reward_per_share: u128,
    /// Rewards too small to be divided among the shares; they join the next ones.
    pub undistributed: Balance,
    /// Commission that the owner has not claimed yet.
    pub owner_rewards: Balance,
    /// What settled delegations have earned and not claimed yet.
    pub unclaimed: Balance,
    /// Who waits for stake to become free.
    pub queue: Queue<AccountId>,
    /// Chain time at which the queue is looked at next.
    pub wakes: Option<Moment>,
}

/// One account's part in one pool.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Delegation {
    /// Shares owned.
    pub shares: u128,
    /// Balance on hold for this pool in the delegator's account.
    pub held: Balance,
    /// The pool's accumulator up to which `rewards` is right.
    pub reward_per_share: u128,
    /// Rewards not claimed yet.
    pub rewards: Balance,
}

/// Why the books refuse an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerError {
    /// The shares have lost (almost) all their value.
    Insolvent,
    /// More stake than a pool can count, or less than one share is worth.
    AmountOutOfRange,
    /// More shares than the delegator owns, or none.
    NotEnoughShares,
    /// More stake than is free.
    InsufficientFreeStake,
}

/// Outcome of [`Pool::contribute`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contributed {
    /// Shares bought.
    pub shares: u128,
    /// What to put on hold in addition: at most the amount offered.
    pub hold: Balance,
}

/// Outcome of [`Pool::withdraw`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// What to release to the delegator.
    pub release: Balance,
    /// A rounding remainder to collect from the hold like a slash.
    pub remainder: Balance,
}

impl<AccountId> Pool<AccountId> {
    /// An empty pool without commission.
    pub fn new(owner: AccountId) -> Self {
        Self {
            owner,
            manager: None,
            offered: None,
            commission: Commission::default(),
            cap: None,
            whitelist: false,
            workers: 0,
            started: 0,
            shares: 0,
            free: 0,
            active: 0,
            cooling: Cooling::default(),
            held: 0,
            reward_per_share: 0,
            undistributed: 0,
            owner_rewards: 0,
            unclaimed: 0,
            queue: Queue::default(),
            wakes: None,
        }
    }

    /// All stake, in base units, without what is known to be lost.
    pub fn stake(&self) -> Balance {
        self.free.saturating_add(self.active).saturating_sub(self.cooling.loss)
    }

    /// What `shares` of this pool are worth, rounded down.
    pub fn value_of(&self, shares: u128) -> Balance {
        maths::claim(shares, self.stake(), self.shares, Rounding::Down)
    }

    /// Whether the pool takes no contributions any more because its shares are worth nothing, or so
    /// little that they cannot be told from nothing.
    pub fn is_insolvent(&self) -> bool {
        maths::is_insolvent(self.stake(), self.shares)
    }

    /// Brings `delegation` up to date with the pool's rewards and slashes. Returns what must be taken
    /// from the delegator's hold.
    #[must_use]
    pub fn settle(&mut self, delegation: &mut Delegation) -> Balance {
        let rise = self.reward_per_share.saturating_sub(delegation.reward_per_share);
        let earned = maths::earned(delegation.shares, rise);
        delegation.rewards = delegation.rewards.saturating_add(earned);
        self.unclaimed = self.unclaimed.saturating_add(earned);
        delegation.reward_per_share = self.reward_per_share;
        self.collect(delegation)
    }

    /// Takes the rewards of a settled `delegation`.
    pub fn claim(&mut self, delegation: &mut Delegation) -> Balance {
        let amount = core::mem::take(&mut delegation.rewards);
        self.unclaimed = self.unclaimed.saturating_sub(amount);
        amount
    }

    /// Gives the commission that was not claimed to a settled `delegation` of whoever earned it.
    pub fn hand_over_commission(&mut self, delegation: &mut Delegation) {
        let amount = core::mem::take(&mut self.owner_rewards);
        delegation.rewards = delegation.rewards.saturating_add(amount);
        self.unclaimed = self.unclaimed.saturating_add(amount);
    }

    /// Lowers what is on hold to what the shares are worth, rounded up; returns the difference.
    fn collect(&mut self, delegation: &mut Delegation) -> Balance {
        let worth = maths::claim(delegation.shares, self.stake(), self.shares, Rounding::Up);
        let lost = delegation.held.saturating_sub(worth);
        delegation.held = delegation.held.saturating_sub(lost);
        self.held = self.held.saturating_sub(lost);
        lost
    }

    /// Sells shares for up to `amount` to a settled `delegation`.
    pub fn contribute(
        &mut self,
        delegation: &mut Delegation,
        amount: Balance,
    ) -> Result<Contributed, LedgerError> {
        use LedgerError::{AmountOutOfRange, Insolvent};
        if self.is_insolvent() {
            return Err(Insolvent);
        }
        let shares = maths::shares_for(amount, self.stake(), self.shares).ok_or(AmountOutOfRange)?;
        let credit = match self.shares {
            0 => amount,
            total => maths::claim(shares, self.stake(), total, Rounding::Down),
        };
        if shares == 0 || credit == 0 {
            return Err(AmountOutOfRange);
        }
        self.shares = self.shares.checked_add(shares).ok_or(AmountOutOfRange)?;
        self.free = self.free.checked_add(credit).ok_or(AmountOutOfRange)?;
        delegation.shares = delegation.shares.saturating_add(shares);

        let worth = maths::claim(delegation.shares, self.stake(), self.shares, Rounding::Up);
        let hold = worth.saturating_sub(delegation.held);
        delegation.held = delegation.held.saturating_add(hold);
        self.held = self.held.checked_add(hold).ok_or(AmountOutOfRange)?;
        Ok(Contributed { shares, hold })
    }

    /// Takes back `shares` of a settled `delegation` against free stake.
    pub fn withdraw(&mut self, delegation: &mut Delegation, shares: u128) -> Result<Withdrawn, LedgerError> {
        if shares == 0 || shares > delegation.shares {
            return Err(LedgerError::NotEnoughShares);
        }
        let removed = maths::claim(shares, self.stake(), self.shares, Rounding::Up);
        let release = self.value_of(shares).min(delegation.held);
        self.free = self.free.checked_sub(removed).ok_or(LedgerError::InsufficientFreeStake)?;
        self.shares = self.shares.saturating_sub(shares);
        self.held = self.held.saturating_sub(release);
        delegation.shares = delegation.shares.saturating_sub(shares);
        delegation.held = delegation.held.saturating_sub(release);
        Ok(Withdrawn { release, remainder: self.collect(delegation) })
    }

    /// Puts free stake behind a session.
    pub fn activate(&mut self, stake: Balance) -> Result<(), LedgerError> {
        self.free = self.free.checked_sub(stake).ok_or(LedgerError::InsufficientFreeStake)?;
        self.active = self.active.saturating_add(stake);
        Ok(())
    }

    /// Of stake behind a session, `now` is known to come back and to be lost, and `before` was. Returns
    /// the loss that is new; it weighs on every share alike from this moment on.
    pub fn cool_down(&mut self, before: Cooling, now: Cooling) -> Balance {
        self.cooling.remove(before);
        self.cooling.add(now);
        now.loss.saturating_sub(before.loss)
    }

    /// Takes back the stake of a session, which has `cooled` down if it was stopped: of `taken`, only
    /// `returned` is left. Returns the loss that is new.
    pub fn deactivate(&mut self, cooled: Cooling, taken: Balance, returned: Balance) -> Balance {
        let returned = returned.min(taken.saturating_sub(cooled.loss));
        self.cooling.remove(cooled);
        self.active = self.active.saturating_sub(taken);
        self.free = self.free.saturating_add(returned);
        taken.saturating_sub(returned).saturating_sub(cooled.loss)
    }

    /// Divides `amount` between the owner and the shares; returns the commission. The owner gets all
    /// of it while there are no shares: the last delegator left before the reward came.
    pub fn reward(&mut self, amount: Balance, now: Moment) -> Balance {
        let commission = match self.shares {
            0 => amount,
            _ => self.commission.at(now).mul_floor(amount),
        };
        self.owner_rewards = self.owner_rewards.saturating_add(commission);
        self.undistributed = self.undistributed.saturating_add(amount.saturating_sub(commission));
        if let Some((rise, spent)) = maths::reward_per_share(self.undistributed, self.shares) {
            if let Some(risen) = self.reward_per_share.checked_add(rise) {
                self.reward_per_share = risen;
                self.undistributed = self.undistributed.saturating_sub(spent);
            }
        }
        commission
    }
}

impl Delegation {
    /// Whether nothing is left that must be remembered.
    pub fn is_empty(&self) -> bool {
        self.shares == 0 && self.held == 0 && self.rewards == 0
    }
}
