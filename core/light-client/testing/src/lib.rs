//! Small chains in memory: real tries, real GRANDPA votes, no node. For tests only.
//!
//! [`World`] is a chain without forks, [`vote`](mod@vote) makes the votes and justifications of it and of
//! what no honest node hands out, [`round`] whole rounds of votes on a tree, and [`state`] tries and proofs. Everything is a function of its
//! arguments: the same world has the same hashes and signatures wherever it is built.

// A world that contradicts itself is a mistake in the test that builds it.
#![allow(clippy::unwrap_used)]

pub mod round;
pub mod state;
pub mod vote;
mod world;

pub use state::{prove, trie, State};
pub use vote::{
    authorities, justification, set_change, tampered, validator, validators, vote, weighted, Justification,
    Vote,
};
pub use world::{fork, header, World};
