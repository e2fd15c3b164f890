//! What calls, and steps of the queues, cost at most. Whoever calls has a slash to settle, which is the
//! dearer case.
//!
//! Calls that go down into the mining pallet are measured with it.

use phala_primitives::{
    registry::{Attestation, AttestationKind, WorkerRecord},
    Balance, PoolId, WorkerId, PHA,
};
use polkadot_sdk::{
    frame_benchmarking::v2::*,
    frame_support::traits::{
        fungible::{Inspect, Mutate},
        Time,
    },
    frame_system::RawOrigin,
    sp_runtime::Permill,
};

use crate::{
    queue_impls::Work,
    types::{Cooling, MAX_ALLOWED},
    *,
};

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
        pool.deactivate(Cooling::default(), taken, taken / 10 * 9);
    });
}

/// Pays the pool something.
fn reward<T: Config>(pool: PoolId) {
    CurrencyOf::<T>::mint_into(&Pallet::<T>::reward_account_of(pool), PHA).expect("the account exists");
    Pallet::<T>::deposit_reward(pool, PHA);
}

/// Leaves no stake free.
fn use_up<T: Config>(number: PoolId) {
    Pools::<T>::mutate(number, |pool| {
        let pool = pool.as_mut().expect("the pool exists");
        pool.activate(pool.free).expect("it is free");
    });
}

/// Makes some of the active stake free, as if a session had ended.
fn free_up<T: Config>(number: PoolId, stake: Balance) {
    Pools::<T>::mutate(number, |pool| {
        pool.as_mut().expect("the pool exists").deactivate(Cooling::default(), stake, stake);
    });
}

/// A pool without free stake, and three delegators who wait for it in this order.
fn pool_with_queue<T: Config>(owner: &T::AccountId) -> (PoolId, [T::AccountId; 3]) {
    let number = pool_with_stake::<T>(owner, owner, STAKE);
    let delegators = ["first", "second", "third"].map(rich::<T>);
    for delegator in &delegators {
        Pallet::<T>::do_contribute(delegator.clone(), number, STAKE)
            .expect("a rich delegator can contribute");
    }
    use_up::<T>(number);
    for delegator in &delegators {
        Pallet::<T>::do_withdraw(delegator.clone(), number, STAKE).expect("there is room in the queue");
    }
    (number, delegators)
}

/// Fills the pool's whitelist up to `count` accounts, and puts it into force.
fn whitelist<T: Config>(owner: &T::AccountId, pool: PoolId, count: u32) {
    for index in 0..count {
        Pallet::<T>::do_allow(owner.clone(), pool, account("allowed", index, 0)).expect("there is room");
    }
    Pallet::<T>::do_set_whitelist(owner.clone(), pool, true).expect("the owner may");
}

