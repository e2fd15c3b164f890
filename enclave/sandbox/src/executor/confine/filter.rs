//! Seccomp: the system calls that are left. Any other kills the process.
//!
//! The list is short because an executor that is set up opens nothing, waits for nothing and starts nothing. It
//! is made from what the engine, the allocator and the C library do, with room for their versions:
//! whatever is on it is harmless to a process without descriptors other than its three pipes.

use std::collections::BTreeMap;

use seccompiler::{
    apply_filter, BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch,
};

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Calls that may be made with any arguments.
const FREE: &[i64] = &[
    // Memory, except what maps it or makes it executable.
    libc::SYS_brk,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    // The engine's traps are signals.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    // Hash tables are seeded, and the time limit is watched. (Programs see neither.)
    libc::SYS_clock_gettime,
    libc::SYS_getrandom,
    // Locks give way before they wait, and `abort` asks who it is.
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_sched_yield,
    libc::SYS_exit,
    libc::SYS_exit_group,
    // Code that was just written is fetched anew.
    #[cfg(target_arch = "aarch64")]
    libc::SYS_membarrier,
];

/// Allows the calling thread, for the rest of its life, what computing and answering need, and nothing else: another
/// call kills the process with `SIGSYS`.
///
/// # Errors
///
/// The kernel has no seccomp filters, or this is an architecture for which there is no list.
pub fn filter_calls() -> Result<(), seccompiler::Error> {
    let filter = SeccompFilter::new(
        rules()?,
        SeccompAction::KillProcess,
        SeccompAction::Allow,
        TargetArch::try_from(std::env::consts::ARCH)?,
    )?;
    apply_filter(&BpfProgram::try_from(filter)?)
}

fn rules() -> Result<Rules, BackendError> {
    let mut rules: Rules = FREE.iter().map(|call| (*call, Vec::new())).collect();
    rules.insert(libc::SYS_mmap, private_memory()?);
    rules.insert(libc::SYS_mprotect, written_or_executed()?);
    rules.insert(libc::SYS_futex, own_locks()?);
    for answer in [libc::SYS_write, libc::SYS_writev] {
        rules.insert(answer, vec![all([equals(0, STDOUT)?])?, all([equals(0, STDERR)?])?]);
    }
    let own = std::process::id().into();
    let aborted = libc::SIGABRT as u64;
    // How the C libraries in use abort. The process has one thread, whose id is the process's.
    rules.insert(libc::SYS_tgkill, vec![all([equals(0, own)?, equals(1, own)?, equals(2, aborted)?])?]);
    rules.insert(libc::SYS_tkill, vec![all([equals(0, own)?, equals(1, aborted)?])?]);
    Ok(rules)
}

const STDOUT: u64 = 1;
const STDERR: u64 = 2;

/// Mapping memory of one's own, backed by no file, and not executable yet.
fn private_memory() -> Result<Vec<SeccompRule>, BackendError> {
    let kinds = (libc::MAP_TYPE | libc::MAP_ANONYMOUS) as u64;
    let private = (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS) as u64;
    Ok(vec![all([masked(2, libc::PROT_EXEC as u64, 0)?, masked(3, kinds, private)?])?])
}

/// Memory that is executable must not be writable too: who can write somewhere does not thereby write code.
fn written_or_executed() -> Result<Vec<SeccompRule>, BackendError> {
    Ok(vec![all([masked(2, libc::PROT_EXEC as u64, 0)?])?, all([masked(2, libc::PROT_WRITE as u64, 0)?])?])
}

/// The three operations that locks are made of, without the kernel's more adventurous ones.
fn own_locks() -> Result<Vec<SeccompRule>, BackendError> {
    const COMMAND: u64 = 0x7f;
    [libc::FUTEX_WAIT, libc::FUTEX_WAKE, libc::FUTEX_WAIT_BITSET]
        .into_iter()
        .map(|operation| all([masked(1, COMMAND, operation as u64)?]))
        .collect()
}

fn all<const N: usize>(conditions: [SeccompCondition; N]) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(conditions.into())
}

/// The low half of an argument is what the kernel reads of an `int`.
fn equals(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

/// That an argument is `value` as far as `mask` goes.
fn masked(argument: u8, mask: u64, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(mask), value)
}
