//! A mining session on its way through the rules put together.

use frame_support::assert_ok;
use phala_primitives::{report::ReportBody, PoolId, SessionId, PHA};
use polkadot_sdk::*;
use sp_keyring::Sr25519Keyring::{Alice, Bob};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionSource};

use super::{
    chain,
    presets::check_invariants,
    reports::{benchmark, register, report, worker},
};
use crate::{
    genesis_config_presets::DEVELOPMENT, Balances, Executive, Mining, RuntimeCall, StakePool, System,
};

const POOL: PoolId = 0;
const SESSION: SessionId = 0;

/// Most blocks until a session is challenged: of one in five, on average.
const PATIENCE: u32 = 200;

/// Bob makes a call in a block of its own.
fn bob(call: pallet_stake_pool::Call<crate::Runtime>) {
    let extrinsic = chain::signed(Bob, RuntimeCall::StakePool(call));
    chain::block(|| {
        assert_ok!(Executive::apply_extrinsic(extrinsic).unwrap());
    });
}

fn worker_says(sequence: u64, body: ReportBody) {
    let extrinsic = chain::general(report(sequence, body));
    chain::block(|| {
        assert_ok!(Executive::apply_extrinsic(extrinsic).unwrap());
    });
}

/// Bob's worker mines with 2 000 of 5 000 PHA in his pool. It has sent two reports.
fn start_mining() {
    use pallet_stake_pool::Call;
    register();
    worker_says(0, ReportBody::Start);
    worker_says(1, benchmark());
    bob(Call::create {});
    bob(Call::add_worker { pool: POOL, worker: worker() });
    bob(Call::contribute { pool: POOL, amount: 5_000 * PHA });
    bob(Call::start_session { pool: POOL, worker: worker(), stake: 2_000 * PHA });
}

/// Waits for a challenge, and answers it.
fn answer(sequence: u64) {
    let open = (0..PATIENCE).find_map(|_| {
        chain::empty_block();
        Mining::session(SESSION).unwrap().challenge
    });
    let challenge = open.expect("sessions are challenged").number;
    worker_says(sequence, ReportBody::Heartbeat { session: SESSION, challenge, iterations: 100, jobs: 0 });
    assert_eq!(Mining::session(SESSION).unwrap().challenge, None);
}

#[test]
fn worker_should_stay_alive_and_earn_when_nobody_can_pay_a_fee_for_it() {
    chain::from_preset(DEVELOPMENT).execute_with(|| {
        start_mining();
        let all =
            pallet_balances::Call::transfer_all { dest: Alice.to_account_id().into(), keep_alive: false };
        let give_away = chain::signed(Bob, RuntimeCall::Balances(all));
        chain::block(|| {
            assert_ok!(Executive::apply_extrinsic(give_away).unwrap());
        });
        let create = chain::signed(Bob, RuntimeCall::StakePool(pallet_stake_pool::Call::create {}));
        let last = System::block_hash(System::block_number());
        assert_eq!(
            Executive::validate_transaction(TransactionSource::External, create, last),
            Err(InvalidTransaction::Payment.into()),
            "Bob has nothing left"
        );

        let left = Balances::free_balance(Bob.to_account_id());
        let mut paid = 0;
        for sequence in 2..5 {
            answer(sequence);
            assert!(Mining::is_responsive(&worker()));
            assert!(Mining::totals().paid > paid, "every answer earns");
            paid = Mining::totals().paid;
        }
        assert_eq!(Balances::free_balance(Bob.to_account_id()), left);
        check_invariants();
    });
}

#[test]
fn session_should_go_on_with_more_stake_when_its_pool_restarts_it() {
    chain::from_preset(DEVELOPMENT).execute_with(|| {
        start_mining();
        answer(2);
        let before = Mining::session(SESSION).unwrap();
        let stake = 4_000 * PHA;
        bob(pallet_stake_pool::Call::restart_session { pool: POOL, worker: worker(), stake });

        let after = Mining::session(SESSION).unwrap();
        assert_eq!((after.stake, after.changed_at), (stake, System::block_number()));
        assert!(after.share > before.share && after.initial_value > before.initial_value);
        assert_eq!(StakePool::pool(POOL).unwrap().free, 1_000 * PHA);
        answer(3);
        check_invariants();
    });
}
