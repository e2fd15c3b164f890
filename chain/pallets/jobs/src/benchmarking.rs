//! What the call, the receipt and the hooks cost at most, measured with the pallets below.

use codec::Encode;
use phala_primitives::{
    job::{ExitStatus, JobState, Receipt, SignedReceipt, FUEL_UNIT},
    registry::{Attestation, AttestationKind, WorkerRecord},
    Signature, PHA,
};
use polkadot_sdk::{
    frame_benchmarking::v2::*, frame_support::traits::fungible::Mutate, frame_system::RawOrigin,
    sp_core::crypto::KeyTypeId, sp_io,
};

use crate::*;

/// Of the keys that benchmarks make.
const KEY_TYPE: KeyTypeId = KeyTypeId(*b"jobs");
/// Enough for a session at a score of 1 000 under every preset, and not too much.
const STAKE: Balance = 5_000 * PHA;
const PROGRAM: Hash = [1; 32];
const INPUT: Hash = [2; 32];

/// Makes the registry know `worker` as one of `operator` that is benchmarked and takes jobs.
pub(crate) fn register_worker<T: Config>(worker: WorkerId, operator: T::AccountId) {
    let attestation = Attestation { kind: AttestationKind::None, confidence: 1, expires: u64::MAX };
    let record = WorkerRecord { operator, attestation, score: Some(1_000), price: Some(PHA) };
    pallet_registry::Workers::<T>::insert(worker, record);
}

/// A worker of this name whose session runs.
fn mining_worker<T: Config>(worker: WorkerId) {
    register_worker::<T>(worker, account("operator", 0, 0));
    let pool =
        <pallet_stake_pool::Pallet<T> as pallet_mining::Pools<T::AccountId>>::benchmark_pool(worker, STAKE);
    pallet_mining::Pallet::<T>::start(worker, pool, STAKE).expect("enough stake, and not too much");
}

fn rich_client<T: Config>(index: u32) -> T::AccountId
where
    CurrencyOf<T>: Mutate<T::AccountId, Balance = Balance>,
{
    let client: T::AccountId = account("client", index, 0);
    CurrencyOf::<T>::set_balance(&client, 1_000_000 * PHA);
    client
}

fn limits<T: Config>() -> JobLimits {
    JobLimits { fuel: T::MaxFuel::get().min(FUEL_UNIT), memory_mib: 1, seconds: 1 }
}

/// Posts a job for `worker`, due `deadline_in` blocks from now.
fn post_job<T: Config>(index: u32, worker: WorkerId, deadline_in: BlockNumber) -> JobId
where
    CurrencyOf<T>: Mutate<T::AccountId, Balance = Balance>,
{
    let (job, client) = (NextJob::<T>::get(), rich_client::<T>(index));
    Pallet::<T>::do_post(client, worker, PROGRAM, INPUT, limits::<T>(), Balance::MAX, deadline_in)
        .expect("the worker mines and the client is rich");
    job
}

/// A name for the worker of this number.
fn worker_id(index: u32) -> WorkerId {
    WorkerId(phala_primitives::hash(&(b"worker", index).encode()))
}

#[benchmarks(where CurrencyOf<T>: Mutate<T::AccountId, Balance = Balance>)]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn post() {
        let (client, worker) = (rich_client::<T>(0), worker_id(0));
        mining_worker::<T>(worker);
        let (limits, deadline) = (limits::<T>(), T::MaxDeadline::get());
        #[extrinsic_call]
        _(RawOrigin::Signed(client), worker, PROGRAM, INPUT, limits, Balance::MAX, deadline);
        assert_eq!(OpenJobs::<T>::get(worker), 1);
        assert_eq!(ClientOpenJobs::<T>::iter_prefix(worker).count(), 1);
    }

    #[benchmark]
    fn accept() {
        let worker = worker_id(0);
        mining_worker::<T>(worker);
        let job = post_job::<T>(0, worker, T::MaxDeadline::get());
        #[block]
        {
            Pallet::<T>::accept(&worker, job).expect("the job waits for it");
        }
        let state = Jobs::<T>::get(job).map(|record| record.state);
        assert!(matches!(state, Some(JobState::Accepted { .. })));
    }

    /// Half of the fuel is used, so that the pool is paid and the client refunded.
    #[benchmark]
    fn settle() {
        let key = sp_io::crypto::sr25519_generate(KEY_TYPE, None);
        let worker = WorkerId(key.0);
        mining_worker::<T>(worker);
        let job = post_job::<T>(0, worker, T::MaxDeadline::get());
        let receipt = Receipt {
            job,
            worker,
            program: PROGRAM,
            input: INPUT,
            output: [3; 32],
            fuel: limits::<T>().fuel / 2,
            exit: ExitStatus::Exited(0),
        };
        let payload = receipt.signing_payload(&pallet_mailbox::Pallet::<T>::genesis_hash());
        let signature = sp_io::crypto::sr25519_sign(KEY_TYPE, &key, &payload).expect("the key was just made");
        let signed = SignedReceipt { receipt, signature: Signature(signature.0) };
        #[block]
        {
            Pallet::<T>::settle(&worker, &signed).expect("the receipt is honest");
        }
        assert_eq!(OpenJobs::<T>::get(worker), 0);
    }

    /// `n` jobs of as many clients and workers, due in as many blocks.
    #[benchmark]
    fn refund_overdue(n: Linear<0, { T::MaxRefundsPerBlock::get() }>) {
        let first = Pallet::<T>::this_block().saturating_add(T::MinDeadline::get());
        for index in 0..n {
            let worker = worker_id(index);
            mining_worker::<T>(worker);
            let job = post_job::<T>(index, worker, T::MinDeadline::get().saturating_add(index));
            // Long ago, so that each refund is a fault.
            Jobs::<T>::mutate_extant(job, |record| record.state = JobState::Accepted { at: 0 });
        }
        NextDeadline::<T>::put(first);
        #[block]
        {
            Pallet::<T>::refund_overdue(first.saturating_add(n));
        }
        assert_eq!(Deadlines::<T>::iter().count(), 0);
    }

    /// `n` jobs of as many clients, closed in as many blocks.
    #[benchmark]
    fn prune_closed(n: Linear<0, { T::MaxPrunedPerBlock::get() }>) {
        let first = Pallet::<T>::this_block().saturating_add(T::Retention::get());
        for index in 0..n {
            mining_worker::<T>(worker_id(index));
            let job = post_job::<T>(index, worker_id(index), T::MinDeadline::get());
            let record = Jobs::<T>::get(job).expect("it was just posted");
            Pallet::<T>::close(job, record, JobState::Refunded);
            let next = frame_system::Pallet::<T>::block_number() + 1u32.into();
            frame_system::Pallet::<T>::set_block_number(next);
        }
        NextPruning::<T>::put(first);
        #[block]
        {
            Pallet::<T>::prune_closed(first.saturating_add(n));
        }
        assert_eq!(Jobs::<T>::iter().count(), 0);
    }

    impl_benchmark_test_suite!(Pallet, mock::ExtBuilder.build(), mock::Test);
}
