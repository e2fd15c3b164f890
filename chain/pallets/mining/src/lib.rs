//! Mining sessions: a pool's stake behind a worker, the value that this promises, and what it earns.
//!
//! A session starts with a stake, is challenged at random, earns with every answer, loses value while
//! it does not answer, and ends with a cool-down after which the chain itself returns the stake. All
//! arithmetic is [`phala_economics`]'; this pallet keeps the state, the clock and the money.
//!
//! # One session's life
//!
//! ```text
//!   start ──► Responsive ──deadline passed──► Unresponsive ──late answer──► Responsive
//!                 │                               │
//!                 └────────────── stop ───────────┴──► CoolingDown ──cool-down over──► stake returned
//! ```
//!
//! A responsive session can restart with a larger stake: what is left of the old one is returned as at
//! the end of a cool-down, and its value begins anew with the new one.
//!
//! Every change of a value has one event, which names the block of the previous one, so that a
//! session's story can be read backwards without searching.
//!
//! # What a block costs
//!
//! Nothing is computed for a session until something happens to it. Per block the pallet looks at one run of
//! neighbouring seats, makes at most `challenges_per_block` challenges of it, and handles at most [`Config::MaxPerBlock`] passed deadlines, as
//! many ended cool-downs, and, after a change of parameters, as many settlements. All of it happens in
//! `on_initialize` at the time of the parent block: a deadline has passed only when a whole block with
//! a later time was built without the answer.
//!
//! A challenge is a part of its session's state, not a message: the worker proves it from there, and there
//! is no backlog that could fill up. Since a run of sessions is stored side by side, neither the time nor the
//! storage proof of a block grows noticeably with the number of sessions.
//!
//! # Money
//!
//! Payouts come from the pre-funded [`Pallet::subsidy_account`]; nothing is ever minted. The stake
//! itself stays with the [`Pools`], which is told how much of it is returned.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

use polkadot_sdk::*;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod challenge_impls;
mod heartbeat_impls;
mod parameter_impls;
mod payout_impls;
mod session_impls;
mod table_impls;
mod try_state;
mod types;
mod views;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::{
    NetworkTotals, ParameterChange, Pools, SessionInfo, SessionRecord, TimeKey, ValueChange,
    MAX_SESSIONS_LISTED,
};
pub use weights::WeightInfo;

#[frame_support::pallet]
#[allow(missing_docs)] // of what the macro generates
pub mod pallet {
    use super::*;
    use alloc::vec::Vec;
    use frame_support::{
        pallet_prelude::*,
        traits::{
            fungible::{Inspect, Mutate},
            Randomness, Time,
        },
        PalletId,
    };
    use frame_system::pallet_prelude::*;
    use phala_economics::{Accumulator, FixedU128, Phase, SlashLevel, TokenomicParameters};
    use phala_primitives::{session::Seat, Balance, BlockNumber, Hash, Moment, PoolId, SessionId, WorkerId};

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime decides.
    #[pallet::config]
    pub trait Config:
        polkadot_sdk::frame_system::Config<RuntimeEvent: From<Event<Self>>>
        + pallet_mailbox::Config
        + pallet_registry::Config
    {
        /// The coin of the subsidy and of payouts.
        type Currency: Mutate<Self::AccountId> + Inspect<Self::AccountId, Balance = Balance>;

        /// Chain time, in milliseconds.
        type Time: Time<Moment = Moment>;

        /// Whence the draws of challenges come.
        type Randomness: Randomness<Self::Hash, BlockNumberFor<Self>>;

        /// Whose stake is behind the sessions and who receives what they earn.
        type Pools: Pools<Self::AccountId>;

        /// May change the parameters.
        type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// Of the account that holds the subsidy.
        #[pallet::constant]
        type SubsidyId: Get<PalletId>;

        /// The account that receives the treasury's share of payouts.
        type TreasuryAccount: Get<Self::AccountId>;

        /// Most passed deadlines, most ended cool-downs, and most settlements after a change of
        /// parameters, in one block each.
        #[pallet::constant]
        type MaxPerBlock: Get<u32>;

        /// What calls, hooks and the functions that other pallets call cost.
        type WeightInfo: WeightInfo;
    }

    /// The rules of the Value Promise.
    #[pallet::storage]
    pub type Parameters<T> = StorageValue<_, TokenomicParameters, ValueQuery>;

