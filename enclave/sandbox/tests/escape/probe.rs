//! Attempts in a process that confines itself as executors do, or less.

use std::ffi::CString;
use std::fs;
use std::io::Write;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Output, Stdio};

use libtest_mimic::Trial;
use phala_sandbox::executor::confine::{
    close_descriptors, confine, drop_privileges, limit_resources, restrict_access, Bounds, Landlock,
};
use rustix::process::{getrlimit, setrlimit, Resource, Rlimit};

use crate::attempts::{call, Attempt, Victim, ATTEMPTS, SECRET};
use crate::trial;

const BOUNDS: Bounds = Bounds { memory: 1 << 30, cpu_seconds: 30 };

/// Not a way out, but what may leave a client's data behind.
const ABORT: &str = "abort";

const SUCCEEDED: i32 = 10;
const FAILED: i32 = 11;

/// How a probe confines itself.
#[derive(Clone, Copy, PartialEq)]
enum Layers {
    None,
    AllButFilter,
    All,
}

const LAYERS: [(&str, Layers); 3] =
    [("none", Layers::None), ("all-but-filter", Layers::AllButFilter), ("all", Layers::All)];

/// Makes the attempt that the arguments name, if they name one: layers, attempt, the victim's folder and address.
pub(crate) fn run() -> Option<i32> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next()? != "probe" {
        return None;
    }
    let mut argument = || arguments.next().unwrap();
    let layers = argument();
    let (_, layers) = LAYERS.into_iter().find(|(name, _)| *name == layers).unwrap();
    let attempt = argument();
    let victim = Victim {
        folder: argument().into(),
        address: argument().parse().unwrap(),
        descriptor: argument().parse().unwrap(),
    };
    // What is confined is a process that would leave a core dump.
    let cores = getrlimit(Resource::Core);
    setrlimit(Resource::Core, Rlimit { current: cores.maximum, ..cores }).unwrap();
    enter(layers);
    let tried = match attempt.parse() {
        Ok(number) => call(number, [0_usize; 6]).map(drop),
        Err(_) if attempt == ABORT => std::process::abort(),
        Err(_) => (ATTEMPTS.iter().find(|known| known.name == attempt).unwrap().run)(&victim),
    };
    // Written by hand: an executor has no more than this.
    let said = tried.as_ref().map_or_else(ToString::to_string, |()| "succeeded".into());
    std::io::stdout().write_all(said.as_bytes()).unwrap();
    Some(if tried.is_ok() { SUCCEEDED } else { FAILED })
}

fn enter(layers: Layers) {
    match layers {
        Layers::None => {}
        Layers::AllButFilter => {
            close_descriptors().unwrap();
            drop_privileges().unwrap();
            restrict_access(Landlock::Required).unwrap();
            limit_resources(&BOUNDS).unwrap();
        }
        Layers::All => assert!(confine(&BOUNDS, Landlock::Required).unwrap().is_complete()),
    }
}

/// Runs a probe, which finds an empty folder around it, and a victim in its parent.
fn probe(layers: Layers, attempt: &str) -> Output {
    let (layers, _) = LAYERS.into_iter().find(|(_, known)| *known == layers).unwrap();
    let [own, host] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let secret = host.path().join("secret");
    fs::write(&secret, SECRET).unwrap();
    let _socket = UnixListener::bind(host.path().join("socket")).unwrap();
    let name = SocketAddr::from_abstract_name(host.path().as_os_str().as_encoded_bytes()).unwrap();
    let _abstract_socket = UnixListener::bind_addr(&name).unwrap();
    let path = CString::new(secret.as_os_str().as_encoded_bytes()).unwrap();
    // The standard library would have it closed in the probe.
    let descriptor = call(libc::SYS_openat, [0, path.as_ptr() as usize, libc::O_RDONLY as usize]).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["probe", layers, attempt])
        .arg(host.path())
        .args([&raw const SECRET as usize, descriptor].map(|number| number.to_string()))
        .env_clear()
        .current_dir(own.path())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .unwrap();
    call(libc::SYS_close, [descriptor]).unwrap();
    if layers != "none" {
        assert!(secret.exists() && !host.path().join("written").exists());
        assert_eq!(fs::read_dir(own.path()).unwrap().count(), 0, "the probe left something");
    }
    output
}

fn said(output: &Output) -> String {
    format!("{}, {:?}", output.status, String::from_utf8_lossy(&output.stdout))
}

