//! Workers, their sessions, the stake behind them, their jobs, and vaults.

use frame_support::{
    parameter_types,
    traits::{tokens::imbalance::ResolveTo, ConstU128, ConstU32, ConstU64, Randomness},
    PalletId,
};
use frame_system::EnsureRoot;
use phala_primitives::job::FUEL_UNIT;
use polkadot_sdk::*;
use sp_runtime::{
    traits::{BlakeTwo256, Hash as _},
    Permill,
};

use super::treasury_account;
use crate::{
    reports::Reports, AccountId, Balances, BlockNumber, Hash, Mining, Moment, Runtime, RuntimeHoldReason,
    StakePool, System, Timestamp, Vault, PHA,
};

/// Milliseconds in a day.
const DAY: Moment = 24 * 60 * 60 * 1_000;

/// Six-second blocks in a day.
const BLOCKS_PER_DAY: BlockNumber = 14_400;

parameter_types! {
    pub const SubsidyId: PalletId = PalletId(*b"py/subsi");
    pub const StakePoolId: PalletId = PalletId(*b"py/stkpl");
    pub TreasuryAccount: AccountId = treasury_account();
    pub const CommissionStep: Permill = Permill::from_percent(10);
    pub const VaultId: PalletId = PalletId(*b"py/vault");
    pub const MaxFee: Permill = Permill::from_percent(50);
}

impl pallet_mailbox::Config for Runtime {
    type WeightInfo = pallet_mailbox::weights::SubstrateWeight<Runtime>;
    type Reports = Reports;
    type MaxBacklog = ConstU64<256>;
    type MaxPruned = ConstU32<64>;
    type MaxAhead = ConstU64<64>;
    type MaxReportsPerBlock = ConstU32<16>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::Helper;
}

impl pallet_registry::Config for Runtime {
    type WeightInfo = pallet_registry::weights::SubstrateWeight<Runtime>;
    type Time = Timestamp;
    type InUse = Mining;
    type RegistrationWindow = ConstU32<256>;
    type BenchmarkTime = ConstU64<1_000>;
    type AttestationLifetime = ConstU64<{ 7 * DAY }>;
}

impl pallet_mining::Config for Runtime {
    type Currency = Balances;
    type Time = Timestamp;
    type Randomness = ParentHashRandomness;
    type Pools = StakePool;
    type AdminOrigin = EnsureRoot<AccountId>;
    type SubsidyId = SubsidyId;
    type TreasuryAccount = TreasuryAccount;
    type MaxPerBlock = ConstU32<50>;
    type WeightInfo = pallet_mining::weights::SubstrateWeight<Runtime>;
}

impl pallet_stake_pool::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Slash = ResolveTo<TreasuryAccount, Balances>;
    type PalletId = StakePoolId;
    type MinContribution = ConstU128<{ PHA / 100 }>;
    type CommissionNotice = ConstU64<{ 7 * DAY }>;
    type CommissionStep = CommissionStep;
    type MaxWorkers = ConstU32<200>;
    type MaxQueueSteps = ConstU32<50>;
    type Vaults = Vault;
    type WeightInfo = pallet_stake_pool::weights::SubstrateWeight<Runtime>;
}

impl pallet_jobs::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type MaxFuel = ConstU64<{ 1_000_000 * FUEL_UNIT }>;
    type MaxMemoryMib = ConstU32<4_096>;
    type MaxSeconds = ConstU32<3_600>;
    type MinDeadline = ConstU32<10>;
    type DeliveryGrace = ConstU64<30_000>;
    type MaxDeadline = ConstU32<BLOCKS_PER_DAY>;
    type MaxOpenJobs = ConstU32<32>;
    type MaxOpenJobsPerClient = ConstU32<8>;
    type Retention = ConstU32<BLOCKS_PER_DAY>;
    type MaxRefundsPerBlock = ConstU32<20>;
    type MaxPrunedPerBlock = ConstU32<40>;
    type WeightInfo = pallet_jobs::weights::SubstrateWeight<Runtime>;
}

impl pallet_vault::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Slash = ResolveTo<TreasuryAccount, Balances>;
    type PalletId = VaultId;
    type MaxFee = MaxFee;
    type MaxStepsPerBlock = ConstU32<20>;
    type WeightInfo = pallet_vault::weights::SubstrateWeight<Runtime>;
}

/// Randomness from the parent's hash.
///
/// The author of the parent can try a few blocks and publish the one that suits it. What is drawn from
/// this decides only which sessions are challenged, and authors are appointed.
pub struct ParentHashRandomness;

impl Randomness<Hash, BlockNumber> for ParentHashRandomness {
    fn random(subject: &[u8]) -> (Hash, BlockNumber) {
        let known_since = System::block_number().saturating_sub(1);
        (BlakeTwo256::hash_of(&(System::parent_hash(), subject)), known_since)
    }
}
