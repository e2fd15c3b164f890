//! What is too much is refused before the first signature is looked at.

use codec::{Compact, Decode, Encode};
use phala_attestation::{
    known,
    limits::{MAX_CHAIN, MAX_COLLATERAL_JSON, MAX_DEPTH, MAX_QUOTE, MAX_TCB_INFO},
    verify, Collateral, Evidence, Part, Refusal,
};

use crate::fixtures::{roots, sgx};

/// The refusal, after which no signature had been verified: the first, of the root CA's revocation list, is a
/// valid one.
fn refused(quote: &[u8], collateral: &Collateral) -> Refusal {
    let fixture = sgx();
    let (verdict, verified) = known::with(&[], || verify(quote, collateral, &roots(), fixture.from.0));
    assert!(verified.is_empty(), "signatures were verified");
    verdict.unwrap_err()
}

#[test]
fn quote_should_be_refused_when_too_large() {
    let fixture = sgx();
    let mut quote = fixture.quote.to_vec();
    quote.resize(MAX_QUOTE as usize + 1, 0);
    let refusal = refused(&quote, &fixture.collateral);
    assert_eq!(refusal, Refusal::TooLarge { part: Part::Quote, size: MAX_QUOTE + 1, limit: MAX_QUOTE });
    quote.pop();
    assert!(verify(&quote, &fixture.collateral, &roots(), fixture.from.0).is_ok());
}

#[test]
fn quote_should_be_refused_when_it_announces_more_than_it_has() {
    let fixture = sgx();
    for announced in [fixture.quote.len() as u32, 1 << 20, u32::MAX] {
        let mut quote = fixture.quote.to_vec();
        quote[432..436].copy_from_slice(&announced.to_le_bytes());
        let refusal = refused(&quote, &fixture.collateral);
        assert!(matches!(refusal, Refusal::Malformed { part: Part::Quote, .. }), "{refusal:?}");
    }
}

#[test]
fn json_should_be_refused_when_nested_too_deep() {
    let fixture = sgx();
    let nested = |open: &str, depth: usize| {
        let mut collateral = fixture.collateral.clone();
        collateral.tcb_info = open.repeat(depth).into_bytes().try_into().unwrap();
        refused(fixture.quote, &collateral)
    };
    for open in ["[", "{\"a\":"] {
        assert_eq!(nested(open, MAX_DEPTH + 1), Refusal::TooDeep { part: Part::TcbInfo });
        let shallow = nested(open, MAX_DEPTH);
        assert!(matches!(shallow, Refusal::Malformed { part: Part::TcbInfo, .. }), "{shallow:?}");
    }
    let most = MAX_TCB_INFO as usize;
    assert_eq!(nested("[", most), Refusal::TooDeep { part: Part::TcbInfo });
    let mut collateral = fixture.collateral.clone();
    collateral.qe_identity = b"[".repeat(8000).try_into().unwrap();
    assert_eq!(refused(fixture.quote, &collateral), Refusal::TooDeep { part: Part::QeIdentity });
}

#[test]
fn brackets_in_strings_should_not_count_as_nesting() {
    let fixture = sgx();
    let mut collateral = fixture.collateral.clone();
    let text = format!("\"\\\"{}\"", "[".repeat(100));
    collateral.tcb_info = text.into_bytes().try_into().unwrap();
    let refusal = refused(fixture.quote, &collateral);
    assert!(matches!(refusal, Refusal::Malformed { part: Part::TcbInfo, .. }), "{refusal:?}");
}

#[test]
fn chain_should_be_refused_when_it_has_too_many_certificates() {
    let fixture = sgx();
    let chain = std::str::from_utf8(&fixture.collateral.tcb_info_issuer_chain).unwrap();
    let twice = [chain, chain].concat().into_bytes();
    let mut collateral = fixture.collateral.clone();
    collateral.tcb_info_issuer_chain = twice.try_into().unwrap();
    let refusal = refused(fixture.quote, &collateral);
    assert_eq!(refusal, Refusal::Certificates { part: Part::TcbInfoChain, count: 4, expected: 2 });
}

#[test]
fn collateral_should_be_refused_when_a_part_is_too_large() {
    let json = sgx().json;
    let longer = |name: &str, length: usize| {
        let mut collateral: dcap_qvl::QuoteCollateralV3 = serde_json::from_str(json).unwrap();
        match name {
            "chain" => collateral.tcb_info_issuer_chain = " ".repeat(length),
            _ => collateral.tcb_info = " ".repeat(length),
        }
        Collateral::from_json(&serde_json::to_vec(&collateral).unwrap())
    };
    let (chain, tcb_info) = (MAX_CHAIN as usize, MAX_TCB_INFO as usize);
    assert!(longer("chain", chain).is_ok() && longer("tcb_info", tcb_info).is_ok());
    let too_large = |part, limit: u32| Err(Refusal::TooLarge { part, size: limit + 1, limit });
    assert_eq!(longer("chain", chain + 1), too_large(Part::TcbInfoChain, MAX_CHAIN));
    assert_eq!(longer("tcb_info", tcb_info + 1), too_large(Part::TcbInfo, MAX_TCB_INFO));
    let whole = Collateral::from_json(&vec![b'['; MAX_COLLATERAL_JSON + 1]);
    assert!(matches!(whole, Err(Refusal::TooLarge { part: Part::Collateral, .. })), "{whole:?}");
    let deep = Collateral::from_json(&vec![b'['; MAX_COLLATERAL_JSON]);
    assert!(matches!(deep, Err(Refusal::Malformed { part: Part::Collateral, .. })), "{deep:?}");
}

#[test]
fn decoders_should_refuse_what_is_longer_than_the_limit() {
    let encoded = |length: u32| (1u8, vec![0u8; length as usize]).encode();
    assert!(Evidence::decode(&mut &encoded(MAX_QUOTE)[..]).is_ok());
    assert!(Evidence::decode(&mut &encoded(MAX_QUOTE + 1)[..]).is_err());
    // Announced only: refused before anything of that size is set aside.
    assert!(Evidence::decode(&mut &(1u8, Compact(u32::MAX)).encode()[..]).is_err());
    assert!(Evidence::decode(&mut &[0u8][..]).is_err(), "evidence that proves nothing");
    let too_long = vec![0u8; MAX_CHAIN as usize + 1].encode();
    assert!(Collateral::decode(&mut &too_long[..]).is_err());
}
