//! What a hostile program would try that has taken over its process, one way out after another.
//!
//! An attempt is `Ok` if it got what it was after. It must not be cautious: without confinement each has to
//! succeed, or its failure under confinement shows nothing.

use std::ffi::CStr;
use std::fs::{self, File};
use std::io;
use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::FileExt;
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixStream};
use std::os::unix::process::{parent_id, CommandExt};
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use libc::c_int;

/// What the parent has that is to be got at.
pub(crate) struct Victim {
    /// A folder of its with the file `secret` and the socket `socket`, whose path is the name of an abstract socket too.
    pub(crate) folder: PathBuf,
    /// Where its memory says [`SECRET`].
    pub(crate) address: usize,
    /// The file `secret`, left open.
    pub(crate) descriptor: usize,
}

/// What the parent keeps in its memory and in its file.
pub(crate) static SECRET: [u8; 32] = *b"what the parent keeps to itself.";

/// One way out.
pub(crate) struct Attempt {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&Victim) -> io::Result<()>,
    /// Whether the filter of system calls kills who tries. If not, it is a resource limit that refuses.
    pub(crate) killed: bool,
    /// From which version of Landlock on the other layers hold it even without the filter.
    pub(crate) held_from: Option<u32>,
    /// Whether machines may refuse it to those who are not root, or to all.
    pub(crate) privileged: bool,
}

const fn attempt(name: &'static str, run: fn(&Victim) -> io::Result<()>) -> Attempt {
    Attempt { name, run, killed: true, held_from: Some(1), privileged: false }
}

impl Attempt {
    /// The filter alone holds it.
    const fn filter_only(self) -> Self {
        Self { held_from: None, ..self }
    }

    const fn held_from(self, landlock: u32) -> Self {
        Self { held_from: Some(landlock), ..self }
    }

    const fn privileged(self) -> Self {
        Self { privileged: true, ..self }
    }

    /// Limits refuse it before the filter has to.
    const fn refused(self) -> Self {
        Self { killed: false, ..self }
    }
}