    /// How often the parameters were changed. A session that was settled last under an earlier version
    /// has [`Superseded`] to catch up with.
    #[pallet::storage]
    pub type ParametersVersion<T> = StorageValue<_, u32, ValueQuery>;

    /// The parameters before the last change, while some session is not settled up to it.
    #[pallet::storage]
    pub type Superseded<T> = StorageValue<_, ParameterChange, OptionQuery>;

    /// Emission and its division; none until the first session starts, with which emission begins.
    #[pallet::storage]
    pub type Emission<T> = StorageValue<_, Accumulator, OptionQuery>;

    /// Base units paid out since genesis.
    #[pallet::storage]
    pub type TotalPaid<T> = StorageValue<_, Balance, ValueQuery>;

    /// Base units in the subsidy account at genesis.
    #[pallet::storage]
    pub type Funded<T> = StorageValue<_, Balance, ValueQuery>;

    /// Sessions by seat, from their start until their stake was returned.
    ///
    /// `Identity` keeps the order of seats, so that the sessions which a block challenges together are stored
    /// beside each other; nobody chooses the keys.
    #[pallet::storage]
    pub type Sessions<T> = StorageMap<_, Identity, Seat, SessionRecord, OptionQuery>;

    /// How many seats there are. There never were more sessions at the same time.
    #[pallet::storage]
    pub type Seats<T> = StorageValue<_, u32, ValueQuery>;

    /// The numbers of the next sessions in empty seats: a stack of [`EmptySeatCount`] entries.
    #[pallet::storage]
    pub type EmptySeats<T> = StorageMap<_, Twox64Concat, u32, SessionId, OptionQuery>;

    /// How many entries [`EmptySeats`] has.
    #[pallet::storage]
    pub type EmptySeatCount<T> = StorageValue<_, u32, ValueQuery>;

    /// How many sessions there are.
    #[pallet::storage]
    pub type SessionCount<T> = StorageValue<_, u32, ValueQuery>;

    /// A worker's session; a worker has at most one, cooling down included.
    #[pallet::storage]
    pub type SessionOf<T> = StorageMap<_, Blake2_128Concat, WorkerId, SessionId, OptionQuery>;

    /// How many sessions are responsive.
    #[pallet::storage]
    pub type ResponsiveCount<T> = StorageValue<_, u32, ValueQuery>;

    /// Deadlines of unanswered challenges of responsive sessions, in the order of time.
    ///
    /// `Identity` keeps that order; nobody chooses the keys.
    #[pallet::storage]
    pub type Deadlines<T> = StorageMap<_, Identity, TimeKey, (), OptionQuery>;

    /// Time of the block that drew challenges last.
    #[pallet::storage]
    pub type DrawnAt<T> = StorageValue<_, Moment, ValueQuery>;

    /// Ends of cool-downs, in the order of time. `Identity` as in [`Deadlines`].
    #[pallet::storage]
    pub type Returns<T> = StorageMap<_, Identity, TimeKey, (), OptionQuery>;

