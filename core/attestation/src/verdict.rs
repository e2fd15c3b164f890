//! What verified evidence says.

use core::fmt;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use phala_primitives::{Hash, Moment};
use scale_info::TypeInfo;

use crate::{
    shortfall::{Sentence, Shortfalls},
    time::Date,
    Advisories, Edition, Family, TcbStatus,
};

/// One CPU package, or the CPU packages of one board: the digest of its provisioning id (PPID), which stays the
/// same whatever runs on it and whoever owns it.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct PlatformId(pub Hash);

impl PlatformId {
    /// Of the platform with this PPID.
    pub fn of(ppid: &[u8; 16]) -> Self {
        Self((b"phala/platform", ppid).using_encoded(phala_primitives::hash))
    }
}

impl fmt::Display for PlatformId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PlatformId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlatformId({self})")
    }
}

/// What runs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Measurement {
    /// An SGX enclave.
    #[codec(index = 0)]
    Sgx {
        /// Digest of its initial memory.
        mr_enclave: [u8; 32],
        /// Digest of the key that signed it.
        mr_signer: [u8; 32],
        /// Product number that the signer gave (ISVPRODID).
        product: u16,
        /// Security version that the signer gave (ISVSVN).
        version: u16,
    },
    /// A TDX trust domain.
    #[codec(index = 1)]
    Tdx {
        /// Digest of its initial memory: the firmware.
        mrtd: [u8; 48],
        /// What firmware, loader, kernel and programs measured since.
        rtmr: [[u8; 48]; 4],
        /// Configuration that the host gave at the start (MRCONFIGID).
        mr_config: [u8; 48],
        /// Owner that the host gave at the start (MROWNER).
        mr_owner: [u8; 48],
        /// Owner's configuration that the host gave at the start (MROWNERCONFIG).
        mr_owner_config: [u8; 48],
    },
}

impl Measurement {
    /// One digest of all of it.
    pub fn hash(&self) -> Hash {
        (b"phala/measurement", self).using_encoded(phala_primitives::hash)
    }
}

/// What verified evidence says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Verdict {
    /// The family of the platform: kind of TEE, model, CA.
    pub family: Family,
    /// The platform.
    pub platform: PlatformId,
    /// What runs on it.
    pub measurement: Measurement,
    /// What it wanted to be bound to the evidence.
    pub report_data: [u8; 64],
    /// How the platform stands against what Intel asks for.
    pub status: TcbStatus,
    /// What it is open to for that.
    pub advisories: Advisories,
    /// Level of confidence, 1 (best) to 5: [`crate::level`] of these two.
    pub confidence: u8,
    /// What it lacks for the best status of its family.
    pub shortfalls: Shortfalls,
    /// Edition of the collateral; see [`Edition::supersedes`].
    pub edition: Edition,
    /// From this moment on the verdict no longer holds: the earliest expiry of all that it rests on, which is
    /// the PCK certificate and its issuers, the signers of collateral, the revocation lists, the TCB information
    /// and the quoting enclave's identity.
    pub expires_at: Moment,
}

impl fmt::Display for Verdict {
    /// For an operator: where the platform stands, until when, and what would mend it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { family, status, confidence, expires_at, .. } = self;
        write!(f, "{family}, level {confidence} ({status}) until {}", Date(*expires_at))?;
        if self.shortfalls.is_empty() && self.advisories.is_empty() {
            return Ok(());
        }
        write!(f, ": {}", Sentence { shortfalls: &self.shortfalls, advisories: &self.advisories })
    }
}
