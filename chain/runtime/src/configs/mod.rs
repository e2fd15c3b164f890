//! Every pallet's parameters.

mod consensus;
mod money;
mod phala;
mod system;

pub use money::{treasury_account, EXISTENTIAL_DEPOSIT};
pub use system::{RuntimeBlockWeights, SS58_PREFIX};
