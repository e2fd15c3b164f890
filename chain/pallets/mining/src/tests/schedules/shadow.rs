//! What should be on the chain, found out the long way: in floating point, every session tick by tick, every
//! budget divided whenever time passes. It shares with the pallet and its arithmetic nothing but the parameters.

use std::collections::BTreeMap;

use phala_economics::{FixedU128, Phase, TokenomicParameters};
use phala_primitives::{Balance, Moment, SessionId, WorkerId};
use polkadot_sdk::{frame_support::traits::fungible::Inspect, sp_runtime::traits::Zero};

use super::{
    calls::Tally,
    model::{agree, number, pha, Emission, Session, Sum},
};
use crate::{mock::*, Event, Pools, Sessions, TotalPaid, ValueChange};

/// See the module.
pub(super) struct Shadow {
    rules: TokenomicParameters,
    now: Moment,
    emission: Option<Emission>,
    sessions: BTreeMap<SessionId, Session>,
    /// Coins that the subsidy ever received.
    funded: Balance,
    /// Stake taken, returned and slashed so far.
    stakes: [Balance; 3],
    /// What the pools must have been told since they were last asked: stakes returned, and rewards.
    returns: Vec<(WorkerId, Balance, Balance)>,
    rewards: Balance,
}

impl Shadow {
    pub(super) fn new(rules: TokenomicParameters, now: Moment, funded: Balance) -> Self {
        Self {
            rules,
            now,
            emission: None,
            sessions: BTreeMap::new(),
            funded,
            stakes: [0; 3],
            returns: Vec::new(),
            rewards: 0,
        }
    }

    pub(super) fn donated(&mut self, amount: Balance) {
        self.funded += amount;
    }

    /// Lets time pass until `now`.
    pub(super) fn advance(&mut self, now: Moment) {
        let emitted = self.emission.as_mut().map_or(0.0, |emission| emission.emit(&self.rules, now));
        let shares: f64 = self.sessions.values().map(|session| session.share).sum();
        for session in self.sessions.values_mut() {
            if session.share > 0.0 {
                session.earned.add(emitted * session.share / shares);
            }
            session.pass(&self.rules, now);
        }
        self.now = now;
    }

    /// Lets happen what the chain says happened, and compares.
    pub(super) fn follow(&mut self, events: &[Event<Test>], tally: &mut Tally) {
        let exhausted = events.iter().any(|event| matches!(event, Event::SubsidyExhausted { .. }));
        for event in events {
            match event {
                Event::SessionStarted { session, worker, stake, initial_value, .. } => {
                    self.start(*session, *worker, *stake, *initial_value);
                }
                Event::ValueChanged { session, reason, before, after, previous, .. } => {
                    let followed = self.sessions.get(session).expect("a session that was started");
                    assert_eq!(followed.last, (*before, *previous), "an event of {session} is missing");
                    self.change(*session, reason, *after, exhausted, tally);
                }
                Event::StakeReturned { session, worker, taken, returned, .. } => {
                    let ended = self.sessions.remove(session).expect("a session that was started");
                    assert_eq!((ended.worker, ended.stake), (*worker, *taken));
                    assert!(matches!(ended.phase, Phase::CoolingDown { until } if until <= self.now));
                    self.return_stake(&ended, *returned, tally);
                }
                Event::ParametersChanged { parameters, .. } => self.change_rules(parameters.clone()),
                Event::SubsidyExhausted { earned, paid, .. } => {
                    assert!(paid < earned);
                    tally.count("event: SubsidyExhausted");
                }
                Event::Challenged { .. }
                | Event::SessionStopped { .. }
                | Event::ParametersSettled { .. }
                | Event::__Ignore(..) => {}
            }
        }
        let challenged = events.iter().filter(|event| matches!(event, Event::Challenged { .. })).count();
        assert!(challenged <= self.rules.challenges_per_block as usize, "{challenged} challenges");
        for (number, session) in &self.sessions {
            let record = Mining::record(*number).expect("nobody returned its stake");
            assert_eq!((record.session.phase, record.stake), (session.phase, session.stake));
        }
        assert_eq!(Sessions::<Test>::iter_keys().count(), self.sessions.len());
    }

