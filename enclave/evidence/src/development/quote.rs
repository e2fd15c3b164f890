//! Quotes: a report of the guest, signed by the attestation key of a quoting enclave, whose own report is signed
//! by the key that the machine's certificate is about.
//!
//! Layouts: Intel, "SGX ECDSA quote library API", A.4 (version 3), and "TDX quote generation library and quote
//! verification library API", A.3 (versions 4 and 5).

use codec::Encode;
use dcap_qvl::{
    quote::{
        AuthData, AuthDataV3, AuthDataV4, CertificationData, Data, EnclaveReport, Header,
        QEReportCertificationData, Quote, Report, TDReport10, TDReport15,
    },
    INTEL_QE_VENDOR_ID,
};
use p256::ecdsa::SigningKey;
use phala_attestation::Tee;
use sha2::{Digest, Sha256};
use x509_cert::serial_number::SerialNumber;

use super::{
    certificates::{pem, Issuer},
    keys, Enclave, Guest, Machine, TrustDomain,
};
use crate::Error;

/// ECDSA on P-256.
const ATTESTATION_KEY_TYPE: u16 = 2;
const TEE_SGX: u32 = 0;
const TEE_TDX: u32 = 0x81;
/// The PCK certificate chain in PEM.
const CHAIN: u16 = 5;
/// The quoting enclave's report, which holds certification data of its own.
const QE_REPORT: u16 = 6;

/// Flags of an enclave: it is initialised; a debugger may look into it; it has 64 bits; it may use the
/// provisioning key.
const INITIALISED: u8 = 0x01;
const DEBUG: u8 = 0x02;
const MODE_64_BIT: u8 = 0x04;
const PROVISION_KEY: u8 = 0x10;
/// Which extended features of the CPU an enclave may use: x87, SSE, AVX, AVX-512, PKRU.
const XFRM: u8 = 0xe7;

/// Flags of a TD: the host may look into it; no exceptions for pending pages.
const TD_DEBUG: u8 = 0x01;
const SEPT_VE_DISABLE: u64 = 1 << 28;

/// Who signed the quoting enclave, its product number, and its flags as identities state them.
pub(super) struct QuotingEnclave {
    pub(super) id: &'static str,
    pub(super) mr_signer: [u8; 32],
    pub(super) product: u16,
}

impl QuotingEnclave {
    /// The one that makes quotes about guests of `tee`.
    pub(super) fn of(tee: Tee) -> Self {
        let (id, product) = match tee {
            Tee::Sgx => ("QE", 1),
            Tee::Tdx => ("TD_QE", 2),
        };
        Self { id, mr_signer: keys::derive(&[b"mr_signer", id.as_bytes()]), product }
    }

    fn report(&self, machine: &Machine, report_data: [u8; 64]) -> EnclaveReport {
        EnclaveReport {
            cpu_svn: machine.cpu_svn,
            misc_select: 0,
            reserved1: [0; 28],
            attributes: attributes(INITIALISED | MODE_64_BIT | PROVISION_KEY),
            mr_enclave: keys::derive(&[b"mr_enclave", self.id.as_bytes(), &machine.qe_svn.to_le_bytes()]),
            reserved2: [0; 32],
            mr_signer: self.mr_signer,
            reserved3: [0; 96],
            isv_prod_id: self.product,
            isv_svn: machine.qe_svn,
            reserved4: [0; 60],
            report_data,
        }
    }
}

/// 48 bytes that look like a measurement.
pub(super) fn wide(parts: &[&[u8]]) -> [u8; 48] {
    let mut bytes = [0; 48];
    for (counter, chunk) in (0u8..).zip(bytes.chunks_mut(32)) {
        chunk.copy_from_slice(&keys::derive(&[&parts.concat(), &[counter]])[..chunk.len()]);
    }
    bytes
}

pub(super) fn quote(machine: &Machine, report_data: [u8; 64]) -> Result<Vec<u8>, Error> {
    let data = certification(machine)?;
    let (report, auth_data) = match &machine.guest {
        Guest::Enclave(enclave) => {
            (Report::SgxEnclave(enclave_report(machine, enclave, report_data)), AuthData::V3(data))
        }
        Guest::TrustDomain(domain) => (td_report(domain, report_data), AuthData::V4(nested(data))),
    };
    let mut quote = Quote { header: header(machine), report, auth_data };
    // What is signed comes before the signature, so it can be read off the quote without one.
    let unsigned = quote.encode();
    let message = unsigned.get(..quote.signed_length()).ok_or_else(layout)?;
    let signature = keys::sign(&attestation_key(machine), message);
    match &mut quote.auth_data {
        AuthData::V3(data) => data.ecdsa_signature = signature,
        AuthData::V4(data) => data.ecdsa_signature = signature,
    }
    Ok(quote.encode())
}

/// What cannot be, as the layouts are those of the library that reads quotes.
fn layout() -> Error {
    Error::NoQuote { reason: "a report has another length than its layout".into() }
}

fn header(machine: &Machine) -> Header {
    let qe_id: [u8; 16] = keys::derive_bytes(&[b"qe id", machine.seed.as_bytes()]);
    let mut user_data = [0; 20];
    user_data[..16].copy_from_slice(&qe_id);
    let (version, tee_type, qe_svn, pce_svn) = match &machine.guest {
        Guest::Enclave(_) => (3, TEE_SGX, machine.qe_svn, machine.pce_svn),
        // From version 4 on, the two security versions are reserved.
        Guest::TrustDomain(TrustDomain { current_tee_tcb_svn: None, .. }) => (4, TEE_TDX, 0, 0),
        Guest::TrustDomain(TrustDomain { current_tee_tcb_svn: Some(_), .. }) => (5, TEE_TDX, 0, 0),
    };
    Header {
        version,
        attestation_key_type: ATTESTATION_KEY_TYPE,
        tee_type,
        qe_svn,
        pce_svn,
        qe_vendor_id: INTEL_QE_VENDOR_ID,
        user_data,
    }
}

