//! Machines to examine: folders with what real ones of their kind show, and a system that says what no file tells.

use std::{
    collections::BTreeMap,
    fs::{self, File, Permissions},
    io,
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    path::Path,
    time::{Duration, SystemTime},
};

use tempfile::TempDir;

use super::super::host::{Host, Need, System};

/// CPUID of leaf 7: SGX in EBX.
const SGX: u32 = 1 << 2;
/// CPUID of leaf 7: flexible launch control in ECX.
const FLEXIBLE_LAUNCH: u32 = 1 << 30;

/// Flags that every processor of the last ten years has, as far as anybody here asks.
const COMMON: &str = "fpu de pse msr mce cx8 sep cmov mmx fxsr sse sse2 ht syscall nx pdpe1gb lm constant_tsc pni ssse3 \
                      fma cx16 sse4_1 sse4_2 movbe popcnt aes xsave avx f16c rdrand abm fsgsbase bmi1 avx2 bmi2 erms";

/// 2025-12-01T12:00:00Z: when all of them are examined.
pub(super) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_764_590_400)
}

/// A processor as `/proc/cpuinfo` shows it.
#[derive(Clone, Copy)]
pub(super) struct Cpu {
    pub(super) vendor: &'static str,
    pub(super) model: &'static str,
    pub(super) microcode: &'static str,
    pub(super) flags: &'static str,
    pub(super) cores: usize,
    pub(super) threads_per_core: usize,
}

/// What no file tells of a machine.
#[derive(Clone)]
pub(super) struct Told {
    pub(super) is_root: bool,
    pub(super) landlock: bool,
    pub(super) free_space: u64,
    pub(super) listen: Option<io::ErrorKind>,
    cpuid: BTreeMap<(u32, u32), [u32; 4]>,
}

impl System for Told {
    /// As for a user who owns nothing and is in no group.
    fn permits(&self, path: &Path, need: Need) -> io::Result<()> {
        let bits = match need {
            Need::ReadWrite => 0o6,
            Need::Create => 0o3,
            Need::Execute => 0o1,
        };
        let mode = fs::metadata(path)?.permissions().mode();
        match self.is_root || mode & bits == bits {
            true => Ok(()),
            false => Err(io::ErrorKind::PermissionDenied.into()),
        }
    }

    fn free_space(&self, _: &Path) -> io::Result<u64> {
        Ok(self.free_space)
    }

    fn listen(&self, _: SocketAddr) -> io::Result<()> {
        self.listen.map_or(Ok(()), |kind| Err(kind.into()))
    }

    fn has_landlock(&self) -> bool {
        self.landlock
    }

    fn cpuid(&self, leaf: u32, subleaf: u32) -> [u32; 4] {
        self.cpuid.get(&(leaf, subleaf)).copied().unwrap_or_default()
    }

    fn now(&self) -> SystemTime {
        now()
    }
}

/// A machine that is put together.
pub(super) struct Machine {
    folder: TempDir,
    pub(super) told: Told,
}

impl Machine {
    /// Any machine with this processor and kernel.
    pub(super) fn new(cpu: &Cpu, kernel: &str) -> Self {
        let cpuid = BTreeMap::new();
        let told = Told { is_root: false, landlock: true, free_space: 400 << 30, listen: None, cpuid };
        let machine = Self { folder: tempfile::tempdir().unwrap(), told };
        machine
            .file("proc/cpuinfo", &cpuinfo(cpu))
            .file("proc/sys/kernel/osrelease", &format!("{kernel}\n"))
            .file(
                "proc/sys/kernel/seccomp/actions_avail",
                "kill_process kill_thread trap errno trace log allow\n",
            )
            .file("proc/meminfo", "MemTotal:       263811224 kB\nMemFree:        201811224 kB\n")
            .file("proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n")
            .file("proc/self/mounts", "udev /dev devtmpfs rw,nosuid,relatime,mode=755 0 0\n")
            .file("sys/devices/system/cpu/smt/active", if cpu.threads_per_core > 1 { "1\n" } else { "0\n" })
            .file(
                "sys/devices/system/cpu/smt/control",
                if cpu.threads_per_core > 1 { "on\n" } else { "off\n" },
            )
            .program("opt/phala/phala-executor")
            .folder("srv", 0o777)
            .synchronised(Duration::from_secs(600))
    }

    /// With a file that everybody may read.
    pub(super) fn file(self, path: &str, text: &str) -> Self {
        self.device(path, text.as_bytes(), 0o644)
    }

    /// With a device, a socket or a file of these permissions.
    pub(super) fn device(self, path: &str, bytes: &[u8], mode: u32) -> Self {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        self
    }

    /// With a folder of these permissions.
    pub(super) fn folder(self, path: &str, mode: u32) -> Self {
        let path = self.folder.path().join(path);
        fs::create_dir_all(&path).unwrap();
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        self
    }

