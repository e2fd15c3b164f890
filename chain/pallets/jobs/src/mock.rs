//! A chain of the real pallets from the mailbox up to the jobs, and people, pools and workers on it.

use codec::Encode;
use pallet_mailbox::HandleReport;
use phala_economics::{FixedU128, TokenomicParameters};
use phala_primitives::{
    job::{ExitStatus, JobLimits, Receipt, SignedReceipt, FUEL_UNIT},
    registry::{Evidence, Registration},
    report::{Report, ReportBody, SignedReport},
    Balance, EncryptionKey, Hash, JobId, Moment, PoolId, Signature, WorkerId, ENCRYPTION_KEY_LENGTH, PHA,
};
use polkadot_sdk::{
    frame_support::{
        assert_ok, construct_runtime, derive_impl, parameter_types,
        traits::{tokens::imbalance::ResolveTo, ConstU128, ConstU32, ConstU64, Randomness},
        weights::Weight,
        PalletId,
    },
    frame_system::{self, EnsureRoot},
    pallet_balances, pallet_timestamp,
    sp_core::{sr25519, Pair, H256},
    sp_io::TestExternalities,
    sp_runtime::{traits::IdentityLookup, AccountId32, BuildStorage, DispatchResult, Permill},
};

use crate as pallet_jobs;

pub(crate) type AccountId = AccountId32;

construct_runtime!(
    pub enum Test {
        System: frame_system,
        Timestamp: pallet_timestamp,
        Balances: pallet_balances,
        Mailbox: pallet_mailbox,
        Registry: pallet_registry,
        Mining: pallet_mining,
        StakePool: pallet_stake_pool,
        Jobs: pallet_jobs,
    }
);

/// Milliseconds between two blocks.
pub(crate) const BLOCK_TIME: Moment = 6_000;
/// Base units that an account needs to exist.
pub(crate) const EXISTENTIAL_DEPOSIT: Balance = PHA / 100;
/// What [`ExtBuilder`] gives to each of the people.
pub(crate) const WEALTH: Balance = 1_000_000 * PHA;
/// What the workers of this world ask per unit of fuel.
pub(crate) const PRICE: Balance = 3 * PHA;
/// Bounds of jobs.
pub(crate) const MAX_FUEL: u64 = 1_000 * FUEL_UNIT;
pub(crate) const MAX_MEMORY_MIB: u32 = 4_096;
pub(crate) const MAX_SECONDS: u32 = 600;
pub(crate) const MIN_DEADLINE: u32 = 5;
pub(crate) const DELIVERY_GRACE: Moment = 6_000;
pub(crate) const MAX_DEADLINE: u32 = 50;
pub(crate) const MAX_OPEN_JOBS: u32 = 6;
pub(crate) const MAX_OPEN_JOBS_PER_CLIENT: u32 = 4;
pub(crate) const RETENTION: u32 = 30;
pub(crate) const MAX_REFUNDS_PER_BLOCK: u32 = 2;
pub(crate) const MAX_PRUNED_PER_BLOCK: u32 = 2;

pub(crate) const OPERATOR: AccountId = AccountId::new([1; 32]);
pub(crate) const CLIENT: AccountId = AccountId::new([2; 32]);
pub(crate) const OTHER_CLIENT: AccountId = AccountId::new([4; 32]);
pub(crate) const DELEGATOR: AccountId = AccountId::new([3; 32]);
pub(crate) const TREASURY: AccountId = AccountId::new([9; 32]);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type AccountStore = System;
    type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
    type RuntimeHoldReason = RuntimeHoldReason;
}

/// Hands reports to the pallets, as the runtime does.
pub struct Reports;

impl HandleReport for Reports {
    fn is_sender(worker: &WorkerId) -> bool {
        Registry::is_registered(worker)
    }

    fn handle(worker: &WorkerId, body: ReportBody) -> DispatchResult {
        match body {
            ReportBody::Acknowledge | ReportBody::Start => Ok(()),
            ReportBody::Benchmark { iterations, milliseconds } => {
                Registry::report_benchmark(worker, iterations, milliseconds)
            }
            ReportBody::Heartbeat { session, challenge, iterations, jobs } => {
                Mining::heartbeat(*worker, session, challenge, iterations, jobs)
            }
            ReportBody::Accepted { job } => Jobs::accept(worker, job),
            ReportBody::Receipt(receipt) => Jobs::settle(worker, &receipt),
        }
    }

