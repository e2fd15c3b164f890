//! What a TDX worker needs: inside a guest, the way to quotes; on a machine that hosts guests, TDX itself and the
//! service that signs quotes.
//!
//! From Linux's documentation (Documentation/ABI/testing/configfs-tsm-report, Documentation/arch/x86/tdx.rst) and
//! Intel's of the quote generation service.

use super::{
    host::{Host, Need},
    processor::Processor,
    report::{Area, Check, Place, Subject, Tee},
};

const FEATURE: Subject = Subject {
    id: "tdx",
    area: Area::Tdx,
    why: "the worker has a virtual machine of its own, whose memory the processor encrypts",
};

const GUEST_DEVICE: Subject = Subject {
    id: "tdx_guest",
    area: Area::Tdx,
    why: "its driver, with the device /dev/tdx_guest, brings quotes into configfs",
};

const REPORTS: Subject = Subject {
    id: "tsm_report",
    area: Area::Tdx,
    why: "the worker asks for quotes in /sys/kernel/config/tsm/report",
};

const QGS: Subject = Subject {
    id: "quote_generation",
    area: Area::Tdx,
    why: "quotes of guests are signed by an enclave of the machine beneath them, through Intel's service QGS",
};

const KVM: Subject = Subject { id: "kvm", area: Area::Tdx, why: "guests are started through /dev/kvm" };

/// CPUID of a guest's processor has this in EBX, EDX and ECX of leaf 21h.
const GUEST_SIGNATURE: [u32; 3] =
    [u32::from_le_bytes(*b"Inte"), u32::from_le_bytes(*b"lTDX"), u32::from_le_bytes(*b"    ")];

/// What the machine is in TDX.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A guest.
    Guest,
    /// One that hosts guests.
    Host,
    /// Neither.
    Neither,
}

impl Role {
    /// That of `host`.
    pub(super) fn of(host: &Host, processor: &Processor) -> Self {
        let [_, ebx, ecx, edx] = host.system().cpuid(0x21, 0);
        if processor.is_tdx_guest() || [ebx, edx, ecx] == GUEST_SIGNATURE || host.exists("/dev/tdx_guest") {
            return Self::Guest;
        }
        match processor.is_tdx_host() || kvm_has_tdx(host) {
            true => Self::Host,
            false => Self::Neither,
        }
    }

    /// Where a TDX worker would be.
    pub(super) fn place(self) -> Place {
        match self {
            Self::Guest | Self::Neither => Place::Here,
            Self::Host => Place::GuestOfThis,
        }
    }
}

/// Whether KVM starts TDX guests.
pub(super) fn kvm_has_tdx(host: &Host) -> bool {
    host.line("/sys/module/kvm_intel/parameters/tdx").as_deref() == Some("Y")
}

/// Looks at all of it.
pub(super) fn checks(host: &Host, processor: &Processor, role: Role, tee: Tee) -> Vec<Check> {
    if tee != Tee::Tdx {
        return vec![FEATURE.not_applicable(match role {
            Role::Guest => "this is a guest; a worker of this kind makes no use of that",
            Role::Host => "guests could run here; a worker of this kind makes no use of that",
            Role::Neither => "none; a worker of this kind needs none",
        })];
    }
    let first = feature(host, processor, role);
    match role {
        Role::Guest => vec![
            first,
            guest_device(host),
            reports(host),
            KVM.not_applicable("this is a guest"),
            QGS.not_applicable("a matter of the machine beneath a guest"),
        ],
        Role::Host => vec![
            first,
            GUEST_DEVICE.not_applicable("a matter of the guests"),
            REPORTS.not_applicable("a matter of the guests"),
            kvm(host),
            quote_generation(host),
        ],
        Role::Neither => {
            let rest =
                [GUEST_DEVICE, REPORTS, KVM, QGS].map(|subject| subject.not_applicable("there is no TDX"));
            [vec![first], rest.into()].concat()
        }
    }
}

