//! One file per call, one for the benchmark report and one for the view functions.
#![allow(clippy::unwrap_used)]

mod measure;
mod register;
mod report_benchmark;
mod update_offer;
mod views;
