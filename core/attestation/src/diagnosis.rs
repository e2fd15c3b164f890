//! What the verifier's errors mean.
//!
//! Errors about certificates are typed. The others are sentences, each matched here by the part of it that does not
//! vary. Tests, here and with evidence of the development platform, expect the refusals by name, so that another
//! wording of another version does not pass unnoticed. What is not known keeps its text.

use webpki::Error as Pki;

use crate::{
    certificates::certificate_window, publication::UnverifiedPublication, quote::UnverifiedQuote, tcb,
    time::SECOND, Part, Refusal, Text,
};

/// What the verifier's error means: the error of certificates that it wraps, if any, and all that it said.
pub(crate) fn explain(
    error: Option<&Pki>,
    said: &str,
    quote: &UnverifiedQuote,
    publication: &UnverifiedPublication,
) -> Refusal {
    match error {
        Some(error) => certificates(error, said, quote, publication),
        None => sentence(said, quote, publication),
    }
}

/// Errors of certificates and revocation lists.
fn certificates(
    error: &Pki,
    said: &str,
    quote: &UnverifiedQuote,
    publication: &UnverifiedPublication,
) -> Refusal {
    let part = part_named(said);
    match error {
        Pki::CertRevoked => Refusal::RevokedCertificate,
        Pki::CertExpired { not_after, .. } => {
            let since = not_after.as_secs().saturating_mul(SECOND);
            let part = part_of(quote, publication, |window| window.until == since);
            Refusal::Expired { part, since }
        }
        Pki::CertNotValidYet { not_before, .. } => {
            let from = not_before.as_secs().saturating_mul(SECOND);
            let part = part_of(quote, publication, |window| window.from == from);
            Refusal::NotYetValid { part, from }
        }
        // The root CA's list is verified while it is read, the other's when the PCK certificate is looked up in it.
        Pki::InvalidCrlSignatureForPublicKey if part == Part::RootCrl => {
            Refusal::Signature { part: Part::RootCrl }
        }
        Pki::InvalidCrlSignatureForPublicKey => Refusal::Signature { part: Part::PckCrl },
        Pki::InvalidSignatureForPublicKey if part == Part::RootCrl => {
            Refusal::Signature { part: Part::RootCrl }
        }
        Pki::InvalidSignatureForPublicKey => Refusal::Signature { part: Part::Certificate },
        Pki::UnknownRevocationStatus => Refusal::OtherCa { part: Part::PckCrl, expected: quote.family.ca },
        other if part == Part::Certificate => Refusal::Chain { part, reason: Text::new(other) },
        other => Refusal::malformed(part, other),
    }
}

/// The part that dcap-qvl was reading.
fn part_named(said: &str) -> Part {
    let parts = [
        ("Failed to parse root CA CRL", Part::RootCrl),
        ("Failed to parse PCK CRL", Part::PckCrl),
        ("Failed to parse TCB Info leaf certificate", Part::TcbInfoChain),
        ("Failed to parse QE Identity leaf certificate", Part::QeIdentityChain),
        ("Failed to parse PCK certificate", Part::PckChain),
    ];
    parts.iter().find(|(start, _)| said.starts_with(start)).map_or(Part::Certificate, |(_, part)| *part)
}

/// The chain with a certificate whose dates are such.
fn part_of(
    quote: &UnverifiedQuote,
    publication: &UnverifiedPublication,
    is_it: impl Fn(crate::certificates::Window) -> bool,
) -> Part {
    let [leaf, ca, _] = &quote.chain;
    let certificates = [
        (Part::TcbInfoChain, &publication.tcb_signer),
        (Part::QeIdentityChain, &publication.qe_signer),
        (Part::PckChain, leaf),
        (Part::PckChain, ca),
    ];
    certificates
        .into_iter()
        .find(|(part, der)| certificate_window(*part, der).is_ok_and(&is_it))
        .map_or(Part::Certificate, |(part, _)| part)
}

/// Errors that are sentences.
fn sentence(said: &str, quote: &UnverifiedQuote, publication: &UnverifiedPublication) -> Refusal {
    let has = |part: &str| said.contains(part);
    let reason = || Text::new(said);
    if has("Signature is invalid for tcb_info") {
        Refusal::Signature { part: Part::TcbInfo }
    } else if has("Signature is invalid for qe_identity") {
        Refusal::Signature { part: Part::QeIdentity }
    } else if has("Signature is invalid for qe_report") || has("QE report hash mismatch") {
        Refusal::Signature { part: Part::QeReport }
    } else if has("ISV enclave report signature is invalid") {
        Refusal::Signature { part: Part::Quote }
    } else if has("TCB Info signer must be issued directly") {
        Refusal::Chain { part: Part::TcbInfoChain, reason: reason() }
    } else if has("QE Identity signer must be issued directly") {
        Refusal::Chain { part: Part::QeIdentityChain, reason: reason() }
    } else if has("TCB status is invalid: Revoked") {
        Refusal::Revoked
    } else if has("No matching TCB level found") || has("TDX module ISVSVN") {
        Refusal::BelowEveryLevel { shortfalls: tcb::below_every_level(quote, publication) }
    } else if has("QE ISVSVN") {
        let version = qe_version(quote);
        let shortfalls = tcb::quoting_enclave_below_every_level(&publication.qe_identity, version);
        Refusal::BelowEveryLevel { shortfalls }
    } else if has("TDX module") {
        Refusal::TdxModule { reason: reason() }
    } else if ["QE MRSIGNER", "QE ISVPRODID", "QE MISCSELECT", "QE ATTRIBUTES", "QE report validation failed"]
        .iter()
        .any(|start| has(start))
    {
        Refusal::QuotingEnclave { reason: reason() }
    } else {
        malformed_or_other(said)
    }
}

/// What shows only when the verifier reads a part closer than it was read before.
fn malformed_or_other(said: &str) -> Refusal {
    let reason = || Text::new(said);
    let parts = [
        ("in TCB Info", Part::TcbInfo),
        ("TCB Info", Part::TcbInfo),
        ("component count mismatch", Part::TcbInfo),
        ("TDX TCB", Part::TcbInfo),
        ("QE Identity", Part::QeIdentity),
        ("CRL", Part::RootCrl),
    ];
    match parts.iter().find(|(part, _)| said.contains(part)) {
        Some((_, part)) => Refusal::Malformed { part: *part, reason: reason() },
        None => Refusal::Other { reason: reason() },
    }
}

/// ISVSVN of the quoting enclave's report, at its place in `sgx_report_body_t`.
fn qe_version(quote: &UnverifiedQuote) -> u16 {
    const ISV_SVN: usize = 258;
    match quote.quote.qe_report().get(ISV_SVN..ISV_SVN + 2) {
        Some([low, high]) => u16::from_le_bytes([*low, *high]),
        _ => 0,
    }
}
