//! The worker against a chain in memory, over real sockets, with the real executor.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod api;
mod chain;
mod process;
mod state;
mod world;
