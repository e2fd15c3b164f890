//! Which pallet hears which report of a worker.

use frame_support::{dispatch::DispatchResult, weights::Weight};
use pallet_jobs::WeightInfo as _;
use pallet_mailbox::HandleReport;
use pallet_mining::WeightInfo as _;
use pallet_registry::WeightInfo as _;
use phala_primitives::{report::ReportBody, WorkerId};
use polkadot_sdk::*;

use crate::{Jobs, Mining, Registry, Runtime};

/// Passes a report on to the pallet that it concerns. Every registered worker may report.
pub struct Reports;

impl HandleReport for Reports {
    fn is_sender(worker: &WorkerId) -> bool {
        Registry::is_registered(worker)
    }

    fn handle(worker: &WorkerId, body: ReportBody) -> DispatchResult {
        match body {
            // All that these say the mailbox has heard itself.
            ReportBody::Acknowledge | ReportBody::Start => Ok(()),
            ReportBody::Benchmark { iterations, milliseconds } => {
                Registry::report_benchmark(worker, iterations, milliseconds)
            }
            ReportBody::Heartbeat { session, challenge, iterations, jobs } => {
                Mining::heartbeat(*worker, session, challenge, iterations, jobs)
            }
            ReportBody::Accepted { job } => Jobs::accept(worker, job),
            ReportBody::Receipt(receipt) => Jobs::settle(worker, &receipt),
        }
    }

    fn weight(body: &ReportBody) -> Weight {
        match body {
            // Nothing beyond what the mailbox itself does.
            ReportBody::Acknowledge | ReportBody::Start => Weight::zero(),
            ReportBody::Benchmark { .. } => {
                <Runtime as pallet_registry::Config>::WeightInfo::report_benchmark()
            }
            ReportBody::Heartbeat { .. } => {
                type Weights = <Runtime as pallet_mining::Config>::WeightInfo;
                Weights::heartbeat().max(Weights::heartbeat_late())
            }
            ReportBody::Accepted { .. } => <Runtime as pallet_jobs::Config>::WeightInfo::accept(),
            ReportBody::Receipt(_) => <Runtime as pallet_jobs::Config>::WeightInfo::settle(),
        }
    }
}
