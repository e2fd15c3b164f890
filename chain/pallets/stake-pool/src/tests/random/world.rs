//! A world: people, pools, workers that answer or not, and time.

use phala_economics::{Perbill, Phase, SlashLevel, TokenomicParameters};
use polkadot_sdk::frame_support::{
    storage::{with_storage_layer, with_transaction},
    traits::{fungible::Mutate as _, UnfilteredDispatchable},
};
use rand::{rngs::StdRng, seq::IndexedRandom, Rng};

use super::{
    calls::{amount, delegators_call, name_of, random_call, Tally},
    purses::{check_backing, Purses},
    *,
};
use crate::{Call, Event, NextPool, Pools, WorkerPool};
use polkadot_sdk::sp_runtime::TransactionOutcome;

/// Most pools of a world that are made by calls: a bound on what is looked at after each.
const MAX_POOLS: PoolId = 6;
/// Blocks within which everything must have been paid once everybody wants to leave.
const PATIENCE: u32 = 300;
/// Milliseconds in an hour, in blocks.
const BLOCKS_PER_HOUR: u32 = (3_600_000 / BLOCK_TIME) as u32;

pub(super) struct World {
    rng: StdRng,
    people: Vec<AccountId>,
    workers: Vec<WorkerId>,
    /// What [`VAULT`] has put into pools.
    placed: Balance,
}

/// Sessions with small stakes that are challenged often, and lose visibly when they do not answer.
fn lively_parameters() -> TokenomicParameters {
    TokenomicParameters {
        stake_k: 1.into(),
        slash_offline: Perbill::from_percent(1),
        challenge_interval: 2 * BLOCK_TIME,
        heartbeat_window: 5 * BLOCK_TIME,
        cool_down: COOL_DOWN,
        ..TokenomicParameters::khala()
    }
}

impl World {
    pub(super) fn new(rng: StdRng) -> Self {
        let mut people: Vec<AccountId> = (20..28).map(|id| AccountId::new([id; 32])).collect();
        for who in &people {
            assert_ok!(Balances::mint_into(who, 20_000 * PHA));
        }
        assert_ok!(Mining::set_parameters(RuntimeOrigin::root(), lively_parameters()));
        let workers: Vec<WorkerId> =
            (0..7).map(|seed| benchmarked(seed + 1, people[usize::from(seed % 3)].clone())).collect();
        for owner in &people[..3] {
            assert_ok!(StakePool::create(RuntimeOrigin::signed(owner.clone())));
        }
        for (index, worker) in workers.iter().enumerate() {
            let (pool, owner) = (index % 3, RuntimeOrigin::signed(people[index % 3].clone()));
            assert_ok!(StakePool::add_worker(owner, pool as PoolId, *worker));
        }
        people.push(VAULT);
        Self { rng, people, workers, placed: 0 }
    }

    /// A call, half the time after something else has happened.
    pub(super) fn step(&mut self, tally: &mut Tally) {
        if self.rng.random() {
            self.happen(tally);
        }
        match self.rng.random_range(0..12) {
            0 => self.vault(tally),
            _ => self.call(tally),
        }
    }

    fn happen(&mut self, tally: &mut Tally) {
        match self.rng.random_range(0..100) {
            0..10 => self.try_both_orders(),
            10..45 => self.answer(),
            45..53 => self.reward(),
            53..58 => self.fault(tally),
            58..96 => {
                let blocks = self.rng.random_range(1..4);
                (0..blocks).for_each(|_| self.block(tally));
            }
            _ => {
                let hours = self.rng.random_range(1..10);
                System::set_block_number(System::block_number() + hours * BLOCKS_PER_HOUR);
                self.block(tally);
            }
        }
    }

    fn check(&self) {
        check_invariants();
        check_backing(&self.people);
    }

    fn purses(&self) -> Purses {
        Purses::of(&self.people, self.placed)
    }

