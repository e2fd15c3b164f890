//! A pool for tests.

use phala_client::{
    chain::api::runtime_types::sp_arithmetic::per_things::Permill, economics::FixedU128, pool::PoolView,
    AccountId32,
};
use phala_primitives::{PoolId, PHA};

/// A pool with 100 PHA of which half is free, and nothing special about it.
pub(crate) fn pool(number: PoolId) -> PoolView {
    let owner = AccountId32([1; 32]);
    PoolView {
        pool: number,
        owner,
        manager: None,
        offered: None,
        description: Vec::new(),
        commission: Permill(50_000),
        announced: None,
        cap: None,
        whitelist: false,
        shares: 100 * PHA,
        stake: 100 * PHA,
        free: 50 * PHA,
        available: 50 * PHA,
        cooling: 0,
        more_at: None,
        capacity: None,
        workers: 1,
        sessions: 1,
        responsive: 1,
        share: FixedU128::from_u32(3).into(),
        queue: 0,
        queued: 0,
        overdue: 0,
        unsettled: 0,
        owner_rewards: 0,
        insolvent: false,
        reward_account: AccountId32([2; 32]),
    }
}
