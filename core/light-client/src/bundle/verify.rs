//! The steps of verifying a bundle.

use alloc::{format, string::String, vec::Vec};
use codec::Encode;
use phala_primitives::{
    hash,
    job::{JobRecord, JobState, Receipt},
    registry::{AttestationKind, WorkerRecord},
    storage, verify_signature, Balance, EncryptionKey, Hash, Moment,
};
use serde::Serialize;

use super::{Cause, ClaimError, Failure, ReceiptBundle, Step};
use crate::{
    client::{BootstrapError, LightClient},
    courier::VerifiedBlock,
    display::Hex,
    proof::{ProvenState, StorageProofError},
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
        let mut steps = Steps::default();
        steps.holds(Step::Format, "The file is a receipt bundle; nothing in it is unproven.".into());
        let mut client = self.authorities(genesis_hash, &mut steps)?;
        let block = self.finality(&mut client, &mut steps)?;
        let (state, time) = self.state(&mut client).at(Step::State)?;
        steps.holds(Step::State, state_proves(&block, time));
        let (worker, encryption_key) = self.worker(&state, &mut steps)?;
        let (job, fee) = self.job(&state, genesis_hash, &mut steps)?;
        let receipt = self.receipt.receipt.clone();
        Ok(Verified { steps: steps.0, block, time, worker, encryption_key, job, fee, receipt })
    }

    fn authorities(&self, genesis_hash: &Hash, steps: &mut Steps) -> Result<LightClient, Failure> {
        let mut client = match LightClient::bootstrap(genesis_hash, &self.genesis.0) {
            Ok(client) => client,
            Err(error @ (BootstrapError::WrongGenesis | BootstrapError::NotFirst { .. })) => {
                return Err(error).at(Step::Chain);
            }
            Err(error) => return Err(error).at(Step::Authorities),
        };
        steps.holds(
            Step::Chain,
            format!("It is about the chain with genesis hash {}, which you named.", Hex(genesis_hash)),
        );
        let first = client.authorities().len();
        for change in &self.set_changes {
            client.apply_set_change(&change.0).at(Step::Authorities)?;
        }
        let changes = self.set_changes.len();
        steps.holds(
            Step::Authorities,
            format!(
                "Who finalises its blocks is known: the genesis state names {first} authorities, and each of the \
                 {changes} changes since was signed by more than two thirds of the authorities before it."
            ),
        );
        Ok(client)
    }

    fn finality(&self, client: &mut LightClient, steps: &mut Steps) -> Result<VerifiedBlock, Failure> {
        let set_id = client.latest().set_id;
        client.advance(&self.finality.0).at(Step::Finality)?;
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
            JobState::Assigned => return Err(ClaimError::NotSettled { job: id }).at(Step::Job),
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
