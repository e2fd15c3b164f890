//! Ordered messages from the chain to enclaves, and what enclaves report back.
//!
//! # Down: topics
//!
//! A pallet tells an enclave something with [`SendMessage::send`]. The state keeps, per topic, the
//! number of messages ever pushed and a hash chained over all of them, so that a storage proof of that one value
//! proves any number of messages, their order and that none is missing. Payloads stay in the
//! state until the reader acknowledges them, so nobody needs an archive node; a topic whose backlog
//! reaches [`Config::MaxBacklog`] refuses more.
//!
//! # Up: reports
//!
//! An enclave answers with a [`SignedReport`]. Its identity key, the incarnation of the process that
//! signed it and a sequence number authorise it:
//! [`Pallet::submit`] is a general transaction that nobody signs as an account and that costs no
//! fee, because a worker must never go silent (and be slashed) for want of a funded account.
//! [`AuthorizeCall`](frame_system::AuthorizeCall) has to stand first in the runtime's transaction
//! extensions.
//!
//! What is free must be bounded otherwise: only registered workers may report, each number is
//! accepted once, and a worker gets at most [`Config::MaxReportsPerBlock`] reports into a block.
//!
//! # Invariants
//!
//! 1. A topic has forgotten no more messages than were pushed to it, and holds at most
//!    [`Config::MaxBacklog`].
//! 2. Exactly the messages that were pushed and not forgotten are stored, each a decodable
//!    [`WorkerMessage`] of at most [`MAX_PAYLOAD`] bytes, in the order of their blocks.
//! 3. The head of a topic that has forgotten nothing is the hash chained over its messages.
//! 4. A worker with a report counted in a block has a sequence number above zero, and who has one has
//!    started.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
mod report_impls;
#[cfg(test)]
mod tests;
mod topic_impls;
mod traits;
mod try_state_impls;
pub mod weights;

use polkadot_sdk::*;

#[cfg(feature = "runtime-benchmarks")]
pub use traits::BenchmarkHelper;
pub use traits::{HandleReport, SendMessage};
pub use weights::WeightInfo;

pub use pallet::*;

#[allow(unused_imports)] // named in the documentation above
use phala_primitives::{
    mailbox::{WorkerMessage, MAX_PAYLOAD},
    report::SignedReport,
};

/// [`InvalidTransaction::Custom`](sp_runtime::transaction_validity::InvalidTransaction::Custom) code
/// of a report that acknowledges more messages than its worker's topic ever held on this fork.
/// Remedy: submit it to a node that has synchronised to the block the worker has verified.
pub const INVALID_ACKNOWLEDGED_TOO_MUCH: u8 = 1;

/// [`InvalidTransaction::Custom`](sp_runtime::transaction_validity::InvalidTransaction::Custom) code
/// of a report that another process of the worker has signed than the one that started last.
/// Remedy: none is needed; the process that started last reports again what still matters.
pub const INVALID_INCARNATION: u8 = 2;

/// [`InvalidTransaction::Custom`](sp_runtime::transaction_validity::InvalidTransaction::Custom) code
/// of a report whose sender is no registered worker, or no longer one.
/// Remedy: register the worker first.
pub const INVALID_NOT_REGISTERED: u8 = 3;

#[frame_support::pallet]
#[allow(missing_docs)] // of what the macro generates
pub mod pallet {
    use super::*;
    use alloc::vec::Vec;
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;
    use phala_primitives::{
        mailbox::{Message, Topic, TopicState},
        report::{Incarnation, SenderState},
        WorkerId,
    };
    use sp_core::H256;

    /// Layout of this pallet's storage.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config:
        polkadot_sdk::frame_system::Config<Hash = H256, RuntimeEvent: From<Event<Self>>>
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;

        /// Who may report, and what reports do.
        type Reports: HandleReport;

        /// Most unacknowledged messages that a topic holds.
        #[pallet::constant]
        type MaxBacklog: Get<u64>;

        /// Most payloads that one report makes the chain forget. A report that acknowledges more
        /// leaves the rest to the next ones.
        #[pallet::constant]
        type MaxPruned: Get<u32>;

        /// How far ahead of the expected sequence number a report may be to wait in the pool.
        #[pallet::constant]
        type MaxAhead: Get<u64>;

        /// Most reports of one worker in a block; later ones wait for the next block.
        #[pallet::constant]
        type MaxReportsPerBlock: Get<u32>;