    /// What a chain starts with.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// The rules. The subsidy is whatever the balances' genesis gives to
        /// [`Pallet::subsidy_account`].
        pub parameters: TokenomicParameters,
        #[serde(skip)]
        #[doc(hidden)]
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            if let Err(error) = self.parameters.validate() {
                panic!("mining parameters of the genesis configuration: {error}");
            }
            Parameters::<T>::put(&self.parameters);
            Funded::<T>::put(T::Currency::balance(&Pallet::<T>::subsidy_account()));
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A session began.
        SessionStarted {
            /// Its number.
            session: SessionId,
            /// Who mines.
            worker: WorkerId,
            /// Whose stake is behind it.
            pool: PoolId,
            /// Base units taken from the pool.
            stake: Balance,
            /// Value Promise at the start, in PHA.
            initial_value: FixedU128,
        },
        /// A session was asked to prove that it is alive.
        Challenged {
            /// The session.
            session: SessionId,
            /// Number of the challenge within the session.
            challenge: u32,
            /// Chain time by which the answer must be in a block.
            deadline: Moment,
        },
        /// A session's value moved; there is exactly one such event for each change.
        ValueChanged {
            /// The session.
            session: SessionId,
            /// Who mines.
            worker: WorkerId,
            /// Why, with the numbers that went in.
            reason: ValueChange,
            /// Value Promise as of the previous event, in PHA.
            before: FixedU128,
            /// Value Promise now, in PHA.
            after: FixedU128,
            /// Block of the session's previous event of this kind, or of its start; this block if there
            /// is one earlier in it.
            previous: BlockNumber,
        },
        /// A session ended; its stake comes back by itself.
        SessionStopped {
            /// The session.
            session: SessionId,
            /// Who mined.
            worker: WorkerId,
            /// Whose stake was behind it.
            pool: PoolId,
            /// Chain time of the return.
            until: Moment,
        },
        /// A session's stake was returned, and the session is no more.
        StakeReturned {
            /// The session.
            session: SessionId,
            /// Who mined.
            worker: WorkerId,
            /// Whose stake it is.
            pool: PoolId,
            /// Base units taken at the start.
            taken: Balance,
            /// Base units returned; the rest went to the treasury.
            returned: Balance,
        },
        /// The subsidy account could not pay what a session earned. Payouts go on when somebody sends
        /// coins to that account; what was missed is not paid later.
        SubsidyExhausted {
            /// The session.
            session: SessionId,
            /// Base units earned, treasury's share included.
            earned: Balance,
            /// Base units paid, treasury's share included.
            paid: Balance,
        },
        /// The parameters were changed.
        ParametersChanged {
            /// Number of this version.
            version: u32,
            /// From now on.
            parameters: TokenomicParameters,
        },
        /// Every session is settled up to the last change of parameters.
        ParametersSettled {
            /// Number of the version.
            version: u32,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The worker is not registered. Register it first.
        WorkerNotRegistered,
        /// The worker has no performance score yet. Wait for its benchmark, which it is asked for when
        /// it registers.
        NotBenchmarked,
        /// The verdict on the worker's evidence has expired. Register the worker again with new
        /// evidence.
        AttestationExpired,
        /// The worker mines already, or its last session is cooling down. Stop the session, or wait
        /// until its stake was returned.
        WorkerInSession,
        /// The stake is below S_min = k · √P. Start with a larger stake.
        InsufficientStake,
        /// The Value Promise would be above V_max. Start with a stake of at most
        /// S_max = V_max / f − C.
        TooMuchStake,
        /// The performance score is below the minimum. Benchmark again on a faster or idle machine.
        BenchmarkTooLow,
        /// The verdict on the worker's evidence names no known confidence level. Register the worker
        /// again.
        UnknownConfidence,
        /// The worker has no session. Start one first.
        NotMining,
        /// The session does not exist (any more). Look up the worker's session with the view function
        /// `worker_session`.
        SessionNotFound,
        /// The session is another worker's. A worker answers challenges of its own session only.
        NotOwnSession,
        /// The session was stopped already. Wait until its stake is returned.
        CoolingDown,
        /// The challenge was answered already. Answer each challenge once, and only the newest one.
        ChallengeAnswered,
        /// There was no challenge of this number yet. Wait until it is asked; answers cannot be given in
        /// advance.
        ChallengeNotIssued,
        /// The session missed a deadline. Let the worker answer the open challenge first.
        Unresponsive,
        /// The stake is not larger than the one behind the session. Restart with a larger one; to take
        /// stake back, stop the session.
        StakeNotLarger,
        /// The session does not cool down. Stop it first.
        NotCoolingDown,
        /// The cool-down is not over. Wait; the stake comes back by itself.
        CoolDownNotOver,
        /// A parameter is out of its range; the parameters' documentation names each range.
        InvalidParameters,
        /// Some session is not settled yet up to the previous change of parameters. Wait for the event
        /// `ParametersSettled`.
        ParametersUnsettled,
        /// There are no seats left for sessions. Wait until the stake of some session was returned.
        TooManySessions,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            Self::begin_block()
        }

