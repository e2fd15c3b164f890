//! The processor: what it is, whether programs run on it, and which TEEs it has.
//!
//! Flags are those of `/proc/cpuinfo`, which a kernel shows for what it found usable; CPUID says what the processor
//! itself has, whether firmware and kernel have switched it on or not.

use std::collections::BTreeSet;

use super::{
    host::Host,
    report::{Area, Check, Subject, Tee},
};
use crate::format::one_line;

/// What the level x86-64-v3 has and older processors lack, as the kernel calls it. Programs are compiled for it.
const LEVEL_3: [&str; 9] = ["sse4_2", "popcnt", "cx16", "avx", "avx2", "bmi1", "bmi2", "fma", "abm"];

const PROCESSOR: Subject = Subject {
    id: "processor",
    area: Area::Processor,
    why: "programs of jobs are compiled for x86-64-v3, so that all workers compute the same",
};

const CORES: Subject = Subject {
    id: "cores",
    area: Area::Processor,
    why: "the benchmark takes all cores, and the score that it gives decides what a session can earn",
};

const SMT: Subject = Subject {
    id: "hyper_threading",
    area: Area::Processor,
    why: "where threads of a core can spy on each other, Intel may rate a platform with hyper-threading as \
          ConfigurationNeeded: confidence level 3, or 4 with an advisory that is not on the list of those allowed",
};

const SEV_SNP: Subject = Subject {
    id: "sev_snp",
    area: Area::Processor,
    why: "evidence from AMD's processors cannot be verified by the chain yet",
};

/// Weaknesses for which Intel wants hyper-threading off (INTEL-SA-00161, -00233, -00270); the kernel says of each
/// whether threads of a core can still spy on each other.
const SHARED_CORE: [&str; 3] = ["l1tf", "mds", "tsx_async_abort"];

/// The processor, as kernel and CPUID describe it.
pub(super) struct Processor {
    pub(super) vendor: String,
    model: String,
    pub(super) microcode: Option<String>,
    flags: BTreeSet<String>,
    threads: usize,
    cores: usize,
    /// The processor has SGX, says CPUID.
    pub(super) has_sgx: bool,
    /// Firmware has switched SGX on, says CPUID: its first instructions are there.
    pub(super) sgx_enabled: bool,
    /// Enclaves can grow.
    pub(super) sgx2: bool,
    /// Who launches enclaves is up to the kernel.
    pub(super) flexible_launch: bool,
    /// Bytes of enclave memory that CPUID shows.
    pub(super) epc: u64,
}

impl Processor {
    /// Reads it.
    pub(super) fn of(host: &Host) -> Self {
        let text = host.text("/proc/cpuinfo").unwrap_or_default();
        let value = |key: &str| {
            let mut fields = text.lines().filter_map(|line| line.split_once(':'));
            fields.find(|(name, _)| name.trim() == key).map(|(_, value)| one_line(value.trim().as_bytes()))
        };
        let [_, leaf7_ebx, leaf7_ecx, _] = host.system().cpuid(7, 0);
        let has_sgx = leaf7_ebx & (1 << 2) != 0;
        let [sgx_eax, ..] = if has_sgx { host.system().cpuid(0x12, 0) } else { [0; 4] };
        Self {
            vendor: value("vendor_id").unwrap_or_default(),
            model: value("model name").unwrap_or_else(|| "unknown model".to_owned()),
            microcode: value("microcode"),
            flags: value("flags").unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
            threads: text
                .lines()
                .filter(|line| line.split(':').next().map(str::trim) == Some("processor"))
                .count(),
            cores: cores(&text),
            has_sgx,
            sgx_enabled: sgx_eax & 1 != 0,
            sgx2: sgx_eax & 2 != 0,
            flexible_launch: leaf7_ecx & (1 << 30) != 0,
            epc: if has_sgx { enclave_memory(host) } else { 0 },
        }
    }

    /// Whether the kernel shows `flag`.
    pub(super) fn has(&self, flag: &str) -> bool {
        self.flags.contains(flag)
    }

    /// Whether this is Intel's.
    pub(super) fn is_intel(&self) -> bool {
        self.vendor == "GenuineIntel"
    }

    /// Whether this is a virtual machine.
    pub(super) fn is_virtual(&self) -> bool {
        self.has("hypervisor")
    }

    /// Cores that are not threads of another.
    pub(super) fn cores(&self) -> usize {
        self.cores.max(1)
    }

    /// The kernel is that of a TDX guest.
    pub(super) fn is_tdx_guest(&self) -> bool {
        self.has("tdx_guest")
    }

    /// The kernel has made this machine one that TDX guests can run on.
    pub(super) fn is_tdx_host(&self) -> bool {
        self.has("tdx_host_platform")
    }
}

