//! A pool's terms.

use phala_primitives::{Balance, PoolId};

use crate::{
    chain::api::runtime_types::{
        bounded_collections::bounded_vec::BoundedVec, pallet_stake_pool::pallet::Call as PoolCall,
        sp_arithmetic::per_things::Permill,
    },
    operator::Call,
    AccountId32,
};

/// One of a pool's terms, as it shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The owner's part of the rewards, in millionths.
    Commission(u32),
    /// The most stake that it takes, in base units.
    Cap(Option<Balance>),
    /// What the owner says about it; at most 400 bytes.
    Description(String),
    /// Whether only those on the whitelist may contribute.
    Whitelist(bool),
    /// Who may run workers and sessions besides the owner.
    Manager(Option<AccountId32>),
}

/// The calls that make these changes to a pool, in their order.
pub fn changes(pool: PoolId, changes: impl IntoIterator<Item = Change>) -> Vec<Call> {
    changes.into_iter().map(|change| Call::StakePool(call(pool, change))).collect()
}

fn call(pool: PoolId, change: Change) -> PoolCall {
    match change {
        Change::Commission(parts) => PoolCall::set_commission { pool, commission: Permill(parts) },
        Change::Cap(cap) => PoolCall::set_cap { pool, cap },
        Change::Description(text) => {
            PoolCall::set_description { pool, description: BoundedVec(text.into_bytes()) }
        }
        Change::Whitelist(enabled) => PoolCall::set_whitelist { pool, enabled },
        Change::Manager(manager) => PoolCall::set_manager { pool, manager },
    }
}
