//! Encodings that others store and send.

use codec::{Decode, Encode, MaxEncodedLen};
use dcap_qvl::QuoteCollateralV3;
use phala_attestation::{Collateral, Evidence, Part, Refusal, Verdict};

use crate::fixtures::{all, td15ex, tdx};

#[test]
fn verdicts_and_collateral_should_be_encoded_like_this() {
    let fixture = td15ex();
    let verdict = fixture.verdict();
    insta::assert_snapshot!("verdict-scale", hex::encode(verdict.encode()));
    assert_eq!(Verdict::decode(&mut &verdict.encode()[..]), Ok(verdict.clone()));
    assert!(verdict.encode().len() <= Verdict::max_encoded_len());
    let digest = |bytes: &[u8]| hex::encode(phala_primitives::hash(bytes));
    insta::assert_snapshot!("collateral-scale-digest", digest(&fixture.collateral.encode()));
    let evidence = Evidence::Dcap { quote: fixture.quote.to_vec().try_into().unwrap() };
    assert_eq!(evidence.encode()[0], 1);
    insta::assert_snapshot!("evidence-scale-digest", digest(&evidence.encode()));
    insta::assert_snapshot!(
        "platform-and-measurement",
        format!("{}\n{}", verdict.platform, hex::encode(verdict.measurement.hash()))
    );
}

#[test]
fn collateral_should_survive_every_form() {
    for fixture in all() {
        let collateral = &fixture.collateral;
        assert_eq!(Collateral::decode(&mut &collateral.encode()[..]).as_ref(), Ok(collateral));
        assert!(collateral.encode().len() <= Collateral::max_encoded_len());
        let theirs: QuoteCollateralV3 = serde_json::from_str(fixture.json).unwrap();
        let without_chain = QuoteCollateralV3 { pck_certificate_chain: None, ..theirs };
        assert_eq!(QuoteCollateralV3::try_from(collateral), Ok(without_chain.clone()));
        assert_eq!(Collateral::try_from(without_chain).as_ref(), Ok(collateral));
        let json = collateral.to_json().unwrap();
        assert_eq!(Collateral::from_json(json.as_bytes()).as_ref(), Ok(collateral));
    }
}

#[test]
fn collateral_should_be_refused_when_a_signature_has_another_length() {
    let theirs: QuoteCollateralV3 = serde_json::from_str(tdx().json).unwrap();
    for length in [0, 63, 65] {
        let mut cut = theirs.clone();
        cut.tcb_info_signature.resize(length, 0);
        let refused = Collateral::try_from(cut);
        assert!(matches!(refused, Err(Refusal::Malformed { part: Part::TcbInfo, .. })), "{refused:?}");
    }
}

#[test]
fn refusals_should_survive_their_encoding() {
    let refusal = tdx().verify(0).unwrap_err();
    assert_eq!(Refusal::decode(&mut &refusal.encode()[..]), Ok(refusal));
}
