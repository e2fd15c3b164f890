//! What a platform lacks, and what mends it.

use core::fmt;

use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use dcap_qvl::{SvnComponent, SvnShortfall};
use phala_primitives::Moment;
use scale_info::TypeInfo;

use crate::{limits::MAX_SHORTFALLS, time::Date};

/// A part of a platform's trusted computing base that has a version of its own.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Component {
    /// Byte of the CPU's security version, from 0.
    #[codec(index = 0)]
    Sgx(u8),
    /// Byte of the TDX security version, from 0.
    #[codec(index = 1)]
    Tdx(u8),
    /// The provisioning certification enclave.
    #[codec(index = 2)]
    Pce,
    /// The TDX module.
    #[codec(index = 3)]
    TdxModule,
    /// The quoting enclave.
    #[codec(index = 4)]
    QuotingEnclave,
}

impl Component {
    /// What raises its version.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Sgx(_) => "update the BIOS and the CPU's microcode",
            Self::Tdx(_) => "update the BIOS, which brings the TDX loader and module",
            Self::Pce | Self::QuotingEnclave => "update the DCAP packages of the host",
            Self::TdxModule => "update the TDX module, and start the trust domain again",
        }
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sgx(index) => write!(f, "SGX component {index}"),
            Self::Tdx(index) => write!(f, "TDX component {index}"),
            Self::Pce => f.write_str("the provisioning certification enclave (PCE)"),
            Self::TdxModule => f.write_str("the TDX module"),
            Self::QuotingEnclave => f.write_str("the quoting enclave (QE)"),
        }
    }
}

/// A component that is older than Intel asks for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Shortfall {
    /// Which.
    pub component: Component,
    /// The security version that it has.
    pub have: u16,
    /// The least that Intel asks for.
    pub needs: u16,
    /// Since when: Intel's date of the TCB level.
    pub since: Moment,
}

/// All that a platform lacks.
pub type Shortfalls = BoundedVec<Shortfall, ConstU32<MAX_SHORTFALLS>>;

impl Shortfall {
    pub(crate) fn new(shortfall: &SvnShortfall, since: Moment) -> Self {
        let component = match shortfall.component {
            SvnComponent::Sgx(index) => Component::Sgx(index),
            SvnComponent::Tdx(index) => Component::Tdx(index),
            SvnComponent::PceSvn => Component::Pce,
            SvnComponent::TdxModuleIsvSvn => Component::TdxModule,
        };
        Self { component, have: shortfall.have, needs: shortfall.needs, since }
    }
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { component, have, needs, since } = self;
        write!(f, "{component} is {have}, Intel asks for {needs} since {}", Date(*since))
    }
}

/// Shortfalls and advisories as a sentence: what is missing, then what mends it.
pub(crate) struct Sentence<'a> {
    pub(crate) shortfalls: &'a [Shortfall],
    pub(crate) advisories: &'a [crate::Advisory],
}

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, self.shortfalls, "; ")?;
        if !self.advisories.is_empty() {
            f.write_str(if self.shortfalls.is_empty() { "(" } else { " (" })?;
            list(f, self.advisories, ", ")?;
            f.write_str(")")?;
        }
        for (index, shortfall) in self.shortfalls.iter().enumerate() {
            let remedy = shortfall.component.remedy();
            if !self.shortfalls.iter().take(index).any(|earlier| earlier.component.remedy() == remedy) {
                write!(f, "{}{remedy}", if index == 0 { ": " } else { "; " })?;
            }
        }
        Ok(())
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T], separator: &str) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}
