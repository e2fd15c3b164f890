//! Sessions, and all of them together, for people to look at.

use alloc::vec::Vec;
use phala_economics::Payout;
use phala_primitives::SessionId;
use polkadot_sdk::frame_support::traits::fungible::Inspect;

use crate::{
    Config, Emission, NetworkTotals, Pallet, Parameters, ResponsiveCount, SessionCount, SessionInfo,
    Sessions, TotalPaid, MAX_SESSIONS_LISTED,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn view_session(number: SessionId) -> Option<SessionInfo> {
        let mut record = Sessions::<T>::get(number)?;
        let now = Self::now();
        Self::settle(&mut record, now);
        let accumulator = Self::emission_at(now);
        let session = record.session;
        let pending = Payout::divide(session.pending(&accumulator), Parameters::<T>::get().treasury_share);
        Some(SessionInfo {
            session: number,
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
        })
    }

    pub(crate) fn view_sessions(from: SessionId) -> Vec<SessionInfo> {
        (from..from.saturating_add(MAX_SESSIONS_LISTED)).filter_map(Self::view_session).collect()
    }

    pub(crate) fn view_totals() -> NetworkTotals {
        let now = Self::now();
        let parameters = Parameters::<T>::get();
        let accumulator = Self::emission_at(now);
        NetworkTotals {
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
