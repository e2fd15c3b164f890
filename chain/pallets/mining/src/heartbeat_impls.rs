//! Answers to challenges.

use pallet_mailbox::SendMessage;
use phala_economics::{arithmetic, Phase, Settled};
use phala_primitives::{
    mailbox::{Topic, WorkerMessage},
    session::Challenge,
    Moment, SessionId, WorkerId,
};
use polkadot_sdk::{
    frame_support::{dispatch::DispatchResult, ensure},
    sp_runtime::traits::Saturating,
};

use crate::{Config, Error, Pallet, Parameters, ParametersVersion, SessionRecord, Superseded, ValueChange};

/// What an answer says.
struct Answer {
    iterations: u64,
    serving: bool,
    now: Moment,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_heartbeat(
        worker: WorkerId,
        number: SessionId,
        challenge: u32,
        iterations: u64,
        jobs: u32,
    ) -> DispatchResult {
        let mut record = Self::record(number).ok_or(Error::<T>::SessionNotFound)?;
        ensure!(record.worker == worker, Error::<T>::NotOwnSession);
        ensure!(!matches!(record.session.phase, Phase::CoolingDown { .. }), Error::<T>::CoolingDown);
        ensure!(challenge < record.next_challenge, Error::<T>::ChallengeNotIssued);
        let Challenge { deadline, .. } =
            record.challenge.filter(|open| open.number == challenge).ok_or(Error::<T>::ChallengeAnswered)?;

        let answer = Answer { iterations, serving: jobs > 0, now: Self::now() };
        // The block that would have noticed comes after this one.
        if record.session.phase == Phase::Responsive && answer.now > deadline {
            Self::take_offline(&mut record, answer.now);
        }
        Self::drop_challenge(&mut record);
        match record.session.phase {
            Phase::Responsive => Self::answered_in_time(&mut record, answer),
            Phase::Unresponsive | Phase::CoolingDown { .. } => Self::answered_late(&mut record, answer),
        }
        Self::store(record);
        Ok(())
    }

    /// Pays what the session earned since its last answer.
    fn answered_in_time(record: &mut SessionRecord, answer: Answer) {
        let Settled { ticks, before } = Self::settle(record, answer.now);
        let due = record.session.due;
        record.session.measure(answer.iterations, answer.serving, answer.now);
        let payout = Self::with_emission(answer.now, |accumulator| {
            let payout = Self::pay(record.number, record.pool, record.session.pending(accumulator));
            record.session.pay(payout.pool, accumulator);
            payout
        });
        let reason = ValueChange::Paid {
            ticks,
            due,
            payout: payout.pool,
            treasury: payout.treasury,
            instant: record.session.instant,
        };
        Self::value_changed(record, reason, before);
    }

    /// Ends an outage, which is never paid.
    fn answered_late(record: &mut SessionRecord, answer: Answer) {
        let Settled { ticks, before } = Self::settle(record, answer.now);
        record.session.measure(answer.iterations, answer.serving, answer.now);
        Self::with_emission(answer.now, |accumulator| record.session.recover(answer.now, accumulator));
        Self::count_responsive();
        let reason = ValueChange::Recovered { ticks, instant: record.session.instant };
        Self::value_changed(record, reason, before);

        let message = WorkerMessage::Recovered {
            session: record.number,
            lost: arithmetic::to_balance(core::mem::take(&mut record.outage_loss)),
            value: arithmetic::to_balance(record.session.value),
        };
        // A worker that reads no messages has recovered all the same.
        let _ = pallet_mailbox::Pallet::<T>::send(Topic::Worker(record.worker), &message);
    }

    /// Brings a session's value up to now, first under the parameters before the last change if it has not
    /// been since.
    pub(crate) fn settle(record: &mut SessionRecord, now: Moment) -> Settled {
        let before = record.session.value;
        let version = ParametersVersion::<T>::get();
        let mut ticks = 0u64;
        if record.version != version {
            if let Some(change) = Superseded::<T>::get() {
                ticks = record.session.settle(&change.parameters, change.at).ticks;
            }
            record.version = version;
        }
        ticks = ticks.saturating_add(record.session.settle(&Parameters::<T>::get(), now).ticks);
        if record.session.phase == Phase::Unresponsive {
            let lost = before.saturating_sub(record.session.value);
            record.outage_loss = record.outage_loss.saturating_add(lost);
        }
        Settled { ticks, before }
    }
}
