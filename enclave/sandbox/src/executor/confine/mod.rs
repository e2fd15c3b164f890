//! What a process gives up, for good, before it touches a byte that a client chose.
//!
//! An executor compiles and runs hostile programs. The engine is the first wall; this is the second: a
//! program that breaks out of the engine finds itself in a process that can compute, answer, and end.
//!
//! | layer | what it takes away |
//! |---|---|
//! | descriptors ([`close_descriptors`]) | whatever the worker was started with |
//! | privileges ([`drop_privileges`]) | capabilities, the way back to any, core dumps, being read by its user's other processes |
//! | Landlock ([`restrict_access`]) | every file and folder, TCP, abstract Unix sockets, signals to and tracing of others |
//! | resource limits ([`limit_resources`]) | memory, CPU time, file sizes, further descriptors, further processes |
//! | seccomp ([`filter_calls`]) | every system call but the few that computing and answering need |
//!
//! The layers overlap on purpose: the filter alone would do, and so would, for almost everything, the other three.
//! The order matters: each layer takes away what the setting up of those before it needs.
//!
//! All of it holds for the calling thread and what it starts; an executor confines itself while it has
//! one thread, and cannot start another afterwards.

mod descriptors;
mod filter;
mod limits;
mod ruleset;

use std::io;

use codec::{Decode, Encode};
use rustix::process::{set_dumpable_behavior, DumpableBehavior};
use rustix::thread::{set_capabilities, set_no_new_privs, CapabilitySet, CapabilitySets};

pub use descriptors::close_descriptors;
pub use filter::filter_calls;
pub use limits::limit_resources;
pub use ruleset::restrict_access;

/// What a process may use from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of memory, over all of the process.
    pub memory: u64,
    /// Seconds of CPU time, from the process's start.
    pub cpu_seconds: u64,
}

/// Whether to go on when the kernel has no Landlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Landlock {
    /// No.
    Required,
    /// Yes: the other layers have to do. For machines whose kernel cannot be chosen.
    Optional,
}

/// What the kernel confirmed to enforce. Seccomp, the resource limits and the loss of privileges are not
/// in it: without them no executor runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[non_exhaustive]
pub struct Confinement {
    /// Version of Landlock's interface that is enforced: from 1 on all files, from 4 on TCP, from 6
    /// on signals and abstract Unix sockets. 0: the kernel has none.
    pub landlock_abi: u32,
}

impl Confinement {
    /// Whether every layer is there.
    pub fn is_complete(&self) -> bool {
        self.landlock_abi > 0
    }
}

/// Why a process could not be confined.
#[derive(Debug, thiserror::Error)]
pub enum ConfineError {
    /// The kernel has no Landlock.
    #[error(
        "this kernel does not offer Landlock (boot Linux 5.13 or later, built with \
         CONFIG_SECURITY_LANDLOCK and with `landlock` in the list of /sys/kernel/security/lsm, which the \
         kernel parameter `lsm=` sets; or allow executors without it, which leaves them to seccomp alone)"
    )]
    NoLandlock,
    /// The kernel has Landlock but does not enforce the rules.
    #[error(
        "Landlock refuses its rules: {0} (is the kernel's Landlock newer or older than any released one?)"
    )]
    Landlock(#[from] landlock::RulesetError),
    /// What was inherited could not be closed.
    #[error("cannot close inherited descriptors: {0} (executors need /proc)")]
    Descriptors(io::Error),
    /// A privilege could not be dropped.
    #[error("cannot drop privileges: {0}")]
    Privileges(io::Error),
    /// A resource could not be limited.
    #[error("cannot limit resources: {0}")]
    Limits(io::Error),
    /// The filter of system calls was not taken.
    #[error(
        "cannot install the filter of system calls: {0} (the kernel needs CONFIG_SECCOMP_FILTER, and the \
         machine must be x86-64 or AArch64)"
    )]
    Filter(#[from] seccompiler::Error),
}

/// Confines the calling process by all layers.
///
/// # Errors
///
/// A layer could not be put in place; those before it are.
pub fn confine(bounds: &Bounds, landlock: Landlock) -> Result<Confinement, ConfineError> {
    close_descriptors().map_err(ConfineError::Descriptors)?;
    drop_privileges().map_err(ConfineError::Privileges)?;
    let landlock_abi = restrict_access(landlock)?;
    limit_resources(bounds).map_err(ConfineError::Limits)?;
    filter_calls()?;
    Ok(Confinement { landlock_abi })
}

/// Gives up all capabilities and the means to get any, and makes the process one that leaves no core
/// dump and that other processes of its user cannot look into.
///
/// # Errors
///
/// As the kernel says.
pub fn drop_privileges() -> io::Result<()> {
    set_no_new_privs(true)?;
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}
