//! Random calls, right and wrong.

use std::{collections::BTreeMap, fmt};

use phala_economics::{Accumulator, FixedU128, Perbill, Phase, SlashLevel, TokenomicParameters};
use phala_primitives::{session::Seat, Balance, Moment, SessionId, WorkerId, PHA};
use polkadot_sdk::{
    frame_support::{
        assert_ok,
        dispatch::DispatchResult,
        traits::fungible::{Inspect, Mutate},
    },
    sp_runtime::DispatchError,
};
use rand::{rngs::StdRng, Rng};

use super::shadow::Shadow;
use crate::{mock::*, Emission, Seats, SessionOf, SessionRecord, Sessions, TotalPaid};

const WORKERS: u8 = 6;
const MINUTE: Moment = 60_000;
const DAY: Moment = 24 * 60 * MINUTE;

/// Parameters anywhere in their ranges where something happens within a day.
pub(super) fn parameters(rng: &mut StdRng) -> TokenomicParameters {
    let percent = |rng: &mut StdRng, most| Perbill::from_percent(rng.random_range(0..=most));
    TokenomicParameters {
        tick: rng.random_range(1_000..20_000),
        price: FixedU128::from_rational(rng.random_range(10..1_000), 100),
        rho: FixedU128::from_inner(1_000_000_000_000_000_000 + rng.random_range(0..100_000_000_000_000)),
        value_max: FixedU128::from_u32(rng.random_range(20_000..40_000)),
        stake_multiplier: FixedU128::from_rational(rng.random_range(100..200), 100),
        stake_k: FixedU128::from_u32(rng.random_range(10..100)),
        budget: FixedU128::from_u32(rng.random_range(0..100)),
        budget_decay: percent(rng, 100),
        budget_period: rng.random_range(DAY..30 * DAY),
        treasury_share: percent(rng, 100),
        slash_offline: percent(rng, 5),
        slash_fault: percent(rng, 10),
        slash_proven: percent(rng, 50),
        heartbeat_window: rng.random_range(1..10 * MINUTE),
        challenge_interval: rng.random_range(BLOCK_TIME..30 * MINUTE),
        challenges_per_block: rng.random_range(0..10),
        cool_down: rng.random_range(0..20 * MINUTE),
        ..TokenomicParameters::khala()
    }
}

/// How often what happened, by name.
#[derive(Default)]
pub(super) struct Tally(BTreeMap<String, u64>);

impl Tally {
    /// What must have happened in a run that is worth its time.
    const ALL: [&str; 30] = [
        "Start",
        "Start: WorkerInSession",
        "Start: InsufficientStake",
        "Start: TooMuchStake",
        "Start: BenchmarkTooLow",
        "Start: AttestationExpired",
        "Restart",
        "Restart: NotMining",
        "Restart: StakeNotLarger",
        "Restart: Unresponsive",
        "Restart: TooMuchStake",
        "Restart: AttestationExpired",
        "Stop",
        "Stop: CoolingDown",
        "Fault",
        "Parameters",
        "Parameters: ParametersUnsettled",
        "Parameters: InvalidParameters",
        "Answer",
        "WrongAnswer: ChallengeAnswered",
        "WrongAnswer: ChallengeNotIssued",
        "WrongAnswer: NotOwnSession",
        "WrongAnswer: SessionNotFound",
        "WrongAnswer: CoolingDown",
        "Reclaim",
        "Reclaim: CoolDownNotOver",
        "event: Recovered",
        "event: WentOffline",
        "event: SubsidyExhausted",
        "event: StakeReturned with a loss",
    ];

    pub(super) fn count(&mut self, what: &str) {
        *self.0.entry(what.to_owned()).or_default() += 1;
    }

    pub(super) fn add(&mut self, other: Self) {
        other.0.into_iter().for_each(|(what, count)| *self.0.entry(what).or_default() += count);
    }

    pub(super) fn is_complete(&self) -> bool {
        let missing: Vec<_> = Self::ALL.into_iter().filter(|what| !self.0.contains_key(*what)).collect();
        missing.iter().for_each(|what| eprintln!("never happened: {what}"));
        missing.is_empty()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(what, count)| writeln!(f, "{count:>9} {what}"))
    }
}

