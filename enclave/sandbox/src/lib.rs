//! Runs other people's WebAssembly programs without trusting them.
//!
//! A job is a WASI command: a core module (preview 1) or a component (preview 2). [`Sandbox`] starts
//! one process of the program `phala-executor` per job and hands it everything over a pipe; the
//! executor needs no file, no network, no environment and no key, so that an escape from the engine
//! finds none. The module [`executor`] is what runs inside that process.
//!
//! # What a program sees
//!
//! Standard input, arguments, standard output and error; no files, no network, no environment. All
//! else that a program could observe is a function of its input, so that a job gives the same
//! output for the same fuel on every worker:
//!
//! - clocks are virtual: they start at a fixed time, move a little at each reading, and jump when
//!   the program sleeps (sleeping costs no real time);
//! - random bytes come from a generator seeded with [`Program::seed`];
//! - NaNs are canonical, relaxed SIMD is deterministic, there are no threads.
//!
//! # What bounds a program
//!
//! | resource | bound | kept by |
//! |---|---|---|
//! | instructions | [`JobLimits::fuel`] | the engine's fuel metering |
//! | memory | [`JobLimits::memory_mib`] over all linear memories | the engine; `setrlimit` on the process |
//! | time | [`JobLimits::seconds`] of execution | an epoch of the engine; the parent kills the process some time after |
//! | output | [`MAX_OUTPUT`] | the executor |
//! | compiling | CPU time, memory, wall-clock time | `setrlimit`; the parent |
//!
//! Whatever a program does wrong is an [`Outcome`]; a [`SandboxError`] is a fault of this machine.
//!
//! # Compiled programs
//!
//! Programs are compiled in a process of their own, before any foreign code has run in it, and the
//! result is kept on disk for the next job with the same program. Compiled code is as confidential
//! as the program and is executed as it stands, while the disk belongs to the host: files are
//! encrypted and authenticated under a key that this process makes when it starts and never stores.

mod cache;
pub mod executor;
mod process;
mod protocol;
mod sandbox;

pub use phala_primitives::job::{ExitStatus, JobLimits, LOADING_FUEL_PER_BYTE, MAX_OUTPUT};
pub use sandbox::{Outcome, Program, Sandbox, SandboxConfig, SandboxError, MAX_MEMORY_MIB};
