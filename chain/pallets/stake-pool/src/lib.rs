//! StakePools: delegators put stake behind a pool's workers and share what these earn.
//!
//! The pallet never takes custody of stake. It stays in the delegator's own account on hold, can
//! vote, and is claimed through shares of the pool; [`ledger`] has the arithmetic and its invariants.
//! Rewards gather in the pool's reward account, where the owner (commission) and the delegators (by
//! shares) claim them, or buy more shares with them.
//!
//! # Workers
//!
//! A pool's owner, or a manager whom the owner names, adds workers of which the registry knows the same
//! account as operator, and starts, restarts and stops their mining sessions with the pool's free
//! stake. A session that was slashed can earn its value back while it runs; what it has lost when it stops
//! is lost for good, and the price of a share falls at that moment for all delegators alike, as it does
//! for each fault that comes to light afterwards. Each one's hold follows when that delegator next calls.
//! What is left of the stake comes back by itself when the session has cooled down.
//!
//! # Withdrawals
//!
//! What free stake covers is released at once, if nobody waits. Everything else waits in the pool's
//! queue, first in, first out, one entry per delegator; whatever becomes free is the queue's before
//! a session can have it. Queued shares remain shares until they leave: they bear slashes and earn
//! rewards. Whoever has waited for the grace period is not kept waiting by sessions any longer: the
//! chain stops them, the newest first, until what is free or cooling down covers all that is overdue. All
//! of this happens by itself, a bounded number of steps per block.
//!
//! # What the owner cannot do
//!
//! Surprise delegators: a raise of the commission is announced [`Config::CommissionNotice`] ahead and
//! is bounded by [`Config::CommissionStep`]; cap and whitelist keep contributions out, never anybody
//! in.
//!
//! # A pool slashed to nothing
//!
//! takes no contributions while it has shares left, because they would be handed to whoever holds
//! these. Worthless shares can be withdrawn at any time, those in the queue leave by themselves, and a
//! pool without shares begins anew at a price of one base unit per share.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

// In tests too, where every benchmark must run through.
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod benchmarking;
mod delegation_impls;
mod errors;
mod events;
pub mod ledger;
pub mod maths;
#[cfg(test)]
mod mock;
mod ownership_impls;
pub mod queue;
mod queue_impls;
mod reward_impls;
mod terms_impls;
#[cfg(test)]
mod tests;
mod try_state;
pub mod types;
mod vaults;
pub mod views;
pub mod weights;
mod worker_impls;

use alloc::vec::Vec;
use phala_primitives::{Balance, Moment, PoolId, WorkerId};
use polkadot_sdk::{
    frame_support::{
        pallet_macros::import_section,
        pallet_prelude::*,
        traits::{
            fungible::{hold, Credit, Mutate},
            OnUnbalanced,
        },
        PalletId,
    },
    frame_system::pallet_prelude::*,
    sp_runtime::Permill,
    *,
};

pub use ledger::{Commission, Contributed, Delegation, Pool};
pub use pallet::*;
use queue::Withdrawal;
use types::{AgendaKey, DefaultGracePeriod, Description, NewestFirst, Whitelist, WorkerState};
pub use vaults::Vaults;
pub use weights::WeightInfo;

/// The pools' money as this pallet sees it.
pub type CurrencyOf<T> = <T as Config>::Currency;

/// The clock of the sessions is the pools' clock too.
pub(crate) type TimeOf<T> = <T as pallet_mining::Config>::Time;

