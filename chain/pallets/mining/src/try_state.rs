//! Invariants of mining, checked after every test and by `try-runtime`.
//!
//! 1. Σ share is exactly the sum of the shares of the responsive sessions; no other session has a share,
//!    growth to be paid, or earnings.
//! 2. Paid and left in the subsidy account together are at least what was there at genesis; they are more only where
//!    somebody sent coins there since.
//! 3. No value is above V_max, or above V^e where V_max was lowered since the session's start.
//! 4. Every seat has the session whose number says so, or is on the stack of empty seats, once, with a number
//!    that no session in it ever had.
//! 5. Every worker with a session is named by it, and the other way round.
//! 6. Every deadline is that of the challenge of a responsive session, and every end of a
//!    cool-down that of a session that cools down, and the other way round.
//! 7. A session is at most one version of parameters behind, and only while the last change is being settled.
//! 8. Every unresponsive session has a challenge by whose answer it can come back, and nothing but an
//!    outage has a loss by an outage. No challenge has a number that was not given.
//! 9. Sessions, and responsive ones among them, are counted; none has a clock, an event or a part of the emission that is yet to come.
//!
//! That lazy evaluation equals the plain recurrence, and that what is returned and what is slashed make up
//! what was taken, are property tests of the arithmetic.

use alloc::collections::BTreeSet;
use phala_economics::{FixedU128, Phase};
use phala_primitives::session::Seat;
use polkadot_sdk::{
    frame_support::{ensure, traits::fungible::Inspect},
    sp_runtime::{
        traits::{Saturating, Zero},
        TryRuntimeError,
    },
};

use crate::{
    Config, Deadlines, Emission, EmptySeatCount, EmptySeats, Funded, Pallet, Parameters, ParametersVersion,
    ResponsiveCount, Returns, Seats, SessionCount, SessionOf, SessionRecord, Sessions, Superseded, TimeKey,
    TotalPaid,
};

