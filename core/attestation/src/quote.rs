//! What a quote says, before anything in it is verified.

use alloc::vec::Vec;

use codec::{Decode, Encode};
use dcap_qvl::{
    config::{ParsedCert, PckCa, X509Codec},
    intel::{parse_pck_extension, PckExtension},
    quote::{AuthData, Header, Quote, Report, TDAttributes},
    x509::X509CertBackend,
    INTEL_QE_VENDOR_ID,
};

use crate::{certificates::chain, limits::MAX_QUOTE, Ca, Exposure, Family, Part, Refusal, Tee, Text};

/// ECDSA over P-256 with SHA-256.
const ATTESTATION_KEY_TYPE: u16 = 2;
const TEE_SGX: u32 = 0;
const TEE_TDX: u32 = 0x81;
/// Certification data that is a chain of PCK certificates (PEM).
const PCK_CHAIN: u16 = 5;
/// Certification data that is the quoting enclave's report and its own certification data (quotes from version 4).
const QE_REPORT: u16 = 6;
const QE_AUTHENTICATION_DATA: usize = 32;

/// A quote that has the form it should have.
pub(crate) struct UnverifiedQuote {
    pub(crate) quote: Quote,
    pub(crate) family: Family,
    /// PCK certificate, its CA, the root (DER).
    pub(crate) chain: [Vec<u8>; 3],
    /// What the PCK certificate says of the platform.
    pub(crate) pck: PckExtension,
}

impl UnverifiedQuote {
    /// Reads a quote, which has one encoding, but for zeros that may follow it.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > MAX_QUOTE as usize {
            return Err(Refusal::too_large(Part::Quote, bytes.len(), MAX_QUOTE as usize));
        }
        let header =
            Header::decode(&mut &bytes[..]).map_err(|error| Refusal::malformed(Part::Quote, error))?;
        let tee = supported(&header)?;
        let quote = Quote::parse(bytes).map_err(|error| Refusal::malformed(Part::Quote, error))?;
        if quote.report.is_sgx() != (tee == Tee::Sgx) {
            return Err(Refusal::malformed(
                Part::Quote,
                "the report is of another kind than the header says",
            ));
        }
        check_encoding(bytes, &quote)?;
        let pem = quote
            .raw_cert_chain()
            .map_err(|_| Refusal::CertificationData { kind: quote.inner_cert_type() })?;
        let chain = chain::<3>(Part::PckChain, pem)?;
        let [leaf, ..] = &chain;
        let malformed = |reason: Text| Refusal::Malformed { part: Part::PckChain, reason };
        let pck =
            parse_pck_extension(leaf).map_err(|error| malformed(Text::new(format_args!("{error:#}"))))?;
        let family = Family { tee, fmspc: pck.fmspc, ca: issuer(leaf)? };
        Ok(Self { quote, family, chain, pck })
    }

    /// The security versions of TDX at the start of the trust domain.
    pub(crate) fn tee_tcb_svn(&self) -> Option<&[u8; 16]> {
        self.quote.report.as_td10().map(|report| &report.tee_tcb_svn)
    }
}

impl Family {
    /// The family of the platform that a quote says it is from. Only [`crate::verify`] shows whether it is.
    pub fn of(quote: &[u8]) -> Result<Self, Refusal> {
        UnverifiedQuote::read(quote).map(|quote| quote.family)
    }
}

fn supported(header: &Header) -> Result<Tee, Refusal> {
    let unsupported = |reason: core::fmt::Arguments| Refusal::UnsupportedQuote { reason: Text::new(reason) };
    let tee = match (header.tee_type, header.version) {
        (TEE_SGX, 3) => Tee::Sgx,
        (TEE_TDX, 4 | 5) => Tee::Tdx,
        (tee, version) => return Err(unsupported(format_args!("version {version} of TEE type {tee:#x}"))),
    };
    if header.qe_vendor_id != INTEL_QE_VENDOR_ID {
        return Err(unsupported(format_args!("by another vendor's quoting enclave")));
    }
    match header.attestation_key_type {
        ATTESTATION_KEY_TYPE => Ok(tee),
        other => Err(unsupported(format_args!("attestation key of type {other}"))),
    }
}

/// Holds the quote to the one encoding of what was read: neither the lengths in it nor its unsigned types are
/// looked at by the verifier.
fn check_encoding(bytes: &[u8], quote: &Quote) -> Result<(), Refusal> {
    let malformed = |reason: &str| Err(Refusal::malformed(Part::Quote, reason));
    let Some(padding) = bytes.strip_prefix(&quote.encode()[..]) else {
        return malformed("its lengths contradict each other");
    };
    if padding.iter().any(|byte| *byte != 0) {
        return malformed("something follows it");
    }
    let auth_data = match &quote.auth_data {
        AuthData::V3(data) => &data.qe_auth_data,
        AuthData::V4(data) if data.certification_data.cert_type == QE_REPORT => {
            &data.qe_report_data.qe_auth_data
        }
        AuthData::V4(_) => return malformed("no report of the quoting enclave"),
    };
    if auth_data.data.len() != QE_AUTHENTICATION_DATA {
        return malformed("the quoting enclave's authentication data has another length than 32");
    }
    match quote.inner_cert_type() {
        PCK_CHAIN => Ok(()),
        kind => Err(Refusal::CertificationData { kind }),
    }
}

fn issuer(leaf: &[u8]) -> Result<Ca, Refusal> {
    let certificate = X509CertBackend::from_der(leaf)
        .map_err(|error| Refusal::malformed(Part::PckChain, format_args!("{error:#}")))?;
    match certificate.pck_ca() {
        Some(PckCa::Processor) => Ok(Ca::Processor),
        Some(PckCa::Platform) => Ok(Ca::Platform),
        None => {
            Err(Refusal::malformed(Part::PckChain, "its issuer is neither the processor nor the platform CA"))
        }
    }
}

/// Refuses what someone else can see into, or have a say in.
pub(crate) fn check_exposure(report: &Report) -> Result<(), Refusal> {
    match exposure(report) {
        None => Ok(()),
        Some(exposure) => {
            Err(Refusal::Exposed { tee: if report.is_sgx() { Tee::Sgx } else { Tee::Tdx }, exposure })
        }
    }
}

fn exposure(report: &Report) -> Option<Exposure> {
    /// `DEBUG` among an SGX enclave's attributes.
    const SGX_DEBUG: u8 = 0b10;
    /// `DEBUG` among a trust domain's attributes.
    const TDX_DEBUG: u8 = 1;
    let base = match report {
        Report::SgxEnclave(report) => {
            return (report.attributes[0] & SGX_DEBUG != 0).then_some(Exposure::Debug);
        }
        Report::TD10(report) => report,
        Report::TD15(report) => &report.base,
        Report::TD15Ex(report) => &report.base.base,
    };
    let bound = report.as_td15().is_some_and(|report| report.mr_service_td != [0; 48]);
    let Ok(attributes) = TDAttributes::parse(base.td_attributes) else {
        return Some(Exposure::UnknownAttributes);
    };
    let found = [
        (attributes.tud & TDX_DEBUG != 0, Exposure::Debug),
        (attributes.tud & !TDX_DEBUG != 0, Exposure::Profiling),
        (attributes.reserved != 0, Exposure::UnknownAttributes),
        (attributes.sec.migratable, Exposure::Migratable),
        (attributes.sec.servtd_ext || bound, Exposure::ServiceDomain),
        (!attributes.sec.sept_ve_disable, Exposure::UnexpectedMemory),
    ];
    found.into_iter().find_map(|(is_so, exposure)| is_so.then_some(exposure))
}
