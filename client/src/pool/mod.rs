//! StakePools: how they stand, what they return, and what changes them.
//!
//! What a [`Snapshot`] says here is a node's word, which is right for looking. Calls are made by
//! [`api::transactions`](crate::chain::api::transactions); [`changes`] makes several of them at once.

mod limits;
mod returns;
mod terms;

use phala_economics::{arithmetic::multiply_divide_up, FixedU128};
use phala_primitives::{Balance, PoolId};
use subxt::utils::AccountId32;

use crate::{
    chain::{api, Event},
    history::{history, Bounds, History},
    Chain, Error, Snapshot,
};

pub use crate::chain::api::runtime_types::pallet_stake_pool::views::{
    DelegationView, QueuedView, WorkerView,
};
pub use limits::{limits, Limits};
pub use returns::apr;
pub use terms::{changes, Change};

/// A pool as people see it.
pub type PoolView = api::runtime_types::pallet_stake_pool::views::PoolView<AccountId32>;
/// A place in a pool's queue.
pub type WithdrawalView = api::runtime_types::pallet_stake_pool::views::WithdrawalView<AccountId32>;

/// How many entries the chain gives at once.
const PAGE: usize = 200;
/// Most pages of pools that one list looks through.
const MAX_PAGES: usize = 100;

/// All pools in the order of their numbers, and whether there may be more of them than are listed.
pub async fn list(snapshot: &Snapshot) -> Result<(Vec<PoolView>, bool), Error> {
    let mut pools: Vec<PoolView> = Vec::new();
    let mut from = 0;
    for _ in 0..MAX_PAGES {
        let page = snapshot.view(api::view_functions().stake_pool().pools(from)).await?;
        let is_last = page.len() < PAGE;
        pools.extend(page);
        match pools.last().and_then(|pool| pool.pool.checked_add(1)) {
            Some(next) if !is_last => from = next,
            _ => return Ok((pools, false)),
        }
    }
    Ok((pools, true))
}

/// A pool; none if there is none of this number.
pub async fn find(snapshot: &Snapshot, pool: PoolId) -> Result<Option<PoolView>, Error> {
    snapshot.view(api::view_functions().stake_pool().pool(pool)).await
}

/// A pool's workers with their sessions, newest session first: as many as a pool may have.
pub async fn workers(snapshot: &Snapshot, pool: PoolId) -> Result<Vec<WorkerView>, Error> {
    snapshot.view(api::view_functions().stake_pool().workers(pool)).await
}

/// Who waits for free stake of a pool, in the order of service: the first 200.
pub async fn queue(snapshot: &Snapshot, pool: PoolId) -> Result<Vec<WithdrawalView>, Error> {
    snapshot.view(api::view_functions().stake_pool().queue(pool)).await
}

/// Who is on a pool's whitelist, in force or not.
pub async fn whitelist(snapshot: &Snapshot, pool: PoolId) -> Result<Vec<AccountId32>, Error> {
    snapshot.view(api::view_functions().stake_pool().whitelist(pool)).await
}

/// What an account has in a pool, if it has anything.
pub async fn position(
    snapshot: &Snapshot,
    who: AccountId32,
    pool: PoolId,
) -> Result<Option<DelegationView>, Error> {
    snapshot.view(api::view_functions().stake_pool().delegation(who, pool)).await
}

/// The pools in which an account has something: the first 200.
pub async fn positions(snapshot: &Snapshot, who: AccountId32) -> Result<Vec<DelegationView>, Error> {
    snapshot.view(api::view_functions().stake_pool().delegations(who)).await
}

/// What happened to a pool, read back from past blocks.
pub async fn story(chain: &Chain, pool: PoolId, bounds: Bounds) -> Result<History, Error> {
    history(chain, bounds, &["StakePool", "Mining"], |event| is_about(event, pool)).await
}

