//! What holds of the rules put together.
#![allow(clippy::unwrap_used)]

mod chain;
mod metadata;
mod presets;
mod storage_keys;
mod weights;
