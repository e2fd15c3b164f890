//! Firmware and microcode: hints at how Intel will rate the platform, which only a quote tells for certain.
//!
//! The kernel's own verdicts are those of `/sys/devices/system/cpu/vulnerabilities`; see its documentation of hardware
//! vulnerabilities.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    host::Host,
    processor::Processor,
    report::{Area, Check, Place, Subject, Tee},
};

const FIRMWARE: Subject = Subject {
    id: "firmware",
    area: Area::Firmware,
    why: "Intel raises what it asks of firmware a few times a year; a platform that falls behind is OutOfDate: \
          confidence level 5, which earns by 0.7",
};

const MICROCODE: Subject = Subject {
    id: "microcode",
    area: Area::Firmware,
    why: "quotes carry the version of the microcode that the firmware loads; an old one is rated OutOfDate",
};

const SECURE_BOOT: Subject = Subject {
    id: "secure_boot",
    area: Area::Firmware,
    why: "it keeps others from booting something else on this machine; no quote depends on it",
};

/// Age in days from which on firmware is likely to lack what Intel asks for.
const OLD: i64 = 540;

/// Weaknesses that microcode mends, and Intel's advisories about them.
const MENDED: [(&str, &str); 8] = [
    ("l1tf", "INTEL-SA-00161"),
    ("mds", "INTEL-SA-00233"),
    ("tsx_async_abort", "INTEL-SA-00270"),
    ("srbds", "INTEL-SA-00320"),
    ("mmio_stale_data", "INTEL-SA-00615"),
    ("gather_data_sampling", "INTEL-SA-00828"),
    ("reg_file_data_sampling", "INTEL-SA-00898"),
    ("indirect_target_selection", "INTEL-SA-01153"),
];

/// Looks at them.
pub(super) fn checks(host: &Host, processor: &Processor, tee: Tee, place: Place) -> Vec<Check> {
    let elsewhere = match (tee, place) {
        (Tee::Development, _) => Some("without a TEE nobody rates it"),
        (Tee::Tdx, Place::Here) => Some("a guest's is virtual: that of the machine beneath is rated"),
        (Tee::Sgx, _) | (Tee::Tdx, Place::GuestOfThis) => None,
    };
    match elsewhere {
        Some(why) => [FIRMWARE, MICROCODE, SECURE_BOOT].map(|subject| subject.not_applicable(why)).into(),
        None => vec![firmware(host, processor), microcode(host, processor), secure_boot(host)],
    }
}

fn firmware(host: &Host, processor: &Processor) -> Check {
    let line = |name: &str| host.line(&format!("/sys/class/dmi/id/{name}"));
    if processor.is_virtual() {
        let vendor = line("sys_vendor").map_or(String::new(), |vendor| format!(" of {vendor}"));
        return FIRMWARE.not_applicable(format!(
            "this is a virtual machine{vendor}: the firmware beneath it is rated, and updated by whoever owns it"
        ));
    }
    let Some(date) = line("bios_date") else {
        return FIRMWARE.warning(
            "unknown: the kernel shows no BIOS",
            "look at the vendor's page for the board; in a container, give it /sys",
        );
    };
    let names = ["bios_vendor", "bios_version"].into_iter().filter_map(line).collect::<Vec<_>>().join(" ");
    let board = ["sys_vendor", "product_name"].into_iter().filter_map(line).collect::<Vec<_>>().join(" ");
    let update = || {
        format!(
            "install the newest BIOS for {board}, and let the PCCS fetch the certificate that comes with it"
        )
    };
    let seen = format!("BIOS {names} of {date}");
    // As SMBIOS writes dates.
    let Ok(day) = NaiveDate::parse_from_str(&date, "%m/%d/%Y") else {
        return FIRMWARE.warning(format!("{seen}, which is no date"), update());
    };
    let age = DateTime::<Utc>::from(host.system().now()).date_naive().signed_duration_since(day).num_days();
    match age > OLD {
        true => FIRMWARE.warning(format!("{seen}, {} months old", age / 30), update()),
        false => FIRMWARE.ok(seen),
    }
}

fn microcode(host: &Host, processor: &Processor) -> Check {
    let seen = match &processor.microcode {
        Some(version) => format!("version {version}"),
        None => "version unknown".to_owned(),
    };
    let says = |name: &str| {
        host.line(&format!("/sys/devices/system/cpu/vulnerabilities/{name}")).unwrap_or_default()
    };
    let unmended: Vec<String> = MENDED
        .into_iter()
        .filter(|(name, _)| says(name).to_lowercase().contains("no microcode"))
        .map(|(name, advisory)| format!("{name}, {advisory}"))
        .collect();
    let is_old = says("old_microcode").starts_with("Vulnerable");
    let cause = match (unmended.as_slice(), is_old) {
        ([], false) => return MICROCODE.ok(seen),
        ([], true) => "older than the newest that the kernel knows".to_owned(),
        (unmended, _) => format!("it leaves open what newer ones mend ({})", unmended.join("; ")),
    };
    match processor.is_virtual() {
        true => MICROCODE.warning(
            format!("{seen}; {cause}, as far as a virtual machine can see"),
            "ask the owner of the machine beneath, or take another",
        ),
        false => MICROCODE.warning(
            format!("{seen}; {cause}"),
            "update the BIOS: microcode that Linux loads later does not count in quotes",
        ),
    }
}

fn secure_boot(host: &Host) -> Check {
    const VARIABLE: &str = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    if !host.exists("/sys/firmware/efi") {
        return SECURE_BOOT.not_applicable("not started through UEFI, or a container does not show it");
    }
    // Four bytes of attributes, then the value.
    match host.bytes(VARIABLE, 5).as_deref() {
        Ok([_, _, _, _, 1]) => SECURE_BOOT.ok("on"),
        Ok([_, _, _, _, _]) => {
            SECURE_BOOT.warning("off", "switch it on in the BIOS if nothing on the machine speaks against it")
        }
        _ => SECURE_BOOT.not_applicable("unknown: its variable cannot be read"),
    }
}
