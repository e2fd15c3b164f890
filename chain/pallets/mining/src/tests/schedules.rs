//! Random schedules of everything that can happen, with all invariants checked on the way.

use phala_economics::{FixedU128, SlashLevel, TokenomicParameters};
use phala_primitives::{Balance, SessionId, WorkerId, PHA};
use polkadot_sdk::frame_support::{assert_ok, traits::fungible::Inspect};
use rand::{rngs::StdRng, Rng, SeedableRng};

use crate::{mock::*, Emission, Pools, SessionOf, TotalPaid};

const WORKERS: u8 = 6;

/// One random step of the world.
fn step(rng: &mut StdRng, workers: &[WorkerId]) {
    let worker = workers[rng.random_range(0..workers.len())];
    let session = SessionOf::<Test>::get(worker);
    match rng.random_range(0..12) {
        0 | 1 => {
            let stake = Balance::from(rng.random_range(1_500..19_000u32)) * PHA;
            let _ = Mining::start(worker, POOL, stake);
        }
        2 => {
            let _ = Mining::stop(worker);
        }
        3 => {
            let level = if rng.random() { SlashLevel::GoodFaith } else { SlashLevel::Proven };
            let _ = Mining::fault(worker, level, [0; 32]);
        }
        4 => {
            let rho = 1_000_000_000_000_000_000 + rng.random_range(0..100_000_000_000_000);
            let parameters = TokenomicParameters {
                rho: FixedU128::from_inner(rho),
                tick: rng.random_range(1_000..20_000),
                budget: FixedU128::from_u32(rng.random_range(0..100)),
                ..world()
            };
            let _ = Mining::set_parameters(RuntimeOrigin::root(), parameters);
        }
        5..=8 => {
            if let Some(session) = session {
                try_answer(rng, worker, session);
            }
        }
        _ => pass(rng.random_range(1..200_000)),
    }
    take_in_messages(worker);
    run_blocks(1);
}

fn try_answer(rng: &mut StdRng, worker: WorkerId, session: SessionId) {
    if let Some(open) = record(session).challenge {
        let jobs = rng.random_range(0..2);
        assert_ok!(Mining::heartbeat(worker, session, open.number, counter(session), jobs));
    }
}

/// Everything is quick, so that a test sees cool-downs end.
fn world() -> TokenomicParameters {
    TokenomicParameters {
        challenges_per_block: 3,
        challenge_interval: 4 * BLOCK_TIME,
        cool_down: 600_000,
        heartbeat_window: 120_000,
        ..TokenomicParameters::khala()
    }
}

#[test]
fn invariants_should_hold_after_every_step_of_any_schedule() {
    for seed in 0..12 {
        ExtBuilder::default().parameters(world()).build_and_execute(|| {
            let mut rng = StdRng::seed_from_u64(seed);
            let workers: Vec<_> = (1..=WORKERS).map(|n| worker_with_score(n, 1_000)).collect();
            for _ in 0..120 {
                step(&mut rng, &workers);
                assert_ok!(Mining::do_try_state());
            }
            assert_money_is_conserved();
        });
    }
}

/// Nothing but payouts left the subsidy, and they went to the pool and the treasury.
fn assert_money_is_conserved() {
    let paid = TotalPaid::<Test>::get();
    assert_eq!(Balances::balance(&Mining::subsidy_account()) + paid, SUBSIDY);
    let received = Balances::balance(&Books::reward_account(POOL)) + Balances::balance(&TREASURY);
    assert_eq!(received, paid + 2 * EXISTENTIAL_DEPOSIT);
    for (_, _, taken, returned) in StakeReturned::get() {
        assert!(returned <= taken);
    }
}

#[test]
fn payouts_should_add_up_to_the_budget_when_somebody_was_always_responsive() {
    ExtBuilder::default().build_and_execute(|| {
        let mut rng = StdRng::seed_from_u64(7);
        let mut sessions = vec![session_with_stake(1, 2_000)];
        let opened = now();
        let mut schedule = Emission::<Test>::get().unwrap().schedule;
        sessions.extend((2..=5).map(|n| session_with_stake(n, 3_000 * u32::from(n))));
        for _ in 0..300 {
            pass(rng.random_range(1..100_000));
            let (worker, session) = sessions[rng.random_range(0..sessions.len())];
            answer(worker, session);
            take_in_messages(worker);
        }
        sessions.iter().for_each(|(worker, session)| answer(*worker, *session));

        let emitted = phala_economics::arithmetic::to_balance(schedule.emit(&quiet(), opened, now()));
        let paid = TotalPaid::<Test>::get();
        assert!(paid <= emitted, "{paid} of {emitted}");
        // Each of the 305 payouts is rounded down to a base unit.
        assert!(emitted - paid <= 306, "{paid} of {emitted}");
    });
}
