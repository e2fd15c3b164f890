//! Random calls on the real pallets; every invariant is checked after every call.

use super::*;
use phala_economics::SlashLevel;
use phala_primitives::{WorkerId, PHA};
use polkadot_sdk::sp_runtime::Permill;
use proptest::prelude::*;

const PEOPLE: [AccountId; 4] = [OWNER, ALICE, BOB, CAROL];
const POOLS: u64 = 2;

#[derive(Clone, Debug)]
enum Call {
    Contribute { who: usize, pool: PoolId, amount: Balance },
    Withdraw { who: usize, pool: PoolId, percent: u8 },
    Start { worker: usize, stake: Balance },
    Restart { worker: usize, stake: Balance },
    Stop { worker: usize },
    Fault { worker: usize, level: SlashLevel },
    Reward { pool: PoolId, amount: Balance },
    Claim { who: usize, pool: PoolId },
    SetCommission { pool: PoolId, percent: u8 },
    Wait { blocks: u32 },
}

fn call() -> impl Strategy<Value = Call> {
    let who = || 0..PEOPLE.len();
    let worker = || 0..2usize;
    let amount = || prop_oneof![1..10 * PHA, (1..20_000u128).prop_map(|pha| pha * PHA), 1..u128::MAX];
    let level = prop_oneof![Just(SlashLevel::GoodFaith), Just(SlashLevel::Proven), Just(SlashLevel::Threat)];
    prop_oneof![
        5 => (who(), 0..POOLS, amount()).prop_map(|(who, pool, amount)| Call::Contribute { who, pool, amount }),
        4 => (who(), 0..POOLS, 1..=100u8).prop_map(|(who, pool, percent)| Call::Withdraw { who, pool, percent }),
        4 => (worker(), (1_000..15_000u128).prop_map(|pha| pha * PHA)).prop_map(|(worker, stake)| Call::Start { worker, stake }),
        3 => (worker(), (1_000..20_000u128).prop_map(|pha| pha * PHA)).prop_map(|(worker, stake)| Call::Restart { worker, stake }),
        3 => worker().prop_map(|worker| Call::Stop { worker }),
        2 => (worker(), level).prop_map(|(worker, level)| Call::Fault { worker, level }),
        2 => (0..POOLS, 1..1_000_000 * PHA).prop_map(|(pool, amount)| Call::Reward { pool, amount }),
        2 => (who(), 0..POOLS).prop_map(|(who, pool)| Call::Claim { who, pool }),
        1 => (0..POOLS, 0..=100u8).prop_map(|(pool, percent)| Call::SetCommission { pool, percent }),
        3 => (1..15u32).prop_map(|blocks| Call::Wait { blocks }),
    ]
}

/// Makes the call; that it may be refused is part of the test.
fn make(call: Call, workers: &[WorkerId; 2]) -> Result<(), DispatchError> {
    let signed = |who: &AccountId| RuntimeOrigin::signed(who.clone());
    match call {
        Call::Contribute { who, pool, amount } => StakePool::contribute(signed(&PEOPLE[who]), pool, amount),
        Call::Withdraw { who, pool, percent } => {
            let part = shares(&PEOPLE[who], pool) * u128::from(percent) / 100;
            StakePool::withdraw(signed(&PEOPLE[who]), pool, part)
        }
        Call::Start { worker, stake } => {
            StakePool::start_session(signed(&OWNER), worker as PoolId, workers[worker], stake)
        }
        Call::Restart { worker, stake } => {
            StakePool::restart_session(signed(&OWNER), worker as PoolId, workers[worker], stake)
        }
        Call::Stop { worker } => StakePool::stop_session(signed(&OWNER), worker as PoolId, workers[worker]),
        Call::Fault { worker, level } => Mining::fault(workers[worker], level, [0; 32]),
        Call::Reward { pool, amount } => {
            reward(pool, amount);
            Ok(())
        }
        Call::Claim { who, pool } => StakePool::claim_rewards(signed(&PEOPLE[who]), pool),
        Call::SetCommission { pool, percent } => {
            StakePool::set_commission(signed(&OWNER), pool, Permill::from_percent(percent.into()))
        }
        Call::Wait { blocks } => {
            run_blocks(blocks);
            Ok(())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]
    #[test]
    fn pools_should_keep_their_invariants_when_calls_are_random(
        calls in prop::collection::vec(call(), 1..60),
    ) {
        ExtBuilder.build_and_execute(|| {
            let workers = [benchmarked(1, OWNER), benchmarked(2, OWNER)];
            for worker in workers {
                let pool = pool();
                StakePool::add_worker(RuntimeOrigin::signed(OWNER), pool, worker).unwrap();
                StakePool::contribute(RuntimeOrigin::signed(ALICE), pool, 7_777 * PHA).unwrap();
            }
            for call in calls {
                let claimable = |who: &AccountId| -> Balance { (0..POOLS).map(|pool| value(who, pool)).sum() };
                let wealth = |who: &AccountId| free(who) + claimable(who);
                let is_paid = matches!(call, Call::Claim { .. });
                let before: Vec<Balance> = PEOPLE.iter().map(wealth).collect();
                let result = polkadot_sdk::frame_support::storage::with_storage_layer(|| make(call.clone(), &workers));
                check_invariants();
                for (who, before) in PEOPLE.iter().zip(before) {
                    let gained_nothing = wealth(who) <= before || is_paid;
                    assert!(gained_nothing, "{call:?} ({result:?}) made {who:?} richer");
                }
            }
        });
    }
}
