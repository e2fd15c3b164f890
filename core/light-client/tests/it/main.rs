//! Every kind of evidence, honest and forged, from small chains built in memory.
#![allow(clippy::unwrap_used)]

#[cfg(feature = "serde")]
mod bundle;
mod client;
mod courier;
mod finality;
mod mailbox;
mod proof;
mod world;
