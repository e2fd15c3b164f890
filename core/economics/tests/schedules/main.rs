//! Random schedules of everything that can happen, lazily and by the plain recurrence.
//!
//! The crate computes a value when something happens to its session. [`plain`] does what the specification says, tick
//! after tick and in floating point, and knows nothing of the crate's code. Both must agree.

#![allow(clippy::unwrap_used)]

mod plain;

use phala_economics::{
    arithmetic::{from_balance, to_balance},
    Accumulator, FixedU128, Moment, Perbill, Phase, Session, SlashLevel, TokenomicParameters,
};
use plain::{PlainSession, PlainWorld};
use proptest::prelude::*;

const PHA: u128 = 1_000_000_000_000;
const START: Moment = 1_700_000_000_000;

#[derive(Clone, Debug)]
enum Happening {
    /// An answer; `subsidy` is the part of the payout that the subsidy still has.
    Answer {
        iterations: u64,
        serving: bool,
        subsidy: Perbill,
    },
    DeadlinePassed,
    Fault(SlashLevel),
    Restart {
        more: u64,
        score: u32,
        confidence: u8,
    },
    Stop,
    Change(Change),
    Look,
}

/// New values of what a session depends on while it runs.
#[derive(Clone, Debug)]
struct Change {
    rho: u64,
    tick: Moment,
    price: u32,
    value_max: u32,
    slash: u32,
    budget: u32,
}

fn happening() -> impl Strategy<Value = Happening> {
    let part = prop_oneof![4 => Just(100u32), 1 => 0..100u32];
    let change = (0..100_000u64, 1_000..20_000u64, 10..500u32, 3_000..40_000u32, 0..1_000u32, 0..200u32);
    prop_oneof![
        6 => (0..40_000u64, any::<bool>(), part).prop_map(|(iterations, serving, percent)| Happening::Answer {
            iterations,
            serving,
            subsidy: Perbill::from_percent(percent),
        }),
        3 => Just(Happening::DeadlinePassed),
        2 => prop_oneof![Just(SlashLevel::GoodFaith), Just(SlashLevel::Proven), Just(SlashLevel::Threat)]
            .prop_map(Happening::Fault),
        1 => (1..8_000u64, 50..2_000u32, 1..=5u8)
            .prop_map(|(more, score, confidence)| Happening::Restart { more, score, confidence }),
        1 => Just(Happening::Stop),
        2 => change.prop_map(|(rho, tick, price, value_max, slash, budget)| {
            Happening::Change(Change { rho, tick, price, value_max, slash, budget })
        }),
        2 => Just(Happening::Look),
    ]
}

impl Change {
    fn apply(&self, parameters: &TokenomicParameters) -> TokenomicParameters {
        TokenomicParameters {
            // Up to 0.01 % a tick: few ticks go far, and reach V_max.
            rho: FixedU128::from_inner(10u128.pow(18) + u128::from(self.rho) * 10u128.pow(9)),
            tick: self.tick,
            price: FixedU128::from_rational(self.price.into(), 100),
            value_max: FixedU128::from_u32(self.value_max),
            slash_offline: Perbill::from_rational(self.slash, 1_000),
            budget: FixedU128::from_u32(self.budget),
            ..parameters.clone()
        }
    }
}

/// A session both ways, with what its value must not fall below when it is paid.
struct Pair {
    stake: u128,
    lazy: Session,
    plain: PlainSession,
    /// V at the last answer, less what faults took of it.
    floor: FixedU128,
    /// Whether V_max cut growth off since.
    capped: bool,
}

struct World {
    parameters: TokenomicParameters,
    ledger: Accumulator,
    plain: PlainWorld,
    pairs: Vec<Pair>,
    now: Moment,
}

