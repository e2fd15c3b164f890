//! Rust SDK of the Phala network.
pub mod rpc;
