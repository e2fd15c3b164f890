//! Verdicts of the light client held against those of [smoldot](https://docs.rs/smoldot), which shares no code with
//! it beyond elliptic curves: see the tests.
//!
//! Both are given thousands of mutations of genuine evidence. Where the two differ on purpose, the tests say where
//! and why, and hold every single case against that.

use std::hash::{BuildHasher, RandomState};

/// The seed of a run: `PHALA_SEED` to replay one, or a new one. It is printed.
///
/// # Panics
///
/// `PHALA_SEED` is not a number.
pub fn seed() -> u64 {
    let seed = match std::env::var("PHALA_SEED") {
        Ok(seed) => seed.parse().expect("PHALA_SEED is a number"),
        Err(_) => RandomState::new().hash_one(()),
    };
    println!("replay with PHALA_SEED={seed}");
    seed
}
