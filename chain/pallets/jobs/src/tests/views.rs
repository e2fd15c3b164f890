use super::*;
use phala_primitives::job::FUEL_UNIT;
use polkadot_sdk::frame_support::assert_ok;

#[test]
fn jobs_of_should_list_a_clients_jobs_newest_first() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        for _ in 0..3 {
            post(&worker);
        }
        let by_operator = RuntimeOrigin::signed(OPERATOR);
        assert_ok!(Jobs::post(by_operator, worker.id, PROGRAM, INPUT, limits(), PRICE, MIN_DEADLINE));
        let numbers: Vec<JobId> = Jobs::jobs_of(CLIENT).into_iter().map(|view| view.job).collect();
        assert_eq!(numbers, vec![2, 1, 0]);
    });
}

#[test]
fn job_should_show_how_it_ended_until_it_is_forgotten() {
    ExtBuilder.build_and_execute(|| {
        let worker = Worker::mining(1);
        let job = post(&worker);
        assert_ok!(worker.deliver(job, FUEL_UNIT));
        assert!(
            matches!(Jobs::job(job).unwrap().record.state, JobState::Settled { fee, .. } if fee == PRICE)
        );
        run_blocks(RETENTION + 1);
        assert_eq!(Jobs::job(job), None);
        assert!(Jobs::jobs_of(CLIENT).is_empty());
    });
}
