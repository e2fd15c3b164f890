//! A simulated network, replayed action by action: the simulator and the chain come to the same numbers, to
//! the last digit.

use std::collections::{BTreeMap, BTreeSet};

use phala_economics::{Payout, SlashLevel};
use phala_primitives::{session::Seat, Balance, SessionId, WorkerId};
use phala_simulator::{invariants, Action, Happening, Network, Outcome, Scenario, Schedule, Worker};
use polkadot_sdk::{
    frame_support::{assert_err, assert_ok, traits::fungible::Inspect},
    sp_runtime::DispatchError,
};

use crate::{mock::*, Emission, Error, Parameters, Sessions, Superseded, TotalPaid};

/// Three days in which everything happens, the end of the subsidy included.
const SCENARIO: &str = r#"
    length_days = 3
    answer_hours = 2
    subsidy = 190_000
    preset = "khala"
    parameters = { cool_down_days = 0.5, challenges_per_block = 0, value_max = 9_000 }

    [price_walk]
    every_days = 0.4
    step = 0.2

    [[changes]]
    day = 1
    parameters = { budget = 10, budget_period_days = 1, slash_offline = 0.01, heartbeat_window_seconds = 60 }

    # What was left of a tick under the old parameters is more than one under the new ones.
    [[changes]]
    day = 2
    parameters = { tick_seconds = 2, rho = 1.0001, treasury_share = 0.3, value_max = 8_000 }

    [[groups]]
    name = "steady"
    workers = 4
    stake = [2_000, 4_000]
    score = [500, 1_500]
    confidence = 2
    join_days = [0, 0.5]
    raise = { days = [0.6, 2.5], factor = [1.1, 2] }
    faults_per_month = { good_faith = 10 }
    serving = 0.3
    speed = [0.5, 1.3]

    [[groups]]
    name = "shaky"
    workers = 3
    stake = [2_000, 4_000]
    score = [500, 1_500]
    confidence = 4
    join_days = [0, 1]
    stop_days = [1.5, 2.8]
    outages_per_month = 90
    outage_hours = [0.01, 8]
    faults_per_month = { good_faith = 10, proven = 20, threat = 20 }

    [[groups]]
    name = "near the highest value"
    workers = 1
    stake = 5_700
    score = 100

    [[groups]]
    name = "with too little"
    workers = 1
    stake = 10
    score = 1_000
    join_days = 1
"#;

/// The network twice: simulated, and on a chain.
struct Replay {
    network: Network,
    workers: Vec<WorkerId>,
    sessions: BTreeMap<Worker, SessionId>,
}

impl Replay {
    fn new(scenario: &Scenario) -> Self {
        let network = Network::new(scenario.initial_parameters(), scenario.subsidy.balance()).unwrap();
        let workers = (1..=scenario.workers()).map(|n| registered_worker(n as u8)).collect();
        Self { network, workers, sessions: BTreeMap::new() }
    }

    /// Lets the action happen in both, and compares them. Gives what it came to in the simulation.
    fn perform(&mut self, action: &Action) -> Outcome {
        // Everything is in a block of its own. What a block does by itself it does at the time of its parent.
        pass(action.at - now());
        let outcome = self.network.apply(action).unwrap();
        self.perform_on_chain(action, &outcome);
        if let Some(worker) = action.happening.worker() {
            take_in_messages(self.id(worker));
        }
        self.compare(action);
        outcome
    }

    fn perform_on_chain(&mut self, action: &Action, outcome: &Outcome) {
        match &action.happening {
            Happening::Start { worker, stake, score, confidence } => {
                self.start(*worker, *stake, *score, *confidence, outcome)
            }
            Happening::Restart { worker, stake, .. } => match outcome {
                Outcome::RestartRefused(reason) => {
                    let error = DispatchError::from(Error::<Test>::from(*reason));
                    assert_err!(Mining::restart(self.id(*worker), *stake), error);
                }
                _ => assert_eq!(Mining::restart(self.id(*worker), *stake), Ok(())),
            },
            Happening::Answer { worker, iterations, jobs } => {
                let session = self.session(*worker);
                // After a missed deadline the challenge is still open.
                let open = record(session).challenge.unwrap_or_else(|| challenge(session));
                assert_ok!(Mining::heartbeat(self.id(*worker), session, open.number, *iterations, *jobs));
            }
            Happening::DeadlinePassed { worker } => {
                let parameters = Parameters::<Test>::get();
                let asked = action.at - parameters.heartbeat_window - 1;
                Mining::challenge(Seat::of(self.session(*worker)), asked, &parameters);
                pass(0);
            }
            Happening::Fault { worker, level } => {
                assert_ok!(Mining::fault(self.id(*worker), *level, [7; 32]));
            }
            Happening::Stop { worker } => {
                assert_ok!(Mining::stop(self.id(*worker)));
            }
            Happening::Return { worker } => {
                pass(0);
                self.sessions.remove(worker).expect("had a session");
            }
            Happening::SetParameters(parameters) => {
                assert_ok!(Mining::set_parameters(RuntimeOrigin::root(), (**parameters).clone()));
                while Superseded::<Test>::exists() {
                    pass(0);
                }
            }
        }
    }

