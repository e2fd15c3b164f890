//! Why evidence was refused, and what to do about it.

use core::fmt;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use phala_primitives::Moment;
use scale_info::TypeInfo;

use crate::{
    shortfall::{Sentence, Shortfalls},
    time::Time,
    Family, Tee, Text,
};

/// A part of evidence or collateral.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Part {
    /// The quote.
    #[codec(index = 0)]
    Quote,
    /// The PCK certificate and its issuers, inside the quote.
    #[codec(index = 1)]
    PckChain,
    /// The quoting enclave's report, inside the quote.
    #[codec(index = 2)]
    QeReport,
    /// All of the collateral.
    #[codec(index = 3)]
    Collateral,
    /// The issuers of the PCK CA's revocation list.
    #[codec(index = 4)]
    PckCrlChain,
    /// The root CA's revocation list.
    #[codec(index = 5)]
    RootCrl,
    /// The PCK CA's revocation list.
    #[codec(index = 6)]
    PckCrl,
    /// The signers of TCB information.
    #[codec(index = 7)]
    TcbInfoChain,
    /// TCB information.
    #[codec(index = 8)]
    TcbInfo,
    /// The signers of the quoting enclave's identity.
    #[codec(index = 9)]
    QeIdentityChain,
    /// The quoting enclave's identity.
    #[codec(index = 10)]
    QeIdentity,
    /// A certificate, which one is not known.
    #[codec(index = 11)]
    Certificate,
}

impl Part {
    /// What brings a newer or a whole one.
    fn remedy(&self) -> &'static str {
        match self {
            Self::Quote | Self::QeReport => "make a new quote",
            Self::PckChain => {
                "let the host fetch its PCK certificates anew (restart the provisioning cache and the quoting \
                 service), and make a new quote"
            }
            Self::Collateral
            | Self::PckCrlChain
            | Self::RootCrl
            | Self::PckCrl
            | Self::TcbInfoChain
            | Self::TcbInfo
            | Self::QeIdentityChain
            | Self::QeIdentity => "fetch the collateral of this family anew from Intel's provisioning service",
            Self::Certificate => "make a new quote, and fetch its collateral anew",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Quote => "the quote",
            Self::PckChain => "the PCK certificate chain in the quote",
            Self::QeReport => "the quoting enclave's report in the quote",
            Self::Collateral => "the collateral",
            Self::PckCrlChain => "the issuer chain of the PCK revocation list",
            Self::RootCrl => "the root CA's revocation list",
            Self::PckCrl => "the PCK CA's revocation list",
            Self::TcbInfoChain => "the issuer chain of the TCB information",
            Self::TcbInfo => "the TCB information",
            Self::QeIdentityChain => "the issuer chain of the quoting enclave's identity",
            Self::QeIdentity => "the quoting enclave's identity",
            Self::Certificate => "a certificate",
        })
    }
}

/// What about an enclave or a trust domain makes its memory or its future someone else's.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Exposure {
    /// The host can read and change its memory.
    #[codec(index = 0)]
    Debug,
    /// The host can profile it.
    #[codec(index = 1)]
    Profiling,
    /// It can be moved to another platform.
    #[codec(index = 2)]
    Migratable,
    /// A service domain, which was not judged, has power over it.
    #[codec(index = 3)]
    ServiceDomain,
    /// The host can give it memory that it did not ask for, unnoticed (SEPT_VE_DISABLE is off).
    #[codec(index = 4)]
    UnexpectedMemory,
    /// Attributes that nobody knows.
    #[codec(index = 5)]
    UnknownAttributes,
}

impl fmt::Display for Exposure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Debug => "runs in debug mode, so that the host sees its memory: start it without debugging",
            Self::Profiling => "can be profiled by the host: start it without performance profiling",
            Self::Migratable => "can be migrated to another platform: start it without migration",
            Self::ServiceDomain => "is bound to a service domain: start it without one",
            Self::UnexpectedMemory => {
                "accepts memory that it did not ask for: start it with the attribute SEPT_VE_DISABLE"
            }
            Self::UnknownAttributes => "has reserved attributes set: start it without them",
        })
    }
}

