//! A worker's measurement of itself.

use phala_primitives::{
    report::{Report, ReportBody},
    WorkerId,
};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    frame_system::RawOrigin,
};

use crate::{mock::*, Error, Event, Workers, MAX_SCORE};
use phala_primitives::{report::SignedReport, Signature};

fn score(worker: &Worker) -> Option<u32> {
    Workers::<Test>::get(worker.id()).unwrap().score
}

#[test]
fn report_benchmark_should_set_the_score_and_the_newest_should_count() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(worker.register());
        next_block();
        assert_ok!(Registry::report_benchmark(&worker.id(), 2_000, 12_000));
        assert_eq!(score(&worker), Some(1_000));
        assert_ok!(Registry::report_benchmark(&worker.id(), 1_800, 12_000));
        assert_eq!(score(&worker), Some(900));
        let event = |score| Event::WorkerBenchmarked { worker: worker.id(), score };
        assert_eq!(events(), [event(1_000), event(900)]);
    });
}

#[test]
fn report_benchmark_should_be_capped_when_it_claims_too_much() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(worker.register());
        assert_ok!(Registry::report_benchmark(&worker.id(), u64::MAX, BENCHMARK_TIME));
        assert_eq!(score(&worker), Some(MAX_SCORE));
    });
}

#[test]
fn report_benchmark_should_be_refused_when_it_took_less_than_asked_for() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(worker.register());
        for milliseconds in [0, 1, BENCHMARK_TIME - 1] {
            assert_noop!(
                Registry::report_benchmark(&worker.id(), 1_000, milliseconds),
                Error::<Test>::BenchmarkTooShort
            );
        }
        assert_eq!(score(&worker), None);
    });
}

#[test]
fn report_benchmark_should_be_refused_when_the_worker_is_unknown() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(
            Registry::report_benchmark(&WorkerId([5; 32]), 1_000, BENCHMARK_TIME),
            Error::<Test>::WorkerNotFound
        );
    });
}

#[test]
fn report_benchmark_should_arrive_through_the_mailbox() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(worker.register());
        let measured = ReportBody::Benchmark { iterations: 2_000, milliseconds: 12_000 };
        for (sequence, body) in [(0, ReportBody::Start), (1, measured)] {
            let report =
                Report { worker: worker.id(), incarnation: [7; 32], sequence, acknowledged: 1, body };
            let report = SignedReport { report, signature: Signature([0; 64]) };
            assert_ok!(Mailbox::submit(RawOrigin::Authorized.into(), report));
        }
        assert_eq!(score(&worker), Some(1_000));
    });
}
