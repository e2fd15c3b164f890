//! Real evidence, altered at random: no alteration is accepted unless it says the same.
//!
//! `PHALA_ATTESTATION_SEED` replays a run, `PHALA_ATTESTATION_MUTATIONS` makes it longer.

use std::{
    collections::BTreeMap,
    env,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use codec::{Decode, Encode};
use dcap_qvl::quote::{AuthData, Data, Quote};
use pem::{EncodeConfig, LineEnding, Pem};
use phala_attestation::{verify, Bytes, Collateral, Refusal, Verdict};
use phala_primitives::Moment;
use rand::{rngs::StdRng, seq::IndexedRandom, Rng, SeedableRng};

use crate::fixtures::{accepted, all, roots, Fixture};

const USUAL: u64 = 20_000;

/// Evidence with what is altered about it.
#[derive(Clone)]
struct Altered {
    quote: Vec<u8>,
    collateral: Collateral,
    now: Moment,
}

impl Altered {
    fn of(fixture: &Fixture) -> Self {
        Self { quote: fixture.quote.to_vec(), collateral: fixture.collateral.clone(), now: fixture.from.0 }
    }

    fn verify(&self) -> Result<Verdict, Refusal> {
        verify(&self.quote, &self.collateral, &roots(), self.now)
    }

    /// What it says: nothing else may be accepted in place of what was signed. The rest is zeros after the quote,
    /// white space after certificates, and the sign of ECDSA signatures.
    fn meaning(&self) -> (Vec<Vec<u8>>, [[u8; 64]; 2]) {
        let Collateral {
            pck_crl_issuer_chain,
            root_ca_crl,
            pck_crl,
            tcb_info_issuer_chain,
            tcb_info,
            tcb_info_signature,
            qe_identity_issuer_chain,
            qe_identity,
            qe_identity_signature,
        } = &self.collateral;
        let parts = vec![
            meaning_of_quote(&self.quote),
            squeeze(pck_crl_issuer_chain),
            root_ca_crl.to_vec(),
            pck_crl.to_vec(),
            squeeze(tcb_info_issuer_chain),
            tcb_info.to_vec(),
            squeeze(qe_identity_issuer_chain),
            qe_identity.to_vec(),
        ];
        (parts, [positive(tcb_info_signature), positive(qe_identity_signature)])
    }
}

fn meaning_of_quote(bytes: &[u8]) -> Vec<u8> {
    let Ok(mut quote) = Quote::decode(&mut &bytes[..]) else { return bytes.to_vec() };
    let Some(rest) = bytes.strip_prefix(&quote.encode()[..]) else { return bytes.to_vec() };
    let padding = rest.iter().all(|byte| *byte == 0);
    let rest = if padding { Vec::new() } else { rest.to_vec() };
    match &mut quote.auth_data {
        AuthData::V3(data) => {
            data.ecdsa_signature = positive(&data.ecdsa_signature);
            data.qe_report_signature = positive(&data.qe_report_signature);
            data.certification_data.body = Data::new(squeeze(&data.certification_data.body.data));
        }
        AuthData::V4(data) => {
            data.ecdsa_signature = positive(&data.ecdsa_signature);
            let inner = &mut data.qe_report_data;
            inner.qe_report_signature = positive(&inner.qe_report_signature);
            inner.certification_data.body = Data::new(squeeze(&inner.certification_data.body.data));
        }
    }
    [quote.encode(), rest].concat()
}

/// A chain without white space before and after its certificates.
fn squeeze(chain: &[u8]) -> Vec<u8> {
    const END: &[u8] = b"-----END CERTIFICATE-----";
    let blank = |byte: &u8| b" \t\r\n\0".contains(byte);
    let mut squeezed = Vec::new();
    let mut rest = chain;
    loop {
        let skip = rest.iter().take_while(|byte| blank(byte)).count();
        rest = &rest[skip..];
        let end = rest.windows(END.len()).position(|window| window == END);
        let length = end.map_or(rest.len(), |end| end + END.len());
        squeezed.extend_from_slice(&rest[..length]);
        rest = &rest[length..];
        if rest.is_empty() {
            return squeezed;
        }
    }
}

/// Order of P-256.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
    0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The other signature of the same key over the same message: `(r, n - s)`.
fn negated(signature: &[u8; 64]) -> [u8; 64] {
    let mut other = *signature;
    let mut borrow = 0i16;
    for index in (0..32).rev() {
        let difference = i16::from(ORDER[index]) - i16::from(signature[32 + index]) - borrow;
        borrow = i16::from(difference < 0);
        other[32 + index] = difference.rem_euclid(256) as u8;
    }
    other
}

fn positive(signature: &[u8; 64]) -> [u8; 64] {
    (*signature).min(negated(signature))
}

/// A kind of alteration.
type Alteration = fn(&mut Altered, &Fixture, &mut StdRng);

static ALTERATIONS: [(&str, Alteration); 18] = [
    ("bit of the quote", |altered, _, rng| flip(&mut altered.quote, rng)),
    ("bit of the signed part of the quote", |altered, _, rng| {
        flip(&mut altered.quote[..436], rng);
    }),
    ("bit of the quote's signatures and reports", |altered, _, rng| {
        flip(&mut altered.quote[432..1200], rng);
    }),
    ("bytes of the quote taken out, put in or cut", |altered, _, rng| resize(&mut altered.quote, rng)),
    ("number in the quote", |altered, _, rng| {
        let at = rng.random_range(0..1300);
        let numbers = [0, 1, 2, 3, 5, 6, 0x81, u32::from(u16::MAX), 1 << 20, u32::MAX];
        altered.quote[at..at + 4].copy_from_slice(&numbers.choose(rng).unwrap().to_le_bytes());
    }),
    ("part of another machine's quote", other_quote),
    ("bit of a certificate", bit_of_certificate),
    ("order of certificates", order_of_certificates),
    ("bit of the collateral", |altered, _, rng| {
        let mut part = choose(&mut altered.collateral, rng);
        part.edit(|bytes| flip(bytes, rng));
    }),
    ("bytes of the collateral taken out, put in or cut", |altered, _, rng| {
        let mut part = choose(&mut altered.collateral, rng);
        part.edit(|bytes| resize(bytes, rng));
    }),
    ("digit or letter of JSON", |altered, _, rng| {
        let json = if rng.random() {
            &mut altered.collateral.tcb_info[..]
        } else {
            &mut altered.collateral.qe_identity[..]
        };
        let places: Vec<_> = (0..json.len()).filter(|at| json[*at].is_ascii_alphanumeric()).collect();
        json[*places.choose(rng).unwrap()] = *b"0123456789ABCDEFUpToDate".choose(rng).unwrap();
    }),
    ("status in JSON", |altered, _, _| {
        let json = String::from_utf8(altered.collateral.tcb_info.to_vec()).unwrap();
        let better =
            json.replace("OutOfDate", "UpToDate").replace("ConfigurationAndSWHardeningNeeded", "UpToDate");
        altered.collateral.tcb_info = better.into_bytes().try_into().unwrap();
    }),
    ("bit of a signature of the collateral", |altered, _, rng| {
        let Collateral { tcb_info_signature, qe_identity_signature, .. } = &mut altered.collateral;
        flip(if rng.random() { tcb_info_signature } else { qe_identity_signature }, rng);
    }),
    ("part of another family's or another time's collateral", other_collateral),
    ("all of the other's collateral, at either time", |altered, fixture, rng| {
        let other = another(fixture, rng);
        altered.collateral = other.collateral.clone();
        altered.now = *[fixture.from.0, other.from.0].choose(rng).unwrap();
    }),
    ("parts of the collateral exchanged", |altered, _, rng| {
        let bytes = choose(&mut altered.collateral, rng).bytes();
        choose(&mut altered.collateral, rng).set(bytes);
    }),
    ("date", |altered, fixture, rng| {
        let (from, until) = (fixture.from.0, fixture.until.0);
        altered.now = match rng.random_range(0..5) {
            0 => rng.random_range(0..from),
            1 => from - rng.random_range(1..100_000),
            2 => until + rng.random_range(0..100_000),
            3 => rng.random_range(until..=u64::MAX),
            _ => rng.random_range(from..until),
        };
    }),
    ("what changes nothing", harmless),
];

fn flip(bytes: &mut [u8], rng: &mut StdRng) {
    if let Some(last) = bytes.len().checked_sub(1) {
        bytes[rng.random_range(0..=last)] ^= 1 << rng.random_range(0..8);
    }
}

fn resize(bytes: &mut Vec<u8>, rng: &mut StdRng) {
    let at = rng.random_range(0..=bytes.len());
    match rng.random_range(0..3) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, rng.random()),
        _ => drop(bytes.drain(at..(at + rng.random_range(1..40)).min(bytes.len()))),
    }
}

