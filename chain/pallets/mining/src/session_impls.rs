//! Start, fault, stop, and the return of the stake.

use phala_economics::{Accumulator, FixedU128, Phase, Session, SlashLevel, StartError};
use phala_primitives::{
    mailbox::{Topic, WorkerMessage},
    Balance, BlockNumber, Hash, Moment, PoolId, SessionId, WorkerId,
};
use polkadot_sdk::{
    frame_support::{
        defensive,
        dispatch::DispatchResult,
        ensure,
        traits::{Get, Time},
    },
    frame_system,
    sp_runtime::{
        traits::{SaturatedConversion, Zero},
        DispatchError,
    },
};

use pallet_mailbox::SendMessage;

use crate::{
    Config, Deadlines, Emission, Error, Event, Pallet, Parameters, ParametersVersion, Pools, ResponsiveCount,
    Returns, SessionOf, SessionRecord, TimeKey, ValueChange,
};

impl<T> From<StartError> for Error<T> {
    fn from(error: StartError) -> Self {
        match error {
            StartError::InsufficientStake => Self::InsufficientStake,
            StartError::TooMuchStake => Self::TooMuchStake,
            StartError::BenchmarkTooLow => Self::BenchmarkTooLow,
            StartError::UnknownConfidence => Self::UnknownConfidence,
        }
    }
}

impl<T: Config> pallet_registry::InUse for Pallet<T> {
    fn in_use(worker: &WorkerId) -> bool {
        SessionOf::<T>::contains_key(worker)
    }
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_start(
        worker: WorkerId,
        pool: PoolId,
        stake: Balance,
    ) -> Result<SessionId, DispatchError> {
        ensure!(!SessionOf::<T>::contains_key(worker), Error::<T>::WorkerInSession);
        let (score, confidence) = Self::score_and_confidence(&worker)?;
        let now = Self::now();
        let parameters = Parameters::<T>::get();
        let mut session =
            Session::start(&parameters, stake, score, confidence, now).map_err(Error::<T>::from)?;
        let number = Self::next_session()?;
        pallet_mailbox::Pallet::<T>::send(
            Topic::Worker(worker),
            &WorkerMessage::SessionStarted { session: number },
        )?;

        Self::with_emission(now, |accumulator| session.update_share(accumulator));
        let initial_value = session.initial_value;
        Self::count_responsive();
        let record = SessionRecord {
            number,
            challenge: None,
            worker,
            pool,
            stake,
            session,
            version: ParametersVersion::<T>::get(),
            next_challenge: 0,
            outage_loss: FixedU128::zero(),
            changed_at: Self::block(),
        };
        Self::take_seat(record);
        Self::deposit_event(Event::SessionStarted { session: number, worker, pool, stake, initial_value });
        Ok(number)
    }

    pub(crate) fn do_restart(worker: WorkerId, stake: Balance) -> DispatchResult {
        let mut record = Self::running_or_cooling(&worker)?;
        let now = Self::now();
        match record.session.phase {
            Phase::Responsive => {}
            Phase::Unresponsive => return Err(Error::<T>::Unresponsive.into()),
            Phase::CoolingDown { .. } => return Err(Error::<T>::CoolingDown.into()),
        }
        // The block that would have noticed a missed deadline comes after this one.
        let in_time = record.challenge.is_none_or(|challenge| now <= challenge.deadline);
        ensure!(in_time, Error::<T>::Unresponsive);
        ensure!(stake > record.stake, Error::<T>::StakeNotLarger);
        let (score, confidence) = Self::score_and_confidence(&worker)?;

        let settled = Self::settle(&mut record, now);
        let taken = core::mem::replace(&mut record.stake, stake);
        let returned = record.session.returned(taken);
        let mut accumulator = Self::emission_at(now);
        record
            .session
            .restart(&Parameters::<T>::get(), stake, score, confidence, &mut accumulator)
            .map_err(Error::<T>::from)?;
        Emission::<T>::put(accumulator);

        let ticks = settled.ticks;
        let reason = ValueChange::Restarted { ticks, taken, returned, stake, score, confidence };
        Self::value_changed(&mut record, reason, settled.before);
        T::Pools::on_stake_returned(record.pool, worker, taken, returned);
        Self::store(record);
        Ok(())
    }

    pub(crate) fn do_stop(worker: WorkerId) -> DispatchResult {
        let mut record = Self::running_or_cooling(&worker)?;
        let session = record.number;
        ensure!(!matches!(record.session.phase, Phase::CoolingDown { .. }), Error::<T>::CoolingDown);

        let now = Self::now();
        let settled = Self::settle(&mut record, now);
        if record.session.phase == Phase::Responsive {
            Self::uncount_responsive();
        }
        Self::drop_challenge(&mut record);
        let until = now.saturating_add(Parameters::<T>::get().cool_down);
        Self::with_emission(now, |accumulator| record.session.stop(until, accumulator));
        record.outage_loss = FixedU128::zero();
        Returns::<T>::insert(TimeKey::new(until, session), ());

        let reason = ValueChange::Stopped { ticks: settled.ticks };
        Self::value_changed(&mut record, reason, settled.before);
        Self::deposit_event(Event::SessionStopped { session, worker, pool: record.pool, until });
        Self::announce_return(&record);
        Self::store(record);
        // A worker that reads no messages cannot keep its pool from stopping it; all it misses is leave
        // to end its benchmark.
        let _ = pallet_mailbox::Pallet::<T>::send(
            Topic::Worker(worker),
            &WorkerMessage::SessionStopped { session },
        );
        Ok(())
    }