    fn start(&mut self, session: SessionId, worker: WorkerId, stake: Balance, initial: FixedU128) {
        let (now, rules) = (self.now, &self.rules);
        let record = record(session).session;
        let promised = Session::promise(rules, stake, record.score, record.confidence);
        assert!(agree(promised, number(initial), 12), "{promised} or {initial:?}");
        assert!(pha(stake) >= number(rules.stake_k) * f64::from(record.score).sqrt() * (1.0 - 1e-12));
        assert!(record.score >= rules.score_min && initial <= rules.value_max);
        let emission =
            Emission { budget: number(rules.budget), decays_at: now + rules.budget_period, at: now };
        self.emission.get_or_insert(emission);
        let mut started = Session {
            worker,
            stake,
            phase: Phase::Responsive,
            initial: promised,
            value: Sum::of(promised),
            due: Sum::default(),
            score: record.score,
            confidence: record.confidence,
            performance: f64::from(record.score),
            settled_at: now,
            share: 0.0,
            earned: Sum::default(),
            floor: promised,
            cut: false,
            lowered: false,
            last: (initial, System::block_number()),
        };
        started.update_share();
        self.sessions.insert(session, started);
        self.stakes[0] += stake;
    }

    fn change(
        &mut self,
        number_of: SessionId,
        reason: &ValueChange,
        after: FixedU128,
        exhausted: bool,
        tally: &mut Tally,
    ) {
        let mut session = self.sessions.remove(&number_of).expect("a session that was started");
        let record = Mining::record(number_of).expect("an event of a session that exists");
        // See there what is not known then.
        let known = !session.lowered;
        if session.lowered {
            session.value = Sum::of(session.value.value.min(session.cap(&self.rules)));
        }
        match *reason {
            ValueChange::Paid { due, payout, treasury, .. } => {
                tally.count("event: Paid");
                assert!(
                    !known || agree(session.due.value, number(due), 12),
                    "{session:?} instead of {due:?} due"
                );
                self.check_payout(&session, payout, treasury, exhausted);
                let taken = session.due.value.min(pha(payout));
                session.value.add(-taken);
                if session.cut && session.value.value < 0.0 {
                    // Growth that V_max cut off is taken as well, down to nothing.
                    session.value = Sum::default();
                }
                let kept = !known || session.cut || number(after) >= session.floor - 1e-9;
                assert!(kept, "a payout took {after:?} below {}", session.floor);
                session.performance = number(record.session.performance());
                assert!(session.performance <= 1.2 * f64::from(session.score) + 1e-9);
                session.earned = Sum::default();
                session.begin_anew();
                session.update_share();
            }
            ValueChange::WentOffline { .. } => {
                tally.count("event: WentOffline");
                session.leave(Phase::Unresponsive);
            }
            ValueChange::Recovered { .. } => {
                tally.count("event: Recovered");
                session.phase = Phase::Responsive;
                session.settled_at = self.now;
                session.performance = number(record.session.performance());
                session.begin_anew();
                session.update_share();
            }
            ValueChange::Fault { level, .. } => {
                tally.count("event: Fault");
                let loss = f64::from(self.rules.loss(level).deconstruct()) / 1e9;
                session.value.lose(loss);
                session.due.lose(loss);
                session.floor *= 1.0 - loss;
                session.update_share();
            }
            ValueChange::Stopped { .. } => {
                tally.count("event: Stopped");
                let Event::SessionStopped { until, .. } = last_stop(number_of) else { unreachable!() };
                assert_eq!(until, self.now + self.rules.cool_down);
                session.leave(Phase::CoolingDown { until });
            }
            ValueChange::ParametersChanged { .. } => tally.count("event: ParametersChanged"),
            ValueChange::Restarted { taken, returned, stake, score, confidence, .. } => {
                tally.count("event: Restarted");
                assert!(taken == session.stake && stake > taken);
                self.return_stake(&session, returned, tally);
                self.stakes[0] += stake;
                session.stake = stake;
                (session.score, session.confidence) = (score, confidence);
                session.performance = number(record.session.performance());
                session.initial = Session::promise(&self.rules, stake, score, confidence);
                session.value = Sum::of(session.initial);
                session.begin_anew();
                session.update_share();
            }
        }
        let right = agree(session.value.value, number(after), 12);
        assert!(!known || right, "{after:?} after {reason:?}: {session:?}");
        if session.lowered {
            // From here on both count from the same value again.
            session.value = Sum::of(number(after));
            session.due = Sum::of(number(record.session.due));
            session.floor = session.floor.min(number(after));
            session.lowered = false;
            // The value was cut; the growth before that is paid all the same.
            session.cut |= session.due.value > 0.0;
            // A change of the rules leaves the share as it is until something happens to the session.
            if !matches!(reason, ValueChange::ParametersChanged { .. }) {
                session.update_share();
            }
        }
        session.last = (after, System::block_number());
        self.sessions.insert(number_of, session);
    }

