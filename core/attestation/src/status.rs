//! From what Intel says of a platform to the chain's confidence in it.

use core::fmt;

use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{
    limits::{MAX_ADVISORIES, MAX_ADVISORY},
    Refusal,
};

/// How a platform's trusted computing base stands against what Intel asks for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum TcbStatus {
    /// Nothing is missing.
    #[codec(index = 0)]
    UpToDate,
    /// The software in the enclave has to be hardened.
    #[codec(index = 1)]
    SwHardeningNeeded,
    /// The platform's configuration has to be changed.
    #[codec(index = 2)]
    ConfigurationNeeded,
    /// Both of these.
    #[codec(index = 3)]
    ConfigurationAndSwHardeningNeeded,
    /// A trust domain started on an older TCB than the platform now has.
    #[codec(index = 4)]
    TdRelaunchAdvised,
    /// The same, and the platform's configuration has to be changed.
    #[codec(index = 5)]
    TdRelaunchAdvisedConfigurationNeeded,
    /// Updates are missing.
    #[codec(index = 6)]
    OutOfDate,
    /// Updates are missing, and the platform's configuration has to be changed.
    #[codec(index = 7)]
    OutOfDateConfigurationNeeded,
    /// The platform's keys are known to be broken.
    #[codec(index = 8)]
    Revoked,
}

impl From<dcap_qvl::TcbStatus> for TcbStatus {
    /// A status that Intel adds must fail to compile here, not slip through.
    fn from(status: dcap_qvl::TcbStatus) -> Self {
        use dcap_qvl::TcbStatus as Theirs;
        match status {
            Theirs::UpToDate => Self::UpToDate,
            Theirs::SWHardeningNeeded => Self::SwHardeningNeeded,
            Theirs::ConfigurationNeeded => Self::ConfigurationNeeded,
            Theirs::ConfigurationAndSWHardeningNeeded => Self::ConfigurationAndSwHardeningNeeded,
            Theirs::TDRelaunchAdvised => Self::TdRelaunchAdvised,
            Theirs::TDRelaunchAdvisedConfigurationNeeded => Self::TdRelaunchAdvisedConfigurationNeeded,
            Theirs::OutOfDate => Self::OutOfDate,
            Theirs::OutOfDateConfigurationNeeded => Self::OutOfDateConfigurationNeeded,
            Theirs::Revoked => Self::Revoked,
        }
    }
}

impl fmt::Display for TcbStatus {
    /// Intel's spelling.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UpToDate => "UpToDate",
            Self::SwHardeningNeeded => "SWHardeningNeeded",
            Self::ConfigurationNeeded => "ConfigurationNeeded",
            Self::ConfigurationAndSwHardeningNeeded => "ConfigurationAndSWHardeningNeeded",
            Self::TdRelaunchAdvised => "TDRelaunchAdvised",
            Self::TdRelaunchAdvisedConfigurationNeeded => "TDRelaunchAdvisedConfigurationNeeded",
            Self::OutOfDate => "OutOfDate",
            Self::OutOfDateConfigurationNeeded => "OutOfDateConfigurationNeeded",
            Self::Revoked => "Revoked",
        })
    }
}

/// Name of a security advisory, such as `INTEL-SA-00615`.
#[derive(
    Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Advisory(BoundedVec<u8, ConstU32<MAX_ADVISORY>>);

/// The advisories of a verdict or a refusal.
pub type Advisories = BoundedVec<Advisory, ConstU32<MAX_ADVISORIES>>;

impl Advisory {
    /// None if `name` is longer than [`MAX_ADVISORY`] bytes or has letters that no advisory has.
    pub fn new(name: &str) -> Option<Self> {
        let known = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'-';
        let name = name.bytes().all(known).then(|| name.as_bytes().to_vec())?;
        name.try_into().ok().map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Advisory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

impl fmt::Debug for Advisory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Advisories that do not lower the level of a platform that needs configuration.
pub const ALLOWED_ADVISORIES: [&str; 4] =
    ["INTEL-SA-00219", "INTEL-SA-00334", "INTEL-SA-00381", "INTEL-SA-00389"];

/// The chain's confidence in a platform, from 1 (best) to 5.
///
/// A platform that needs configuration is on level 3 as long as all its advisories are in
/// [`ALLOWED_ADVISORIES`], and on level 4 otherwise.
pub fn level(status: TcbStatus, advisories: &[Advisory]) -> Result<u8, Refusal> {
    let allowed = |advisory: &Advisory| ALLOWED_ADVISORIES.contains(&advisory.as_str());
    match status {
        TcbStatus::UpToDate => Ok(1),
        TcbStatus::SwHardeningNeeded => Ok(2),
        TcbStatus::ConfigurationNeeded | TcbStatus::ConfigurationAndSwHardeningNeeded => {
            Ok(if advisories.iter().all(allowed) { 3 } else { 4 })
        }
        TcbStatus::TdRelaunchAdvised => Ok(4),
        TcbStatus::OutOfDate
        | TcbStatus::OutOfDateConfigurationNeeded
        | TcbStatus::TdRelaunchAdvisedConfigurationNeeded => Ok(5),
        TcbStatus::Revoked => Err(Refusal::Revoked),
    }
}

/// Levels of Intel's list, best first.
pub(crate) fn rank(tcb_level: &dcap_qvl::TcbLevel) -> u8 {
    let advisories: alloc::vec::Vec<_> =
        tcb_level.advisory_ids.iter().filter_map(|name| Advisory::new(name)).collect();
    level(tcb_level.tcb_status.into(), &advisories).unwrap_or(u8::MAX)
}
