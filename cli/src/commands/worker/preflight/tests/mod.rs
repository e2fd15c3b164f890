//! What is said of machines of known kinds.

#![allow(clippy::unwrap_used)]

mod machines;

use std::{io::ErrorKind, net::TcpListener, path::PathBuf, time::Duration};

use super::{
    clock::ChainTime,
    examine,
    host::Host,
    report::{Report, State, Tee},
    resources::Wanted,
};
use machines::{laptop, now, old_server, sgx_server, tdx_guest, tdx_host, Cpu, Machine};

fn wanted() -> Wanted {
    Wanted {
        data_dir: Some(PathBuf::from("/srv/phala")),
        listen: "0.0.0.0:8000".parse().unwrap(),
        executor: None,
        beside: Some(PathBuf::from("/opt/phala/phala-executor")),
    }
}

/// A node whose newest block is three seconds old.
fn chain() -> ChainTime {
    let block = now() - Duration::from_secs(3);
    let block = block.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    ChainTime::Told { node: "wss://node.example".to_owned(), block: block.try_into().unwrap(), clock: now() }
}

fn report(machine: &Machine, asked: Option<Tee>) -> Report {
    examine(&machine.host(), asked, &wanted(), &chain())
}

fn sgx(machine: &Machine) -> Report {
    report(machine, Some(Tee::Sgx))
}

/// State of a check, and all that is said.
fn told(report: &Report, id: &str) -> (State, String) {
    let check = report.checks.iter().find(|check| check.id == id).unwrap();
    (check.state, format!("{} / {}", check.seen, check.remedy.clone().unwrap_or_default()))
}

#[track_caller]
fn assert_told(report: &Report, id: &str, state: State, part: &str) {
    let (found, said) = told(report, id);
    assert!(found == state && said.contains(part), "{id}: {found:?}: {said}");
    assert!(found != State::Failed || !report.able);
}

fn amd() -> Machine {
    let cpu = Cpu {
        vendor: "AuthenticAMD",
        model: "AMD EPYC 9354 32-Core Processor",
        microcode: "0xa101148",
        flags: "",
        cores: 32,
        threads_per_core: 2,
    };
    Machine::new(&cpu, "6.14.0-29-generic").file("sys/module/kvm_amd/parameters/sev_snp", "Y\n")
}

#[test]
fn machines_of_known_kinds_should_be_told_what_to_fix() {
    for (name, machine) in [
        ("sgx-server", sgx_server()),
        ("tdx-guest", tdx_guest()),
        ("tdx-host", tdx_host()),
        ("laptop", laptop()),
        ("old-server", old_server()),
        (
            "closed-devices",
            sgx_server().sgx_devices(0o660, 0o660).device("run/aesmd/aesm.socket", b"", 0o750),
        ),
    ] {
        insta::assert_snapshot!(name, report(&machine, None).to_text());
    }
}

#[test]
fn json_should_have_the_same_as_structure() {
    let report = report(&old_server(), Some(Tee::Sgx));
    insta::assert_snapshot!("old-server-json", serde_json::to_string_pretty(&report).unwrap());
}

#[test]
fn every_check_should_have_a_name_of_its_own_and_a_remedy_when_something_is_wrong() {
    for machine in [sgx_server(), tdx_guest(), tdx_host(), laptop(), old_server(), amd()] {
        for tee in [None, Some(Tee::Sgx), Some(Tee::Tdx), Some(Tee::Development)] {
            let report = report(&machine, tee);
            let names: std::collections::BTreeSet<_> = report.checks.iter().map(|check| check.id).collect();
            assert_eq!(names.len(), report.checks.len());
            for check in &report.checks {
                let is_wrong = matches!(check.state, State::Warning | State::Failed);
                assert_eq!(check.remedy.is_some(), is_wrong, "{}", check.id);
            }
            assert_eq!(report.able, !report.checks.iter().any(|check| check.state == State::Failed));
        }
    }
}

