//! A chain with the real pallets below mining, workers that register, and pools that keep books.

use codec::Encode;
use pallet_mailbox::HandleReport;
use phala_economics::TokenomicParameters;
use phala_primitives::{
    mailbox::{Topic, WorkerMessage},
    registry::{Evidence, Registration},
    report::{Report, ReportBody, SignedReport},
    session::{Challenge, Seat},
    Balance, EncryptionKey, Moment, PoolId, SessionId, Signature, WorkerId, ENCRYPTION_KEY_LENGTH, PHA,
};
use polkadot_sdk::{
    frame_support::{
        assert_ok, construct_runtime, derive_impl,
        dispatch::DispatchResult,
        parameter_types,
        traits::{ConstU128, ConstU32, ConstU64, Hooks, Randomness},
        weights::Weight,
        PalletId,
    },
    frame_system::{EnsureRoot, RawOrigin},
    sp_core::{sr25519, Pair, H256},
    sp_io::TestExternalities,
    sp_runtime::{traits::IdentityLookup, AccountId32, BuildStorage, DispatchError},
    *,
};

use crate::{self as pallet_mining, Event, Pools, SessionRecord, ValueChange};

pub(crate) type AccountId = AccountId32;

construct_runtime!(
    pub enum Test {
        System: frame_system,
        Timestamp: pallet_timestamp,
        Balances: pallet_balances,
        Mailbox: pallet_mailbox,
        Registry: pallet_registry,
        Mining: pallet_mining,
    }
);

/// Milliseconds between two blocks.
pub(crate) const BLOCK_TIME: Moment = 6_000;
/// Chain time of the first block.
pub(crate) const START: Moment = 1_700_000_000_000;
/// What the subsidy account holds at genesis.
pub(crate) const SUBSIDY: Balance = 100_000_000 * PHA;
/// Base units that an account needs to exist.
pub(crate) const EXISTENTIAL_DEPOSIT: Balance = PHA / 100;
/// Most deadlines, returns and settlements in a block.
pub(crate) const MAX_PER_BLOCK: u32 = 3;
/// Most messages in a topic.
pub(crate) const MAX_BACKLOG: u64 = 16;
/// Milliseconds for which a verdict on evidence holds.
pub(crate) const LIFETIME: Moment = 400 * 24 * 3_600_000;
/// Milliseconds of a benchmark.
pub(crate) const BENCHMARK_TIME: u64 = 6_000;

/// The account that runs the workers.
pub(crate) const OPERATOR: AccountId = AccountId::new([1; 32]);
/// The treasury.
pub(crate) const TREASURY: AccountId = AccountId::new([9; 32]);
/// The pool that most tests use.
pub(crate) const POOL: PoolId = 7;

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
}

