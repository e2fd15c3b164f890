//! Ways out of an executor, each tried by a native program in the executor's place.
//!
//! The program is this one: started with arguments, or under a certain name, it is the probe, and otherwise it runs the
//! tests. Every attempt is made three times: without confinement, where it has to succeed (or it would prove nothing);
//! with all of it; and, where the other layers hold it too, without the filter of system calls.
#![allow(clippy::unwrap_used)]

mod attempts;
#[path = "../common/mod.rs"]
mod common;
mod kernel;
mod parent;
mod place;
mod probe;

use libtest_mimic::{Arguments, Trial};

fn main() {
    if let Some(ended) = probe::run().or_else(place::run).or_else(kernel::run).or_else(parent::run) {
        std::process::exit(ended);
    }
    let trials =
        probe::trials().into_iter().chain(place::trials()).chain(kernel::trials()).chain(parent::trials());
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

/// A test that fails by panicking.
fn trial(name: impl Into<String>, test: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}
