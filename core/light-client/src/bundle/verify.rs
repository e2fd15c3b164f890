//! The steps of verifying a bundle.

use alloc::{format, string::String, vec::Vec};
use codec::Encode;
use phala_primitives::{
    hash,
    job::{JobRecord, JobState, Receipt},
    registry::{AttestationKind, WorkerRecord},
    storage, verify_signature, Balance, BlockNumber, EncryptionKey, Hash, Moment,
};
use serde::Serialize;

use super::{Cause, ClaimError, Failure, FormatError, ReceiptBundle, Step};
use crate::{
    client::{BootstrapError, LightClient},
    courier::{FinalityProof, VerifiedBlock},
    display::Hex,
    hexadecimal::Scale,
    proof::{ProvenState, StorageProofError},
    trust::{TrustError, TrustRoot},
};

/// A step that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifiedStep {
    /// Which one.
    pub step: Step,
    /// What it proves, and what not, in plain words.
    pub proves: String,
}

/// What a bundle proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Every step, in order.
    pub steps: Vec<VerifiedStep>,
    /// The finalised block whose state was looked at.
    pub block: VerifiedBlock,
    /// Its time, in milliseconds since the Unix epoch.
    pub time: Moment,
    /// The worker at that block.
    pub worker: WorkerRecord<[u8; 32]>,
    /// The key to which clients seal for the worker, at that block.
    pub encryption_key: EncryptionKey,
    /// The job at that block.
    pub job: JobRecord<[u8; 32]>,
    /// What the client paid, in base units.
    pub fee: Balance,
    /// What the worker states.
    pub receipt: Receipt,
}

impl ReceiptBundle {
    /// Verifies the bundle for the chain with this genesis hash, offline.
    pub fn verify(&self, genesis_hash: &Hash) -> Result<Verified, Failure> {
        self.verify_from(&TrustRoot::Genesis(*genesis_hash))
    }

    /// Verifies the bundle from a trust root, offline.
    pub fn verify_from(&self, root: &TrustRoot) -> Result<Verified, Failure> {
        let mut steps = Steps::default();
        steps.holds(Step::Format, "The file is a receipt bundle; nothing in it is unproven.".into());
        let mut client = self.start(root, &mut steps)?;
        self.authorities(root, &mut client, &mut steps)?;
        let block = self.finality(&mut client, &mut steps)?;
        let (state, time) = self.state(&mut client).at(Step::State)?;
        steps.holds(Step::State, state_proves(&block, time));
        let (worker, encryption_key) = self.worker(&state, &mut steps)?;
        let (job, fee) = self.job(&state, root.genesis_hash(), &mut steps)?;
        let receipt = self.receipt.receipt.clone();
        Ok(Verified { steps: steps.0, block, time, worker, encryption_key, job, fee, receipt })
    }

    fn start(&self, root: &TrustRoot, steps: &mut Steps) -> Result<LightClient, Failure> {
        let genesis_hash = root.genesis_hash();
        let client = match (&self.genesis, root) {
            (Some(proof), _) => LightClient::bootstrap(genesis_hash, &proof.0).map_err(|error| {
                let step = match error {
                    BootstrapError::WrongGenesis | BootstrapError::NotFirst { .. } => Step::Chain,
                    _ => Step::Authorities,
                };
                Failure { step, cause: error.into() }
            })?,
            (None, TrustRoot::Checkpoint(checkpoint)) => {
                LightClient::from_checkpoint(checkpoint).at(Step::Chain)?
            }
            (None, TrustRoot::Genesis(_)) => return Err(FormatError::NoGenesis).at(Step::Chain),
        };
        steps.holds(Step::Chain, chain_proves(root));
        Ok(client)
    }

