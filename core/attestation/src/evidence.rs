//! Evidence, and what can be read from it before anything is verified.

use core::fmt;

use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::limits::MAX_QUOTE;

/// Proof of what runs where.
///
/// Index 0 was evidence that proved nothing; it stays unused.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Evidence {
    /// Intel's: an SGX quote (version 3) or a TDX quote (version 4 or 5), which contains the chain of its PCK
    /// certificate.
    #[codec(index = 1)]
    Dcap {
        /// As the quoting enclave made it.
        quote: BoundedVec<u8, ConstU32<MAX_QUOTE>>,
    },
}

/// Kind of trusted execution environment.
#[derive(
    Clone,
    Copy,
    Debug,
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
pub enum Tee {
    /// An enclave in a process.
    #[codec(index = 0)]
    Sgx,
    /// A virtual machine (trust domain).
    #[codec(index = 1)]
    Tdx,
}

impl fmt::Display for Tee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sgx => "SGX",
            Self::Tdx => "TDX",
        })
    }
}

/// Which of Intel's CAs certifies a platform's provisioning key.
#[derive(
    Clone,
    Copy,
    Debug,
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
pub enum Ca {
    /// That of platforms with one socket.
    #[codec(index = 0)]
    Processor,
    /// That of platforms with several sockets.
    #[codec(index = 1)]
    Platform,
}

impl fmt::Display for Ca {
    /// As Intel's provisioning service spells it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Processor => "processor",
            Self::Platform => "platform",
        })
    }
}

/// Platforms that share their collateral.
#[derive(
    Clone,
    Copy,
    Debug,
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
pub struct Family {
    /// SGX and TDX have TCB information of their own.
    pub tee: Tee,
    /// Model of the CPU and its package.
    pub fmspc: [u8; 6],
    /// Who issued the PCK certificate, and so its revocation list.
    pub ca: Ca,
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.tee)?;
        self.fmspc.iter().try_for_each(|byte| write!(f, "{byte:02X}"))?;
        write!(f, " ({} CA)", self.ca)
    }
}
