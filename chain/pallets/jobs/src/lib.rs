//! Confidential jobs: escrow, assignment, receipts, settlement, refunds.
//!
//! A client posts a job for one worker: the hash of the program, a commitment to the input, limits
//! and a deadline. What it can cost at most is put on hold in the client's own account. The worker
//! learns of the job through the mailbox, gets the sealed input from the client directly, and answers
//! with a signed receipt, which settles the job: `fuel × price` goes to the reward account of the
//! worker's pool and the rest of the escrow is free again.
//!
//! A job that is not done at once is first *accepted*: the worker reports that it has the input. When
//! no receipt came by the deadline, the chain refunds the client by itself. If the worker had accepted
//! the job early enough (the job's own time limit and [`Config::DeliveryGrace`] before), its session
//! suffers a level-2 fault: nobody can harm a worker by posting a job and not sending its input, or
//! by sending it too late. Settled and refunded jobs stay readable for
//! [`Config::Retention`] blocks. Both happen in `on_initialize`, a bounded number per block; a surplus
//! waits for the next blocks.
//!
//! Terms are fixed when the job is posted: a worker that changes its price afterwards is paid the old
//! one, and the pool that is paid is the one whose session the worker served then.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod accept_impls;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod calendar;
mod expiry_impls;
#[cfg(test)]
mod mock;
mod post_impls;
mod settle_impls;
#[cfg(test)]
mod tests;
mod try_state;
pub mod views;
pub mod weights;

use alloc::vec::Vec;
use phala_primitives::{
    job::{JobLimits, JobRecord},
    Balance, BlockNumber, Hash, JobId, Moment, PoolId, WorkerId,
};
use polkadot_sdk::{
    frame_support::{pallet_prelude::*, traits::fungible::hold},
    frame_system::pallet_prelude::*,
    sp_runtime::traits::SaturatedConversion,
    *,
};

pub use pallet::*;
pub use weights::WeightInfo;