    fn authorities(
        &self,
        root: &TrustRoot,
        client: &mut LightClient,
        steps: &mut Steps,
    ) -> Result<(), Failure> {
        let number = self.finality.0.header.number;
        if number <= root.number() && root.number() != 0 {
            let trusted = root.number();
            return Err(TrustError::BeforeCheckpoint { number, trusted }).at(Step::Authorities);
        }
        let (first, from) = (client.authorities().len(), client.latest().number);
        let before = |change: &&Scale<FinalityProof>| change.0.header.number <= root.number();
        let confirmed = self.set_changes.iter().take_while(before).count();
        let (earlier, later) = self.set_changes.split_at(confirmed);
        for change in earlier {
            client.apply_set_change(&change.0).at(Step::Authorities)?;
        }
        if let TrustRoot::Checkpoint(checkpoint) = root {
            client.expect(checkpoint).at(Step::Authorities)?;
        }
        for change in later {
            client.apply_set_change(&change.0).at(Step::Authorities)?;
        }
        let changes = self.set_changes.len();
        steps.holds(Step::Authorities, authorities_prove(root, from, first, changes));
        Ok(())
    }

    fn finality(&self, client: &mut LightClient, steps: &mut Steps) -> Result<VerifiedBlock, Failure> {
        let set_id = client.latest().set_id;
        client.advance_further(&self.finality.0).at(Step::Finality)?;
        let block = client.latest();
        steps.holds(
            Step::Finality,
            format!(
                "Block {} ({}) is final: more than two thirds of authority set {set_id} signed it. That there is no \
                 newer block is not proven.",
                block.number,
                Hex(&block.hash)
            ),
        );
        Ok(block)
    }

    fn state(&self, client: &mut LightClient) -> Result<(ProvenState, Moment), StorageProofError> {
        let nodes: Vec<_> = self.state_proof.iter().map(|node| node.0.clone()).collect();
        let receipt = &self.receipt.receipt;
        let state = client.read(&nodes, Self::proven_keys(&receipt.worker, receipt.job))?;
        let time = client.note_time(&state)?;
        Ok((state, time))
    }

    fn worker(
        &self,
        state: &ProvenState,
        steps: &mut Steps,
    ) -> Result<(WorkerRecord<[u8; 32]>, EncryptionKey), Failure> {
        let worker = self.receipt.receipt.worker;
        let unknown = || ClaimError::NotRegistered { worker };
        let record: Option<WorkerRecord<[u8; 32]>> =
            state.decode(&storage::worker(&worker)).at(Step::Worker)?;
        let record = record.ok_or_else(unknown).at(Step::Worker)?;
        let encryption_key: Option<EncryptionKey> =
            state.decode(&storage::encryption_key(&worker)).at(Step::Worker)?;
        let encryption_key = encryption_key.ok_or_else(unknown).at(Step::Worker)?;
        steps.holds(
            Step::Worker,
            format!(
                "The chain has registered worker {worker} for operator {}, with a public key for sealed data whose \
                 BLAKE2b-256 hash is {}.",
                Hex(&record.operator),
                Hex(&hash(&encryption_key.0))
            ),
        );
        steps.holds(Step::Attestation, attestation_proves(record.attestation.kind));
        Ok((record, encryption_key))
    }

    fn job(
        &self,
        state: &ProvenState,
        genesis_hash: &Hash,
        steps: &mut Steps,
    ) -> Result<(JobRecord<[u8; 32]>, Balance), Failure> {
        let receipt = &self.receipt.receipt;
        let id = receipt.job;
        let record: Option<JobRecord<[u8; 32]>> = state.decode(&storage::job(id)).at(Step::Job)?;
        let record = record.ok_or(ClaimError::NoJob { job: id }).at(Step::Job)?;
        if record.worker != receipt.worker {
            return Err(ClaimError::OtherWorker { job: id, worker: record.worker }).at(Step::Job);
        }
        let (settled_by, fee) = match record.state {
            JobState::Assigned | JobState::Accepted { .. } => {
                return Err(ClaimError::NotSettled { job: id }).at(Step::Job)
            }
            JobState::Refunded => return Err(ClaimError::Refunded { job: id }).at(Step::Job),
            JobState::Settled { receipt, fee } => (receipt, fee),
        };
        steps.holds(Step::Job, job_proves(id, &record, fee));
        self.signature(&record, &settled_by, genesis_hash).at(Step::Receipt)?;
        steps.holds(Step::Receipt, receipt_proves(receipt));
        Ok((record, fee))
    }

