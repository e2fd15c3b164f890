//! The chain's side: what each action does to the sessions, the emission and the money.
//!
//! Every step is the mining pallet's, in its order: a session is settled up to now, then changed, and its
//! share in the emission follows. Two things differ, neither in a way that shows in any number:
//!
//! - A change of parameters settles all sessions at once. The chain settles them over the next blocks,
//!   up to the moment of the change under the old parameters all the same.
//! - Nobody draws challenges. An answer is given when the schedule says so, and a deadline has passed when it
//!   says so.

use phala_economics::{
    slash, Accumulator, Balance, FixedU128, Moment, Payout, Phase, Session, SlashLevel, TokenomicParameters,
};
use sp_arithmetic::traits::Saturating;

use crate::{
    action::{Action, Happening, Worker},
    invariants::Breach,
    ledger::Ledger,
    outcome::{NetworkError, Outcome},
};

/// One worker's session.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Value and clocks, as of the last action.
    pub session: Session,
    /// Base units behind it.
    pub stake: Balance,
    /// The value below which no payout may take it: that of its last answer, less what faults took, in
    /// PHA.
    pub(crate) floor: FixedU128,
    /// Whether V_max cut off growth since the last answer; a payout may then take it below `floor`.
    pub(crate) clipped: bool,
}

/// All sessions, the emission and the money.
#[derive(Clone, Debug)]
pub struct Network {
    parameters: TokenomicParameters,
    accumulator: Option<Accumulator>,
    sessions: Vec<Option<Entry>>,
    ledger: Ledger,
}

impl Network {
    /// A network without sessions, whose subsidy holds `funded` base units. Emission begins with the first
    /// session.
    pub fn new(parameters: TokenomicParameters, funded: Balance) -> Result<Self, NetworkError> {
        parameters.validate()?;
        let ledger = Ledger { funded, left: funded, ..Default::default() };
        Ok(Self { parameters, accumulator: None, sessions: Vec::new(), ledger })
    }

    /// The parameters now.
    pub fn parameters(&self) -> &TokenomicParameters {
        &self.parameters
    }

    /// The emission as of the last action; none before the first session.
    pub fn accumulator(&self) -> Option<&Accumulator> {
        self.accumulator.as_ref()
    }

    /// The money.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// A worker's session, until its stake was returned.
    pub fn session(&self, worker: Worker) -> Option<&Entry> {
        self.sessions.get(worker as usize)?.as_ref()
    }

    /// All sessions, those that cool down included.
    pub fn sessions(&self) -> impl Iterator<Item = (Worker, &Entry)> {
        self.sessions
            .iter()
            .enumerate()
            .filter_map(|(worker, entry)| Some((worker as Worker, entry.as_ref()?)))
    }

    /// Lets an action happen. Actions must come in the order of time.
    pub fn apply(&mut self, action: &Action) -> Result<Outcome, NetworkError> {
        let now = action.at;
        match &action.happening {
            Happening::Start { worker, stake, score, confidence } => {
                self.start(*worker, *stake, *score, *confidence, now)
            }
            Happening::Restart { worker, stake, score, confidence } => {
                self.restart(*worker, *stake, *score, *confidence, now)
            }
            Happening::Answer { worker, iterations, jobs } => {
                self.answer(*worker, *iterations, *jobs > 0, now)
            }
            Happening::DeadlinePassed { worker } => self.go_offline(*worker, now),
            Happening::Fault { worker, level } => self.fault(*worker, *level, now),
            Happening::Stop { worker } => self.stop(*worker, now),
            Happening::Return { worker } => self.return_stake(*worker, now),
            Happening::SetParameters(parameters) => self.set_parameters(parameters, now),
        }
    }

    fn start(
        &mut self,
        worker: Worker,
        stake: Balance,
        score: u32,
        confidence: u8,
        now: Moment,
    ) -> Result<Outcome, NetworkError> {
        let index = worker as usize;
        if self.sessions.len() <= index {
            self.sessions.resize(index + 1, None);
        }
        if self.sessions[index].is_some() {
            return Err(NetworkError::Impossible { worker, at: now, happening: "a second session" });
        }
        let mut session = match Session::start(&self.parameters, stake, score, confidence, now) {
            Ok(session) => session,
            Err(refused) => return Ok(Outcome::Refused(refused)),
        };
        session.update_share(self.emission_at(now));
        self.ledger.take(stake);
        let floor = session.value;
        self.sessions[index] = Some(Entry { session, stake, floor, clipped: false });
        Ok(Outcome::Started { stake })
    }