/// The jobs' money as this pallet sees it.
pub type CurrencyOf<T> = <T as Config>::Currency;

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
        polkadot_sdk::frame_system::Config<RuntimeEvent: From<Event<Self>>, AccountId: Into<[u8; 32]>>
        + pallet_mailbox::Config
        + pallet_registry::Config
        + pallet_mining::Config
        + pallet_stake_pool::Config
    {
        /// The coin in which jobs are paid.
        type Currency: hold::Mutate<
            Self::AccountId,
            Reason = <Self as Config>::RuntimeHoldReason,
            Balance = Balance,
        >;

        /// The runtime's reason for a hold.
        type RuntimeHoldReason: From<HoldReason>;

        /// Highest limit of fuel.
        #[pallet::constant]
        type MaxFuel: Get<u64>;

        /// Highest limit of memory, in MiB.
        #[pallet::constant]
        type MaxMemoryMib: Get<u32>;

        /// Highest limit of execution time, in seconds.
        #[pallet::constant]
        type MaxSeconds: Get<u32>;

        /// Shortest time from posting to the deadline, in blocks: long enough for finality, for the
        /// sealed input to travel and for the receipt to come back, because a missed deadline costs
        /// the worker's pool stake.
        #[pallet::constant]
        type MinDeadline: Get<BlockNumber>;

        /// What a worker gets beyond a job's own time limit, in milliseconds, before it is its fault
        /// that an accepted job was not delivered: for the queue, finality and the way of the receipt.
        #[pallet::constant]
        type DeliveryGrace: Get<Moment>;

        /// Longest time from posting to the deadline, in blocks.
        #[pallet::constant]
        type MaxDeadline: Get<BlockNumber>;

        /// Most jobs that one worker has open at once. Well below the backlog of a mailbox topic, so
        /// that jobs never crowd out challenges.
        #[pallet::constant]
        type MaxOpenJobs: Get<u32>;

        /// Most jobs that one client has open at one worker at once. Below [`Config::MaxOpenJobs`], so
        /// that nobody can keep all others from a worker, nor fill its mailbox.
        #[pallet::constant]
        type MaxOpenJobsPerClient: Get<u32>;

        /// How long a settled or refunded job stays readable, in blocks.
        #[pallet::constant]
        type Retention: Get<BlockNumber>;

        /// Most jobs refunded in one block.
        #[pallet::constant]
        type MaxRefundsPerBlock: Get<u32>;

        /// Most closed jobs forgotten in one block.
        #[pallet::constant]
        type MaxPrunedPerBlock: Get<u32>;

        /// What calls and hooks cost.
        type WeightInfo: WeightInfo;
    }

    /// Why a balance is on hold.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// It pays for jobs that are not settled yet.
        #[codec(index = 0)]
        Escrow,
    }

    /// Number of the next job.
    #[pallet::storage]
    pub type NextJob<T> = StorageValue<_, JobId, ValueQuery>;

    /// All jobs that are open, or were closed not longer than the retention ago.
    #[pallet::storage]
    pub type Jobs<T: Config> = StorageMap<_, Blake2_128Concat, JobId, JobRecord<T::AccountId>>;

    /// How many open jobs a worker has.
    #[pallet::storage]
    pub type OpenJobs<T> = StorageMap<_, Blake2_128Concat, WorkerId, u32, ValueQuery>;

    /// How many of the open jobs of a worker are a client's.
    #[pallet::storage]
    pub type ClientOpenJobs<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, WorkerId, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

    /// The jobs of a client: an index of [`Jobs`].
    #[pallet::storage]
    pub type ClientJobs<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, JobId, ()>;

    /// Open jobs by their deadline.
    #[pallet::storage]
    pub type Deadlines<T> = StorageDoubleMap<_, Twox64Concat, BlockNumber, Twox64Concat, JobId, ()>;

    /// The earliest block in [`Deadlines`] that may not be empty.
    #[pallet::storage]
    pub type NextDeadline<T> = StorageValue<_, BlockNumber, ValueQuery>;

    /// Closed jobs by the last block in which they are kept.
    #[pallet::storage]
    pub type Prunings<T> = StorageDoubleMap<_, Twox64Concat, BlockNumber, Twox64Concat, JobId, ()>;

    /// The earliest block in [`Prunings`] that may not be empty.
    #[pallet::storage]
    pub type NextPruning<T> = StorageValue<_, BlockNumber, ValueQuery>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A job waits for its worker.
        JobPosted {
            /// Its number.
            job: JobId,
            /// Who pays.
            client: T::AccountId,
            /// Who is to run it.
            worker: WorkerId,
            /// What it can cost at most.
            escrow: Balance,
            /// Last block in which a receipt is accepted.
            deadline: BlockNumber,
        },
        /// The worker has the input of a job.
        JobAccepted {
            /// The job.
            job: JobId,
        },
        /// A receipt settled a job.
        JobSettled {
            /// The job.
            job: JobId,
            /// BLAKE2b-256 of the SCALE-encoded receipt.
            receipt: Hash,
            /// Fuel that the receipt states.
            fuel: u64,
            /// What the client paid.
            fee: Balance,
            /// The pool that was paid.
            pool: PoolId,
            /// What the client got back.
            refund: Balance,
        },
        /// No receipt came in time.
        JobRefunded {
            /// The job.
            job: JobId,
            /// What the client got back: the whole escrow.
            refund: Balance,
        },
        /// The worker of a refunded job had no running session any more that could be slashed.
        FaultWithoutSession {
            /// The job.
            job: JobId,
            /// Its worker.
            worker: WorkerId,
        },
    }

    /// Why a call or a receipt is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The attestation of this worker has expired, so that nothing vouches for what it runs. Pick
        /// another one, or wait until it has renewed.
        AttestationExpired,
        /// The worker offers no price and takes no jobs. Pick another one, or ask its operator for an
        /// offer (`registry.update_offer`).
        WorkerWithoutOffer,
        /// The worker has no running mining session or misses its heartbeats. Pick another one.
        WorkerNotMining,
        /// The worker has as many open jobs as it may (`MaxOpenJobs`). Pick another one, or wait.
        WorkerBusy,
        /// You have as many open jobs at this worker as one client may (`MaxOpenJobsPerClient`). Wait
        /// until one of them is settled or refunded, or pick another worker.
        TooManyOpenJobs,
        /// Your spendable balance (what is not frozen, above the existential deposit) does not cover
        /// `limits.fuel` at the worker's price. Lower the fuel limit, or get coins.
        InsufficientBalance,
        /// The worker's price is above `max_price`. Offer more, or pick another worker.
        PriceTooHigh,
        /// A limit is zero or above its bound (`MaxFuel`, `MaxMemoryMib`, `MaxSeconds`). Change it.
        LimitsOutOfBounds,
        /// The deadline is nearer than `MinDeadline` or farther than `MaxDeadline` blocks. Change it.
        DeadlineOutOfBounds,
        /// There can be no more jobs.
        TooManyJobs,
        /// There is no job of this number, or it was closed long ago and is forgotten.
        JobNotFound,
        /// The job was given to another worker.
        NotAssigned,
        /// The worker has accepted the job before. Once is enough.
        AlreadyAccepted,
        /// The job is settled or refunded already. A second receipt changes nothing.
        JobClosed,
        /// The job's deadline is over, and the client gets the escrow back.
        DeadlineOver,
        /// The receipt is about another program or input than the job.
        ReceiptMismatch,
        /// The signature is not the worker's over the receipt on this chain.
        BadSignature,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(now: BlockNumberFor<T>) -> Weight {
            let now = now.saturated_into();
            Self::refund_overdue(now).saturating_add(Self::prune_closed(now))
        }

        fn integrity_test() {
            assert!(T::MinDeadline::get() > 0, "a job needs a block to be delivered in");
            assert!(T::MinDeadline::get() <= T::MaxDeadline::get(), "no deadline would be accepted");
            assert!(T::MaxOpenJobsPerClient::get() > 0, "no job would be accepted");
            assert!(
                T::MaxOpenJobsPerClient::get() < T::MaxOpenJobs::get(),
                "one client could take all places of a worker"
            );
            assert!(T::MaxRefundsPerBlock::get() > 0, "overdue jobs would never be refunded");
            assert!(T::MaxPrunedPerBlock::get() > 0, "closed jobs would never be forgotten");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Posts a job for `worker` and puts what it can cost at most, `limits.fuel` at the worker's
        /// price, on hold.
        ///
        /// `program` is the hash of the program and `input` the commitment to its input. The call is
        /// refused when the worker's price is above `max_price` (base units per
        /// [`phala_primitives::job::FUEL_UNIT`]). A receipt is accepted up to `deadline_in` blocks
        /// from now.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::post())]
        pub fn post(
            origin: OriginFor<T>,
            worker: WorkerId,
            program: Hash,
            input: Hash,
            limits: JobLimits,
            #[pallet::compact] max_price: Balance,
            deadline_in: BlockNumber,
        ) -> DispatchResult {
            let client = ensure_signed(origin)?;
            Self::do_post(client, worker, program, input, limits, max_price, deadline_in)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// A job, if it is not forgotten yet.
        pub fn job(job: JobId) -> Option<views::JobView<T::AccountId>> {
            Jobs::<T>::get(job).map(|record| views::JobView { job, record })
        }

        /// The latest jobs of a client, newest first: see [`views::MAX_LISTED`].
        pub fn jobs_of(client: T::AccountId) -> Vec<views::JobView<T::AccountId>> {
            Self::view_jobs_of(client)
        }

        /// How many open jobs a worker has, and how many it may have.
        pub fn load(worker: WorkerId) -> (u32, u32) {
            (OpenJobs::<T>::get(worker), T::MaxOpenJobs::get())
        }

        /// How many open jobs a client has at a worker, and how many it may have.
        pub fn share(worker: WorkerId, client: T::AccountId) -> (u32, u32) {
            (ClientOpenJobs::<T>::get(worker, client), T::MaxOpenJobsPerClient::get())
        }
    }
}
