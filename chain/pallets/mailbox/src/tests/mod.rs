//! One file per call, and two for what everyone else relies on.
#![allow(clippy::unwrap_used)]

mod authorize;
mod keys;
mod send;
mod start;
mod submit;
