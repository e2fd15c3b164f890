//! A chain with nothing but a mailbox, and workers that report to it.

#![allow(clippy::unwrap_used)]

use codec::Encode;
use phala_primitives::{
    mailbox::{Message, Topic, WorkerMessage},
    report::{Incarnation, Report, ReportBody, SenderState, SignedReport},
    Hash, Signature, WorkerId,
};
use polkadot_sdk::{
    frame_support::{
        derive_impl,
        dispatch::{DispatchResult, DispatchResultWithPostInfo, GetDispatchInfo},
        pallet_prelude::{TransactionSource, TransactionValidity, TransactionValidityError},
        parameter_types,
        weights::{FixedFee, NoFee, Weight},
    },
    sp_core::{sr25519, Pair},
    sp_io::TestExternalities,
    sp_runtime::{
        generic,
        traits::{Applyable, BlakeTwo256, Checkable, ConstU32, ConstU64, ConstU8, IdentityLookup},
        AccountId32, BuildStorage, DispatchError, MultiSignature,
    },
    *,
};

use crate::{self as pallet_mailbox, HandleReport, SendMessage};

pub(crate) const MAX_BACKLOG: u64 = 6;
pub(crate) const MAX_PRUNED: u32 = 3;
pub(crate) const MAX_AHEAD: u64 = 4;
pub(crate) const MAX_REPORTS_PER_BLOCK: u32 = 5;

/// Of the process of every worker that has started when the world begins.
pub(crate) const INCARNATION: Incarnation = [7; 32];

/// What handling any report costs in this world.
pub(crate) const HANDLING: Weight = Weight::from_parts(123_456_789, 4_321);

/// What [`Reports::handle`] refuses with.
pub(crate) const REFUSED: DispatchError = DispatchError::Unavailable;

/// The extensions of a runtime, as far as they matter here.
pub(crate) type Extensions = (
    frame_system::AuthorizeCall<Test>,
    frame_system::CheckNonZeroSender<Test>,
    frame_system::CheckNonce<Test>,
    frame_system::CheckWeight<Test>,
    pallet_transaction_payment::ChargeTransactionPayment<Test>,
);
pub(crate) type Extrinsic = generic::UncheckedExtrinsic<AccountId32, RuntimeCall, MultiSignature, Extensions>;
type Header = generic::Header<u32, BlakeTwo256>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        TransactionPayment: pallet_transaction_payment,
        Mailbox: pallet_mailbox,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = generic::Block<Header, Extrinsic>;
    type AccountId = AccountId32;
    type Lookup = IdentityLookup<AccountId32>;
    type AccountData = pallet_balances::AccountData<u64>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
}

impl pallet_transaction_payment::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type OnChargeTransaction = pallet_transaction_payment::FungibleAdapter<Balances, ()>;
    type WeightToFee = FixedFee<10, u64>;
    type LengthToFee = NoFee<u64>;
    type FeeMultiplierUpdate = ();
    type OperationalFeeMultiplier = ConstU8<1>;
    type WeightInfo = ();
}

impl pallet_mailbox::Config for Test {
    type WeightInfo = ();
    type Reports = Reports;
    type MaxBacklog = ConstU64<MAX_BACKLOG>;
    type MaxPruned = ConstU32<MAX_PRUNED>;
    type MaxAhead = ConstU64<MAX_AHEAD>;
    type MaxReportsPerBlock = ConstU32<MAX_REPORTS_PER_BLOCK>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Reports;
}

parameter_types! {
    pub storage Known: Vec<WorkerId> = Vec::new();
    pub storage LastScore: u64 = 0;
}

/// The pallets above the mailbox: they know [`Known`] and keep the iterations of the last benchmark.
///
/// A benchmark that took no time is refused, after its iterations were written.
pub struct Reports;

impl HandleReport for Reports {
    fn is_sender(worker: &WorkerId) -> bool {
        Known::get().contains(worker)
    }

    fn handle(_: &WorkerId, body: ReportBody) -> DispatchResult {
        match body {
            ReportBody::Benchmark { iterations, milliseconds } => {
                LastScore::set(&iterations);
                if milliseconds == 0 {
                    Err(REFUSED)
                } else {
                    Ok(())
                }
            }
            _ => Ok(()),
        }
    }

