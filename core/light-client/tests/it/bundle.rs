use codec::Encode;
use phala_light_client::{
    bundle::{Cause, ClaimError, Failure, FormatError, ReceiptBundle, Step},
    courier::FinalityProof,
    proof::StorageProofError,
    AdvanceError, BootstrapError,
};
use phala_primitives::{
    hash,
    job::{ExitStatus, JobLimits, JobRecord, JobState, Receipt, SignedReceipt},
    registry::{Attestation, AttestationKind, WorkerRecord},
    storage, EncryptionKey, Signature, WorkerId, ENCRYPTION_KEY_LENGTH,
};
use sp_core::{crypto::Pair, sr25519};

use crate::world::{tampered, validators, World};

pub(crate) const JOB: u64 = 42;
const OPERATOR: [u8; 32] = [9; 32];

/// A chain on which a job is settled, and the worker that ran it.
pub(crate) struct Chain {
    pub(crate) world: World,
    worker: sr25519::Pair,
    pub(crate) set_changes: Vec<FinalityProof>,
}

impl Chain {
    pub(crate) fn new() -> Self {
        let worker = sr25519::Pair::from_seed(&[3; 32]);
        let mut world = World::four();
        let set_changes = vec![world.change_set(validators("second", 4))];
        let attestation = Attestation { kind: AttestationKind::None, confidence: 5, expires: u64::MAX };
        let record = WorkerRecord { operator: OPERATOR, attestation, score: Some(6000), price: Some(5) };
        let mut chain = Self { world, worker, set_changes };
        let id = chain.id();
        chain.world.put(storage::worker(&id), record);
        chain.world.put(storage::encryption_key(&id), EncryptionKey([6; ENCRYPTION_KEY_LENGTH]));
        chain.world.put(storage::timestamp_now(), 1_700_000_000_000u64);
        chain
    }

    pub(crate) fn id(&self) -> WorkerId {
        WorkerId(self.worker.public().0)
    }

    pub(crate) fn receipt(&self) -> Receipt {
        Receipt {
            job: JOB,
            worker: self.id(),
            program: [1; 32],
            input: [2; 32],
            output: [3; 32],
            fuel: 123_456_789,
            exit: ExitStatus::Exited(0),
        }
    }

    fn sign(&self, receipt: Receipt) -> SignedReceipt {
        let payload = receipt.signing_payload(&self.world.genesis_hash());
        SignedReceipt { signature: Signature(self.worker.sign(&payload).0), receipt }
    }

    fn job(&self, state: JobState) -> JobRecord<[u8; 32]> {
        let limits = JobLimits { fuel: 1_000_000_000, memory_mib: 64, seconds: 10 };
        JobRecord {
            client: [8; 32],
            worker: self.id(),
            pool: 1,
            program: [1; 32],
            input: [2; 32],
            limits,
            price: 5,
            deadline: 100,
            state,
        }
    }

    fn settled(&self, receipt: &Receipt) -> JobRecord<[u8; 32]> {
        self.job(JobState::Settled { receipt: hash(&receipt.encode()), fee: 777 })
    }

    /// The bundle of `receipt` while the chain holds `job`.
    fn bundle(&mut self, job: Option<JobRecord<[u8; 32]>>, receipt: SignedReceipt) -> ReceiptBundle {
        match job {
            Some(job) => self.world.put(storage::job(JOB), job),
            None => drop(self.world.state.remove(&storage::job(JOB))),
        }
        let number = self.world.build(Vec::new());
        let nodes = self
            .world
            .prove(number, &ReceiptBundle::proven_keys(&receipt.receipt.worker, receipt.receipt.job));
        let finality = self.world.finalize(number);
        ReceiptBundle::new(self.world.genesis_proof(), self.set_changes.clone(), finality, nodes, receipt)
    }

    pub(crate) fn honest(&mut self) -> ReceiptBundle {
        let receipt = self.receipt();
        self.bundle(Some(self.settled(&receipt)), self.sign(receipt))
    }

    fn failure(&self, bundle: &ReceiptBundle) -> Failure {
        bundle.verify(&self.world.genesis_hash()).unwrap_err()
    }

    fn claim(&mut self, job: Option<JobRecord<[u8; 32]>>, receipt: SignedReceipt) -> (Step, ClaimError) {
        let bundle = self.bundle(job, receipt);
        match self.failure(&bundle) {
            Failure { step, cause: Cause::Claim(error) } => (step, error),
            other => panic!("{other}"),
        }
    }
}

