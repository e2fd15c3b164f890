//! The certificate authorities of the development platform, shaped like Intel's: names, key usages, path
//! lengths, distribution points. All that differs is who holds the keys: everybody.

use der::{
    asn1::{Ia5String, Uint},
    pem::LineEnding,
    Encode, EncodePem,
};
use p256::ecdsa::{DerSignature, SigningKey, VerifyingKey};
use phala_attestation::Ca;
use phala_primitives::Moment;
use x509_cert::{
    builder::{profile::BuilderProfile, Builder, CertificateBuilder, CrlBuilder, Result as Built},
    certificate::TbsCertificate,
    crl::RevokedCert,
    ext::{
        pkix::{
            crl::dp::DistributionPoint,
            name::{DistributionPointName, GeneralName},
            AuthorityKeyIdentifier, BasicConstraints, CrlDistributionPoints, CrlNumber, CrlReason, KeyUsage,
            KeyUsages, SubjectKeyIdentifier,
        },
        Extension, ToExtension,
    },
    name::Name,
    serial_number::SerialNumber,
    spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef},
    Certificate,
};

use super::{
    keys, pck,
    time::{time, Period},
    Machine,
};
use crate::Error;

/// Behind the common name of every certificate.
const ORGANISATION: &str = "O=Phala development (public keys: trust nobody),C=CH";

/// Where the revocation lists would be; the top level domain is reserved for names that do not exist (RFC 2606).
const LISTS: &str = "https://development.phala.invalid";

/// Who signs, with a certificate: the root, a PCK certificate authority, or the signer of TCB information.
pub(super) struct Issuer {
    pub(super) key: SigningKey,
    pub(super) certificate: Certificate,
}

impl Issuer {
    /// The root.
    pub(super) fn root() -> Result<Self, Error> {
        Self::certified("SGX Root CA", None, Period::ALWAYS, Role::Authority { path_length: 1 })
    }

    /// A PCK certificate authority under `root`.
    pub(super) fn pck_ca(root: &Self, ca: Ca) -> Result<Self, Error> {
        let name = match ca {
            Ca::Processor => "SGX PCK Processor CA",
            Ca::Platform => "SGX PCK Platform CA",
        };
        Self::certified(name, Some(root), Period::ALWAYS, Role::Authority { path_length: 0 })
    }

    /// Whose signature TCB information and QE identities carry.
    pub(super) fn tcb_signing(root: &Self, valid: Period) -> Result<Self, Error> {
        Self::certified("SGX TCB Signing", Some(root), valid, Role::Signer)
    }

    fn certified(name: &str, issuer: Option<&Self>, valid: Period, role: Role) -> Result<Self, Error> {
        let key = keys::authority(name);
        let serial = keys::derive(&[b"serial", name.as_bytes()]);
        let certificate = certify(Request {
            subject: distinguished(name)?,
            key: key.verifying_key(),
            issuer: match issuer {
                Some(issuer) => (issuer.certificate.tbs_certificate().subject().clone(), &issuer.key),
                None => (distinguished(name)?, &key),
            },
            serial: &serial,
            valid,
            role,
            list: format!("{LISTS}/root.crl"),
            extension: None,
        })?;
        Ok(Self { key, certificate })
    }

    /// The PCK certificate of `machine`, for `key`, with Intel's SGX extension.
    pub(super) fn pck(&self, machine: &Machine, key: &SigningKey) -> Result<Certificate, Error> {
        let extension = pck::extension(machine)?;
        let list = match machine.ca {
            Ca::Processor => "processor",
            Ca::Platform => "platform",
        };
        // Another content is another certificate, with a number of its own.
        let valid = machine.certified;
        let serial = [
            machine.seed.as_bytes(),
            extension.extn_value.as_bytes(),
            &valid.from.to_le_bytes(),
            &valid.until.to_le_bytes(),
        ];
        certify(Request {
            subject: distinguished("SGX PCK Certificate")?,
            key: key.verifying_key(),
            issuer: (self.certificate.tbs_certificate().subject().clone(), &self.key),
            serial: &keys::derive(&serial),
            valid,
            role: Role::Signer,
            list: format!("{LISTS}/{list}.crl"),
            extension: Some(extension),
        })
    }