    fn weight(_: &ReportBody) -> Weight {
        HANDLING
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for Reports {
    fn register_sender(worker: &WorkerId) {
        Known::set(&vec![*worker]);
    }
}

/// A worker with its identity key.
pub(crate) struct Worker(sr25519::Pair);

impl Worker {
    /// The worker number `n`.
    pub(crate) fn new(n: u8) -> Self {
        Self(sr25519::Pair::from_seed(&[n; 32]))
    }

    pub(crate) fn id(&self) -> WorkerId {
        WorkerId(self.0.public().0)
    }

    pub(crate) fn topic(&self) -> Topic {
        Topic::Worker(self.id())
    }

    /// A report for the chain whose genesis block is `genesis`.
    pub(crate) fn report_to(
        &self,
        genesis: Hash,
        sequence: u64,
        acknowledged: u64,
        body: ReportBody,
    ) -> SignedReport {
        let report = Report { worker: self.id(), incarnation: INCARNATION, sequence, acknowledged, body };
        self.sign(genesis, report)
    }

    fn sign(&self, genesis: Hash, report: Report) -> SignedReport {
        let signature = Signature(self.0.sign(&report.signing_payload(&genesis)).0);
        SignedReport { report, signature }
    }

    /// A report of another process of the worker.
    pub(crate) fn report_of(
        &self,
        incarnation: Incarnation,
        sequence: u64,
        body: ReportBody,
    ) -> SignedReport {
        let report = Report { worker: self.id(), incarnation, sequence, acknowledged: 0, body };
        self.sign(Mailbox::genesis_hash(), report)
    }

    /// A report for this chain.
    pub(crate) fn report(&self, sequence: u64, acknowledged: u64, body: ReportBody) -> SignedReport {
        self.report_to(Mailbox::genesis_hash(), sequence, acknowledged, body)
    }

    /// A report that only acknowledges.
    pub(crate) fn acknowledgement(&self, sequence: u64, acknowledged: u64) -> SignedReport {
        self.report(sequence, acknowledged, ReportBody::Acknowledge)
    }

    /// Sends the worker `count` messages.
    pub(crate) fn receives(&self, count: u64) {
        for session in 0..count {
            Mailbox::send(self.topic(), &WorkerMessage::SessionStarted { session }).unwrap();
        }
    }

    /// Messages that the chain still keeps for the worker.
    pub(crate) fn messages(&self) -> Vec<(u64, Message)> {
        let mut messages: Vec<_> = crate::Messages::<Test>::iter_prefix(self.topic()).collect();
        messages.sort_by_key(|(index, _)| *index);
        messages
    }
}

/// `report` as a relay sends it: a general transaction that no account signs.
pub(crate) fn transaction(report: SignedReport) -> Extrinsic {
    let extensions = (
        frame_system::AuthorizeCall::new(),
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckNonce::from(0),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(0),
    );
    Extrinsic::new_transaction(crate::Call::submit { report }.into(), extensions)
}

/// What a pool thinks of `report`.
pub(crate) fn validate(report: SignedReport) -> TransactionValidity {
    let extrinsic = transaction(report);
    let (info, len) = (extrinsic.get_dispatch_info(), extrinsic.encoded_size());
    let checked = extrinsic.check(&frame_system::ChainContext::<Test>::default())?;
    checked.validate::<Test>(TransactionSource::External, &info, len)
}

/// Puts `report` into the block being built.
pub(crate) fn apply(report: SignedReport) -> Result<DispatchResultWithPostInfo, TransactionValidityError> {
    let extrinsic = transaction(report);
    let (info, len) = (extrinsic.get_dispatch_info(), extrinsic.encoded_size());
    let checked = extrinsic.check(&frame_system::ChainContext::<Test>::default())?;
    checked.apply::<Test>(&info, len)
}

/// The mailbox's events since the block began.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
    let own = |record: frame_system::EventRecord<RuntimeEvent, _>| match record.event {
        RuntimeEvent::Mailbox(event) => Some(event),
        _ => None,
    };
    System::events().into_iter().filter_map(own).collect()
}

/// Goes on to the next block.
pub(crate) fn next_block() {
    System::set_block_number(System::block_number() + 1);
    System::reset_events();
}

/// Makes a world.
#[derive(Default)]
pub(crate) struct ExtBuilder {
    workers: Vec<WorkerId>,
}

impl ExtBuilder {
    /// Registers workers.
    pub(crate) fn with_workers(mut self, workers: &[&Worker]) -> Self {
        self.workers.extend(workers.iter().map(|worker| worker.id()));
        self
    }

    /// The world at block 1.
    pub(crate) fn build(self) -> TestExternalities {
        let mut world: TestExternalities = RuntimeGenesisConfig::default().build_storage().unwrap().into();
        world.execute_with(|| {
            System::set_block_number(1);
            Known::set(&self.workers);
            let started = SenderState { sequence: 0, incarnation: INCARNATION };
            self.workers.iter().for_each(|worker| crate::Senders::<Test>::insert(worker, started));
        });
        world
    }

    /// Runs `test` in the world and checks the invariants afterwards.
    pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
        self.build().execute_with(|| {
            test();
            Mailbox::do_try_state().unwrap();
        });
    }
}

/// A world in which benchmarks can sign.
#[cfg(feature = "runtime-benchmarks")]
pub(crate) fn benchmark_world() -> TestExternalities {
    use sp_keystore::{testing::MemoryKeystore, KeystoreExt};

    let mut world = ExtBuilder::default().build();
    world.register_extension(KeystoreExt::new(MemoryKeystore::new()));
    world
}
