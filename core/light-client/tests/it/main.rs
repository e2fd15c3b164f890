//! Every kind of evidence, honest and forged, from small chains built in memory.
#![allow(clippy::unwrap_used)]

#[cfg(feature = "serde")]
mod bundle;
#[cfg(feature = "serde")]
mod bundle_checkpoint;
mod catching_up;
mod client;
mod courier;
mod finality;
mod limits;
mod mailbox;
mod proof;
mod set_changes;
mod trust;
mod voting;

use phala_light_client_testing as world;
