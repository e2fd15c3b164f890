//! Chains of certificates, as text and as dates.

use alloc::vec::Vec;

use pem::{EncodeConfig, LineEnding, Pem};
use phala_primitives::Moment;
use x509_cert::{certificate::Rfc5280, crl::CertificateList, der::Decode, Certificate};

use crate::{time::SECOND, Part, Refusal};

/// The `N` certificates (DER) of a PEM text, leaf first.
///
/// Apart from white space and NULs between certificates there is one text for a chain: decoders of PEM skip
/// what they do not know, and that could be anything.
pub(crate) fn chain<const N: usize>(part: Part, text: &[u8]) -> Result<[Vec<u8>; N], Refusal> {
    let blocks = pem::parse_many(text).map_err(|error| Refusal::malformed(part, error))?;
    let config = EncodeConfig::new().set_line_ending(LineEnding::LF);
    let mut rest = text;
    for block in &blocks {
        let canonical = pem::encode_config(&Pem::new("CERTIFICATE", block.contents()), config);
        rest = trim_start(rest)
            .strip_prefix(canonical.trim_end().as_bytes())
            .ok_or_else(|| Refusal::malformed(part, "not the usual text of a certificate"))?;
    }
    if !trim_start(rest).is_empty() {
        return Err(Refusal::malformed(part, "something other than certificates"));
    }
    let certificates: Vec<_> = blocks.into_iter().map(Pem::into_contents).collect();
    certificates.try_into().map_err(|certificates: Vec<_>| Refusal::Certificates {
        part,
        count: certificates.len() as u32,
        expected: N as u32,
    })
}

fn trim_start(mut text: &[u8]) -> &[u8] {
    while let [b'\n' | b'\r' | b'\t' | b' ' | 0, rest @ ..] = text {
        text = rest;
    }
    text
}

/// From when to when something is valid. The end is the first moment at which it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: Moment,
    pub(crate) until: Moment,
}

impl Window {
    /// Whether `now` is inside, and if not, what to say about `part`.
    pub(crate) fn check(&self, part: Part, now: Moment) -> Result<(), Refusal> {
        if now < self.from {
            return Err(Refusal::NotYetValid { part, from: self.from });
        }
        if now >= self.until {
            return Err(Refusal::Expired { part, since: self.until });
        }
        Ok(())
    }
}

/// When a certificate is valid.
pub(crate) fn certificate_window(part: Part, der: &[u8]) -> Result<Window, Refusal> {
    let certificate = Certificate::from_der(der).map_err(|error| Refusal::malformed(part, error))?;
    let validity = certificate.tbs_certificate().validity();
    Ok(Window { from: moment(&validity.not_before), until: moment(&validity.not_after) })
}

/// From when on a revocation list is valid, and until when there must be another.
pub(crate) fn crl_window(part: Part, der: &[u8]) -> Result<Window, Refusal> {
    let list = CertificateList::<Rfc5280>::from_der(der)
        .map_err(|error| Refusal::malformed(part, error))?
        .tbs_cert_list;
    let next = list.next_update.ok_or_else(|| Refusal::malformed(part, "no date of the next update"))?;
    Ok(Window { from: moment(&list.this_update), until: moment(&next) })
}

fn moment(time: &x509_cert::time::Time) -> Moment {
    time.to_unix_duration().as_secs().saturating_mul(SECOND)
}
