//! How much of what somebody has in a pool or a vault.

use clap::Args;
use phala_client::pool::shares_worth;
use phala_primitives::Balance;

use crate::format::{parse_pha, parse_shares};

/// A part of a position, for a flattened field of arguments.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Part {
    /// How much, in PHA at the present price of a share.
    #[arg(value_name = "PHA", value_parser = parse_pha)]
    amount: Option<Balance>,
    /// How many shares; they are counted like PHA, with up to 12 decimals.
    #[arg(long, value_name = "SHARES", value_parser = parse_shares)]
    shares: Option<u128>,
    /// Everything.
    #[arg(long)]
    all: bool,
}

impl Part {
    /// Shares that this means for somebody who has `own` of the `total` that are worth `stake`. An amount that all own shares
    /// are worth, but for rounding, means all of them.
    pub(crate) fn shares(&self, stake: Balance, total: u128, own: u128) -> u128 {
        match (self.shares, self.amount) {
            (Some(shares), _) => shares,
            (None, Some(amount)) => {
                let shares = shares_worth(amount, stake, total);
                match shares.saturating_sub(own) {
                    1 => own,
                    _ => shares,
                }
            }
            (None, None) => own,
        }
    }
}

#[cfg(test)]
mod tests {
    use phala_primitives::PHA;

    use super::*;

    fn amount(amount: Balance) -> Part {
        Part { amount: Some(amount), shares: None, all: false }
    }

    #[test]
    fn part_should_be_counted_in_shares() {
        let all = Part { amount: None, shares: None, all: true };
        let some = Part { amount: None, shares: Some(7), all: false };
        assert_eq!(all.shares(90 * PHA, 100 * PHA, 5 * PHA), 5 * PHA);
        assert_eq!(some.shares(90 * PHA, 100 * PHA, 5 * PHA), 7);
        assert_eq!(amount(9 * PHA).shares(90 * PHA, 100 * PHA, 50 * PHA), 10 * PHA);
    }

    #[test]
    fn amount_should_mean_all_shares_when_only_rounding_is_between() {
        // 10 of 30 shares that are worth 20 are worth 6: whoever reads that may ask for it.
        assert_eq!(amount(6).shares(20, 30, 9), 9);
        assert_eq!(amount(7).shares(20, 30, 10), 10, "11 would be needed");
        assert_eq!(amount(8).shares(20, 30, 10), 12, "more than there are: the chain refuses");
    }
}