/// Distinct pairs of socket and core.
fn cores(cpuinfo: &str) -> usize {
    let mut found = BTreeSet::new();
    let mut socket = "";
    let mut processors = 0;
    for (key, value) in cpuinfo.lines().filter_map(|line| line.split_once(':')) {
        match key.trim() {
            "processor" => processors += 1,
            "physical id" => socket = value.trim(),
            "core id" => {
                found.insert((socket, value.trim()));
            }
            _ => {}
        }
    }
    if found.is_empty() {
        processors
    } else {
        found.len()
    }
}

/// Bytes of enclave memory: the sections in the subleaves of leaf 12h from 2 on, up to the first that is none.
fn enclave_memory(host: &Host) -> u64 {
    const SECTIONS: u32 = 64;
    let sections = (2..2 + SECTIONS).map(|subleaf| host.system().cpuid(0x12, subleaf));
    sections
        .take_while(|[eax, ..]| eax & 0xf == 1)
        // Bits 12 to 31 are in ECX, 32 to 51 in EDX.
        .map(|[_, _, ecx, edx]| u64::from(ecx & 0xffff_f000) | (u64::from(edx & 0xf_ffff) << 32))
        .fold(0, u64::saturating_add)
}

/// Looks at it.
pub(super) fn checks(host: &Host, processor: &Processor, tee: Tee) -> Vec<Check> {
    vec![model(processor), core_count(processor), hyper_threading(host, processor, tee), sev_snp(host)]
}

fn model(processor: &Processor) -> Check {
    let Processor { vendor, model, .. } = processor;
    let seen = match vendor.is_empty() {
        true => model.clone(),
        false => format!("{model} ({vendor})"),
    };
    if !cfg!(target_arch = "x86_64") && processor.flags.is_empty() {
        return PROCESSOR.ok(seen);
    }
    let missing: Vec<&str> = LEVEL_3.into_iter().filter(|flag| !processor.has(flag)).collect();
    match missing.as_slice() {
        [] => PROCESSOR.ok(seen),
        missing => PROCESSOR.failed(
            format!("{seen}, without {}", missing.join(", ")),
            "use a processor from 2015 or later; in a virtual machine, pass the host's processor through (QEMU: -cpu host)",
        ),
    }
}

fn core_count(processor: &Processor) -> Check {
    let Processor { threads, .. } = processor;
    let seen = match (processor.cores(), *threads) {
        (1, 0 | 1) => "1 core".to_owned(),
        (cores, threads) if threads > cores => format!("{cores} cores with {threads} threads"),
        (cores, _) => format!("{cores} cores"),
    };
    match threads {
        0 | 1 => CORES
            .warning(seen, "take a machine with 2 cores or more: one serves jobs while another is measured"),
        _ => CORES.ok(seen),
    }
}

fn hyper_threading(host: &Host, processor: &Processor, tee: Tee) -> Check {
    let control = host.line("/sys/devices/system/cpu/smt/control");
    let active = match host.line("/sys/devices/system/cpu/smt/active").as_deref() {
        Some("1") => true,
        Some(_) => false,
        None => processor.threads > processor.cores(),
    };
    if !active && processor.is_virtual() {
        return SMT
            .not_applicable("a virtual machine does not show it; what the machine beneath has set counts");
    }
    if !active {
        let how = control.filter(|control| control != "on").map(|control| format!(" ({control})"));
        return SMT.ok(format!("off{}", how.unwrap_or_default()));
    }
    if tee == Tee::Development {
        return SMT.not_applicable("on; without a TEE there is no confidence level that it could lower");
    }
    let spied: Vec<&str> = SHARED_CORE
        .into_iter()
        .filter(|name| {
            let path = format!("/sys/devices/system/cpu/vulnerabilities/{name}");
            host.line(&path).is_some_and(|line| line.contains("SMT vulnerable"))
        })
        .collect();
    match spied.as_slice() {
        [] => SMT.ok("on; the processor has none of the weaknesses for which Intel wants it off"),
        spied => SMT.warning(
            format!("on, and threads of a core can spy on each other here ({})", spied.join(", ")),
            "switch hyper-threading off in the BIOS: switching it off in Linux does not change what the quote says",
        ),
    }
}

fn sev_snp(host: &Host) -> Check {
    let is_guest = host.exists("/dev/sev-guest");
    let is_host = host.line("/sys/module/kvm_amd/parameters/sev_snp").as_deref() == Some("Y");
    match (is_guest, is_host) {
        (true, _) => SEV_SNP.not_applicable("a guest of SEV-SNP, which is not supported yet"),
        (false, true) => SEV_SNP.not_applicable("a host of SEV-SNP guests, which is not supported yet"),
        (false, false) => SEV_SNP.not_applicable("none; it would not be supported yet"),
    }
}