/// Hands reports to the pallets, as a runtime does.
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
            ReportBody::Accepted { .. } | ReportBody::Receipt(_) => Err(DispatchError::Unavailable),
        }
    }

    fn weight(_: &ReportBody) -> Weight {
        Weight::zero()
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl pallet_mailbox::BenchmarkHelper for Reports {
    fn register_sender(worker: &WorkerId) {
        let record = phala_primitives::registry::WorkerRecord {
            operator: OPERATOR,
            attestation: phala_primitives::registry::Attestation {
                kind: phala_primitives::registry::AttestationKind::None,
                confidence: 1,
                expires: Moment::MAX,
            },
            score: None,
            price: None,
        };
        pallet_registry::Workers::<Test>::insert(worker, record);
    }
}

impl pallet_mailbox::Config for Test {
    type WeightInfo = ();
    type Reports = Reports;
    type MaxBacklog = ConstU64<MAX_BACKLOG>;
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
    type BenchmarkTime = ConstU64<BENCHMARK_TIME>;
    type AttestationLifetime = ConstU64<LIFETIME>;
}

/// As random as the number of the block.
pub struct BlockRandomness;

impl Randomness<H256, u32> for BlockRandomness {
    fn random(subject: &[u8]) -> (H256, u32) {
        let now = System::block_number();
        (H256(phala_primitives::hash(&(subject, now).encode())), now)
    }
}

parameter_types! {
    pub const SubsidyId: PalletId = PalletId(*b"py/subsi");
    pub TreasuryAccount: AccountId = TREASURY;
    /// What [`Pools::on_reward`] was told.
    pub storage Rewards: Vec<(PoolId, Balance)> = Vec::new();
    /// What [`Pools::on_cooling_down`] was told.
    pub storage CoolingDown: Vec<(PoolId, WorkerId, Balance, Balance)> = Vec::new();
    /// What [`Pools::on_stake_returned`] was told.
    pub storage StakeReturned: Vec<(PoolId, WorkerId, Balance, Balance)> = Vec::new();
}

/// The pools, which stand above mining: all they do here is keep books.
pub struct Books;

impl Pools<AccountId> for Books {
    fn reward_account(pool: PoolId) -> AccountId {
        AccountId::new([100 + pool as u8; 32])
    }

    fn on_reward(pool: PoolId, amount: Balance) {
        Rewards::set(&[Rewards::get(), vec![(pool, amount)]].concat());
    }

    fn on_cooling_down(pool: PoolId, worker: WorkerId, taken: Balance, returnable: Balance) {
        CoolingDown::set(&[CoolingDown::get(), vec![(pool, worker, taken, returnable)]].concat());
    }

    fn on_stake_returned(pool: PoolId, worker: WorkerId, taken: Balance, returned: Balance) {
        StakeReturned::set(&[StakeReturned::get(), vec![(pool, worker, taken, returned)]].concat());
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_pool(_: WorkerId, _: Balance) -> PoolId {
        POOL
    }
}

impl pallet_mining::Config for Test {
    type Currency = Balances;
    type Time = Timestamp;
    type Randomness = BlockRandomness;
    type Pools = Books;
    type AdminOrigin = EnsureRoot<AccountId>;
    type SubsidyId = SubsidyId;
    type TreasuryAccount = TreasuryAccount;
    type MaxPerBlock = ConstU32<MAX_PER_BLOCK>;
    type WeightInfo = ();
}

/// Khala's rules without any challenge that a test does not ask for.
pub(crate) fn quiet() -> TokenomicParameters {
    TokenomicParameters { challenges_per_block: 0, ..TokenomicParameters::khala() }
}

/// Builds a chain at its first block.
pub(crate) struct ExtBuilder {
    parameters: TokenomicParameters,
    subsidy: Balance,
}

impl Default for ExtBuilder {
    fn default() -> Self {
        Self { parameters: quiet(), subsidy: SUBSIDY }
    }
}

impl ExtBuilder {
    pub(crate) fn parameters(self, parameters: TokenomicParameters) -> Self {
        Self { parameters, ..self }
    }

    pub(crate) fn subsidy(self, subsidy: Balance) -> Self {
        Self { subsidy, ..self }
    }

    pub(crate) fn build(self) -> TestExternalities {
        let mut storage =
            frame_system::GenesisConfig::<Test>::default().build_storage().expect("valid genesis");
        let poor = [OPERATOR, TREASURY, Books::reward_account(POOL), Books::reward_account(POOL + 1)];
        let mut balances: Vec<_> = poor.into_iter().map(|who| (who, EXISTENTIAL_DEPOSIT)).collect();
        balances.push((Mining::subsidy_account(), self.subsidy));
        pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }
            .assimilate_storage(&mut storage)
            .expect("valid genesis");
        pallet_registry::GenesisConfig::<Test> { accept_unattested: true, ..Default::default() }
            .assimilate_storage(&mut storage)
            .expect("valid genesis");
        pallet_mining::GenesisConfig::<Test> { parameters: self.parameters, ..Default::default() }
            .assimilate_storage(&mut storage)
            .expect("valid genesis");
        let mut ext = TestExternalities::new(storage);
        ext.execute_with(|| begin_block(START));
        ext
    }

    /// Runs `test` and checks all invariants at its end.
    pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
        self.build().execute_with(|| {
            test();
            assert_ok!(Mining::do_try_state());
        });
    }
}

/// Begins the next block, of time `time`.
fn begin_block(time: Moment) {
    let number = System::block_number() + 1;
    let parent = H256(phala_primitives::hash(&(number - 1).encode()));
    System::reset_events();
    System::initialize(&number, &parent, &Default::default());
    Mining::on_initialize(number);
    Timestamp::set_timestamp(time);
}

pub(crate) fn now() -> Moment {
    Timestamp::get()
}

/// Ends this block and begins one that comes `milliseconds` later.
pub(crate) fn pass(milliseconds: Moment) {
    let time = now() + milliseconds;
    Timestamp::on_finalize(System::block_number());
    System::finalize();
    begin_block(time);
}