    fn weight(_: &ReportBody) -> Weight {
        Weight::zero()
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl pallet_mailbox::BenchmarkHelper for Reports {
    fn register_sender(worker: &WorkerId) {
        crate::benchmarking::register_worker::<Test>(*worker, OPERATOR);
    }
}

impl pallet_mailbox::Config for Test {
    type WeightInfo = ();
    type Reports = Reports;
    type MaxBacklog = ConstU64<100>;
    type MaxPruned = ConstU32<16>;
    type MaxAhead = ConstU64<8>;
    type MaxReportsPerBlock = ConstU32<8>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Reports;
}

impl pallet_registry::Config for Test {
    type WeightInfo = ();
    type Time = Timestamp;
    type InUse = Mining;
    type RegistrationWindow = ConstU32<10>;
    type BenchmarkTime = ConstU64<6_000>;
    type AttestationLifetime = ConstU64<{ 1_000_000 * BLOCK_TIME }>;
}

/// The hash of the block's number: no challenges are drawn here, so nothing depends on it.
pub struct BlockRandomness;

impl Randomness<H256, u32> for BlockRandomness {
    fn random(subject: &[u8]) -> (H256, u32) {
        let now = System::block_number();
        (H256(phala_primitives::hash(&(subject, now).encode())), now)
    }
}

parameter_types! {
    pub const SubsidyId: PalletId = PalletId(*b"py/subsi");
    pub const PoolsId: PalletId = PalletId(*b"py/pools");
    pub TreasuryAccount: AccountId = TREASURY;
    pub const CommissionStep: Permill = Permill::from_percent(10);
}

impl pallet_mining::Config for Test {
    type Currency = Balances;
    type Time = Timestamp;
    type Randomness = BlockRandomness;
    type Pools = StakePool;
    type AdminOrigin = EnsureRoot<AccountId>;
    type SubsidyId = SubsidyId;
    type TreasuryAccount = TreasuryAccount;
    type MaxPerBlock = ConstU32<10>;
    type WeightInfo = ();
}

impl pallet_stake_pool::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Slash = ResolveTo<TreasuryAccount, Balances>;
    type PalletId = PoolsId;
    type MinContribution = ConstU128<{ PHA / 100 }>;
    type CommissionNotice = ConstU64<{ 20 * BLOCK_TIME }>;
    type CommissionStep = CommissionStep;
    type MaxWorkers = ConstU32<10>;
    type MaxQueueSteps = ConstU32<10>;
    type Vaults = ();
    type WeightInfo = ();
}

impl pallet_jobs::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type MaxFuel = ConstU64<MAX_FUEL>;
    type MaxMemoryMib = ConstU32<MAX_MEMORY_MIB>;
    type MaxSeconds = ConstU32<MAX_SECONDS>;
    type MinDeadline = ConstU32<MIN_DEADLINE>;
    type DeliveryGrace = ConstU64<DELIVERY_GRACE>;
    type MaxDeadline = ConstU32<MAX_DEADLINE>;
    type MaxOpenJobs = ConstU32<MAX_OPEN_JOBS>;
    type MaxOpenJobsPerClient = ConstU32<MAX_OPEN_JOBS_PER_CLIENT>;
    type Retention = ConstU32<RETENTION>;
    type MaxRefundsPerBlock = ConstU32<MAX_REFUNDS_PER_BLOCK>;
    type MaxPrunedPerBlock = ConstU32<MAX_PRUNED_PER_BLOCK>;
    type WeightInfo = ();
}

/// Rules under which values stand still, so that tests know every amount: no growth, no challenges.
fn still_parameters() -> TokenomicParameters {
    TokenomicParameters {
        rho: FixedU128::from_u32(1),
        cost_k: FixedU128::from_u32(0),
        cost_b: FixedU128::from_u32(0),
        challenges_per_block: 0,
        cool_down: 10 * BLOCK_TIME,
        ..TokenomicParameters::khala()
    }
}

