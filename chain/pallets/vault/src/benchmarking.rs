//! What calls and hooks cost at most: the vault is in as many pools as it may be, each of which has a
//! reward for it and a slash that it does not know of, and whoever calls has a slash to settle.

use phala_primitives::{Balance, PoolId, PHA};
use polkadot_sdk::{
    frame_benchmarking::v2::*,
    frame_support::traits::fungible::{Inspect, Mutate},
    frame_system::RawOrigin,
    sp_runtime::Permill,
};

use pallet_stake_pool::Vaults as _;

use crate::*;

type StakePools<T> = pallet_stake_pool::Pallet<T>;

/// What lies in each pool.
const PLACED: Balance = 1_000 * PHA;
/// What lies in no pool.
const FREE: Balance = 500 * PHA;

fn rich<T: Config>(name: &'static str) -> T::AccountId {
    let who: T::AccountId = account(name, 0, 0);
    CurrencyOf::<T>::set_balance(&who, 1_000_000 * PHA);
    who
}

/// A new pool.
fn pool<T: Config>() -> PoolId {
    let pool = pallet_stake_pool::NextPool::<T>::get();
    let owner = RawOrigin::Signed(rich::<T>("pool owner"));
    StakePools::<T>::create(owner.into()).expect("a rich owner can create a pool");
    pool
}

/// Takes a tenth of a pool's stake and pays it a reward; nobody has been told.
fn surprise<T: Config>(number: PoolId) {
    pallet_stake_pool::Pools::<T>::mutate(number, |pool| {
        let pool = pool.as_mut().expect("the pool exists");
        let taken = pool.free;
        pool.activate(taken).expect("it is free");
        pool.deactivate(Default::default(), taken, taken / 10 * 9);
    });
    let account = StakePools::<T>::reward_account_of(number);
    CurrencyOf::<T>::mint_into(&account, PHA).expect("the account exists");
    StakePools::<T>::deposit_reward(number, PHA);
}

/// An empty vault of `owner`.
fn vault<T: Config>(owner: &T::AccountId) -> VaultId {
    let vault = NextVault::<T>::get();
    Pallet::<T>::do_create(owner.clone()).expect("a rich owner can create a vault");
    vault
}

/// A vault of `owner`, with a fee, in `pools` pools with news from all of them.
fn vault_in_pools<T: Config>(owner: &T::AccountId, delegator: &T::AccountId, pools: u32) -> VaultId {
    let vault = vault::<T>(owner);
    Pallet::<T>::do_set_fee(owner.clone(), vault, Permill::from_percent(10)).expect("nobody is there yet");
    let stake = Balance::from(pools) * PLACED + FREE;
    Pallet::<T>::do_contribute(delegator.clone(), vault, stake).expect("a rich delegator can contribute");
    for _ in 0..pools {
        let pool = pool::<T>();
        Pallet::<T>::do_delegate(owner.clone(), vault, pool, PLACED).expect("it is free");
        surprise::<T>(pool);
    }
    vault
}

/// Puts all free stake of the vault's pools behind sessions that do not exist, so that whoever withdraws
/// there has to wait.
fn occupy_pools<T: Config>(vault: VaultId) {
    for number in Vaults::<T>::get(vault).expect("the vault exists").pools {
        pallet_stake_pool::Pools::<T>::mutate(number, |pool| {
            let pool = pool.as_mut().expect("the pool exists");
            pool.activate(pool.free).expect("it is free");
        });
    }
}