fn feature(host: &Host, processor: &Processor, role: Role) -> Check {
    match role {
        Role::Guest => FEATURE.ok("this is a guest"),
        Role::Host if kvm_has_tdx(host) => FEATURE.ok("this machine runs guests"),
        Role::Host => FEATURE.failed(
            "the firmware has TDX on, and KVM does not use it",
            "boot Linux 6.16 or later, or your distribution's kernel with TDX, with kvm_intel.tdx=1 and nohibernate among \
             its parameters",
        ),
        Role::Neither if processor.is_virtual() => FEATURE.failed(
            "this virtual machine is no TDX guest",
            "rent a confidential virtual machine of the kind TDX, with a kernel that knows it (Linux 6.7 or later)",
        ),
        Role::Neither if processor.is_intel() => FEATURE.failed(
            "the kernel shows neither a TDX guest nor a machine that hosts them",
            "on a Xeon Scalable of the fifth generation or later (some of the fourth): switch on TME-MT, TDX, the SEAM \
             loader and SGX in the BIOS, and boot Linux 6.16 or later, or your distribution's kernel with TDX",
        ),
        Role::Neither => FEATURE.failed(
            "none: this is not a processor of Intel's",
            "rent a confidential virtual machine of the kind TDX, or a machine with an Intel Xeon Scalable of the fifth \
             generation or later",
        ),
    }
}

fn guest_device(host: &Host) -> Check {
    const DEVICE: &str = "/dev/tdx_guest";
    if !host.exists(DEVICE) {
        return match host.first(&["/dev/tdx-guest", "/dev/tdx-attest"]) {
            Some(old) => GUEST_DEVICE.failed(
                format!("only {old}, of a driver that is no part of Linux"),
                "boot the guest with Linux 6.7 or later",
            ),
            None => GUEST_DEVICE.failed(
                format!("no {DEVICE}"),
                "load its driver: modprobe tdx_guest (Linux 6.2 or later, CONFIG_TDX_GUEST_DRIVER)",
            ),
        };
    }
    // Who may use it does not matter: the worker goes through configfs.
    GUEST_DEVICE.ok(DEVICE)
}

fn reports(host: &Host) -> Check {
    const FOLDER: &str = "/sys/kernel/config/tsm/report";
    if !host.exists(FOLDER) {
        return match host.names("/sys/kernel/config").is_empty() {
            true => REPORTS.failed(
                format!("no {FOLDER}, nor anything else of configfs"),
                "mount -t configfs none /sys/kernel/config, then modprobe tdx_guest",
            ),
            false => REPORTS.failed(
                format!("no {FOLDER}"),
                "boot the guest with Linux 6.7 or later with CONFIG_TSM_REPORTS, and modprobe tdx_guest",
            ),
        };
    }
    match host.refusal(FOLDER, Need::Create) {
        Some(error) => REPORTS.failed(
            format!("this user cannot make a report in {FOLDER}: {error}"),
            "run the worker as root of its guest, which holds nothing else, or with the capability CAP_DAC_OVERRIDE: the \
             files of a report belong to root, whoever makes the report",
        ),
        None => REPORTS.ok(FOLDER),
    }
}

fn kvm(host: &Host) -> Check {
    const DEVICE: &str = "/dev/kvm";
    if !host.exists(DEVICE) {
        return KVM.failed(
            format!("no {DEVICE}"),
            "switch on virtualisation (VT-x) in the BIOS, and modprobe kvm_intel; in a container, pass the device into it",
        );
    }
    match host.refusal(DEVICE, Need::ReadWrite) {
        Some(error) => KVM.warning(
            format!("{DEVICE} is not for this user: {error}"),
            "add the user who starts guests to the group kvm: usermod -aG kvm USER",
        ),
        None => KVM.ok(DEVICE),
    }
}

fn quote_generation(host: &Host) -> Check {
    const SOCKETS: [&str; 2] = ["/run/tdx-qgs/qgs.socket", "/var/run/tdx-qgs/qgs.socket"];
    if let Some(socket) = host.first(&SOCKETS) {
        return QGS.ok(socket);
    }
    // Its settings are lines such as `port = 4050`.
    let settings = host.text("/etc/qgs.conf").unwrap_or_default();
    let port = settings.lines().filter_map(|line| line.split_once('=')).find_map(|(key, value)| {
        let port = value.trim().parse::<u32>().ok()?;
        (key.trim() == "port" && port != 0).then_some(port)
    });
    match port {
        Some(port) => QGS.ok(format!("set up on port {port} of vsock; whether it runs, no file tells")),
        None => QGS.failed(
            "no socket /var/run/tdx-qgs/qgs.socket, and no port in /etc/qgs.conf",
            "install Intel's packages tdx-qgs and libsgx-dcap-default-qpl, and start qgsd; the machine has to be registered \
             with Intel too (packages sgx-ra-service or sgx-pck-id-retrieval-tool)",
        ),
    }
}
