//! What holds of the rules put together.
#![allow(clippy::unwrap_used)]

mod chain;
mod dry_run;
mod fees;
mod metadata;
mod mining;
mod presets;
mod reports;
mod storage_keys;
mod vaults;
mod weights;
