//! The start of a block: draws, deadlines, and whatever else time brings.

use alloc::vec::Vec;
use codec::Encode;
use pallet_mailbox::SendMessage;
use phala_economics::{arithmetic, slash, FixedU128, Payout, Phase, TokenomicParameters};
use phala_primitives::{
    mailbox::{Topic, WorkerMessage},
    Moment, SessionId,
};
use polkadot_sdk::{
    frame_support::{
        defensive,
        traits::{Get, Randomness},
        weights::Weight,
    },
    sp_io::hashing::blake2_256,
    sp_runtime::traits::Saturating,
};

use crate::{
    Challenge, Config, Deadlines, DrawnAt, Event, Pallet, Parameters, Responsive, ResponsiveCount,
    SessionRecord, Sessions, TimeKey, ValueChange, WeightInfo,
};

/// Milliseconds in an hour.
const HOUR: Moment = 3_600_000;

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
            match Sessions::<T>::get(key.session()) {
                Some(mut record) => {
                    Self::take_offline(key.session(), &mut record, now);
                    Sessions::<T>::insert(key.session(), record);
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
    pub(crate) fn take_offline(number: SessionId, record: &mut SessionRecord, now: Moment) {
        let Some(challenge) = record.challenge else {
            defensive!("a missed deadline of no challenge");
            return;
        };
        Deadlines::<T>::remove(TimeKey::new(challenge.deadline, number));
        let settled = Self::settle(record, now);
        Self::leave_index(number);
        let forfeited = Self::with_emission(now, |accumulator| {
            let pending = record.session.pending(accumulator);
            record.session.go_offline(accumulator);
            pending
        });
        let reason = ValueChange::WentOffline { ticks: settled.ticks };
        Self::value_changed(number, record, reason, settled.before);
        Self::tell_outage(number, record, challenge.number, forfeited);
    }

    /// Tells a worker that it missed a deadline and what that costs. One that reads no messages goes
    /// without.
    fn tell_outage(number: SessionId, record: &SessionRecord, challenge: u32, forfeited: FixedU128) {
        let parameters = Parameters::<T>::get();
        let value = record.session.value;
        let in_an_hour = slash::offline(&parameters, value, HOUR / parameters.tick.max(1));
        let message = WorkerMessage::Unresponsive {
            session: number,
            challenge,
            forfeited: Payout::divide(forfeited, parameters.treasury_share).pool,
            value: arithmetic::to_balance(value),
            hourly_loss: arithmetic::to_balance(value.saturating_sub(in_an_hour)),
        };
        let _ = pallet_mailbox::Pallet::<T>::send(Topic::Worker(record.worker), &message);
    }

    /// Challenges some responsive sessions, drawn at random, and says how many draws there were.
    pub(crate) fn draw_challenges(now: Moment) -> u32 {
        let elapsed = now.saturating_sub(DrawnAt::<T>::get());
        if elapsed == 0 {
            return 0;
        }
        DrawnAt::<T>::put(now);
        let count = ResponsiveCount::<T>::get();
        if count == 0 {
            return 0;
        }
        let parameters = Parameters::<T>::get();
        let (seed, _) = T::Randomness::random(SUBJECT);
        let random = |purpose: u32| random_number(&(seed.as_ref(), purpose));
        let draws = number_of_draws(&parameters, count, elapsed, random(0));
        for draw in 1..=draws {
            Self::challenge_at((random(draw) % u64::from(count)) as u32, now, &parameters);
        }
        draws
    }

    /// Challenges the responsive session of this index.
    pub(crate) fn challenge_at(index: u32, now: Moment, parameters: &TokenomicParameters) {
        match Responsive::<T>::get(index) {
            Some(session) => Self::challenge(session, now, parameters),
            None => {
                defensive!("a gap in the index of responsive sessions");
            }
        }
    }

    /// Challenges a responsive session that has no challenge to answer yet.
    pub(crate) fn challenge(number: SessionId, now: Moment, parameters: &TokenomicParameters) {
        let Some(mut record) = Sessions::<T>::get(number) else {
            defensive!("a responsive session that does not exist");
            return;
        };
        if record.challenge.is_some() || record.session.phase != Phase::Responsive {
            return;
        }
        let challenge = Challenge {
            number: record.next_challenge,
            deadline: now.saturating_add(parameters.heartbeat_window),
        };
        let message = WorkerMessage::Challenge {
            session: number,
            challenge: challenge.number,
            deadline: challenge.deadline,
        };
        // What was never asked cannot be answered. A worker that does not read its messages misses
        // the challenges that are in its topic already.
        if pallet_mailbox::Pallet::<T>::send(Topic::Worker(record.worker), &message).is_err() {
            return;
        }
        record.challenge = Some(challenge);
        record.next_challenge = challenge.number.wrapping_add(1);
        Sessions::<T>::insert(number, record);
        Deadlines::<T>::insert(TimeKey::new(challenge.deadline, number), ());
        Self::deposit_event(Event::Challenged {
            session: number,
            challenge: challenge.number,
            deadline: challenge.deadline,
        });
    }
}

/// How many of `count` sessions a block draws that comes `elapsed` ms after its predecessor: on average as
/// many as give each session one draw per `challenge_interval`, up to the most per block. `random`
/// decides about the fraction.
fn number_of_draws(parameters: &TokenomicParameters, count: u32, elapsed: Moment, random: u64) -> u32 {
    let interval = u128::from(parameters.challenge_interval.max(1));
    let due = u128::from(count).saturating_mul(elapsed.into());
    let whole = due / interval;
    let one_more = u128::from(random) % interval < due % interval;
    let most = parameters.challenges_per_block.min(count);
    u32::try_from(whole.saturating_add(one_more.into())).unwrap_or(u32::MAX).min(most)
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
    fn draws_should_average_one_per_session_and_interval_when_a_block_is_due_a_fraction() {
        let parameters = parameters(1_000, 20);
        let total: u32 = (0..1_000).map(|random| number_of_draws(&parameters, 3, 100, random)).sum();
        assert_eq!(total, 300);
    }

    /// Draws over so many blocks of 6 s among 7 sessions, by session.
    fn drawn(parameters: &TokenomicParameters, blocks: u32) -> [u32; 7] {
        let mut drawn = [0; 7];
        for block in 0..blocks {
            let random = |purpose: u32| random_number(&(block, purpose));
            for draw in 1..=number_of_draws(parameters, 7, 6_000, random(0)) {
                drawn[(random(draw) % 7) as usize] += 1;
            }
        }
        drawn
    }

    #[test]
    fn no_session_should_be_drawn_more_often_than_the_interval_allows_on_average() {
        // Two an hour, over 1000 hours of blocks.
        let drawn = drawn(&parameters(1_800_000, 20), 600_000);
        // 2000 each, which scatter by their root; nothing in this is random but the hash.
        assert!(drawn.iter().all(|count| (1_850..=2_150).contains(count)), "{drawn:?}");
        let all: u32 = drawn.iter().sum();
        assert!((13_700..=14_300).contains(&all), "{all}");
    }

    #[test]
    fn draws_should_be_at_most_those_allowed_when_more_are_due() {
        assert_eq!(number_of_draws(&parameters(1_000, 20), 1_000_000, 6_000, 0), 20);
        assert_eq!(number_of_draws(&parameters(1_000, 20), 2, u64::MAX, 0), 2);
        assert_eq!(number_of_draws(&parameters(1_000, 0), 2, 6_000, 0), 0);
    }
}
