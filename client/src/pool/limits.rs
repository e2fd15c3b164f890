//! What the runtime lays down for pools.

use phala_primitives::{Balance, Moment};

use crate::{
    chain::{api, unfit},
    Error, Snapshot,
};

/// Constants of the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Least contribution, in base units.
    pub min_contribution: Balance,
    /// Milliseconds between the announcement of a higher commission and its effect.
    pub commission_notice: Moment,
    /// By how much a commission may rise at a time, in millionths.
    pub commission_step: u32,
    /// Most workers of one pool.
    pub max_workers: u32,
}

/// What the runtime lays down.
pub fn limits(snapshot: &Snapshot) -> Result<Limits, Error> {
    let constants = snapshot.at().constants();
    let pools = || api::constants().stake_pool();
    Ok(Limits {
        min_contribution: constants.entry(pools().min_contribution()).map_err(unfit)?,
        commission_notice: constants.entry(pools().commission_notice()).map_err(unfit)?,
        commission_step: constants.entry(pools().commission_step()).map_err(unfit)?.0,
        max_workers: constants.entry(pools().max_workers()).map_err(unfit)?,
    })
}