#[test]
fn kind_should_be_what_the_machine_has_when_none_is_asked_for() {
    assert_eq!(report(&sgx_server(), None).tee, Tee::Sgx);
    assert_eq!(report(&tdx_guest(), None).tee, Tee::Tdx);
    assert_eq!(report(&laptop(), None).tee, Tee::Development);
    assert_eq!(report(&amd(), None).tee, Tee::Development);
    let host = report(&tdx_host().without("var/run/tdx-qgs"), None);
    assert_eq!((host.tee, host.able), (Tee::Tdx, false));
    assert!(host.summary.contains("quote generation"), "{}", host.summary);
}

#[test]
fn machine_fit_for_sgx_should_be_told_that_no_worker_runs_under_gramine_yet() {
    let fit = sgx(&sgx_server());
    assert_told(&fit, "seccomp", State::Failed, "Gramine");
    assert_eq!(fit.checks.iter().filter(|check| check.state == State::Failed).count(), 1);
    assert!(fit.summary.starts_with("This machine has what an SGX worker needs"), "{}", fit.summary);
    let unfit = sgx(&sgx_server().without("dev/sgx_enclave"));
    assert!(
        unfit.summary.starts_with("No SGX worker can run here. To fix: sgx enclave"),
        "{}",
        unfit.summary
    );
}

#[test]
fn sgx_should_be_refused_when_the_firmware_keeps_it_off() {
    let cpu = Cpu {
        vendor: "GenuineIntel",
        model: "Intel(R) Xeon(R) Silver 4314 CPU @ 2.40GHz",
        microcode: "0xd000404",
        flags: "",
        cores: 16,
        threads_per_core: 1,
    };
    let off = sgx(&Machine::new(&cpu, "6.8.0-79-generic").sgx_in_cpuid(false, 0));
    assert_told(&off, "sgx", State::Failed, "BIOS");
    assert_told(&off, "sgx_enclave", State::Failed, "first fix");
    let unused = sgx(&Machine::new(&cpu, "6.8.0-79-generic").sgx_in_cpuid(true, 1 << 36));
    assert_told(&unused, "sgx", State::Failed, "CONFIG_X86_SGX");
    assert_told(&unused, "enclave_memory", State::Ok, "64.0 GiB");
    assert_told(&unused, "sgx_launch_control", State::Warning, "look again");
    let locked = Cpu { flags: "sgx", ..cpu };
    let locked = sgx(&Machine::new(&locked, "6.8.0-79-generic").sgx_in_cpuid(true, 1 << 36));
    assert_told(&locked, "sgx_launch_control", State::Failed, "Unlocked");
    let hidden = sgx(&Machine::new(&cpu, "6.8.0-79-generic"));
    assert_told(&hidden, "sgx", State::Failed, "the firmware hides it");
    assert_told(&hidden, "sgx_enclave", State::NotApplicable, "no SGX");
}

#[test]
fn sgx_should_be_refused_when_enclaves_cannot_be_executed() {
    let mounts = "sysfs /sys sysfs rw,noexec 0 0\nudev /dev devtmpfs rw,nosuid,noexec 0 0\ntmpfs /dev/shm tmpfs rw 0 0\n";
    assert_told(
        &sgx(&sgx_server().file("proc/self/mounts", mounts)),
        "sgx_enclave",
        State::Failed,
        "remount,exec",
    );
    let remounted = format!("{mounts}udev /dev devtmpfs rw,nosuid 0 0\n");
    assert_told(&sgx(&sgx_server().file("proc/self/mounts", &remounted)), "sgx_enclave", State::Ok, "/dev");
}

#[test]
fn enclave_should_be_looked_at_from_inside_when_there_is_one_around() {
    let inside = |kind| sgx(&laptop().file("dev/attestation/attestation_type", kind));
    let report = inside("dcap\n");
    assert_told(&report, "gramine", State::Ok, "kind dcap");
    assert_told(&report, "aesm", State::NotApplicable, "Gramine");
    assert_told(&report, "pccs", State::NotApplicable, "outside the enclave");
    assert!(report.summary.starts_with("This machine has what an SGX worker needs"), "{}", report.summary);
    assert_told(&inside("none\n"), "gramine", State::Failed, "sgx.remote_attestation");
    assert_told(&inside("epid\n"), "gramine", State::Failed, "EPID");
}