impl<T: Config> Pallet<T> {
    /// Checks all invariants.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::check_shares()?;
        Self::check_money()?;
        Self::check_seats()?;
        for record in Sessions::<T>::iter_values() {
            Self::check_session(&record)?;
            Self::check_challenge(&record)?;
            Self::check_clocks(&record)?;
        }
        Self::check_queues()
    }

    fn check_shares() -> Result<(), TryRuntimeError> {
        let mut total = FixedU128::zero();
        for SessionRecord { session, .. } in Sessions::<T>::iter_values() {
            total = total.saturating_add(session.share);
            let idle = session.share.is_zero() && session.due.is_zero() && session.earned.is_zero();
            ensure!(
                session.phase == Phase::Responsive || idle,
                "a share of a session that is not responsive"
            );
        }
        let counted =
            Emission::<T>::get().map_or_else(FixedU128::zero, |accumulator| accumulator.total_share);
        ensure!(counted == total, "the sum of shares is not the sum of the shares");
        Ok(())
    }

    fn check_money() -> Result<(), TryRuntimeError> {
        let left = T::Currency::balance(&Self::subsidy_account());
        ensure!(left.saturating_add(TotalPaid::<T>::get()) >= Funded::<T>::get(), "subsidy is missing");
        Ok(())
    }

    fn check_seats() -> Result<(), TryRuntimeError> {
        let seats = Seats::<T>::get();
        let mut seen = BTreeSet::new();
        for (seat, record) in Sessions::<T>::iter() {
            ensure!(seat == Seat::of(record.number), "a session that does not sit where its number says");
            ensure!(seat.index() < seats, "a session beyond the last seat");
            seen.insert(seat);
        }
        let empty = EmptySeatCount::<T>::get();
        ensure!(EmptySeats::<T>::iter().count() == empty as usize, "more empty seats than counted");
        for index in 0..empty {
            let next = EmptySeats::<T>::get(index).ok_or("a gap in the stack of empty seats")?;
            ensure!(seen.insert(Seat::of(next)), "an empty seat that is taken, or empty twice");
            ensure!(Seat::of(next).index() < seats, "an empty seat beyond the last one");
            ensure!(next != Seat::of(next).first_session(), "an empty seat that never had a session");
        }
        // Seats whose numbers have run out are in neither; nobody has seen four billion sessions in one.
        ensure!(seen.len() == seats as usize, "a seat that got lost");
        Ok(())
    }

    fn check_session(record: &SessionRecord) -> Result<(), TryRuntimeError> {
        ensure!(
            SessionOf::<T>::get(record.worker) == Some(record.number),
            "a session that its worker does not know"
        );

        let session = &record.session;
        let version = ParametersVersion::<T>::get();
        if record.version == version {
            let cap = Parameters::<T>::get().value_max.max(session.initial_value);
            ensure!(session.value <= cap, "a value above the highest");
        } else {
            ensure!(Superseded::<T>::exists(), "a session under parameters that are forgotten");
            ensure!(record.version.wrapping_add(1) == version, "a session two versions behind");
        }

        Ok(())
    }

    fn check_challenge(record: &SessionRecord) -> Result<(), TryRuntimeError> {
        let (number, phase) = (record.number, record.session.phase);
        if let Some(challenge) = &record.challenge {
            let queued = Deadlines::<T>::contains_key(TimeKey::new(challenge.deadline, number));
            ensure!(queued == (phase == Phase::Responsive), "a deadline that differs from the phase");
            ensure!(challenge.number < record.next_challenge, "a challenge with a number that was not given");
        }
        match phase {
            Phase::Responsive => {}
            Phase::Unresponsive => ensure!(record.challenge.is_some(), "an outage that cannot end"),
            Phase::CoolingDown { until } => {
                ensure!(record.challenge.is_none(), "a challenge of a stopped session");
                ensure!(
                    Returns::<T>::contains_key(TimeKey::new(until, number)),
                    "a cool-down without an end"
                );
            }
        }
        let may_lose = phase == Phase::Unresponsive;
        ensure!(may_lose || record.outage_loss.is_zero(), "a loss by an outage that is over");
        Ok(())
    }

    fn check_clocks(record: &SessionRecord) -> Result<(), TryRuntimeError> {
        let now = Self::now();
        let session = &record.session;
        ensure!(session.settled_at <= now && session.counted_at <= now, "a clock that is ahead");
        ensure!(record.changed_at <= Self::block(), "an event that is yet to come");
        let emitted = Emission::<T>::get().map_or_else(FixedU128::zero, |accumulator| accumulator.per_share);
        ensure!(session.per_share <= emitted, "a part of the emission that is yet to come");
        Ok(())
    }

    fn check_queues() -> Result<(), TryRuntimeError> {
        let count = Sessions::<T>::iter_keys().count();
        ensure!(SessionOf::<T>::iter_keys().count() == count, "workers without sessions");
        ensure!(SessionCount::<T>::get() as usize == count, "sessions that are not counted");
        let is_responsive = |record: &SessionRecord| record.session.phase == Phase::Responsive;
        let responsive = Sessions::<T>::iter_values().filter(is_responsive).count();
        ensure!(
            ResponsiveCount::<T>::get() as usize == responsive,
            "responsive sessions that are not counted"
        );
        for key in Deadlines::<T>::iter_keys() {
            let record = Self::record(key.session()).ok_or("a deadline of no session")?;
            let deadline = record.challenge.map(|challenge| challenge.deadline);
            ensure!(deadline == Some(key.time()), "a deadline of no challenge");
        }
        for key in Returns::<T>::iter_keys() {
            let record = Self::record(key.session()).ok_or("a cool-down of no session")?;
            ensure!(
                record.session.phase == Phase::CoolingDown { until: key.time() },
                "an end of no cool-down"
            );
        }
        Ok(())
    }
}
