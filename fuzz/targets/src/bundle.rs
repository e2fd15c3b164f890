//! Receipt bundles, from bytes to verdict.

use std::sync::LazyLock;

use codec::Encode;
use phala_light_client::{
    bundle::{ReceiptBundle, Verified},
    trust::{Checkpoint, TrustRoot},
};
use phala_light_client_testing::{validators, World};
use phala_primitives::{
    hash,
    job::{ExitStatus, JobLimits, JobRecord, JobState, Receipt, SignedReceipt},
    registry::{Attestation, AttestationKind, WorkerRecord},
    storage, EncryptionKey, Signature, WorkerId, ENCRYPTION_KEY_LENGTH,
};
use sp_core::{crypto::Pair, sr25519};

use crate::{choose, Seed, Verdict};

const JOB: u64 = 42;

/// A settled job, and its bundle.
struct Settled {
    root: TrustRoot,
    text: Vec<u8>,
    verified: Verified,
    /// The same from the checkpoint on, without the encryption key: short, and refused for that.
    without_key: Vec<u8>,
}

static SETTLED: LazyLock<Settled> = LazyLock::new(Settled::new);

impl Settled {
    fn new() -> Self {
        let mut world = World::small("fuzz", 1);
        let set_changes = vec![world.change_set(validators("fuzz, second", 1))];
        let checkpoint = Checkpoint {
            genesis: world.genesis_hash(),
            number: 1,
            hash: phala_light_client::header_hash(world.header(1)),
            set_id: 1,
            authorities: world.authorities(),
        };
        let receipt = settle(&mut world);
        let number = world.build(Vec::new());
        let keys = ReceiptBundle::proven_keys(&receipt.receipt.worker, JOB);
        let (finality, nodes) = (world.finalize(number), world.prove(number, &keys));
        let bundle =
            ReceiptBundle::new(world.genesis_proof(), set_changes, finality.clone(), nodes, receipt.clone());
        let root = TrustRoot::Checkpoint(checkpoint);
        let verified = bundle.verify_from(&root).unwrap();
        let key = storage::encryption_key(&receipt.receipt.worker);
        let fewer: Vec<_> = keys.into_iter().filter(|other| *other != key).collect();
        let nodes = world.prove(number, &fewer);
        let without_key = ReceiptBundle::from_checkpoint(Vec::new(), finality, nodes, receipt);
        let text = |bundle: &ReceiptBundle| bundle.to_json().unwrap().into_bytes();
        Self { root, text: text(&bundle), verified, without_key: text(&without_key) }
    }
}

/// Puts a settled job into the state of the next block.
fn settle(world: &mut World) -> SignedReceipt {
    let pair = sr25519::Pair::from_seed(&[3; 32]);
    let worker = WorkerId(pair.public().0);
    let receipt = Receipt {
        job: JOB,
        worker,
        program: [1; 32],
        input: [2; 32],
        output: [3; 32],
        fuel: 123_456_789,
        exit: ExitStatus::Exited(0),
    };
    let job = JobRecord {
        client: [8u8; 32],
        worker,
        pool: 1,
        program: [1; 32],
        input: [2; 32],
        limits: JobLimits { fuel: 1_000_000_000, memory_mib: 64, seconds: 10 },
        price: 5,
        deadline: 100,
        state: JobState::Settled { receipt: hash(&receipt.encode()), fee: 777 },
    };
    let attestation = Attestation { kind: AttestationKind::None, confidence: 5, expires: u64::MAX };
    let record = WorkerRecord { operator: [9u8; 32], attestation, score: Some(6000), price: Some(5) };
    world.put(storage::job(JOB), job);
    world.put(storage::worker(&worker), record);
    world.put(storage::encryption_key(&worker), EncryptionKey([6; ENCRYPTION_KEY_LENGTH]));
    world.put(storage::timestamp_now(), 1_700_000_000_000u64);
    let payload = receipt.signing_payload(&world.genesis_hash());
    SignedReceipt { signature: Signature(pair.sign(&payload).0), receipt }
}

/// The first byte says whether the rest is a file, or edits of an honest one: four bytes each, place (two), kind
/// and byte.
///
/// What is read has one text. What verifies, from genesis or from a checkpoint, says what really happened.
pub fn run(data: &[u8]) -> Verdict {
    let (mode, bytes) = choose(data);
    let text = match mode % 2 {
        0 => bytes.to_vec(),
        _ => edit(SETTLED.text.clone(), bytes),
    };
    let Ok(bundle) = ReceiptBundle::from_json(&text) else { return Verdict::Refused };
    assert_eq!(bundle.to_json().unwrap().as_bytes(), text, "two texts of one bundle");
    let genesis = bundle.verify(SETTLED.root.genesis_hash());
    let checkpoint = bundle.verify_from(&SETTLED.root);
    for verified in [&genesis, &checkpoint].into_iter().flatten() {
        let real = &SETTLED.verified;
        assert_eq!(verified.receipt, real.receipt, "a receipt that was never given");
        assert_eq!((&verified.job, verified.fee), (&real.job, real.fee));
        assert_eq!((verified.block, verified.time), (real.block, real.time));
        assert_eq!((&verified.worker, verified.encryption_key), (&real.worker, real.encryption_key));
    }
    Verdict::of(&checkpoint)
}

fn edit(mut text: Vec<u8>, edits: &[u8]) -> Vec<u8> {
    for edit in edits.chunks_exact(4) {
        let place = usize::from(u16::from_le_bytes([edit[0], edit[1]])) % text.len().max(1);
        match edit[2] % 3 {
            0 if place < text.len() => text[place] = edit[3],
            1 if place < text.len() => drop(text.remove(place)),
            _ => text.insert(place, edit[3]),
        }
    }
    text
}

/// Files and edits.
pub fn seeds() -> Vec<Seed> {
    let Settled { text, without_key, .. } = &*SETTLED;
    let file = |text: &[u8]| [&[0], text].concat();
    let at = |word: &str, offset: u16, kind: u8, byte: u8| {
        let found = text.windows(word.len()).position(|part| part == word.as_bytes()).unwrap();
        let [low, high] = (found as u16 + offset).to_le_bytes();
        vec![1, low, high, kind, byte]
    };
    vec![
        Seed::accepted("honest", vec![1]),
        Seed::accepted("edit-that-changes-nothing", at("\"fuel\"", 0, 0, b'"')),
        Seed::refused("without-key", file(without_key)),
        Seed::refused("other-fuel", at("123456789", 0, 0, b'9')),
        Seed::refused("space", at("\"receipt\"", 0, 2, b' ')),
        Seed::refused("digit-missing", at("\"finality\"", 20, 1, 0)),
        Seed::refused("other-signature", at("\"signature\"", 20, 0, b'g')),
        Seed::refused("no-bundle", file(b"{}")),
    ]
}