#[test]
fn guest_should_be_able_when_the_worker_may_make_reports() {
    let mut machine = tdx_guest();
    assert_told(&report(&machine, None), "tsm_report", State::Failed, "CAP_DAC_OVERRIDE");
    machine.told.is_root = true;
    let root = report(&machine, None);
    assert!(root.able && root.summary.starts_with("A TDX worker can run in this guest"), "{}", root.summary);
}

#[test]
fn guest_should_be_refused_when_its_kernel_gives_no_quotes() {
    let machine =
        tdx_guest().without("sys/kernel/config").file("proc/sys/kernel/osrelease", "6.5.0-1025-gcp\n");
    let old = report(&machine, None);
    assert_told(&old, "kernel", State::Failed, "6.7");
    assert_told(&old, "tsm_report", State::Failed, "mount -t configfs");
    let machine = tdx_guest().without("sys/kernel/config/tsm").folder("sys/kernel/config/target", 0o755);
    assert_told(&report(&machine, None), "tsm_report", State::Failed, "CONFIG_TSM_REPORTS");
    let machine = tdx_guest().without("dev/tdx_guest");
    assert_told(&report(&machine, None), "tdx_guest", State::Failed, "modprobe");
}

#[test]
fn machine_of_another_maker_should_be_refused_for_what_only_intel_makes() {
    assert_told(&sgx(&amd()), "sgx", State::Failed, "not a processor of Intel's");
    assert_told(&report(&amd(), Some(Tee::Tdx)), "tdx", State::Failed, "not a processor of Intel's");
    assert_told(&report(&amd(), None), "sev_snp", State::NotApplicable, "not supported yet");
}

#[test]
fn sandbox_should_have_what_it_needs_of_the_kernel() {
    let mut machine = laptop().file("sys/kernel/security/lsm", "lockdown,capability,yama,apparmor\n");
    machine.told.landlock = false;
    assert_told(
        &report(&machine, None),
        "landlock",
        State::Failed,
        "active are lockdown,capability,yama,apparmor",
    );
    let machine = laptop().without("proc/sys/kernel/seccomp");
    assert_told(&report(&machine, None), "seccomp", State::Failed, "CONFIG_SECCOMP_FILTER");
    let machine = laptop().file("proc/sys/kernel/osrelease", "5.10.0-35-amd64\n");
    assert_told(&report(&machine, None), "kernel", State::Failed, "5.13");
}

#[test]
fn processor_should_be_refused_when_programs_would_not_run_on_it() {
    let old = "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: QEMU Virtual CPU version 2.5+\n\
               flags\t\t: fpu sse4_2 popcnt cx16 hypervisor\n";
    let report = report(&laptop().file("proc/cpuinfo", old), None);
    assert_told(&report, "processor", State::Failed, "without avx, avx2, bmi1, bmi2, fma, abm");
    assert_told(&report, "cores", State::Warning, "1 core");
}

#[test]
fn old_firmware_and_microcode_should_be_warned_of() {
    let bios = |date| sgx_server().firmware(["AMI", "1", date], ["Supermicro", "X12"]);
    assert_told(&sgx(&bios("06/09/2024")), "firmware", State::Ok, "BIOS AMI 1 of 06/09/2024");
    assert_told(&sgx(&bios("06/08/2024")), "firmware", State::Warning, "newest BIOS for Supermicro X12");
    assert_told(&sgx(&bios("unknown")), "firmware", State::Warning, "no date");
    let weak = sgx_server().weakness("gather_data_sampling", "Vulnerable: No microcode");
    assert_told(&sgx(&weak), "microcode", State::Warning, "INTEL-SA-00828");
    let old = sgx_server().weakness("old_microcode", "Vulnerable");
    assert_told(&sgx(&old), "microcode", State::Warning, "older than the newest");
}

