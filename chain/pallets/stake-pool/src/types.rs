//! What the pallet stores besides the books of [`crate::ledger`] and the queues of [`crate::queue`].

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use phala_primitives::{Balance, Moment, PoolId};
use polkadot_sdk::frame_support::{
    traits::{ConstU32, Get},
    BoundedVec,
};
use scale_info::TypeInfo;

/// Most bytes of a pool's description.
pub const MAX_DESCRIPTION: u32 = 400;

/// Most accounts on a pool's whitelist.
pub const MAX_ALLOWED: u32 = 100;

/// What an owner says about a pool, in UTF-8.
pub type Description = BoundedVec<u8, ConstU32<MAX_DESCRIPTION>>;

/// Who may contribute to a pool with a whitelist, besides its owner.
pub type Whitelist<AccountId> = BoundedVec<AccountId, ConstU32<MAX_ALLOWED>>;

/// Where one of a pool's workers stands.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum WorkerState {
    /// It has no session.
    #[codec(index = 0)]
    #[default]
    Idle,
    /// Its session runs.
    #[codec(index = 1)]
    Mining {
        /// Which of all sessions of the pool it is, in the order of their start.
        order: u64,
    },
    /// Its session was stopped.
    #[codec(index = 2)]
    CoolingDown(Cooling),
}

/// Stake that is cooling down.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Cooling {
    /// Base units that will be returned, unless a fault comes to light meanwhile.
    pub back: Balance,
    /// Base units that will not.
    pub loss: Balance,
}

impl Cooling {
    /// Of `taken` base units, `returned` come back.
    pub fn new(taken: Balance, returned: Balance) -> Self {
        let back = returned.min(taken);
        Self { back, loss: taken.saturating_sub(back) }
    }

    /// Counts `other` in.
    pub fn add(&mut self, other: Self) {
        self.back = self.back.saturating_add(other.back);
        self.loss = self.loss.saturating_add(other.loss);
    }

    /// Counts `other` out.
    pub fn remove(&mut self, other: Self) {
        self.back = self.back.saturating_sub(other.back);
        self.loss = self.loss.saturating_sub(other.loss);
    }
}

/// A session's place among its pool's, in bytes that sort the newest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct NewestFirst([u8; 8]);

impl NewestFirst {
    /// The place of the session that was started as number `order`.
    pub fn new(order: u64) -> Self {
        Self((u64::MAX - order).to_be_bytes())
    }
}

/// A time and a pool, in bytes that sort by time first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct AgendaKey {
    time: [u8; 8],
    pool: [u8; 8],
}

impl AgendaKey {
    /// The key of `pool` at `time`.
    pub fn new(time: Moment, pool: PoolId) -> Self {
        Self { time: time.to_be_bytes(), pool: pool.to_be_bytes() }
    }

    /// The time.
    pub fn time(&self) -> Moment {
        Moment::from_be_bytes(self.time)
    }

    /// The pool.
    pub fn pool(&self) -> PoolId {
        PoolId::from_be_bytes(self.pool)
    }
}

/// Seven days.
pub struct DefaultGracePeriod;

impl Get<Moment> for DefaultGracePeriod {
    fn get() -> Moment {
        7 * 24 * 60 * 60 * 1_000
    }
}