/// What a call that is refused must leave as it is.
#[derive(Debug, PartialEq)]
struct Kept {
    sessions: Vec<(Seat, SessionRecord)>,
    emission: Option<Accumulator>,
    subsidy: Balance,
    paid: Balance,
    events: usize,
}

impl Kept {
    fn now() -> Self {
        Self {
            sessions: Sessions::<Test>::iter().collect(),
            emission: Emission::<Test>::get(),
            subsidy: Balances::balance(&Mining::subsidy_account()),
            paid: TotalPaid::<Test>::get(),
            events: events().len(),
        }
    }
}

/// A chain with some workers, and the shadow of what should be on it.
pub(super) struct World {
    rng: StdRng,
    workers: Vec<WorkerId>,
    shadow: Shadow,
}

impl World {
    pub(super) fn new(rng: StdRng, subsidy: Balance) -> Self {
        let workers: Vec<_> = (1..=WORKERS).map(|n| worker_with_score(n, 1_000)).collect();
        Self { rng, workers, shadow: Shadow::new(crate::Parameters::<Test>::get(), now(), subsidy) }
    }

    /// One call, then one block.
    pub(super) fn step(&mut self, tally: &mut Tally) {
        System::reset_events();
        let before = Kept::now();
        let (name, result) = self.call();
        if let Err(error) = result {
            assert_eq!(Kept::now(), before, "{name} changed something and was refused: {error:?}");
        }
        tally.count(&label(name, result));
        self.check(tally);

        let time = self.pause();
        pass(time);
        self.check(tally);
        self.shadow.advance(now());
    }

    /// Holds what happened since the last look against the shadow, and the state against its invariants.
    fn check(&mut self, tally: &mut Tally) {
        assert_ok!(Mining::do_try_state());
        self.shadow.follow(&events(), tally);
        self.shadow.check_money();
        System::reset_events();
    }

    fn call(&mut self) -> (&'static str, DispatchResult) {
        let worker = self.workers[self.rng.random_range(0..self.workers.len())];
        match self.rng.random_range(0..100) {
            0..=14 => ("Start", self.start(worker)),
            15..=21 => ("Restart", self.restart(worker)),
            22..=26 => ("Stop", Mining::stop(worker)),
            27..=33 => ("Fault", self.fault(worker)),
            34..=37 => ("Parameters", self.change_parameters()),
            38..=62 => ("Answer", self.answer(worker)),
            63..=72 => ("WrongAnswer", self.answer_wrongly(worker)),
            73..=76 => ("Reclaim", self.reclaim()),
            77..=79 => ("Measure", self.measure(worker)),
            80..=82 => ("Judge", self.judge(worker)),
            83 => ("Donate", self.donate()),
            _ => {
                take_in_messages(worker);
                ("Read", Ok(()))
            }
        }
    }

    /// Until the next block: mostly as usual, at times much longer.
    fn pause(&mut self) -> Moment {
        match self.rng.random_range(0..100) {
            0..=69 => BLOCK_TIME,
            70..=94 => self.rng.random_range(1..4 * MINUTE),
            95..=98 => self.rng.random_range(1..120 * MINUTE),
            _ => self.rng.random_range(1..3 * DAY),
        }
    }

    fn stake(&mut self) -> Balance {
        match self.rng.random_range(0..20) {
            0 => 0,
            1 => Balance::MAX,
            _ => self.rng.random_range(1_000 * PHA..25_000 * PHA),
        }
    }

    fn start(&mut self, worker: WorkerId) -> DispatchResult {
        let stake = self.stake();
        Mining::start(worker, POOL, stake).map(|_| ())
    }

    fn restart(&mut self, worker: WorkerId) -> DispatchResult {
        let old = SessionOf::<Test>::get(worker).map_or(0, |session| record(session).stake);
        let stake = match self.rng.random_range(0..4) {
            0 => self.stake(),
            _ => old + self.rng.random_range(0..3_000 * PHA),
        };
        Mining::restart(worker, stake)
    }

