//! What the calls, the hook's parts and the functions for other pallets cost.

use alloc::vec::Vec;
use codec::Encode;
use phala_economics::{SlashLevel, TokenomicParameters};
use phala_primitives::{
    registry::{Attestation, AttestationKind, WorkerRecord},
    session::Seat,
    Balance, Moment, SessionId, WorkerId, PHA,
};
use polkadot_sdk::{
    frame_benchmarking::{account, v2::*},
    frame_support::{
        storage::unhashed,
        traits::{fungible::Mutate, EnsureOrigin, Get},
    },
    frame_system::RawOrigin,
    sp_io::hashing::blake2_256,
};

use crate::{pallet::*, Pools};

const STAKE: Balance = 5_000 * PHA;

const DAY: Moment = 24 * 3_600_000;

/// The worker number `n`, registered and benchmarked.
fn worker<T: Config>(n: u32) -> WorkerId {
    let worker = WorkerId(n.using_encoded(blake2_256));
    let record = WorkerRecord {
        operator: account("operator", n, 0),
        attestation: Attestation { kind: AttestationKind::None, confidence: 1, expires: Moment::MAX },
        score: Some(1_000),
        price: None,
    };
    pallet_registry::Workers::<T>::insert(worker, record);
    worker
}

/// Longer than a day, so that challenges can be answered after [`let_a_day_pass`].
const WINDOW: Moment = 2 * DAY;

/// Khala's rules, a funded subsidy, and `count` sessions of workers numbered from 0 on.
fn sessions<T: Config>(count: u32) -> Result<Vec<(WorkerId, SessionId)>, BenchmarkError> {
    Parameters::<T>::put(TokenomicParameters {
        challenges_per_block: 0,
        heartbeat_window: WINDOW,
        ..TokenomicParameters::khala()
    });
    let wealth = 1_000_000_000 * PHA;
    T::Currency::set_balance(&Pallet::<T>::subsidy_account(), wealth);
    T::Currency::set_balance(&T::TreasuryAccount::get(), wealth);
    Funded::<T>::put(wealth);
    (0..count)
        .map(|n| {
            let worker = worker::<T>(n);
            let pool = T::Pools::benchmark_pool(worker, STAKE);
            Ok((worker, Pallet::<T>::start(worker, pool, STAKE)?))
        })
        .collect()
}

/// Makes it so many milliseconds later on the chain.
fn let_pass<T: Config>(milliseconds: Moment) {
    let later = Pallet::<T>::now().saturating_add(milliseconds);
    unhashed::put(&phala_primitives::storage::timestamp_now(), &later);
    assert_eq!(Pallet::<T>::now(), later, "chain time is not pallet-timestamp's");
}

fn let_a_day_pass<T: Config>() {
    let_pass::<T>(DAY);
}

fn challenge_all<T: Config>(sessions: &[(WorkerId, SessionId)]) {
    let parameters = Parameters::<T>::get();
    let now = Pallet::<T>::now();
    for (_, session) in sessions {
        assert!(Pallet::<T>::challenge(Seat::of(*session), now, &parameters));
    }
}

