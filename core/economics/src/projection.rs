//! What a session would earn over time, if what is assumed of it and of the network held.
//!
//! The session and the accumulator run from event to event as they do on the chain, so the work is O(answers), and
//! every number is what the chain would pay under the same events. What is simpler than the world:
//!
//! - Σ share of the others stays what it is, and so do the parameters.
//! - Challenges come at equal intervals, and are answered at once; blocks take no time.
//! - Performance is the same at every answer.
//! - All outages are equally long and far apart. Each begins when a challenge comes, so that it is noticed if it lasts
//!   longer than the window, and ends with the late answer.
//! - The subsidy lasts.

use sp_arithmetic::{traits::Zero, FixedU128, Perbill};

use crate::{
    arithmetic,
    parameters::{DAY, YEAR},
    performance, Accumulator, Balance, Moment, Payout, Phase, Schedule, Session, StartError,
    TokenomicParameters,
};

/// What is assumed of a session and of the network around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumptions {
    /// S in base units.
    pub stake: Balance,
    /// P.
    pub score: u32,
    /// Confidence level, 1 (best) to 5.
    pub confidence: u8,
    /// p at every answer; at most 1.2 · P of it count.
    pub performance: FixedU128,
    /// Whether the worker serves jobs at every answer, and so counts with P.
    pub serving: bool,
    /// Σ share of all other responsive sessions.
    pub others: FixedU128,
    /// Time between two challenges, in ms; not zero.
    pub challenge_interval: Moment,
    /// Part of the time during which the worker is down; below 1.
    pub offline: Perbill,
    /// Time from the end of one outage to that of the next, in ms.
    pub outage_interval: Moment,
    /// When the session starts.
    pub start: Moment,
    /// The emission at the start.
    pub schedule: Schedule,
}

impl Assumptions {
    /// A session that is always responsive, performs as it was measured, serves no jobs, and starts with the emission.
    pub fn new(
        parameters: &TokenomicParameters,
        stake: Balance,
        score: u32,
        confidence: u8,
        others: FixedU128,
    ) -> Self {
        Self {
            stake,
            score,
            confidence,
            performance: FixedU128::from_u32(score),
            serving: false,
            others,
            challenge_interval: parameters.challenge_interval,
            offline: Perbill::zero(),
            outage_interval: 7 * DAY,
            start: 0,
            schedule: Schedule::new(parameters, 0),
        }
    }
}

/// Why nothing can be projected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionError {
    /// The session may not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A time is zero where there must be one.
    #[error("the time between challenges and the time between points must not be zero")]
    ZeroTime,
    /// The worker would always be down.
    #[error(
        "a worker that is always down earns nothing; the part of the time that it is down must be below 1"
    )]
    NeverOnline,
    /// More answers or points than [`MAX_STEPS`].
    #[error("there would be more than {MAX_STEPS} challenges or points; project a shorter time or take longer steps")]
    TooLong,
}

/// Most challenges, and most points, in one projection.
pub const MAX_STEPS: u64 = 1_000_000;

/// Where a projected session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Time since the start, in ms.
    pub elapsed: Moment,
    /// Whether the session is responsive.
    pub phase: Phase,
    /// V in PHA.
    pub value: FixedU128,
    /// share_i.
    pub share: FixedU128,
    /// Paid so far, in base units.
    pub paid: Payout,
    /// What the next answer would pay to the pool, in base units.
    pub pending: Balance,
    /// B: PHA emitted in a tick now.
    pub budget: FixedU128,
    /// Yearly return on the stake so far, where 1 is 100 %: see [`apr`].
    pub apr: FixedU128,
}

/// Simple yearly return on `stake`, where 1 is 100 %: `paid / stake · 365 d / elapsed`.
///
/// `paid` is the pool's part of what was paid in `elapsed` ms, after the treasury's share and before the pool's
/// commission. Nothing is compounded. Saturates where there is no stake, or no time.
pub fn apr(paid: Balance, stake: Balance, elapsed: Moment) -> FixedU128 {
    let total =
        FixedU128::from_inner(arithmetic::multiply_divide(paid, FixedU128::from_u32(1).into_inner(), stake));
    arithmetic::scale(total, YEAR.into(), elapsed.into())
}