#[cfg(feature = "runtime-benchmarks")]
impl<T: Config> Pallet<T> {
    /// A pool that has set `stake` aside for a session of `worker`, as [`pallet_mining::Pools`] asks, and
    /// in whose queue somebody waits for it.
    pub(crate) fn pool_for_benchmark(worker: WorkerId, stake: Balance) -> PoolId {
        let (owner, delegator): (_, T::AccountId) =
            (rich::<T>("pool owner"), account("pool delegator", 0, 0));
        let needed = stake + CurrencyOf::<T>::minimum_balance() + PHA;
        CurrencyOf::<T>::set_balance(&delegator, needed);
        let number = pool_with_stake::<T>(&owner, &delegator, stake);
        use_up::<T>(number);
        Self::do_withdraw(delegator, number, stake).expect("there is room in the queue");
        WorkerPool::<T>::insert(worker, number);
        Self::note_running(number, worker, 0);
        Pools::<T>::mutate_extant(number, |pool| (pool.workers, pool.started) = (1, 1));
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

    /// The signer is the last on a full whitelist, and somebody waits for the stake.
    #[benchmark]
    fn contribute() {
        let owner = rich::<T>("owner");
        let (pool, [_, _, third]) = pool_with_queue::<T>(&owner);
        whitelist::<T>(&owner, pool, MAX_ALLOWED - 1);
        Pallet::<T>::do_allow(owner, pool, third.clone()).expect("there is room");
        free_up::<T>(pool, PHA);
        slash::<T>(pool);
        reward::<T>(pool);
        let before = Delegations::<T>::get(&third, pool).shares;
        #[extrinsic_call]
        _(RawOrigin::Signed(third.clone()), pool, STAKE);
        assert!(Delegations::<T>::get(&third, pool).shares > before);
    }

    /// The signer's earlier request is void; a part is released at once, the rest waits.
    #[benchmark]
    fn withdraw() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        use_up::<T>(pool);
        Pallet::<T>::do_withdraw(owner.clone(), pool, STAKE / 2).expect("there is room in the queue");
        free_up::<T>(pool, STAKE / 2);
        slash::<T>(pool);
        reward::<T>(pool);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), pool, STAKE);
        assert!(Delegations::<T>::get(&owner, pool).shares < STAKE);
        assert!(Withdrawals::<T>::contains_key(pool, &owner));
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

    #[benchmark]
    fn set_description() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        let description = Description::truncate_from([b'x'; 400].to_vec());
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), pool, description.clone());
        assert_eq!(Descriptions::<T>::get(pool), description);
    }

    #[benchmark]
    fn set_cap() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), pool, Some(2 * STAKE));
        assert!(Pools::<T>::get(pool).is_some_and(|pool| pool.cap == Some(2 * STAKE)));
    }

    #[benchmark]
    fn set_whitelist() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), pool, true);
        assert!(Pools::<T>::get(pool).is_some_and(|pool| pool.whitelist));
    }

    #[benchmark]
    fn allow() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        whitelist::<T>(&owner, pool, MAX_ALLOWED - 1);
        let who: T::AccountId = account("another", 0, 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), pool, who.clone());
        assert!(Whitelists::<T>::get(pool).contains(&who));
    }

    #[benchmark]
    fn disallow() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        whitelist::<T>(&owner, pool, MAX_ALLOWED);
        let who: T::AccountId = account("allowed", MAX_ALLOWED - 1, 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), pool, who.clone());
        assert!(!Whitelists::<T>::get(pool).contains(&who));
    }

    #[benchmark]
    fn offer_ownership() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        let to: T::AccountId = account("heir", 0, 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), pool, Some(to.clone()));
        assert!(Pools::<T>::get(pool).is_some_and(|pool| pool.offered == Some(to)));
    }

    /// The former owner is a delegator, and has commission that is not claimed yet.
    #[benchmark]
    fn accept_ownership() {
        let (owner, to) = (rich::<T>("owner"), rich::<T>("heir"));
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        Pools::<T>::mutate_extant(pool, |pool| pool.commission.rate = Permill::from_percent(10));
        Pallet::<T>::do_offer_ownership(owner.clone(), pool, Some(to.clone())).expect("the owner may");
        slash::<T>(pool);
        reward::<T>(pool);
        #[extrinsic_call]
        _(RawOrigin::Signed(to.clone()), pool);
        assert!(Pools::<T>::get(pool).is_some_and(|pool| pool.owner == to && pool.owner_rewards == 0));
        assert!(Delegations::<T>::get(&owner, pool).rewards > 0);
    }

    /// There is dust to sweep, a description, a whitelist, and a planned look at the queue.
    #[benchmark]
    fn close() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        whitelist::<T>(&owner, pool, MAX_ALLOWED);
        let description = Description::truncate_from([b'x'; 400].to_vec());
        Pallet::<T>::do_set_description(owner.clone(), pool, description).expect("the owner may");
        use_up::<T>(pool);
        Pallet::<T>::do_withdraw(owner.clone(), pool, STAKE).expect("there is room in the queue");
        free_up::<T>(pool, STAKE);
        Pallet::<T>::do_withdraw(owner.clone(), pool, STAKE).expect("all stake is free");
        CurrencyOf::<T>::mint_into(&Pallet::<T>::reward_account_of(pool), PHA).expect("the account exists");
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), pool);
        assert!(!Pools::<T>::contains_key(pool));
    }

    #[benchmark]
    fn set_manager() {
        let owner = rich::<T>("owner");
        let pool = pool_with_stake::<T>(&owner, &owner, STAKE);
        let manager: T::AccountId = account("manager", 0, 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), pool, Some(manager.clone()));
        assert!(Pools::<T>::get(pool).is_some_and(|pool| pool.manager == Some(manager)));
    }

    /// As in `contribute`.
    #[benchmark]
    fn compound_rewards() {
        let owner = rich::<T>("owner");
        let (pool, [_, _, third]) = pool_with_queue::<T>(&owner);
        whitelist::<T>(&owner, pool, MAX_ALLOWED - 1);
        Pallet::<T>::do_allow(owner, pool, third.clone()).expect("there is room");
        free_up::<T>(pool, PHA);
        slash::<T>(pool);
        for _ in 0..100 {
            reward::<T>(pool);
        }
        let before = Delegations::<T>::get(&third, pool).shares;
        #[extrinsic_call]
        _(RawOrigin::Signed(third.clone()), pool);
        assert!(Delegations::<T>::get(&third, pool).shares > before);
    }

    /// From the middle of the queue.
    #[benchmark]
    fn cancel_withdrawal() {
        let owner = rich::<T>("owner");
        let (pool, [_, second, _]) = pool_with_queue::<T>(&owner);
        #[extrinsic_call]
        _(RawOrigin::Signed(second.clone()), pool);
        assert!(!Withdrawals::<T>::contains_key(pool, &second));
    }

    /// Nothing is due.
    #[benchmark]
    fn on_initialize() {
        let owner = rich::<T>("owner");
        GracePeriod::<T>::put(Moment::MAX);
        pool_with_queue::<T>(&owner);
        #[block]
        {
            Pallet::<T>::begin_block();
        }
        assert_eq!(Agenda::<T>::iter_keys().count(), 1);
    }

    /// There is nothing to do after all.
    #[benchmark]
    fn visit_queue() {
        let owner = rich::<T>("owner");
        GracePeriod::<T>::put(Moment::MAX);
        let (pool, _) = pool_with_queue::<T>(&owner);
        let key = Agenda::<T>::iter_keys().next().expect("somebody waits");
        #[block]
        {
            Pallet::<T>::visit_queue(&key, TimeOf::<T>::now(), 1, &mut Work::default())
                .expect("it can be looked at");
        }
        assert!(Pools::<T>::get(pool).is_some_and(|pool| pool.queue.entries == 3));
    }

    /// The first in the queue is paid all, and has a slash to settle.
    #[benchmark]
    fn serve_withdrawal() {
        let owner = rich::<T>("owner");
        let (number, [first, ..]) = pool_with_queue::<T>(&owner);
        free_up::<T>(number, 2 * STAKE);
        slash::<T>(number);
        reward::<T>(number);
        let mut pool = Pools::<T>::get(number).expect("the pool exists");
        #[block]
        {
            Pallet::<T>::serve_first(number, &mut pool).expect("stake is free");
        }
        assert!(!Withdrawals::<T>::contains_key(number, &first));
    }

    #[benchmark]
    fn end_grace_period() {
        let owner = rich::<T>("owner");
        let (number, _) = pool_with_queue::<T>(&owner);
        GracePeriod::<T>::put(0);
        let mut pool = Pools::<T>::get(number).expect("the pool exists");
        #[block]
        {
            Pallet::<T>::end_grace_period(number, &mut pool, TimeOf::<T>::now());
        }
        assert_eq!(pool.queue.overdue, STAKE);
    }

    #[benchmark]
    fn force_stop() {
        let owner = rich::<T>("owner");
        let number = pool_with_stake::<T>(&owner, &owner, STAKE);
        let worker = worker_in_pool::<T>(&owner, number);
        Pallet::<T>::do_start_session(owner.clone(), number, worker, STAKE)
            .expect("enough stake, and not too much");
        Pallet::<T>::do_withdraw(owner, number, STAKE).expect("there is room in the queue");
        let mut pool = Pools::<T>::get(number).expect("the pool exists");
        #[block]
        {
            Pallet::<T>::stop_newest(number, &mut pool).expect("a session runs");
        }
        assert_eq!(pool.cooling.back, STAKE);
    }

    impl_benchmark_test_suite!(Pallet, mock::ExtBuilder.build(), mock::Test);
}
