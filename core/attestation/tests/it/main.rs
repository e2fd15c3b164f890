//! Real evidence, as it is and altered.
#![allow(clippy::unwrap_used)]

mod accepted;
mod fixtures;
mod forecasts;
mod formats;
mod known;
mod levels;
mod limits;
mod mutations;
mod refused;
