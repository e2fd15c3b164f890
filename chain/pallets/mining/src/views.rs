//! Sessions, and all of them together, for people to look at.

use alloc::vec::Vec;
use phala_economics::Payout;
use phala_primitives::{session::Seat, SessionId};
use polkadot_sdk::frame_support::traits::fungible::Inspect;

use crate::{
    Config, Emission, NetworkTotals, Pallet, Parameters, ResponsiveCount, Seats, SessionCount, SessionInfo,
    SessionRecord, Sessions, TotalPaid, MAX_SESSIONS_LISTED,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn view_session(number: SessionId) -> Option<SessionInfo> {
        Self::record(number).map(Self::show_session)
    }

    fn show_session(mut record: SessionRecord) -> SessionInfo {
        let now = Self::now();
        Self::settle(&mut record, now);
        let accumulator = Self::emission_at(now);
        let session = record.session;
        let pending = Payout::divide(session.pending(&accumulator), Parameters::<T>::get().treasury_share);
        SessionInfo {
            session: record.number,
            worker: record.worker,
            pool: record.pool,
            stake: record.stake,
            phase: session.phase,
            initial_value: session.initial_value,
            value: session.value,
            due: session.due,
            score: session.score,
            instant: session.instant,
            confidence: session.confidence,
            share: session.share,
            total_share: accumulator.total_share,
            pending_payout: pending.pool,
            challenge: record.challenge,
            returnable: session.returned(record.stake),
            outage_loss: record.outage_loss,
            changed_at: record.changed_at,
        }
    }

    pub(crate) fn view_sessions(from: u32) -> Vec<SessionInfo> {
        let seats = from..from.saturating_add(MAX_SESSIONS_LISTED).min(Seats::<T>::get());
        seats.map(Seat::new).filter_map(Sessions::<T>::get).map(Self::show_session).collect()
    }

    pub(crate) fn view_totals() -> NetworkTotals {
        let now = Self::now();
        let parameters = Parameters::<T>::get();
        let accumulator = Self::emission_at(now);
        NetworkTotals {
            seats: Seats::<T>::get(),
            sessions: SessionCount::<T>::get(),
            responsive: ResponsiveCount::<T>::get(),
            total_share: accumulator.total_share,
            budget: accumulator.schedule.budget,
            tick: parameters.tick,
            decays_at: Emission::<T>::exists().then_some(accumulator.schedule.decays_at),
            subsidy: T::Currency::balance(&Self::subsidy_account()),
            paid: TotalPaid::<T>::get(),
            treasury_share: parameters.treasury_share,
            now,
        }
    }
}
