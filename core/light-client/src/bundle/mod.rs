//! Receipt bundles: a job's receipt with everything that convinces a stranger of it, offline.
//!
//! A bundle is a JSON file. Whoever holds it needs nothing but a trust root, from a source that they trust, to
//! verify all of [`Step`]: the genesis hash of the chain, or a checkpoint. There is exactly one valid text per
//! content: what differs from the canonical text in a single byte is refused, so that nothing unproven can
//! ride along.
//!
//! A bundle that starts at genesis is verified from there whatever the trust root; with a checkpoint, it must
//! in addition lead past exactly that checkpoint, so that keys retired before it prove nothing. One made with
//! [`ReceiptBundle::from_checkpoint`] holds only what came after the checkpoint, and is verified with that
//! checkpoint alone: for chains with more changes of authorities than one file holds, or without the state of
//! their genesis.

mod verify;

use alloc::{string::String, vec::Vec};
use phala_primitives::{job::SignedReceipt, storage, JobId, WorkerId};
use serde::{Deserialize, Serialize};

use crate::{
    client::{AdvanceError, BootstrapError},
    courier::{FinalityProof, GenesisProof},
    hexadecimal::{Bytes, Scale},
    limits::{MAX_BUNDLE_BYTES, MAX_SET_CHANGES},
    proof::StorageProofError,
    trust::TrustError,
};
pub use verify::{Verified, VerifiedStep};

/// A receipt and its proofs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptBundle {
    format: Version,
    receipt: SignedReceipt,
    /// None where it starts at a checkpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    genesis: Option<Scale<GenesisProof>>,
    set_changes: Vec<Scale<FinalityProof>>,
    finality: Scale<FinalityProof>,
    state_proof: Vec<Bytes>,
}

/// What the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Version {
    #[serde(rename = "phala-receipt-bundle/1")]
    One,
}

impl ReceiptBundle {
    /// Puts a bundle together; nothing is verified yet.
    ///
    /// `set_changes` are all headers that change the authority set up to the block of `finality`;
    /// `state_proof` proves exactly [`ReceiptBundle::proven_keys`] at that block, in which the job must be settled.
    pub fn new(
        genesis: GenesisProof,
        set_changes: Vec<FinalityProof>,
        finality: FinalityProof,
        state_proof: Vec<Vec<u8>>,
        receipt: SignedReceipt,
    ) -> Self {
        Self::assemble(Some(genesis), set_changes, finality, state_proof, receipt)
    }

    /// [`ReceiptBundle::new`] for whoever trusts a checkpoint: `set_changes` are those after it.
    pub fn from_checkpoint(
        set_changes: Vec<FinalityProof>,
        finality: FinalityProof,
        state_proof: Vec<Vec<u8>>,
        receipt: SignedReceipt,
    ) -> Self {
        Self::assemble(None, set_changes, finality, state_proof, receipt)
    }

    fn assemble(
        mut genesis: Option<GenesisProof>,
        set_changes: Vec<FinalityProof>,
        finality: FinalityProof,
        mut state_proof: Vec<Vec<u8>>,
        receipt: SignedReceipt,
    ) -> Self {
        // Any order proves the same; the canonical text has one.
        if let Some(genesis) = &mut genesis {
            genesis.authorities_proof.sort();
        }
        state_proof.sort();
        Self {
            format: Version::One,
            receipt,
            genesis: genesis.map(Scale),
            set_changes: set_changes.into_iter().map(Scale).collect(),
            finality: Scale(finality),
            state_proof: state_proof.into_iter().map(Bytes).collect(),
        }
    }

    /// Keys that the bundle's storage proof covers: the worker's registry record and encryption key,
    /// the job, and the chain's time.
    pub fn proven_keys(worker: &WorkerId, job: JobId) -> Vec<Vec<u8>> {
        Vec::from([
            storage::worker(worker),
            storage::encryption_key(worker),
            storage::job(job),
            storage::timestamp_now(),
        ])
    }

    /// What the worker signed.
    pub fn receipt(&self) -> &SignedReceipt {
        &self.receipt
    }

    /// The canonical text: two-space indentation, fields in order, a newline at the end.
    pub fn to_json(&self) -> Result<String, Failure> {
        let mut text =
            serde_json::to_string_pretty(self).map_err(|_| Failure::format(FormatError::NotABundle))?;
        text.push('\n');
        Ok(text)
    }

