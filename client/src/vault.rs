//! Vaults: how they stand, and who has what in them.
//!
//! What a [`Snapshot`] says here is a node's word, which is right for looking. Calls are made by
//! [`api::transactions`](crate::chain::api::transactions).

use phala_primitives::PoolId;
use subxt::utils::AccountId32;

use crate::{
    chain::{
        api::{self, runtime_types::bounded_collections::bounded_vec::BoundedVec},
        unfit,
    },
    operator::Call,
    Error, Snapshot,
};

pub use crate::chain::api::runtime_types::pallet_vault::views::{PlacementView, PositionView, WaitingView};

/// A vault as people see it.
pub type VaultView = api::runtime_types::pallet_vault::views::VaultView<AccountId32>;
/// A place in a vault's queue.
pub type WithdrawalView = api::runtime_types::pallet_vault::views::WithdrawalView<AccountId32>;
/// Number of a vault.
pub type VaultId = u64;

/// How many vaults the chain gives at once.
const PAGE: usize = 50;
/// Most pages that one list looks through.
const MAX_PAGES: usize = 100;

/// What the runtime lays down for vaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Highest performance fee, in millionths.
    pub max_fee: u32,
}

/// All vaults in the order of their numbers, and whether there may be more of them than are listed.
pub async fn list(snapshot: &Snapshot) -> Result<(Vec<VaultView>, bool), Error> {
    let mut vaults: Vec<VaultView> = Vec::new();
    let mut from = 0;
    for _ in 0..MAX_PAGES {
        let page = snapshot.view(api::view_functions().vault().vaults(from)).await?;
        let is_last = page.len() < PAGE;
        vaults.extend(page);
        match vaults.last().and_then(|vault| vault.vault.checked_add(1)) {
            Some(next) if !is_last => from = next,
            _ => return Ok((vaults, false)),
        }
    }
    Ok((vaults, true))
}

/// A vault; none if there is none of this number.
pub async fn find(snapshot: &Snapshot, vault: VaultId) -> Result<Option<VaultView>, Error> {
    snapshot.view(api::view_functions().vault().vault(vault)).await
}

/// Who waits for stake of a vault, in the order of service: the first 200.
pub async fn queue(snapshot: &Snapshot, vault: VaultId) -> Result<Vec<WithdrawalView>, Error> {
    snapshot.view(api::view_functions().vault().queue(vault, 0)).await
}

/// What an account has in a vault, if it has anything.
pub async fn position(
    snapshot: &Snapshot,
    who: AccountId32,
    vault: VaultId,
) -> Result<Option<PositionView>, Error> {
    snapshot.view(api::view_functions().vault().position(who, vault)).await
}

/// The vaults in which an account has something: the first 50.
pub async fn positions(snapshot: &Snapshot, who: AccountId32) -> Result<Vec<PositionView>, Error> {
    snapshot.view(api::view_functions().vault().positions(who)).await
}

/// What a vault has in a pool, if it has anything.
pub fn placement(vault: &VaultView, pool: PoolId) -> Option<&PlacementView> {
    vault.pools.iter().find(|placement| placement.pool == pool)
}

/// What the runtime lays down.
pub fn limits(snapshot: &Snapshot) -> Result<Limits, Error> {
    let constants = snapshot.at().constants();
    let max_fee = constants.entry(api::constants().vault().max_fee()).map_err(unfit)?.0;
    Ok(Limits { max_fee })
}

/// A vault's terms as they shall be; none stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Performance fee in millionths.
    pub fee: Option<u32>,
    /// What the owner says about it; at most 400 bytes.
    pub description: Option<String>,
}

/// The calls that give a vault these terms.
pub fn changes(vault: VaultId, terms: Terms) -> Vec<Call> {
    use api::runtime_types::{pallet_vault::pallet::Call as VaultCall, sp_arithmetic::per_things::Permill};
    let fee = terms.fee.map(|fee| VaultCall::set_fee { vault, fee: Permill(fee) });
    let description = terms
        .description
        .map(|text| VaultCall::set_description { vault, description: BoundedVec(text.into_bytes()) });
    [fee, description].into_iter().flatten().map(Call::Vault).collect()
}