fn another(fixture: &Fixture, rng: &mut StdRng) -> &'static Fixture {
    let others: Vec<_> = all().iter().filter(|other| other.name != fixture.name).collect();
    others.choose(rng).copied().unwrap()
}

fn other_quote(altered: &mut Altered, fixture: &Fixture, rng: &mut StdRng) {
    let other = another(fixture, rng).quote;
    let (mut mine, theirs) = (Quote::parse(&altered.quote).unwrap(), Quote::parse(other).unwrap());
    match rng.random_range(0..4) {
        0 => mine.header = theirs.header,
        1 => mine.report = theirs.report,
        2 => mine.auth_data = theirs.auth_data,
        _ => {
            let length = altered.quote.len().min(other.len()) - 1;
            let from = rng.random_range(0..length);
            let to = rng.random_range(from..length) + 1;
            altered.quote[from..to].copy_from_slice(&other[from..to]);
            return;
        }
    }
    altered.quote = mine.encode();
}

/// One of the texts and lists of collateral.
struct PartOf<'a> {
    collateral: &'a mut Collateral,
    index: usize,
}

fn choose<'a>(collateral: &'a mut Collateral, rng: &mut StdRng) -> PartOf<'a> {
    PartOf { collateral, index: rng.random_range(0..7) }
}