#[test]
fn hyper_threading_should_be_warned_of_when_threads_can_spy() {
    assert_told(&sgx(&sgx_server()), "hyper_threading", State::Ok, "on;");
    let weak = sgx_server().weakness("l1tf", "Mitigation: PTE Inversion; VMX: cache flushes, SMT vulnerable");
    assert_told(&sgx(&weak), "hyper_threading", State::Warning, "l1tf");
    let off = weak.file("sys/devices/system/cpu/smt/active", "0\n");
    let off = off.file("sys/devices/system/cpu/smt/control", "forceoff\n");
    assert_told(&sgx(&off), "hyper_threading", State::Ok, "off (forceoff)");
}

#[test]
fn secure_boot_should_be_told_as_far_as_it_can_be_read() {
    let variable = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    assert_told(&sgx(&sgx_server()), "secure_boot", State::Ok, "on");
    let with = |bytes: &[u8]| sgx(&sgx_server().device(variable, bytes, 0o644));
    assert_told(&with(&[6, 0, 0, 0, 0]), "secure_boot", State::Warning, "off");
    assert_told(&with(&[6, 0]), "secure_boot", State::NotApplicable, "cannot be read");
    assert_told(&sgx(&old_server()), "secure_boot", State::NotApplicable, "UEFI");
}

#[test]
fn certificates_should_be_looked_for_where_the_configuration_says() {
    let path = "etc/sgx_default_qcnl.conf";
    assert_told(&sgx(&sgx_server()), "pccs", State::Ok, "https://localhost:8081/");
    assert_told(&sgx(&sgx_server().without(path)), "pccs", State::Warning, "taken for granted");
    assert_told(&sgx(&sgx_server().file(path, "{")), "pccs", State::Failed, "not JSON");
    assert_told(
        &sgx(&sgx_server().without(path).folder(path, 0o755)),
        "pccs",
        State::Failed,
        "cannot be read",
    );
    let remote = "PCCS_URL=https://pccs.example.com/sgx/certification/v3/\nUSE_SECURE_CERT=FALSE\n";
    assert_told(&sgx(&sgx_server().file(path, remote)), "pccs", State::Warning, "use_secure_cert");
    assert_told(&report(&tdx_host().file(path, remote), None), "pccs", State::Failed, "knows no TDX");
}

#[test]
fn clock_should_be_warned_of_when_nothing_has_set_it_lately() {
    assert_told(&report(&laptop(), None), "clock_kept", State::Ok, "10 min ago");
    let stale = laptop().synchronised(Duration::from_secs(3 * 3600));
    assert_told(&report(&stale, None), "clock_kept", State::Warning, "180 min ago");
    let unset = laptop().without("run/systemd");
    assert_told(&report(&unset, None), "clock_kept", State::Warning, "set-ntp");
    assert_told(
        &report(&unset.file("run/chrony/chronyd.pid", "7\n"), None),
        "clock_kept",
        State::Ok,
        "chronyd",
    );
}

#[test]
fn disk_should_be_that_of_the_nearest_folder_that_exists() {
    let mut machine = laptop();
    assert_told(&report(&machine, None), "disk", State::Ok, "400.0 GiB free for /srv/phala");
    machine.told.free_space = 3 << 30;
    assert_told(&report(&machine, None), "disk", State::Warning, "8.0 GiB in all");
    machine.told.free_space = 200 << 20;
    assert_told(&report(&machine, None), "disk", State::Failed, "200 MiB free");
    let closed = laptop().folder("srv/phala", 0o755);
    assert_told(&report(&closed, None), "disk", State::Failed, "cannot write to /srv/phala");
    let file = laptop().file("srv/phala", "");
    assert_told(&report(&file, None), "disk", State::Failed, "/srv/phala is no folder");
    let unasked = Wanted { data_dir: None, ..wanted() };
    let report = examine(&laptop().host(), None, &unasked, &chain());
    assert_told(&report, "disk", State::NotApplicable, "--data-dir");
}

