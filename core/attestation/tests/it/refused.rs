//! Evidence that is something else than it says, each with its reason.

use phala_attestation::{
    known, verify, Advisory, Ca, Collateral, Component, Exposure, Family, Part, Refusal, Root, Shortfall,
    Tee, Text, INTEL_ROOT,
};

use crate::fixtures::{accepted, all, outdated, roots, sgx, td15ex, tdx, Fixture};

fn with_quote(fixture: &Fixture, change: impl FnOnce(&mut Vec<u8>)) -> Refusal {
    let mut quote = fixture.quote.to_vec();
    change(&mut quote);
    verify(&quote, &fixture.collateral, &roots(), fixture.from.0).unwrap_err()
}

fn with_collateral(fixture: &Fixture, change: impl FnOnce(&mut Collateral)) -> Refusal {
    let mut collateral = fixture.collateral.clone();
    change(&mut collateral);
    verify(fixture.quote, &collateral, &roots(), fixture.from.0).unwrap_err()
}

#[test]
fn evidence_should_be_refused_when_its_root_is_not_trusted() {
    let other = Root::new(&sgx().collateral.root_ca_crl).unwrap();
    for fixture in all() {
        for roots in [vec![], vec![other.clone()]] {
            let verdict = verify(fixture.quote, &fixture.collateral, &roots, fixture.from.0);
            assert_eq!(verdict, Err(Refusal::UntrustedRoot { part: Part::TcbInfoChain }), "{}", fixture.name);
        }
    }
    let several = [other, Root::new(INTEL_ROOT).unwrap()];
    for fixture in accepted() {
        assert!(verify(fixture.quote, &fixture.collateral, &several, fixture.from.0).is_ok());
    }
}

#[test]
fn evidence_should_be_refused_when_the_collateral_is_of_another_family() {
    for fixture in all() {
        for other in all().iter().filter(|other| other.family != fixture.family) {
            let refusal = verify(fixture.quote, &other.collateral, &roots(), other.from.0).unwrap_err();
            let expected = if other.family.ca == fixture.family.ca {
                Refusal::OtherFamily { part: Part::TcbInfo, expected: fixture.family }
            } else {
                Refusal::OtherCa { part: Part::PckCrlChain, expected: fixture.family.ca }
            };
            assert_eq!(refusal, expected, "{} under {}", fixture.name, other.name);
        }
    }
}

#[test]
fn quote_should_be_refused_when_its_kind_is_not_supported() {
    let unsupported =
        |refusal: Refusal| assert!(matches!(refusal, Refusal::UnsupportedQuote { .. }), "{refusal:?}");
    unsupported(with_quote(sgx(), |quote| quote[0] = 4));
    unsupported(with_quote(tdx(), |quote| quote[0] = 3));
    unsupported(with_quote(tdx(), |quote| quote[0] = 6));
    unsupported(with_quote(tdx(), |quote| quote[4] = 0));
    unsupported(with_quote(tdx(), |quote| quote[2] = 3));
    unsupported(with_quote(tdx(), |quote| quote[12] ^= 1));
}

#[test]
fn quote_should_be_refused_when_its_lengths_contradict_each_other() {
    let malformed = |refusal: Refusal| {
        assert!(matches!(refusal, Refusal::Malformed { part: Part::Quote, .. }), "{refusal:?}")
    };
    malformed(with_quote(sgx(), |quote| quote.push(1)));
    malformed(with_quote(sgx(), |quote| quote.truncate(40)));
    malformed(with_quote(sgx(), |quote| quote.clear()));
    // A byte more inside the part whose length is announced.
    malformed(with_quote(sgx(), |quote| {
        let length = u32::from_le_bytes(quote[432..436].try_into().unwrap()) + 1;
        quote[432..436].copy_from_slice(&length.to_le_bytes());
        quote.push(0);
    }));
    // Body type and size of version 5.
    malformed(with_quote(outdated(), |quote| quote[48] = 1));
    malformed(with_quote(outdated(), |quote| quote[50] ^= 1));
}

