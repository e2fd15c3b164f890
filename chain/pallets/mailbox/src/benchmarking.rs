//! What the mailbox's calls cost.

use alloc::vec::Vec;
use polkadot_sdk::{
    frame_benchmarking::{v2::*, BenchmarkError},
    frame_support::{
        pallet_prelude::TransactionSource,
        traits::{Authorize, Get},
    },
    frame_system::RawOrigin,
    sp_core::{crypto::KeyTypeId, sr25519},
    sp_io::crypto::{sr25519_generate, sr25519_sign},
};

use crate::{Acknowledged, BenchmarkHelper, Call, Config, Messages, Pallet, SendMessage, Senders};
use phala_primitives::{
    job::{ExitStatus, JobLimits, Receipt, SignedReceipt},
    mailbox::{Topic, WorkerMessage},
    report::{Incarnation, Report, ReportBody, SenderState, SignedReport},
    Signature, WorkerId,
};

const KEY_TYPE: KeyTypeId = KeyTypeId(*b"bnch");
const INCARNATION: Incarnation = [7; 32];

/// A registered worker whose identity key lies in the keystore.
fn worker<T: Config>() -> (sr25519::Public, WorkerId) {
    let key = sr25519_generate(KEY_TYPE, None);
    let worker = WorkerId(key.0);
    T::BenchmarkHelper::register_sender(&worker);
    Senders::<T>::insert(worker, SenderState { sequence: 0, incarnation: INCARNATION });
    (key, worker)
}

/// The longest message.
fn message() -> WorkerMessage {
    let limits = JobLimits { fuel: u64::MAX, memory_mib: u32::MAX, seconds: u32::MAX };
    WorkerMessage::Job {
        job: u64::MAX,
        client: [3; 32],
        program: [1; 32],
        input: [2; 32],
        limits,
        deadline: u32::MAX,
    }
}

/// The longest body.
fn receipt(worker: WorkerId) -> ReportBody {
    let receipt = Receipt {
        job: u64::MAX,
        worker,
        program: [1; 32],
        input: [2; 32],
        output: [3; 32],
        fuel: u64::MAX,
        exit: ExitStatus::Exited(i32::MAX),
    };
    ReportBody::Receipt(SignedReceipt { receipt, signature: Signature([4; 64]) })
}

fn sign<T: Config>(key: &sr25519::Public, report: Report) -> Result<SignedReport, BenchmarkError> {
    let payload = report.signing_payload(&Pallet::<T>::genesis_hash());
    let signature = sr25519_sign(KEY_TYPE, key, &payload).ok_or("the keystore has the key")?;
    Ok(SignedReport { report, signature: Signature(signature.0) })
}

#[benchmarks]
mod benches {
    use super::*;

    /// Checking a report that waits for the one before it, which takes one tag more.
    #[benchmark]
    fn authorize_submit() -> Result<(), BenchmarkError> {
        let (key, worker) = worker::<T>();
        Pallet::<T>::send(Topic::Worker(worker), &message())?;
        let report = Report {
            worker,
            incarnation: INCARNATION,
            sequence: T::MaxAhead::get(),
            acknowledged: 1,
            body: receipt(worker),
        };
        let call = Call::<T>::submit { report: sign::<T>(&key, report)? };

        let verdict;
        #[block]
        {
            verdict = call.authorize(TransactionSource::External);
        }

        verdict.ok_or("the call authorises itself")?.map_err(|_| "the report is valid")?;
        Ok(())
    }

    /// `n`: messages that the report makes the chain forget. What the body does is weighed by its handler.
    #[benchmark]
    fn submit(n: Linear<0, { T::MaxPruned::get() }>) -> Result<(), BenchmarkError> {
        let (key, worker) = worker::<T>();
        let topic = Topic::Worker(worker);
        (0..n).try_for_each(|_| Pallet::<T>::send(topic, &message()))?;
        let report = Report {
            worker,
            incarnation: INCARNATION,
            sequence: 0,
            acknowledged: n.into(),
            body: ReportBody::Acknowledge,
        };
        let report = sign::<T>(&key, report)?;

        #[extrinsic_call]
        submit(RawOrigin::Authorized, report);

        assert_eq!(Senders::<T>::get(worker).sequence, 1);
        assert_eq!(Acknowledged::<T>::get(topic), u64::from(n));
        assert!(Messages::<T>::iter_prefix(topic).collect::<Vec<_>>().is_empty());
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::benchmark_world(), crate::mock::Test);
}
