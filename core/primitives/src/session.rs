//! Mining sessions as the chain numbers and stores them, and what a worker proves of its own.
//!
//! The chain keeps its sessions in a table. A [`Seat`] is a place in it, taken again once its session is
//! gone; a [`SessionId`] is a generational index, `generation · 2³² + seat`, so that no two sessions ever
//! have the same number and each says where it is stored. The first sessions of a chain are simply
//! numbered 0, 1, 2, …

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{Moment, SessionId};

/// A place in the table of sessions.
///
/// Its bytes sort as its number does: neighbours in the table are neighbours in the state, and a proof of
/// some of them is hardly larger than a proof of one.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Seat([u8; 4]);

impl Seat {
    /// The seat numbered `index`, from 0.
    pub fn new(index: u32) -> Self {
        Self(index.to_be_bytes())
    }

    /// Where a session sits.
    pub fn of(session: SessionId) -> Self {
        // The low half; the high one counts the sessions before it.
        Self::new(session as u32)
    }

    /// Its number.
    pub fn index(&self) -> u32 {
        u32::from_be_bytes(self.0)
    }

    /// The first session here.
    pub fn first_session(&self) -> SessionId {
        self.index().into()
    }

    /// The session that sits here after `session`; none once numbers have run out.
    pub fn session_after(session: SessionId) -> Option<SessionId> {
        session.checked_add(1 << 32)
    }
}

/// A question whether a worker is alive.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Challenge {
    /// Its number within the session.
    pub number: u32,
    /// Chain time by which the answer must be in a block.
    pub deadline: Moment,
}

/// How a session's value in `Mining::Sessions` begins. A test of the runtime holds it against the pallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SessionHead {
    /// The session.
    pub number: SessionId,
    /// The challenge that awaits its answer.
    pub challenge: Option<Challenge>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_should_sit_where_its_number_says_when_others_sat_there_before() {
        let seat = Seat::new(7);
        let first = seat.first_session();
        assert_eq!(first, 7);
        let third = Seat::session_after(first).and_then(Seat::session_after);
        assert_eq!(third, Some((2 << 32) + 7));
        assert_eq!(third.map(Seat::of), Some(seat));
        assert_eq!(Seat::session_after(u64::from(u32::MAX) << 32), None);
    }

    #[test]
    fn seats_should_sort_by_number_when_they_are_encoded() {
        let seats = [0, 1, 255, 256, 65_536, u32::MAX].map(Seat::new);
        assert!(seats.windows(2).all(|pair| pair[0].encode() < pair[1].encode()));
        assert!(seats.iter().all(|seat| Seat::new(seat.index()) == *seat));
    }
}