    fn fault(&mut self, worker: WorkerId) -> DispatchResult {
        let level = match self.rng.random_range(0..10) {
            0..=5 => SlashLevel::GoodFaith,
            6..=8 => SlashLevel::Proven,
            _ => SlashLevel::Threat,
        };
        Mining::fault(worker, level, self.rng.random())
    }

    fn change_parameters(&mut self) -> DispatchResult {
        let mut parameters = parameters(&mut self.rng);
        if self.rng.random_range(0..4) == 0 {
            parameters.tick = 0;
        }
        Mining::set_parameters(RuntimeOrigin::root(), parameters)
    }

    fn answer(&mut self, worker: WorkerId) -> DispatchResult {
        let open =
            SessionOf::<Test>::get(worker).and_then(|session| Some((session, record(session).challenge?)));
        let Some((session, open)) = open else { return Err(DispatchError::Other("no challenge")) };
        let iterations = match self.rng.random_range(0..10) {
            0 => self.rng.random(),
            1 => 0,
            _ => counter(session).saturating_mul(self.rng.random_range(80..130)) / 100,
        };
        Mining::heartbeat(worker, session, open.number, iterations, self.rng.random_range(0..2))
    }

    /// Twice, out of order, from the future, of another session, of none: or right by chance.
    fn answer_wrongly(&mut self, worker: WorkerId) -> DispatchResult {
        let own = SessionOf::<Test>::get(worker).unwrap_or(0);
        let next = Mining::record(own).map_or(0, |record| record.next_challenge);
        let any = self.any_session();
        let challenge = next.saturating_add(self.rng.random_range(0..3)).saturating_sub(2);
        let session = if self.rng.random_range(0..3) == 0 { any } else { own };
        Mining::heartbeat(worker, session, challenge, self.rng.random(), 0)
    }

    /// A number that some session has, had, will have or never has.
    fn any_session(&mut self) -> SessionId {
        let seat = self.rng.random_range(0..=Seats::<Test>::get());
        let earlier = self.rng.random_range(0..3);
        (0..earlier).fold(Seat::new(seat).first_session(), |session, _| Seat::session_after(session).unwrap())
    }

    fn reclaim(&mut self) -> DispatchResult {
        let session = self.any_session();
        let mut with_session = self.workers.iter().filter_map(SessionOf::<Test>::get);
        let is_cooling =
            |session: &SessionId| matches!(record(*session).session.phase, Phase::CoolingDown { .. });
        let session = with_session.find(is_cooling).unwrap_or(session);
        Mining::reclaim(RuntimeOrigin::signed(OPERATOR), session)
    }

    fn measure(&mut self, worker: WorkerId) -> DispatchResult {
        let iterations = self.rng.random_range(0..3_000 * BENCHMARK_TIME / 6_000);
        Registry::report_benchmark(&worker, iterations, BENCHMARK_TIME)
    }

    /// The registry comes to another verdict on the worker's evidence.
    fn judge(&mut self, worker: WorkerId) -> DispatchResult {
        let expires = now() + self.rng.random_range(0..10 * DAY);
        let confidence = self.rng.random_range(1..=5);
        pallet_registry::Workers::<Test>::mutate(worker, |record| {
            let attestation = &mut record.as_mut().expect("a registered worker").attestation;
            (attestation.expires, attestation.confidence) = (expires, confidence);
        });
        Ok(())
    }

    /// Somebody sends coins to the subsidy.
    fn donate(&mut self) -> DispatchResult {
        let amount = self.rng.random_range(1..10_000 * PHA);
        self.shadow.donated(amount);
        Balances::mint_into(&Mining::subsidy_account(), amount).map(|_| ())
    }
}

/// What the call is counted as.
fn label(name: &str, result: DispatchResult) -> String {
    match result {
        Ok(()) => name.to_owned(),
        Err(DispatchError::Module(module)) => format!("{name}: {}", module.message.unwrap_or("?")),
        Err(error) => format!("{name}: {error:?}"),
    }
}
