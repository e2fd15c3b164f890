//! What the process gives up before it knows any secret: leaving a picture of its memory behind, and being looked
//! into by its neighbours.
//!
//! Keys, inputs and outputs are in this memory in the clear. Against the machine's owner only a TEE protects it; this
//! is about the ways in which it would leave without anybody's intent, or into any program of the same user:
//!
//! - **Core dumps.** The kernel writes none. The resource limit alone would not do, for it says nothing of dumps
//!   that are piped into a program; the limit is inherited by executors from their first instruction on.
//! - **Debuggers and `/proc`.** No other process of the same user can trace this one or read its memory, its
//!   environment or its open files: `gdb`, `strace` and `/proc/PID/environ` need root. Resident memory, limits and
//!   command line stay visible.
//!
//! Memory may still be swapped out; use encrypted swap or none.

use std::io;

use rustix::process::{set_dumpable_behavior, setrlimit, DumpableBehavior, Resource, Rlimit};

/// Closes this process's memory to core dumps and to other processes of its user, for good.
///
/// # Errors
///
/// As the kernel says.
pub(crate) fn close_memory() -> io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}