    pub(crate) fn do_fault(worker: WorkerId, level: SlashLevel, evidence: Hash) -> DispatchResult {
        let mut record = Self::running_or_cooling(&worker)?;
        let now = Self::now();
        let settled = Self::settle(&mut record, now);
        let parameters = Parameters::<T>::get();
        Self::with_emission(now, |accumulator| record.session.fault(&parameters, level, accumulator));
        let reason = ValueChange::Fault { ticks: settled.ticks, level, evidence };
        Self::value_changed(&mut record, reason, settled.before);

        let phase = record.session.phase;
        if let Phase::CoolingDown { .. } = phase {
            Self::announce_return(&record);
        }
        Self::store(record);
        match (level, phase) {
            (_, Phase::CoolingDown { .. }) | (SlashLevel::GoodFaith | SlashLevel::Proven, _) => Ok(()),
            // Whoever threatens the network does not go on mining.
            (SlashLevel::Threat, Phase::Responsive | Phase::Unresponsive) => Self::do_stop(worker),
        }
    }

    pub(crate) fn do_reclaim(number: SessionId) -> DispatchResult {
        let record = Self::record(number).ok_or(Error::<T>::SessionNotFound)?;
        let Phase::CoolingDown { until } = record.session.phase else {
            return Err(Error::<T>::NotCoolingDown.into());
        };
        ensure!(until <= Self::now(), Error::<T>::CoolDownNotOver);
        Self::return_stake(record, until);
        Ok(())
    }

    /// Returns the stake of sessions whose cool-down is over, a bounded number of them, and says how many.
    pub(crate) fn return_stakes(now: Moment) -> u32 {
        let over: alloc::vec::Vec<TimeKey> = Returns::<T>::iter_keys()
            .take_while(|key| key.time() <= now)
            .take(T::MaxPerBlock::get() as usize)
            .collect();
        for key in &over {
            match Self::record(key.session()) {
                Some(record) => Self::return_stake(record, key.time()),
                None => {
                    defensive!("a cool-down of a session that does not exist");
                    Returns::<T>::remove(key);
                }
            }
        }
        over.len() as u32
    }

    /// Tells the pool what will come back of the stake behind a session that is over.
    fn announce_return(record: &SessionRecord) {
        let SessionRecord { pool, worker, stake: taken, ref session, .. } = *record;
        T::Pools::on_cooling_down(pool, worker, taken, session.returned(taken));
    }

    fn return_stake(record: SessionRecord, until: Moment) {
        Self::leave_seat(&record);
        let SessionRecord { number, worker, pool, stake: taken, session, .. } = record;
        Returns::<T>::remove(TimeKey::new(until, number));
        let returned = session.returned(taken);
        T::Pools::on_stake_returned(pool, worker, taken, returned);
        Self::deposit_event(Event::StakeReturned { session: number, worker, pool, taken, returned });
    }

    /// The worker's newest score and confidence level, with which a session may begin.
    fn score_and_confidence(worker: &WorkerId) -> Result<(u32, u8), Error<T>> {
        let registered = pallet_registry::Workers::<T>::get(worker).ok_or(Error::<T>::WorkerNotRegistered)?;
        let score = registered.score.ok_or(Error::<T>::NotBenchmarked)?;
        let attestation = registered.attestation;
        ensure!(pallet_registry::Pallet::<T>::is_current(&attestation), Error::<T>::AttestationExpired);
        Ok((score, attestation.confidence))
    }

    fn running_or_cooling(worker: &WorkerId) -> Result<SessionRecord, Error<T>> {
        let number = SessionOf::<T>::get(worker).ok_or(Error::<T>::NotMining)?;
        Self::record(number).ok_or(Error::<T>::SessionNotFound)
    }
}

/// What every event of a session needs.
impl<T: Config> Pallet<T> {
    pub(crate) fn now() -> Moment {
        <T as Config>::Time::now()
    }

    /// Number of the current block.
    pub(crate) fn block() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// Lets `change` see the accumulator as of now, and stores it.
    pub(crate) fn with_emission<R>(now: Moment, change: impl FnOnce(&mut Accumulator) -> R) -> R {
        let mut accumulator = Self::emission_at(now);
        let result = change(&mut accumulator);
        Emission::<T>::put(accumulator);
        result
    }

    /// The accumulator as of `now`.
    pub(crate) fn emission_at(now: Moment) -> Accumulator {
        let parameters = Parameters::<T>::get();
        let mut accumulator = Emission::<T>::get().unwrap_or_else(|| Accumulator::new(&parameters, now));
        accumulator.advance(&parameters, now);
        accumulator
    }

    /// The one event that every change of a value has; the record, which the caller stores, notes it.
    pub(crate) fn value_changed(record: &mut SessionRecord, reason: ValueChange, before: FixedU128) {
        let previous = core::mem::replace(&mut record.changed_at, Self::block());
        let (session, worker, after) = (record.number, record.worker, record.session.value);
        Self::deposit_event(Event::ValueChanged { session, worker, reason, before, after, previous });
    }

    /// Forgets the challenge that awaits an answer.
    pub(crate) fn drop_challenge(record: &mut SessionRecord) {
        if let Some(challenge) = record.challenge.take() {
            Deadlines::<T>::remove(TimeKey::new(challenge.deadline, record.number));
        }
    }

    /// There is one more responsive session.
    pub(crate) fn count_responsive() {
        ResponsiveCount::<T>::mutate(|count| *count = count.saturating_add(1));
    }

    /// There is one responsive session less.
    pub(crate) fn uncount_responsive() {
        ResponsiveCount::<T>::mutate(|count| *count = count.saturating_sub(1));
    }
}
