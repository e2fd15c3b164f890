//! A chain's state with many sessions, and what happens in a block.

use std::time::Instant;

use anyhow::{anyhow, ensure, Result};
use codec::Encode;
use pallet_mining::{Sessions, TimeKey};
use phala_economics::{Accumulator, FixedU128, TokenomicParameters};
use phala_primitives::{
    registry::{Attestation, AttestationKind, WorkerRecord},
    session::{Challenge, Seat},
    Moment, WorkerId, PHA,
};
use phala_runtime::{AccountId, Balances, Mining, Runtime, RuntimeOrigin, StakePool, System};
use polkadot_sdk::{
    frame_support::{
        storage::{with_transaction, TransactionOutcome},
        traits::{fungible::Mutate, Hooks},
    },
    pallet_timestamp,
    sp_core::storage::StateVersion,
    sp_io::{storage, TestExternalities},
    sp_runtime::{traits::BlakeTwo256, DispatchError},
};

/// Answers in a block, and challenges.
pub(super) const EVENTS: u64 = 20;
/// Time of the parent block.
const PARENT: Moment = 1_800_000_000_000;
/// Time from block to block.
const BLOCK_TIME: Moment = 1_000;
/// Blocks that a measured turn consists of.
const BLOCKS_A_TURN: u32 = 10;
const POOL: u64 = 0;

/// A chain's state.
pub(super) struct Chain {
    state: TestExternalities,
    sessions: u64,
}

impl Chain {
    /// A state with so many responsive sessions, of which [`EVENTS`] are challenged.
    pub(super) fn new(sessions: u64) -> Result<Self> {
        let mut state = TestExternalities::new_empty();
        state.execute_with(|| populate(sessions)).map_err(|error| anyhow!("no such state: {error:?}"))?;
        state.commit_all().map_err(|error| anyhow!(error))?;
        Ok(Self { state, sessions })
    }

    pub(super) fn sessions(&self) -> u64 {
        self.sessions
    }

    /// Seconds that a block takes.
    pub(super) fn block(&mut self) -> Result<f64> {
        let sessions = self.sessions;
        let seconds = (0..BLOCKS_A_TURN).map(|_| self.forget(|| block(sessions))).sum::<Result<f64>>()?;
        Ok(seconds / f64::from(BLOCKS_A_TURN))
    }

    /// Seconds that it takes to bring every session up to the tick of a block, one after the other. Without the
    /// storage root, which is to the loop's favour.
    pub(super) fn walk(&mut self) -> Result<f64> {
        let sessions = self.sessions;
        self.forget(|| walk(sessions))
    }

    /// Bytes of the proof with which the block can be checked without the state.
    pub(super) fn proof(&mut self) -> Result<usize> {
        let sessions = self.sessions;
        let root = *self.state.backend.root();
        let (done, proof) = self.state.execute_and_prove(|| {
            with_transaction(|| TransactionOutcome::Rollback(block(sessions).map_err(from_mining)))
        });
        done.map_err(|error| anyhow!("the block failed: {error:?}"))?;
        let compact = proof
            .into_compact_proof::<BlakeTwo256>(root)
            .map_err(|error| anyhow!("the proof cannot be made compact: {error:?}"))?;
        Ok(compact.encoded_size())
    }

    /// Seconds of `work`, whose changes of the state are forgotten.
    fn forget(&mut self, work: impl FnOnce() -> Result<()>) -> Result<f64> {
        self.state
            .execute_with(|| {
                with_transaction(|| {
                    let start = Instant::now();
                    let done = work().map_err(from_mining);
                    let seconds = start.elapsed().as_secs_f64();
                    TransactionOutcome::Rollback(done.map(|()| seconds))
                })
            })
            .map_err(|error| anyhow!("the block failed: {error:?}"))
    }
}

/// The state's transactions speak of errors of the runtime only; what went wrong is on standard error.
fn from_mining(error: anyhow::Error) -> DispatchError {
    eprintln!("{error:#}");
    DispatchError::Other("see standard error")
}

fn worker(number: u64) -> WorkerId {
    let mut id = [0; 32];
    id[..8].copy_from_slice(&number.to_be_bytes());
    WorkerId(id)
}