    /// With a program that everybody may execute.
    pub(super) fn program(self, path: &str) -> Self {
        self.device(path, b"\x7fELF\x02\x01\x01", 0o755)
    }

    /// Without a file or folder.
    pub(super) fn without(self, path: &str) -> Self {
        let path = self.folder.path().join(path);
        match path.is_dir() {
            true => fs::remove_dir_all(path).unwrap(),
            false => fs::remove_file(path).unwrap(),
        }
        self
    }

    /// With what the kernel says of a weakness of the processor.
    pub(super) fn weakness(self, name: &str, verdict: &str) -> Self {
        self.file(&format!("sys/devices/system/cpu/vulnerabilities/{name}"), &format!("{verdict}\n"))
    }

    /// With a clock that was set so long ago.
    pub(super) fn synchronised(self, ago: Duration) -> Self {
        const SET: &str = "run/systemd/timesync/synchronized";
        let machine = self.file(SET, "");
        File::options()
            .write(true)
            .open(machine.folder.path().join(SET))
            .unwrap()
            .set_modified(now() - ago)
            .unwrap();
        machine
    }

    /// With the BIOS and board that `/sys/class/dmi/id` names.
    pub(super) fn firmware(self, bios: [&str; 3], board: [&str; 2]) -> Self {
        let [vendor, version, date] = bios;
        let [maker, product] = board;
        [
            ("bios_vendor", vendor),
            ("bios_version", version),
            ("bios_date", date),
            ("sys_vendor", maker),
            ("product_name", product),
        ]
        .into_iter()
        .fold(self, |machine, (name, value)| {
            machine.file(&format!("sys/class/dmi/id/{name}"), &format!("{value}\n"))
        })
    }

    /// With a processor that has SGX; `enabled` by the firmware, with so many bytes of enclave memory.
    pub(super) fn sgx_in_cpuid(mut self, enabled: bool, memory: u64) -> Self {
        self.told.cpuid.insert((7, 0), [0, SGX, FLEXIBLE_LAUNCH, 0]);
        self.told.cpuid.insert((0x12, 0), [if enabled { 3 } else { 0 }, 0, 0, 0]);
        if memory > 0 {
            // One section: type 1 in EAX; the size's low bits in ECX, beside the kind of its protection, high ones in EDX.
            let section = [0x0020_0001, 0, (memory as u32 & 0xffff_f000) | 1, (memory >> 32) as u32];
            self.told.cpuid.insert((0x12, 2), section);
        }
        self
    }

    /// With what Intel's packages for quotes install, and their services running.
    pub(super) fn quotes(self) -> Self {
        self.device("run/aesmd/aesm.socket", b"", 0o777)
            .file("usr/lib/x86_64-linux-gnu/libdcap_quoteprov.so.1", "")
            .file(
                "etc/sgx_default_qcnl.conf",
                "{\n  // PCCS server address\n  \"pccs_url\": \"https://localhost:8081/sgx/certification/v4/\",\n  \
                 // To accept insecure HTTPS certificate, set this option to false\n  \"use_secure_cert\": false\n}\n",
            )
    }

    /// With the devices of Linux's SGX driver, in the modes given.
    pub(super) fn sgx_devices(self, enclave: u32, provision: u32) -> Self {
        self.device("dev/sgx_enclave", b"", enclave).device("dev/sgx_provision", b"", provision)
    }

    /// To be examined.
    pub(super) fn host(&self) -> Host {
        Host::new(self.folder.path().to_owned(), Box::new(self.told.clone()))
    }
}

fn cpuinfo(cpu: &Cpu) -> String {
    let Cpu { vendor, model, microcode, flags, cores, threads_per_core } = cpu;
    let processor = |number: usize| {
        let core = number % cores;
        format!(
            "processor\t: {number}\nvendor_id\t: {vendor}\nmodel name\t: {model}\nmicrocode\t: {microcode}\n\
             physical id\t: 0\ncore id\t\t: {core}\nflags\t\t: {COMMON} {flags}\nbogomips\t: 4000.00\n\n"
        )
    };
    (0..cores * threads_per_core).map(processor).collect()
}

