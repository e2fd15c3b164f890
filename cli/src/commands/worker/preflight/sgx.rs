//! What an SGX worker needs of a machine: the processor's feature, the kernel's driver, the service that makes quotes.
//!
//! From Linux's documentation of SGX (Documentation/arch/x86/sgx.rst) and Gramine's (installation, attestation).

use super::{
    host::{Host, Need},
    processor::Processor,
    report::{Area, Check, Subject, Tee},
    units::{mib, GIB},
};

const FEATURE: Subject = Subject {
    id: "sgx",
    area: Area::Sgx,
    why: "the worker is an enclave, whose memory the processor encrypts",
};

const LAUNCH: Subject = Subject {
    id: "sgx_launch_control",
    area: Area::Sgx,
    why: "the driver in Linux starts enclaves only where the kernel decides who may launch them",
};

const ENCLAVE: Subject = Subject {
    id: "sgx_enclave",
    area: Area::Sgx,
    why: "enclaves are made through the driver's device /dev/sgx_enclave",
};

const PROVISION: Subject = Subject {
    id: "sgx_provision",
    area: Area::Sgx,
    why: "quotes are signed with a key that only users of /dev/sgx_provision can have made",
};

const MEMORY: Subject = Subject {
    id: "enclave_memory",
    area: Area::Sgx,
    why: "what does not fit into enclave memory is swapped by the processor, page by page, and jobs crawl",
};

const AESM: Subject =
    Subject { id: "aesm", area: Area::Sgx, why: "Gramine asks Intel's service AESM for quotes" };

const GRAMINE: Subject = Subject {
    id: "gramine",
    area: Area::Sgx,
    why: "the worker runs inside an enclave under Gramine, which gives it quotes at /dev/attestation",
};

/// Enclave memory under which a worker with one job of the usual size is swapped.
const ENOUGH_MEMORY: u64 = 2 * GIB;

const INTEL_PACKAGES: &str = "install Intel's packages sgx-aesm-service, libsgx-aesm-quote-ex-plugin and \
                              libsgx-dcap-default-qpl, and start aesmd";

/// Whether the machine has SGX in any state: worth looking at for an SGX worker.
pub(super) fn is_found(host: &Host, processor: &Processor) -> bool {
    processor.has_sgx || processor.has("sgx") || host.exists("/dev/sgx_enclave") || is_inside(host)
}

/// Whether this very program runs inside an enclave under Gramine.
pub(super) fn is_inside(host: &Host) -> bool {
    host.exists("/dev/attestation/quote") || host.exists("/dev/attestation/attestation_type")
}

/// Looks at all of it.
pub(super) fn checks(host: &Host, processor: &Processor, tee: Tee) -> Vec<Check> {
    if tee != Tee::Sgx {
        return vec![FEATURE.not_applicable(match is_found(host, processor) {
            true => "there; a worker of this kind does not use it",
            false => "none; a worker of this kind needs none",
        })];
    }
    let inside = "seen from inside the enclave, all that is outside of it is Gramine's";
    if is_inside(host) {
        let outside = [FEATURE, LAUNCH, ENCLAVE, PROVISION, MEMORY, AESM];
        let mut checks: Vec<Check> = outside.map(|subject| subject.not_applicable(inside)).into();
        checks.push(gramine(host));
        return checks;
    }
    if !is_found(host, processor) {
        let rest = [LAUNCH, ENCLAVE, PROVISION, MEMORY, AESM, GRAMINE];
        let mut checks = vec![feature(processor)];
        checks.extend(rest.map(|subject| subject.not_applicable("there is no SGX")));
        return checks;
    }
    vec![
        feature(processor),
        launch_control(processor),
        enclave(host, processor),
        provision(host, processor),
        memory(host, processor),
        aesm(host),
        gramine(host),
    ]
}

