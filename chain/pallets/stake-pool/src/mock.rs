//! A chain of the real pallets from the mailbox up to the pools.

use codec::Encode;
use pallet_mailbox::HandleReport;
use phala_economics::{FixedU128, TokenomicParameters};
use phala_primitives::{
    registry::{Evidence, Registration},
    report::ReportBody,
    Balance, EncryptionKey, Moment, PoolId, Signature, WorkerId, ENCRYPTION_KEY_LENGTH, PHA,
};
use polkadot_sdk::{
    frame_support::{
        assert_ok, construct_runtime, derive_impl, parameter_types,
        traits::{fungible::Mutate, tokens::imbalance::ResolveTo, ConstU128, ConstU32, ConstU64, Randomness},
        weights::Weight,
        PalletId,
    },
    frame_system::{self, EnsureRoot},
    pallet_balances, pallet_timestamp,
    sp_core::{sr25519, Pair, H256},
    sp_io::TestExternalities,
    sp_runtime::{traits::IdentityLookup, AccountId32, BuildStorage, DispatchError, DispatchResult, Permill},
};

use crate as pallet_stake_pool;

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
    }
);

/// Milliseconds between two blocks.
pub(crate) const BLOCK_TIME: Moment = 6_000;
/// Milliseconds of cool-down after a session.
pub(crate) const COOL_DOWN: Moment = 10 * BLOCK_TIME;
/// Milliseconds between the announcement of a commission and its effect.
pub(crate) const COMMISSION_NOTICE: Moment = 20 * BLOCK_TIME;
/// Milliseconds for which a withdrawal may wait.
pub(crate) const GRACE_PERIOD: Moment = 15 * BLOCK_TIME;
/// Most workers of a pool.
pub(crate) const MAX_WORKERS: u32 = 4;
/// Most steps of a block for the queues.
pub(crate) const MAX_QUEUE_STEPS: u32 = 3;
/// Base units that an account needs to exist.
pub(crate) const EXISTENTIAL_DEPOSIT: Balance = PHA / 100;
/// Least contribution.
pub(crate) const MIN_CONTRIBUTION: Balance = PHA / 100;
/// What [`ExtBuilder`] gives to each of the people.
pub(crate) const WEALTH: Balance = 1_000_000 * PHA;

pub(crate) const OWNER: AccountId = AccountId::new([1; 32]);
pub(crate) const ALICE: AccountId = AccountId::new([2; 32]);
pub(crate) const BOB: AccountId = AccountId::new([3; 32]);
pub(crate) const CAROL: AccountId = AccountId::new([4; 32]);
/// Delegates for others; has no coins of its own.
pub(crate) const VAULT: AccountId = AccountId::new([5; 32]);
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
        crate::benchmarking::register_worker::<Test>(*worker, OWNER);
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
    /// What [`VAULT`] has lost to slashes, as far as it was told.
    pub storage VaultSlashed: Balance = 0;
    /// What [`VAULT`] has back, as far as it was told.
    pub storage VaultReleased: Balance = 0;
}

/// Takes down what the pools tell of [`VAULT`], which is all that a pallet of vaults must do for them.
pub struct OneVault;

impl pallet_stake_pool::Vaults<AccountId> for OneVault {
    fn is_vault(who: &AccountId) -> bool {
        *who == VAULT
    }

    fn on_slashed(_: &AccountId, amount: Balance) {
        VaultSlashed::set(&(VaultSlashed::get() + amount));
    }

    fn on_released(_: &AccountId, amount: Balance) {
        VaultReleased::set(&(VaultReleased::get() + amount));
    }

    fn weight_of_payment() -> Weight {
        Weight::zero()
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
    type MinContribution = ConstU128<MIN_CONTRIBUTION>;
    type CommissionNotice = ConstU64<COMMISSION_NOTICE>;
    type CommissionStep = CommissionStep;
    type MaxWorkers = ConstU32<MAX_WORKERS>;
    type MaxQueueSteps = ConstU32<MAX_QUEUE_STEPS>;
    type Vaults = OneVault;
    type WeightInfo = ();
}

/// Rules under which values stand still, so that tests know every amount: no growth, no challenges.
fn still_parameters() -> TokenomicParameters {
    TokenomicParameters {
        rho: FixedU128::from_u32(1),
        cost_k: FixedU128::from_u32(0),
        cost_b: FixedU128::from_u32(0),
        challenges_per_block: 0,
        cool_down: COOL_DOWN,
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
        let people = [OWNER, ALICE, BOB, CAROL, TREASURY, Mining::subsidy_account()];
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
        pallet_stake_pool::GenesisConfig::<Test> { grace_period: GRACE_PERIOD, ..Default::default() }
            .assimilate_storage(&mut storage)
            .expect("valid genesis");
        let mut ext = TestExternalities::new(storage);
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

/// Builds blocks until the cool-down of a session that stops now is over and its stake is back.
pub(crate) fn run_through_cool_down() {
    run_blocks((COOL_DOWN / BLOCK_TIME) as u32 + 2);
}

/// A worker's key, by number.
fn worker_key(seed: u8) -> sr25519::Pair {
    sr25519::Pair::from_seed(&[seed; 32])
}

/// Registers a worker for `operator`; it has no score yet.
pub(crate) fn register(seed: u8, operator: AccountId) -> WorkerId {
    run_blocks(1);
    let key = worker_key(seed);
    let worker = WorkerId(key.public().0);
    let block = System::block_number() - 1;
    let registration = Registration {
        genesis: Mailbox::genesis_hash(),
        worker,
        encryption_key: EncryptionKey([seed; ENCRYPTION_KEY_LENGTH]),
        operator: operator.clone(),
        block,
        block_hash: System::block_hash(block).0,
    };
    let signature = Signature(key.sign(&registration.signing_payload()).0);
    assert_ok!(Registry::register(
        RuntimeOrigin::signed(operator),
        Box::new(registration),
        Evidence::None,
        signature
    ));
    worker
}

/// Registers a worker that has measured itself, with a score of 1000.
pub(crate) fn benchmarked(seed: u8, operator: AccountId) -> WorkerId {
    let worker = register(seed, operator);
    assert_ok!(Reports::handle(&worker, ReportBody::Benchmark { iterations: 1_000, milliseconds: 6_000 }));
    worker
}

/// A pool of `OWNER`.
pub(crate) fn pool() -> PoolId {
    let pool = pallet_stake_pool::NextPool::<Test>::get();
    assert_ok!(StakePool::create(RuntimeOrigin::signed(OWNER)));
    pool
}

/// A pool of `OWNER` with one worker, in which `ALICE` has staked 3 000 PHA and `BOB` 1 000 PHA.
pub(crate) fn staked_pool() -> (PoolId, WorkerId) {
    let pool = pool();
    let worker = benchmarked(1, OWNER);
    assert_ok!(StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, worker));
    assert_ok!(StakePool::contribute(RuntimeOrigin::signed(ALICE), pool, 3_000 * PHA));
    assert_ok!(StakePool::contribute(RuntimeOrigin::signed(BOB), pool, 1_000 * PHA));
    (pool, worker)
}

/// Pays `amount` from the air into the pool, as a session or a job would.
pub(crate) fn reward(pool: PoolId, amount: Balance) {
    assert_ok!(Balances::mint_into(&StakePool::reward_account_of(pool), amount));
    StakePool::deposit_reward(pool, amount);
}
