//! The start of a block: draws, deadlines, and whatever else time brings.
//!
//! # Draws
//!
//! A block looks at a run of neighbouring seats that begins anywhere with the same likelihood, so that each
//! session's turn comes as often as any other's, and nobody knows when. Seats without a responsive session
//! are passed over; they cost a look and no challenge.

use alloc::vec::Vec;
use codec::Encode;
use pallet_mailbox::SendMessage;
use phala_economics::{arithmetic, slash, FixedU128, Payout, Phase, TokenomicParameters};
use phala_primitives::{
    mailbox::{Topic, WorkerMessage},
    session::{Challenge, Seat},
    Moment,
};
use polkadot_sdk::{
    frame_support::{
        defensive,
        traits::{Get, Randomness},
        weights::Weight,
    },
    sp_io::hashing::blake2_256,
};

use crate::{
    Config, Deadlines, DrawnAt, Event, Pallet, Parameters, Seats, SessionRecord, Sessions, TimeKey,
    ValueChange, WeightInfo,
};

/// Seats that a block looks at, at most, for each challenge that it may make: where many sessions have gone,
/// their seats are empty.
const LOOKS_PER_CHALLENGE: u32 = 4;

/// What the block's randomness is asked for.
const SUBJECT: &[u8] = b"phala/mining/challenges";

impl<T: Config> Pallet<T> {
    /// Everything that a block does by itself, at the time of its parent.
    pub(crate) fn begin_block() -> Weight {
        let now = Self::now();
        let expired = Self::expire_deadlines(now);
        let returned = Self::return_stakes(now);
        let settled = Self::settle_some(now);
        let challenged = Self::draw_challenges(now);

        let weigh = |count: u32, weight: fn(u32) -> Weight| match count {
            0 => Weight::zero(),
            _ => weight(count),
        };
        <T as Config>::WeightInfo::on_initialize()
            .saturating_add(weigh(expired, <T as Config>::WeightInfo::expire))
            .saturating_add(weigh(returned, <T as Config>::WeightInfo::return_stake))
            .saturating_add(weigh(settled, <T as Config>::WeightInfo::settle))
            .saturating_add(weigh(challenged, <T as Config>::WeightInfo::challenge))
    }

    /// Takes sessions offline whose deadline has passed, a bounded number of them, and says how many.
    pub(crate) fn expire_deadlines(now: Moment) -> u32 {
        let passed: Vec<TimeKey> = Deadlines::<T>::iter_keys()
            .take_while(|key| key.time() < now)
            .take(T::MaxPerBlock::get() as usize)
            .collect();
        for key in &passed {
            match Self::record(key.session()) {
                Some(mut record) => {
                    Self::take_offline(&mut record, now);
                    Self::store(record);
                }
                None => {
                    defensive!("a deadline of a session that does not exist");
                    Deadlines::<T>::remove(key);
                }
            }
        }
        passed.len() as u32
    }

    /// A responsive session missed its deadline. Its challenge stays, for a late answer to bring it
    /// back.
    pub(crate) fn take_offline(record: &mut SessionRecord, now: Moment) {
        let Some(challenge) = record.challenge else {
            defensive!("a missed deadline of no challenge");
            return;
        };
        Deadlines::<T>::remove(TimeKey::new(challenge.deadline, record.number));
        let settled = Self::settle(record, now);
        Self::uncount_responsive();
        let forfeited = Self::with_emission(now, |accumulator| {
            let pending = record.session.pending(accumulator);
            record.session.go_offline(accumulator);
            pending
        });
        let reason = ValueChange::WentOffline { ticks: settled.ticks };
        Self::value_changed(record, reason, settled.before);
        Self::tell_outage(record, challenge.number, forfeited);
    }

    /// Tells a worker that it missed a deadline and what that costs. One that reads no messages goes
    /// without.
    fn tell_outage(record: &SessionRecord, challenge: u32, forfeited: FixedU128) {
        let parameters = Parameters::<T>::get();
        let value = record.session.value;
        let message = WorkerMessage::Unresponsive {
            session: record.number,
            challenge,
            forfeited: Payout::divide(forfeited, parameters.treasury_share).pool,
            value: arithmetic::to_balance(value),
            hourly_loss: arithmetic::to_balance(slash::first_hour(&parameters, value)),
        };
        let _ = pallet_mailbox::Pallet::<T>::send(Topic::Worker(record.worker), &message);
    }

    /// Challenges responsive sessions of a run of seats drawn at random, and says how many seats were looked at.
    pub(crate) fn draw_challenges(now: Moment) -> u32 {
        let elapsed = now.saturating_sub(DrawnAt::<T>::get());
        if elapsed == 0 {
            return 0;
        }
        DrawnAt::<T>::put(now);
        let seats = Seats::<T>::get();
        if seats == 0 {
            return 0;
        }
        let parameters = Parameters::<T>::get();
        let (seed, _) = T::Randomness::random(SUBJECT);
        let random = |purpose: u32| random_number(&(seed.as_ref(), purpose));
        let looks = number_of_looks(&parameters, seats, elapsed, random(0));
        Self::challenge_run(first_seat(seats, random(1)), looks, now, &parameters)
    }

