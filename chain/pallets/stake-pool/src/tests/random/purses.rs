//! What everybody has, and what a call may change of it.
//!
//! A purse is all that somebody could have at last without anybody else's doing: free coins, what the
//! shares are worth, rewards and commission. Prices never rise and no call mints, so that
//!
//! - nobody is richer after a call of anybody, the caller included;
//! - nobody is poorer by more than remainders of rounding, except by the stop or the restart of a session that
//!   has lost value, which everybody in the pool bears.
//!
//! From the first follows that a contribution and a withdrawal gain nothing, in whatever order and
//! with whatever between.

use super::*;
use crate::{Delegations, Pool, Pools};

/// What rounding may cost somebody in one pool by one call, in base units.
const ROUNDING: i128 = 3;

/// Purses of all people, in their order.
pub(super) struct Purses(Vec<i128>);

impl Purses {
    /// The purses of all `people` as they are now. A vault has put `placed` into pools.
    pub(super) fn of(people: &[AccountId], placed: Balance) -> Self {
        let pools: Vec<_> = Pools::<Test>::iter().collect();
        Self(people.iter().map(|who| purse(who, &pools, placed)).collect())
    }

    /// Compares with the purses before a call of `caller`, who got back so much of deposits by it.
    /// It `may_cost` people something.
    pub(super) fn check(
        &self,
        before: &Self,
        people: &[AccountId],
        caller: &AccountId,
        deposit: i128,
        may_cost: bool,
    ) {
        for ((now, before), who) in self.0.iter().zip(&before.0).zip(people) {
            let change = now - before - if who == caller { deposit } else { 0 };
            assert!(change <= 0, "{who:?} is richer by {change}");
            assert!(may_cost || change >= -ROUNDING, "{who:?} is poorer by {}", -change);
        }
    }
}

fn purse(who: &AccountId, pools: &[(PoolId, Pool<AccountId>)], placed: Balance) -> i128 {
    let claims: Balance = pools.iter().map(|(number, pool)| claim(who, *number, pool)).sum();
    let own = (free(who) + claims) as i128;
    match *who == VAULT {
        true => own + VaultReleased::get() as i128 - placed as i128,
        false => own,
    }
}

/// All that somebody has in a pool.
fn claim(who: &AccountId, number: PoolId, pool: &Pool<AccountId>) -> Balance {
    let commission = if pool.owner == *who { pool.owner_rewards } else { 0 };
    let (value, rewards) = settled(who, number, pool);
    value + rewards + commission
}

/// What somebody's shares are worth, and has earned.
fn settled(who: &AccountId, number: PoolId, pool: &Pool<AccountId>) -> (Balance, Balance) {
    let mut delegation = Delegations::<Test>::get(who, number);
    let _ = pool.clone().settle(&mut delegation);
    (pool.value_of(delegation.shares), delegation.rewards)
}

/// What all claims in a pool add up to must be there.
pub(super) fn check_backing(people: &[AccountId]) {
    for (number, pool) in Pools::<Test>::iter() {
        let (mut worth, mut earned) = (0, 0);
        for who in people {
            let (value, rewards) = settled(who, number, &pool);
            worth += value;
            earned += rewards;
        }
        assert!(worth <= pool.stake(), "claims of {worth} on {} in pool {number}", pool.stake());
        let there = free(&StakePool::reward_account_of(number));
        assert!(earned + pool.owner_rewards <= there, "rewards of {earned} in an account with {there}");
    }
}