    /// A revocation list over `serials`, revoked when the list was made.
    pub(super) fn revoke(
        &self,
        number: u32,
        dates: Period,
        serials: &[SerialNumber],
    ) -> Result<Vec<u8>, Error> {
        let number = CrlNumber(Uint::new(&number.to_be_bytes()).map_err(Error::certificate)?);
        let mut list = CrlBuilder::new_with_this_update(&self.certificate, number, time(dates.from)?)
            .map_err(Error::certificate)?
            .with_next_update(Some(time(dates.until)?));
        // An empty sequence of revocations is not allowed: there is none at all then.
        if !serials.is_empty() {
            let entries =
                serials.iter().map(|serial| revocation(serial, dates.from)).collect::<Result<Vec<_>, _>>()?;
            list = list.with_certificates(entries.into_iter());
        }
        let list = list.build::<_, DerSignature>(&self.key).map_err(Error::certificate)?;
        list.to_der().map_err(Error::certificate)
    }

    pub(super) fn serial(&self) -> &SerialNumber {
        self.certificate.tbs_certificate().serial_number()
    }
}

fn revocation(serial: &SerialNumber, date: Moment) -> Result<RevokedCert, Error> {
    let reason =
        (&CrlReason::KeyCompromise).to_extension(&Name::default(), &[]).map_err(Error::certificate)?;
    Ok(RevokedCert {
        serial_number: serial.clone(),
        revocation_date: time(date)?,
        crl_entry_extensions: Some(vec![reason]),
    })
}

/// `certificates` one after another in PEM, from the leaf on, as quotes and collateral carry chains.
pub(super) fn pem(certificates: &[&Certificate]) -> Result<String, Error> {
    certificates
        .iter()
        .map(|certificate| certificate.to_pem(LineEnding::LF).map_err(Error::certificate))
        .collect()
}

fn distinguished(name: &str) -> Result<Name, Error> {
    format!("CN=Phala Development {name},{ORGANISATION}").parse().map_err(Error::certificate)
}

/// What a certificate says of itself, besides names, dates and keys.
#[derive(Clone, Copy)]
enum Role {
    /// It may sign certificates and revocation lists.
    Authority { path_length: u8 },
    /// It may sign anything else.
    Signer,
}

struct Request<'a> {
    subject: Name,
    key: &'a VerifyingKey,
    issuer: (Name, &'a SigningKey),
    /// Any bytes that no other certificate of this issuer has.
    serial: &'a [u8],
    valid: Period,
    role: Role,
    list: String,
    extension: Option<Extension>,
}

fn certify(request: Request<'_>) -> Result<Certificate, Error> {
    let key = SubjectPublicKeyInfoOwned::from_key(request.key).map_err(Error::certificate)?;
    let (issuer, signer) = request.issuer;
    let profile = Profile { subject: request.subject, issuer, role: request.role, list: request.list };
    let mut builder =
        CertificateBuilder::new(profile, serial(request.serial)?, request.valid.validity()?, key)
            .map_err(Error::certificate)?;
    if let Some(extension) = request.extension {
        builder.add_extension(extension).map_err(Error::certificate)?;
    }
    builder.build::<_, DerSignature>(signer).map_err(Error::certificate)
}

/// A serial number of 16 bytes: positive, and without a leading zero.
fn serial(seed: &[u8]) -> Result<SerialNumber, Error> {
    let mut bytes: [u8; 16] = keys::derive_bytes(&[b"serial number", seed]);
    bytes[0] = bytes[0] & 0x7f | 0x40;
    SerialNumber::new(&bytes).map_err(Error::certificate)
}

struct Profile {
    subject: Name,
    issuer: Name,
    role: Role,
    list: String,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        certificate: &TbsCertificate,
    ) -> Built<Vec<Extension>> {
        let (usage, constraints) = match self.role {
            Role::Authority { path_length } => (
                KeyUsages::KeyCertSign | KeyUsages::CRLSign,
                BasicConstraints { ca: true, path_len_constraint: Some(path_length) },
            ),
            Role::Signer => (
                KeyUsages::DigitalSignature | KeyUsages::NonRepudiation,
                BasicConstraints { ca: false, path_len_constraint: None },
            ),
        };
        let list = DistributionPoint {
            distribution_point: Some(DistributionPointName::FullName(vec![
                GeneralName::UniformResourceIdentifier(Ia5String::new(&self.list)?),
            ])),
            reasons: None,
            crl_issuer: None,
        };
        let subject = certificate.subject();
        Ok(vec![
            (&AuthorityKeyIdentifier::try_from(issuer_key)?).to_extension(subject, &[])?,
            (&CrlDistributionPoints(vec![list])).to_extension(subject, &[])?,
            (&SubjectKeyIdentifier::try_from(key)?).to_extension(subject, &[])?,
            (&KeyUsage(usage)).to_extension(subject, &[])?,
            (&constraints).to_extension(subject, &[])?,
        ])
    }
}