impl World {
    fn new(stakes: &[(u64, u32, u8)]) -> Self {
        let parameters = TokenomicParameters {
            rho: FixedU128::from_inner(1_000_100_000_000_000_000),
            // Schedules are of hours, and the budget shall decay within them.
            budget_period: 3_000_000,
            ..TokenomicParameters::khala()
        };
        let mut ledger = Accumulator::new(&parameters, START);
        let mut plain = PlainWorld::new(&parameters, START);
        let mut pairs = Vec::new();
        for (stake, score, confidence) in stakes {
            let stake = u128::from(*stake) * PHA;
            let Ok(mut lazy) = Session::start(&parameters, stake, *score, *confidence, START) else {
                continue;
            };
            lazy.update_share(&mut ledger);
            let session = plain.start(stake, *score, *confidence, START);
            pairs.push(Pair { stake, floor: lazy.value, capped: false, lazy, plain: session });
        }
        plain.sum_shares(pairs.iter().map(|pair| &pair.plain));
        Self { parameters, ledger, plain, pairs, now: START }
    }

    fn pass(&mut self, wait: Moment) {
        self.now += wait;
        self.plain.pass(self.now, self.pairs.iter_mut().map(|pair| &mut pair.plain));
        self.ledger.advance(&self.parameters, self.now);
    }

    fn happen(&mut self, who: usize, happening: &Happening) -> Result<(), TestCaseError> {
        let now = self.now;
        if let Happening::Change(change) = happening {
            self.change(change);
        } else {
            let Self { parameters, ledger, plain, pairs, .. } = self;
            let pair = &mut pairs[who];
            pair.settle(parameters, plain, now);
            pair.happen(happening, parameters, ledger, plain, now)?;
        }
        self.plain.sum_shares(self.pairs.iter().map(|pair| &pair.plain));
        self.check()
    }

    /// All sessions are settled under the old parameters first.
    fn change(&mut self, change: &Change) {
        let Self { parameters, ledger, plain, pairs, now } = self;
        for pair in pairs.iter_mut() {
            pair.settle(parameters, plain, *now);
        }
        *parameters = change.apply(parameters);
        ledger.restart_schedule(parameters, *now);
        plain.change(parameters, *now);
        for pair in pairs {
            pair.settle(parameters, plain, *now);
        }
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let sum = self.pairs.iter().fold(FixedU128::from_u32(0), |sum, pair| sum + pair.lazy.share);
        prop_assert_eq!(self.ledger.total_share, sum);
        for pair in &self.pairs {
            pair.check(&self.parameters, &self.ledger)?;
        }
        Ok(())
    }
}

impl Pair {
    fn settle(&mut self, parameters: &TokenomicParameters, world: &PlainWorld, now: Moment) {
        self.lazy.settle(parameters, now);
        self.plain.settle(world, now);
        self.capped |= self.lazy.value == parameters.value_max.max(self.lazy.initial_value);
    }

