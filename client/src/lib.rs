//! Rust SDK of the Phala network.
//!
//! [`Chain`] speaks to a node; [`account`] keeps keys and sends money; [`job`] runs confidential jobs on
//! workers; [`worker`] is a worker's HTTP API; [`operator`] puts workers to use, and [`session`] tells how their mining
//! goes. [`pool`] and [`vault`] are about stake, [`history`] reads past events, and a [`DryRun`] is what a call would come
//! to. What a node or a worker says is checked wherever something depends on it: [`proven`] reads state with proofs
//! from the genesis hash on.

pub mod account;
pub mod chain;
mod dry_run;
mod error;
pub mod history;
pub mod job;
pub mod offers;
pub mod operator;
pub mod pool;
pub mod proven;
pub mod rpc;
pub mod session;
pub mod snapshot;
pub mod vault;
pub mod worker;

pub use account::Keypair;
pub use chain::Chain;
pub use dry_run::{DryRun, Funds, Refusal};
pub use error::Error;
pub use phala_economics as economics;
pub use snapshot::Snapshot;
pub use subxt::utils::AccountId32;