    fn start(&mut self, worker: Worker, stake: Balance, score: u32, confidence: u8, outcome: &Outcome) {
        let id = self.id(worker);
        let iterations = u64::from(score) * BENCHMARK_TIME / 6_000;
        assert_ok!(Registry::report_benchmark(&id, iterations, BENCHMARK_TIME));
        pallet_registry::Workers::<Test>::mutate(id, |registered| {
            registered.as_mut().expect("is registered").attestation.confidence = confidence;
        });
        match outcome {
            Outcome::Refused(reason) => {
                let error = DispatchError::from(Error::<Test>::from(*reason));
                assert_err!(Mining::start(id, POOL, stake), error);
            }
            _ => {
                self.sessions.insert(worker, Mining::start(id, POOL, stake).unwrap());
            }
        }
    }

    fn compare(&self, action: &Action) {
        let simulated: BTreeMap<_, _> =
            self.network.sessions().map(|(worker, entry)| (worker, (entry.stake, &entry.session))).collect();
        let records: BTreeMap<_, _> =
            self.sessions.iter().map(|(worker, session)| (*worker, record(*session))).collect();
        let on_chain: BTreeMap<_, _> =
            records.iter().map(|(worker, record)| (*worker, (record.stake, &record.session))).collect();
        assert_eq!(simulated, on_chain, "after {action:?}");
        assert_eq!(Sessions::<Test>::iter().count(), on_chain.len(), "after {action:?}");
        assert_eq!(self.network.accumulator(), Emission::<Test>::get().as_ref(), "after {action:?}");
        assert_eq!(*self.network.parameters(), Parameters::<Test>::get());

        let ledger = self.network.ledger();
        let paid = Payout {
            pool: Rewards::get().iter().map(|(_, amount)| amount).sum(),
            treasury: Balances::balance(&TREASURY) - EXISTENTIAL_DEPOSIT,
        };
        assert_eq!((ledger.paid, ledger.paid.total()), (paid, TotalPaid::<Test>::get()), "after {action:?}");
        assert_eq!(ledger.left + EXISTENTIAL_DEPOSIT, Balances::balance(&Mining::subsidy_account()));
        let (taken, returned) = StakeReturned::get()
            .iter()
            .fold((0, 0), |(taken, returned), (_, _, t, r)| (taken + t, returned + r));
        assert_eq!((ledger.returned, ledger.slashed), (returned, taken - returned), "after {action:?}");
    }

    fn id(&self, worker: Worker) -> WorkerId {
        self.workers[worker as usize]
    }

    fn session(&self, worker: Worker) -> SessionId {
        self.sessions[&worker]
    }
}

/// What happened, in words.
fn kind(action: &Action, outcome: &Outcome) -> &'static str {
    match (&action.happening, outcome) {
        (Happening::Answer { .. }, Outcome::Paid { missing: 0, .. }) => "paid in full",
        (Happening::Answer { .. }, Outcome::Paid { paid, .. }) if paid.total() > 0 => "paid in part",
        (Happening::Answer { .. }, Outcome::Paid { .. }) => "not paid",
        (Happening::Answer { .. }, _) => "recovered",
        (Happening::Start { .. }, Outcome::Refused(_)) => "refused",
        (Happening::Start { .. }, _) => "started",
        (Happening::Restart { .. }, Outcome::RestartRefused(_)) => "restart refused",
        (Happening::Restart { .. }, _) => "restarted",
        (Happening::DeadlinePassed { .. }, _) => "went offline",
        (Happening::Fault { level: SlashLevel::GoodFaith, .. }, _) => "good-faith fault",
        (Happening::Fault { level: SlashLevel::Proven, .. }, _) => "proven fault",
        (Happening::Fault { level: SlashLevel::Threat, .. }, _) => "threat",
        (Happening::Stop { .. }, _) => "stopped",
        (Happening::Return { .. }, _) => "returned",
        (Happening::SetParameters(_), _) => "parameters changed",
    }
}

#[test]
fn chain_should_come_to_the_simulated_numbers_when_it_does_the_same() {
    let mut kinds = BTreeSet::new();
    for seed in 1..=3 {
        let scenario = Scenario::from_toml(&format!("seed = {seed}\n{SCENARIO}")).unwrap();
        let subsidy = scenario.subsidy.balance() + EXISTENTIAL_DEPOSIT;
        let world = ExtBuilder::default().parameters(scenario.initial_parameters()).subsidy(subsidy);
        world.build_and_execute(|| {
            let mut replay = Replay::new(&scenario);
            let mut schedule = Schedule::new(&scenario, now());
            while let Some(action) = schedule.next() {
                let outcome = replay.perform(&action);
                if let (Outcome::Refused(_), Some(worker)) = (outcome, action.happening.worker()) {
                    schedule.withdraw(worker);
                }
                kinds.insert(kind(&action, &outcome));
            }
            assert_ok!(invariants::check(&replay.network));
        });
    }
    assert_eq!(kinds.len(), 15, "not everything happened: {kinds:?}");
}