    /// Looks at a run of at most `looks` seats from `first` on, the first one following the last, until it has
    /// made all challenges that a block may make, and says how many seats that took.
    pub(crate) fn challenge_run(
        first: u32,
        looks: u32,
        now: Moment,
        parameters: &TokenomicParameters,
    ) -> u32 {
        let seats = u64::from(Seats::<T>::get().max(1));
        let mut left = parameters.challenges_per_block;
        for look in 0..looks {
            if left == 0 {
                return look;
            }
            let seat = (u64::from(first) + u64::from(look)) % seats;
            if Self::challenge(Seat::new(seat as u32), now, parameters) {
                left -= 1;
            }
        }
        looks
    }

    /// Challenges the session in `seat` if there is one that is responsive and has no challenge to answer yet,
    /// and says whether.
    pub(crate) fn challenge(seat: Seat, now: Moment, parameters: &TokenomicParameters) -> bool {
        let Some(mut record) = Sessions::<T>::get(seat) else {
            return false;
        };
        if record.challenge.is_some() || record.session.phase != Phase::Responsive {
            return false;
        }
        let (session, number) = (record.number, record.next_challenge);
        let deadline = now.saturating_add(parameters.heartbeat_window);
        record.challenge = Some(Challenge { number, deadline });
        record.next_challenge = number.wrapping_add(1);
        Self::store(record);
        Deadlines::<T>::insert(TimeKey::new(deadline, session), ());
        Self::deposit_event(Event::Challenged { session, challenge: number, deadline });
        true
    }
}

/// How many of `seats` seats a block looks at that comes `elapsed` ms after its predecessor: on average as many
/// as give each one look per `challenge_interval`, up to [`LOOKS_PER_CHALLENGE`] times the most challenges per
/// block. `random` decides about the fraction.
fn number_of_looks(parameters: &TokenomicParameters, seats: u32, elapsed: Moment, random: u64) -> u32 {
    let interval = u128::from(parameters.challenge_interval.max(1));
    let due = u128::from(seats).saturating_mul(elapsed.into());
    let whole = due / interval;
    let one_more = u128::from(random) % interval < due % interval;
    let most = parameters.challenges_per_block.saturating_mul(LOOKS_PER_CHALLENGE).min(seats);
    u32::try_from(whole.saturating_add(one_more.into())).unwrap_or(u32::MAX).min(most)
}

/// Where a run begins.
fn first_seat(seats: u32, random: u64) -> u32 {
    (random % u64::from(seats.max(1))) as u32
}

/// A number that is as random as `source`.
fn random_number(source: &impl Encode) -> u64 {
    let hash = source.using_encoded(blake2_256);
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hash[..8]);
    u64::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(challenge_interval: Moment, challenges_per_block: u32) -> TokenomicParameters {
        TokenomicParameters { challenge_interval, challenges_per_block, ..Default::default() }
    }

    #[test]
    fn looks_should_average_one_per_seat_and_interval_when_a_block_is_due_a_fraction() {
        let parameters = parameters(1_000, 20);
        let total: u32 = (0..1_000).map(|random| number_of_looks(&parameters, 3, 100, random)).sum();
        assert_eq!(total, 300);
    }

    /// Looks over so many blocks of 6 s at 7 seats, by seat.
    fn looks(parameters: &TokenomicParameters, blocks: u32) -> [u32; 7] {
        let mut looks = [0; 7];
        for block in 0..blocks {
            let random = |purpose: u32| random_number(&(block, purpose));
            let first = first_seat(7, random(1));
            for look in 0..number_of_looks(parameters, 7, 6_000, random(0)) {
                looks[((first + look) % 7) as usize] += 1;
            }
        }
        looks
    }

    #[test]
    fn no_seat_should_be_looked_at_more_often_than_the_interval_allows_on_average() {
        // Two an hour, over 1000 hours of blocks.
        let looks = looks(&parameters(1_800_000, 20), 600_000);
        // 2000 each, which scatter by their root; nothing in this is random but the hash.
        assert!(looks.iter().all(|count| (1_850..=2_150).contains(count)), "{looks:?}");
        let all: u32 = looks.iter().sum();
        assert!((13_700..=14_300).contains(&all), "{all}");
    }

    #[test]
    fn looks_should_be_at_most_those_allowed_when_more_are_due() {
        assert_eq!(number_of_looks(&parameters(1_000, 20), 1_000_000, 6_000, 0), 20 * LOOKS_PER_CHALLENGE);
        assert_eq!(number_of_looks(&parameters(1_000, 20), 2, u64::MAX, 0), 2);
        assert_eq!(number_of_looks(&parameters(1_000, 0), 2, 6_000, 0), 0);
    }
}