    fn signature(
        &self,
        record: &JobRecord<[u8; 32]>,
        settled_by: &Hash,
        genesis_hash: &Hash,
    ) -> Result<(), ClaimError> {
        let receipt = &self.receipt.receipt;
        if (receipt.program, receipt.input) != (record.program, record.input) {
            return Err(ClaimError::OtherContent { job: receipt.job });
        }
        if hash(&receipt.encode()) != *settled_by {
            return Err(ClaimError::OtherReceipt { job: receipt.job });
        }
        let payload = receipt.signing_payload(genesis_hash);
        if !verify_signature(&self.receipt.signature, &payload, &receipt.worker) {
            return Err(ClaimError::Forged);
        }
        Ok(())
    }
}

fn chain_proves(root: &TrustRoot) -> String {
    let chain =
        format!("It is about the chain with genesis hash {}, which you named", Hex(root.genesis_hash()));
    match root {
        TrustRoot::Genesis(_) => format!("{chain}."),
        TrustRoot::Checkpoint(checkpoint) => format!(
            "{chain}, with block {} ({}) in it, which you trust.",
            checkpoint.number,
            Hex(&checkpoint.hash)
        ),
    }
}

/// `first` authorities were in office at block `from`, where the bundle starts.
fn authorities_prove(root: &TrustRoot, from: BlockNumber, first: usize, changes: usize) -> String {
    let start = match from {
        0 => format!("the genesis state names {first} authorities"),
        _ => format!("your checkpoint names {first} authorities"),
    };
    let passed = match root {
        TrustRoot::Genesis(_) => "",
        TrustRoot::Checkpoint(_) => " After your checkpoint those were in office that it names.",
    };
    format!(
        "Who finalises its blocks is known: {start}, and each of the {changes} changes since was signed by more than \
         two thirds of the authorities before it.{passed}"
    )
}

fn state_proves(block: &VerifiedBlock, time: Moment) -> String {
    format!(
        "What follows is the chain's state at block {}, {time} ms after the start of 1970: a Merkle proof leads \
         from the final header to each value.",
        block.number
    )
}

/// No wildcard: a kind of evidence must say what it proves.
fn attestation_proves(kind: AttestationKind) -> String {
    match kind {
        AttestationKind::None => "NOTHING IS PROVEN ABOUT THE HARDWARE (attestation: none). The chain registered \
             this worker without evidence of a trusted execution environment, as development networks do. Its \
             operator may have read the data or made up the output."
            .into(),
    }
}

fn job_proves(id: u64, record: &JobRecord<[u8; 32]>, fee: Balance) -> String {
    format!(
        "Client {} gave job {id} to this worker: program {}, committed input {}. It is settled, and the client paid \
         {fee} base units.",
        Hex(&record.client),
        Hex(&record.program),
        Hex(&record.input)
    )
}

fn receipt_proves(receipt: &Receipt) -> String {
    format!(
        "The worker's key signed that it ran that program on that input, that the run ended with {:?} after {} fuel, \
         and that {} commits to its output. The chain settled the job with exactly this receipt.",
        receipt.exit,
        receipt.fuel,
        Hex(&receipt.output)
    )
}

#[derive(Default)]
struct Steps(Vec<VerifiedStep>);

impl Steps {
    fn holds(&mut self, step: Step, proves: String) {
        self.0.push(VerifiedStep { step, proves });
    }
}

/// Names the step that an error belongs to.
trait At<T> {
    fn at(self, step: Step) -> Result<T, Failure>;
}

impl<T, E: Into<Cause>> At<T> for Result<T, E> {
    fn at(self, step: Step) -> Result<T, Failure> {
        self.map_err(|error| Failure { step, cause: error.into() })
    }
}
