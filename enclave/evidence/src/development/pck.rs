//! Intel's SGX extension of PCK certificates: which platform it is, and of which security version.
//!
//! Layout: Intel, "SGX PCK Certificate and Certificate Revocation List Profile Specification", 3.5.

use der::{
    asn1::{Any, ObjectIdentifier, OctetString},
    Encode, EncodeValue, Enumerated, Sequence, Tagged,
};
use phala_attestation::Ca;
use x509_cert::ext::Extension;

use super::Machine;
use crate::Error;

/// `id-ce-sGXExtensions`.
const SGX: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113741.1.13.1");

/// How the memory of the machine is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumerated)]
#[repr(u8)]
pub enum SgxType {
    /// Encrypted, with integrity and replay protection, of limited size.
    Standard = 0,
    /// Encrypted only, over all memory.
    Scalable = 1,
    /// Encrypted over all memory, with integrity.
    ScalableWithIntegrity = 2,
}

/// What a PCK certificate of the platform authority says of the machine's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// Packages can be added to the machine.
    pub dynamic_platform: bool,
    /// Intel's registration service keeps the platform's keys.
    pub cached_keys: bool,
    /// Hyper-threading is on.
    pub smt_enabled: bool,
}

#[derive(Sequence)]
struct Entry {
    id: ObjectIdentifier,
    value: Any,
}

impl Entry {
    fn new(id: ObjectIdentifier, value: &(impl Tagged + EncodeValue)) -> Result<Self, Error> {
        Ok(Self { id, value: Any::encode_from(value).map_err(Error::certificate)? })
    }
}

/// The extension that says what `machine` is.
pub(super) fn extension(machine: &Machine) -> Result<Extension, Error> {
    let mut entries = vec![
        Entry::new(arc(1)?, &octets(&machine.ppid)?)?,
        Entry::new(arc(2)?, &tcb(machine)?)?,
        Entry::new(arc(3)?, &octets(&[0; 2])?)?,
        Entry::new(arc(4)?, &octets(&machine.fmspc)?)?,
        Entry::new(arc(5)?, &machine.sgx_type)?,
    ];
    if let Ca::Platform = machine.ca {
        let Configuration { dynamic_platform, cached_keys, smt_enabled } = machine.configuration;
        let flags = [dynamic_platform, cached_keys, smt_enabled];
        let configuration = (1..)
            .zip(flags)
            .map(|(position, flag)| Entry::new(within(7, position)?, &flag))
            .collect::<Result<Vec<_>, _>>()?;
        entries.push(Entry::new(arc(6)?, &octets(&machine.platform_instance)?)?);
        entries.push(Entry::new(arc(7)?, &configuration)?);
    }
    let value = entries.to_der().map_err(Error::certificate)?;
    Ok(Extension { extn_id: SGX, critical: false, extn_value: octets(&value)? })
}

/// The sixteen components, the security version of the provisioning enclave, and the raw CPUSVN.
fn tcb(machine: &Machine) -> Result<Vec<Entry>, Error> {
    (1..)
        .zip(machine.cpu_svn)
        .map(|(position, svn)| Entry::new(within(2, position)?, &svn))
        .chain([
            Entry::new(within(2, 17)?, &machine.pce_svn),
            Entry::new(within(2, 18)?, &octets(&machine.cpu_svn)?),
        ])
        .collect()
}

fn arc(last: u32) -> Result<ObjectIdentifier, Error> {
    SGX.push_arc(last).map_err(Error::certificate)
}

fn within(parent: u32, last: u32) -> Result<ObjectIdentifier, Error> {
    arc(parent)?.push_arc(last).map_err(Error::certificate)
}

fn octets(bytes: &[u8]) -> Result<OctetString, Error> {
    OctetString::new(bytes).map_err(Error::certificate)
}
