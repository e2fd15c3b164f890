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
//! - NaNs are canonical, relaxed SIMD is deterministic, there are no threads;
//! - the instructions that programs may consist of are a fixed set, and so is the level of processor that they are
//!   compiled for (x86-64-v3, or plain AArch64): not what the machine at hand has.
//!
//! One thing depends on the processor's architecture: how deep a program can recurse before it traps.
//!
//! # What bounds a program
//!
//! | resource | bound | kept by |
//! |---|---|---|
//! | instructions | [`JobLimits::fuel`] | the engine's fuel metering |
//! | memory | [`JobLimits::memory_mib`] over all linear memories | the engine; `setrlimit` on the process |
//! | time | [`JobLimits::seconds`] of execution | the executor, each time a slice of fuel is used up; a few seconds later `setrlimit` on CPU time; the parent kills what stands still |
//! | output | [`MAX_OUTPUT`] | the executor |
//! | arguments | [`phala_primitives::arguments`] | the parent |
//! | compiling | CPU time in proportion to the program, memory, wall-clock time | `setrlimit`; the parent |
//!
//! Fuel counts instructions, and one instruction is not always one step: `memory.fill` and its like, and calls of
//! the host (random bytes, reading and writing), cost one or a few units however much they do. **Fuel is what is paid
//! for; time is what guards the machine.** A program that does little but fill memory uses its seconds before its
//! fuel, and is stopped by the second of the three keepers of time if it leaves no room for the first.
//!
//! Whatever a program does wrong is an [`Outcome`]; a [`SandboxError`] is a fault of this machine.
//!
//! # What is around a program
//!
//! The engine is the first wall. The second is the process: before it looks at a byte that a client
//! chose, an executor gives up all privileges, files, network, further threads and all but some twenty system
//! calls; see [`executor::confine`]. [`Sandbox::check`] tells what this machine's kernel can do of that. A
//! program whose process tries more is killed and has the outcome [`ExitStatus::Trapped`], with a line
//! on standard error that says why; [`Sandbox::violations`] counts them.
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
mod program;
mod protocol;
mod refusals;
mod sandbox;

pub use executor::confine::Confinement;
pub use executor::engine_config;
pub use phala_primitives::job::{ExitStatus, JobLimits, LOADING_FUEL_PER_BYTE, MAX_OUTPUT};
pub use program::{InputError, Outcome, Program};
pub use sandbox::{Sandbox, SandboxConfig, SandboxError, MAX_MEMORY_MIB};