/// A rented server with a Xeon of the third generation (Ice Lake), Ubuntu 24.04, set up for SGX.
pub(super) fn sgx_server() -> Machine {
    let cpu = Cpu {
        vendor: "GenuineIntel",
        model: "Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz",
        microcode: "0xd0003f5",
        flags: "sgx sgx_lc avx512f tme",
        cores: 32,
        threads_per_core: 2,
    };
    Machine::new(&cpu, "6.8.0-79-generic")
        .sgx_in_cpuid(true, 0)
        .sgx_devices(0o666, 0o666)
        .file("sys/devices/system/node/node0/x86/sgx_total_bytes", "67645734912\n")
        .folder("sys/devices/system/node/power", 0o755)
        .quotes()
        .program("usr/bin/gramine-sgx")
        .firmware(
            ["American Megatrends International, LLC.", "2.5", "05/15/2025"],
            ["Supermicro", "SYS-120U-TNR"],
        )
        .device(
            "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
            &[6, 0, 0, 0, 1],
            0o644,
        )
        .weakness("l1tf", "Not affected")
        .weakness("mds", "Not affected")
        .weakness("tsx_async_abort", "Not affected")
        .weakness("mmio_stale_data", "Mitigation: Clear CPU buffers; SMT vulnerable")
        .weakness("gather_data_sampling", "Mitigation: Microcode")
        .weakness("srbds", "Not affected")
}

/// A confidential virtual machine with a Xeon of the fifth generation, Ubuntu 24.10, nothing changed after its start.
pub(super) fn tdx_guest() -> Machine {
    let cpu = Cpu {
        vendor: "GenuineIntel",
        model: "INTEL(R) XEON(R) PLATINUM 8592+",
        microcode: "0x210002b3",
        flags: "hypervisor tdx_guest avx512f",
        cores: 4,
        threads_per_core: 1,
    };
    Machine::new(&cpu, "6.11.0-29-generic")
        .device("dev/tdx_guest", b"", 0o600)
        .folder("sys/kernel/config/tsm/report", 0o755)
        .file("proc/meminfo", "MemTotal:        8128456 kB\n")
        .firmware(
            ["Ubuntu distribution of EDK II", "2024.05-2ubuntu0.4", "04/28/2025"],
            ["QEMU", "Standard PC"],
        )
}

/// A machine with the same processor that runs such guests.
pub(super) fn tdx_host() -> Machine {
    let cpu = Cpu {
        vendor: "GenuineIntel",
        model: "INTEL(R) XEON(R) PLATINUM 8592+",
        microcode: "0x210002b3",
        flags: "sgx sgx_lc tme tdx_host_platform avx512f",
        cores: 64,
        threads_per_core: 2,
    };
    Machine::new(&cpu, "6.8.0-1028-intel")
        .sgx_in_cpuid(true, 0)
        .sgx_devices(0o660, 0o660)
        .file("sys/module/kvm_intel/parameters/tdx", "Y\n")
        .device("dev/kvm", b"", 0o666)
        .device("var/run/tdx-qgs/qgs.socket", b"", 0o755)
        .quotes()
        .firmware(["Intel Corporation", "SE5C7411.86B.9535.D04", "09/02/2025"], ["Intel", "D50DNP1SB"])
}

/// A laptop with a Core of the eleventh generation, which has no SGX.
pub(super) fn laptop() -> Machine {
    let cpu = Cpu {
        vendor: "GenuineIntel",
        model: "11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz",
        microcode: "0xb8",
        flags: "avx512f tme",
        cores: 4,
        threads_per_core: 2,
    };
    Machine::new(&cpu, "6.1.0-38-amd64")
        .file("proc/meminfo", "MemTotal:       16125304 kB\n")
        .file("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/dev/nvme0n1p3 partition 1000444 0 -2\n")
        .firmware(["LENOVO", "N32ET95W (1.71 )", "06/18/2024"], ["LENOVO", "20XW00A8US"])
}

/// A server with a Xeon E of 2019, Ubuntu 20.04 as it was installed, and the driver that DCAP once brought along.
pub(super) fn old_server() -> Machine {
    let cpu = Cpu {
        vendor: "GenuineIntel",
        model: "Intel(R) Xeon(R) E-2288G CPU @ 3.70GHz",
        microcode: "0xde",
        flags: "",
        cores: 8,
        threads_per_core: 2,
    };
    Machine::new(&cpu, "5.4.0-216-generic")
        .sgx_in_cpuid(true, 0x05d8_0000)
        .device("dev/sgx/enclave", b"", 0o666)
        .device("run/aesmd/aesm.socket", b"", 0o777)
        .file(
            "etc/sgx_default_qcnl.conf",
            "PCCS_URL=https://pccs.example.com:8081/sgx/certification/v3/\nUSE_SECURE_CERT=FALSE\n",
        )
        .firmware(["American Megatrends Inc.", "2101", "03/29/2021"], ["ASUSTeK", "RS100-E10-PI2"])
        .weakness("l1tf", "Not affected")
        .weakness("mds", "Not affected")
        .weakness("tsx_async_abort", "Vulnerable: Clear CPU buffers attempted, no microcode; SMT vulnerable")
        .weakness("srbds", "Vulnerable: No microcode")
        .weakness("gather_data_sampling", "Vulnerable: No microcode")
}
