//! A chain with a mailbox and a registry, and workers that register.

#![allow(clippy::unwrap_used)]

use phala_primitives::{
    registry::{Evidence, Registration},
    report::ReportBody,
    EncryptionKey, Hash, Moment, Signature, WorkerId, ENCRYPTION_KEY_LENGTH,
};
use polkadot_sdk::{
    frame_support::{
        derive_impl,
        dispatch::DispatchResult,
        parameter_types,
        traits::{ConstU32, ConstU64},
        weights::Weight,
    },
    sp_core::{sr25519, Pair, H256},
    sp_io::TestExternalities,
    sp_runtime::{traits::IdentityLookup, AccountId32, BuildStorage},
    *,
};

use crate::{self as pallet_registry, InUse, WeightInfo};

/// Milliseconds that a benchmark takes.
pub(crate) const BENCHMARK_TIME: u64 = 10_000;
/// Milliseconds that a verdict holds.
pub(crate) const LIFETIME: Moment = 3_600_000;
/// Blocks that a registration may be old.
pub(crate) const WINDOW: u32 = 10;
/// Chain time at the beginning.
pub(crate) const START: Moment = 1_700_000_000_000;
/// The block in which the world begins; the blocks before it have hashes.
pub(crate) const FIRST_BLOCK: u32 = 20;

/// The account that runs workers.
pub(crate) const OPERATOR: AccountId32 = AccountId32::new([1; 32]);
/// Somebody else.
pub(crate) const STRANGER: AccountId32 = AccountId32::new([2; 32]);

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Timestamp: pallet_timestamp,
        Mailbox: pallet_mailbox,
        Registry: pallet_registry,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type AccountId = AccountId32;
    type Lookup = IdentityLookup<AccountId32>;
    type BlockHashCount = ConstU32<250>;
}

impl pallet_timestamp::Config for Test {
    type Moment = Moment;
    type OnTimestampSet = ();
    type MinimumPeriod = ConstU64<1>;
    type WeightInfo = ();
}

impl pallet_mailbox::Config for Test {
    type WeightInfo = ();
    type Reports = Reports;
    type MaxBacklog = ConstU64<8>;
    type MaxPruned = ConstU32<8>;
    type MaxAhead = ConstU64<8>;
    type MaxReportsPerBlock = ConstU32<8>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Reports;
}

impl pallet_registry::Config for Test {
    type WeightInfo = ();
    type Time = Timestamp;
    type InUse = Mining;
    type RegistrationWindow = ConstU32<WINDOW>;
    type BenchmarkTime = ConstU64<BENCHMARK_TIME>;
    type AttestationLifetime = ConstU64<LIFETIME>;
}

parameter_types! {
    pub storage Used: Vec<WorkerId> = Vec::new();
}

/// What the registry sees of mining, which stands above it: the workers in [`Used`] are in use.
pub struct Mining;

impl InUse for Mining {
    fn in_use(worker: &WorkerId) -> bool {
        Used::get().contains(worker)
    }
}

/// Routes reports as a runtime does.
pub struct Reports;

impl pallet_mailbox::HandleReport for Reports {
    fn is_sender(worker: &WorkerId) -> bool {
        Registry::is_registered(worker)
    }

    fn handle(worker: &WorkerId, body: ReportBody) -> DispatchResult {
        match body {
            ReportBody::Benchmark { iterations, milliseconds } => {
                Registry::report_benchmark(worker, iterations, milliseconds)
            }
            _ => Ok(()),
        }
    }

    fn weight(_: &ReportBody) -> Weight {
        <() as WeightInfo>::report_benchmark()
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl pallet_mailbox::BenchmarkHelper for Reports {
    fn register_sender(worker: &WorkerId) {
        Registry::insert_worker(*worker, &OPERATOR);
    }
}

/// A worker with its keys.
pub(crate) struct Worker(sr25519::Pair);

impl Worker {
    /// The worker number `n`.
    pub(crate) fn new(n: u8) -> Self {
        Self(sr25519::Pair::from_seed(&[n; 32]))
    }

    pub(crate) fn id(&self) -> WorkerId {
        WorkerId(self.0.public().0)
    }

    /// What the worker signs when its relay has brought it up to the last block.
    pub(crate) fn registration(&self, operator: AccountId32) -> Registration<AccountId32> {
        let block = System::block_number() - 1;
        Registration {
            genesis: Mailbox::genesis_hash(),
            worker: self.id(),
            encryption_key: EncryptionKey([self.id().0[0]; ENCRYPTION_KEY_LENGTH]),
            operator,
            block,
            block_hash: System::block_hash(block).0,
        }
    }

    pub(crate) fn sign(&self, registration: &Registration<AccountId32>) -> Signature {
        Signature(self.0.sign(&registration.signing_payload()).0)
    }

    /// Submits `registration`, signed by this worker, as its operator.
    pub(crate) fn submit(&self, registration: Registration<AccountId32>) -> DispatchResult {
        let signature = self.sign(&registration);
        let origin = RuntimeOrigin::signed(registration.operator.clone());
        Registry::register(origin, Box::new(registration), Evidence::None, signature)
    }

    /// Registers for [`OPERATOR`], freshly signed.
    pub(crate) fn register(&self) -> DispatchResult {
        self.submit(self.registration(OPERATOR))
    }
}

/// The hash that block `number` has in this world, but for the first.
pub(crate) fn hash_of(number: u32) -> Hash {
    phala_primitives::hash(&number.to_le_bytes())
}

/// Goes on to the next block.
pub(crate) fn next_block() {
    let number = System::block_number();
    frame_system::BlockHash::<Test>::insert(number, H256(hash_of(number)));
    System::set_block_number(number + 1);
    System::reset_events();
}

/// The registry's events since the block began.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
    System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Registry(event) => Some(event),
            _ => None,
        })
        .collect()
}

/// Makes a world.
pub(crate) struct ExtBuilder {
    accept_unattested: bool,
}

impl Default for ExtBuilder {
    fn default() -> Self {
        Self { accept_unattested: true }
    }
}

impl ExtBuilder {
    /// Whether workers without evidence are welcome.
    pub(crate) fn accept_unattested(mut self, accept: bool) -> Self {
        self.accept_unattested = accept;
        self
    }

    /// The world at [`FIRST_BLOCK`] and [`START`].
    pub(crate) fn build(self) -> TestExternalities {
        let registry = pallet_registry::GenesisConfig {
            accept_unattested: self.accept_unattested,
            ..Default::default()
        };
        let genesis = RuntimeGenesisConfig { registry, ..Default::default() };
        let mut world: TestExternalities = genesis.build_storage().unwrap().into();
        world.execute_with(|| {
            System::set_block_number(1);
            (1..FIRST_BLOCK).for_each(|_| next_block());
            Timestamp::set_timestamp(START);
        });
        world
    }

    /// Runs `test` in the world and checks the invariants afterwards.
    pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
        self.build().execute_with(|| {
            test();
            Mailbox::do_try_state().unwrap();
            Registry::do_try_state().unwrap();
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
