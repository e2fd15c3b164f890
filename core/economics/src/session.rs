//! One session's value from event to event: sections 2 to 7 put together.
//!
//! Between two events nothing is computed. At an event, [`Session::settle`] first brings the value up
//! to now; then the event changes it or the phase.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_arithmetic::{
    traits::{One, Saturating, Zero},
    FixedU128,
};

use crate::{
    arithmetic, growth::Growth, payout, performance, slash, start, Accumulator, Balance, Moment, SlashLevel,
    StartError, TokenomicParameters,
};

/// Where a session stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub enum Phase {
    /// It answers its challenges: its value grows, and it has a share in the emission.
    #[codec(index = 0)]
    Responsive,
    /// It missed a deadline: its value falls until it answers.
    #[codec(index = 1)]
    Unresponsive,
    /// It was stopped: its value stays as it is.
    #[codec(index = 2)]
    CoolingDown {
        /// When the stake is returned.
        until: Moment,
    },
}

/// A session, as of its last event.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Session {
    /// Where it stands.
    pub phase: Phase,
    /// V^e as of the start or the last restart, in PHA.
    pub initial_value: FixedU128,
    /// V, in PHA.
    pub value: FixedU128,
    /// D: growth not yet paid, in PHA.
    pub due: FixedU128,
    /// p_bench: performance score, fixed at the start or restart.
    pub score: u32,
    /// p_instant, at most 1.2 · p_bench.
    pub instant: FixedU128,
    /// Whether it served jobs at its last answer; it then counts with p_bench, because its benchmark
    /// pauses.
    pub serving: bool,
    /// Confidence level, 1 (best) to 5, fixed at the start or restart.
    pub confidence: u8,
    /// Up to when `value` is accounted for: whole ticks after the last reset of the clock.
    pub settled_at: Moment,
    /// Counter of the last answer.
    pub iterations: u64,
    /// When it was counted.
    pub counted_at: Moment,
    /// share_i, fixed between two events.
    pub share: FixedU128,
    /// A_i: the accumulator up to which `earned` counts.
    pub per_share: FixedU128,
    /// Earned with earlier shares since the last answer, in PHA.
    pub earned: FixedU128,
}

/// What [`Session::settle`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Whole ticks accounted for.
    pub ticks: u64,
    /// V before, in PHA.
    pub before: FixedU128,
}

impl Session {
    /// A session that starts at `now` with `stake` base units. It has no share yet.
    pub fn start(
        parameters: &TokenomicParameters,
        stake: Balance,
        score: u32,
        confidence: u8,
        now: Moment,
    ) -> Result<Self, StartError> {
        let initial_value = start::initial_value(parameters, stake, score, confidence)?;
        Ok(Self {
            phase: Phase::Responsive,
            initial_value,
            value: initial_value,
            due: FixedU128::zero(),
            score,
            instant: FixedU128::from_u32(score),
            serving: false,
            confidence,
            settled_at: now,
            iterations: 0,
            counted_at: now,
            share: FixedU128::zero(),
            per_share: FixedU128::zero(),
            earned: FixedU128::zero(),
        })
    }

    /// Brings the value up to `now`: growth while responsive, slash while unresponsive, nothing in the
    /// cool-down. Whole ticks count; the rest of the time waits for the next call.
    pub fn settle(&mut self, parameters: &TokenomicParameters, now: Moment) -> Settled {
        let before = self.value;
        // A record that was validated has no tick of zero.
        let ticks = now.saturating_sub(self.settled_at) / parameters.tick.max(1);
        self.settled_at = self.settled_at.saturating_add(ticks.saturating_mul(parameters.tick));
        // Where V_max was lowered since the start, V^e stands: the stake must not pay for it.
        let cap = parameters.value_max.max(self.initial_value);
        let value = match self.phase {
            Phase::Responsive => {
                let growth = Growth::new(parameters, self.score, self.performance()).capped_at(cap);
                let grown = growth.after(self.value, ticks);
                self.due = self.due.saturating_add(grown.growth);
                grown.value
            }
            Phase::Unresponsive => slash::offline(parameters, self.value, ticks),
            Phase::CoolingDown { .. } => self.value,
        };
        self.value = value.min(cap);
        Settled { ticks, before }
    }

    /// Takes in an answer's counter.
    pub fn measure(&mut self, iterations: u64, serving: bool, now: Moment) {
        let elapsed = now.saturating_sub(self.counted_at);
        if let Some(instant) = performance::instant(self.score, self.iterations, iterations, elapsed) {
            self.instant = instant;
        }
        self.iterations = iterations;
        self.counted_at = now;
        self.serving = serving;
    }