    fn restart(
        &mut self,
        worker: Worker,
        stake: Balance,
        score: u32,
        confidence: u8,
        now: Moment,
    ) -> Result<Outcome, NetworkError> {
        let impossible = NetworkError::Impossible { worker, at: now, happening: "a restart" };
        let allowed = |entry: &&Entry| entry.session.phase == Phase::Responsive && entry.stake < stake;
        // A refused restart leaves everything as it was.
        let entry = self.session(worker).filter(allowed).cloned();
        let (Some(mut entry), Some(mut accumulator)) = (entry, self.accumulator) else {
            return Err(impossible);
        };
        entry.settle(&self.parameters, now);
        accumulator.advance(&self.parameters, now);
        let taken = std::mem::replace(&mut entry.stake, stake);
        let returned = entry.session.returned(taken);
        if let Err(refused) =
            entry.session.restart(&self.parameters, stake, score, confidence, &mut accumulator)
        {
            return Ok(Outcome::RestartRefused(refused));
        }
        entry.start_anew();
        self.accumulator = Some(accumulator);
        self.sessions[worker as usize] = Some(entry);
        self.ledger.give_back(taken, returned);
        self.ledger.take(stake);
        Ok(Outcome::Restarted { taken, returned, stake })
    }

    fn answer(
        &mut self,
        worker: Worker,
        iterations: u64,
        serving: bool,
        now: Moment,
    ) -> Result<Outcome, NetworkError> {
        self.change(worker, now, "an answer", |network, entry| match entry.session.phase {
            Phase::Responsive => {
                entry.session.measure(iterations, serving, now);
                network.pay(worker, entry, now).map(Some)
            }
            Phase::Unresponsive => {
                entry.session.measure(iterations, serving, now);
                entry.session.recover(now, network.emission_at(now));
                entry.start_anew();
                Ok(Some(Outcome::Recovered))
            }
            Phase::CoolingDown { .. } => Ok(None),
        })
    }

    /// Pays a session what it earned since its last answer, as far as the subsidy lasts.
    fn pay(&mut self, worker: Worker, entry: &mut Entry, now: Moment) -> Result<Outcome, Breach> {
        let treasury_share = self.parameters.treasury_share;
        let pending = entry.session.pending(self.emission_at(now));
        let owed = Payout::divide(pending, treasury_share);
        let paid = match owed.total() <= self.ledger.left {
            true => owed,
            false => Payout::divide_balance(self.ledger.left, treasury_share),
        };
        self.ledger.left = self.ledger.left.saturating_sub(paid.total());
        self.ledger.paid.pool = self.ledger.paid.pool.saturating_add(paid.pool);
        self.ledger.paid.treasury = self.ledger.paid.treasury.saturating_add(paid.treasury);

        entry.session.pay(paid.pool, self.emission_at(now));
        if !entry.clipped && entry.session.value < entry.floor {
            return Err(Breach::PaidTooMuch { worker, at: now });
        }
        entry.start_anew();
        Ok(Outcome::Paid { paid, missing: owed.total().saturating_sub(paid.total()) })
    }

    fn go_offline(&mut self, worker: Worker, now: Moment) -> Result<Outcome, NetworkError> {
        self.change(worker, now, "a deadline that passed", |network, entry| match entry.session.phase {
            Phase::Responsive => {
                entry.session.go_offline(network.emission_at(now));
                Ok(Some(Outcome::WentOffline))
            }
            Phase::Unresponsive | Phase::CoolingDown { .. } => Ok(None),
        })
    }

    fn fault(&mut self, worker: Worker, level: SlashLevel, now: Moment) -> Result<Outcome, NetworkError> {
        self.change(worker, now, "a fault", |network, entry| {
            let parameters = network.parameters.clone();
            entry.session.fault(&parameters, level, network.emission_at(now));
            entry.floor = slash::after_loss(entry.floor, parameters.loss(level));
            let stops = match level {
                SlashLevel::GoodFaith | SlashLevel::Proven => false,
                // Whoever threatens the network does not go on mining.
                SlashLevel::Threat => !matches!(entry.session.phase, Phase::CoolingDown { .. }),
            };
            if stops {
                network.begin_cool_down(entry, now);
            }
            Ok(Some(Outcome::Faulted { level, stopped: stops.then_some(entry.stake) }))
        })
    }

