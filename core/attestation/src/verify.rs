//! From evidence and collateral to a verdict.

use alloc::{format, string::String, vec::Vec};

use dcap_qvl::{quote::Report, verify::QuoteVerifier, QuoteClaims, QuoteCollateralV3, QuotePolicy};
use phala_primitives::Moment;

use crate::{
    certificates::Window,
    diagnosis,
    known::Parts,
    level,
    publication::UnverifiedPublication,
    quote::{check_exposure, UnverifiedQuote},
    tcb,
    time::SECOND,
    Advisories, Advisory, Collateral, Measurement, Part, PlatformId, Refusal, Root, TcbStatus, Verdict,
};

/// Judges a quote by the collateral of its family, at the moment `now`.
///
/// What costs little comes first: sizes and forms, roots, families, dates and attributes, none of which is believed
/// yet. Then dcap-qvl verifies signatures, certificates, revocation and versions, under the one of `roots` that
/// the chains end in.
///
/// Each statement of the verdict is signed, directly or through certificates, by that root. The same bytes, but for
/// zeros after the quote, white space between certificates and the other of an ECDSA signature's two forms, are the
/// only ones that give it.
pub fn verify(
    quote: &[u8],
    collateral: &Collateral,
    roots: &[Root],
    now: Moment,
) -> Result<Verdict, Refusal> {
    let unverified = UnverifiedQuote::read(quote)?;
    let publication = UnverifiedPublication::read(collateral, &unverified, roots, now)?;
    check_exposure(&unverified.quote.report)?;
    // The policy is that of `level`.
    let policy = QuotePolicy::claims_only(now / SECOND);
    let claims = QuoteVerifier::<Parts>::new_with_config(publication.root.der().to_vec())
        .verify_with_policy(quote, QuoteCollateralV3::try_from(collateral)?, now / SECOND, &policy)
        .map_err(|error| {
            let said = format!("{error:#}");
            diagnosis::explain(error.downcast_ref(), &said, &unverified, &publication)
        })?;
    verdict(claims, &unverified, &publication, now)
}

fn verdict(
    claims: QuoteClaims,
    quote: &UnverifiedQuote,
    publication: &UnverifiedPublication,
    now: Moment,
) -> Result<Verdict, Refusal> {
    let window = Window {
        from: claims.latest_issue_date.saturating_mul(SECOND),
        until: claims.earliest_expiration_date.saturating_mul(SECOND),
    };
    // Dates of all but certificates were checked before, those of all certificates but the root by the verifier.
    window.check(Part::Certificate, now)?;
    let ppid: [u8; 16] = claims
        .platform
        .pck
        .ppid
        .try_into()
        .map_err(|_| Refusal::malformed(Part::PckChain, "its PPID has another length than 16"))?;
    let (measurement, report_data) = measurement(&claims.report);
    let status = TcbStatus::from(claims.tcb.status);
    let advisories = advisories(&claims.tcb.advisory_ids)?;
    Ok(Verdict {
        family: quote.family,
        platform: PlatformId::of(&ppid),
        measurement,
        report_data,
        status,
        confidence: level(status, &advisories)?,
        advisories,
        shortfalls: tcb::shortfalls(quote, publication, claims.qe.report.isv_svn),
        edition: publication.edition,
        expires_at: window.until,
    })
}

fn measurement(report: &Report) -> (Measurement, [u8; 64]) {
    let base = match report {
        Report::SgxEnclave(report) => {
            let measurement = Measurement::Sgx {
                mr_enclave: report.mr_enclave,
                mr_signer: report.mr_signer,
                product: report.isv_prod_id,
                version: report.isv_svn,
            };
            return (measurement, report.report_data);
        }
        Report::TD10(report) => report,
        Report::TD15(report) => &report.base,
        Report::TD15Ex(report) => &report.base.base,
    };
    let measurement = Measurement::Tdx {
        mrtd: base.mr_td,
        rtmr: [base.rt_mr0, base.rt_mr1, base.rt_mr2, base.rt_mr3],
        mr_config: base.mr_config_id,
        mr_owner: base.mr_owner,
        mr_owner_config: base.mr_owner_config,
    };
    (measurement, base.report_data)
}

fn advisories(names: &[String]) -> Result<Advisories, Refusal> {
    let refusal = || Refusal::Advisories { count: names.len() as u32 };
    let advisories: Option<Vec<_>> = names.iter().map(|name| Advisory::new(name)).collect();
    let mut advisories = advisories.ok_or_else(refusal)?;
    advisories.sort();
    advisories.try_into().map_err(|_| refusal())
}
