//! Real evidence at its time.

use phala_attestation::{Family, Measurement, Refusal, TcbStatus, Verdict};

use crate::fixtures::{accepted, all, sgx, td15ex, tdx};

#[test]
fn verdicts_should_be_these() {
    for fixture in accepted() {
        insta::assert_snapshot!(fixture.name, describe(&fixture.verdict()));
    }
}

/// Every field, one a line.
fn describe(verdict: &Verdict) -> String {
    let Verdict { family, platform, measurement, report_data, status, advisories, .. } = verdict;
    let Verdict { confidence, shortfalls, edition, expires_at, .. } = verdict;
    let measured = match measurement {
        Measurement::Sgx { mr_enclave, mr_signer, product, version } => format!(
            "mr_enclave: {}\nmr_signer: {}\nproduct: {product}\nversion: {version}",
            hex::encode(mr_enclave),
            hex::encode(mr_signer)
        ),
        Measurement::Tdx { mrtd, rtmr, mr_config, mr_owner, mr_owner_config } => {
            let owners = [mr_config, mr_owner, mr_owner_config].map(hex::encode).join("\n  ");
            format!("mrtd: {}\nrtmr:\n  {}\n", hex::encode(mrtd), rtmr.map(hex::encode).join("\n  "))
                + &format!("config, owner, owner's config:\n  {owners}")
        }
    };
    format!(
        "{family}\n{platform}\n{measured}\nreport_data: {}\n{status}, level {confidence}\n\
         advisories: {advisories:?}\nshortfalls: {shortfalls:?}\n{edition:#?}\nexpires_at: {expires_at}",
        hex::encode(report_data)
    )
}

#[test]
fn levels_should_follow_from_status_and_advisories() {
    let standing = |fixture: &crate::fixtures::Fixture| {
        let verdict = fixture.verdict();
        (verdict.status, verdict.confidence)
    };
    assert_eq!(standing(sgx()), (TcbStatus::ConfigurationAndSwHardeningNeeded, 4));
    assert_eq!(standing(tdx()), (TcbStatus::UpToDate, 1));
    assert_eq!(standing(td15ex()), (TcbStatus::UpToDate, 1));
}

#[test]
fn verdict_should_hold_from_the_last_issue_date_until_the_first_expiry() {
    for fixture in accepted() {
        let ((from, first), (until, last)) = (fixture.from, fixture.until);
        let verdict = fixture.verify(from).unwrap();
        assert_eq!(verdict.expires_at, until, "{}", fixture.name);
        assert_eq!(fixture.verify(until - 1), Ok(verdict), "{}", fixture.name);
        let early = fixture.verify(from - 1);
        assert_eq!(early, Err(Refusal::NotYetValid { part: first, from }), "{}", fixture.name);
        let late = fixture.verify(until);
        assert_eq!(late, Err(Refusal::Expired { part: last, since: until }), "{}", fixture.name);
    }
}

#[test]
fn family_should_be_read_from_the_quote() {
    for fixture in all() {
        assert_eq!(Family::of(fixture.quote), Ok(fixture.family), "{}", fixture.name);
    }
    for fixture in accepted() {
        assert_eq!(fixture.verdict().family, fixture.family, "{}", fixture.name);
    }
}

#[test]
fn measurements_should_have_digests_of_their_own() {
    let sgx = sgx().verdict().measurement;
    let Measurement::Sgx { mr_enclave, mr_signer, product, version } = sgx.clone() else { panic!("{sgx:?}") };
    let newer = Measurement::Sgx { mr_enclave, mr_signer, product, version: version + 1 };
    assert_ne!(newer.hash(), sgx.hash());
    let tdx = tdx().verdict().measurement;
    let Measurement::Tdx { mrtd, mut rtmr, mr_config, mr_owner, mr_owner_config } = tdx.clone() else {
        panic!("{tdx:?}")
    };
    rtmr[3][47] ^= 1;
    let extended = Measurement::Tdx { mrtd, rtmr, mr_config, mr_owner, mr_owner_config };
    assert_ne!(extended.hash(), tdx.hash());
}

#[test]
fn verdict_should_say_what_is_missing_and_what_mends_it() {
    let sentences = accepted().map(|fixture| fixture.verdict().to_string());
    insta::assert_snapshot!("verdicts-in-words", sentences.join("\n"));
}

#[test]
fn zeros_after_the_quote_should_be_padding() {
    for fixture in accepted() {
        let padded = [fixture.quote, &[0; 100]].concat();
        let verdict = phala_attestation::verify(
            &padded,
            &fixture.collateral,
            &crate::fixtures::roots(),
            fixture.from.0,
        );
        assert_eq!(verdict, Ok(fixture.verdict()), "{}", fixture.name);
    }
}
