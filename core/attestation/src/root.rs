//! Whom evidence is believed under.

use core::fmt;

use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::limits::MAX_ROOT;

/// Intel's SGX root CA (DER): the production root of SGX and TDX, as Intel publishes it at
/// `certificates.trustedservices.intel.com/Intel_SGX_Provisioning_Certification_RootCA.cer`.
pub const INTEL_ROOT: &[u8] = include_bytes!("intel-root.der");

/// A root certificate (DER) that someone decided to trust: whoever holds its key can make any evidence.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Root(BoundedVec<u8, ConstU32<MAX_ROOT>>);

impl Root {
    /// None if it is longer than [`MAX_ROOT`] bytes.
    pub fn new(der: &[u8]) -> Option<Self> {
        der.to_vec().try_into().ok().map(Self)
    }

    /// [`INTEL_ROOT`].
    pub fn intel() -> Self {
        Self(BoundedVec::truncate_from(INTEL_ROOT.to_vec()))
    }

    /// The certificate.
    pub fn der(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = phala_primitives::hash(&self.0);
        f.write_str("Root(0x")?;
        digest.iter().take(8).try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…)")
    }
}
