//! The table of sessions: who sits where.
//!
//! A session keeps its seat until its stake was returned; then the seat is given to the next session that
//! starts, under a new number. Seats are never moved and never go away, so that the numbers of sessions say
//! where they are, and nothing has to be looked up.

use phala_primitives::{session::Seat, SessionId};

use crate::{
    Config, EmptySeatCount, EmptySeats, Error, Pallet, Seats, SessionCount, SessionOf, SessionRecord,
    Sessions,
};

impl<T: Config> Pallet<T> {
    /// The session of this number, if its stake was not returned yet.
    pub fn record(number: SessionId) -> Option<SessionRecord> {
        Sessions::<T>::get(Seat::of(number)).filter(|record| record.number == number)
    }

    /// Stores what has become of a session.
    pub(crate) fn store(record: SessionRecord) {
        Sessions::<T>::insert(Seat::of(record.number), record);
    }

    /// The number that the next session gets: in the seat that was left last, or in a new one.
    pub(crate) fn next_session() -> Result<SessionId, Error<T>> {
        let last = EmptySeatCount::<T>::get().checked_sub(1);
        match last.and_then(EmptySeats::<T>::get) {
            Some(number) => Ok(number),
            None => match Seats::<T>::get() {
                u32::MAX => Err(Error::<T>::TooManySessions),
                seats => Ok(Seat::new(seats).first_session()),
            },
        }
    }

    /// Puts a session into the seat of its number, which must be [`Self::next_session`].
    pub(crate) fn take_seat(record: SessionRecord) {
        match EmptySeatCount::<T>::get().checked_sub(1) {
            Some(last) => {
                EmptySeats::<T>::remove(last);
                EmptySeatCount::<T>::put(last);
            }
            None => Seats::<T>::mutate(|seats| *seats = seats.saturating_add(1)),
        }
        SessionCount::<T>::mutate(|count| *count = count.saturating_add(1));
        SessionOf::<T>::insert(record.worker, record.number);
        Self::store(record);
    }

    /// Empties the seat of a session. One whose numbers have run out is not given again.
    pub(crate) fn leave_seat(record: &SessionRecord) {
        Sessions::<T>::remove(Seat::of(record.number));
        SessionOf::<T>::remove(record.worker);
        SessionCount::<T>::mutate(|count| *count = count.saturating_sub(1));
        if let Some(next) = Seat::session_after(record.number) {
            let last = EmptySeatCount::<T>::get();
            EmptySeats::<T>::insert(last, next);
            EmptySeatCount::<T>::put(last.saturating_add(1));
        }
    }
}
