//! Bounds on memory and tables, inside the engine and around the process.

use std::io;

use rustix::process::{setrlimit, Resource, Rlimit};
use wasmtime::ResourceLimiter;

use crate::protocol::Request;

/// Most elements over all of a program's tables.
const TABLE_ELEMENTS: usize = 4 << 20;
/// Most core instances: a component is made of several.
const INSTANCES: usize = 256;
const TABLES: usize = 256;
/// Most linear memories. Each takes several GiB of address space, whatever its size.
const MEMORIES: usize = 8;

/// CPU seconds for compiling one program.
const COMPILE_CPU_SECONDS: u64 = 300;
/// Bytes of memory for compiling one program.
const COMPILE_MEMORY: u64 = 4 << 30;
/// Bytes that an executor needs besides linear memory and what it was sent.
const OVERHEAD: u64 = 512 << 20;
/// CPU seconds that an executor needs besides the execution: loading code and input.
const OVERHEAD_CPU_SECONDS: u64 = 60;
/// Bytes of address space: reservations count here, used or not.
const ADDRESS_SPACE: u64 = 256 << 30;
const OPEN_FILES: u64 = 64;

/// Counts what a program's memories and tables take together.
pub(super) struct Limiter {
    memory: usize,
    memory_limit: usize,
    table_elements: usize,
    refused: bool,
}

impl Limiter {
    /// Allows `memory_limit` bytes over all memories.
    pub(super) fn new(memory_limit: u64) -> Self {
        let memory_limit = usize::try_from(memory_limit).unwrap_or(usize::MAX);
        Self { memory: 0, memory_limit, table_elements: 0, refused: false }
    }

    /// Whether the program ever asked for more than it may have.
    pub(super) fn refused(&self) -> bool {
        self.refused
    }

    fn grow(&mut self, total: usize, growth: usize, limit: usize) -> Option<usize> {
        let grown = total.checked_add(growth).filter(|grown| *grown <= limit);
        self.refused |= grown.is_none();
        grown
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> anyhow::Result<bool> {
        let grown = self.grow(self.memory, desired.saturating_sub(current), self.memory_limit);
        self.memory = grown.unwrap_or(self.memory);
        Ok(grown.is_some())
    }

    fn memory_grow_failed(&mut self, _: anyhow::Error) -> anyhow::Result<()> {
        self.refused = true;
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> anyhow::Result<bool> {
        let grown = self.grow(self.table_elements, desired.saturating_sub(current), TABLE_ELEMENTS);
        self.table_elements = grown.unwrap_or(self.table_elements);
        Ok(grown.is_some())
    }

    fn instances(&self) -> usize {
        INSTANCES
    }

    fn tables(&self) -> usize {
        TABLES
    }

    fn memories(&self) -> usize {
        MEMORIES
    }
}

/// Limits this process for the rest of its life, with room for what the request entails and no more.
/// The engine's own limits come first; these hold when it has a fault.
pub(super) fn limit_process(request: &Request) -> io::Result<()> {
    let (memory, cpu) = match request {
        Request::Compile { .. } => (COMPILE_MEMORY, COMPILE_CPU_SECONDS),
        Request::Run(run) => {
            // The artefact is copied once more when it is loaded; input is held once, and passes
            // through a buffer.
            let sent = 2 * (run.artefact.len() as u64 + run.stdin.len() as u64);
            (run.memory.saturating_add(sent), u64::from(run.seconds) + OVERHEAD_CPU_SECONDS)
        }
    };
    limit(Resource::Data, memory.saturating_add(OVERHEAD))?;
    limit(Resource::As, ADDRESS_SPACE)?;
    limit(Resource::Cpu, cpu)?;
    limit(Resource::Nofile, OPEN_FILES)?;
    // No core dump with a client's data in it, and no files at all.
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)
}

fn limit(resource: Resource, value: u64) -> io::Result<()> {
    // A lower limit set by whoever started us stays.
    let maximum = rustix::process::getrlimit(resource).maximum.map_or(value, |maximum| maximum.min(value));
    Ok(setrlimit(resource, Rlimit { current: Some(maximum), maximum: Some(maximum) })?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn memory_should_be_refused_when_all_memories_together_pass_the_limit() {
        let mut limiter = Limiter::new(100);
        assert!(limiter.memory_growing(0, 60, None).unwrap());
        assert!(limiter.memory_growing(0, 40, None).unwrap());
        assert!(!limiter.refused());
        assert!(!limiter.memory_growing(40, 41, None).unwrap());
        assert!(limiter.refused());
        assert!(!limiter.memory_growing(0, usize::MAX, None).unwrap());
    }
}