#[test]
fn memory_should_do_for_a_job_on_each_core() {
    let with = |kib: &str| report(&laptop().file("proc/meminfo", &format!("MemTotal: {kib} kB\n")), None);
    assert_told(&with("4718592"), "memory", State::Ok, "4.5 GiB for 4 cores");
    assert_told(&with("4718591"), "memory", State::Warning, "--parallel-jobs");
    assert_told(&with("1048575"), "memory", State::Failed, "2 GiB or more");
    assert_told(&with("99999999999999999999"), "memory", State::Warning, "unknown");
}

#[test]
fn swap_should_be_warned_of_when_it_is_on_a_disk() {
    let swaps = "Filename Type Size Used Priority\n/dev/zram0 partition 8388604 0 100\n";
    assert_told(&report(&laptop().file("proc/swaps", swaps), None), "swap", State::Ok, "compressed");
    let both = format!("{swaps}/swap.img file 2097148 0 -2\n");
    assert_told(
        &report(&laptop().file("proc/swaps", &both), None),
        "swap",
        State::Warning,
        "/swap.img / swapoff",
    );
}

#[test]
fn address_should_be_refused_with_what_to_do_when_it_cannot_be_listened_on() {
    for (kind, remedy) in [
        (ErrorKind::AddrInUse, "ss -ltnp"),
        (ErrorKind::AddrNotAvailable, "0.0.0.0"),
        (ErrorKind::PermissionDenied, "1024"),
        (ErrorKind::Other, "another address"),
    ] {
        let mut machine = laptop();
        machine.told.listen = Some(kind);
        assert_told(&report(&machine, None), "address", State::Failed, remedy);
    }
}

#[test]
fn executor_should_be_a_program_that_this_user_may_start() {
    let path = "opt/phala/phala-executor";
    assert_told(&report(&laptop(), None), "executor", State::Ok, path);
    let closed = laptop().device(path, b"\x7fELF", 0o750);
    assert_told(&report(&closed, None), "executor", State::Failed, "chmod a+rx");
    assert_told(&report(&laptop().file(path, "#!/bin/sh"), None), "executor", State::Failed, "no program");
    let missing = laptop().without("opt");
    assert_told(&report(&missing, None), "executor", State::Warning, "not beside this program");
    let asked = Wanted { executor: Some(PathBuf::from("/opt/executor")), ..wanted() };
    assert_told(
        &examine(&missing.host(), None, &asked, &chain()),
        "executor",
        State::Failed,
        "beside phala-worker",
    );
}

#[test]
fn machine_that_shows_nothing_should_be_told_so_and_not_believed() {
    let bare = laptop().without("proc").without("sys");
    for tee in [None, Some(Tee::Sgx), Some(Tee::Tdx), Some(Tee::Development)] {
        let report = report(&bare, tee);
        assert!(!report.able, "{}", report.summary);
        assert_told(&report, "memory", State::Warning, "unknown");
    }
}

#[test]
fn text_of_the_machine_should_reach_the_terminal_without_control_characters() {
    let machine = sgx_server().firmware(["\x1b[31mEvil\u{202e}", "1", "05/15/2025"], ["x", "y"]);
    let text = sgx(&machine).to_text();
    assert!(text.contains("[31mEvil") && !text.contains(['\x1b', '\u{202e}']), "{text}");
}

#[test]
fn this_machine_should_say_whether_an_address_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let here = Host::here();
    let refused = here.system().listen(taken.local_addr().unwrap());
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::AddrInUse);
    let folder = tempfile::tempdir().unwrap();
    assert!(here.refusal(folder.path(), super::host::Need::Create).is_none());
    assert!(here.refusal(folder.path().join("missing"), super::host::Need::Create).is_some());
    assert!(here.system().free_space(folder.path()).unwrap() > 0);
}