fn feature(processor: &Processor) -> Check {
    let kind = if processor.sgx2 { "SGX2: enclaves can grow" } else { "SGX1" };
    if processor.has("sgx") {
        return FEATURE.ok(kind);
    }
    if processor.has_sgx && !processor.sgx_enabled {
        return FEATURE.failed(
            "the processor has SGX, and the firmware keeps it off",
            "set SGX to `Enabled` in the BIOS (`Software Controlled` is not enough); servers also need memory encryption \
             (TME) on, a size for PRMRR, and memory in all the slots that the board's manual asks for",
        );
    }
    if processor.has_sgx {
        return FEATURE.failed(
            "the processor has SGX, and the kernel does not use it",
            "boot Linux 5.11 or later with CONFIG_X86_SGX and without `nosgx` among its parameters; if this is one, and dmesg \
             says that launch control is locked, set SGX Launch Control to `Unlocked` in the BIOS",
        );
    }
    if !processor.is_intel() {
        return FEATURE.failed(
            "none: this is not a processor of Intel's",
            "take an Intel Xeon Scalable of the third generation or later",
        );
    }
    if processor.is_virtual() {
        return FEATURE.failed(
            "this virtual machine is given none",
            "take a kind of virtual machine or a server of its own that offers SGX; on a hypervisor of yours, give the \
             machine enclave memory (QEMU: -object memory-backend-epc) and the processor's feature",
        );
    }
    FEATURE.failed(
        "none, or the firmware hides it",
        "look for SGX in the BIOS; if it is not there, take an Intel Xeon Scalable of the third generation or later \
         (Intel's desktop processors have no SGX since the eleventh generation)",
    )
}

fn launch_control(processor: &Processor) -> Check {
    if processor.has("sgx_lc") {
        return LAUNCH.ok("flexible");
    }
    if processor.flexible_launch && !processor.has("sgx") {
        return LAUNCH.warning(
            "the processor can leave it to the kernel; whether the firmware lets it, a kernel that uses SGX will show",
            "first fix what is wrong with SGX, above, and look again",
        );
    }
    if processor.flexible_launch {
        return LAUNCH.failed(
            "the processor could leave it to the kernel, and the firmware does not let it",
            "set SGX Launch Control to `Unlocked` in the BIOS, which some call flexible launch control (FLC)",
        );
    }
    LAUNCH.failed(
        "the processor launches only what Intel has signed",
        "take a newer processor; one without flexible launch control (FLC) cannot be used",
    )
}

fn enclave(host: &Host, processor: &Processor) -> Check {
    const DEVICE: &str = "/dev/sgx_enclave";
    if !host.exists(DEVICE) {
        let usable = processor.has("sgx") && processor.has("sgx_lc");
        return match host.first(&["/dev/sgx/enclave", "/dev/isgx"]) {
            Some(old) => ENCLAVE.failed(
                format!("only {old}, of a driver that is no part of Linux"),
                "remove that driver and boot Linux 5.11 or later, which has its own",
            ),
            None if usable => ENCLAVE.failed(
                format!("no {DEVICE}"),
                "boot Linux 5.11 or later with CONFIG_X86_SGX; in a container, pass the device into it",
            ),
            None => ENCLAVE.failed(
                format!("no {DEVICE}, which Linux makes only where SGX and its launch control are usable"),
                "first fix what is wrong with SGX and its launch control, above",
            ),
        };
    }
    if let Some(error) = host.refusal(DEVICE, Need::ReadWrite) {
        return ENCLAVE.failed(
            format!("{DEVICE} is not for this user: {error}"),
            "add the worker's user to the group that owns the device (ls -l shows it; often sgx): usermod -aG sgx USER",
        );
    }
    match forbids_execution(host) {
        true => ENCLAVE.failed(
            "/dev is mounted with noexec, and enclaves are executed from there",
            "mount -o remount,exec /dev, and at every start, for which Intel's packages have a service",
        ),
        false => ENCLAVE.ok(DEVICE),
    }
}

/// Whether nothing in `/dev` can be executed. Mounts that come later hide earlier ones.
fn forbids_execution(host: &Host) -> bool {
    let mounts = host.text("/proc/self/mounts").unwrap_or_default();
    let options = mounts.lines().filter_map(|line| {
        let mut fields = line.split_whitespace().skip(1);
        (fields.next()? == "/dev").then(|| fields.nth(1))?
    });
    options.last().is_some_and(|options| options.split(',').any(|option| option == "noexec"))
}