/// Makes `who` wait for all of the vault's stake that is not free.
fn wait_in_queue<T: Config>(who: &T::AccountId, vault: VaultId) -> Ticket {
    let shares = Positions::<T>::get(who, vault).delegation.shares;
    Pallet::<T>::do_withdraw(who.clone(), vault, shares).expect("the shares are there");
    Positions::<T>::get(who, vault).ticket.expect("not all stake is free")
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn create() {
        let owner = rich::<T>("owner");
        #[extrinsic_call]
        _(RawOrigin::Signed(owner));
        assert!(Vaults::<T>::contains_key(0));
    }

    #[benchmark]
    fn set_fee() {
        let owner = rich::<T>("owner");
        let vault = vault_in_pools::<T>(&owner, &owner, MAX_POOLS);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), vault, Permill::from_percent(15));
        assert!(Vaults::<T>::get(vault).is_some_and(|vault| vault.fee.raise.is_some()));
    }

    #[benchmark]
    fn contribute() {
        let owner = rich::<T>("owner");
        let vault = vault_in_pools::<T>(&owner, &owner, MAX_POOLS);
        let before = Positions::<T>::get(&owner, vault).delegation.shares;
        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), vault, PHA);
        assert!(Positions::<T>::get(&owner, vault).delegation.shares > before);
    }

    /// Part of it is paid at once, the rest waits in place of an older entry.
    #[benchmark]
    fn withdraw() {
        let (owner, other) = (rich::<T>("owner"), rich::<T>("other"));
        let vault = vault_in_pools::<T>(&owner, &owner, MAX_POOLS);
        wait_in_queue::<T>(&owner, vault);
        Pallet::<T>::do_contribute(other, vault, FREE).expect("a rich delegator can contribute");
        for pool in 0..PoolId::from(MAX_POOLS) {
            surprise::<T>(pool);
        }
        let shares = Positions::<T>::get(&owner, vault).delegation.shares;
        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), vault, shares);
        let left = Positions::<T>::get(&owner, vault);
        assert!(left.ticket.is_some() && left.delegation.shares < shares);
    }

    #[benchmark]
    fn cancel_withdrawal() {
        let owner = rich::<T>("owner");
        let vault = vault_in_pools::<T>(&owner, &owner, MAX_POOLS);
        wait_in_queue::<T>(&owner, vault);
        for pool in 0..PoolId::from(MAX_POOLS) {
            surprise::<T>(pool);
        }
        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), vault);
        assert_eq!(Positions::<T>::get(&owner, vault).ticket, None);
    }

    /// The pool is one of the vault's already and has news for it.
    #[benchmark]
    fn delegate() {
        let owner = rich::<T>("owner");
        let vault = vault_in_pools::<T>(&owner, &owner, MAX_POOLS);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), vault, 0, PHA);
        assert!(StakePools::<T>::shares_in(&Pallet::<T>::account_of(vault), 0) > PLACED);
    }

    /// Part of it comes at once, the rest has to wait.
    #[benchmark]
    fn undelegate() {
        let owner = rich::<T>("owner");
        let vault = vault_in_pools::<T>(&owner, &owner, MAX_POOLS);
        pallet_stake_pool::Pools::<T>::mutate(0, |pool| {
            let pool = pool.as_mut().expect("the pool exists");
            pool.activate(PLACED / 2).expect("it is free");
        });
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), vault, 0, PLACED);
        assert!(Pallet::<T>::leaving(&Pallet::<T>::account_of(vault), 0) > 0);
    }

    /// The owner is a delegator too.
    #[benchmark]
    fn claim_rewards() {
        let owner = rich::<T>("owner");
        let vault = vault_in_pools::<T>(&owner, &owner, MAX_POOLS);
        let before = CurrencyOf::<T>::balance(&owner);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), vault);
        assert!(CurrencyOf::<T>::balance(&owner) > before);
    }

    #[benchmark]
    fn compound_rewards() {
        let owner = rich::<T>("owner");
        let vault = vault_in_pools::<T>(&owner, &owner, MAX_POOLS);
        let before = Positions::<T>::get(&owner, vault).delegation.shares;
        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), vault);
        assert!(Positions::<T>::get(&owner, vault).delegation.shares > before);
    }

    #[benchmark]
    fn offer_ownership() {
        let (owner, other) = (rich::<T>("owner"), rich::<T>("other"));
        let vault = vault::<T>(&owner);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), vault, Some(other.clone()));
        assert!(Vaults::<T>::get(vault).is_some_and(|vault| vault.book.offered == Some(other)));
    }

    /// The former owner is a delegator with a slash to settle.
    #[benchmark]
    fn accept_ownership() {
        let (owner, other) = (rich::<T>("owner"), rich::<T>("other"));
        let vault = vault_in_pools::<T>(&owner, &owner, MAX_POOLS);
        Pallet::<T>::do_offer_ownership(owner, vault, Some(other.clone())).expect("the vault is the owner's");
        #[extrinsic_call]
        _(RawOrigin::Signed(other.clone()), vault);
        assert!(Vaults::<T>::get(vault).is_some_and(|vault| vault.book.owner == other));
    }

    /// Somebody has sent the vault's account a gift.
    #[benchmark]
    fn close() {
        let owner = rich::<T>("owner");
        let vault = vault::<T>(&owner);
        let description = Description::truncate_from(alloc::vec![b'x'; 400]);
        Pallet::<T>::do_set_description(owner.clone(), vault, description).expect("the vault is the owner's");
        CurrencyOf::<T>::mint_into(&Pallet::<T>::account_of(vault), PHA).expect("the account exists");
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), vault);
        assert!(!Vaults::<T>::contains_key(vault));
    }

    #[benchmark]
    fn set_description() {
        let owner = rich::<T>("owner");
        let vault = vault::<T>(&owner);
        let description = Description::truncate_from(alloc::vec![b'x'; 400]);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), vault, description.clone());
        assert_eq!(Descriptions::<T>::get(vault), description);
    }

    /// A block without work.
    #[benchmark]
    fn on_initialize() {
        #[block]
        {
            Pallet::<T>::begin_block();
        }
    }

    #[benchmark]
    fn end_grace_period() {
        let owner = rich::<T>("owner");
        let vault = vault_in_pools::<T>(&owner, &owner, 1);
        let ticket = wait_in_queue::<T>(&owner, vault);
        let entry = Queue::<T>::get(vault, ticket).expect("somebody waits");
        #[block]
        {
            Pallet::<T>::mark_overdue(entry.grace_until);
        }
        assert!(Queue::<T>::get(vault, ticket).is_some_and(|entry| entry.overdue));
    }

    /// Part of an entry is paid.
    #[benchmark]
    fn pay_withdrawal() {
        let (owner, other) = (rich::<T>("owner"), rich::<T>("other"));
        let vault = vault_in_pools::<T>(&owner, &owner, MAX_POOLS);
        wait_in_queue::<T>(&owner, vault);
        Pallet::<T>::do_contribute(other, vault, FREE).expect("a rich delegator can contribute");
        for pool in 0..PoolId::from(MAX_POOLS) {
            surprise::<T>(pool);
        }
        let before = Positions::<T>::get(&owner, vault).delegation.shares;
        #[block]
        {
            Pallet::<T>::take_turn(vault).expect("nothing forbids it");
        }
        assert!(Positions::<T>::get(&owner, vault).delegation.shares < before);
    }

    /// All pools but the one that is looked at last owe the vault something already.
    #[benchmark]
    fn ask_pool() {
        let owner = rich::<T>("owner");
        let vault = vault_in_pools::<T>(&owner, &owner, MAX_POOLS);
        let ticket = wait_in_queue::<T>(&owner, vault);
        Pallet::<T>::become_overdue(vault, ticket);
        occupy_pools::<T>(vault);
        for pool in 1..PoolId::from(MAX_POOLS) {
            Pallet::<T>::do_undelegate(owner.clone(), vault, pool, PHA).expect("it has shares");
        }
        let account = Pallet::<T>::account_of(vault);
        #[block]
        {
            Pallet::<T>::take_turn(vault).expect("nothing forbids it");
        }
        assert!(Pallet::<T>::leaving(&account, 0) > 0);
    }

    #[benchmark]
    fn on_slashed() {
        let owner = rich::<T>("owner");
        let vault = vault_in_pools::<T>(&owner, &owner, 1);
        wait_in_queue::<T>(&owner, vault);
        let before = Vaults::<T>::get(vault).expect("the vault exists").deficit;
        let account = Pallet::<T>::account_of(vault);
        #[block]
        {
            Pallet::<T>::on_slashed(&account, PHA);
        }
        assert!(Vaults::<T>::get(vault).is_some_and(|vault| vault.deficit > before));
    }

    #[benchmark]
    fn on_released() {
        let owner = rich::<T>("owner");
        let vault = vault_in_pools::<T>(&owner, &owner, 1);
        wait_in_queue::<T>(&owner, vault);
        let before = Vaults::<T>::get(vault).expect("the vault exists").book.free;
        let account = Pallet::<T>::account_of(vault);
        #[block]
        {
            Pallet::<T>::on_released(&account, PHA);
        }
        assert!(Vaults::<T>::get(vault).is_some_and(|vault| vault.book.free > before));
    }

    impl_benchmark_test_suite!(Pallet, mock::ExtBuilder.build(), mock::Test);
}
