//! What newer collateral does.

use phala_attestation::{forecast, verify, Component, TcbStatus};

use crate::fixtures::{roots, td15ex, tdx};

#[test]
fn forecast_should_show_the_fall_when_newer_collateral_asks_for_more() {
    let (platform, newer) = (tdx(), td15ex());
    let now = platform.from.0;
    let forecast = forecast(platform.quote, &platform.collateral, &newer.collateral, &roots(), now).unwrap();
    assert_eq!(forecast.present, platform.verdict());
    assert_eq!(forecast.by, platform.until.0);
    assert!(forecast.falls());
    let then = forecast.newer.clone().unwrap();
    assert_eq!((then.status, then.confidence), (TcbStatus::OutOfDate, 5));
    assert!(then.shortfalls.iter().any(|missing| missing.component == Component::Sgx(0)));
    assert!(then.edition.supersedes(&forecast.present.edition));
    assert!(!forecast.present.edition.supersedes(&then.edition));
    insta::assert_snapshot!("fall-in-words", forecast.to_string());
}

#[test]
fn forecast_should_stay_when_nothing_changes() {
    let platform = tdx();
    let now = platform.from.0;
    let same = forecast(platform.quote, &platform.collateral, &platform.collateral, &roots(), now).unwrap();
    assert!(!same.falls());
    assert_eq!(same.newer, Ok(platform.verdict()));
    assert!(same.to_string().starts_with("stays: "), "{same}");
    let edition = same.present.edition;
    assert!(!edition.supersedes(&edition), "an edition must not take its own place");
}

#[test]
fn edition_should_not_supersede_when_any_part_of_it_is_older() {
    let old = tdx().verdict().edition;
    let mut dated_anew = td15ex().verdict().edition;
    assert!(dated_anew.supersedes(&old));
    dated_anew.tcb_evaluation = old.tcb_evaluation - 1;
    assert!(!dated_anew.supersedes(&old), "an old evaluation that was dated anew");
}

#[test]
fn older_quote_should_be_judged_by_newer_collateral_of_its_family() {
    let (platform, newer) = (tdx(), td15ex());
    let verdict = verify(platform.quote, &newer.collateral, &roots(), newer.from.0).unwrap();
    assert_eq!(verdict.platform, platform.verdict().platform);
    assert_eq!(verdict.measurement, platform.verdict().measurement);
    assert_ne!(verdict.platform, newer.verdict().platform, "another machine of the family");
}