    /// Somebody signs a call.
    fn call(&mut self, tally: &mut Tally) {
        let (who, mut call) = random_call(&mut self.rng, &self.people[..8], &self.workers);
        if matches!(call, Call::create {}) && NextPool::<Test>::get() >= MAX_POOLS {
            call = Call::claim_rewards { pool: self.some_pool() };
        }
        let before = self.purses();
        let result = dispatch(&who, &call);
        tally.count(name_of(&call, &result));
        let deposit = match (&call, result.is_ok()) {
            (Call::create {}, true) => -(EXISTENTIAL_DEPOSIT as i128),
            (Call::close { .. }, true) => EXISTENTIAL_DEPOSIT as i128,
            _ => 0,
        };
        let may_cost = matches!(call, Call::restart_session { .. } | Call::stop_session { .. });
        self.purses().check(&before, &self.people, &who, deposit, may_cost);
        // A refused call has changed nothing.
        if result.is_ok() {
            self.check();
        }
    }

    /// The vault does something.
    fn vault(&mut self, tally: &mut Tally) {
        let pool = self.some_pool();
        let before = self.purses();
        let placed = self.placed;
        let result = with_storage_layer(|| match self.rng.random_range(0..10) {
            0..5 => {
                let bought = StakePool::contribute_for(&VAULT, pool, amount(&mut self.rng, 2_000 * PHA))?;
                self.placed += bought.hold;
                Ok(())
            }
            5..8 => {
                let part = amount(&mut self.rng, StakePool::shares_in(&VAULT, pool));
                StakePool::withdraw_for(&VAULT, pool, part).map(drop)
            }
            8 => StakePool::claim_for(&VAULT, pool).map(drop),
            _ => StakePool::settle_for(&VAULT, pool),
        });
        if result.is_err() {
            self.placed = placed;
        } else {
            tally.count("a vault's doing");
            self.check();
        }
        self.purses().check(&before, &self.people, &VAULT, 0, false);
    }

    fn some_pool(&mut self) -> PoolId {
        self.rng.random_range(0..NextPool::<Test>::get())
    }

    /// Two delegators call in one block: neither's rewards depend on who comes first.
    fn try_both_orders(&mut self) {
        let pool = self.some_pool();
        let two: Vec<AccountId> = self.people[..8].choose_multiple(&mut self.rng, 2).cloned().collect();
        let calls: Vec<(AccountId, Call<Test>)> =
            two.iter().map(|who| (who.clone(), delegators_call(&mut self.rng, who, pool))).collect();
        let before: Vec<Balance> = two.iter().map(|who| earned(who, pool)).collect();
        let outcome = |order: [usize; 2]| {
            with_transaction(|| {
                for index in order {
                    // That it may be refused is part of the test.
                    let _ = dispatch(&calls[index].0, &calls[index].1);
                }
                let after: Vec<Balance> = two.iter().map(|who| earned(who, pool)).collect();
                TransactionOutcome::Rollback(Ok::<_, DispatchError>(after))
            })
            .unwrap()
        };
        assert_eq!(outcome([0, 1]), before, "{calls:?}");
        assert_eq!(outcome([1, 0]), before, "{calls:?} in reverse");
    }

    /// Most workers that were challenged answer.
    fn answer(&mut self) {
        for worker in self.workers.clone() {
            let Some(session) = Mining::worker_session(worker) else { continue };
            let Some(challenge) = session.challenge.filter(|_| self.rng.random_ratio(4, 5)) else { continue };
            let iterations = System::block_number().into();
            // A late one may find its session stopped.
            let _ = with_storage_layer(|| {
                Mining::heartbeat(worker, session.session, challenge.number, iterations, 0)
            });
        }
    }

    /// Somebody pays for a job.
    fn reward(&mut self) {
        let pool = self.some_pool();
        if Pools::<Test>::contains_key(pool) {
            super::super::reward(pool, amount(&mut self.rng, 50 * PHA).max(1));
            self.check();
        }
    }

    fn fault(&mut self, tally: &mut Tally) {
        let level = match self.rng.random_range(0..12) {
            0 => SlashLevel::Threat,
            1..5 => SlashLevel::Proven,
            _ => SlashLevel::GoodFaith,
        };
        let worker = *self.workers.choose(&mut self.rng).unwrap();
        if with_storage_layer(|| Mining::fault(worker, level, [0; 32])).is_ok() {
            tally.count("a fault");
            self.check();
        }
    }