fn enclave_report(machine: &Machine, enclave: &Enclave, report_data: [u8; 64]) -> EnclaveReport {
    let debug = if enclave.debug { DEBUG } else { 0 };
    EnclaveReport {
        cpu_svn: machine.cpu_svn,
        misc_select: 0,
        reserved1: [0; 28],
        attributes: attributes(INITIALISED | MODE_64_BIT | debug),
        mr_enclave: enclave.mr_enclave,
        reserved2: [0; 32],
        mr_signer: enclave.mr_signer,
        reserved3: [0; 96],
        isv_prod_id: enclave.product,
        isv_svn: enclave.version,
        reserved4: [0; 60],
        report_data,
    }
}

fn attributes(flags: u8) -> [u8; 16] {
    let mut attributes = [0; 16];
    attributes[0] = flags;
    attributes[8] = XFRM;
    attributes
}

fn td_report(domain: &TrustDomain, report_data: [u8; 64]) -> Report {
    let mut td_attributes = SEPT_VE_DISABLE.to_le_bytes();
    if domain.debug {
        td_attributes[0] |= TD_DEBUG;
    }
    let [rt_mr0, rt_mr1, rt_mr2, rt_mr3] = domain.rtmr;
    let base = TDReport10 {
        tee_tcb_svn: domain.tee_tcb_svn,
        mr_seam: wide(&[b"mr_seam", &domain.tee_tcb_svn]),
        mr_signer_seam: [0; 48],
        seam_attributes: [0; 8],
        td_attributes,
        xfam: [XFRM, 0x02, 0x06, 0, 0, 0, 0, 0],
        mr_td: domain.mr_td,
        mr_config_id: domain.mr_config_id,
        mr_owner: domain.mr_owner,
        mr_owner_config: domain.mr_owner_config,
        rt_mr0,
        rt_mr1,
        rt_mr2,
        rt_mr3,
        report_data,
    };
    match domain.current_tee_tcb_svn {
        None => Report::TD10(base),
        Some(tee_tcb_svn2) => Report::TD15(TDReport15 { base, tee_tcb_svn2, mr_service_td: [0; 48] }),
    }
}

/// All that certifies the attestation key; the quote's own signature is still empty.
fn certification(machine: &Machine) -> Result<AuthDataV3, Error> {
    let root = Issuer::root()?;
    let ca = Issuer::pck_ca(&root, machine.ca)?;
    let pck_key = pck_key(machine);
    let chain = pem(&[&ca.pck(machine, &pck_key)?, &ca.certificate, &root.certificate])?;

    let ecdsa_attestation_key = keys::public(&attestation_key(machine));
    let qe_auth_data: [u8; 32] = std::array::from_fn(|position| position as u8);
    let mut report_data = [0; 64];
    let bound = Sha256::new().chain_update(ecdsa_attestation_key).chain_update(qe_auth_data).finalize();
    report_data[..32].copy_from_slice(&bound);
    let report = QuotingEnclave::of(machine.guest.tee()).report(machine, report_data).encode();
    Ok(AuthDataV3 {
        ecdsa_signature: [0; 64],
        ecdsa_attestation_key,
        qe_report_signature: keys::sign(&pck_key, &report),
        qe_report: report.try_into().map_err(|_| layout())?,
        qe_auth_data: Data::new(qe_auth_data.to_vec()),
        certification_data: CertificationData { cert_type: CHAIN, body: Data::new(chain.into_bytes()) },
    })
}

/// The same in the order of version 4, where the certification data holds the quoting enclave's report.
fn nested(data: AuthDataV3) -> AuthDataV4 {
    AuthDataV4 {
        ecdsa_signature: data.ecdsa_signature,
        ecdsa_attestation_key: data.ecdsa_attestation_key,
        // Its body is encoded from the field below.
        certification_data: CertificationData { cert_type: QE_REPORT, body: Data::new(Vec::new()) },
        qe_report_data: QEReportCertificationData {
            qe_report: data.qe_report,
            qe_report_signature: data.qe_report_signature,
            qe_auth_data: data.qe_auth_data,
            certification_data: data.certification_data,
        },
    }
}

/// The key of the quoting enclave, one for each machine and kind of guest.
fn attestation_key(machine: &Machine) -> SigningKey {
    let id = QuotingEnclave::of(machine.guest.tee()).id;
    keys::key(&[b"attestation", machine.seed.as_bytes(), id.as_bytes()])
}

/// The key that the machine's certificate is about. As in a real CPU, it changes with the security versions.
fn pck_key(machine: &Machine) -> SigningKey {
    keys::key(&[b"pck", machine.seed.as_bytes(), &machine.cpu_svn, &machine.pce_svn.to_le_bytes()])
}

/// The serial number of the machine's certificate.
pub(super) fn pck_serial(machine: &Machine) -> Result<SerialNumber, Error> {
    let ca = Issuer::pck_ca(&Issuer::root()?, machine.ca)?;
    Ok(ca.pck(machine, &pck_key(machine))?.tbs_certificate().serial_number().clone())
}
