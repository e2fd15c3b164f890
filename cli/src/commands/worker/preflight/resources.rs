//! What a worker uses up: disk, memory, an address; and the program that runs its jobs.

use std::{
    io::ErrorKind,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use super::{
    host::{Host, Need},
    processor::Processor,
    report::{Area, Check, Place, Subject, Tee},
    units::{mib, GIB},
};

const DISK: Subject = Subject {
    id: "disk",
    area: Area::Resources,
    why: "a worker keeps up to 2 GiB of inputs that wait, 4 GiB of results and 2 GiB of compiled programs",
};

const MEMORY: Subject = Subject {
    id: "memory",
    area: Area::Resources,
    why: "each core runs a job of up to 1 GiB, unless --max-memory-mib or --parallel-jobs say otherwise",
};

const SWAP: Subject = Subject {
    id: "swap",
    area: Area::Resources,
    why: "keys and inputs that are swapped out lie on the disk in the clear",
};

const ADDRESS: Subject =
    Subject { id: "address", area: Area::Resources, why: "clients upload inputs and fetch results there" };

const EXECUTOR: Subject = Subject {
    id: "executor",
    area: Area::Resources,
    why: "the worker starts it for each job, in a process of its own",
};

/// Bytes that the caches and queues of a worker take at most.
const FULL_DISK: u64 = 8 * GIB;
/// Bytes without which a few jobs stop a worker.
const LEAST_DISK: u64 = GIB;
/// Bytes for worker and executor besides the jobs' memory.
const OVERHEAD: u64 = GIB / 2;

/// Folders and addresses that the worker is to have.
pub(super) struct Wanted {
    pub(super) data_dir: Option<PathBuf>,
    pub(super) listen: SocketAddr,
    pub(super) executor: Option<PathBuf>,
    /// Where the executor is if nobody says.
    pub(super) beside: Option<PathBuf>,
}

/// Looks at them.
pub(super) fn checks(
    host: &Host,
    processor: &Processor,
    tee: Tee,
    place: Place,
    wanted: &Wanted,
) -> Vec<Check> {
    let mut checks = vec![disk(host, wanted.data_dir.as_deref()), memory(host, processor)];
    if place == Place::GuestOfThis {
        let guest = "a matter of the guests";
        checks.extend([SWAP, ADDRESS, EXECUTOR].map(|subject| subject.not_applicable(guest)));
        return checks;
    }
    checks.push(match tee {
        Tee::Sgx => SWAP.not_applicable("enclave memory never leaves the processor in the clear"),
        Tee::Tdx | Tee::Development => swap(host),
    });
    checks.extend([address(host, wanted.listen), executor(host, wanted)]);
    checks
}

fn disk(host: &Host, folder: Option<&Path>) -> Check {
    let Some(folder) = folder else {
        return DISK.not_applicable("name the worker's folder with --data-dir to have its disk looked at");
    };
    let shown = folder.display();
    // A worker makes its folder if need be; what is there already decides.
    let existing = folder.ancestors().find(|ancestor| host.exists(ancestor)).unwrap_or(Path::new("/"));
    if !host.path(existing).is_dir() {
        return DISK
            .failed(format!("{} is no folder", existing.display()), "name another folder with --data-dir");
    }
    if let Some(error) = host.refusal(existing, Need::Create) {
        return DISK.failed(
            format!("this user cannot write to {}: {error}", existing.display()),
            format!("make {shown} and give it to the worker's user, or name another folder"),
        );
    }
    match host.system().free_space(&host.path(existing)) {
        Ok(free) if free < LEAST_DISK => DISK.failed(
            format!("{} free for {shown}", mib(free)),
            format!("make room: {} at least, {} to be safe", mib(LEAST_DISK), mib(FULL_DISK)),
        ),
        Ok(free) if free < FULL_DISK => DISK.warning(
            format!("{} free for {shown}", mib(free)),
            format!("make room for {} in all", mib(FULL_DISK)),
        ),
        Ok(free) => DISK.ok(format!("{} free for {shown}", mib(free))),
        Err(error) => DISK.warning(
            format!("unknown how much is free for {shown}: {error}"),
            format!("see with df that there are {}", mib(FULL_DISK)),
        ),
    }
}

fn memory(host: &Host, processor: &Processor) -> Check {
    let text = host.text("/proc/meminfo").unwrap_or_default();
    let total = text.lines().find_map(|line| {
        let kib = line.strip_prefix("MemTotal:")?.trim().strip_suffix("kB")?.trim();
        kib.parse::<u64>().ok()?.checked_mul(1024)
    });
    let Some(total) = total else {
        return MEMORY
            .warning("unknown: /proc/meminfo does not tell", "see that there is 1 GiB a core and one more");
    };
    let cores = processor.cores();
    let seen = format!("{} for {cores} core{}", mib(total), if cores == 1 { "" } else { "s" });
    let enough = GIB.saturating_mul(u64::try_from(cores).unwrap_or(u64::MAX)).saturating_add(OVERHEAD);
    if total < GIB {
        return MEMORY.failed(seen, "take a machine with 2 GiB or more: one job may ask for 1 GiB");
    }
    match total < enough {
        true => MEMORY.warning(
            seen,
            format!(
                "take {} or more, or start the worker with fewer --parallel-jobs or less --max-memory-mib",
                mib(enough)
            ),
        ),
        false => MEMORY.ok(seen),
    }
}

fn swap(host: &Host) -> Check {
    let text = host.text("/proc/swaps").unwrap_or_default();
    let areas: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    // zram is memory.
    let on_disk: Vec<&str> = areas.iter().copied().filter(|area| !area.contains("zram")).collect();
    match (areas.as_slice(), on_disk.as_slice()) {
        ([], _) => SWAP.ok("none"),
        (_, []) => SWAP.ok("compressed memory only"),
        (_, on_disk) => SWAP.warning(
            on_disk.join(", "),
            "swapoff -a, and take it out of /etc/fstab; or encrypt it with a key that is drawn at each start",
        ),
    }
}

fn address(host: &Host, address: SocketAddr) -> Check {
    match host.system().listen(address) {
        Ok(()) if address.ip().is_loopback() => ADDRESS.ok(format!(
            "{address} is free; only this machine reaches it, so that clients need a proxy before it or another --listen"
        )),
        Ok(()) => ADDRESS.ok(format!("{address} is free; see that the firewall lets clients in")),
        Err(error) => {
            let remedy = match error.kind() {
                ErrorKind::AddrInUse => "stop what listens there (ss -ltnp shows it), or name another port with --listen",
                ErrorKind::AddrNotAvailable => "name an address of this machine with --listen, or 0.0.0.0 for all of them",
                ErrorKind::PermissionDenied => "name a port from 1024 on with --listen",
                _ => "name another address with --listen",
            };
            ADDRESS.failed(format!("{address} cannot be listened on: {error}"), remedy)
        }
    }
}

fn executor(host: &Host, wanted: &Wanted) -> Check {
    const INSTALL: &str = "put phala-executor of the worker's release beside phala-worker";
    let (path, is_asked) = match (&wanted.executor, &wanted.beside) {
        (Some(path), _) => (path, true),
        (None, Some(path)) => (path, false),
        (None, None) => {
            return EXECUTOR.warning("unknown where this program lies", "name it with --executor")
        }
    };
    let shown = path.display();
    // The first four bytes of any program.
    match (host.bytes(path, 4), is_asked) {
        (Ok(magic), _) if magic != *b"\x7fELF" => EXECUTOR.failed(format!("{shown} is no program"), INSTALL),
        (Ok(_), _) => match host.refusal(path, Need::Execute) {
            Some(error) => EXECUTOR.failed(
                format!("{shown} cannot be executed by this user: {error}"),
                format!("chmod a+rx {shown}, on a file system that is not mounted with noexec"),
            ),
            None => EXECUTOR.ok(shown.to_string()),
        },
        (Err(error), true) => EXECUTOR.failed(format!("{shown}: {error}"), INSTALL),
        (Err(_), false) => EXECUTOR.warning(
            format!("not beside this program ({shown})"),
            format!("when the worker is installed, {INSTALL}; or name it with --executor"),
        ),
    }
}
