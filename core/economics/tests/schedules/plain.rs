//! The specification's recurrence as it is written, in floating point.

use phala_economics::{FixedU128, Moment, Phase, TokenomicParameters};

pub(crate) fn number(fixed: FixedU128) -> f64 {
    fixed.to_float()
}

/// What all sessions share.
pub(crate) struct PlainWorld {
    tick: Moment,
    /// ρ − 1.
    growth: f64,
    value_max: f64,
    price: f64,
    slash: f64,
    stake_multiplier: f64,
    budget: f64,
    budget_period: Moment,
    decays_at: Moment,
    total_share: f64,
    at: Moment,
}

impl PlainWorld {
    pub(crate) fn new(parameters: &TokenomicParameters, now: Moment) -> Self {
        let tick = parameters.tick;
        Self {
            tick,
            growth: number(parameters.rho - FixedU128::from_u32(1)),
            value_max: number(parameters.value_max),
            price: number(parameters.price),
            slash: f64::from(parameters.slash_offline.deconstruct()) / 1e9 * tick as f64 / 3_600_000.0,
            stake_multiplier: number(parameters.stake_multiplier),
            budget: number(parameters.budget),
            budget_period: parameters.budget_period,
            decays_at: now + parameters.budget_period,
            total_share: 0.0,
            at: now,
        }
    }

    pub(crate) fn change(&mut self, parameters: &TokenomicParameters, now: Moment) {
        *self = Self { total_share: self.total_share, ..Self::new(parameters, now) };
    }

    pub(crate) fn start(&self, stake: u128, score: u32, confidence: u8, now: Moment) -> PlainSession {
        let score_c = match confidence {
            4 => 0.8,
            5 => 0.7,
            _ => 1.0,
        };
        let rig_cost = 0.3 * f64::from(score) / self.price;
        let value = (1.0 + score_c * (self.stake_multiplier - 1.0)) * (stake as f64 / 1e12 + rig_cost);
        let mut session = PlainSession {
            phase: Phase::Responsive,
            initial_value: value,
            value,
            due: 0.0,
            score: f64::from(score),
            score_c,
            instant: f64::from(score),
            serving: false,
            iterations: 0,
            counted_at: now,
            settled_at: now,
            share: 0.0,
            earned: 0.0,
        };
        session.update_share();
        session
    }

    pub(crate) fn sum_shares<'a>(&mut self, sessions: impl Iterator<Item = &'a PlainSession>) {
        self.total_share = sessions.map(|session| session.share).sum();
    }

    /// Gives everybody their part of what is emitted, tick by tick.
    pub(crate) fn pass<'a>(&mut self, to: Moment, sessions: impl Iterator<Item = &'a mut PlainSession>) {
        let mut emitted = 0.0;
        while self.at < to {
            if self.at == self.decays_at {
                self.budget *= 0.75;
                self.decays_at += self.budget_period;
            }
            let next = to.min(self.at + self.tick).min(self.decays_at);
            emitted += self.budget * (next - self.at) as f64 / self.tick as f64;
            self.at = next;
        }
        for session in sessions.filter(|_| self.total_share > 0.0) {
            session.earned += emitted * session.share / self.total_share;
        }
    }
}

pub(crate) struct PlainSession {
    pub(crate) phase: Phase,
    pub(crate) initial_value: f64,
    pub(crate) value: f64,
    pub(crate) due: f64,
    pub(crate) share: f64,
    pub(crate) earned: f64,
    pub(crate) settled_at: Moment,
    score: f64,
    score_c: f64,
    instant: f64,
    serving: bool,
    iterations: u64,
    counted_at: Moment,
}

impl PlainSession {
    /// Tick after tick up to `now`.
    pub(crate) fn settle(&mut self, world: &PlainWorld, now: Moment) {
        let cap = world.value_max.max(self.initial_value);
        let m = self.performance() / self.score;
        // USD a year, at 2628000 ticks of 12 s, or as many as there are.
        let ticks_a_year = 31_536_000_000.0 / world.tick as f64;
        let costs = (0.0415625 * self.score + 88.59375) / ticks_a_year / world.price;
        while self.settled_at + world.tick <= now {
            self.settled_at += world.tick;
            match self.phase {
                Phase::Responsive => {
                    let growth = m * (world.growth * self.value + costs);
                    self.value = (self.value + growth).min(cap);
                    self.due += growth;
                }
                Phase::Unresponsive => self.value -= world.slash * self.value,
                Phase::CoolingDown { .. } => {}
            }
        }
        self.value = self.value.min(cap);
    }

    pub(crate) fn measure(&mut self, iterations: u64, serving: bool, now: Moment) {
        if now > self.counted_at {
            let more = iterations.saturating_sub(self.iterations) as f64;
            let p = 6.0 * more / ((now - self.counted_at) as f64 / 1_000.0);
            self.instant = p.min(1.2 * self.score);
        }
        self.iterations = iterations;
        self.counted_at = now;
        self.serving = serving;
    }

    pub(crate) fn pay(&mut self, payout: f64) {
        self.value -= self.due.min(payout).min(self.value);
        self.due = 0.0;
        self.earned = 0.0;
    }

    pub(crate) fn recover(&mut self, now: Moment) {
        self.phase = Phase::Responsive;
        self.settled_at = now;
    }

    pub(crate) fn leave(&mut self, phase: Phase) {
        self.phase = phase;
        self.due = 0.0;
        self.earned = 0.0;
    }

    pub(crate) fn fault(&mut self, loss: f64) {
        self.value *= 1.0 - loss;
        self.due *= 1.0 - loss;
    }

    pub(crate) fn restart(&mut self, world: &PlainWorld, stake: u128, score: u32, confidence: u8) {
        let fresh = world.start(stake, score, confidence, 0);
        *self = Self {
            initial_value: fresh.initial_value,
            value: fresh.value,
            due: 0.0,
            score: fresh.score,
            score_c: fresh.score_c,
            instant: self.instant.min(1.2 * fresh.score),
            ..*self
        };
    }

    pub(crate) fn update_share(&mut self) {
        self.share = match self.phase {
            Phase::Responsive => self.value.hypot(2.0 * self.performance() * self.score_c),
            Phase::Unresponsive | Phase::CoolingDown { .. } => 0.0,
        };
    }

    fn performance(&self) -> f64 {
        match self.serving {
            true => self.score,
            false => self.instant,
        }
    }
}