    fn happen(
        &mut self,
        happening: &Happening,
        parameters: &TokenomicParameters,
        ledger: &mut Accumulator,
        world: &PlainWorld,
        now: Moment,
    ) -> Result<(), TestCaseError> {
        let Self { lazy, plain, .. } = self;
        match (lazy.phase, happening) {
            (Phase::Responsive, Happening::Answer { iterations, serving, subsidy }) => {
                lazy.measure(*iterations, *serving, now);
                plain.measure(*iterations, *serving, now);
                let paid = subsidy.mul_floor(to_balance(lazy.pending(ledger)));
                let (before, due) = (lazy.value, lazy.due);
                lazy.pay(paid, ledger);
                plain.pay(plain::number(from_balance(paid)));
                self.check_payout(before, due)?;
            }
            (Phase::Unresponsive, Happening::Answer { iterations, serving, .. }) => {
                lazy.measure(*iterations, *serving, now);
                plain.measure(*iterations, *serving, now);
                let before = lazy.value;
                lazy.recover(now, ledger);
                plain.recover(now);
                prop_assert_eq!((lazy.value, lazy.pending(ledger)), (before, FixedU128::from_u32(0)));
                (self.floor, self.capped) = (before, false);
            }
            (Phase::Responsive, Happening::DeadlinePassed) => {
                lazy.go_offline(ledger);
                plain.leave(Phase::Unresponsive);
            }
            (Phase::Responsive | Phase::Unresponsive, Happening::Stop) => {
                lazy.stop(now, ledger);
                plain.leave(Phase::CoolingDown { until: now });
            }
            (_, Happening::Fault(level)) => {
                lazy.fault(parameters, *level, ledger);
                plain.fault(match level {
                    SlashLevel::GoodFaith => 0.01,
                    SlashLevel::Proven => 0.1,
                    SlashLevel::Threat => 1.0,
                });
                self.floor = phala_economics::slash::after_loss(self.floor, parameters.loss(*level));
            }
            (Phase::Responsive | Phase::Unresponsive, Happening::Restart { more, score, confidence }) => {
                let stake = self.stake + u128::from(*more) * PHA;
                let before = lazy.clone();
                match lazy.restart(parameters, stake, *score, *confidence, ledger) {
                    Ok(()) => {
                        self.stake = stake;
                        plain.restart(world, stake, *score, *confidence);
                        (self.floor, self.capped) = (lazy.value, false);
                    }
                    Err(_) => {
                        prop_assert_eq!(&*lazy, &before);
                        return Ok(());
                    }
                }
            }
            // Nothing happens; the share stays what it was, though the value has grown.
            _ => return Ok(()),
        }
        self.plain.update_share();
        Ok(())
    }

    /// A payout takes at most the growth since the last answer, which V_max may have cut off.
    fn check_payout(&mut self, before: FixedU128, due: FixedU128) -> Result<(), TestCaseError> {
        let after = self.lazy.value;
        prop_assert!(after >= before - due.min(before));
        let rounding = FixedU128::from_inner(1_000_000);
        prop_assert!(self.capped || after + rounding >= self.floor, "{after:?} below {:?}", self.floor);
        (self.floor, self.capped) = (after, false);
        Ok(())
    }

    fn check(&self, parameters: &TokenomicParameters, ledger: &Accumulator) -> Result<(), TestCaseError> {
        let Self { lazy, plain, .. } = self;
        for (what, lazy, plain) in [
            ("V", lazy.value, plain.value),
            ("V^e", lazy.initial_value, plain.initial_value),
            ("D", lazy.due, plain.due),
            ("share", lazy.share, plain.share),
            ("earned", lazy.pending(ledger), plain.earned),
        ] {
            let (lazy, scale) = (plain::number(lazy), plain.max(1.0));
            prop_assert!((lazy - plain).abs() <= 1e-12 * scale, "{what} {lazy} instead of {plain}");
        }
        prop_assert_eq!((lazy.phase, lazy.settled_at), (plain.phase, plain.settled_at));
        prop_assert!(lazy.value <= parameters.value_max.max(lazy.initial_value));
        let (returned, lost) = (lazy.returned(self.stake), self.stake - lazy.returned(self.stake));
        prop_assert_eq!(returned + lost, self.stake);
        prop_assert!(lost == 0 || lazy.value < lazy.initial_value);
        if lazy.phase != Phase::Responsive {
            let nothing = FixedU128::from_u32(0);
            prop_assert_eq!((lazy.share, lazy.due, lazy.pending(ledger)), (nothing, nothing, nothing));
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn lazy_sessions_should_equal_the_plain_recurrence_for_any_schedule(
        stakes in prop::collection::vec((1_000..15_000u64, 50..2_000u32, 1..=5u8), 1..4),
        schedule in prop::collection::vec((0..2_500_000u64, any::<prop::sample::Index>(), happening()), 1..24),
    ) {
        let mut world = World::new(&stakes);
        prop_assume!(!world.pairs.is_empty());
        world.check()?;
        for (wait, who, happening) in schedule {
            world.pass(wait);
            let who = who.index(world.pairs.len());
            world.happen(who, &happening)?;
        }
    }
}
