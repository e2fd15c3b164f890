//! What the producers of evidence make, judged by those who verify it.

#![allow(clippy::unwrap_used)]

mod devices;
mod kinds;
mod refusals;
mod root;
mod seeds;
mod statuses;
mod world;