/// Builds a chain in which the people are rich and the subsidy is funded.
#[derive(Default)]
pub(crate) struct ExtBuilder;

impl ExtBuilder {
    pub(crate) fn build(self) -> TestExternalities {
        let mut storage =
            frame_system::GenesisConfig::<Test>::default().build_storage().expect("valid genesis");
        let people = [OPERATOR, CLIENT, OTHER_CLIENT, DELEGATOR, TREASURY, Mining::subsidy_account()];
        pallet_balances::GenesisConfig::<Test> {
            balances: people.into_iter().map(|who| (who, WEALTH)).collect(),
            ..Default::default()
        }
        .assimilate_storage(&mut storage)
        .expect("valid genesis");
        pallet_registry::GenesisConfig::<Test> { accept_unattested: true, ..Default::default() }
            .assimilate_storage(&mut storage)
            .expect("valid genesis");
        pallet_mining::GenesisConfig::<Test> { parameters: still_parameters(), ..Default::default() }
            .assimilate_storage(&mut storage)
            .expect("valid genesis");
        let mut ext = TestExternalities::new(storage);
        // In which benchmarks make a worker's key.
        #[cfg(feature = "runtime-benchmarks")]
        ext.register_extension(sp_keystore::KeystoreExt::new(sp_keystore::testing::MemoryKeystore::new()));
        ext.execute_with(|| run_blocks(1));
        ext
    }

    /// Runs `test` on a chain at block 1 and checks all invariants at its end.
    pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
        self.build().execute_with(|| {
            test();
            check_invariants();
        });
    }
}

pub(crate) fn check_invariants() {
    assert_ok!(Jobs::do_try_state());
    assert_ok!(StakePool::do_try_state());
    assert_ok!(Registry::do_try_state());
}

/// Builds `count` blocks.
pub(crate) fn run_blocks(count: u32) {
    for _ in 0..count {
        let number = System::block_number() + 1;
        let parent = H256(phala_primitives::hash(&(number - 1).encode()));
        System::initialize(&number, &parent, &Default::default());
        for_each_pallet_initialize(number);
        Timestamp::set_timestamp(Moment::from(number) * BLOCK_TIME);
    }
}

fn for_each_pallet_initialize(number: u32) {
    <AllPalletsWithSystem as polkadot_sdk::frame_support::traits::OnInitialize<u32>>::on_initialize(number);
}

/// A registered worker, its operator's pool and its key.
pub(crate) struct Worker {
    pub(crate) id: WorkerId,
    pub(crate) pool: PoolId,
    key: sr25519::Pair,
}

impl Worker {
    /// Registers a worker of `OPERATOR` that has measured itself and offers [`PRICE`], and adds it to
    /// a pool of its own, in which `DELEGATOR` has staked 2 000 PHA.
    pub(crate) fn idle(seed: u8) -> Self {
        let key = sr25519::Pair::from_seed(&[seed; 32]);
        let id = WorkerId(key.public().0);
        let pool = pallet_stake_pool::NextPool::<Test>::get();
        let worker = Self { id, pool, key };
        worker.register();
        let body = ReportBody::Benchmark { iterations: 1_000, milliseconds: 6_000 };
        assert_ok!(worker.report(body));
        worker.offer(Some(PRICE));
        assert_ok!(StakePool::create(RuntimeOrigin::signed(OPERATOR)));
        assert_ok!(StakePool::add_worker(RuntimeOrigin::signed(OPERATOR), pool, id));
        assert_ok!(StakePool::contribute(RuntimeOrigin::signed(DELEGATOR), pool, 2_000 * PHA));
        worker
    }

    /// [`Worker::idle`], with a mining session on all the pool's stake.
    pub(crate) fn mining(seed: u8) -> Self {
        let worker = Self::idle(seed);
        let start =
            StakePool::start_session(RuntimeOrigin::signed(OPERATOR), worker.pool, worker.id, 2_000 * PHA);
        assert_ok!(start);
        worker
    }

