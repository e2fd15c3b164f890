//! Genesis by name: [`DEVELOPMENT`] and [`LOCAL`].
//!
//! Both give every dev account money and Alice root, and accept workers without evidence.

use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use phala_economics::TokenomicParameters;
use polkadot_sdk::*;
use serde_json::Value;
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

use crate::{
    block_time, configs::treasury_account, AccountId, Balance, BalancesConfig, BlockTimeConfig, Mining,
    MiningConfig, Moment, RegistryConfig, RuntimeGenesisConfig, SessionConfig, SessionKeys, StakePoolConfig,
    SudoConfig, PHA,
};

/// One validator, Alice, and a block every second.
pub const DEVELOPMENT: &str = sp_genesis_builder::DEV_RUNTIME_PRESET;

/// Four validators, Alice to Dave, and a block every six seconds.
pub const LOCAL: &str = "local";

/// What each dev account starts with.
const DEV_ACCOUNT_BALANCE: Balance = 10_000_000 * PHA;

/// What all payouts come from.
const SUBSIDY: Balance = 700_000_000 * PHA;

/// How long a withdrawal waits until sessions are stopped for it, in milliseconds: as long as their
/// cool-down.
const GRACE_PERIOD: Moment = 60_000;

/// What the treasury starts with: enough to exist.
const TREASURY_BALANCE: Balance = PHA;

/// The accounts whose keys everybody knows.
const DEV_ACCOUNTS: [Sr25519Keyring; 6] = [
    Sr25519Keyring::Alice,
    Sr25519Keyring::Bob,
    Sr25519Keyring::Charlie,
    Sr25519Keyring::Dave,
    Sr25519Keyring::Eve,
    Sr25519Keyring::Ferdie,
];

/// A validator's account and its keys for making and finalising blocks.
type Validator = (Sr25519Keyring, Ed25519Keyring);

const ALICE: Validator = (Sr25519Keyring::Alice, Ed25519Keyring::Alice);
const BOB: Validator = (Sr25519Keyring::Bob, Ed25519Keyring::Bob);
const CHARLIE: Validator = (Sr25519Keyring::Charlie, Ed25519Keyring::Charlie);
const DAVE: Validator = (Sr25519Keyring::Dave, Ed25519Keyring::Dave);

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
    vec![PresetId::from(DEVELOPMENT), PresetId::from(LOCAL)]
}

/// The preset called `name`, as a JSON patch of the default genesis.
pub fn get_preset(name: &PresetId) -> Option<Vec<u8>> {
    let patch = match name.as_str() {
        DEVELOPMENT => genesis(&[ALICE], 1_000, TokenomicParameters::development()),
        LOCAL => genesis(
            &[ALICE, BOB, CHARLIE, DAVE],
            block_time::DEFAULT_SLOT_DURATION,
            // Ten blocks to answer in, as in development.
            TokenomicParameters {
                heartbeat_window: 10 * block_time::DEFAULT_SLOT_DURATION,
                challenge_interval: 5 * block_time::DEFAULT_SLOT_DURATION,
                ..TokenomicParameters::development()
            },
        ),
        _ => return None,
    };
    serde_json::to_vec(&patch).ok()
}

fn genesis(validators: &[Validator], slot_duration: Moment, tokenomics: TokenomicParameters) -> Value {
    build_struct_json_patch!(RuntimeGenesisConfig {
        block_time: BlockTimeConfig { slot_duration },
        balances: BalancesConfig { balances: balances() },
        session: SessionConfig { keys: validators.iter().map(session_entry).collect::<Vec<_>>() },
        sudo: SudoConfig { key: Some(Sr25519Keyring::Alice.to_account_id()) },
        registry: RegistryConfig { accept_unattested: true },
        mining: MiningConfig { parameters: tokenomics },
        stake_pool: StakePoolConfig { grace_period: GRACE_PERIOD },
    })
}

fn balances() -> Vec<(AccountId, Balance)> {
    DEV_ACCOUNTS
        .iter()
        .map(|account| (account.to_account_id(), DEV_ACCOUNT_BALANCE))
        .chain([(treasury_account(), TREASURY_BALANCE), (Mining::subsidy_account(), SUBSIDY)])
        .collect()
}

fn session_entry(&(sr25519, ed25519): &Validator) -> (AccountId, AccountId, SessionKeys) {
    let account = sr25519.to_account_id();
    let keys = SessionKeys { aura: sr25519.public().into(), grandpa: ed25519.public().into() };
    (account.clone(), account, keys)
}