/// Ends all cool-downs and lets all deadlines pass, at the time that is returned.
fn much_later<T: Config>() -> Moment {
    Pallet::<T>::now().saturating_add(30 * DAY)
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn set_parameters() -> Result<(), BenchmarkError> {
        sessions::<T>(1)?;
        let_a_day_pass::<T>();
        let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        let parameters = TokenomicParameters::phala();

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, parameters.clone());

        assert_eq!(Parameters::<T>::get(), parameters);
        Ok(())
    }

    #[benchmark]
    fn reclaim() -> Result<(), BenchmarkError> {
        let (worker, session) = sessions::<T>(1)?[0];
        Parameters::<T>::mutate(|parameters| parameters.cool_down = 0);
        Pallet::<T>::stop(worker)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(account("anyone", 0, 0)), session);

        assert!(Pallet::<T>::session_of(&worker).is_none());
        Ok(())
    }

    #[benchmark]
    fn start() -> Result<(), BenchmarkError> {
        sessions::<T>(1)?;
        let_a_day_pass::<T>();
        let worker = worker::<T>(u32::MAX);
        let pool = T::Pools::benchmark_pool(worker, STAKE);

        #[block]
        {
            Pallet::<T>::start(worker, pool, STAKE)?;
        }

        assert!(Pallet::<T>::is_responsive(&worker));
        Ok(())
    }

    #[benchmark]
    fn restart() -> Result<(), BenchmarkError> {
        // Part of the old stake is lost, and a deadline is open.
        let sessions = sessions::<T>(2)?;
        challenge_all::<T>(&sessions);
        let_a_day_pass::<T>();
        let (worker, session) = sessions[0];
        Pallet::<T>::fault(worker, SlashLevel::Proven, [7; 32])?;

        #[block]
        {
            Pallet::<T>::restart(worker, STAKE + PHA)?;
        }

        let record = Pallet::<T>::record(session).ok_or(BenchmarkError::Stop("the session is gone"))?;
        assert_eq!(record.stake, STAKE + PHA);
        Ok(())
    }

    #[benchmark]
    fn stop() -> Result<(), BenchmarkError> {
        let sessions = sessions::<T>(2)?;
        challenge_all::<T>(&sessions);
        let_a_day_pass::<T>();
        let worker = sessions[0].0;

        #[block]
        {
            Pallet::<T>::stop(worker)?;
        }

        assert!(!Pallet::<T>::is_responsive(&worker));
        Ok(())
    }

    #[benchmark]
    fn heartbeat() -> Result<(), BenchmarkError> {
        let sessions = sessions::<T>(2)?;
        challenge_all::<T>(&sessions);
        let_a_day_pass::<T>();
        let (worker, session) = sessions[0];

        #[block]
        {
            Pallet::<T>::heartbeat(worker, session, 0, 1_000, 0)?;
        }

        let record = Pallet::<T>::record(session).ok_or(BenchmarkError::Stop("the session is gone"))?;
        assert!(record.challenge.is_none());
        assert!(TotalPaid::<T>::get() >= 1_000 * PHA);
        Ok(())
    }

    #[benchmark]
    fn heartbeat_late() -> Result<(), BenchmarkError> {
        // The dearest late answer is the one that comes before the chain has noticed the missed deadline.
        let sessions = sessions::<T>(2)?;
        challenge_all::<T>(&sessions);
        let_pass::<T>(WINDOW + 1);
        let (worker, session) = sessions[0];

        #[block]
        {
            Pallet::<T>::heartbeat(worker, session, 0, 1_000, 0)?;
        }

        assert!(Pallet::<T>::is_responsive(&worker));
        assert!(TotalPaid::<T>::get() == 0);
        Ok(())
    }

    #[benchmark]
    fn fault() -> Result<(), BenchmarkError> {
        // The gravest, which stops the session.
        let sessions = sessions::<T>(2)?;
        challenge_all::<T>(&sessions);
        let_a_day_pass::<T>();
        let worker = sessions[0].0;

        #[block]
        {
            Pallet::<T>::fault(worker, SlashLevel::Threat, [7; 32])?;
        }

        assert!(!Pallet::<T>::is_responsive(&worker));
        Ok(())
    }

    #[benchmark]
    fn on_initialize() -> Result<(), BenchmarkError> {
        // Nothing is due, but there is something in every queue.
        let sessions = sessions::<T>(2)?;
        challenge_all::<T>(&sessions[..1]);
        Pallet::<T>::stop(sessions[1].0)?;

        #[block]
        {
            Pallet::<T>::begin_block();
        }

        assert!(Pallet::<T>::is_responsive(&sessions[0].0));
        Ok(())
    }

    #[benchmark]
    fn expire(n: Linear<1, 20>) -> Result<(), BenchmarkError> {
        let sessions = sessions::<T>(n)?;
        challenge_all::<T>(&sessions);
        let now = much_later::<T>();
        let expired;

        #[block]
        {
            expired = Pallet::<T>::expire_deadlines(now);
        }

        assert_eq!(expired, n.min(T::MaxPerBlock::get()));
        Ok(())
    }

    #[benchmark]
    fn return_stake(n: Linear<1, 20>) -> Result<(), BenchmarkError> {
        for (worker, _) in sessions::<T>(n)? {
            Pallet::<T>::stop(worker)?;
        }
        let now = much_later::<T>();
        let returned;

        #[block]
        {
            returned = Pallet::<T>::return_stakes(now);
        }

        assert_eq!(returned, n.min(T::MaxPerBlock::get()));
        Ok(())
    }

    #[benchmark]
    fn settle(n: Linear<1, 20>) -> Result<(), BenchmarkError> {
        sessions::<T>(n)?;
        Pallet::<T>::do_set_parameters(TokenomicParameters::phala())?;
        let now = much_later::<T>();
        let settled;

        #[block]
        {
            settled = Pallet::<T>::settle_some(now);
        }

        assert_eq!(settled, n.min(T::MaxPerBlock::get()));
        Ok(())
    }

    #[benchmark]
    fn challenge(n: Linear<1, 20>) -> Result<(), BenchmarkError> {
        // Every seat has a session to challenge.
        let sessions = sessions::<T>(n)?;
        let parameters = TokenomicParameters { challenges_per_block: n, ..Parameters::<T>::get() };
        let now = Pallet::<T>::now();

        #[block]
        {
            Pallet::<T>::challenge_run(n / 2, n, now, &parameters);
        }

        let challenged =
            |session| Pallet::<T>::record(session).is_some_and(|record| record.challenge.is_some());
        assert!(sessions.iter().all(|(_, session)| challenged(*session)));
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder::default().build(), crate::mock::Test);
}
