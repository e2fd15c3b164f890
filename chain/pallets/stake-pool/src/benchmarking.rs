//! What calls cost at most. Whoever calls has a slash to settle, which is the dearer case.
//!
//! Calls that go down into the mining pallet are measured with it.

use phala_primitives::{
    registry::{Attestation, AttestationKind, WorkerRecord},
    Balance, PoolId, WorkerId, PHA,
};
use polkadot_sdk::{
    frame_benchmarking::v2::*,
    frame_support::traits::fungible::{Inspect, Mutate},
    frame_system::RawOrigin,
    sp_runtime::Permill,
};

use crate::*;

/// Enough for a session at a score of 1 000 under every preset, and not too much.
const STAKE: Balance = 5_000 * PHA;

fn rich<T: Config>(name: &'static str) -> T::AccountId {
    let who: T::AccountId = account(name, 0, 0);
    CurrencyOf::<T>::set_balance(&who, 1_000_000 * PHA);
    who
}

/// Makes the registry know `worker` as a benchmarked one of `operator`.
pub(crate) fn register_worker<T: Config>(worker: WorkerId, operator: T::AccountId) {
    let attestation = Attestation { kind: AttestationKind::None, confidence: 1, expires: Moment::MAX };
    let record = WorkerRecord { operator, attestation, score: Some(1_000), price: Some(PHA) };
    pallet_registry::Workers::<T>::insert(worker, record);
}

/// A pool of `owner` with `stake` from `delegator`.
fn pool_with_stake<T: Config>(owner: &T::AccountId, delegator: &T::AccountId, stake: Balance) -> PoolId {
    let pool = NextPool::<T>::get();
    Pallet::<T>::do_create(owner.clone()).expect("a rich owner can create a pool");
    Pallet::<T>::do_contribute(delegator.clone(), pool, stake).expect("a rich delegator can contribute");
    pool
}

/// A registered worker in the pool.
fn worker_in_pool<T: Config>(owner: &T::AccountId, pool: PoolId) -> WorkerId {
    let worker = WorkerId([1; 32]);
    register_worker::<T>(worker, owner.clone());
    Pallet::<T>::do_add_worker(owner.clone(), pool, worker).expect("the worker is the owner's");
    worker
}

/// Takes a tenth of the free stake.
fn slash<T: Config>(number: PoolId) {
    Pools::<T>::mutate(number, |pool| {
        let pool = pool.as_mut().expect("the pool exists");
        let taken = pool.free;
        pool.activate(taken).expect("it is free");
        pool.deactivate(taken, taken / 10 * 9);
    });
}

/// Pays the pool something.
fn reward<T: Config>(pool: PoolId) {
    CurrencyOf::<T>::mint_into(&Pallet::<T>::reward_account_of(pool), PHA).expect("the account exists");
    Pallet::<T>::deposit_reward(pool, PHA);
}

impl<T: Config> Pallet<T> {
    /// A pool that has set `stake` aside for a session of `worker`, as [`pallet_mining::Pools`] asks.
    pub(crate) fn pool_for_benchmark(worker: WorkerId, stake: Balance) -> PoolId {
        let (owner, delegator) = (rich::<T>("pool owner"), account("pool delegator", 0, 0));
        let needed = stake + CurrencyOf::<T>::minimum_balance() + PHA;
        CurrencyOf::<T>::set_balance(&delegator, needed);
        let number = pool_with_stake::<T>(&owner, &delegator, stake);
        WorkerPool::<T>::insert(worker, number);
        PoolWorkers::<T>::insert(number, worker, ());
        Pools::<T>::mutate(number, |pool| {
            pool.as_mut().map(|pool| pool.activate(stake)).expect("the pool exists").expect("it is free");
        });
        number
    }
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn create() {
        let owner = rich::<T>("owner");
        #[extrinsic_call]
        _(RawOrigin::Signed(owner));
        assert!(Pools::<T>::contains_key(0));
    }

    #[benchmark]
    fn set_commission() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), pool, Permill::from_percent(10));
        assert!(Pools::<T>::get(pool).is_some_and(|pool| pool.commission.raise.is_some()));
    }

    #[benchmark]
    fn add_worker() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        let worker = WorkerId([1; 32]);
        register_worker::<T>(worker, owner.clone());
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), pool, worker);
        assert_eq!(WorkerPool::<T>::get(worker), Some(pool));
    }

    /// The operator, who is not the owner, removes it: that takes one more look at the registry.
    #[benchmark]
    fn remove_worker() {
        let (owner, operator) = (rich::<T>("owner"), rich::<T>("operator"));
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        let worker = worker_in_pool::<T>(&owner, pool);
        register_worker::<T>(worker, operator.clone());
        #[extrinsic_call]
        _(RawOrigin::Signed(operator), pool, worker);
        assert_eq!(WorkerPool::<T>::get(worker), None);
    }

    #[benchmark]
    fn contribute() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        slash::<T>(pool);
        reward::<T>(pool);
        let before = Delegations::<T>::get(&owner, pool).shares;
        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), pool, STAKE);
        assert!(Delegations::<T>::get(&owner, pool).shares > before);
    }

    #[benchmark]
    fn withdraw() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        slash::<T>(pool);
        reward::<T>(pool);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), pool, STAKE / 3);
        assert!(Delegations::<T>::get(&owner, pool).shares < STAKE);
    }

    #[benchmark]
    fn start_session() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        let worker = worker_in_pool::<T>(&owner, pool);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), pool, worker, STAKE);
        assert_eq!(pallet_mining::Pallet::<T>::pool_of(&worker), Some(pool));
    }

    /// The session has been slashed, so that the pool loses part of the old stake.
    #[benchmark]
    fn restart_session() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, 2 * STAKE);
        let worker = worker_in_pool::<T>(&owner, pool);
        Pallet::<T>::do_start_session(owner.clone(), pool, worker, STAKE)
            .expect("enough stake, and not too much");
        pallet_mining::Pallet::<T>::fault(worker, phala_economics::SlashLevel::Proven, [7; 32])
            .expect("the worker mines");
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), pool, worker, STAKE + PHA);
        assert_eq!(Pools::<T>::get(pool).map(|pool| pool.active), Some(STAKE + PHA));
    }

    #[benchmark]
    fn stop_session() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        let worker = worker_in_pool::<T>(&owner, pool);
        Pallet::<T>::do_start_session(owner.clone(), pool, worker, STAKE)
            .expect("enough stake, and not too much");
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), pool, worker);
        assert!(!pallet_mining::Pallet::<T>::is_responsive(&worker));
    }

    /// The owner is a delegator too and is paid both parts.
    #[benchmark]
    fn claim_rewards() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        slash::<T>(pool);
        reward::<T>(pool);
        let before = CurrencyOf::<T>::balance(&owner);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), pool);
        assert!(CurrencyOf::<T>::balance(&owner) > before);
    }

    impl_benchmark_test_suite!(Pallet, mock::ExtBuilder.build(), mock::Test);
}