impl PartOf<'_> {
    fn bytes(&self) -> Vec<u8> {
        let collateral = &self.collateral;
        match self.index {
            0 => collateral.pck_crl_issuer_chain.to_vec(),
            1 => collateral.root_ca_crl.to_vec(),
            2 => collateral.pck_crl.to_vec(),
            3 => collateral.tcb_info_issuer_chain.to_vec(),
            4 => collateral.tcb_info.to_vec(),
            5 => collateral.qe_identity_issuer_chain.to_vec(),
            _ => collateral.qe_identity.to_vec(),
        }
    }

    fn set(&mut self, bytes: Vec<u8>) {
        fn cut<const N: u32>(bytes: Vec<u8>) -> Bytes<N> {
            Bytes::truncate_from(bytes)
        }
        let collateral = &mut *self.collateral;
        match self.index {
            0 => collateral.pck_crl_issuer_chain = cut(bytes),
            1 => collateral.root_ca_crl = cut(bytes),
            2 => collateral.pck_crl = cut(bytes),
            3 => collateral.tcb_info_issuer_chain = cut(bytes),
            4 => collateral.tcb_info = cut(bytes),
            5 => collateral.qe_identity_issuer_chain = cut(bytes),
            _ => collateral.qe_identity = cut(bytes),
        }
    }

    fn edit(&mut self, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = self.bytes();
        change(&mut bytes);
        self.set(bytes);
    }
}

fn other_collateral(altered: &mut Altered, fixture: &Fixture, rng: &mut StdRng) {
    let other = another(fixture, rng);
    let (mut collateral, index) = (other.collateral.clone(), rng.random_range(0..7));
    let bytes = PartOf { collateral: &mut collateral, index }.bytes();
    PartOf { collateral: &mut altered.collateral, index }.set(bytes);
    // With its signature, so that only family and date speak against it.
    match index {
        4 => altered.collateral.tcb_info_signature = other.collateral.tcb_info_signature,
        6 => altered.collateral.qe_identity_signature = other.collateral.qe_identity_signature,
        _ => {}
    }
}

/// Edits the certificates of one of the four chains.
fn edit_chain(altered: &mut Altered, which: usize, edit: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let config = EncodeConfig::new().set_line_ending(LineEnding::LF);
    let edited = |text: &[u8]| -> Vec<u8> {
        let mut certificates: Vec<_> =
            pem::parse_many(text).unwrap().into_iter().map(Pem::into_contents).collect();
        edit(&mut certificates);
        let texts =
            certificates.into_iter().map(|der| pem::encode_config(&Pem::new("CERTIFICATE", der), config));
        texts.collect::<String>().into_bytes()
    };
    let Some(index) = [0, 3, 5].get(which) else {
        let mut quote = Quote::parse(&altered.quote).unwrap();
        let body = match &mut quote.auth_data {
            AuthData::V3(data) => &mut data.certification_data.body,
            AuthData::V4(data) => &mut data.qe_report_data.certification_data.body,
        };
        *body = Data::new(edited(&body.data));
        altered.quote = quote.encode();
        return;
    };
    let mut part = PartOf { collateral: &mut altered.collateral, index: *index };
    let bytes = edited(&part.bytes());
    part.set(bytes);
}

fn bit_of_certificate(altered: &mut Altered, _: &Fixture, rng: &mut StdRng) {
    edit_chain(altered, rng.random_range(0..4), |certificates| {
        let which = rng.random_range(0..certificates.len());
        flip(&mut certificates[which], rng);
    });
}

