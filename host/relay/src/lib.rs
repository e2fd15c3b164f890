//! Courier between the chain and the workers of one machine.
//!
//! A worker has no network of its own towards the chain: everything it learns of it comes through here, and
//! everything it says to it. The relay holds no key and is believed nothing. What it carries inwards is
//! proven ([`phala_light_client::courier`]), what it carries outwards is signed by the worker. The worst it
//! can do is to be late.
//!
//! - [`node`]: the one connection to a node, and the announcement of final blocks.
//! - [`worker`]: the private HTTP interface of a worker, over a unix socket.
//! - [`courier`]: what is done for one worker, round after round.
//! - [`transaction`]: reports as general transactions.

pub mod courier;
pub mod node;
pub mod transaction;
pub mod worker;
