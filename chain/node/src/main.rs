//! The chain node: Aura makes blocks, GRANDPA finalises them, and the runtime decides everything else.
//!
//! - `cli`: arguments
//! - `command`: what each subcommand does
//! - `chain_spec`: chains by name
//! - `service`: the parts of a node and how they are wired
//! - `consensus`: making blocks and finalising them
//! - `rpc`: what it serves beside the standard RPC

mod chain_spec;
mod cli;
mod command;
mod consensus;
mod rpc;
mod service;

use polkadot_sdk::sc_cli;

fn main() -> sc_cli::Result<()> {
    command::run()
}
