//! What every part of the network must agree on, frozen: encodings, storage keys, and what the types compute.

#[cfg(feature = "serde")]
mod json;
mod rules;
mod samples;
mod storage_keys;
mod wire;
