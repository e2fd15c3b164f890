//! Bounds that the engine keeps, and what they mean for the process around it.

use wasmtime::ResourceLimiter;

use super::confine::Bounds;
use crate::protocol::Request;

/// Most elements over all of a program's tables.
const TABLE_ELEMENTS: usize = 4 << 20;
/// Most core instances: a component is made of several.
const INSTANCES: usize = 256;
const TABLES: usize = 256;
/// Most linear memories. Each takes several GiB of address space, whatever its size.
const MEMORIES: usize = 8;

/// CPU seconds for compiling a small program, to which one is added for each [`COMPILED_PER_SECOND`] bytes.
const COMPILE_CPU_SECONDS: u64 = 3;
/// Bytes of WebAssembly that compile in a second at the very least.
const COMPILED_PER_SECOND: u64 = 32 << 10;
/// Most CPU seconds for compiling any program.
const MAX_COMPILE_CPU_SECONDS: u64 = 300;
/// Bytes of memory for compiling one program.
const COMPILE_MEMORY: u64 = 4 << 30;
/// Bytes that an executor needs besides linear memory and what it was sent.
const OVERHEAD: u64 = 512 << 20;
/// CPU seconds that an executor may use besides the execution, to which one is added for each
/// [`LOADED_PER_SECOND`] bytes that it is sent.
const OVERHEAD_CPU_SECONDS: u64 = 5;
/// Bytes that are loaded in a second at the very least.
const LOADED_PER_SECOND: u64 = 16 << 20;

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

/// What the process gets for a request: what it entails and no more. The engine's own limits come first.
pub(super) fn bounds(request: &Request) -> Bounds {
    let (memory, cpu_seconds) = match request {
        Request::Describe => (0, OVERHEAD_CPU_SECONDS),
        Request::Compile { program, .. } => {
            let seconds = COMPILE_CPU_SECONDS + program.len() as u64 / COMPILED_PER_SECOND;
            (COMPILE_MEMORY, seconds.min(MAX_COMPILE_CPU_SECONDS))
        }
        Request::Run(run) => {
            // The artefact is copied once more when it is loaded; input is held once, and passes
            // through a buffer.
            let sent = 2 * (run.artefact.len() as u64 + run.stdin.len() as u64);
            let overhead = OVERHEAD_CPU_SECONDS + sent / LOADED_PER_SECOND;
            (run.memory.saturating_add(sent), u64::from(run.seconds) + overhead)
        }
    };
    Bounds { memory: memory.saturating_add(OVERHEAD), cpu_seconds }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::protocol::Kind;

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

    #[test]
    fn time_to_compile_should_grow_with_the_program_up_to_a_cap() {
        let seconds =
            |length| bounds(&Request::Compile { kind: Kind::Module, program: vec![0; length] }).cpu_seconds;
        assert_eq!([seconds(0), seconds(1 << 20), seconds(64 << 20)], [3, 35, 300]);
    }
}
