//! The real program, run as people and scripts run it, without a node.

#![allow(clippy::unwrap_used)]

mod accounts;
mod economics;
mod errors;
mod help;
mod home;
mod pools;
mod secrets;
mod sessions;
mod settings;
mod simulations;
mod workers;