    fn stop(&mut self, worker: Worker, now: Moment) -> Result<Outcome, NetworkError> {
        self.change(worker, now, "a stop", |network, entry| match entry.session.phase {
            Phase::Responsive | Phase::Unresponsive => {
                network.begin_cool_down(entry, now);
                Ok(Some(Outcome::Stopped { stake: entry.stake }))
            }
            Phase::CoolingDown { .. } => Ok(None),
        })
    }

    fn begin_cool_down(&mut self, entry: &mut Entry, now: Moment) {
        let until = now.saturating_add(self.parameters.cool_down);
        entry.session.stop(until, self.emission_at(now));
    }

    fn return_stake(&mut self, worker: Worker, now: Moment) -> Result<Outcome, NetworkError> {
        let impossible = NetworkError::Impossible { worker, at: now, happening: "the return of its stake" };
        let over =
            |entry: &Entry| matches!(entry.session.phase, Phase::CoolingDown { until } if until <= now);
        let Some(entry) = self.sessions.get_mut(worker as usize).and_then(|slot| slot.take_if(|e| over(e)))
        else {
            return Err(impossible);
        };
        let returned = entry.session.returned(entry.stake);
        self.ledger.give_back(entry.stake, returned);
        Ok(Outcome::Returned { taken: entry.stake, returned })
    }

    fn set_parameters(
        &mut self,
        parameters: &TokenomicParameters,
        now: Moment,
    ) -> Result<Outcome, NetworkError> {
        parameters.validate()?;
        if let Some(accumulator) = &mut self.accumulator {
            accumulator.advance(&self.parameters, now);
            let budget = |record: &TokenomicParameters| (record.budget, record.budget_period);
            if budget(&self.parameters) != budget(parameters) {
                accumulator.restart_schedule(parameters, now);
            }
        }
        for entry in self.sessions.iter_mut().flatten() {
            entry.settle(&self.parameters, now);
            entry.settle(parameters, now);
        }
        self.parameters = parameters.clone();
        Ok(Outcome::ParametersChanged)
    }

    /// The accumulator as of `now`.
    fn emission_at(&mut self, now: Moment) -> &mut Accumulator {
        let accumulator = self.accumulator.get_or_insert_with(|| Accumulator::new(&self.parameters, now));
        accumulator.advance(&self.parameters, now);
        accumulator
    }

    /// Settles a worker's session and lets `change` see it; none from `change` means that the session's
    /// phase does not allow it.
    fn change(
        &mut self,
        worker: Worker,
        now: Moment,
        happening: &'static str,
        change: impl FnOnce(&mut Self, &mut Entry) -> Result<Option<Outcome>, Breach>,
    ) -> Result<Outcome, NetworkError> {
        let impossible = NetworkError::Impossible { worker, at: now, happening };
        let index = worker as usize;
        let Some(mut entry) = self.sessions.get_mut(index).and_then(Option::take) else {
            return Err(impossible);
        };
        entry.settle(&self.parameters, now);
        let outcome = change(self, &mut entry);
        self.sessions[index] = Some(entry);
        outcome?.ok_or(impossible)
    }
}

impl Entry {
    fn settle(&mut self, parameters: &TokenomicParameters, now: Moment) {
        let (value, due) = (self.session.value, self.session.due);
        self.session.settle(parameters, now);
        let unpaid = self.session.due.saturating_sub(due);
        self.clipped |=
            self.session.phase == Phase::Responsive && self.session.value != value.saturating_add(unpaid);
    }

    /// The value as of `now`, in PHA, if it were settled.
    pub fn value_at(&self, parameters: &TokenomicParameters, now: Moment) -> FixedU128 {
        let mut session = self.session.clone();
        session.settle(parameters, now);
        session.value
    }

    fn start_anew(&mut self) {
        self.floor = self.session.value;
        self.clipped = false;
    }
}
