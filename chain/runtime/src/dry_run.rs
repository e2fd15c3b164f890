//! What a call would come to, found out without a signature and without a trace.
//!
//! The call goes the way of a signed transaction in the next block: the checks of every extension, the fee, the
//! dispatch, the refund of what the fee was too high. Only what nobody could know before it is signed is taken for
//! granted: the signature is good, the nonce is the account's next one, and the transaction is mortal as clients make
//! them. The next block has the time of the last one, for its own is not known yet; what blocks do by themselves at
//! their beginning is not done.
//!
//! It costs the node no more than a transaction that it validates and includes: a call that is too heavy for a block,
//! or whose fee the account cannot pay, is not dispatched. Calls through `Sudo` are refused, whoever is named: the
//! weight of what root does has no limit, and nobody has signed here.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use frame_support::{
    dispatch::{DispatchClass, GetDispatchInfo},
    storage::{with_transaction_unchecked, TransactionOutcome},
    traits::OriginTrait,
};
use polkadot_sdk::*;
use scale_info::TypeInfo;
use sp_runtime::{
    generic::Era,
    traits::{DispatchTransaction, TransactionExtension},
    transaction_validity::{InvalidTransaction, TransactionValidityError},
    DispatchResult, MultiSignature,
};

use crate::{
    AccountId, Balance, Hash, RuntimeCall, RuntimeEvent, RuntimeOrigin, System, TransactionExtensions,
    TransactionPayment, UncheckedExtrinsic,
};

/// The version of the extensions of signed transactions.
const EXTENSION_VERSION: u8 = 0;

/// Blocks for which clients let a transaction live.
const LIFETIME: u64 = 32;

sp_api::decl_runtime_apis! {
    /// What transactions would come to.
    pub trait DryRunApi {
        /// What `call` would come to if `who` signed it and the next block held it. `parent` is the hash of the block
        /// after which this is asked: its state does not know it yet.
        fn dry_run(parent: Hash, who: AccountId, call: RuntimeCall) -> DryRun;
    }
}

/// What a call would come to. Amounts are in base units.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DryRun {
    /// Whether a block would hold the transaction; and if so, whether the call would succeed.
    pub result: Result<DispatchResult, TransactionValidityError>,
    /// What would happen, the payment of the fee included. If the call fails, little more than that.
    pub events: Vec<RuntimeEvent>,
    /// What the transaction would cost, or would have to, without a tip.
    pub fee: Balance,
    /// What the account has.
    pub before: Funds,
    /// What it would have then.
    pub after: Funds,
}

/// What an account has, in base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Funds {
    /// Its own to send, down to the existential deposit.
    pub free: Balance,
    /// On hold: stake and escrows.
    pub held: Balance,
}

/// Finds out what `call` would come to if `who` signed it and the block after `parent`, the last one, held it. Changes
/// nothing.
pub fn dry_run(parent: Hash, who: AccountId, call: RuntimeCall) -> DryRun {
    with_transaction_unchecked(|| TransactionOutcome::Rollback(include(parent, who, call)))
}

/// Has the next block hold the call.
fn include(parent: Hash, who: AccountId, call: RuntimeCall) -> DryRun {
    let last = System::block_number();
    System::initialize(&last.saturating_add(1), &parent, &Default::default());
    System::reset_events();

    let before = funds(&who);
    let extensions = extensions(&who, Era::mortal(LIFETIME, last.into()));
    let length = length(&who, &call, &extensions);
    let mut info = call.get_dispatch_info();
    info.extension_weight = extensions.weight(&call);
    let result = match info.class {
        // Blocks hold such calls by themselves only, and the length of a block is no limit to them.
        DispatchClass::Mandatory => Err(InvalidTransaction::MandatoryValidation.into()),
        DispatchClass::Normal | DispatchClass::Operational => {
            let mut origin = RuntimeOrigin::signed(who.clone());
            origin.add_filter(|call: &RuntimeCall| !matches!(call, RuntimeCall::Sudo(_)));
            extensions.dispatch_transaction(origin, call, &info, length as usize, EXTENSION_VERSION)
        }
    };
    let events: Vec<RuntimeEvent> = System::read_events_no_consensus().map(|record| record.event).collect();
    DryRun {
        result: result.map(|dispatched| dispatched.map(|_| ()).map_err(|failed| failed.error)),
        fee: paid(&events).unwrap_or_else(|| TransactionPayment::compute_fee(length, &info, 0)),
        events,
        before,
        after: funds(&who),
    }
}

fn extensions(who: &AccountId, era: Era) -> TransactionExtensions {
    (
        frame_system::AuthorizeCall::new(),
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckMortality::from(era),
        frame_system::CheckNonce::from(System::account_nonce(who)),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(0),
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
        frame_system::WeightReclaim::new(),
    )
}

/// Bytes of the transaction as it would travel, for which the fee is paid too.
fn length(who: &AccountId, call: &RuntimeCall, extensions: &TransactionExtensions) -> u32 {
    let signature = MultiSignature::Sr25519([0; 64].into());
    let transaction =
        UncheckedExtrinsic::new_signed(call.clone(), who.clone().into(), signature, extensions.clone());
    u32::try_from(transaction.encoded_size()).unwrap_or(u32::MAX)
}

fn funds(who: &AccountId) -> Funds {
    let data = System::account(who).data;
    Funds { free: data.free, held: data.reserved }
}

/// The fee that was paid in the end.
fn paid(events: &[RuntimeEvent]) -> Option<Balance> {
    events.iter().rev().find_map(|event| match event {
        RuntimeEvent::TransactionPayment(pallet_transaction_payment::Event::TransactionFeePaid {
            actual_fee,
            ..
        }) => Some(*actual_fee),
        _ => None,
    })
}
