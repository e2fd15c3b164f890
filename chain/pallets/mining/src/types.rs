//! What the pallet stores, shows and asks of others.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use phala_economics::{FixedU128, Perbill, Phase, Session, SlashLevel, TokenomicParameters};
use phala_primitives::{session::Challenge, Balance, BlockNumber, Hash, Moment, PoolId, SessionId, WorkerId};
use scale_info::TypeInfo;

/// How many seats the view function `sessions` looks at.
pub const MAX_SESSIONS_LISTED: u32 = 100;

/// Whose stake is behind the sessions.
pub trait Pools<AccountId> {
    /// The account into which a pool's part of payouts goes. It must exist, so that no payout is too
    /// small to arrive.
    fn reward_account(pool: PoolId) -> AccountId;

    /// `amount` base units were transferred to the pool's reward account.
    fn on_reward(pool: PoolId, amount: Balance);

    /// The worker's session was stopped: of the `taken` base units behind it, `returnable` come back when
    /// it has cooled down. Said again, with less, for each fault that comes to light meanwhile.
    fn on_cooling_down(pool: PoolId, worker: WorkerId, taken: Balance, returnable: Balance);

    /// Of the `taken` base units behind the worker's session, `returned` belong to the pool again;
    /// the pool gives the rest, which was slashed, to the treasury. The session is no more, or, in
    /// [`Pallet::restart`](crate::Pallet::restart), goes on with another stake.
    fn on_stake_returned(pool: PoolId, worker: WorkerId, taken: Balance, returned: Balance);

    /// A pool that has set `stake` base units aside for a session of `worker`.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_pool(worker: WorkerId, stake: Balance) -> PoolId;
}

/// A session in the chain's state. It begins as [`phala_primitives::session::SessionHead`] does, which is what
/// its worker looks at.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SessionRecord {
    /// Its number.
    pub number: SessionId,
    /// The challenge that awaits an answer.
    pub challenge: Option<Challenge>,
    /// Who mines.
    pub worker: WorkerId,
    /// Whose stake is behind it.
    pub pool: PoolId,
    /// Base units taken from the pool; fixed until the session restarts.
    pub stake: Balance,
    /// Value and clocks, as of the last event.
    pub session: Session,
    /// The parameters' version of the last event.
    pub version: u32,
    /// Number of the next challenge.
    pub next_challenge: u32,
    /// What the present outage has cost of the value by the last event, in PHA; zero unless
    /// unresponsive.
    pub outage_loss: FixedU128,
    /// Block of the session's last `ValueChanged` event, or of its `SessionStarted` before any.
    pub changed_at: BlockNumber,
}

/// Old parameters, and the sessions that have yet to be settled under them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ParameterChange {
    /// The parameters before the change.
    pub parameters: TokenomicParameters,
    /// Chain time of the change.
    pub at: Moment,
    /// The first seat that was not looked at yet.
    pub next: u32,
}

/// A time and a session, in bytes that sort by time first.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct TimeKey {
    time: [u8; 8],
    session: [u8; 8],
}

impl TimeKey {
    /// The key of `session` at `time`.
    pub fn new(time: Moment, session: SessionId) -> Self {
        Self { time: time.to_be_bytes(), session: session.to_be_bytes() }
    }

    /// The time.
    pub fn time(&self) -> Moment {
        Moment::from_be_bytes(self.time)
    }

    /// The session.
    pub fn session(&self) -> SessionId {
        SessionId::from_be_bytes(self.session)
    }
}