#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
    use super::*;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime decides.
    #[pallet::config]
    pub trait Config:
        polkadot_sdk::frame_system::Config<RuntimeEvent: From<Event<Self>>>
        + pallet_registry::Config
        + pallet_mining::Config
    {
        /// The coin of stakes and rewards.
        type Currency: Mutate<Self::AccountId, Balance = Balance>
            + hold::Balanced<Self::AccountId, Balance = Balance>
            + hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason, Balance = Balance>;

        /// The runtime's reason for a hold.
        type RuntimeHoldReason: From<HoldReason>;

        /// Where slashed stake goes: the treasury.
        type Slash: OnUnbalanced<Credit<Self::AccountId, <Self as Config>::Currency>>;

        /// From which the pools' reward accounts are derived.
        #[pallet::constant]
        type PalletId: Get<PalletId>;

        /// Least contribution, and least value that a partial withdrawal may leave, in base units.
        #[pallet::constant]
        type MinContribution: Get<Balance>;

        /// Chain time between the announcement of a higher commission and its effect, in
        /// milliseconds.
        #[pallet::constant]
        type CommissionNotice: Get<Moment>;

        /// By how much a commission may rise at a time.
        #[pallet::constant]
        type CommissionStep: Get<Permill>;

        /// Most workers of one pool.
        #[pallet::constant]
        type MaxWorkers: Get<u32>;

        /// Most steps that a block takes for the queues of all pools: withdrawals paid, grace periods
        /// ended, sessions stopped.
        #[pallet::constant]
        type MaxQueueSteps: Get<u32>;

        /// Accounts that delegate for others.
        type Vaults: Vaults<Self::AccountId>;

        /// What calls cost.
        type WeightInfo: WeightInfo;
    }

    /// Why a balance is on hold.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// It is staked in pools.
        #[codec(index = 0)]
        Stake,
    }

    /// Number of the next pool.
    #[pallet::storage]
    pub type NextPool<T> = StorageValue<_, PoolId, ValueQuery>;

    /// All pools.
    #[pallet::storage]
    pub type Pools<T: Config> = StorageMap<_, Blake2_128Concat, PoolId, Pool<T::AccountId>>;

    /// Who owns what in which pool: by account first, so that an account's delegations are one prefix.
    #[pallet::storage]
    pub type Delegations<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, PoolId, Delegation, ValueQuery>;

    /// The pool to which a worker belongs.
    #[pallet::storage]
    pub type WorkerPool<T> = StorageMap<_, Blake2_128Concat, WorkerId, PoolId>;

    /// The workers of a pool: the inverse of [`WorkerPool`].
    #[pallet::storage]
    pub type PoolWorkers<T> =
        StorageDoubleMap<_, Blake2_128Concat, PoolId, Blake2_128Concat, WorkerId, WorkerState>;

    /// The running sessions of a pool, the newest first.
    ///
    /// `Identity` keeps that order; nobody chooses the keys.
    #[pallet::storage]
    pub type Running<T> = StorageDoubleMap<_, Blake2_128Concat, PoolId, Identity, NewestFirst, WorkerId>;

    /// The queues: who waits for free stake of which pool, linked in the order of service; [`queue`]
    /// has the reasons.
    #[pallet::storage]
    pub type Withdrawals<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        PoolId,
        Blake2_128Concat,
        T::AccountId,
        Withdrawal<T::AccountId>,
    >;

    /// When which pool's queue is looked at next, in the order of time. `Identity` as in [`Running`].
    #[pallet::storage]
    pub type Agenda<T> = StorageMap<_, Identity, AgendaKey, ()>;

    /// What owners say about their pools.
    #[pallet::storage]
    pub type Descriptions<T> = StorageMap<_, Blake2_128Concat, PoolId, Description, ValueQuery>;

    /// Who may contribute to a pool whose whitelist is in force.
    #[pallet::storage]
    pub type Whitelists<T: Config> =
        StorageMap<_, Blake2_128Concat, PoolId, Whitelist<T::AccountId>, ValueQuery>;

    /// Milliseconds of chain time for which a withdrawal may wait before the chain stops sessions for
    /// it. Fixed at genesis.
    #[pallet::storage]
    pub type GracePeriod<T> = StorageValue<_, Moment, ValueQuery, DefaultGracePeriod>;

    /// What a chain starts with.
    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// Milliseconds of chain time for which a withdrawal may wait before the chain stops sessions
        /// for it.
        pub grace_period: Moment,
        #[serde(skip)]
        #[doc(hidden)]
        pub _config: core::marker::PhantomData<T>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self { grace_period: DefaultGracePeriod::get(), _config: Default::default() }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            GracePeriod::<T>::put(self.grace_period);
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            Self::begin_block()
        }

        fn integrity_test() {
            assert!(<T as Config>::MinContribution::get() > 0, "a share must be worth something");
            assert!(T::MaxQueueSteps::get() > 0, "queues must get their turn");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Creates a pool with the signer as owner and no commission.
        ///
        /// The signer pays the existential deposit of the pool's reward account.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::create())]
        pub fn create(origin: OriginFor<T>) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_create(owner)
        }

        /// Sets what the owner keeps of the pool's rewards from now on.
        ///
        /// A lower rate holds at once and cancels an announced raise. A higher one, by at most the
        /// constant `CommissionStep`, holds after the constant `CommissionNotice`. While the pool has
        /// no delegators, any rate holds at once.
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::set_commission())]
        pub fn set_commission(origin: OriginFor<T>, pool: PoolId, commission: Permill) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_commission(owner, pool, commission)
        }

        /// Adds a worker, registered and benchmarked, whose operator is the signer: the owner or the
        /// manager.
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::add_worker())]
        pub fn add_worker(origin: OriginFor<T>, pool: PoolId, worker: WorkerId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_add_worker(owner, pool, worker)
        }

        /// Removes a worker that has no session.
        ///
        /// Owner, manager, and the worker's operator may do it, so that a machine that changed hands is
        /// not tied to the pool of its former operator.
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::remove_worker())]
        pub fn remove_worker(origin: OriginFor<T>, pool: PoolId, worker: WorkerId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_remove_worker(who, pool, worker)
        }

        /// Puts up to `amount` on hold for shares of the pool, at most a base unit less through
        /// rounding.
        ///
        /// The cap counts the stake that stays when whoever waits in the queue has been paid out of
        /// free stake, so that newcomers can take the place of those who leave.
        #[pallet::call_index(4)]
        #[pallet::weight(<T as Config>::WeightInfo::contribute())]
        pub fn contribute(
            origin: OriginFor<T>,
            pool: PoolId,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_contribute(who, pool, amount).map(drop)
        }

        /// Gives back shares for what they are worth when they leave.
        ///
        /// `shares` are all that shall still go, of those that wait in the queue already and others; an
        /// earlier request is void, and its place in the queue is lost. What free stake covers is
        /// released at once if nobody waits before. The rest waits in the queue, earns and bears slashes
        /// meanwhile, and is paid by the chain itself. Shares worth less than the constant
        /// `MinContribution` are not left behind: then all go.
        #[pallet::call_index(5)]
        #[pallet::weight(<T as Config>::WeightInfo::withdraw())]
        pub fn withdraw(
            origin: OriginFor<T>,
            pool: PoolId,
            #[pallet::compact] shares: u128,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_withdraw(who, pool, shares).map(drop)
        }

        /// Starts a mining session of one of the pool's workers with `stake` of the free stake that
        /// nobody waits for.
        #[pallet::call_index(6)]
        #[pallet::weight(<T as Config>::WeightInfo::start_session())]
        pub fn start_session(
            origin: OriginFor<T>,
            pool: PoolId,
            worker: WorkerId,
            #[pallet::compact] stake: Balance,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_start_session(owner, pool, worker, stake)
        }

        /// Stops the mining session of one of the pool's workers. Its stake comes back by itself
        /// after the cool-down.
        #[pallet::call_index(7)]
        #[pallet::weight(<T as Config>::WeightInfo::stop_session())]
        pub fn stop_session(origin: OriginFor<T>, pool: PoolId, worker: WorkerId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_stop_session(owner, pool, worker)
        }

        /// Pays the signer everything earned in the pool: as delegator, and as owner.
        #[pallet::call_index(8)]
        #[pallet::weight(<T as Config>::WeightInfo::claim_rewards())]
        pub fn claim_rewards(origin: OriginFor<T>, pool: PoolId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_claim_rewards(who, pool).map(drop)
        }

        /// Puts a larger stake behind the running session of one of the pool's workers, without a
        /// cool-down: the difference comes out of the free stake that nobody waits for.
        ///
        /// What the session has lost of its value is settled first, as at its end: that part of the old
        /// stake is slashed.
        #[pallet::call_index(9)]
        #[pallet::weight(<T as Config>::WeightInfo::restart_session())]
        pub fn restart_session(
            origin: OriginFor<T>,
            pool: PoolId,
            worker: WorkerId,
            #[pallet::compact] stake: Balance,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_restart_session(owner, pool, worker, stake)
        }

        /// Says what the pool is about, in UTF-8; nothing, if empty.
        #[pallet::call_index(10)]
        #[pallet::weight(<T as Config>::WeightInfo::set_description())]
        pub fn set_description(
            origin: OriginFor<T>,
            pool: PoolId,
            description: Description,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_description(owner, pool, description)
        }

        /// Sets the most stake with which the pool takes contributions, not below its present stake, or
        /// lifts that limit.
        #[pallet::call_index(11)]
        #[pallet::weight(<T as Config>::WeightInfo::set_cap())]
        pub fn set_cap(origin: OriginFor<T>, pool: PoolId, cap: Option<Balance>) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_cap(owner, pool, cap)
        }

        /// Lets only those on the pool's whitelist and its owner contribute, or everybody again.
        /// Those who are not on it keep what they have.
        #[pallet::call_index(12)]
        #[pallet::weight(<T as Config>::WeightInfo::set_whitelist())]
        pub fn set_whitelist(origin: OriginFor<T>, pool: PoolId, enabled: bool) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_whitelist(owner, pool, enabled)
        }

        /// Puts an account on the pool's whitelist, whether that is in force or not.
        #[pallet::call_index(13)]
        #[pallet::weight(<T as Config>::WeightInfo::allow())]
        pub fn allow(origin: OriginFor<T>, pool: PoolId, who: T::AccountId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_allow(owner, pool, who)
        }

        /// Takes an account off the pool's whitelist.
        #[pallet::call_index(14)]
        #[pallet::weight(<T as Config>::WeightInfo::disallow())]
        pub fn disallow(origin: OriginFor<T>, pool: PoolId, who: T::AccountId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_disallow(owner, pool, who)
        }

        /// Offers the pool to another account, or nobody any more. It stays the signer's until the
        /// other accepts.
        #[pallet::call_index(15)]
        #[pallet::weight(<T as Config>::WeightInfo::offer_ownership())]
        pub fn offer_ownership(
            origin: OriginFor<T>,
            pool: PoolId,
            to: Option<T::AccountId>,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_offer_ownership(owner, pool, to)
        }

        /// Makes the signer, to whom the pool was offered, its owner.
        ///
        /// The commission that the former owner has earned stays the former owner's to claim. The pool
        /// has no manager then; its terms and its running sessions stay as they are.
        #[pallet::call_index(16)]
        #[pallet::weight(<T as Config>::WeightInfo::accept_ownership())]
        pub fn accept_ownership(origin: OriginFor<T>, pool: PoolId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_accept_ownership(who, pool)
        }

        /// Closes a pool without shares, workers and rewards, and gives the owner back the deposit of its
        /// reward account. Remainders of rounding in that account go to the treasury.
        #[pallet::call_index(17)]
        #[pallet::weight(<T as Config>::WeightInfo::close())]
        pub fn close(origin: OriginFor<T>, pool: PoolId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_close(owner, pool)
        }

        /// Lets another account run the pool's workers too: add, remove, start, restart and stop. It can
        /// neither move money nor change terms. None takes that away.
        #[pallet::call_index(18)]
        #[pallet::weight(<T as Config>::WeightInfo::set_manager())]
        pub fn set_manager(
            origin: OriginFor<T>,
            pool: PoolId,
            manager: Option<T::AccountId>,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_manager(owner, pool, manager)
        }

        /// Buys shares with what the signer has earned in the pool as delegator: `claim_rewards` and
        /// `contribute` in one, with the rules of both. An owner's commission stays to be claimed.
        #[pallet::call_index(19)]
        #[pallet::weight(<T as Config>::WeightInfo::compound_rewards())]
        pub fn compound_rewards(origin: OriginFor<T>, pool: PoolId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_compound_rewards(who, pool)
        }

        /// Takes the signer's shares out of the pool's queue: they stay.
        #[pallet::call_index(20)]
        #[pallet::weight(<T as Config>::WeightInfo::cancel_withdrawal())]
        pub fn cancel_withdrawal(origin: OriginFor<T>, pool: PoolId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_cancel_withdrawal(who, pool)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// A pool, its commission at this moment and the value of what is in it.
        pub fn pool(pool: PoolId) -> Option<views::PoolView<T::AccountId>> {
            Self::view_pool(pool)
        }

        /// The first [`views::MAX_LISTED`] pools from number `from` on; fewer only at the end of the list.
        pub fn pools(from: PoolId) -> Vec<views::PoolView<T::AccountId>> {
            Self::view_pools(from)
        }

        /// The pool to which a worker belongs.
        pub fn pool_of(worker: WorkerId) -> Option<PoolId> {
            WorkerPool::<T>::get(worker)
        }

        /// Up to [`views::MAX_LISTED`] workers of a pool with their sessions: running ones first, in the
        /// order in which the chain would stop them.
        pub fn workers(pool: PoolId) -> Vec<views::WorkerView> {
            Self::view_workers(pool)
        }

        /// The first [`views::MAX_LISTED`] who wait for free stake of a pool, in the order of service.
        pub fn queue(pool: PoolId) -> Vec<views::WithdrawalView<T::AccountId>> {
            Self::view_queue(pool)
        }

        /// Who is on a pool's whitelist, in force or not.
        pub fn whitelist(pool: PoolId) -> Vec<T::AccountId> {
            Whitelists::<T>::get(pool).into_inner()
        }

        /// Milliseconds for which a withdrawal may wait before the chain stops sessions for it.
        pub fn grace_period() -> Moment {
            GracePeriod::<T>::get()
        }

        /// What an account owns and may claim in a pool.
        pub fn delegation(who: T::AccountId, pool: PoolId) -> Option<views::DelegationView> {
            Self::view_delegation(who, pool)
        }

        /// Up to [`views::MAX_LISTED`] pools in which an account owns or may claim something.
        pub fn delegations(who: T::AccountId) -> Vec<views::DelegationView> {
            Self::view_delegations(who)
        }
    }
}
