//! The kernel: its version, and what the sandbox asks of it.

use super::{
    host::Host,
    processor::Processor,
    report::{Area, Check, Subject, Tee},
    sgx,
    tdx::{kvm_has_tdx, Role},
};

const KERNEL: Subject = Subject {
    id: "kernel",
    area: Area::Kernel,
    why: "Linux has the SGX driver from 5.11 on, quotes of TDX guests through configfs from 6.7 on, and hosts TDX guests \
          from 6.16 on",
};

const LANDLOCK: Subject = Subject {
    id: "landlock",
    area: Area::Kernel,
    why: "it keeps a program that breaks out of its sandbox from files and network; a worker refuses to start without it",
};

pub(super) const SECCOMP: Subject = Subject {
    id: "seccomp",
    area: Area::Kernel,
    why: "it leaves a program that breaks out of its sandbox a handful of system calls; a worker refuses to start without \
          it",
};

const FSGSBASE: Subject = Subject {
    id: "fsgsbase",
    area: Area::Kernel,
    why: "Gramine switches threads with the instructions FSGSBASE, which Linux allows from 5.9 on",
};

/// Version of a kernel, without what comes after the second number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32);

impl Version {
    fn parse(release: &str) -> Option<Self> {
        let mut numbers = release.split(|c: char| !c.is_ascii_digit());
        Some(Self(numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    }
}

/// Looks at it.
pub(super) fn checks(host: &Host, processor: &Processor, role: Role, tee: Tee) -> Vec<Check> {
    let mut checks = vec![version(host, role, tee)];
    if tee == Tee::Sgx {
        checks.push(fsgsbase(host, processor));
        checks.push(
            LANDLOCK.not_applicable("system calls of an enclave are answered by Gramine, not by this kernel"),
        );
        checks.push(SECCOMP.failed(
            "Gramine, which answers an enclave's system calls, has none, and this version of the worker does not start",
            "take a machine with TDX; what else is said here tells whether this one will do for a later version",
        ));
    } else if tee == Tee::Tdx && role == Role::Host {
        let guest = "a matter of the guests";
        checks.extend([LANDLOCK, SECCOMP].map(|subject| subject.not_applicable(guest)));
    } else {
        checks.extend([landlock(host), seccomp(host)]);
    }
    checks
}

/// The kernel's version and what its makers append.
fn release(host: &Host) -> Option<String> {
    host.line("/proc/sys/kernel/osrelease")
}

fn version(host: &Host, role: Role, tee: Tee) -> Check {
    let release = release(host).unwrap_or_else(|| "of unknown version".to_owned());
    let (needed, what) = match (tee, role) {
        (Tee::Sgx, _) if sgx::is_inside(host) => {
            return KERNEL.not_applicable("what an enclave sees is Gramine's")
        }
        (Tee::Sgx, _) => (Version(5, 11), "has the SGX driver"),
        (Tee::Tdx, Role::Guest | Role::Neither) => {
            (Version(6, 7), "gives guests their quotes through configfs")
        }
        // Distributions have brought it to older kernels.
        (Tee::Tdx, Role::Host) if kvm_has_tdx(host) => return KERNEL.ok(format!("Linux {release}")),
        (Tee::Tdx, Role::Host) => (Version(6, 16), "hosts TDX guests"),
        (Tee::Development, _) => (Version(5, 13), "has Landlock"),
    };
    let Version(major, minor) = needed;
    match Version::parse(&release) {
        Some(found) if found >= needed => KERNEL.ok(format!("Linux {release}")),
        Some(_) => KERNEL.failed(
            format!("Linux {release}"),
            format!("boot Linux {major}.{minor} or later, the first that {what}"),
        ),
        None => KERNEL.warning(
            format!("Linux {release}"),
            format!("see with uname -r that it is {major}.{minor} or later, the first that {what}"),
        ),
    }
}

fn fsgsbase(host: &Host, processor: &Processor) -> Check {
    // Older kernels show the flag, and allow nobody what it stands for.
    let allows =
        release(host).as_deref().and_then(Version::parse).is_none_or(|version| version >= Version(5, 9));
    match processor.has("fsgsbase") && allows {
        true => FSGSBASE.ok("allowed"),
        false => FSGSBASE
            .failed("not allowed", "boot Linux 5.9 or later, without `nofsgsbase` among its parameters"),
    }
}

fn landlock(host: &Host) -> Check {
    const MODULES: &str = "/sys/kernel/security/lsm";
    if host.system().has_landlock() {
        return LANDLOCK.ok("offered");
    }
    let seen = match host.line(MODULES) {
        Some(modules) => format!("not offered; active are {modules}"),
        None => "not offered".to_owned(),
    };
    LANDLOCK.failed(
        seen,
        "boot Linux 5.13 or later, built with CONFIG_SECURITY_LANDLOCK and with `landlock` in the list of the kernel \
         parameter `lsm=`; where the kernel cannot be chosen, phala-worker --allow-missing-landlock does without, which \
         clients see",
    )
}

fn seccomp(host: &Host) -> Check {
    let actions = host.line("/proc/sys/kernel/seccomp/actions_avail").unwrap_or_default();
    match actions.split_whitespace().any(|action| action == "kill_process") {
        true => SECCOMP.ok("filters are offered"),
        false => SECCOMP
            .failed("no filters are offered", "boot Linux 4.14 or later, built with CONFIG_SECCOMP_FILTER"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_should_be_ordered_by_their_numbers_whatever_follows_them() {
        for (release, version) in [
            ("6.18.44-fc-v657", Some(Version(6, 18))),
            ("5.4.0-216-generic", Some(Version(5, 4))),
            ("6.7", Some(Version(6, 7))),
            ("6.7-rc1", Some(Version(6, 7))),
            ("6", None),
            ("", None),
            ("of unknown version", None),
            ("99999999999.1", None),
        ] {
            assert_eq!(Version::parse(release), version, "{release}");
        }
        assert!(Version(6, 16) > Version(6, 7) && Version(5, 11) > Version(5, 4));
    }
}