#[test]
fn quote_should_be_refused_when_it_does_not_contain_its_certificates() {
    let chain = sgx().quote.windows(11).position(|window| window == b"-----BEGIN ").unwrap();
    for kind in [1u8, 2, 3, 4, 6, 7] {
        let refusal = with_quote(sgx(), |quote| quote[chain - 6] = kind);
        assert_eq!(refusal, Refusal::CertificationData { kind: kind.into() });
    }
}

#[test]
fn enclave_should_be_refused_when_in_debug_mode() {
    const SGX_ATTRIBUTES: usize = 48 + 48;
    let refusal = with_quote(sgx(), |quote| quote[SGX_ATTRIBUTES] |= 2);
    assert_eq!(refusal, Refusal::Exposed { tee: Tee::Sgx, exposure: Exposure::Debug });
}

#[test]
fn trust_domain_should_be_refused_when_exposed() {
    /// Attributes of a trust domain in a quote of version 4.
    const ATTRIBUTES: usize = 48 + 120;
    let with_bit = |bit: usize| with_quote(tdx(), |quote| quote[ATTRIBUTES + bit / 8] ^= 1 << (bit % 8));
    let bits = [
        (0, Exposure::Debug),
        (4, Exposure::Profiling),
        (7, Exposure::Profiling),
        (17, Exposure::ServiceDomain),
        (28, Exposure::UnexpectedMemory),
        (29, Exposure::Migratable),
        (40, Exposure::UnknownAttributes),
    ];
    for (bit, exposure) in bits {
        assert_eq!(with_bit(bit), Refusal::Exposed { tee: Tee::Tdx, exposure }, "bit {bit}");
    }
    const SERVICE_DOMAIN: usize = 54 + 584 + 16;
    let bound = with_quote(outdated(), |quote| quote[SERVICE_DOMAIN] = 1);
    assert_eq!(bound, Refusal::Exposed { tee: Tee::Tdx, exposure: Exposure::ServiceDomain });
}

#[test]
fn evidence_should_be_refused_when_a_signature_does_not_fit() {
    let signature = |part| Refusal::Signature { part };
    for fixture in all() {
        assert_eq!(
            with_collateral(fixture, |collateral| collateral.tcb_info_signature[10] ^= 1),
            signature(Part::TcbInfo)
        );
        assert_eq!(
            with_collateral(fixture, |collateral| collateral.qe_identity_signature[40] ^= 1),
            signature(Part::QeIdentity)
        );
        let last = |list: &mut [u8]| *list.last_mut().unwrap() ^= 1;
        assert_eq!(
            with_collateral(fixture, |collateral| last(collateral.root_ca_crl.as_mut())),
            signature(Part::RootCrl)
        );
        assert_eq!(
            with_collateral(fixture, |collateral| last(collateral.pck_crl.as_mut())),
            signature(Part::PckCrl)
        );
    }
    const REPORT_DATA: usize = 48 + 320;
    const SIGNATURE: usize = 436;
    const ATTESTATION_KEY: usize = SIGNATURE + 64;
    const QE_REPORT: usize = ATTESTATION_KEY + 64;
    assert_eq!(with_quote(sgx(), |quote| quote[REPORT_DATA] ^= 1), signature(Part::Quote));
    assert_eq!(with_quote(sgx(), |quote| quote[SIGNATURE] ^= 1), signature(Part::Quote));
    assert_eq!(with_quote(sgx(), |quote| quote[ATTESTATION_KEY] ^= 1), signature(Part::QeReport));
    assert_eq!(with_quote(sgx(), |quote| quote[QE_REPORT] ^= 1), signature(Part::QeReport));
}

/// The signature of one machine's quote over the other's.
#[test]
fn quote_should_be_refused_when_put_together_from_two() {
    let (one, other) = (tdx(), outdated());
    let refusal = with_quote(one, |quote| quote[636..700].copy_from_slice(&other.quote[706..770]));
    assert_eq!(refusal, Refusal::Signature { part: Part::Quote });
}

