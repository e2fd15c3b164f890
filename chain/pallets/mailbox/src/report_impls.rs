//! Reports: authorising one in the pool, applying it in a block.

use polkadot_sdk::{
    frame_support::{
        dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
        ensure,
        pallet_prelude::{
            InvalidTransaction, TransactionLongevity, TransactionPriority, TransactionSource,
            TransactionValidityError, TransactionValidityWithRefund, ValidTransaction,
        },
        storage::with_storage_layer,
        traits::Get,
        weights::Weight,
    },
    frame_system::{self, pallet_prelude::BlockNumberFor},
    sp_core::sr25519,
    sp_io::crypto::sr25519_verify,
    sp_runtime::traits::Zero,
};

use crate::{
    Config, Error, Event, HandleReport, Pallet, ReportsInBlock, Senders, Topics, WeightInfo,
    INVALID_ACKNOWLEDGED_TOO_MUCH, INVALID_INCARNATION, INVALID_NOT_REGISTERED,
};
use phala_primitives::{
    mailbox::Topic,
    report::{Incarnation, Report, ReportBody, SenderState, SignedReport},
    Hash, WorkerId,
};

/// Before transactions that pay: an answer that comes too late costs the worker stake. What keeps
/// reports from crowding out the rest is [`Config::MaxReportsPerBlock`] and that registering costs a fee.
const PRIORITY: TransactionPriority = TransactionPriority::MAX / 2;

/// Blocks after which a pool forgets a report. Relays submit again what the chain did not take.
const LONGEVITY: TransactionLongevity = 64;

impl<T: Config> Pallet<T> {
    /// Hash of the chain's first block, which every signature commits to. The chain never forgets it.
    pub fn genesis_hash() -> Hash {
        frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero()).0
    }

    /// Whether `report` may enter the pool or the block being built. The cheap questions come first.
    pub(crate) fn authorize_report(
        source: TransactionSource,
        report: &SignedReport,
    ) -> TransactionValidityWithRefund {
        let SignedReport { report, signature } = report;
        ensure!(T::Reports::is_sender(&report.worker), InvalidTransaction::Custom(INVALID_NOT_REGISTERED));
        let SenderState { sequence: expected, incarnation } = Senders::<T>::get(report.worker);
        Self::check_sequence(source, report, expected)?;
        ensure!(Self::is_of(report, &incarnation), InvalidTransaction::Custom(INVALID_INCARNATION));
        ensure!(
            report.acknowledged <= Topics::<T>::get(Topic::Worker(report.worker)).count,
            InvalidTransaction::Custom(INVALID_ACKNOWLEDGED_TOO_MUCH)
        );
        ensure!(
            sr25519_verify(
                &sr25519::Signature::from_raw(signature.0),
                &report.signing_payload(&Self::genesis_hash()),
                &sr25519::Public::from_raw(report.worker.0),
            ),
            InvalidTransaction::BadProof
        );

        let valid = ValidTransaction::with_tag_prefix("Mailbox")
            .priority(PRIORITY)
            .longevity(LONGEVITY)
            .propagate(true)
            .and_provides((report.worker, report.sequence));
        let valid = match report.sequence.checked_sub(1) {
            Some(previous) if previous >= expected => valid.and_requires((report.worker, previous)),
            _ => valid,
        };
        Ok((valid.build()?, Weight::zero()))
    }

    /// Whether `report` may be taken while `incarnation` is its worker's: a start makes its own the
    /// worker's. Zeros stand for a worker that has not started yet.
    fn is_of(report: &Report, incarnation: &Incarnation) -> bool {
        report.incarnation != Incarnation::default()
            && (report.body == ReportBody::Start || report.incarnation == *incarnation)
    }

    /// Checks the place of `report` among its worker's, of which `expected` is the next.
    fn check_sequence(
        source: TransactionSource,
        report: &Report,
        expected: u64,
    ) -> Result<(), TransactionValidityError> {
        ensure!(report.sequence >= expected, InvalidTransaction::Stale);
        // Inside a block nothing can be waited for.
        let ahead = if source == TransactionSource::InBlock { 0 } else { T::MaxAhead::get() };
        ensure!(report.sequence <= expected.saturating_add(ahead), InvalidTransaction::Future);
        ensure!(
            Self::reports_in_this_block(&report.worker) < T::MaxReportsPerBlock::get(),
            InvalidTransaction::ExhaustsResources
        );
        Ok(())
    }

    /// How many reports of `worker` the current block already has.
    fn reports_in_this_block(worker: &WorkerId) -> u32 {
        let (block, count) = ReportsInBlock::<T>::get(worker);
        if block == frame_system::Pallet::<T>::block_number() {
            count
        } else {
            0
        }
    }

    /// Applies a report whose signature was checked when it was authorised.
    pub(crate) fn do_submit(report: Report) -> DispatchResultWithPostInfo {
        let sender = Senders::<T>::get(report.worker);
        ensure!(report.sequence == sender.sequence, Error::<T>::UnexpectedSequence);
        ensure!(Self::is_of(&report, &sender.incarnation), Error::<T>::OtherIncarnation);
        let Report { worker, incarnation, sequence, acknowledged, body } = report;
        Senders::<T>::insert(worker, SenderState { sequence: sequence.saturating_add(1), incarnation });
        let count = Self::reports_in_this_block(&worker).saturating_add(1);
        ReportsInBlock::<T>::insert(worker, (frame_system::Pallet::<T>::block_number(), count));

        let pruned = Self::acknowledge(&Topic::Worker(worker), acknowledged)?;
        if body == ReportBody::Start {
            Self::deposit_event(Event::WorkerStarted { worker, incarnation });
            return Ok(PostDispatchInfo {
                actual_weight: Some(T::WeightInfo::submit(pruned)),
                pays_fee: Pays::No,
            });
        }
        let actual_weight = T::WeightInfo::submit(pruned).saturating_add(T::Reports::weight(&body));
        match with_storage_layer(|| T::Reports::handle(&worker, body)) {
            Ok(()) => Self::deposit_event(Event::ReportAccepted { worker, sequence }),
            Err(error) => Self::deposit_event(Event::ReportRejected { worker, sequence, error }),
        }
        Ok(PostDispatchInfo { actual_weight: Some(actual_weight), pays_fee: Pays::No })
    }
}