pub(crate) const ATTEMPTS: &[Attempt] = &[
    // Network.
    attempt("tcp", |_| TcpListener::bind("127.0.0.1:0").map(drop)),
    attempt("udp", |_| UdpSocket::bind("127.0.0.1:0").map(drop)),
    attempt("unix_socket", |_| UnixDatagram::unbound().map(drop)),
    attempt("netlink", |_| socket(libc::AF_NETLINK, libc::SOCK_RAW)),
    attempt("packet_socket", |_| socket(libc::AF_PACKET, libc::SOCK_RAW)).privileged(),
    attempt("host_s_socket", |victim| UnixStream::connect(victim.folder.join("socket")).map(drop)),
    attempt("host_s_abstract_socket", |victim| {
        let name = SocketAddr::from_abstract_name(victim.folder.as_os_str().as_encoded_bytes())?;
        UnixStream::connect_addr(&name).map(drop)
    }),
    // Files.
    attempt("read_passwd", |_| fs::read("/etc/passwd").map(drop)),
    attempt("read_host_s_file", |victim| stolen(&fs::read(victim.folder.join("secret"))?)),
    attempt("inherited_descriptor", |victim| {
        let mut bytes = SECRET.map(|_| 0);
        call(libc::SYS_pread64, [victim.descriptor, bytes.as_mut_ptr() as usize, bytes.len(), 0])?;
        stolen(&bytes)
    }),
    attempt("list_host_s_folder", |victim| fs::read_dir(&victim.folder).map(drop)),
    attempt("write_outside", |victim| fs::write(victim.folder.join("written"), "here")),
    attempt("write_inside", |_| fs::write("written", "here")),
    attempt("make_folder", |victim| fs::create_dir(victim.folder.join("made"))),
    attempt("remove_host_s_file", |victim| fs::remove_file(victim.folder.join("secret"))),
    attempt("huge_file", |_| File::create("huge")?.write_all_at(b"!", 1 << 40)),
    attempt("many_files", |_| {
        let files: io::Result<Vec<_>> = (0..100).map(|_| File::open("/dev/null")).collect();
        files.map(drop)
    }),
    attempt("many_descriptors", |_| (0..100).try_for_each(|_| call(libc::SYS_dup, [1]).map(drop))),
    attempt("anonymous_file", |_| call(libc::SYS_memfd_create, [text(c"x"), 0]).map(drop)),
    // Processes.
    attempt("fork", |_| fork()).filter_only(),
    attempt("thread", |_| thread::Builder::new().spawn(|| ()).map(drop)).filter_only(),
    attempt("exec", |_| Err(Command::new("/bin/sh").args(["-c", "exit 10"]).exec())),
    attempt("ptrace_parent", |_| {
        const PTRACE_SEIZE: usize = 0x4206;
        call(libc::SYS_ptrace, [PTRACE_SEIZE, parent(), 0, 0]).map(drop)
    })
    .privileged(),
    attempt("parent_s_memory_file", |victim| {
        let mut bytes = SECRET.map(|_| 0);
        File::open(format!("/proc/{}/mem", parent_id()))?.read_exact_at(&mut bytes, victim.address as u64)?;
        stolen(&bytes)
    })
    .privileged(),
    attempt("parent_s_memory", |victim| {
        let mut bytes = SECRET.map(|_| 0);
        let own = [bytes.as_mut_ptr() as usize, bytes.len()];
        let other = [victim.address, bytes.len()];
        let [own, other] = [own.as_ptr() as usize, other.as_ptr() as usize];
        call(libc::SYS_process_vm_readv, [parent(), own, 1, other, 1, 0])?;
        stolen(&bytes)
    })
    .privileged(),
    attempt("parent_s_environment", |_| fs::read(format!("/proc/{}/environ", parent_id())).map(drop)),
    attempt("signal_parent", |_| call(libc::SYS_kill, [parent(), libc::SIGCONT as usize]).map(drop))
        .held_from(6),
    attempt("hold_parent", |_| call(libc::SYS_pidfd_open, [parent(), 0]).map(drop)),
    // The kernel's wider surface.
    attempt("io_uring", |_| {
        let parameters = [0_u32; 32];
        call(libc::SYS_io_uring_setup, [1, parameters.as_ptr() as usize]).map(drop)
    })
    .privileged(),
    attempt("bpf", |_| {
        const ARRAY: u32 = 2;
        let attributes = [ARRAY, 4, 4, 1];
        call(libc::SYS_bpf, [0, attributes.as_ptr() as usize, size_of_val(&attributes)]).map(drop)
    })
    .privileged(),
    attempt("userfaultfd", |_| {
        const USER_MODE_ONLY: usize = 1;
        call(libc::SYS_userfaultfd, [USER_MODE_ONLY]).map(drop)
    })
    .privileged(),
    attempt("perf_event", |_| {
        const SOFTWARE: u64 = 1 | 64 << 32;
        const USER_ONLY: u64 = 0b110_0000;
        let attributes = [SOFTWARE, 0, 0, 0, 0, USER_ONLY, 0, 0];
        let anything = usize::MAX;
        call(libc::SYS_perf_event_open, [attributes.as_ptr() as usize, 0, anything, anything, 0]).map(drop)
    })
    .privileged(),
    attempt("key", |_| {
        const PROCESS_KEYRING: isize = -2;
        let description = [text(c"user"), text(c"phala-probe"), text(c"x"), 1, PROCESS_KEYRING as usize];
        call(libc::SYS_add_key, description).map(drop)
    })
    .filter_only()
    .privileged(),
    // Privileges.
    attempt("mount", |_| {
        call(libc::SYS_mount, [text(c"none"), text(c"."), text(c"tmpfs"), 0, 0])?;
        call(libc::SYS_umount2, [text(c"."), libc::MNT_DETACH as usize]).map(drop)
    })
    .privileged(),
    attempt("user_namespace", |_| call(libc::SYS_unshare, [libc::CLONE_NEWUSER as usize]).map(drop))
        .filter_only()
        .privileged(),
    attempt("setuid", |_| call(libc::SYS_setuid, [40_000]).map(drop)).privileged(),
    attempt("chroot", |_| call(libc::SYS_chroot, [text(c".")]).map(drop)).privileged(),
    attempt("raise_core_limit", |_| raise(libc::RLIMIT_CORE)).privileged(),
    attempt("raise_file_limit", |_| raise(libc::RLIMIT_NOFILE)).privileged(),
    attempt("become_dumpable", |_| {
        call(libc::SYS_prctl, [libc::PR_SET_DUMPABLE as usize, 1, 0, 0, 0]).map(drop)
    })
    .filter_only(),
    // Memory.
    attempt("code_that_writes_itself", |_| map(libc::PROT_WRITE | libc::PROT_EXEC, 4096).map(drop))
        .filter_only(),
    attempt("making_data_code", |_| {
        let page = map(libc::PROT_READ | libc::PROT_WRITE, 4096)?;
        let protection = libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC;
        call(libc::SYS_mprotect, [page, 4096, protection as usize]).map(drop)
    })
    .filter_only(),
    attempt("huge_allocation", |_| map(libc::PROT_READ | libc::PROT_WRITE, 4 << 30).map(drop)).refused(),
    attempt("huge_reservation", |_| map(libc::PROT_NONE, 1 << 40).map(drop)).refused(),
];

/// Makes a system call, whatever it may do.
#[allow(unsafe_code)]
pub(crate) fn call<const N: usize>(number: libc::c_long, arguments: [usize; N]) -> io::Result<usize> {
    let argument = |index: usize| arguments.get(index).copied().unwrap_or(0);
    // SAFETY: every pointer among the arguments of the attempts points to something that lives until the
    // call returns, and is as long as the call wants it; none keeps it.
    let result = unsafe {
        libc::syscall(number, argument(0), argument(1), argument(2), argument(3), argument(4), argument(5))
    };
    usize::try_from(result).map_err(|_| io::Error::last_os_error())
}

fn text(text: &'static CStr) -> usize {
    text.as_ptr() as usize
}

fn parent() -> usize {
    parent_id() as usize
}

fn stolen(bytes: &[u8]) -> io::Result<()> {
    if bytes == SECRET {
        Ok(())
    } else {
        Err(io::Error::other("got something, but not the secret"))
    }
}

fn socket(family: c_int, kind: c_int) -> io::Result<()> {
    call(libc::SYS_socket, [family as usize, kind as usize, 0]).map(drop)
}

fn fork() -> io::Result<()> {
    if call(libc::SYS_clone, [libc::SIGCHLD as usize])? == 0 {
        std::process::exit(0);
    }
    Ok(())
}

fn raise(resource: libc::__rlimit_resource_t) -> io::Result<()> {
    // More than an executor has, and no more than anybody else.
    let limits = [64_u64; 2];
    call(libc::SYS_prlimit64, [0, resource as usize, limits.as_ptr() as usize, 0]).map(drop)
}

fn map(protection: c_int, bytes: usize) -> io::Result<usize> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    call(libc::SYS_mmap, [0, bytes, protection as usize, flags as usize, usize::MAX, 0])
}