    fn register(&self) {
        run_blocks(1);
        let block = System::block_number() - 1;
        let registration = Registration {
            genesis: Mailbox::genesis_hash(),
            worker: self.id,
            encryption_key: EncryptionKey([7; ENCRYPTION_KEY_LENGTH]),
            operator: OPERATOR,
            block,
            block_hash: System::block_hash(block).0,
        };
        let signature = Signature(self.key.sign(&registration.signing_payload()).0);
        let operator = RuntimeOrigin::signed(OPERATOR);
        assert_ok!(Registry::register(operator, Box::new(registration), Evidence::None, signature));
    }

    /// Sets the price.
    pub(crate) fn offer(&self, price: Option<Balance>) {
        let endpoint = b"http://worker.example".to_vec().try_into().expect("short enough");
        assert_ok!(Registry::update_offer(RuntimeOrigin::signed(OPERATOR), self.id, endpoint, price));
    }

    /// Sends a report through the mailbox; returns what the chain made of it.
    pub(crate) fn report(&self, body: ReportBody) -> DispatchResult {
        let incarnation = [7; 32];
        pallet_mailbox::Senders::<Test>::mutate(self.id, |sender| sender.incarnation = incarnation);
        let sequence = pallet_mailbox::Senders::<Test>::get(self.id).sequence;
        let report = Report { worker: self.id, incarnation, sequence, acknowledged: 0, body };
        let signature = Signature(self.key.sign(&report.signing_payload(&Mailbox::genesis_hash())).0);
        let origin = frame_system::RawOrigin::Authorized.into();
        Mailbox::submit(origin, SignedReport { report, signature }).map_err(|error| error.error)?;
        System::events()
            .into_iter()
            .rev()
            .find_map(|record| match record.event {
                RuntimeEvent::Mailbox(pallet_mailbox::Event::ReportAccepted { .. }) => Some(Ok(())),
                RuntimeEvent::Mailbox(pallet_mailbox::Event::ReportRejected { error, .. }) => {
                    Some(Err(error))
                }
                _ => None,
            })
            .expect("every report is accepted or rejected")
    }

    /// Signs `receipt`, whatever it says, for this chain.
    pub(crate) fn sign(&self, receipt: Receipt) -> SignedReceipt {
        let signature = Signature(self.key.sign(&receipt.signing_payload(&Mailbox::genesis_hash())).0);
        SignedReceipt { receipt, signature }
    }

    /// Reports that it has the input of a job.
    pub(crate) fn accept(&self, job: JobId) -> DispatchResult {
        self.report(ReportBody::Accepted { job })
    }

    /// Delivers a job with a receipt over `fuel`.
    pub(crate) fn deliver(&self, job: JobId, fuel: u64) -> DispatchResult {
        self.report(ReportBody::Receipt(self.sign(self.receipt(job, fuel))))
    }

    /// An honest receipt.
    pub(crate) fn receipt(&self, job: JobId, fuel: u64) -> Receipt {
        Receipt {
            job,
            worker: self.id,
            program: PROGRAM,
            input: INPUT,
            output: [3; 32],
            fuel,
            exit: ExitStatus::Exited(0),
        }
    }
}

/// What the jobs of these tests run.
pub(crate) const PROGRAM: Hash = [1; 32];
/// On what they run.
pub(crate) const INPUT: Hash = [2; 32];

/// Limits of an ordinary job: 100 units of fuel.
pub(crate) fn limits() -> JobLimits {
    JobLimits { fuel: 100 * FUEL_UNIT, memory_mib: 64, seconds: 10 }
}

/// What a job with [`limits`] keeps on hold.
pub(crate) const ESCROW: Balance = 100 * PRICE;

/// Posts an ordinary job of `CLIENT` with the shortest deadline.
pub(crate) fn post(worker: &Worker) -> JobId {
    let job = pallet_jobs::NextJob::<Test>::get();
    assert_ok!(post_as(CLIENT, worker));
    job
}

/// Posts an ordinary job of `client` with the shortest deadline.
pub(crate) fn post_as(client: AccountId, worker: &Worker) -> DispatchResult {
    let client = RuntimeOrigin::signed(client);
    Jobs::post(client, worker.id, PROGRAM, INPUT, limits(), PRICE, MIN_DEADLINE)
}
