//! A worker's reports on their way through the rules put together.

use frame_support::{assert_ok, dispatch::GetDispatchInfo};
use phala_primitives::{
    registry::{Evidence, Registration},
    report::{Report, ReportBody, SignedReport},
    BlockNumber, EncryptionKey, Signature, WorkerId, ENCRYPTION_KEY_LENGTH,
};
use polkadot_sdk::*;
use sp_core::{sr25519, Pair};
use sp_keyring::Sr25519Keyring::Bob;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionSource};

use super::chain;
use crate::{
    genesis_config_presets::DEVELOPMENT, reports::Reports, Balances, Executive, Mailbox, Registry,
    RuntimeCall, System,
};
use pallet_mailbox::HandleReport;

fn identity() -> sr25519::Pair {
    sr25519::Pair::from_seed(&[9; 32])
}

pub(super) fn worker() -> WorkerId {
    WorkerId(identity().public().0)
}

/// Bob's registration of the worker, fresh as of a block.
pub(super) fn registration(block: BlockNumber) -> pallet_registry::Call<crate::Runtime> {
    let registration = Registration {
        genesis: Mailbox::genesis_hash(),
        worker: worker(),
        encryption_key: EncryptionKey([1; ENCRYPTION_KEY_LENGTH]),
        operator: Bob.to_account_id(),
        block,
        block_hash: System::block_hash(block).0,
    };
    let signature = Signature(identity().sign(&registration.signing_payload()).0);
    pallet_registry::Call::register {
        registration: Box::new(registration),
        evidence: Evidence::None,
        signature,
    }
}

/// Bob registers the worker in the next block.
pub(super) fn register() {
    let call = RuntimeCall::Registry(registration(0));
    chain::block(|| {
        assert_ok!(Executive::apply_extrinsic(chain::signed(Bob, call)).unwrap());
    });
}

pub(super) fn report(sequence: u64, body: ReportBody) -> RuntimeCall {
    let report = Report { worker: worker(), incarnation: [7; 32], sequence, acknowledged: 0, body };
    let signature = Signature(identity().sign(&report.signing_payload(&Mailbox::genesis_hash())).0);
    RuntimeCall::Mailbox(pallet_mailbox::Call::submit { report: SignedReport { report, signature } })
}

pub(super) fn benchmark() -> ReportBody {
    ReportBody::Benchmark { iterations: 100, milliseconds: 1_000 }
}

#[test]
fn reports_should_take_effect_without_an_account_or_a_fee_when_the_worker_is_registered() {
    chain::from_preset(DEVELOPMENT).execute_with(|| {
        register();
        let issued = Balances::total_issuance();
        let operator = Balances::free_balance(Bob.to_account_id());

        chain::block(|| {
            let start = chain::general(report(0, ReportBody::Start));
            assert_ok!(Executive::apply_extrinsic(start).unwrap());
        });
        let transaction = chain::general(report(1, benchmark()));
        assert_ok!(Executive::validate_transaction(
            TransactionSource::External,
            transaction.clone(),
            System::block_hash(2)
        ));
        chain::block(|| {
            assert_ok!(Executive::apply_extrinsic(transaction).unwrap());
        });

        assert_eq!(Registry::record(&worker()).unwrap().score, Some(600));
        assert_eq!(Balances::free_balance(Bob.to_account_id()), operator);
        assert_eq!(Balances::total_issuance(), issued);
    });
}

#[test]
fn reports_should_be_refused_when_the_worker_is_unknown() {
    chain::from_preset(DEVELOPMENT).execute_with(|| {
        chain::empty_block();
        let transaction = chain::general(report(0, benchmark()));
        assert_eq!(
            Executive::validate_transaction(TransactionSource::External, transaction, System::block_hash(1)),
            Err(InvalidTransaction::Custom(pallet_mailbox::INVALID_NOT_REGISTERED).into())
        );
    });
}

#[test]
fn calls_of_accounts_should_be_refused_when_nobody_signs_them() {
    chain::from_preset(DEVELOPMENT).execute_with(|| {
        chain::empty_block();
        let transaction =
            chain::general(RuntimeCall::System(frame_system::Call::remark { remark: b"unsigned".to_vec() }));
        assert!(Executive::validate_transaction(
            TransactionSource::External,
            transaction,
            System::block_hash(1)
        )
        .is_err());
    });
}

#[test]
fn reports_should_weigh_more_than_acknowledgements_when_they_do_something() {
    // Signing asks the chain for its genesis hash.
    chain::from_preset(DEVELOPMENT).execute_with(|| {
        let weight = |body: ReportBody| report(0, body).get_dispatch_info().call_weight;
        let acknowledgement = weight(ReportBody::Acknowledge);
        let heartbeat = ReportBody::Heartbeat { session: 0, challenge: 0, iterations: 0, jobs: 0 };

        for body in [benchmark(), heartbeat, ReportBody::Accepted { job: 0 }] {
            assert_eq!(weight(body.clone()), acknowledgement + Reports::weight(&body));
            assert!(Reports::weight(&body).ref_time() > 0);
        }
    });
}