    /// Reads the canonical text and nothing else.
    pub fn from_json(text: &[u8]) -> Result<Self, Failure> {
        if text.len() > MAX_BUNDLE_BYTES {
            return Err(Failure::format(FormatError::TooLarge { bytes: text.len() }));
        }
        let read: Self =
            serde_json::from_slice(text).map_err(|_| Failure::format(FormatError::NotABundle))?;
        if read.set_changes.len() > MAX_SET_CHANGES {
            return Err(Failure::format(FormatError::TooManySetChanges { found: read.set_changes.len() }));
        }
        let sorted = Self::assemble(
            read.genesis.map(|Scale(genesis)| genesis),
            read.set_changes.into_iter().map(|Scale(change)| change).collect(),
            read.finality.0,
            read.state_proof.into_iter().map(|Bytes(node)| node).collect(),
            read.receipt,
        );
        if sorted.to_json()?.as_bytes() != text {
            return Err(Failure::format(FormatError::NotCanonical));
        }
        Ok(sorted)
    }
}

/// What is verified, in this order; each step rests on those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The file is a receipt bundle in its canonical form.
    Format,
    /// It is about the chain of the given trust root.
    Chain,
    /// Who finalises that chain's blocks.
    Authorities,
    /// A block is final.
    Finality,
    /// What the chain's state is at that block.
    State,
    /// The worker is registered.
    Worker,
    /// What is known about the worker's hardware.
    Attestation,
    /// The job was given to the worker and is settled.
    Job,
    /// The worker signed the receipt, and it is the one that settled the job.
    Receipt,
}

impl Step {
    /// Its name, as in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Chain => "chain",
            Self::Authorities => "authorities",
            Self::Finality => "finality",
            Self::State => "state",
            Self::Worker => "worker",
            Self::Attestation => "attestation",
            Self::Job => "job",
            Self::Receipt => "receipt",
        }
    }
}

impl core::fmt::Display for Step {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.name())
    }
}

/// The step that failed, and why. The steps before it hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{step}: {cause}")]
pub struct Failure {
    /// Which step.
    pub step: Step,
    /// Why.
    pub cause: Cause,
}

impl Failure {
    fn format(cause: FormatError) -> Self {
        Self { step: Step::Format, cause: Cause::Format(cause) }
    }
}

/// Why a step fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// The file itself.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The genesis proof.
    #[error(transparent)]
    Bootstrap(#[from] BootstrapError),
    /// It does not fit to the trust root.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// A change of authorities, or the finality of the block.
    #[error(transparent)]
    Advance(#[from] AdvanceError),
    /// The storage proof.
    #[error(transparent)]
    State(#[from] StorageProofError),
    /// What the proven state says is not what the receipt says.
    #[error(transparent)]
    Claim(#[from] ClaimError),
}

/// Why a file is no receipt bundle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Larger than the limit.
    #[error("the file has {bytes} bytes, more than {MAX_BUNDLE_BYTES}; make the bundle from a checkpoint")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Not JSON, or not with these fields.
    #[error("the file is not a receipt bundle of a version that this program knows")]
    NotABundle,
    /// More set changes than the limit.
    #[error(
        "the bundle has {found} changes of authorities, more than {MAX_SET_CHANGES}; make it from a checkpoint"
    )]
    TooManySetChanges {
        /// How many.
        found: usize,
    },
    /// It has no beginning for whoever trusts the genesis hash alone.
    #[error("the bundle starts at a checkpoint; verify it with that checkpoint, or make it from genesis")]
    NoGenesis,
    /// The same content, written differently.
    #[error("the file is not in canonical form: it was edited or reformatted after it was made")]
    NotCanonical,
}

/// Why proven state does not bear out a receipt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// No such worker.
    #[error("the chain knows no worker {worker} at this block")]
    NotRegistered {
        /// The worker that the receipt names.
        worker: WorkerId,
    },
    /// No such job.
    #[error("the chain knows no job {job} at this block: it was never posted, or was settled so long ago that it is forgotten")]
    NoJob {
        /// The job that the receipt names.
        job: JobId,
    },
    /// The job is another worker's.
    #[error("job {job} was given to worker {worker}, not to the receipt's")]
    OtherWorker {
        /// The job.
        job: JobId,
        /// Whose it is.
        worker: WorkerId,
    },
    /// No receipt has arrived yet.
    #[error("job {job} is not settled at this block; make the bundle from a later block")]
    NotSettled {
        /// The job.
        job: JobId,
    },
    /// No receipt arrived in time.
    #[error("job {job} was refunded: no receipt arrived in time")]
    Refunded {
        /// The job.
        job: JobId,
    },
    /// It ran another program or another input than was posted.
    #[error("the receipt is for another program or input than job {job} was posted with")]
    OtherContent {
        /// The job.
        job: JobId,
    },
    /// The signature is wrong.
    #[error("the signature is not the worker's over this receipt")]
    Forged,
    /// The chain settled the job with another receipt.
    #[error("job {job} was settled with another receipt")]
    OtherReceipt {
        /// The job.
        job: JobId,
    },
}
