//! Evidence of what runs where, and the collateral that it is judged by.

use std::sync::LazyLock;

use codec::Encode;
use phala_attestation::{verify, Collateral, Evidence, Family, Refusal, Root};

use crate::{choose, unique, Seed, Verdict};

const QUOTE: &[u8] = include_bytes!("../../../core/attestation/tests/fixtures/sgx-v3.quote");
const JSON: &[u8] = include_bytes!("../../../core/attestation/tests/fixtures/sgx-v3.collateral.json");
/// 2025-07-01, when the two are valid.
const NOW: u64 = 1_751_328_000_000;

/// A real machine's, and what it says.
struct Honest {
    collateral: Collateral,
    roots: [Root; 1],
    verdict: phala_attestation::Verdict,
}

static HONEST: LazyLock<Honest> = LazyLock::new(|| {
    let (collateral, roots) = (Collateral::from_json(JSON).unwrap(), [Root::intel()]);
    let verdict = verify(QUOTE, &collateral, &roots, NOW).unwrap();
    Honest { collateral, roots, verdict }
});

/// What is accepted must say what the machine said, and nothing else.
fn judge(quote: &[u8], collateral: &Collateral) -> Result<(), Refusal> {
    let verdict = verify(quote, collateral, &HONEST.roots, NOW)?;
    assert_eq!(verdict, HONEST.verdict, "evidence that no machine made");
    assert_eq!(Family::of(quote), Ok(verdict.family));
    Ok(())
}

/// The first byte says whether the rest is evidence, a quote, or edits of an honest quote as in [`edit`].
pub fn run_evidence(data: &[u8]) -> Verdict {
    let (mode, bytes) = choose(data);
    let quote = match mode % 3 {
        0 => match unique(bytes) {
            Some(Evidence::Dcap { quote }) => quote.into_inner(),
            None => return Verdict::Refused,
        },
        1 => bytes.to_vec(),
        _ => edit(QUOTE.to_vec(), bytes),
    };
    let verdict = judge(&quote, &HONEST.collateral);
    if let Err(refusal) = &verdict {
        assert!(refusal.to_string().len() < 2000, "a refusal that nobody reads");
    }
    Verdict::of(&verdict)
}

/// The first byte says whether the rest is JSON or SCALE, or edits of honest JSON or SCALE as in [`edit`].
pub fn run_collateral(data: &[u8]) -> Verdict {
    let (mode, bytes) = choose(data);
    let collateral = match mode % 4 {
        0 => Collateral::from_json(bytes).ok(),
        1 => unique(bytes),
        2 => Collateral::from_json(&edit(JSON.to_vec(), bytes)).ok(),
        _ => unique(&edit(HONEST.collateral.encode(), bytes)),
    };
    let Some(collateral) = collateral else { return Verdict::Refused };
    if let Ok(json) = collateral.to_json() {
        assert_eq!(Collateral::from_json(json.as_bytes()).as_ref(), Ok(&collateral), "lost in JSON");
    }
    Verdict::of(&judge(QUOTE, &collateral))
}

/// Edits of four bytes each: place (two), kind and byte.
fn edit(mut bytes: Vec<u8>, edits: &[u8]) -> Vec<u8> {
    for edit in edits.chunks_exact(4) {
        let place = usize::from(u16::from_le_bytes([edit[0], edit[1]])) % (bytes.len() + 1);
        match edit[2] % 3 {
            0 if place < bytes.len() => bytes[place] = edit[3],
            1 if place < bytes.len() => drop(bytes.remove(place)),
            _ => bytes.insert(place, edit[3]),
        }
    }
    bytes
}

fn edit_at(mode: u8, place: usize, kind: u8, byte: u8) -> Vec<u8> {
    let [low, high] = (place as u16).to_le_bytes();
    vec![mode, low, high, kind, byte]
}

/// Edits of the honest quote, and beginnings of quotes.
pub fn evidence_seeds() -> Vec<Seed> {
    let evidence = Evidence::Dcap { quote: QUOTE[..1000].to_vec().try_into().unwrap() };
    vec![
        Seed::accepted("honest", vec![2]),
        Seed::accepted("padded", edit_at(2, QUOTE.len(), 2, 0)),
        Seed::refused("cut-in-scale", [vec![0], evidence.encode()].concat()),
        Seed::refused("proves-nothing", vec![0, 0]),
        Seed::refused("cut", [&[1], &QUOTE[..1200]].concat()),
        Seed::refused("header-only", [&[1], &QUOTE[..48]].concat()),
        Seed::refused("other-version", edit_at(2, 0, 0, 4)),
        Seed::refused("debug", edit_at(2, 96, 0, 7)),
        Seed::refused("other-report-data", edit_at(2, 400, 0, 0x5a)),
        Seed::refused("longer-than-announced", edit_at(2, QUOTE.len(), 2, 1)),
    ]
}

/// Edits of honest collateral, and texts that are none.
pub fn collateral_seeds() -> Vec<Seed> {
    let position = |word: &str| JSON.windows(word.len()).position(|part| part == word.as_bytes()).unwrap();
    vec![
        Seed::accepted("honest-json", vec![2]),
        Seed::accepted("honest-scale", vec![3]),
        Seed::accepted("space-in-json", edit_at(2, 1, 2, b' ')),
        Seed::refused("empty-json", b"\0{}".to_vec()),
        Seed::refused("nested", [vec![0], vec![b'['; 300]].concat()),
        Seed::refused("cut-in-scale", [vec![1], HONEST.collateral.encode()[..1000].to_vec()].concat()),
        Seed::refused("other-digit", edit_at(2, position("2025-06-19"), 0, b'3')),
        Seed::refused("other-status", edit_at(2, position("OutOfDate"), 0, b'X')),
        Seed::refused("other-list", edit_at(2, position("308201203081"), 0, b'4')),
    ]
}