    /// Earned since the last answer, in PHA; the accumulator must have been advanced to now.
    pub fn pending(&self, accumulator: &Accumulator) -> FixedU128 {
        self.earned.saturating_add(accumulator.earned(self.share, self.per_share))
    }

    /// Computes the share anew, in the session and in Σ. What was earned with the old one is kept. The
    /// accumulator must have been advanced to now, and the session settled.
    pub fn update_share(&mut self, accumulator: &mut Accumulator) {
        self.earned = self.pending(accumulator);
        self.per_share = accumulator.per_share;

        // A level without a score could not have started.
        let confidence = start::confidence_score(self.confidence).unwrap_or_else(FixedU128::one);
        let share = match self.phase {
            Phase::Responsive => payout::share(self.value, self.performance(), confidence),
            Phase::Unresponsive | Phase::CoolingDown { .. } => FixedU128::zero(),
        };
        accumulator.replace_share(self.share, share);
        self.share = share;
    }

    /// What was earned is paid, of which `paid` base units go to the pool. They are taken from the value, up to
    /// the growth not yet paid: `V ← V − min(D, payout)`, `D ← 0`. Then the share changes.
    pub fn pay(&mut self, paid: Balance, accumulator: &mut Accumulator) {
        self.value = self.value.saturating_sub(self.due.min(arithmetic::from_balance(paid)));
        self.due = FixedU128::zero();
        self.update_share(accumulator);
        self.earned = FixedU128::zero();
    }

    /// A deadline passed: what was earned since the last answer is forfeited, and the share with it.
    pub fn go_offline(&mut self, accumulator: &mut Accumulator) {
        self.leave(Phase::Unresponsive, accumulator);
    }

    /// The end: what was earned since the last answer is forfeited, and the share with it.
    pub fn stop(&mut self, until: Moment, accumulator: &mut Accumulator) {
        self.leave(Phase::CoolingDown { until }, accumulator);
    }

    fn leave(&mut self, phase: Phase, accumulator: &mut Accumulator) {
        self.phase = phase;
        self.due = FixedU128::zero();
        self.update_share(accumulator);
        self.earned = FixedU128::zero();
    }

    /// A late answer. The session must have been settled; the clock starts again, so that the tick of
    /// recovery neither grows nor slashes.
    pub fn recover(&mut self, now: Moment, accumulator: &mut Accumulator) {
        self.phase = Phase::Responsive;
        self.settled_at = now;
        self.update_share(accumulator);
    }

    /// A fault. Growth not yet paid is lost in the same proportion, and the share falls.
    pub fn fault(
        &mut self,
        parameters: &TokenomicParameters,
        level: SlashLevel,
        accumulator: &mut Accumulator,
    ) {
        let loss = parameters.loss(level);
        self.value = slash::after_loss(self.value, loss);
        self.due = slash::after_loss(self.due, loss);
        self.update_share(accumulator);
    }

    /// More stake is put behind a running session, which must have been settled: V^e and V are what
    /// `stake` base units promise with the worker's newest `score` and `confidence`. What the old stake
    /// lost is not undone by this: [`Session::returned`] says before it how much of that is left.
    ///
    /// Growth not yet paid goes with the value that grew: a payout must not take it from the new one.
    /// What was earned with the old share is kept. On an error nothing changes.
    pub fn restart(
        &mut self,
        parameters: &TokenomicParameters,
        stake: Balance,
        score: u32,
        confidence: u8,
        accumulator: &mut Accumulator,
    ) -> Result<(), StartError> {
        self.initial_value = start::initial_value(parameters, stake, score, confidence)?;
        self.value = self.initial_value;
        self.due = FixedU128::zero();
        self.score = score;
        self.confidence = confidence;
        self.instant = self.instant.min(performance::cap(score));
        self.update_share(accumulator);
        Ok(())
    }

    /// p: what growth and share count with.
    pub fn performance(&self) -> FixedU128 {
        match self.serving {
            true => FixedU128::from_u32(self.score),
            false => self.instant,
        }
    }

    /// Base units of `stake` that are returned: `S · min(V / V^e, 1)` (section 7).
    pub fn returned(&self, stake: Balance) -> Balance {
        match self.value >= self.initial_value {
            true => stake,
            false => {
                arithmetic::multiply_divide(stake, self.value.into_inner(), self.initial_value.into_inner())
                    .min(stake)
            }
        }
    }
}