/// The sessions that answer in the block: of two runs, which blocks before it have challenged.
fn answering(sessions: u64) -> impl Iterator<Item = u64> {
    let run = |first: u64| first..first + EVENTS / 2;
    run(sessions / 3).chain(run(sessions / 2))
}

/// One session is started as the chain does; all others are like it.
fn populate(sessions: u64) -> Result<(), DispatchError> {
    System::set_block_number(1);
    pallet_timestamp::Now::<Runtime>::put(PARENT);
    pallet_mining::Parameters::<Runtime>::put(TokenomicParameters::development());
    let owner = AccountId::new([1; 32]);
    for account in [&owner, &Mining::subsidy_account(), &phala_runtime::configs::treasury_account()] {
        Balances::mint_into(account, 1_000_000 * PHA)?;
    }
    StakePool::create(RuntimeOrigin::signed(owner.clone()))?;
    let record = WorkerRecord {
        operator: owner,
        attestation: Attestation { kind: AttestationKind::None, confidence: 5, expires: Moment::MAX },
        score: Some(1_000),
        price: None,
    };
    pallet_registry::Workers::<Runtime>::insert(worker(0), record.clone());
    let first = Mining::start(worker(0), POOL, 5_000 * PHA)?;
    let session = Mining::record(first).ok_or(DispatchError::CannotLookup)?;

    for number in 0..sessions {
        pallet_registry::Workers::<Runtime>::insert(worker(number), record.clone());
        let one = pallet_mining::SessionRecord { number, worker: worker(number), ..session.clone() };
        Sessions::<Runtime>::insert(Seat::of(number), one);
        pallet_mining::SessionOf::<Runtime>::insert(worker(number), number);
    }
    for number in answering(sessions) {
        let challenge = Challenge { number: 0, deadline: PARENT + 10 * BLOCK_TIME };
        Sessions::<Runtime>::mutate(Seat::of(number), |record| {
            if let Some(record) = record {
                record.challenge = Some(challenge);
                record.next_challenge = 1;
            }
        });
        pallet_mining::Deadlines::<Runtime>::insert(TimeKey::new(challenge.deadline, number), ());
    }
    pallet_mining::Seats::<Runtime>::put(sessions as u32);
    pallet_mining::SessionCount::<Runtime>::put(sessions as u32);
    pallet_mining::ResponsiveCount::<Runtime>::put(sessions as u32);
    pallet_mining::DrawnAt::<Runtime>::put(PARENT - BLOCK_TIME);
    let shares = session.session.share.into_inner().saturating_mul(sessions.into());
    pallet_mining::Emission::<Runtime>::mutate(|emission| {
        if let Some(emission) = emission {
            emission.total_share = FixedU128::from_inner(shares);
        }
    });
    Ok(())
}

/// A block with [`EVENTS`] answers and as many challenges, and the root of the state after it.
fn block(sessions: u64) -> Result<()> {
    let open = || pallet_mining::Deadlines::<Runtime>::iter_keys().count() as u64;
    let before = open();
    Mining::on_initialize(1);
    ensure!(open() >= before + EVENTS * 3 / 4, "{} challenges were drawn", open() - before);
    pallet_timestamp::Now::<Runtime>::put(PARENT + BLOCK_TIME);
    for number in answering(sessions) {
        Mining::heartbeat(worker(number), number, 0, 170, 0)
            .map_err(|error| anyhow!("an answer was refused: {error:?}"))?;
    }
    storage::root(StateVersion::V1);
    Ok(())
}

/// The loop: growth, share and earnings of every session.
fn walk(sessions: u64) -> Result<()> {
    let now = PARENT + BLOCK_TIME;
    let parameters = pallet_mining::Parameters::<Runtime>::get();
    let mut emission: Accumulator =
        pallet_mining::Emission::<Runtime>::get().ok_or_else(|| anyhow!("no emission"))?;
    emission.advance(&parameters, now);
    for number in 0..sessions {
        Sessions::<Runtime>::mutate(Seat::of(number), |record| {
            if let Some(record) = record {
                record.session.settle(&parameters, now);
                record.session.update_share(&mut emission);
            }
        });
    }
    pallet_mining::Emission::<Runtime>::put(emission);
    Ok(())
}
