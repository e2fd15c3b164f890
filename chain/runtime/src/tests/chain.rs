//! A chain in memory, grown from a preset.

use codec::Encode;
use polkadot_sdk::*;
use serde_json::Value;
use sp_consensus_aura::{Slot, AURA_ENGINE_ID};
use sp_inherents::InherentData;
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    generic::{Era, SignedPayload},
    traits::Header as _,
    BuildStorage, Digest, DigestItem,
};

use crate::{
    genesis_config_presets, Aura, Executive, Header, InherentDataExt, Moment, Nonce, RuntimeCall,
    RuntimeGenesisConfig, System, TransactionExtensions, UncheckedExtrinsic,
};

/// The state of a chain that starts as the preset called `name` says.
pub(super) fn from_preset(name: &str) -> TestExternalities {
    let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
    let patch = genesis_config_presets::get_preset(&name.into()).expect("the preset exists");
    merge(&mut config, serde_json::from_slice(&patch).unwrap());
    let genesis: RuntimeGenesisConfig = serde_json::from_value(config).unwrap();
    let mut chain = TestExternalities::new(genesis.build_storage().unwrap());
    chain.execute_with(|| {
        let header =
            Header::new(0, Default::default(), Default::default(), Default::default(), Default::default());
        frame_system::BlockHash::<crate::Runtime>::insert(0, header.hash());
    });
    chain
}

/// RFC 7396.
fn merge(target: &mut Value, patch: Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(target.entry(key).or_insert(Value::Null), value);
            }
        }
        (target, patch) => *target = patch,
    }
}

/// Makes the next block, with nothing in it but the time of its slot, and returns its header.
pub(super) fn empty_block() -> Header {
    block(|| {})
}

/// Makes the next block and runs `inside` in it after the inherents.
pub(super) fn block(inside: impl FnOnce()) -> Header {
    let number = System::block_number() + 1;
    let slot = Slot::from(1_000 + u64::from(number));
    let now: Moment = u64::from(slot) * Aura::slot_duration();
    let digest = Digest { logs: vec![DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode())] };
    let parent = System::block_hash(System::block_number());
    Executive::initialize_block(&Header::new(number, Default::default(), Default::default(), parent, digest));

    let mut inherents = InherentData::new();
    inherents.put_data(sp_timestamp::INHERENT_IDENTIFIER, &sp_timestamp::InherentType::from(now)).unwrap();
    for extrinsic in inherents.create_extrinsics() {
        Executive::apply_extrinsic(extrinsic).unwrap().unwrap();
    }
    inside();
    let header = Executive::finalize_block();
    // What the next block's parent is, before the next block says so.
    frame_system::BlockHash::<crate::Runtime>::insert(number, header.hash());
    header
}

/// `call` as `signer` sends it.
pub(super) fn signed(signer: Sr25519Keyring, call: RuntimeCall) -> UncheckedExtrinsic {
    let nonce = System::account_nonce(signer.to_account_id());
    let payload = SignedPayload::new(call, extensions(nonce)).unwrap();
    let signature = payload.using_encoded(|payload| signer.sign(payload));
    let (call, extensions, _) = payload.deconstruct();
    UncheckedExtrinsic::new_signed(call, signer.to_account_id().into(), signature.into(), extensions)
}

/// `call` as a transaction that no account signs.
pub(super) fn general(call: RuntimeCall) -> UncheckedExtrinsic {
    UncheckedExtrinsic::new_transaction(call, extensions(0))
}

fn extensions(nonce: Nonce) -> TransactionExtensions {
    (
        frame_system::AuthorizeCall::new(),
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckMortality::from(era()),
        frame_system::CheckNonce::from(nonce),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(0),
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
        frame_system::WeightReclaim::new(),
    )
}

/// As clients have it: from the last block that is complete.
fn era() -> Era {
    let number = System::block_number();
    let complete = frame_system::BlockHash::<crate::Runtime>::contains_key(number);
    Era::mortal(32, if complete { number } else { number - 1 }.into())
}
