//! Keys whose encoding sorts like what they stand for, and what is stored under accounts and tickets.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use pallet_stake_pool::Delegation;
use phala_primitives::Moment;
use scale_info::TypeInfo;

/// Number of a vault.
pub type VaultId = u64;

/// A place in the queues: whoever has the lower one came first.
///
/// Big-endian, so that storage iterates a queue in its order.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Ticket([u8; 8]);

impl Ticket {
    /// The ticket of this number.
    pub fn new(number: u64) -> Self {
        Self(number.to_be_bytes())
    }

    /// Its number.
    pub fn number(&self) -> u64 {
        u64::from_be_bytes(self.0)
    }
}

/// Something that is due at a chain time: sorts by time, then by number.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct DueKey {
    time: [u8; 8],
    number: [u8; 8],
}

impl DueKey {
    /// The key of what `number` stands for, at `time`.
    pub fn new(time: Moment, number: u64) -> Self {
        Self { time: time.to_be_bytes(), number: number.to_be_bytes() }
    }

    /// When it is due.
    pub fn time(&self) -> Moment {
        Moment::from_be_bytes(self.time)
    }

    /// What is due.
    pub fn number(&self) -> u64 {
        u64::from_be_bytes(self.number)
    }
}

/// One account's part in one vault.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Position {
    /// Shares, hold and rewards.
    pub delegation: Delegation,
    /// The account's place in the queue, if it waits for stake.
    pub ticket: Option<Ticket>,
}

impl Position {
    /// Whether nothing is left that must be remembered.
    pub fn is_empty(&self) -> bool {
        self.delegation.is_empty() && self.ticket.is_none()
    }
}

/// An entry of a vault's queue.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Withdrawal<AccountId> {
    /// Who waits.
    pub who: AccountId,
    /// Shares that still have to go. They earn and lose like all others until then.
    pub shares: u128,
    /// Chain time of the request.
    pub since: Moment,
    /// Chain time at which its grace period ends.
    pub grace_until: Moment,
    /// Its grace period is over.
    pub overdue: bool,
}