fn read(text: &[u8], genesis: &[u8; 32]) -> Result<(), Failure> {
    ReceiptBundle::from_json(text)?.verify(genesis).map(drop)
}

#[test]
fn bundle_should_be_verified_step_by_step_when_honest() {
    let mut chain = Chain::new();
    let bundle = chain.honest();
    let text = bundle.to_json().unwrap();
    let read = ReceiptBundle::from_json(text.as_bytes()).unwrap();
    assert_eq!(read, bundle);
    assert_eq!(read.to_json().unwrap(), text);

    let verified = read.verify(&chain.world.genesis_hash()).unwrap();
    let expected = [
        Step::Format,
        Step::Chain,
        Step::Authorities,
        Step::Finality,
        Step::State,
        Step::Worker,
        Step::Attestation,
        Step::Job,
        Step::Receipt,
    ];
    assert_eq!(verified.steps.iter().map(|step| step.step).collect::<Vec<_>>(), expected);
    assert_eq!((verified.block.number, verified.block.set_id, verified.time), (2, 1, 1_700_000_000_000));
    assert_eq!((verified.worker.operator, verified.fee), (OPERATOR, 777));
    assert_eq!(verified.receipt, chain.receipt());
    assert_eq!(verified.job, chain.settled(&chain.receipt()));
    assert_eq!(verified.encryption_key, EncryptionKey([6; ENCRYPTION_KEY_LENGTH]));
}