/// Shares that it takes to get `amount` out of a pool or vault with this `stake` and these `shares`: rounded up, so that
/// no less comes.
pub fn shares_worth(amount: Balance, stake: Balance, shares: u128) -> u128 {
    match stake {
        // Worthless shares give nothing, however many they are.
        0 => shares,
        _ => multiply_divide_up(amount, shares, stake),
    }
}

/// What a share is worth, where 1 is what the first one cost.
pub fn price(stake: Balance, shares: u128) -> FixedU128 {
    match shares {
        0 => FixedU128::from_u32(1),
        _ => phala_economics::arithmetic::scale(FixedU128::from_u32(1), stake, shares),
    }
}

fn is_about(event: &Event, wanted: PoolId) -> bool {
    use api::{mining, stake_pool::Event as Pool};
    let pool = match event {
        Event::Mining(
            mining::Event::SessionStarted { pool, .. } | mining::Event::SessionStopped { pool, .. },
        ) => pool,
        Event::StakePool(event) => match event {
            Pool::PoolCreated { pool, .. }
            | Pool::PoolClosed { pool, .. }
            | Pool::CommissionSet { pool, .. }
            | Pool::CapSet { pool, .. }
            | Pool::DescriptionSet { pool }
            | Pool::WhitelistSet { pool, .. }
            | Pool::Allowed { pool, .. }
            | Pool::Disallowed { pool, .. }
            | Pool::OwnershipOffered { pool, .. }
            | Pool::OwnershipTransferred { pool, .. }
            | Pool::ManagerSet { pool, .. }
            | Pool::WorkerAdded { pool, .. }
            | Pool::WorkerRemoved { pool, .. }
            | Pool::Contributed { pool, .. }
            | Pool::Withdrawn { pool, .. }
            | Pool::WithdrawalQueued { pool, .. }
            | Pool::WithdrawalCancelled { pool, .. }
            | Pool::WithdrawalOverdue { pool, .. }
            | Pool::SessionStopForced { pool, .. }
            | Pool::StakeActivated { pool, .. }
            | Pool::StakeReturned { pool, .. }
            | Pool::PoolSlashed { pool, .. }
            | Pool::SlashSettled { pool, .. }
            | Pool::RewardReceived { pool, .. }
            | Pool::RewardsClaimed { pool, .. } => pool,
        },
        _ => return false,
    };
    *pool == wanted
}

#[cfg(test)]
mod tests {
    use phala_primitives::PHA;

    use super::*;

    #[test]
    fn shares_should_be_enough_for_the_amount_that_is_wanted() {
        assert_eq!(shares_worth(10 * PHA, 0, 0), 0);
        assert_eq!(shares_worth(10 * PHA, 100 * PHA, 100 * PHA), 10 * PHA);
        // A share is worth two thirds: 15 give 10, and a rounded amount takes a share more.
        assert_eq!(shares_worth(10, 200, 300), 15);
        assert_eq!(shares_worth(11, 200, 300), 17);
        assert_eq!(shares_worth(PHA, 0, 7 * PHA), 7 * PHA, "nothing is left, whatever is given back");
    }

    #[test]
    fn price_should_be_one_until_something_is_lost() {
        let parts = |number, of| FixedU128::from_inner(number * FixedU128::from_u32(1).into_inner() / of);
        assert_eq!(price(0, 0), FixedU128::from_u32(1));
        assert_eq!(price(9 * PHA, 9 * PHA), FixedU128::from_u32(1));
        assert_eq!(price(3 * PHA, 4 * PHA), parts(3, 4));
        assert_eq!(price(0, 4 * PHA), FixedU128::from_u32(0));
    }

    #[test]
    fn event_should_be_of_the_pool_that_it_names_and_of_no_other() {
        let event = Event::StakePool(api::stake_pool::Event::DescriptionSet { pool: 3 });
        assert!(is_about(&event, 3) && !is_about(&event, 4));
    }
}
