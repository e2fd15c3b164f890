//! StakePools: delegators put stake behind a pool's workers and share what these earn.
//!
//! The pallet never takes custody of stake. It stays in the delegator's own account on hold, can
//! vote, and is claimed through shares of the pool; [`ledger`] has the arithmetic and its invariants.
//! Rewards do not compound: they gather in the pool's reward account, where the owner (commission)
//! and the delegators (by shares) claim them.
//!
//! A pool owner adds workers that the registry knows under the same account as operator, and starts
//! restarts and stops their mining sessions with the pool's free stake. When a session's cool-down is over,
//! the mining pallet gives the stake back by itself; if the session was slashed, the price of a share
//! falls at that moment for all delegators alike, and each one's hold follows when that delegator
//! next calls.
//!
//! A raise of the commission is announced [`Config::CommissionNotice`] ahead, so that no delegator is
//! taken by surprise.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod delegation_impls;
pub mod ledger;
pub mod maths;
#[cfg(test)]
mod mock;
mod owner_impls;
mod reward_impls;
#[cfg(test)]
mod tests;
mod try_state;
mod vaults;
pub mod views;
pub mod weights;

use alloc::vec::Vec;
use phala_primitives::{Balance, Moment, PoolId, WorkerId};
use polkadot_sdk::{
    frame_support::{
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

pub use ledger::{Commission, Delegation, Pool};
pub use pallet::*;
pub use vaults::Vaults;
pub use weights::WeightInfo;

/// The pools' money as this pallet sees it.
pub type CurrencyOf<T> = <T as Config>::Currency;

/// The clock of the sessions is the pools' clock too.
pub(crate) type TimeOf<T> = <T as pallet_mining::Config>::Time;

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
    pub type PoolWorkers<T> = StorageDoubleMap<_, Blake2_128Concat, PoolId, Blake2_128Concat, WorkerId, ()>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A pool was created.
        PoolCreated {
            /// Its number.
            pool: PoolId,
            /// Its owner.
            owner: T::AccountId,
        },
        /// The commission of a pool changes.
        CommissionSet {
            /// The pool.
            pool: PoolId,
            /// The rate.
            commission: Permill,
            /// The chain time from which it holds.
            from: Moment,
        },
        /// A worker joined a pool.
        WorkerAdded {
            /// The pool.
            pool: PoolId,
            /// The worker.
            worker: WorkerId,
        },
        /// A worker left a pool.
        WorkerRemoved {
            /// The pool.
            pool: PoolId,
            /// The worker.
            worker: WorkerId,
        },
        /// Stake was put on hold for shares.
        Contributed {
            /// The pool.
            pool: PoolId,
            /// The delegator.
            who: T::AccountId,
            /// What was put on hold.
            amount: Balance,
            /// Shares issued for it.
            shares: u128,
        },
        /// Shares were given back for stake.
        Withdrawn {
            /// The pool.
            pool: PoolId,
            /// The delegator.
            who: T::AccountId,
            /// Shares destroyed.
            shares: u128,
            /// What was released.
            amount: Balance,
        },
        /// Stake went from free to active: a session began, or restarted with more.
        StakeActivated {
            /// The pool.
            pool: PoolId,
            /// The worker whose session it backs.
            worker: WorkerId,
            /// How much.
            stake: Balance,
        },
        /// Stake is free again: a session ended for good, or restarts with more.
        StakeReturned {
            /// The pool.
            pool: PoolId,
            /// The worker whose session it backed.
            worker: WorkerId,
            /// What was put behind the session.
            taken: Balance,
            /// What is left of it.
            returned: Balance,
        },
        /// A pool lost stake; every share is worth less from now on.
        PoolSlashed {
            /// The pool.
            pool: PoolId,
            /// How much it lost.
            lost: Balance,
            /// All stake left.
            stake: Balance,
            /// All shares.
            shares: u128,
        },
        /// A delegator's part of past slashes went from hold to the treasury.
        SlashSettled {
            /// The pool.
            pool: PoolId,
            /// The delegator.
            who: T::AccountId,
            /// How much.
            amount: Balance,
        },
        /// A pool earned something.
        RewardReceived {
            /// The pool.
            pool: PoolId,
            /// How much.
            amount: Balance,
            /// What of it is the owner's.
            commission: Balance,
        },
        /// Rewards were paid out.
        RewardsClaimed {
            /// The pool.
            pool: PoolId,
            /// Who was paid.
            who: T::AccountId,
            /// How much.
            amount: Balance,
        },
    }

    /// Why a call is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// There is no pool of this number. See the pools with the view function `pools`.
        PoolNotFound,
        /// Only the pool's owner may do this. Sign with the owner's account.
        NotPoolOwner,
        /// The worker has no benchmark score yet. Wait until it has answered the benchmark that
        /// followed its registration.
        WorkerNotBenchmarked,
        /// The worker belongs to a pool already. Remove it there first; `pool_of` tells where.
        WorkerInPool,
        /// The worker does not belong to this pool. Add it first, or name the right pool.
        WorkerNotInPool,
        /// The worker's session still runs or cools down. Stop it and wait until its stake has
        /// returned.
        WorkerBusy,
        /// Less than the constant `MinContribution`. Contribute more.
        ContributionTooSmall,
        /// More than a pool can count. Contribute less.
        ContributionTooLarge,
        /// The pool was slashed until its shares were worth (almost) nothing, and takes no stake. Use
        /// another pool; this one opens again once all its shares are withdrawn.
        PoolInsolvent,
        /// More shares than you own, or none. `delegation` tells how many you own.
        NotEnoughShares,
        /// The pool has less free stake than this: the rest backs sessions. Take less, or wait until
        /// the owner has stopped a session and its cool-down is over.
        NotEnoughFreeStake,
        /// Shares worth less than the constant `MinContribution` would be left. Withdraw all of them,
        /// or fewer.
        RemainderTooSmall,
        /// There are no rewards to claim. They come with the heartbeats and jobs of the pool's
        /// workers.
        NothingToClaim,
        /// The pool has this commission already, or has announced it. There is nothing to change.
        CommissionNotChanged,
        /// There can be no more pools.
        TooManyPools,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(<T as Config>::MinContribution::get() > 0, "a share must be worth something");
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
        /// A lower rate holds at once and cancels an announced raise. A higher one holds after the
        /// constant `CommissionNotice`, or at once while the pool has no delegators.
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::set_commission())]
        pub fn set_commission(origin: OriginFor<T>, pool: PoolId, commission: Permill) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_commission(owner, pool, commission)
        }

        /// Adds a worker, registered and benchmarked, whose operator is the signer.
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::add_worker())]
        pub fn add_worker(origin: OriginFor<T>, pool: PoolId, worker: WorkerId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_add_worker(owner, pool, worker)
        }

        /// Removes a worker that has no session.
        ///
        /// The worker's operator may do it too, so that a machine that changed hands is not tied to
        /// the pool of its former operator.
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::remove_worker())]
        pub fn remove_worker(origin: OriginFor<T>, pool: PoolId, worker: WorkerId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_remove_worker(who, pool, worker)
        }

        /// Puts up to `amount` on hold for shares of the pool, at most a base unit less through
        /// rounding.
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

        /// Gives back shares for their value, out of the pool's free stake.
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

        /// Starts a mining session of one of the pool's workers with `stake` of its free stake.
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
        /// cool-down: the difference comes out of the pool's free stake.
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
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// A pool, its commission at this moment and the value of what is in it.
        pub fn pool(pool: PoolId) -> Option<views::PoolView<T::AccountId>> {
            Self::view_pool(pool)
        }

        /// Up to [`views::MAX_LISTED`] pools from number `from` on.
        pub fn pools(from: PoolId) -> Vec<views::PoolView<T::AccountId>> {
            Self::view_pools(from)
        }

        /// The pool to which a worker belongs.
        pub fn pool_of(worker: WorkerId) -> Option<PoolId> {
            WorkerPool::<T>::get(worker)
        }

        /// Up to [`views::MAX_LISTED`] workers of a pool.
        pub fn workers(pool: PoolId) -> Vec<WorkerId> {
            Self::view_workers(pool)
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