/// Files outlive the program that wrote them.
#[test]
fn bundle_format_should_not_change() {
    let mut chain = Chain::new();
    let bundle = chain.honest();
    let text = bundle.to_json().unwrap();
    let worker = format!("0x{}", hex::encode(chain.id().0));
    let head = format!(
        r#"{{
  "format": "phala-receipt-bundle/1",
  "receipt": {{
    "receipt": {{
      "job": 42,
      "worker": "{worker}",
      "program": "0x{}",
      "input": "0x{}",
      "output": "0x{}",
      "fuel": 123456789,
      "exit": {{
        "exited": 0
      }}
    }},
    "signature": "0x{}"
  }},
  "genesis": "0x{}",
  "set_changes": [
    "0x{}"
  ],
  "finality": "0x{}",
  "state_proof": [
    "0x"#,
        "01".repeat(32),
        "02".repeat(32),
        "03".repeat(32),
        hex::encode(bundle.receipt().signature.0),
        hex::encode(chain.world.genesis_proof().encode()),
        hex::encode(chain.set_changes[0].encode()),
        hex::encode(chain.world.finalize(chain.world.best()).encode()),
    );
    assert!(text.starts_with(&head), "{text}");
    assert!(text.ends_with("\"\n  ]\n}\n"));
}

#[test]
fn attestation_step_should_say_loudly_that_nothing_is_proven_when_there_was_no_evidence() {
    let mut chain = Chain::new();
    let verified = chain.honest().verify(&chain.world.genesis_hash()).unwrap();
    let step = verified.steps.iter().find(|step| step.step == Step::Attestation).unwrap();
    assert!(
        step.proves.starts_with("NOTHING IS PROVEN ABOUT THE HARDWARE (attestation: none)."),
        "{}",
        step.proves
    );
}

/// The promise of the format: not one byte can be changed.
#[test]
fn bundle_should_be_refused_when_any_byte_of_the_file_is_changed() {
    let mut chain = Chain::new();
    let text = chain.honest().to_json().unwrap().into_bytes();
    let genesis = chain.world.genesis_hash();
    let mut failed = std::collections::BTreeMap::<Step, usize>::new();
    for index in 0..text.len() {
        // Another digit, another letter, another case, and no text at all.
        for changed in [text[index] ^ 0x01, text[index] ^ 0x20, b'0', b' ', 0xff] {
            if changed == text[index] {
                continue;
            }
            let mut forged = text.clone();
            forged[index] = changed;
            match read(&forged, &genesis) {
                Ok(()) => panic!("byte {index} of {} may be {changed:#x}", text.len()),
                Err(failure) => *failed.entry(failure.step).or_default() += 1,
            }
        }
    }
    for step in [Step::Format, Step::Chain, Step::Authorities, Step::Finality, Step::State, Step::Receipt] {
        assert!(failed.contains_key(&step), "{step} caught nothing: {failed:?}");
    }
}

#[test]
fn bundle_should_be_refused_when_bytes_are_added_or_removed() {
    let mut chain = Chain::new();
    let text = chain.honest().to_json().unwrap().into_bytes();
    let genesis = chain.world.genesis_hash();
    for index in (0..text.len()).step_by(7).chain([text.len() - 1]) {
        let (head, tail) = text.split_at(index);
        assert!(read(&[head, &tail[1..]].concat(), &genesis).is_err());
        assert!(read(&[head, &tail[..1], tail].concat(), &genesis).is_err());
        assert!(read(head, &genesis).is_err());
    }
    assert!(read(&[text.as_slice(), b"\n"].concat(), &genesis).is_err());
}

#[test]
fn bundle_should_be_refused_when_the_same_content_is_written_differently() {
    let mut chain = Chain::new();
    let text = chain.honest().to_json().unwrap();
    let refused = |text: String| {
        let expected = Failure { step: Step::Format, cause: FormatError::NotCanonical.into() };
        assert_eq!(ReceiptBundle::from_json(text.as_bytes()), Err(expected));
    };
    refused(text.trim_end().into());
    refused(format!(" {text}"));
    refused(text.replace("  ", "    "));
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    refused(serde_json::to_string(&value).unwrap());
    let mut reordered = value.clone();
    reordered["state_proof"].as_array_mut().unwrap().reverse();
    refused(serde_json::to_string_pretty(&reordered).unwrap() + "\n");

    let not_a_bundle = Failure { step: Step::Format, cause: FormatError::NotABundle.into() };
    for text in [
        text.replace("phala-receipt-bundle/1", "phala-receipt-bundle/2"),
        text.replacen('{', "{\n  \"more\": 1,", 1),
        "{}".into(),
        String::new(),
        "[".repeat(10_000),
    ] {
        assert_eq!(ReceiptBundle::from_json(text.as_bytes()), Err(not_a_bundle.clone()));
    }
}

#[test]
fn bundle_should_fail_at_the_chain_when_the_genesis_hash_is_another() {
    let mut chain = Chain::new();
    let failure = chain.honest().verify(&[1; 32]).unwrap_err();
    assert_eq!(failure, Failure { step: Step::Chain, cause: BootstrapError::WrongGenesis.into() });
    assert!(failure.to_string().starts_with("chain: "), "{failure}");
}

#[test]
fn bundle_should_fail_at_authorities_or_finality_when_signatures_are_missing() {
    let mut chain = Chain::new();
    chain.honest();
    let receipt = chain.sign(chain.receipt());
    let number = chain.world.best();
    let nodes = chain.world.prove(number, &ReceiptBundle::proven_keys(&chain.id(), JOB));
    let bundle = |set_changes, finality| {
        let bundle = ReceiptBundle::new(
            chain.world.genesis_proof(),
            set_changes,
            finality,
            nodes.clone(),
            receipt.clone(),
        );
        bundle.verify(&chain.world.genesis_hash()).map(drop).map_err(|failure| failure.step)
    };
    let weak = |proof| tampered(proof, |justification| justification.commit.precommits.truncate(2));
    let (changes, finality) = (chain.set_changes.clone(), chain.world.finalize(number));
    assert_eq!(bundle(changes.clone(), finality.clone()), Ok(()));
    assert_eq!(bundle(changes.clone(), weak(finality.clone())), Err(Step::Finality));
    assert_eq!(bundle(vec![weak(changes[0].clone())], finality.clone()), Err(Step::Authorities));
    assert_eq!(bundle(Vec::new(), finality.clone()), Err(Step::Finality));
    assert_eq!(bundle(vec![finality.clone()], finality), Err(Step::Authorities));
}

/// A justification that nobody needs to read could say anything.
#[test]
fn bundle_should_fail_at_finality_when_its_block_is_one_that_is_known_already() {
    let mut chain = Chain::new();
    let receipt = chain.receipt();
    chain.world.put(storage::job(JOB), chain.settled(&receipt));
    let change = chain.world.change_set(validators("third", 4));
    let number = chain.world.best();
    let nodes = chain.world.prove(number, &ReceiptBundle::proven_keys(&chain.id(), JOB));
    let verdict = |set_changes, finality| {
        let genesis = chain.world.genesis_proof();
        let receipt = chain.sign(chain.receipt());
        let bundle = ReceiptBundle::new(genesis, set_changes, finality, nodes.clone(), receipt);
        bundle.verify(&chain.world.genesis_hash()).map(drop)
    };
    assert_eq!(verdict(chain.set_changes.clone(), change.clone()), Ok(()));
    let twice = [chain.set_changes.clone(), vec![change.clone()]].concat();
    let failure = verdict(twice, change).unwrap_err();
    let expected = AdvanceError::NotLater { number, latest: number };
    assert_eq!(failure, Failure { step: Step::Finality, cause: expected.into() });
}

#[test]
fn bundle_should_fail_at_the_state_when_the_proof_is_not_exact() {
    let mut chain = Chain::new();
    let receipt = chain.receipt();
    let signed = chain.sign(receipt.clone());
    chain.bundle(Some(chain.settled(&receipt)), signed.clone());
    let number = chain.world.best();
    let keys = ReceiptBundle::proven_keys(&chain.id(), JOB);
    let failure = |nodes| {
        let finality = chain.world.finalize(number);
        let genesis = chain.world.genesis_proof();
        let bundle = ReceiptBundle::new(genesis, chain.set_changes.clone(), finality, nodes, signed.clone());
        chain.failure(&bundle)
    };
    let fewer = chain.world.prove(number, &keys[1..]);
    let more = chain.world.prove(number, &[keys, vec![storage::grandpa_authorities()]].concat());
    let state = |cause: StorageProofError| Failure { step: Step::State, cause: cause.into() };
    assert_eq!(failure(fewer), state(StorageProofError::Incomplete));
    assert_eq!(failure(more), state(StorageProofError::UnusedNode));
}

#[test]
fn bundle_should_fail_at_the_worker_when_the_chain_does_not_know_it() {
    let mut chain = Chain::new();
    let receipt = chain.receipt();
    let (job, signed) = (chain.settled(&receipt), chain.sign(receipt));
    let unknown = (Step::Worker, ClaimError::NotRegistered { worker: chain.id() });
    let key = chain.world.state.remove(&storage::encryption_key(&chain.id())).unwrap();
    assert_eq!(chain.claim(Some(job.clone()), signed.clone()), unknown);
    chain.world.state.insert(storage::encryption_key(&chain.id()), key);
    chain.world.state.remove(&storage::worker(&chain.id()));
    assert_eq!(chain.claim(Some(job), signed), unknown);
}

#[test]
fn bundle_should_fail_at_the_job_when_it_is_not_settled_by_this_worker() {
    let mut chain = Chain::new();
    let receipt = chain.receipt();
    let signed = chain.sign(receipt.clone());
    let job = |error| (Step::Job, error);
    assert_eq!(chain.claim(None, signed.clone()), job(ClaimError::NoJob { job: JOB }));
    let open = chain.job(JobState::Assigned);
    assert_eq!(chain.claim(Some(open), signed.clone()), job(ClaimError::NotSettled { job: JOB }));
    let refunded = chain.job(JobState::Refunded);
    assert_eq!(chain.claim(Some(refunded), signed.clone()), job(ClaimError::Refunded { job: JOB }));
    let worker = WorkerId([5; 32]);
    let other = JobRecord { worker, ..chain.settled(&receipt) };
    assert_eq!(chain.claim(Some(other), signed), job(ClaimError::OtherWorker { job: JOB, worker }));
}

#[test]
fn bundle_should_fail_at_the_receipt_when_it_is_not_the_one_that_settled_the_job() {
    let mut chain = Chain::new();
    let honest = chain.receipt();
    let settled = chain.settled(&honest);
    let edits: [(fn(&mut Receipt), ClaimError); 5] = [
        (|receipt| receipt.program[0] ^= 1, ClaimError::OtherContent { job: JOB }),
        (|receipt| receipt.input[0] ^= 1, ClaimError::OtherContent { job: JOB }),
        (|receipt| receipt.output[0] ^= 1, ClaimError::OtherReceipt { job: JOB }),
        (|receipt| receipt.fuel += 1, ClaimError::OtherReceipt { job: JOB }),
        (|receipt| receipt.exit = ExitStatus::Trapped, ClaimError::OtherReceipt { job: JOB }),
    ];
    for (edit, expected) in edits {
        let mut receipt = honest.clone();
        edit(&mut receipt);
        // Even signed by the worker itself.
        let signed = chain.sign(receipt);
        assert_eq!(chain.claim(Some(settled.clone()), signed), (Step::Receipt, expected));
    }
    let forged = SignedReceipt { signature: Signature([1; 64]), ..chain.sign(honest.clone()) };
    assert_eq!(chain.claim(Some(settled.clone()), forged), (Step::Receipt, ClaimError::Forged));
    // Signed for another chain.
    let payload = honest.signing_payload(&[1; 32]);
    let signature = Signature(chain.worker.sign(&payload).0);
    let elsewhere = SignedReceipt { receipt: honest, signature };
    assert_eq!(chain.claim(Some(settled), elsewhere), (Step::Receipt, ClaimError::Forged));
}
