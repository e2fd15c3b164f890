//! The chain's rules, put together: pallets, their parameters, genesis presets and runtime APIs.
//!
//! Nothing here knows which node runs it: presets come through `sp_genesis_builder`, the length of a
//! slot through `AuraApi`, so that the same pallets can later back a parachain.
//!
//! - [`configs`]: every pallet's parameters
//! - [`reports`]: which pallet hears which report of a worker
//! - [`block_time`]: the slot duration, fixed at genesis
//! - [`apis`]: what the node and clients may call
//! - [`dry_run`]: what a call would come to
//! - [`genesis_config_presets`]: `development` and `local`
#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "512"]

extern crate alloc;

// `WASM_BINARY`: none where the runtime was built with `SKIP_WASM_BUILD`.
#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarks;
pub mod block_time;
pub mod configs;
pub mod dry_run;
pub mod genesis_config_presets;
pub mod reports;
#[cfg(test)]
mod tests;

use alloc::{borrow::Cow, vec::Vec};
use polkadot_sdk::*;
use sp_runtime::{
    generic, impl_opaque_keys,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

pub use phala_primitives::{Balance, BlockNumber, Moment, PHA};

/// A signature by any of the key types that accounts may use.
pub type Signature = MultiSignature;
/// A public key's account.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// How many transactions an account has sent.
pub type Nonce = u32;
/// A block or storage hash.
pub type Hash = sp_core::H256;
/// How a call names an account.
pub type Address = MultiAddress<AccountId, ()>;
/// A block's header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// A transaction as it travels.
pub type UncheckedExtrinsic =
    generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TransactionExtensions>;

/// What a transaction carries besides its call, checked in this order. `AuthorizeCall` comes first
/// because it gives a worker's unsigned report its origin.
pub type TransactionExtensions = (
    frame_system::AuthorizeCall<Runtime>,
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckMortality<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
    frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
    frame_system::WeightReclaim<Runtime>,
);

/// Runs blocks through the pallets.
pub type Executive = frame_executive::Executive<
    Runtime,
    Block,
    frame_system::ChainContext<Runtime>,
    Runtime,
    AllPalletsWithSystem,
>;

impl_opaque_keys! {
    /// The keys with which a validator takes part in consensus.
    pub struct SessionKeys {
        /// Makes blocks.
        pub aura: Aura,
        /// Finalises them.
        pub grandpa: Grandpa,
    }
}

/// Name and version of these rules.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: Cow::Borrowed("phala"),
    impl_name: Cow::Borrowed("phala"),
    authoring_version: 1,
    spec_version: 1,
    impl_version: 1,
    apis: apis::RUNTIME_API_VERSIONS,
    transaction_version: 1,
    system_version: 1,
};

/// The metadata that clients are compiled against, in the newest version that they read.
#[cfg(feature = "std")]
pub fn metadata() -> Vec<u8> {
    const VERSION: u32 = 16;
    // Some constants in it are read from storage, so there must be one.
    sp_io::TestExternalities::default()
        .execute_with(|| Runtime::metadata_at_version(VERSION))
        .map(|metadata| (*metadata).clone())
        .unwrap_or_default()
}

/// The pallets. Indexes are part of every encoded call, event and error: never reuse one.
#[frame_support::runtime]
mod runtime {
    /// The chain.
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type BlockTime = crate::block_time;
    #[runtime::pallet_index(2)]
    pub type Timestamp = pallet_timestamp;

    #[runtime::pallet_index(10)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(11)]
    pub type TransactionPayment = pallet_transaction_payment;

    #[runtime::pallet_index(20)]
    pub type Authorship = pallet_authorship;
    #[runtime::pallet_index(21)]
    pub type Session = pallet_session;
    #[runtime::pallet_index(22)]
    pub type Aura = pallet_aura;
    #[runtime::pallet_index(23)]
    pub type Grandpa = pallet_grandpa;

    #[runtime::pallet_index(30)]
    pub type Utility = pallet_utility;
    #[runtime::pallet_index(31)]
    pub type Sudo = pallet_sudo;

    #[runtime::pallet_index(40)]
    pub type Mailbox = pallet_mailbox;
    #[runtime::pallet_index(41)]
    pub type Registry = pallet_registry;
    #[runtime::pallet_index(42)]
    pub type Mining = pallet_mining;
    #[runtime::pallet_index(43)]
    pub type StakePool = pallet_stake_pool;
    #[runtime::pallet_index(44)]
    pub type Jobs = pallet_jobs;
    #[runtime::pallet_index(45)]
    pub type Vault = pallet_vault;
}
