//! Workers: their keys, the verdict on what they run, their score and their price.
//!
//! # Registering
//!
//! A worker's identity key signs a [`Registration`]: this chain, its two keys, the account that may put it to
//! use (the operator) and a recent block. The operator submits it together with [`Evidence`] of what
//! runs where, and pays the fee. The verdict on the evidence holds for
//! [`Config::AttestationLifetime`]; registering again renews it.
//!
//! A registration proves its age by the block that it names, and each worker's must be newer than its last:
//! a former operator cannot bring back what it once submitted. While a worker is in use it can be renewed,
//! but neither its operator nor its encryption key may change, because money and sealed
//! inputs depend on them.
//!
//! # Score and offer
//!
//! The chain asks a fresh worker to measure itself, and later whenever its operator wants it to; the newest
//! answer gives the performance score P, which mining needs. An operator offers the worker to clients by an endpoint and a price.
//!
//! # Invariants
//!
//! 1. Every worker has one record, one encryption key and one block of registration, which is in the past.
//! 2. Only workers have endpoints, and every worker with a price has one.
//! 3. A score is at most [`MAX_SCORE`]; a confidence level is 1 to 5.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod attestation_impls;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod lookup_impls;
#[cfg(test)]
mod mock;
mod offer_impls;
mod register_impls;
mod score_impls;
#[cfg(test)]
mod tests;
mod traits;
mod try_state_impls;
mod views;
pub mod weights;

use polkadot_sdk::*;

pub use pallet::*;
pub use score_impls::{MAX_SCORE, SCORE_PERIOD};
pub use traits::InUse;
pub use views::{WorkerPage, WorkerView, MAX_PAGE};
pub use weights::WeightInfo;

/// Most bytes of an endpoint.
pub const MAX_ENDPOINT: u32 = 256;

#[frame_support::pallet]
#[allow(missing_docs)] // of what the macro generates
pub mod pallet {
    use super::*;
    use alloc::boxed::Box;
    use frame_support::{pallet_prelude::*, traits::Time};
    use frame_system::pallet_prelude::*;
    use phala_primitives::{
        registry::{Attestation, Evidence, Registration, WorkerRecord},
        Balance, EncryptionKey, Moment, Signature, WorkerId,
    };

    /// Layout of this pallet's storage.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// Where clients reach a worker: an `http` or `https` URL.
    pub type Endpoint = BoundedVec<u8, ConstU32<MAX_ENDPOINT>>;

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config:
        polkadot_sdk::frame_system::Config<RuntimeEvent: From<Event<Self>>> + pallet_mailbox::Config
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;

        /// Chain time, in milliseconds.
        type Time: Time<Moment = Moment>;

        /// Which workers are being used, so that nobody may change hands or keys.
        type InUse: InUse;

        /// Blocks for which a signed registration may be submitted: at most `BlockHashCount`.
        #[pallet::constant]
        type RegistrationWindow: Get<BlockNumberFor<Self>>;

        /// Milliseconds for which a fresh worker measures itself.
        #[pallet::constant]
        type BenchmarkTime: Get<u64>;