fn order_of_certificates(altered: &mut Altered, _: &Fixture, rng: &mut StdRng) {
    edit_chain(altered, rng.random_range(0..4), |certificates| {
        let count = certificates.len();
        let (one, other) = (rng.random_range(0..count), rng.random_range(0..count));
        match rng.random_range(0..3) {
            0 => certificates.swap(one, other),
            1 => certificates.insert(one, certificates[other].clone()),
            _ => drop(certificates.remove(one)),
        }
    });
}

/// The alterations that are accepted.
fn harmless(altered: &mut Altered, _: &Fixture, rng: &mut StdRng) {
    match rng.random_range(0..4) {
        0 => altered.quote.extend(vec![0; rng.random_range(0..1000)]),
        1 => altered.collateral.tcb_info_signature = negated(&altered.collateral.tcb_info_signature),
        2 => altered.collateral.qe_identity_signature = negated(&altered.collateral.qe_identity_signature),
        _ => {
            let index = *[0, 3, 5].choose(rng).unwrap();
            let mut part = PartOf { collateral: &mut altered.collateral, index };
            part.edit(|chain| {
                let end = chain.windows(7).position(|window| window == b"-\n-----").unwrap();
                chain.insert(end + 2, *b" \t\r\n\0".choose(rng).unwrap());
            });
        }
    }
}

/// What the unaltered evidence would say of what this one says, at this moment.
fn allowed(altered: &Altered) -> Option<Verdict> {
    let meaning = altered.meaning();
    let says_the_same = |platform: &Fixture, published: &Fixture| {
        let honest = Altered { quote: platform.quote.to_vec(), ..Altered::of(published) };
        honest.meaning() == meaning
    };
    // Collateral is for all platforms of a family: two of the machines are of one.
    let pairs = all().iter().flat_map(|published| all().iter().map(move |platform| (platform, published)));
    let (platform, published) = pairs
        .filter(|(platform, published)| platform.family == published.family)
        .filter(|(_, published)| (published.from.0..published.until.0).contains(&altered.now))
        .find(|(platform, published)| says_the_same(platform, published))?;
    verify(platform.quote, &published.collateral, &roots(), published.from.0).ok()
}

#[test]
fn evidence_should_be_accepted_at_random_only_when_it_says_the_same() {
    let setting = |name: &str| env::var(name).ok().map(|value| value.parse::<u64>().unwrap());
    let seed = setting("PHALA_ATTESTATION_SEED").unwrap_or_else(|| rand::rng().random());
    let count = setting("PHALA_ATTESTATION_MUTATIONS").unwrap_or(USUAL);
    println!("PHALA_ATTESTATION_SEED={seed} PHALA_ATTESTATION_MUTATIONS={count}");
    let next = AtomicU64::new(0);
    let run = || {
        let mut tally = BTreeMap::<_, [u64; 2]>::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return tally;
            }
            let (name, accepted) = mutate(seed, number);
            tally.entry(name).or_default()[usize::from(accepted)] += 1;
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut total = BTreeMap::<_, [u64; 2]>::new();
    thread::scope(|scope| {
        let runs: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        for (name, [refused, accepted]) in runs.into_iter().flat_map(|run| run.join().unwrap()) {
            let sum = total.entry(name).or_default();
            sum[0] += refused;
            sum[1] += accepted;
        }
    });
    for (name, [refused, accepted]) in &total {
        println!("{refused:6} refused, {accepted:5} accepted as the same: {name}");
    }
    if count >= USUAL {
        assert_eq!(total.len(), ALTERATIONS.len(), "an alteration that never came up");
        let [refused, accepted] = total["what changes nothing"];
        assert!(accepted > 0 && refused == 0, "{refused} refused that change nothing");
    }
}

/// One alteration: its kind, and whether it was accepted.
fn mutate(seed: u64, number: u64) -> (&'static str, bool) {
    let mut rng = StdRng::seed_from_u64(seed.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    let fixture = accepted().choose(&mut rng).copied().unwrap();
    let (name, alter) = ALTERATIONS.choose(&mut rng).unwrap();
    let mut altered = Altered::of(fixture);
    alter(&mut altered, fixture, &mut rng);
    let verdict = altered.verify();
    match &verdict {
        Ok(verdict) => assert_eq!(
            allowed(&altered).as_ref(),
            Some(verdict),
            "accepted: seed {seed}, number {number}, {name} of {}",
            fixture.name
        ),
        Err(refusal) => assert_eq!(
            allowed(&altered),
            None,
            "refused ({refusal}): seed {seed}, number {number}, {name} of {}",
            fixture.name
        ),
    }
    (*name, verdict.is_ok())
}