/// Projects a session over `duration` ms, with a point every `step` ms.
pub fn project<'a>(
    parameters: &'a TokenomicParameters,
    assumptions: Assumptions,
    duration: Moment,
    step: Moment,
) -> Result<Projection<'a>, ProjectionError> {
    let Assumptions { start, challenge_interval, offline, outage_interval, .. } = assumptions;
    if challenge_interval == 0 || step == 0 {
        return Err(ProjectionError::ZeroTime);
    }
    if offline >= Perbill::one() {
        return Err(ProjectionError::NeverOnline);
    }
    // Half of all time is left for what is planned after the end.
    let end = start.checked_add(duration).filter(|end| *end <= Moment::MAX / 2);
    let Some(end) = end.filter(|_| duration / challenge_interval.min(step) <= MAX_STEPS) else {
        return Err(ProjectionError::TooLong);
    };

    let Assumptions { stake, score, confidence, .. } = assumptions;
    let mut session = Session::start(parameters, stake, score, confidence, start)?;
    let mut accumulator = Accumulator::new(parameters, start);
    accumulator.schedule = assumptions.schedule;
    accumulator.replace_share(FixedU128::zero(), assumptions.others);
    session.update_share(&mut accumulator);

    let outage = offline.mul_floor(outage_interval);
    let first_outage = start.saturating_add(outage_interval.saturating_sub(outage));
    Ok(Projection {
        parameters,
        session,
        accumulator,
        paid: Payout::default(),
        next: (start.saturating_add(challenge_interval), Event::Challenged),
        outage,
        next_outage: (outage > 0).then_some(first_outage),
        next_point: start.saturating_add(step),
        step,
        end,
        assumptions,
    })
}

/// The points of a projection, in order.
#[derive(Clone, Debug)]
pub struct Projection<'a> {
    parameters: &'a TokenomicParameters,
    assumptions: Assumptions,
    session: Session,
    accumulator: Accumulator,
    paid: Payout,
    next: (Moment, Event),
    /// How long an outage lasts, in ms.
    outage: Moment,
    /// From when on the next challenge meets a worker that is down; none if it never is.
    next_outage: Option<Moment>,
    next_point: Moment,
    step: Moment,
    end: Moment,
}

/// What happens next to a projected session.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// It is challenged.
    Challenged,
    /// It is up again before the deadline.
    AnsweredInTime,
    /// The deadline passes; the worker will be up again at `back`.
    Missed { back: Moment },
    /// It is up again.
    AnsweredLate,
}

impl Iterator for Projection<'_> {
    type Item = Point;

    fn next(&mut self) -> Option<Point> {
        let at = self.next_point;
        if at > self.end {
            return None;
        }
        while self.next.0 <= at {
            let (now, event) = self.next;
            self.next = self.happen(event, now);
        }
        self.next_point = at.saturating_add(self.step);
        Some(self.point(at))
    }
}

impl Projection<'_> {
    /// Lets `event` happen at `now`, and says what is next.
    fn happen(&mut self, event: Event, now: Moment) -> (Moment, Event) {
        self.session.settle(self.parameters, now);
        self.accumulator.advance(self.parameters, now);
        match event {
            Event::Challenged => match self.next_outage.filter(|outage| *outage <= now) {
                Some(outage) => return self.go_down(outage, now),
                None => self.pay(),
            },
            Event::AnsweredInTime => self.pay(),
            Event::Missed { back } => {
                self.session.go_offline(&mut self.accumulator);
                return (back, Event::AnsweredLate);
            }
            Event::AnsweredLate => {
                self.measure();
                self.session.recover(now, &mut self.accumulator);
            }
        }
        (now.saturating_add(self.assumptions.challenge_interval), Event::Challenged)
    }

    /// The worker goes down at `now`; its outages are due at `outage` and then at equal intervals.
    fn go_down(&mut self, outage: Moment, now: Moment) -> (Moment, Event) {
        let back = now.saturating_add(self.outage);
        self.next_outage = Some(outage.saturating_add(self.assumptions.outage_interval).max(back));
        let deadline = now.saturating_add(self.parameters.heartbeat_window);
        match back <= deadline {
            true => (back, Event::AnsweredInTime),
            false => (deadline, Event::Missed { back }),
        }
    }

    fn pay(&mut self) {
        self.measure();
        let payout = Payout::divide(self.session.pending(&self.accumulator), self.parameters.treasury_share);
        self.session.pay(payout.pool, &mut self.accumulator);
        self.paid.pool = self.paid.pool.saturating_add(payout.pool);
        self.paid.treasury = self.paid.treasury.saturating_add(payout.treasury);
    }

    /// An answer shows the assumed performance; a counter of whole iterations would only round it.
    fn measure(&mut self) {
        self.session.instant = self.assumptions.performance.min(performance::cap(self.session.score));
        self.session.serving = self.assumptions.serving;
    }

    /// How the session looks at `at`; nothing changes by looking.
    fn point(&self, at: Moment) -> Point {
        let (mut session, mut accumulator) = (self.session.clone(), self.accumulator);
        session.settle(self.parameters, at);
        accumulator.advance(self.parameters, at);
        let elapsed = at.saturating_sub(self.assumptions.start);
        Point {
            elapsed,
            phase: session.phase,
            value: session.value,
            share: session.share,
            paid: self.paid,
            pending: Payout::divide(session.pending(&accumulator), self.parameters.treasury_share).pool,
            budget: accumulator.schedule.budget,
            apr: apr(self.paid.pool, self.assumptions.stake, elapsed),
        }
    }
}