    fn check_payout(&mut self, session: &Session, payout: Balance, treasury: Balance, exhausted: bool) {
        let (earned, paid) = (session.earned.value, payout + treasury);
        match exhausted {
            true => assert!(pha(paid) <= earned + 1e-6, "{paid} of {earned}"),
            false => assert!(agree(pha(paid), earned, 9), "{paid} instead of {earned}: {session:?}"),
        }
        assert_eq!(treasury, self.rules.treasury_share.mul_floor(paid));
        self.rewards += payout;
    }

    fn return_stake(&mut self, session: &Session, returned: Balance, tally: &mut Tally) {
        let left = pha(session.stake) * (session.value.value / session.initial).min(1.0);
        assert!(agree(left, pha(returned), 11), "{returned} instead of {left}: {session:?}");
        assert!(returned <= session.stake);
        self.returns.push((session.worker, session.stake, returned));
        self.stakes[1] += returned;
        self.stakes[2] += session.stake - returned;
        if returned < session.stake {
            tally.count("event: StakeReturned with a loss");
        }
    }

    /// The old rules hold until now; sessions and emission have followed them up to now already.
    fn change_rules(&mut self, rules: TokenomicParameters) {
        let old = std::mem::replace(&mut self.rules, rules);
        let rules = &self.rules;
        if let Some(emission) = &mut self.emission {
            if (old.budget, old.budget_period) != (rules.budget, rules.budget_period) {
                emission.budget = number(rules.budget);
                emission.decays_at = self.now + rules.budget_period;
            }
        }
        for session in self.sessions.values_mut() {
            session.lowered |= session.value.value > session.cap(rules);
            // What was less than a tick may be more than one now.
            session.pass(rules, self.now);
        }
    }

    /// Nothing but payouts left the subsidy, they went to the pool and the treasury, and of every stake that was
    /// taken all is returned, slashed or at work.
    pub(super) fn check_money(&mut self) {
        let paid = TotalPaid::<Test>::get();
        assert_eq!(Balances::balance(&Mining::subsidy_account()) + paid, self.funded);
        let received = Balances::balance(&Books::reward_account(POOL)) + Balances::balance(&TREASURY);
        assert_eq!(received, paid + 2 * EXISTENTIAL_DEPOSIT);
        let at_work: Balance = self.sessions.values().map(|session| session.stake).sum();
        let [taken, returned, slashed] = self.stakes;
        assert_eq!(taken, returned + slashed + at_work);
        let told: Vec<_> =
            StakeReturned::get().into_iter().map(|(_, who, taken, left)| (who, taken, left)).collect();
        assert_eq!(told, std::mem::take(&mut self.returns));
        let rewards: Balance = Rewards::get().into_iter().map(|(_, amount)| amount).sum();
        assert_eq!(rewards, std::mem::take(&mut self.rewards));
        let nothing = self.sessions.values().all(|session| session.share == 0.0);
        assert_eq!(Mining::totals().total_share.is_zero(), nothing);
        StakeReturned::set(&Vec::new());
        Rewards::set(&Vec::new());
    }
}

fn last_stop(of: SessionId) -> Event<Test> {
    let stopped =
        |event: &Event<Test>| matches!(event, Event::SessionStopped { session, .. } if *session == of);
    events().into_iter().find(stopped).expect("a session that stops says so")
}