        /// Milliseconds for which a verdict on evidence holds.
        #[pallet::constant]
        type AttestationLifetime: Get<Moment>;
    }

    /// Registered workers.
    #[pallet::storage]
    pub type Workers<T: Config> =
        StorageMap<_, Blake2_128Concat, WorkerId, WorkerRecord<T::AccountId>, OptionQuery>;

    /// The key to which clients seal, by worker.
    #[pallet::storage]
    pub type EncryptionKeys<T: Config> =
        StorageMap<_, Blake2_128Concat, WorkerId, EncryptionKey, OptionQuery>;

    /// Where clients reach a worker.
    #[pallet::storage]
    pub type Endpoints<T: Config> = StorageMap<_, Blake2_128Concat, WorkerId, Endpoint, OptionQuery>;

    /// The block that a worker's last registration names.
    #[pallet::storage]
    pub type RegisteredAt<T: Config> =
        StorageMap<_, Blake2_128Concat, WorkerId, BlockNumberFor<T>, OptionQuery>;

    /// Whether workers without any evidence may register: on development networks only. Set at
    /// genesis.
    #[pallet::storage]
    pub type AcceptUnattested<T: Config> = StorageValue<_, bool, ValueQuery>;

    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Whether workers without any evidence may register. Never where money is real.
        pub accept_unattested: bool,
        #[serde(skip)]
        #[doc(hidden)]
        pub _config: PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            AcceptUnattested::<T>::put(self.accept_unattested);
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A worker was registered, or its registration renewed.
        WorkerRegistered {
            /// The worker.
            worker: WorkerId,
            /// The account that may put it to use.
            operator: T::AccountId,
            /// The verdict on its evidence.
            attestation: Attestation,
        },
        /// A worker measured itself.
        WorkerBenchmarked {
            /// The worker.
            worker: WorkerId,
            /// Its performance score P from now on.
            score: u32,
        },
        /// A worker's offer changed.
        OfferUpdated {
            /// The worker.
            worker: WorkerId,
            /// Where clients reach it.
            endpoint: Endpoint,
            /// Base units per unit of fuel; none while it takes no jobs.
            price: Option<Balance>,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// No worker has this identity key. Register it first.
        WorkerNotFound,
        /// Only the worker's operator may do this: the account that its registration names. Sign with
        /// that account, or start the worker with yours as its operator.
        NotOperator,
        /// The registration was signed for a chain with another genesis hash. Start the worker
        /// with this chain's.
        WrongChain,
        /// The registration names a block that this chain does not have (yet). Wait until the worker follows
        /// the same fork as this node.
        UnknownBlock,
        /// The registration names a block that is too old. Fetch a fresh one from the worker once its relay
        /// has caught up.
        RegistrationExpired,
        /// The registration is not newer than the worker's last. Fetch a fresh one from the worker.
        RegistrationReplayed,
        /// The registration is not signed by the worker's identity key. Submit it as the worker gave it.
        BadSignature,
        /// The worker offers no evidence of what it runs, and this network requires it. Run the worker
        /// inside a TEE.
        Unattested,
        /// The worker is in use, so its operator and its encryption key cannot change. Stop its session first.
        WorkerInUse,
        /// The benchmark ran for less time than was asked for, so it says nothing.
        BenchmarkTooShort,
        /// An endpoint is an `http://` or `https://` URL of printable ASCII characters. It may be empty only together
        /// with an absent price.
        InvalidEndpoint,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(
                T::RegistrationWindow::get() <= <T as frame_system::Config>::BlockHashCount::get(),
                "the chain must still know the hash of every block that a registration may name"
            );
            assert!(T::BenchmarkTime::get() > 0, "a benchmark must take time");
            assert!(T::AttestationLifetime::get() > 0, "a verdict must hold for some time");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Register a worker, or renew its registration.
        ///
        /// The origin is the operator that `registration` names; `signature` is the worker's over
        /// [`Registration::signing_payload`]. The worker is then asked to measure itself, unless it is in use.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::register())]
        pub fn register(
            origin: OriginFor<T>,
            registration: Box<Registration<T::AccountId>>,
            evidence: Evidence,
            signature: Signature,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_register(&who, *registration, &evidence, &signature)
        }

        /// Set where clients reach a worker and what it asks per unit of fuel; without a price it takes no jobs.
        ///
        /// The origin is the worker's operator. Jobs that were posted before keep their price.
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::update_offer())]
        pub fn update_offer(
            origin: OriginFor<T>,
            worker: WorkerId,
            endpoint: Endpoint,
            price: Option<Balance>,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_update_offer(&who, worker, endpoint, price)
        }

        /// Ask a worker to measure itself anew. What it finds is its score from then on; a session that runs goes
        /// on with the score that it began with, until it restarts.
        ///
        /// The origin is the worker's operator. The measurement takes all cores that the worker was given.
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::measure())]
        pub fn measure(origin: OriginFor<T>, worker: WorkerId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::operated_by(&who, &worker)?;
            Self::request_benchmark(worker)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// Workers and their offers in the order of their storage keys, from after `after` on (from the first on if
        /// absent), at most `limit` and [`MAX_PAGE`] of them.
        pub fn workers(after: Option<WorkerId>, limit: u32) -> WorkerPage<T::AccountId> {
            Self::page(after, limit)
        }

        /// One worker and its offer.
        pub fn worker(worker: WorkerId) -> Option<WorkerView<T::AccountId>> {
            Self::view(worker)
        }
    }
}
