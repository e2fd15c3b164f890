//! The books of one vault, as pure state transitions: no storage, no transfer, no clock.
//!
//! Shares, holds, slashes and rewards are a pool's ([`pallet_stake_pool::ledger`]), with `free` for
//! stake that lies in no pool and `active` for what is placed in pools; what concerns workers and a
//! pool's own queue stays empty. What a vault adds is the performance fee.
//!
//! # Performance fee
//!
//! What one share has brought its owner is measured by the index
//!
//! ```text
//!   I = Σ rewards / T − Σ losses / T
//! ```
//!
//! where each reward (before the fee) and each loss of stake is divided by the number of shares `T` at
//! its time. The high-water mark `M` is the highest value that `I` ever had. A reward `a` brings the
//! index from `I` to `I + a / T`, and the fee is due only on what exceeds the mark:
//!
//! ```text
//!   fee = ⌊ rate · max(0, I + a / T − M) · T ⌋          M ← max(M, I + a / T)
//! ```
//!
//! So after a slash there is no fee until the loss is earned back. All that must be remembered is how
//! far the index is under the mark; kept in base units of the whole vault it is exact:
//!
//! ```text
//!   deficit = (M − I) · T       a loss:    deficit ← deficit + loss
//!                               a reward:  covered = min(a, deficit);  deficit ← deficit − covered;
//!                                          fee = ⌊ rate · (a − covered) ⌋
//!                               T → T':    deficit ← ⌈ deficit · T' / T ⌉
//! ```
//!
//! Shares bought or given back change neither `I` nor `M`, hence the last line. When the last share is
//! gone, nobody is left who has lost anything: the deficit is 0.
//!
//! Rounding is in favour of the delegators everywhere: a fee is at most one base unit less than the
//! formula says, for each reward, and for each change of `T` less by at most `rate` base units.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use pallet_stake_pool::{
    ledger::{Contributed, LedgerError, Withdrawn},
    maths,
    types::Cooling,
    Commission, Delegation, Pool,
};
use phala_primitives::{Balance, Moment, PoolId};
use polkadot_sdk::{
    frame_support::{traits::ConstU32, BoundedVec},
    sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding},
};
use scale_info::TypeInfo;

/// Most pools in which one vault places stake. Whoever buys or leaves brings all of them up to date.
pub const MAX_POOLS: u32 = 8;

/// What waits in a vault's withdrawal queue.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct QueueTotals {
    /// How many delegators wait.
    pub entries: u32,
    /// Shares that they want to give back.
    pub shares: u128,
    /// The part of these shares whose grace period is over: the vault takes their worth out of pools.
    pub overdue: u128,
}

/// A vault.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Vault<AccountId> {
    /// Owner, shares, stake and rewards. Its commission stays 0: that would be on every reward.
    pub book: Pool<AccountId>,
    /// The rate of the performance fee. An announced raise holds from the first time that the vault is
    /// brought up to date after its date, so that what was earned before it is never charged with it.
    pub fee: Commission,
    /// Base units that the vault must earn before a fee is due again.
    pub deficit: Balance,
    /// The pools in which it has stake or something to claim, in the order in which it came to them.
    pub pools: BoundedVec<PoolId, ConstU32<MAX_POOLS>>,
    /// Who waits for stake.
    pub queue: QueueTotals,
}

/// What became of a reward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Divided {
    /// The owner's part.
    pub fee: Balance,
    /// The delegators' part.
    pub rest: Balance,
}

impl<AccountId> Vault<AccountId> {
    /// An empty vault without a fee.
    pub fn new(owner: AccountId) -> Self {
        Self {
            book: Pool::new(owner),
            fee: Commission::default(),
            deficit: 0,
            pools: BoundedVec::new(),
            queue: QueueTotals::default(),
        }
    }

    /// Sells shares for up to `amount` to a settled `delegation`.
    pub fn contribute(
        &mut self,
        delegation: &mut Delegation,
        amount: Balance,
    ) -> Result<Contributed, LedgerError> {
        let before = self.book.shares;
        let bought = self.book.contribute(delegation, amount)?;
        self.rescale_deficit(before);
        Ok(bought)
    }

    /// Takes back `shares` of a settled `delegation` against free stake.
    pub fn withdraw(&mut self, delegation: &mut Delegation, shares: u128) -> Result<Withdrawn, LedgerError> {
        let before = self.book.shares;
        let withdrawn = self.book.withdraw(delegation, shares)?;
        self.rescale_deficit(before);
        Ok(withdrawn)
    }

    /// What `shares` are worth, rounded up: what it takes to pay for them.
    pub fn cost_of(&self, shares: u128) -> Balance {
        maths::claim(shares, self.book.stake(), self.book.shares, Rounding::Up)
    }

    /// Free stake is placed in a pool.
    pub fn place(&mut self, amount: Balance) -> Result<(), LedgerError> {
        self.book.activate(amount)
    }

    /// A pool gave back `amount`.
    pub fn take_back(&mut self, amount: Balance) {
        let _no_loss = self.book.deactivate(Cooling::default(), amount, amount);
    }

    /// Stake placed in a pool was slashed there; it weighs on every share alike from now on.
    pub fn lose(&mut self, amount: Balance) {
        let lost = self.book.deactivate(Cooling::default(), amount, 0);
        self.deficit = self.deficit.saturating_add(lost);
    }

    /// Divides `amount` between the owner and the shares. The owner gets all of it while there are no
    /// shares.
    pub fn reward(&mut self, amount: Balance, now: Moment) -> Divided {
        let covered = amount.min(self.deficit);
        self.deficit = self.deficit.saturating_sub(covered);
        let gain = amount.saturating_sub(covered);
        let fee = match self.book.shares {
            0 => amount,
            _ => self.fee.rate.mul_floor(gain),
        };
        let rest = amount.saturating_sub(fee);
        self.book.owner_rewards = self.book.owner_rewards.saturating_add(fee);
        let _none = self.book.reward(rest, now);
        Divided { fee, rest }
    }

    /// Lets an announced raise of the fee take effect if its time has come.
    pub fn let_fee_rise(&mut self, now: Moment) {
        if let Some((rate, from)) = self.fee.raise {
            if from <= now {
                self.fee = Commission { rate, raise: None };
            }
        }
    }

    /// The deficit per share stays what it was while the number of shares, which was `before`, changed.
    fn rescale_deficit(&mut self, before: u128) {
        self.deficit = match (before, self.book.shares) {
            (_, 0) | (0, _) => 0,
            // A share never lost more than the base unit that it once cost, so that this fits.
            (before, after) => multiply_by_rational_with_rounding(self.deficit, after, before, Rounding::Up)
                .unwrap_or(Balance::MAX),
        };
    }
}
