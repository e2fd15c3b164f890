//! One machine: its CPU, and what runs on it.

use phala_attestation::{Ca, Collateral, Tee};
use phala_primitives::Moment;

use super::{
    keys,
    pck::{Configuration, SgxType},
    quote,
    time::Period,
    Authority, Seed,
};
use crate::Error;

/// A machine of the development platform, which makes quotes.
///
/// The constructors give one that is up to date under [`Authority::of`] it; change any field to get another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// From which its keys come. Its other identifiers were derived from it too, and can be changed.
    pub seed: Seed,
    /// Who certified it.
    pub ca: Ca,
    /// The platform id: what makes two quotes those of one CPU.
    pub ppid: [u8; 16],
    /// Names the platform that several CPUs may share; certified by [`Ca::Platform`] alone.
    pub platform_instance: [u8; 16],
    /// The family: all machines with the same firmware and package.
    pub fmspc: [u8; 6],
    /// How its memory is protected.
    pub sgx_type: SgxType,
    /// Certified by [`Ca::Platform`] alone.
    pub configuration: Configuration,
    /// The security versions of the sixteen components of SGX.
    pub cpu_svn: [u8; 16],
    /// The security version of the provisioning certification enclave.
    pub pce_svn: u16,
    /// The security version of the quoting enclave.
    pub qe_svn: u16,
    /// When its certificate is valid.
    pub certified: Period,
    /// What runs on it.
    pub guest: Guest,
}

/// What runs on a machine, and is measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guest {
    /// An SGX enclave: quote version 3.
    Enclave(Enclave),
    /// A virtual machine under TDX.
    TrustDomain(TrustDomain),
}

impl Guest {
    /// What protects it.
    pub fn tee(&self) -> Tee {
        match self {
            Self::Enclave(_) => Tee::Sgx,
            Self::TrustDomain(_) => Tee::Tdx,
        }
    }
}

/// What an SGX enclave reports of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclave {
    /// The hash of its code and data.
    pub mr_enclave: [u8; 32],
    /// The hash of the key that signed it.
    pub mr_signer: [u8; 32],
    /// `ISVPRODID`.
    pub product: u16,
    /// `ISVSVN`.
    pub version: u16,
    /// Whether a debugger may look into it.
    pub debug: bool,
}

/// What a TD reports of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustDomain {
    /// The hash of its first memory: firmware.
    pub mr_td: [u8; 48],
    /// What whoever starts it sets.
    pub mr_config_id: [u8; 48],
    /// What whoever starts it sets.
    pub mr_owner: [u8; 48],
    /// What whoever starts it sets.
    pub mr_owner_config: [u8; 48],
    /// What is measured while it boots and runs: configuration, kernel, system, application.
    pub rtmr: [[u8; 48]; 4],
    /// Whether the host may look into it.
    pub debug: bool,
    /// The security versions of the TDX module and its platform when the TD was started: the module's security
    /// version, the module's version, the late microcode, and others.
    pub tee_tcb_svn: [u8; 16],
    /// The same as of now, if the machine has TDX 1.5, where the module can be updated under a running TD. It
    /// makes the quote one of version 5 with a TD 1.5 report.
    pub current_tee_tcb_svn: Option<[u8; 16]>,
}

/// A module of version 1, of which the security version is 5, on late microcode 4.
const TEE_TCB_SVN: [u8; 16] = [5, 1, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

impl Machine {
    /// A machine with an SGX enclave; quotes of version 3.
    pub fn sgx(seed: Seed) -> Self {
        Self::with(seed, *b"PHALA\x01", Guest::Enclave(Enclave::default()))
    }

    /// A machine with a TD; quotes of version 4.
    pub fn tdx(seed: Seed) -> Self {
        Self::with(seed, *b"PHALA\x02", Guest::TrustDomain(TrustDomain::default()))
    }

    /// A machine with a TD of TDX 1.5; quotes of version 5.
    pub fn tdx15(seed: Seed) -> Self {
        let guest = TrustDomain { current_tee_tcb_svn: Some(TEE_TCB_SVN), ..TrustDomain::default() };
        Self::with(seed, *b"PHALA\x02", Guest::TrustDomain(guest))
    }

    /// A machine whose TDX module was updated under its running TD, which was started under security version
    /// `launched` of the module.
    pub fn tdx15_launched_with(seed: Seed, launched: u8) -> Self {
        let mut machine = Self::tdx15(seed);
        if let Guest::TrustDomain(guest) = &mut machine.guest {
            guest.tee_tcb_svn[0] = launched;
        }
        machine
    }

    fn with(seed: Seed, fmspc: [u8; 6], guest: Guest) -> Self {
        Self {
            ca: Ca::Platform,
            ppid: keys::derive_bytes(&[b"ppid", seed.as_bytes()]),
            platform_instance: keys::derive_bytes(&[b"platform instance", seed.as_bytes()]),
            seed,
            fmspc,
            sgx_type: SgxType::Scalable,
            configuration: Configuration { dynamic_platform: true, cached_keys: true, smt_enabled: true },
            cpu_svn: [4, 4, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0],
            pce_svn: 13,
            qe_svn: 8,
            certified: Period::ALWAYS,
            guest,
        }
    }

    /// The same CPU with another guest.
    pub fn running(self, guest: Guest) -> Self {
        Self { guest, ..self }
    }

    /// A quote over `report_data`.
    ///
    /// # Errors
    ///
    /// If a date of the certificate cannot be written.
    pub fn quote(&self, report_data: [u8; 64]) -> Result<Vec<u8>, Error> {
        quote::quote(self, report_data)
    }

    /// Collateral by which the machine is up to date, issued at the start (UTC) of the day of `now`, valid for
    /// thirty days from there: whoever asks for it on the same day gets the same bytes.
    ///
    /// # Errors
    ///
    /// If `now` is beyond the year 9999.
    pub fn collateral(&self, now: Moment) -> Result<Collateral, Error> {
        Authority::of(self, now - now % super::DAY).issue()
    }
}

impl Default for Enclave {
    /// The development worker.
    fn default() -> Self {
        Self {
            mr_enclave: keys::derive(&[b"mr_enclave", b"worker"]),
            mr_signer: keys::derive(&[b"mr_signer", b"worker"]),
            product: 0,
            version: 0,
            debug: false,
        }
    }
}

impl Default for TrustDomain {
    /// The development worker.
    fn default() -> Self {
        let measured = |name: &[u8]| quote::wide(&[b"td", b"worker", name]);
        Self {
            mr_td: measured(b"mrtd"),
            mr_config_id: [0; 48],
            mr_owner: [0; 48],
            mr_owner_config: [0; 48],
            rtmr: [measured(b"rtmr0"), measured(b"rtmr1"), measured(b"rtmr2"), [0; 48]],
            debug: false,
            tee_tcb_svn: TEE_TCB_SVN,
            current_tee_tcb_svn: None,
        }
    }
}
