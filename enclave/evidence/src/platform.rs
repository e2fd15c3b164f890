//! Who makes quotes here.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use codec::Decode;
use dcap_qvl::quote::{Quote, Report};
use phala_attestation::{Collateral, Evidence, Tee};
use phala_primitives::Moment;

use crate::{development::Machine, gramine, tsm, Error, Gramine, Tsm};

/// Most bytes of `/proc/cpuinfo` that are looked through: the first of the CPUs has the flags of all.
const MAX_CPUINFO: u64 = 64 << 10;

/// Who makes quotes for this process.
#[derive(Clone, Debug)]
pub enum Platform {
    /// An SGX enclave under Gramine.
    Gramine(Gramine),
    /// A TDX guest under Linux.
    Tdx(Tsm),
    /// Nobody but this crate: proof of nothing, which production networks refuse.
    Development(Box<Machine>),
}

/// Where a platform's interfaces are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Gramine's folder.
    pub gramine: PathBuf,
    /// The kernel's folder of reports.
    pub tsm: PathBuf,
    /// What is there on a host with SGX.
    pub sgx_device: PathBuf,
    /// Where the flags of the CPU are.
    pub cpuinfo: PathBuf,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            gramine: gramine::FOLDER.into(),
            tsm: tsm::FOLDER.into(),
            sgx_device: "/dev/sgx_enclave".into(),
            cpuinfo: "/proc/cpuinfo".into(),
        }
    }
}

impl Platform {
    /// The hardware platform that this process runs on. It is never the development platform, which has to be
    /// asked for.
    ///
    /// # Errors
    ///
    /// If there is none, or none that can be used, with the reason and the remedy.
    pub fn detect(paths: &Paths) -> Result<Self, Error> {
        if let Some(gramine) = Gramine::open(&paths.gramine)? {
            return Ok(Self::Gramine(gramine));
        }
        if let Some(tsm) = Tsm::open(&paths.tsm)? {
            return Ok(Self::Tdx(tsm));
        }
        let sgx = if paths.sgx_device.exists() {
            "the machine has it, but this process runs outside of an enclave; start it with `gramine-sgx`"
        } else {
            "there is no /dev/attestation, so this is no Gramine enclave"
        };
        let tdx = if has_flag(&paths.cpuinfo, "tdx_guest") {
            "this is a guest, but the kernel has no interface for reports; mount configfs at /sys/kernel/config and \
             boot Linux 6.7 or later with CONFIG_TDX_GUEST_DRIVER and CONFIG_TSM_REPORTS"
        } else {
            "the CPU has no flag tdx_guest, so this is no TDX guest"
        };
        Err(Error::NoTee { sgx, tdx })
    }

    /// A quote over `report_data`: of the right kind, and about this data. Whether it is genuine is for those to
    /// verify who have collateral.
    ///
    /// # Errors
    ///
    /// If the platform gives none.
    pub fn quote(&self, report_data: [u8; 64]) -> Result<Vec<u8>, Error> {
        let quote = match self {
            Self::Gramine(gramine) => gramine.unchecked_quote(report_data)?,
            Self::Tdx(tsm) => tsm.unchecked_quote(report_data)?,
            Self::Development(machine) => machine.quote(report_data)?,
        };
        checked(quote, self.tee(), &report_data)
    }

    /// The same as the chain takes it.
    ///
    /// # Errors
    ///
    /// As [`quote`](Self::quote).
    pub fn evidence(&self, report_data: [u8; 64]) -> Result<Evidence, Error> {
        let quote = self.quote(report_data)?;
        let quote = quote.try_into().map_err(|_| Error::NoQuote { reason: "it is too long".into() })?;
        Ok(Evidence::Dcap { quote })
    }

    /// Collateral of the day of `now`, by which the development platform is up to date. None for hardware: Intel
    /// publishes its collateral, and whoever brings evidence to the chain fetches it there.
    ///
    /// # Errors
    ///
    /// If `now` is no date.
    pub fn collateral(&self, now: Moment) -> Result<Option<Collateral>, Error> {
        match self {
            Self::Gramine(_) | Self::Tdx(_) => Ok(None),
            Self::Development(machine) => machine.collateral(now).map(Some),
        }
    }

    /// What kind of quotes it makes.
    pub fn tee(&self) -> Tee {
        match self {
            Self::Gramine(_) => Tee::Sgx,
            Self::Tdx(_) => Tee::Tdx,
            Self::Development(machine) => machine.guest.tee(),
        }
    }

    /// Whether hardware keeps this process's memory from the machine's owner.
    pub fn is_secure(&self) -> bool {
        match self {
            Self::Gramine(_) | Self::Tdx(_) => true,
            Self::Development(_) => false,
        }
    }
}

/// `bytes` without what drivers pad quotes with, if it is a quote by `tee` over `report_data`.
fn checked(mut bytes: Vec<u8>, tee: Tee, report_data: &[u8; 64]) -> Result<Vec<u8>, Error> {
    let no_quote = |reason: &str| Error::NoQuote { reason: reason.to_owned() };
    let mut rest = &bytes[..];
    let quote = Quote::decode(&mut rest).map_err(|error| Error::NoQuote { reason: error.to_string() })?;
    if rest.iter().any(|byte| *byte != 0) {
        return Err(no_quote("there is more behind it"));
    }
    let length = bytes.len() - rest.len();
    let (found, data) = match &quote.report {
        Report::SgxEnclave(report) => (Tee::Sgx, report.report_data),
        Report::TD10(report) => (Tee::Tdx, report.report_data),
        Report::TD15(report) => (Tee::Tdx, report.base.report_data),
        Report::TD15Ex(report) => (Tee::Tdx, report.base.base.report_data),
    };
    if found != tee {
        return Err(no_quote("it is one of another technology"));
    }
    if data != *report_data {
        return Err(Error::OtherReportData);
    }
    bytes.truncate(length);
    Ok(bytes)
}

fn has_flag(cpuinfo: &Path, flag: &str) -> bool {
    let mut text = Vec::new();
    let read = File::open(cpuinfo).and_then(|file| file.take(MAX_CPUINFO).read_to_end(&mut text));
    read.is_ok() && text.split(u8::is_ascii_whitespace).any(|word| word == flag.as_bytes())
}