/// Why a session's value moved. Amounts are in PHA where they are [`FixedU128`], else in base units.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum ValueChange {
    /// An answer in time: the value grew since the last event, and what was paid was taken from it, up
    /// to the growth not yet paid.
    #[codec(index = 0)]
    Paid {
        /// Ticks of growth.
        ticks: u64,
        /// Growth not yet paid, before this payout.
        due: FixedU128,
        /// Paid to the pool.
        payout: Balance,
        /// Paid to the treasury.
        treasury: Balance,
        /// Instant performance, as measured with this answer.
        instant: FixedU128,
    },
    /// A deadline passed: the value grew until now and falls from now on.
    #[codec(index = 1)]
    WentOffline {
        /// Ticks of growth.
        ticks: u64,
    },
    /// A late answer: the value fell until now and grows from now on.
    #[codec(index = 2)]
    Recovered {
        /// Ticks of slashing.
        ticks: u64,
        /// Performance p_instant from now on.
        instant: FixedU128,
    },
    /// A fault.
    #[codec(index = 3)]
    Fault {
        /// Ticks of growth or slashing before it.
        ticks: u64,
        /// How grave.
        level: SlashLevel,
        /// Hash of whatever shows it.
        evidence: Hash,
    },
    /// The session was stopped: the value grew or fell until now and stays.
    #[codec(index = 4)]
    Stopped {
        /// Ticks of growth or slashing.
        ticks: u64,
    },
    /// The value grew or fell until the parameters changed.
    #[codec(index = 5)]
    ParametersChanged {
        /// Ticks of growth or slashing.
        ticks: u64,
    },
    /// More stake was put behind the session: what was left of the old one was returned, and the value
    /// is what the new one promises.
    #[codec(index = 6)]
    Restarted {
        /// Ticks of growth under the old stake.
        ticks: u64,
        /// The old stake.
        taken: Balance,
        /// What of it was returned to the pool; the rest went to the treasury.
        returned: Balance,
        /// The new stake.
        stake: Balance,
        /// Performance score from now on.
        score: u32,
        /// Confidence level from now on.
        confidence: u8,
    },
}

/// A session for people to look at, evaluated at the current block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct SessionInfo {
    /// Its number.
    pub session: SessionId,
    /// Who mines.
    pub worker: WorkerId,
    /// Whose stake is behind it.
    pub pool: PoolId,
    /// Base units behind it.
    pub stake: Balance,
    /// Where it stands.
    pub phase: Phase,
    /// Value Promise at the start or the last restart, in PHA.
    pub initial_value: FixedU128,
    /// Value Promise now, in PHA.
    pub value: FixedU128,
    /// Growth not yet paid, in PHA.
    pub due: FixedU128,
    /// Performance score of the benchmark.
    pub score: u32,
    /// Instant performance at the last answer.
    pub instant: FixedU128,
    /// Confidence level, 1 (best) to 5.
    pub confidence: u8,
    /// Share in the emission; zero unless responsive.
    pub share: FixedU128,
    /// All responsive sessions' shares together.
    pub total_share: FixedU128,
    /// Base units that an answer now would pay to the pool.
    pub pending_payout: Balance,
    /// The challenge that awaits an answer, with its deadline.
    pub challenge: Option<Challenge>,
    /// Base units that would be returned if the session stopped now.
    pub returnable: Balance,
    /// What the present outage has cost of the value so far, in PHA; zero unless unresponsive.
    pub outage_loss: FixedU128,
    /// Block of the session's last `ValueChanged` event, or of its `SessionStarted` before any: where
    /// the session's story begins when it is read backwards, from each event's `previous` on.
    pub changed_at: BlockNumber,
}

/// All sessions together and the emission, evaluated at the current block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct NetworkTotals {
    /// Places in the table of sessions, empty ones included.
    pub seats: u32,
    /// Sessions, those that cool down included.
    pub sessions: u32,
    /// Responsive sessions.
    pub responsive: u32,
    /// Σ share over responsive sessions.
    pub total_share: FixedU128,
    /// PHA emitted per tick, treasury's share included.
    pub budget: FixedU128,
    /// Length of a tick in milliseconds.
    pub tick: Moment,
    /// Chain time at which the budget decays next; none before the first session, with which emission
    /// begins.
    pub decays_at: Option<Moment>,
    /// Base units left in the subsidy account. All but the existential deposit can be paid out.
    pub subsidy: Balance,
    /// Base units paid out since genesis, treasury's share included.
    pub paid: Balance,
    /// The treasury's part of every payout.
    pub treasury_share: Perbill,
    /// Chain time.
    pub now: Moment,
}