    fn block(&mut self, tally: &mut Tally) {
        System::reset_events();
        run_blocks(1);
        check_invariants();
        for record in System::events() {
            match record.event {
                RuntimeEvent::StakePool(Event::Withdrawn { .. }) => {
                    tally.count("a withdrawal served by the chain");
                }
                RuntimeEvent::StakePool(Event::SessionStopForced { .. }) => {
                    tally.count("a session stopped by the chain");
                }
                RuntimeEvent::StakePool(Event::PoolSlashed { .. }) => tally.count("a slash"),
                RuntimeEvent::Mining(pallet_mining::Event::ValueChanged { reason, .. }) => {
                    if matches!(reason, pallet_mining::ValueChange::WentOffline { .. }) {
                        tally.count("an outage");
                    }
                }
                _ => {}
            }
        }
        System::reset_events();
    }

    /// Everybody leaves, and nothing stays behind.
    pub(super) fn wind_up(mut self) {
        let pools: Vec<PoolId> = Pools::<Test>::iter_keys().collect();
        let mut unseen = Tally::default();
        for (who, pool) in self.everywhere(&pools) {
            let all = shares(&who, pool);
            if all > 0 {
                assert_ok!(StakePool::withdraw_for(&who, pool, all));
            }
        }
        let patience = (0..PATIENCE).take_while(|_| Pools::<Test>::iter_values().any(|pool| pool.shares > 0));
        patience.for_each(|_| self.block(&mut unseen));
        for (who, pool) in self.everywhere(&pools) {
            assert_eq!((shares(&who, pool), held(&who)), (0, 0), "{who:?} in pool {pool}");
            let owns = Pools::<Test>::get(pool).filter(|pool| pool.owner == who);
            if rewards(&who, pool) + owns.map_or(0, |pool| pool.owner_rewards) > 0 {
                // A vault's account exists from a reward on that can keep it alive.
                let _ = Balances::mint_into(&who, EXISTENTIAL_DEPOSIT);
                assert_ok!(StakePool::claim_for(&who, pool));
            }
        }
        for worker in &self.workers {
            let session = Mining::worker_session(*worker);
            assert!(session.is_none_or(|session| !matches!(session.phase, Phase::Responsive)));
            if let Some(pool) = WorkerPool::<Test>::get(worker) {
                let owner = Pools::<Test>::get(pool).unwrap().owner;
                assert_ok!(StakePool::remove_worker(RuntimeOrigin::signed(owner), pool, *worker));
            }
        }
        for pool in pools {
            let owner = Pools::<Test>::get(pool).unwrap().owner;
            assert_ok!(StakePool::close(RuntimeOrigin::signed(owner), pool));
            assert_eq!(free(&StakePool::reward_account_of(pool)), 0);
        }
        check_invariants();
    }

    fn everywhere(&self, pools: &[PoolId]) -> Vec<(AccountId, PoolId)> {
        let of = |who: &AccountId| pools.iter().map(|pool| (who.clone(), *pool)).collect::<Vec<_>>();
        self.people.iter().flat_map(of).collect()
    }
}

/// What somebody has earned in a pool as delegator, paid out or not: what an order must not change.
fn earned(who: &AccountId, pool: PoolId) -> Balance {
    let paid: Balance = System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::StakePool(Event::RewardsClaimed { pool: of, who: paid, amount })
                if of == pool && paid == *who =>
            {
                Some(amount)
            }
            _ => None,
        })
        .sum();
    let commission = Pools::<Test>::get(pool).filter(|pool| pool.owner == *who);
    rewards(who, pool) + commission.map_or(0, |pool| pool.owner_rewards) + paid
}

fn dispatch(who: &AccountId, call: &Call<Test>) -> Result<(), DispatchError> {
    let origin = RuntimeOrigin::signed(who.clone());
    with_storage_layer(|| call.clone().dispatch_bypass_filter(origin).map(drop).map_err(|error| error.error))
}
