//! Sealed inputs, opened and held against what the chain says of their job.

use codec::{DecodeWithMemLimit, Encode};
use phala_keyring::{Identity, OpenError, ReplyKey};
use phala_primitives::{
    arguments::{check_arguments, ArgumentsError},
    job::{self, JobInput, MAX_SEALED_INPUT},
    Hash, JobId,
};
use phala_sandbox::Program;
use thiserror::Error;
use zeroize::Zeroize;

use crate::jobs::Job;

/// Memory that a decoded input may take. A few bytes can stand for many empty arguments, each of which
/// takes room of its own.
const MAX_DECODED: usize = MAX_SEALED_INPUT + (16 << 20);

/// Why an input is not the one that the job was posted with.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum InputError {
    /// The box does not open.
    #[error("the sealed input does not open: {0}")]
    Sealed(#[from] OpenError),
    /// The box holds something else.
    #[error("the sealed box holds no job input")]
    Malformed,
    /// More arguments, or longer ones, than a program can get.
    #[error(transparent)]
    Arguments(#[from] ArgumentsError),
    /// Another program than posted.
    #[error("the program's hash is not the one that the job was posted with")]
    Program,
    /// Other arguments or standard input than posted.
    #[error("arguments, standard input and salt do not match the commitment that the job was posted with")]
    Commitment,
}

impl InputError {
    /// What the client can do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Sealed(_) => {
                "seal to the encryption_key at /v1/info, with the chain's genesis hash, this worker and this job"
            }
            Self::Malformed => "seal the SCALE encoding of JobInput, as the client SDK does, in its current version",
            Self::Arguments(_) => "the chain refunds the job at its deadline; post another with its data in standard input",
            Self::Program => "send the program that the job was posted for, or post a job for this one",
            Self::Commitment => "send arguments, standard input and salt as posted, or post another job",
        }
    }
}

/// An opened input. Wiped from memory when dropped.
pub struct OpenedInput {
    input: JobInput,
    /// Under which the output is sealed.
    pub reply_key: ReplyKey,
}

impl OpenedInput {
    /// Salt of the input's commitment, and of the output's.
    pub fn salt(&self) -> [u8; 32] {
        self.input.salt
    }

    /// Bytes of the program.
    pub fn program_bytes(&self) -> usize {
        self.input.program.len()
    }

    /// Hands everything but the reply key to the sandbox.
    pub fn take_program(&mut self) -> Program {
        let JobInput { salt, program, arguments, stdin } = &mut self.input;
        let [program, stdin] = [program, stdin].map(std::mem::take);
        Program::of(JobInput { salt: *salt, program, arguments: std::mem::take(arguments), stdin })
    }
}

impl Drop for OpenedInput {
    fn drop(&mut self) {
        wipe(&mut self.input);
    }
}

fn wipe(input: &mut JobInput) {
    input.salt.zeroize();
    input.program.zeroize();
    input.arguments.zeroize();
    input.stdin.zeroize();
}

/// Opens `sealed` and makes sure that it is what job `id` was posted with.
pub fn open_input(
    identity: &Identity,
    genesis: &Hash,
    id: JobId,
    job: &Job,
    sealed: &[u8],
) -> Result<OpenedInput, InputError> {
    let info = job::input_info(genesis, &identity.worker_id());
    let (plaintext, reply_key) = identity.open_box(&info, &job::input_aad(id), sealed)?;
    let mut rest = plaintext.as_slice();
    let input = JobInput::decode_with_mem_limit(&mut rest, MAX_DECODED).map_err(|_| InputError::Malformed)?;
    let opened = OpenedInput { input, reply_key };
    if !rest.is_empty() {
        return Err(InputError::Malformed);
    }
    check_arguments(&opened.input.arguments)?;
    if opened.input.program_hash() != job.program {
        return Err(InputError::Program);
    }
    if opened.input.commitment() != job.input {
        return Err(InputError::Commitment);
    }
    Ok(opened)
}

