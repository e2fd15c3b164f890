//! Who makes blocks and who finalises them.

use frame_support::traits::{ConstBool, ConstU128, ConstU32, ConstU64};
use pallet_session::{
    disabling::UpToLimitWithReEnablingDisablingStrategy, FindAccountFromAuthorIndex, PeriodicSessions,
};
use polkadot_sdk::*;
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_runtime::traits::{ConvertInto, OpaqueKeys};

use crate::{block_time, AccountId, Aura, Balances, Runtime, RuntimeEvent, Session, SessionKeys, PHA};

/// Most validators there can be.
const MAX_AUTHORITIES: u32 = 100;

/// Blocks in a session: an hour of 6-second blocks. Validators' new keys take effect at its end.
const SESSION_LENGTH: u32 = 600;

impl pallet_aura::Config for Runtime {
    type AuthorityId = AuraId;
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
    type DisabledValidators = Session;
    type AllowMultipleBlocksPerSlot = ConstBool<false>;
    type SlotDuration = block_time::SlotDurationOf<Runtime>;
}

impl pallet_grandpa::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
    type MaxNominators = ConstU32<0>;
    type MaxSetIdSessionEntries = ConstU64<0>;
    // Validators are appointed and have no stake to slash, so equivocations are not reported on chain.
    type KeyOwnerProof = sp_core::Void;
    type EquivocationReportSystem = ();
}

impl pallet_authorship::Config for Runtime {
    type FindAuthor = FindAccountFromAuthorIndex<Runtime, Aura>;
    type EventHandler = ();
}

impl pallet_session::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type ShouldEndSession = PeriodicSessions<ConstU32<SESSION_LENGTH>, ConstU32<0>>;
    type NextSessionRotation = PeriodicSessions<ConstU32<SESSION_LENGTH>, ConstU32<0>>;
    // The unit manager never names a new set: the validators of genesis stay, and the GRANDPA set
    // changes only when one of them changes keys.
    type SessionManager = ();
    type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type Keys = SessionKeys;
    type DisablingStrategy = UpToLimitWithReEnablingDisablingStrategy;
    type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type KeyDeposit = ConstU128<PHA>;
}
