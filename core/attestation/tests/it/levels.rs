//! The table of levels.

use phala_attestation::{level, Advisory, Refusal, TcbStatus, ALLOWED_ADVISORIES};

fn advisories(names: &[&str]) -> Vec<Advisory> {
    names.iter().map(|name| Advisory::new(name).unwrap()).collect()
}

/// Level without advisories, with allowed ones only, with another one.
fn levels(status: TcbStatus) -> [Result<u8, Refusal>; 3] {
    let other = [&ALLOWED_ADVISORIES[..], &["INTEL-SA-00615"]].concat();
    [&[][..], &ALLOWED_ADVISORIES, &other].map(|names| level(status, &advisories(names)))
}

#[test]
fn level_should_be_1_when_up_to_date() {
    assert_eq!(levels(TcbStatus::UpToDate), [Ok(1), Ok(1), Ok(1)]);
}

#[test]
fn level_should_be_2_when_software_has_to_be_hardened() {
    assert_eq!(levels(TcbStatus::SwHardeningNeeded), [Ok(2), Ok(2), Ok(2)]);
}

#[test]
fn level_should_be_3_or_4_when_configuration_is_needed() {
    assert_eq!(levels(TcbStatus::ConfigurationNeeded), [Ok(3), Ok(3), Ok(4)]);
}

#[test]
fn level_should_be_3_or_4_when_configuration_and_hardening_are_needed() {
    assert_eq!(levels(TcbStatus::ConfigurationAndSwHardeningNeeded), [Ok(3), Ok(3), Ok(4)]);
}

#[test]
fn level_should_be_4_when_a_relaunch_is_advised() {
    assert_eq!(levels(TcbStatus::TdRelaunchAdvised), [Ok(4), Ok(4), Ok(4)]);
}

#[test]
fn level_should_be_5_when_a_relaunch_is_advised_and_configuration_needed() {
    assert_eq!(levels(TcbStatus::TdRelaunchAdvisedConfigurationNeeded), [Ok(5), Ok(5), Ok(5)]);
}

#[test]
fn level_should_be_5_when_out_of_date() {
    assert_eq!(levels(TcbStatus::OutOfDate), [Ok(5), Ok(5), Ok(5)]);
}

#[test]
fn level_should_be_5_when_out_of_date_and_configuration_is_needed() {
    assert_eq!(levels(TcbStatus::OutOfDateConfigurationNeeded), [Ok(5), Ok(5), Ok(5)]);
}

#[test]
fn level_should_be_none_when_revoked() {
    let refused = || Err(Refusal::Revoked);
    assert_eq!(levels(TcbStatus::Revoked), [refused(), refused(), refused()]);
}

#[test]
fn statuses_should_be_intels() {
    use dcap_qvl::TcbStatus as Theirs;
    let theirs = [
        Theirs::UpToDate,
        Theirs::OutOfDateConfigurationNeeded,
        Theirs::OutOfDate,
        Theirs::ConfigurationAndSWHardeningNeeded,
        Theirs::ConfigurationNeeded,
        Theirs::SWHardeningNeeded,
        Theirs::Revoked,
        Theirs::TDRelaunchAdvised,
        Theirs::TDRelaunchAdvisedConfigurationNeeded,
    ];
    for status in theirs {
        assert_eq!(TcbStatus::from(status).to_string(), status.to_string());
    }
}

#[test]
fn advisories_should_be_refused_when_too_long_or_with_other_letters() {
    assert_eq!(Advisory::new("INTEL-SA-00615").unwrap().to_string(), "INTEL-SA-00615");
    for name in ["INTEL-SA-0000000000000000", "INTEL SA", "INTEL-SA-\u{1b}[31m", "advisory\n"] {
        assert_eq!(Advisory::new(name), None, "{name:?}");
    }
}
