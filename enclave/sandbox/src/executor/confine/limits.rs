//! Resource limits of the process, which hold when the engine's own have a fault.

use std::io;

use rustix::process::{getrlimit, setrlimit, Resource, Rlimit};

use super::Bounds;

/// Bytes of address space: reservations count here, used or not.
const ADDRESS_SPACE: u64 = 256 << 30;
/// Standard input, output and error are open, and nothing else will be.
const OPEN_FILES: u64 = 3;
/// Bytes of the main thread's stack, on which programs are compiled. (They run on one of their own.)
const STACK: u64 = 16 << 20;

/// Limits this process to `bounds`, and to no further files, processes, locked memory and queues.
///
/// # Errors
///
/// As the kernel says.
pub fn limit_resources(bounds: &Bounds) -> io::Result<()> {
    limit(Resource::Data, bounds.memory, 0)?;
    limit(Resource::As, ADDRESS_SPACE, 0)?;
    limit(Resource::Stack, STACK, 0)?;
    // The first of the two limits kills by a signal of its own, which tells the parent why.
    limit(Resource::Cpu, bounds.cpu_seconds, 1)?;
    limit(Resource::Nofile, OPEN_FILES, 0)?;
    for nothing in [
        // A core dump would have a client's data in it.
        Resource::Core,
        Resource::Fsize,
        Resource::Nproc,
        Resource::Memlock,
        Resource::Msgqueue,
    ] {
        limit(nothing, 0, 0)?;
    }
    Ok(())
}

/// Sets the limit to `value`, with `room` up to the one that cannot be passed.
fn limit(resource: Resource, value: u64, room: u64) -> io::Result<()> {
    // A lower limit set by whoever started us stays.
    let before = getrlimit(resource);
    let lower = |limit: Option<u64>, value: u64| Some(limit.map_or(value, |limit| limit.min(value)));
    let maximum = lower(before.maximum, value.saturating_add(room));
    let current = lower(maximum, value);
    Ok(setrlimit(resource, Rlimit { current, maximum })?)
}
