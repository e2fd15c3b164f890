//! Confidential jobs: what the chain knows of one, what travels sealed, and the receipt.
//!
//! The chain must bind a job to its program, input and output without learning them. A program is
//! named by its plain hash. Inputs and outputs may have little entropy (a yes or a no), so the chain
//! sees only commitments to them under a random salt that travels inside the sealed box:
//! [`JobInput::commitment`] and [`JobOutput::commitment`].

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{hash, Balance, BlockNumber, Hash, JobId, Moment, PoolId, Signature, WorkerId};

/// A price is in base units for this much fuel.
pub const FUEL_UNIT: u64 = 1_000_000_000;

/// Fuel charged for each byte of program and input, for loading and compiling them. It is what a job
/// pays whose program turns out not to be one.
pub const LOADING_FUEL_PER_BYTE: u64 = 10;

/// Largest sealed input that a worker accepts, in bytes.
pub const MAX_SEALED_INPUT: usize = 64 << 20;

/// Most bytes that a job may write to its standard output and error together.
pub const MAX_OUTPUT: usize = 16 << 20;

/// What `fuel` costs at `price` base units per [`FUEL_UNIT`], rounded up.
pub fn fee(fuel: u64, price: Balance) -> Balance {
    let exact = price.saturating_mul(Balance::from(fuel));
    exact.div_ceil(Balance::from(FUEL_UNIT))
}

/// Resources that a job may use. Reaching one ends the job; see [`ExitStatus`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct JobLimits {
    /// Most fuel the client pays for; one unit is about one WebAssembly instruction.
    pub fuel: u64,
    /// Linear memory, in MiB.
    pub memory_mib: u32,
    /// Wall-clock time of execution, in seconds.
    pub seconds: u32,
}

/// How a job ended.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum ExitStatus {
    /// The program ended by itself with this exit code.
    #[codec(index = 0)]
    Exited(i32),
    /// The program did something that WebAssembly forbids (unreachable, out-of-bounds access, …).
    #[codec(index = 1)]
    Trapped,
    /// The fuel limit was reached.
    #[codec(index = 2)]
    OutOfFuel,
    /// The time limit was reached.
    #[codec(index = 3)]
    OutOfTime,
    /// The program asked for more memory than its limit and could not go on.
    #[codec(index = 4)]
    OutOfMemory,
    /// More output than [`MAX_OUTPUT`].
    #[codec(index = 5)]
    TooMuchOutput,
    /// Not a WebAssembly program that a worker can run.
    #[codec(index = 6)]
    InvalidProgram,
}

/// The plaintext of what a client seals to a worker.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
pub struct JobInput {
    /// Fresh random bytes that hide the input in its commitment.
    pub salt: [u8; 32],
    /// A WASI command: a core module (preview 1) or a component (preview 2).
    pub program: Vec<u8>,
    /// Command-line arguments after the program's name.
    pub arguments: Vec<Vec<u8>>,
    /// Standard input.
    pub stdin: Vec<u8>,
}

impl JobInput {
    /// Hash of the program, as posted on the chain.
    pub fn program_hash(&self) -> Hash {
        hash(&self.program)
    }

    /// Salted commitment to the arguments and the standard input, as posted on the chain.
    pub fn commitment(&self) -> Hash {
        hash(&(b"phala/job/input", self.salt, &self.arguments, hash(&self.stdin)).encode())
    }
}

/// What a job wrote. It travels sealed under a key that only the client and the worker know.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
pub struct JobOutput {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

impl JobOutput {
    /// Salted commitment, as in the receipt; `salt` is [`JobInput::salt`].
    pub fn commitment(&self, salt: &[u8; 32]) -> Hash {
        hash(&(b"phala/job/output", salt, hash(&self.stdout), hash(&self.stderr)).encode())
    }
}

/// HPKE `info` of a job's sealed input: it opens on this chain and for this worker only.
pub fn input_info(genesis: &Hash, worker: &WorkerId) -> Vec<u8> {
    (b"phala/job/v1", genesis, worker).encode()
}

/// HPKE associated data of a job's sealed input: it opens for this job only.
pub fn input_aad(job: JobId) -> Vec<u8> {
    job.encode()
}

/// A worker's statement of what it ran and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Receipt {
    /// The job.
    pub job: JobId,
    /// Who ran it.
    pub worker: WorkerId,
    /// Hash of the program that ran.
    #[cfg_attr(feature = "serde", serde(with = "crate::serde_bytes"))]
    pub program: Hash,
    /// Commitment to its input: [`JobInput::commitment`].
    #[cfg_attr(feature = "serde", serde(with = "crate::serde_bytes"))]
    pub input: Hash,
    /// Commitment to its output: [`JobOutput::commitment`].
    #[cfg_attr(feature = "serde", serde(with = "crate::serde_bytes"))]
    pub output: Hash,
    /// Fuel used, loading included.
    pub fuel: u64,
    /// How it ended.
    pub exit: ExitStatus,
}

impl Receipt {
    /// The bytes that the worker's identity key signs.
    pub fn signing_payload(&self, genesis: &Hash) -> Vec<u8> {
        (b"phala/receipt", genesis, self).encode()
    }
}

/// A receipt and its worker's signature over [`Receipt::signing_payload`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SignedReceipt {
    /// What is stated.
    pub receipt: Receipt,
    /// By whom.
    pub signature: Signature,
}

/// What a worker gives to whoever asks for a job's result: useless without the client's key.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
pub struct JobResult {
    /// What was run.
    pub receipt: SignedReceipt,
    /// SCALE-encoded [`JobOutput`], sealed under the reply key.
    pub sealed_output: Vec<u8>,
}

/// A job in the chain's state.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct JobRecord<AccountId> {
    /// Who pays.
    pub client: AccountId,
    /// Who is to run it.
    pub worker: WorkerId,
    /// The pool whose session the worker mines in; it is paid.
    pub pool: PoolId,
    /// [`JobInput::program_hash`].
    #[cfg_attr(feature = "serde", serde(with = "crate::serde_bytes"))]
    pub program: Hash,
    /// [`JobInput::commitment`].
    #[cfg_attr(feature = "serde", serde(with = "crate::serde_bytes"))]
    pub input: Hash,
    /// Resources paid for.
    pub limits: JobLimits,
    /// Base units per [`FUEL_UNIT`], fixed when the job was posted.
    pub price: Balance,
    /// Last block in which a receipt is accepted.
    pub deadline: BlockNumber,
    /// Where it stands.
    pub state: JobState,
}

/// Where a job stands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum JobState {
    /// The money is in escrow and the worker has been told.
    #[codec(index = 0)]
    Assigned,
    /// The worker has the input and answers for delivering the result.
    #[codec(index = 1)]
    Accepted {
        /// Chain time when it said so.
        at: Moment,
    },
    /// A receipt came in time; `fee` went to the pool and the rest of the escrow back to the client.
    #[codec(index = 2)]
    Settled {
        /// BLAKE2b-256 of the SCALE-encoded [`Receipt`].
        #[cfg_attr(feature = "serde", serde(with = "crate::serde_bytes"))]
        receipt: Hash,
        /// What the client paid.
        fee: Balance,
    },
    /// No receipt came in time; the whole escrow went back to the client.
    #[codec(index = 3)]
    Refunded,
}

impl JobState {
    /// Whether the money is in escrow and a receipt may still come.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Assigned | Self::Accepted { .. } => true,
            Self::Settled { .. } | Self::Refunded => false,
        }
    }
}