        fn integrity_test() {
            assert!(T::MaxPerBlock::get() > 0, "deadlines, cool-downs and settlements must get their turn");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Changes the parameters from now on. All sessions and the emission are first settled up to
        /// now under the old ones: the emission at once, the sessions a bounded number per block, or
        /// when something happens to them. A changed budget starts a new period of decay.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::set_parameters())]
        pub fn set_parameters(origin: OriginFor<T>, parameters: TokenomicParameters) -> DispatchResult {
            T::AdminOrigin::ensure_origin(origin)?;
            Self::do_set_parameters(parameters)
        }

        /// Returns the stake of a session whose cool-down is over. The chain does so by itself; this is
        /// for whoever is in a hurry when very many cool-downs end at once.
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::reclaim())]
        pub fn reclaim(origin: OriginFor<T>, session: SessionId) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_reclaim(session)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// A session, evaluated at the current block.
        pub fn session(session: SessionId) -> Option<SessionInfo> {
            Self::view_session(session)
        }

        /// A worker's session, evaluated at the current block.
        pub fn worker_session(worker: WorkerId) -> Option<SessionInfo> {
            SessionOf::<T>::get(worker).and_then(Self::view_session)
        }

        /// The sessions in the seats `from` to `from` + [`MAX_SESSIONS_LISTED`] − 1, evaluated at the current
        /// block.
        pub fn sessions(from: u32) -> Vec<SessionInfo> {
            Self::view_sessions(from)
        }

        /// All sessions together and the emission, evaluated at the current block.
        pub fn totals() -> NetworkTotals {
            Self::view_totals()
        }
    }

    /// For the pallets above: who starts and stops sessions, reports answers and finds faults.
    /// [`Config::WeightInfo`] has a weight for each.
    impl<T: Config> Pallet<T> {
        /// The account that payouts come from.
        pub fn subsidy_account() -> T::AccountId {
            use sp_runtime::traits::AccountIdConversion;
            T::SubsidyId::get().into_account_truncating()
        }

        /// Starts a session of `worker` with `stake` base units of `pool`, which has set them aside.
        pub fn start(worker: WorkerId, pool: PoolId, stake: Balance) -> Result<SessionId, DispatchError> {
            Self::do_start(worker, pool, stake)
        }

        /// Puts a larger stake of the same pool behind the worker's responsive session: `stake` base units
        /// in place of the old ones. What the value has lost is realised: of the old stake,
        /// `S · min(V / V^e, 1)` goes back to the pool through [`Pools::on_stake_returned`]. Then V^e
        /// and V begin anew with the new stake and the worker's newest score. What was earned since the
        /// last answer stays; growth not yet paid is dropped; an open challenge stays open.
        ///
        /// The pool sets `stake` aside after this, of what is free then.
        pub fn restart(worker: WorkerId, stake: Balance) -> DispatchResult {
            Self::do_restart(worker, stake)
        }

        /// Stops the worker's session. Its stake is returned after the cool-down through
        /// [`Pools::on_stake_returned`].
        pub fn stop(worker: WorkerId) -> DispatchResult {
            Self::do_stop(worker)
        }

        /// Takes a worker's answer to `challenge` of `session`: `iterations` of the benchmark since the
        /// session began, and `jobs` being served. An answer in time earns; a late one ends the outage.
        ///
        /// The mailbox takes reports of registered workers only. An answer of one whose verdict has expired is
        /// taken: to renew a verdict costs a fee, and no worker loses stake for want of money. It can neither
        /// start nor restart a session before it is renewed.
        pub fn heartbeat(
            worker: WorkerId,
            session: SessionId,
            challenge: u32,
            iterations: u64,
            jobs: u32,
        ) -> DispatchResult {
            Self::do_heartbeat(worker, session, challenge, iterations, jobs)
        }

        /// Takes from the value of the worker's session what a fault of `level` costs, cooling down or
        /// not. `evidence` is the hash of whatever shows the fault; it goes into the event.
        pub fn fault(worker: WorkerId, level: SlashLevel, evidence: Hash) -> DispatchResult {
            Self::do_fault(worker, level, evidence)
        }

        /// The worker's session, cooling down included.
        pub fn session_of(worker: &WorkerId) -> Option<SessionId> {
            SessionOf::<T>::get(worker)
        }

        /// The pool whose stake is behind the worker's session, cooling down included.
        pub fn pool_of(worker: &WorkerId) -> Option<PoolId> {
            Self::record(SessionOf::<T>::get(worker)?).map(|record| record.pool)
        }

        /// Whether the worker mines and answers its challenges.
        pub fn is_responsive(worker: &WorkerId) -> bool {
            let record = SessionOf::<T>::get(worker).and_then(Self::record);
            record.is_some_and(|record| record.session.phase == Phase::Responsive)
        }
    }
}
