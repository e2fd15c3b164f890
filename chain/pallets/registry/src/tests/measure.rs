//! Measuring a worker anew.

use phala_primitives::mailbox::{Topic, WorkerMessage};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_runtime::traits::BadOrigin,
};

use crate::{mock::*, Error, Workers};

#[test]
fn measure_should_ask_the_worker_when_its_operator_wants_it_to() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(worker.register());
        assert_ok!(Registry::report_benchmark(&worker.id(), 2_000, BENCHMARK_TIME));
        let asked = || Mailbox::pending_messages(Topic::Worker(worker.id()), 0);
        assert_eq!(asked().len(), 1, "by its registration");

        assert_ok!(Registry::measure(RuntimeOrigin::signed(OPERATOR), worker.id()));
        let benchmark = WorkerMessage::Benchmark { milliseconds: BENCHMARK_TIME };
        assert_eq!(asked()[1].1.payload, codec::Encode::encode(&benchmark));

        let before = Workers::<Test>::get(worker.id()).unwrap().score;
        assert_ok!(Registry::report_benchmark(&worker.id(), 1_000, BENCHMARK_TIME));
        let after = Workers::<Test>::get(worker.id()).unwrap().score;
        assert_eq!(after, before.map(|score| score / 2));
    });
}

#[test]
fn measure_should_be_refused_when_it_is_not_the_operators_wish() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        let measure = |origin| Registry::measure(origin, worker.id());
        assert_noop!(measure(RuntimeOrigin::signed(OPERATOR)), Error::<Test>::WorkerNotFound);
        assert_ok!(worker.register());
        assert_noop!(measure(RuntimeOrigin::signed(STRANGER)), Error::<Test>::NotOperator);
        assert_noop!(measure(RuntimeOrigin::none()), BadOrigin);
    });
}