fn provision(host: &Host, processor: &Processor) -> Check {
    const DEVICE: &str = "/dev/sgx_provision";
    if !host.exists(DEVICE) {
        return match processor.has("sgx") && processor.has("sgx_lc") {
            true => PROVISION.failed(
                format!("no {DEVICE}"),
                "boot Linux 5.11 or later with CONFIG_X86_SGX; in a container, pass the device into it",
            ),
            false => PROVISION.failed(
                format!("no {DEVICE}, which Linux makes only where SGX and its launch control are usable"),
                "first fix what is wrong with SGX and its launch control, above",
            ),
        };
    }
    match host.refusal(DEVICE, Need::ReadWrite) {
        Some(error) => PROVISION.warning(
            format!("{DEVICE} is not for this user: {error}"),
            "Intel's service AESM has to have it (group sgx_prv); if the worker's user is to make quotes without that \
             service, usermod -aG sgx_prv USER",
        ),
        None => PROVISION.ok(DEVICE),
    }
}

fn memory(host: &Host, processor: &Processor) -> Check {
    let nodes = host.names("/sys/devices/system/node");
    let shown = nodes.iter().filter(|name| name.starts_with("node")).filter_map(|node| {
        host.line(&format!("/sys/devices/system/node/{node}/x86/sgx_total_bytes"))?.parse::<u64>().ok()
    });
    let bytes = match shown.fold(0, u64::saturating_add) {
        // Kernels before 5.17 do not show it.
        0 => processor.epc,
        bytes => bytes,
    };
    const MORE: &str =
        "give enclaves more memory in the BIOS (PRM or PRMRR size), as far as the processor allows: client \
                        processors and Xeon E stop at 128 to 512 MiB";
    match bytes {
        0 if processor.has("sgx") => MEMORY.warning(
            "unknown: neither the kernel nor the processor tells",
            "boot Linux 5.17 or later; in a container, give it /sys",
        ),
        0 => MEMORY.not_applicable("none, for there is no SGX that could be used"),
        bytes if bytes < ENOUGH_MEMORY => MEMORY.warning(mib(bytes), MORE),
        bytes => MEMORY.ok(mib(bytes)),
    }
}

fn aesm(host: &Host) -> Check {
    let Some(socket) = host.first(&["/run/aesmd/aesm.socket", "/var/run/aesmd/aesm.socket"]) else {
        return AESM.failed("its socket /var/run/aesmd/aesm.socket is not there", INTEL_PACKAGES);
    };
    match host.refusal(socket, Need::ReadWrite) {
        Some(error) => AESM.failed(
            format!("{socket} is not for this user: {error}"),
            "let the worker's user into the group of the socket, or start aesmd with a socket that is open to all, as \
             Intel's packages do",
        ),
        None => AESM.ok(socket),
    }
}

fn gramine(host: &Host) -> Check {
    if is_inside(host) {
        return match host.line("/dev/attestation/attestation_type").as_deref() {
            Some("none") => GRAMINE.failed(
                "the enclave runs, and its manifest asks for no attestation",
                "set sgx.remote_attestation = \"dcap\" in the manifest and sign it again",
            ),
            Some("epid") => GRAMINE.failed(
                "the manifest asks for attestation of the kind EPID, which Intel has ended",
                "set sgx.remote_attestation = \"dcap\" in the manifest and sign it again",
            ),
            Some(kind) => GRAMINE.ok(format!("inside an enclave, with attestation of the kind {kind}")),
            None => GRAMINE.ok("inside an enclave, with attestation"),
        };
    }
    let loader = host.first(&["/usr/bin/gramine-sgx", "/usr/local/bin/gramine-sgx"]);
    match loader {
        Some(loader) => GRAMINE.ok(loader),
        None => GRAMINE.warning(
            "gramine-sgx is neither in /usr/bin nor in /usr/local/bin",
            "install Gramine 1.5 or later, or run the worker from an image that has it",
        ),
    }
}