/// Associated data of a job's sealed output.
pub fn output_aad(id: JobId) -> Vec<u8> {
    id.encode()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use phala_crypto::{seal, system_rng, PublicKey};
    use phala_keyring::{Keyring, Platform};
    use phala_primitives::job::JobLimits;

    use super::*;
    use crate::jobs::Stage;

    const GENESIS: Hash = [7; 32];
    const JOB: JobId = 3;

    struct World {
        _folder: tempfile::TempDir,
        keyring: Keyring,
    }

    impl World {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let keyring = Keyring::open(Platform::Development, folder.path()).unwrap();
            Self { _folder: folder, keyring }
        }

        /// Seals `plaintext` for job [`JOB`] of this worker on the chain `genesis`.
        fn seal(&self, genesis: &Hash, plaintext: &[u8]) -> Vec<u8> {
            let identity = self.keyring.identity();
            let public = PublicKey::from_bytes(&identity.encryption_key().0).unwrap();
            let info = job::input_info(genesis, &identity.worker_id());
            seal(&public, &info, &job::input_aad(JOB), plaintext, &mut system_rng()).unwrap().0
        }

        fn open(&self, id: JobId, sealed: &[u8]) -> Result<OpenedInput, InputError> {
            open_input(self.keyring.identity(), &GENESIS, id, &posted(&input()), sealed)
        }

        fn refusal(&self, plaintext: &[u8]) -> InputError {
            self.open(JOB, &self.seal(&GENESIS, plaintext)).err().unwrap()
        }
    }

    fn input() -> JobInput {
        JobInput { salt: [1; 32], program: vec![2; 10], arguments: vec![vec![3; 2]], stdin: vec![4; 5] }
    }

    fn posted(input: &JobInput) -> Job {
        Job {
            client: [7; 32],
            program: input.program_hash(),
            input: input.commitment(),
            limits: JobLimits { fuel: 1, memory_mib: 1, seconds: 1 },
            deadline: 9,
            stage: Stage::WaitingForInput,
        }
    }

    #[test]
    fn input_should_open_when_it_is_the_one_posted() {
        let world = World::new();
        let sealed = world.seal(&GENESIS, &input().encode());
        let opened = world.open(JOB, &sealed).ok().unwrap();
        assert!(opened.input == input());
    }

    #[test]
    fn input_should_be_refused_when_sealed_for_another_chain_or_job_or_changed() {
        let world = World::new();
        let refused = Some(InputError::Sealed(OpenError::Refused));
        assert_eq!(world.open(JOB, &world.seal(&[8; 32], &input().encode())).err(), refused);
        let mut sealed = world.seal(&GENESIS, &input().encode());
        assert_eq!(world.open(JOB + 1, &sealed).err(), refused);
        *sealed.last_mut().unwrap() ^= 1;
        assert_eq!(world.open(JOB, &sealed).err(), refused);
    }

    #[test]
    fn input_should_be_refused_when_program_salt_arguments_or_stdin_are_not_those_posted() {
        let world = World::new();
        assert_eq!(world.refusal(&JobInput { program: vec![], ..input() }.encode()), InputError::Program);
        for other in [
            JobInput { salt: [0; 32], ..input() },
            JobInput { arguments: vec![], ..input() },
            JobInput { stdin: vec![], ..input() },
        ] {
            assert_eq!(world.refusal(&other.encode()), InputError::Commitment);
        }
    }

    #[test]
    fn input_should_be_refused_when_it_is_no_input_or_has_bytes_left_over() {
        let world = World::new();
        assert_eq!(world.refusal(b"hello"), InputError::Malformed);
        assert_eq!(world.refusal(&[input().encode(), vec![0]].concat()), InputError::Malformed);
    }

    #[test]
    fn input_should_be_refused_when_its_arguments_would_fill_the_memory() {
        let world = World::new();
        // An empty argument is one byte in the box and three words in memory.
        let arguments = vec![vec![]; MAX_DECODED / 16];
        assert_eq!(world.refusal(&JobInput { arguments, ..input() }.encode()), InputError::Malformed);
    }
}