pub(crate) fn killed_by_filter(status: ExitStatus) -> bool {
    status.signal() == Some(libc::SIGSYS)
}

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial("every_call_that_is_not_listed_should_kill", every_call_that_is_not_listed_should_kill),
        trial("abort_should_leave_no_core_dump_when_confined", abort_should_leave_no_core_dump_when_confined),
        trial("abort_should_leave_a_core_dump_when_nothing_confines", abort_should_leave_a_core_dump),
    ];
    for attempt in ATTEMPTS {
        let name = attempt.name;
        trials.push(trial(format!("{name}_should_succeed_when_nothing_confines"), || control(attempt)));
        trials.push(trial(format!("{name}_should_fail_when_confined"), || confined(attempt)));
        if attempt.held_from.is_some_and(|version| version <= landlock_version()) {
            trials.push(trial(format!("{name}_should_fail_even_without_the_filter"), || unfiltered(attempt)));
        }
    }
    trials
}

/// Shows that the attempt is one: that the probe gets what it is after, and notices.
fn control(attempt: &Attempt) {
    let output = probe(Layers::None, attempt.name);
    let denied = ["os error 1)", "os error 13)", "os error 38)"];
    let refused_by_machine =
        attempt.privileged && denied.iter().any(|code| said(&output).contains(code)) && !may_do_anything();
    assert!(output.status.code() == Some(SUCCEEDED) || refused_by_machine, "{}", said(&output));
}

fn confined(attempt: &Attempt) {
    let output = probe(Layers::All, attempt.name);
    if attempt.killed {
        assert!(killed_by_filter(output.status), "{}", said(&output));
    } else {
        assert_eq!(output.status.code(), Some(FAILED), "{}", said(&output));
    }
}

fn unfiltered(attempt: &Attempt) {
    let output = probe(Layers::AllButFilter, attempt.name);
    assert_eq!(output.status.code(), Some(FAILED), "{}", said(&output));
}

/// Whether this is root with all capabilities, to whom a machine refuses nothing.
fn may_do_anything() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let capabilities = status.lines().find_map(|line| line.strip_prefix("CapEff:")).unwrap().trim();
    const SYS_ADMIN: u32 = 21;
    u64::from_str_radix(capabilities, 16).unwrap() & (1 << SYS_ADMIN) != 0
}

fn landlock_version() -> u32 {
    const VERSION: usize = 1;
    call(libc::SYS_landlock_create_ruleset, [0, 0, VERSION]).unwrap() as u32
}

/// The whole table, so that the list of what is allowed cannot grow unnoticed.
fn every_call_that_is_not_listed_should_kill() {
    let listed = [
        // Freely.
        libc::SYS_brk,
        libc::SYS_madvise,
        libc::SYS_mremap,
        libc::SYS_munmap,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_clock_gettime,
        libc::SYS_getrandom,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_sched_yield,
        libc::SYS_exit,
        libc::SYS_exit_group,
        // With certain arguments; zeros are among them for two.
        libc::SYS_mprotect,
        libc::SYS_futex,
    ];
    #[cfg(target_arch = "aarch64")]
    let listed = [&listed[..], &[libc::SYS_membarrier]].concat();
    // Since Linux 6.14 these two of x86-64 pass every filter: they belong to the kernel's own probes, and end a process
    // that makes them by itself.
    let exempt = |number: &i64| cfg!(target_arch = "x86_64") && [335, 336].contains(number);
    // Numbers that this kernel does not know are not listed either.
    for number in (0..=512).chain([0x4000_0029, 1 << 31]).filter(|number| !exempt(number)) {
        let killed = killed_by_filter(probe(Layers::All, &number.to_string()).status);
        assert_eq!(killed, !listed.contains(&number), "system call {number}");
    }
}

fn abort_should_leave_no_core_dump_when_confined() {
    for layers in [Layers::All, Layers::AllButFilter] {
        let output = probe(layers, ABORT);
        assert_eq!(output.status.signal(), Some(libc::SIGABRT), "{}", said(&output));
        assert!(!output.status.core_dumped());
    }
}

fn abort_should_leave_a_core_dump() {
    let output = probe(Layers::None, ABORT);
    assert_eq!(output.status.signal(), Some(libc::SIGABRT), "{}", said(&output));
    let allowed = getrlimit(Resource::Core).maximum != Some(0);
    assert_eq!(output.status.core_dumped(), allowed, "the limit and the dump do not agree");
}

/// The path by which the tests' own program is started in another's place.
pub(crate) fn own_program() -> PathBuf {
    std::env::current_exe().unwrap()
}