/// Why evidence was refused. It prints as a sentence with cause and remedy.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    thiserror::Error,
)]
pub enum Refusal {
    /// Larger than the limit.
    #[codec(index = 0)]
    #[error("{part} has {size} bytes, at most {limit} are read: {}", part.remedy())]
    TooLarge {
        /// Of what.
        part: Part,
        /// Bytes that it has.
        size: u32,
        /// Most bytes that it may have.
        limit: u32,
    },
    /// JSON nested deeper than the limit.
    #[codec(index = 1)]
    #[error("{part} is nested deeper than Intel's ever is: {}", part.remedy())]
    TooDeep {
        /// Which.
        part: Part,
    },
    /// Not what it should be, byte for byte.
    #[codec(index = 2)]
    #[error("{part} cannot be read ({reason}): {}", part.remedy())]
    Malformed {
        /// Which.
        part: Part,
        /// What is wrong with it.
        reason: Text,
    },
    /// A quote of a kind that is not judged here.
    #[codec(index = 3)]
    #[error(
        "this kind of quote is not supported ({reason}): SGX quotes of version 3 are, and TDX quotes of \
         version 4 and 5, by Intel's quoting enclave, with ECDSA P-256"
    )]
    UnsupportedQuote {
        /// What about it.
        reason: Text,
    },
    /// The quote does not contain its certificates.
    #[codec(index = 4)]
    #[error(
        "the quote names its PCK certificate by certification data of type {kind} and does not contain \
         it: set the quoting service to certification data of type 5, which is its default once the host \
         is registered with Intel"
    )]
    CertificationData {
        /// Type of its certification data.
        kind: u16,
    },
    /// Not as many certificates as Intel's chains have.
    #[codec(index = 5)]
    #[error("{part} has {count} certificates and not {expected}: {}", part.remedy())]
    Certificates {
        /// Which chain.
        part: Part,
        /// Certificates that it has.
        count: u32,
        /// Certificates that it should have.
        expected: u32,
    },
    /// A chain ends in a certificate that is not among the trusted roots.
    #[codec(index = 6)]
    #[error(
        "{part} ends in a root certificate that is not trusted here: use a platform that Intel certified \
         (development platforms count in development networks only)"
    )]
    UntrustedRoot {
        /// Which chain.
        part: Part,
    },
    /// The chain of a revocation list is not that of the PCK certificate.
    #[codec(index = 7)]
    #[error(
        "{part} is of another CA than the quote's PCK certificate: fetch the collateral for the CA \
         {expected}"
    )]
    OtherCa {
        /// Which chain.
        part: Part,
        /// The CA of the quote.
        expected: crate::Ca,
    },
    /// Collateral of another family.
    #[codec(index = 8)]
    #[error("{part} is not for {expected}: fetch the collateral of that family")]
    OtherFamily {
        /// What is of another family.
        part: Part,
        /// The family of the quote.
        expected: Family,
    },
    /// Issued later than now.
    #[codec(index = 9)]
    #[error("{part} is valid from {} on: wait until then, or set the clock", Time(*from))]
    NotYetValid {
        /// What.
        part: Part,
        /// The moment from which on it is valid.
        from: Moment,
    },
    /// No longer valid.
    #[codec(index = 10)]
    #[error("{part} expired at {}: {}", Time(*since), part.remedy())]
    Expired {
        /// What.
        part: Part,
        /// The moment at which it expired.
        since: Moment,
    },
    /// A certificate was revoked by its issuer.
    #[codec(index = 11)]
    #[error(
        "a certificate of the platform was revoked by Intel: its keys are not safe any more; update the \
         BIOS and register the host with Intel again, which gives it a new certificate"
    )]
    RevokedCertificate,
    /// Certificates do not lead to the root.
    #[codec(index = 12)]
    #[error("{part} does not lead to its root ({reason}): {}", part.remedy())]
    Chain {
        /// Which.
        part: Part,
        /// Why.
        reason: Text,
    },
    /// A signature does not fit.
    #[codec(index = 13)]
    #[error(
        "the signature of {part} is not valid: it was altered on the way, or made by someone else; {}",
        part.remedy()
    )]
    Signature {
        /// Of what.
        part: Part,
    },
    /// The quote was not made by Intel's quoting enclave.
    #[codec(index = 14)]
    #[error(
        "the quote was not made by Intel's quoting enclave ({reason}): use the one of Intel's DCAP packages"
    )]
    QuotingEnclave {
        /// What shows it.
        reason: Text,
    },
    /// The TDX module is not Intel's, or not one that the collateral knows.
    #[codec(index = 15)]
    #[error(
        "the TDX module is not one that the TCB information knows ({reason}): update the TDX module, or \
         fetch newer collateral"
    )]
    TdxModule {
        /// What shows it.
        reason: Text,
    },
    /// The platform is older than the oldest that Intel has an opinion about.
    #[codec(index = 16)]
    #[error(
        "TCB out of date, below every level that Intel lists: {}",
        Sentence { shortfalls, advisories: &[] }
    )]
    BelowEveryLevel {
        /// What it lacks for the lowest level.
        shortfalls: Shortfalls,
    },
    /// Intel revoked the platform's TCB.
    #[codec(index = 17)]
    #[error(
        "Intel revoked this TCB, its keys are known to be broken: update the BIOS, the CPU's microcode \
         and the DCAP packages, register the host with Intel again, and make a new quote"
    )]
    Revoked,
    /// Someone else may see into it.
    #[codec(index = 18)]
    #[error("the {} {exposure}", match tee { Tee::Sgx => "enclave", Tee::Tdx => "trust domain" })]
    Exposed {
        /// Kind of TEE.
        tee: Tee,
        /// How.
        exposure: Exposure,
    },
    /// More advisories than a verdict holds.
    #[codec(index = 19)]
    #[error("{count} advisories, more than are read or with names that are none: fetch newer collateral")]
    Advisories {
        /// How many.
        count: u32,
    },
    /// Anything else.
    #[codec(index = 20)]
    #[error("the quote does not verify: {reason}")]
    Other {
        /// What the verifier said.
        reason: Text,
    },
}

impl Refusal {
    pub(crate) fn too_large(part: Part, size: usize, limit: usize) -> Self {
        let bytes = |size| u32::try_from(size).unwrap_or(u32::MAX);
        Self::TooLarge { part, size: bytes(size), limit: bytes(limit) }
    }

    pub(crate) fn malformed(part: Part, reason: impl fmt::Display) -> Self {
        Self::Malformed { part, reason: Text::new(reason) }
    }
}