        /// Makes a worker known, for benchmarks.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: BenchmarkHelper;
    }

    /// What light clients prove of a topic: how many messages it ever held and the hash over them.
    #[pallet::storage]
    pub type Topics<T: Config> = StorageMap<_, Blake2_128Concat, Topic, TopicState, ValueQuery>;

    /// Messages by topic and index, from [`Acknowledged`] on.
    ///
    /// Each is bounded by [`MAX_PAYLOAD`], which the type itself does not say.
    #[pallet::storage]
    #[pallet::unbounded]
    pub type Messages<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, Topic, Blake2_128Concat, u64, Message, OptionQuery>;

    /// How many messages of a topic the reader has acknowledged and the chain has forgotten.
    #[pallet::storage]
    pub type Acknowledged<T: Config> = StorageMap<_, Blake2_128Concat, Topic, u64, ValueQuery>;

    /// Which reports are accepted from a worker: of which incarnation, and with which number.
    #[pallet::storage]
    pub type Senders<T: Config> = StorageMap<_, Blake2_128Concat, WorkerId, SenderState, ValueQuery>;

    /// The last block with reports of a worker, and how many they were.
    #[pallet::storage]
    pub type ReportsInBlock<T: Config> =
        StorageMap<_, Blake2_128Concat, WorkerId, (BlockNumberFor<T>, u32), ValueQuery>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A message was pushed.
        MessageSent {
            /// To whom.
            topic: Topic,
            /// Its number within the topic, from 0.
            index: u64,
        },
        /// A process of a worker started; reports that its earlier ones signed are void.
        WorkerStarted {
            /// The worker.
            worker: WorkerId,
            /// Its random number.
            incarnation: Incarnation,
        },
        /// A report was authorised and took effect.
        ReportAccepted {
            /// Who sent it.
            worker: WorkerId,
            /// Its number.
            sequence: u64,
        },
        /// A report was authorised, but what it says could not be applied. Its number is spent and
        /// its acknowledgement counts.
        ReportRejected {
            /// Who sent it.
            worker: WorkerId,
            /// Its number.
            sequence: u64,
            /// Why.
            error: DispatchError,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The topic holds as many unacknowledged messages as it may. The worker has stopped
        /// reading: start its relay, or pick another worker.
        TopicFull,
        /// The report's sequence number is not the one expected next. Read `Mailbox::Senders` and
        /// submit the reports in order.
        UnexpectedSequence,
        /// Another process of the worker has started since this report was signed. Submit what that one
        /// reports.
        OtherIncarnation,
        /// The report acknowledges more messages than the topic ever held. Submit it to a node
        /// that is synchronised with the chain that the worker follows.
        AcknowledgedTooMuch,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(
                WorkerMessage::max_encoded_len() <= MAX_PAYLOAD as usize,
                "every message must fit into a payload"
            );
            assert!(T::MaxBacklog::get() > 0, "a topic must hold a message");
            assert!(T::MaxPruned::get() > 0, "a report must be able to make the chain forget");
            assert!(
                u64::from(T::MaxPruned::get()) <= T::MaxBacklog::get(),
                "no more can be forgotten than is held"
            );
            assert!(T::MaxReportsPerBlock::get() > 0, "a worker must be able to report");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Deliver a worker's report.
        ///
        /// The report's own signature authorises the call, as a general transaction; whoever carries it
        /// needs no account and pays nothing. Its sequence number is spent and its acknowledgement counts
        /// even if what it says is rejected ([`Event::ReportRejected`]): the worker goes on with the next.
        #[pallet::call_index(0)]
        #[pallet::weight((
            T::WeightInfo::submit(T::MaxPruned::get()).saturating_add(T::Reports::weight(&report.report.body)),
            DispatchClass::Normal,
            Pays::No
        ))]
        #[pallet::authorize(|source, report| Pallet::<T>::authorize_report(source, report))]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_submit())]
        pub fn submit(origin: OriginFor<T>, report: SignedReport) -> DispatchResultWithPostInfo {
            frame_system::ensure_authorized(origin)?;
            Self::do_submit(report.report)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The messages of `topic` that are not yet acknowledged, from number `from` on, at most
        /// [`Config::MaxPruned`] of them, each with its number.
        pub fn pending_messages(topic: Topic, from: u64) -> Vec<(u64, Message)> {
            Self::messages_from(&topic, from)
        }
    }
}