/// Builds `count` blocks at the usual pace.
pub(crate) fn run_blocks(count: u32) {
    (0..count).for_each(|_| pass(BLOCK_TIME));
}

/// Registers the worker number `n` and lets it report a score of `score`.
pub(crate) fn worker_with_score(n: u8, score: u32) -> WorkerId {
    let worker = registered_worker(n);
    assert_ok!(Registry::report_benchmark(
        &worker,
        u64::from(score) * BENCHMARK_TIME / 6_000,
        BENCHMARK_TIME
    ));
    worker
}

/// Registers the worker number `n`, which has no score yet.
pub(crate) fn registered_worker(n: u8) -> WorkerId {
    let keys = sr25519::Pair::from_seed(&[n; 32]);
    let worker = WorkerId(keys.public().0);
    run_blocks(1);
    let block = System::block_number() - 1;
    let registration = Registration {
        genesis: Mailbox::genesis_hash(),
        worker,
        encryption_key: EncryptionKey([n; ENCRYPTION_KEY_LENGTH]),
        operator: OPERATOR,
        block,
        block_hash: System::block_hash(block).0,
    };
    let signature = Signature(keys.sign(&registration.signing_payload()).0);
    assert_ok!(Registry::register(
        RuntimeOrigin::signed(OPERATOR),
        Box::new(registration),
        Evidence::None,
        signature
    ));
    worker
}

/// Starts a session of the worker number `n`, of score 1000, with `stake` whole PHA of [`POOL`].
pub(crate) fn session_with_stake(n: u8, stake: u32) -> (WorkerId, SessionId) {
    let worker = worker_with_score(n, 1_000);
    let session = Mining::start(worker, POOL, Balance::from(stake) * PHA).expect("a session may start");
    (worker, session)
}

/// Challenges a session now.
pub(crate) fn challenge(session: SessionId) -> Challenge {
    Mining::challenge(Seat::of(session), now(), &crate::Parameters::<Test>::get());
    record(session).challenge.expect("was challenged")
}

/// Challenges a session and answers at once, at the rate of the benchmark.
pub(crate) fn answer(worker: WorkerId, session: SessionId) {
    let number = challenge(session).number;
    assert_ok!(Mining::heartbeat(worker, session, number, counter(session), 0));
}

/// What the session's benchmark counter says when it runs at the rate of its score.
pub(crate) fn counter(session: SessionId) -> u64 {
    let session = record(session).session;
    session.iterations + u64::from(session.score) * (now() - session.counted_at) / 6_000
}

pub(crate) fn record(session: SessionId) -> SessionRecord {
    Mining::record(session).expect("the session exists")
}

/// What the chain told a worker, benchmarks left out.
pub(crate) fn messages(worker: WorkerId) -> Vec<WorkerMessage> {
    use codec::Decode;
    Mailbox::pending_messages(Topic::Worker(worker), 0)
        .into_iter()
        .map(|(_, message)| WorkerMessage::decode(&mut &message.payload[..]).expect("decodable"))
        .filter(|message| !matches!(message, WorkerMessage::Benchmark { .. }))
        .collect()
}

/// The worker reports that it has taken in all its messages.
pub(crate) fn take_in_messages(worker: WorkerId) {
    let incarnation = [7; 32];
    pallet_mailbox::Senders::<Test>::mutate(worker, |sender| sender.incarnation = incarnation);
    let report = Report {
        worker,
        incarnation,
        sequence: pallet_mailbox::Senders::<Test>::get(worker).sequence,
        acknowledged: pallet_mailbox::Topics::<Test>::get(Topic::Worker(worker)).count,
        body: ReportBody::Acknowledge,
    };
    let signature = Signature([0; 64]);
    assert_ok!(Mailbox::submit(RawOrigin::Authorized.into(), SignedReport { report, signature }));
}

/// The pallet's events of this block.
pub(crate) fn events() -> Vec<Event<Test>> {
    System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Mining(event) => Some(event),
            _ => None,
        })
        .collect()
}

/// The reasons for which a session's value moved in this block.
pub(crate) fn reasons(of: SessionId) -> Vec<ValueChange> {
    events()
        .into_iter()
        .filter_map(|event| match event {
            Event::ValueChanged { session, reason, .. } if session == of => Some(reason),
            _ => None,
        })
        .collect()
}