/// A real machine: its loader of TDX modules is older than the oldest that Intel has a level for.
#[test]
fn platform_should_be_refused_when_below_every_level() {
    let fixture = outdated();
    let (from, until) = (fixture.from.0, fixture.until.0);
    let refusal = fixture.verify(from).unwrap_err();
    let Refusal::BelowEveryLevel { shortfalls } = &refusal else { panic!("{refusal:?}") };
    let [missing] = &shortfalls[..] else { panic!("{shortfalls:?}") };
    assert_eq!((missing.component, missing.have, missing.needs), (Component::Sgx(7), 3, 5));
    insta::assert_snapshot!("outdated-in-words", refusal.to_string());
    assert_eq!(fixture.verify(until - 1), Err(refusal));
    let (part, last) = (fixture.from.1, fixture.until.1);
    assert_eq!(fixture.verify(from - 1), Err(Refusal::NotYetValid { part, from }));
    assert_eq!(fixture.verify(until), Err(Refusal::Expired { part: last, since: until }));
}

#[test]
fn revocation_lists_should_not_be_taken_for_each_other() {
    let refusal = with_collateral(td15ex(), |collateral| {
        collateral.pck_crl = collateral.root_ca_crl.to_vec().try_into().unwrap()
    });
    let expected = td15ex().family.ca;
    assert_eq!(refusal, Refusal::OtherCa { part: Part::PckCrl, expected });
}

/// Every sentence, so that a change of one is seen.
#[test]
fn refusals_should_say_cause_and_remedy() {
    let family = Family { tee: Tee::Tdx, fmspc: [0x90, 0xC0, 0x6F, 0, 0, 0], ca: Ca::Platform };
    let shortfall = |component, have, needs| Shortfall { component, have, needs, since: 1_770_768_000_000 };
    let shortfalls = vec![
        shortfall(Component::Sgx(3), 2, 5),
        shortfall(Component::Tdx(2), 1, 3),
        shortfall(Component::Pce, 11, 13),
        shortfall(Component::TdxModule, 2, 4),
        shortfall(Component::QuotingEnclave, 5, 8),
    ];
    let reason = || Text::new("what the verifier said");
    let refusals = [
        Refusal::TooLarge { part: Part::Quote, size: 9000, limit: 8192 },
        Refusal::TooDeep { part: Part::TcbInfo },
        Refusal::Malformed { part: Part::PckChain, reason: reason() },
        Refusal::UnsupportedQuote { reason: reason() },
        Refusal::CertificationData { kind: 3 },
        Refusal::Certificates { part: Part::PckCrlChain, count: 4, expected: 2 },
        Refusal::UntrustedRoot { part: Part::TcbInfoChain },
        Refusal::OtherCa { part: Part::PckCrlChain, expected: Ca::Platform },
        Refusal::OtherFamily { part: Part::TcbInfo, expected: family },
        Refusal::NotYetValid { part: Part::QeIdentity, from: 1_770_768_000_000 },
        Refusal::Expired { part: Part::PckCrl, since: 1_770_768_000_000 },
        Refusal::RevokedCertificate,
        Refusal::Chain { part: Part::Certificate, reason: reason() },
        Refusal::Signature { part: Part::QeReport },
        Refusal::QuotingEnclave { reason: reason() },
        Refusal::TdxModule { reason: reason() },
        Refusal::BelowEveryLevel { shortfalls: shortfalls.try_into().unwrap() },
        Refusal::Revoked,
        Refusal::Exposed { tee: Tee::Sgx, exposure: Exposure::Debug },
        Refusal::Exposed { tee: Tee::Tdx, exposure: Exposure::ServiceDomain },
        Refusal::Advisories { count: 100 },
        Refusal::Other { reason: reason() },
    ];
    let sentences: Vec<_> = refusals.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("refusals-in-words", sentences.join("\n"));
}

#[test]
fn text_of_a_refusal_should_be_cut_and_printable() {
    let text = Text::new("é".repeat(300)).to_string();
    assert_eq!(text, "é".repeat(100));
    assert_eq!(Text::new("a\u{1b}[31mb\n").to_string(), "a [31mb ");
    assert!(Advisory::new(&"A".repeat(25)).is_none());
}

#[test]
fn nothing_should_be_verified_when_the_root_is_not_trusted() {
    let fixture = td15ex();
    let (verdict, verified) =
        known::with(&[], || verify(fixture.quote, &fixture.collateral, &[], fixture.from.0));
    assert!(verdict.is_err() && verified.is_empty());
}
