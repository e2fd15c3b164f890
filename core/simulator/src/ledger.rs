//! The network's money.

use phala_economics::{Balance, Payout};

/// Money since the beginning, in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Put into the subsidy at the beginning.
    pub funded: Balance,
    /// Left in the subsidy.
    pub left: Balance,
    /// Paid to pools and to the treasury.
    pub paid: Payout,
    /// Stake taken from pools for sessions.
    pub taken: Balance,
    /// Stake returned to pools.
    pub returned: Balance,
    /// Stake lost to the treasury.
    pub slashed: Balance,
    /// Stake behind sessions that were not returned yet.
    pub held: Balance,
}

impl Ledger {
    /// A session starts with this stake.
    pub(crate) fn take(&mut self, stake: Balance) {
        self.taken = self.taken.saturating_add(stake);
        self.held = self.held.saturating_add(stake);
    }

    /// Of a stake of `taken`, `returned` comes back and the rest is lost.
    pub(crate) fn give_back(&mut self, taken: Balance, returned: Balance) {
        self.returned = self.returned.saturating_add(returned);
        self.slashed = self.slashed.saturating_add(taken.saturating_sub(returned));
        self.held = self.held.saturating_sub(taken);
    }
}
