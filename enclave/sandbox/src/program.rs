//! What goes into the sandbox, checked, and what comes out.

use phala_primitives::job::{ExitStatus, JobInput, LOADING_FUEL_PER_BYTE};

use crate::protocol::MAX_PART;

/// Most arguments of a program.
pub const MAX_ARGUMENTS: usize = 256;

/// Most bytes of all arguments of a program together.
pub const MAX_ARGUMENT_BYTES: usize = 128 << 10;

/// What to run. It has no `Debug`: all of it is confidential.
pub struct Program {
    /// A WASI command: a core module (preview 1) or a component (preview 2).
    pub module: Vec<u8>,
    /// Arguments after the program's name; see [`check_arguments`].
    pub arguments: Vec<Vec<u8>>,
    /// Standard input.
    pub stdin: Vec<u8>,
    /// Seeds the random numbers that the program sees. Same seed, same numbers.
    pub seed: [u8; 32],
}

impl Program {
    /// The program of a job; its salt, which only client and worker know, is the seed.
    pub fn of(input: JobInput) -> Self {
        let JobInput { salt, program, arguments, stdin } = input;
        Self { module: program, arguments, stdin, seed: salt }
    }

    /// Fuel for loading: [`LOADING_FUEL_PER_BYTE`] for each byte of program, arguments and input.
    pub fn loading_fuel(&self) -> u64 {
        let arguments: usize = self.arguments.iter().map(Vec::len).sum();
        let bytes = self.module.len().saturating_add(self.stdin.len()).saturating_add(arguments);
        (bytes as u64).saturating_mul(LOADING_FUEL_PER_BYTE)
    }

    /// Whether this can be handed to an executor; not whether its module is any good.
    ///
    /// # Errors
    ///
    /// See [`InputError`].
    pub fn check(&self) -> Result<(), InputError> {
        for (part, bytes) in [("program", self.module.len()), ("standard input", self.stdin.len())] {
            if bytes > MAX_PART {
                return Err(InputError::TooLong { part, bytes });
            }
        }
        check_arguments(&self.arguments)
    }
}

/// What is wrong with a program's surroundings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// A part is longer than any sealed input can be.
    #[error("its {part} has {bytes} bytes, at most {MAX_PART}")]
    TooLong {
        /// Which.
        part: &'static str,
        /// How many it has.
        bytes: usize,
    },
    /// More than [`MAX_ARGUMENTS`].
    #[error("{0} arguments, at most {MAX_ARGUMENTS} (put the rest into standard input)")]
    TooManyArguments(usize),
    /// More than [`MAX_ARGUMENT_BYTES`].
    #[error("arguments of {0} bytes, at most {MAX_ARGUMENT_BYTES} (put the rest into standard input)")]
    ArgumentsTooLong(usize),
    /// Arguments are strings that end with a NUL.
    #[error("argument {0} is not UTF-8, or contains a NUL (put bytes into standard input)")]
    NotText(usize),
}

/// Whether a program can be given these arguments: at most [`MAX_ARGUMENTS`] of at most
/// [`MAX_ARGUMENT_BYTES`] together, all of them UTF-8 without NUL.
///
/// # Errors
///
/// What is wrong with them; arguments count from 1.
pub fn check_arguments(arguments: &[Vec<u8>]) -> Result<(), InputError> {
    if arguments.len() > MAX_ARGUMENTS {
        return Err(InputError::TooManyArguments(arguments.len()));
    }
    let bytes = arguments.iter().map(Vec::len).sum();
    if bytes > MAX_ARGUMENT_BYTES {
        return Err(InputError::ArgumentsTooLong(bytes));
    }
    let is_text = |argument: &Vec<u8>| !argument.contains(&0) && std::str::from_utf8(argument).is_ok();
    match arguments.iter().position(|argument| !is_text(argument)) {
        Some(index) => Err(InputError::NotText(index + 1)),
        None => Ok(()),
    }
}

/// What came of a program.
#[derive(Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub exit: ExitStatus,
    /// Fuel used, loading included; at most the limit.
    pub fuel: u64,
    /// Standard output; together with `stderr` at most [`crate::MAX_OUTPUT`] bytes.
    pub stdout: Vec<u8>,
    /// Standard error; after a trap or an invalid program, with a line that says why.
    pub stderr: Vec<u8>,
}

impl Outcome {
    pub(crate) fn new(exit: ExitStatus, fuel: u64) -> Self {
        Self { exit, fuel, stdout: Vec::new(), stderr: Vec::new() }
    }

    pub(crate) fn invalid(fuel: u64, reason: &str) -> Self {
        Self::new(ExitStatus::InvalidProgram, fuel).saying(&format!("this program cannot run: {reason}"))
    }

    pub(crate) fn saying(self, reason: &str) -> Self {
        Self { stderr: format!("phala: {reason}\n").into_bytes(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_should_be_refused_when_there_are_too_many_or_too_long_or_not_text() {
        let empty = |count| vec![Vec::new(); count];
        assert_eq!(check_arguments(&empty(MAX_ARGUMENTS)), Ok(()));
        assert_eq!(check_arguments(&empty(MAX_ARGUMENTS + 1)), Err(InputError::TooManyArguments(257)));
        let long = |length| [vec![b'a'; length], vec![b'b']];
        assert_eq!(check_arguments(&long(MAX_ARGUMENT_BYTES - 1)), Ok(()));
        assert_eq!(
            check_arguments(&long(MAX_ARGUMENT_BYTES)),
            Err(InputError::ArgumentsTooLong(MAX_ARGUMENT_BYTES + 1))
        );
        for bad in [b"\xff".to_vec(), b"a\0b".to_vec()] {
            assert_eq!(check_arguments(&[b"fine".to_vec(), bad]), Err(InputError::NotText(2)));
        }
    }

    #[test]
    fn program_should_be_refused_when_a_part_is_longer_than_any_sealed_input() {
        let program = |module, stdin| Program {
            module: vec![0; module],
            arguments: Vec::new(),
            stdin: vec![0; stdin],
            seed: [0; 32],
        };
        assert_eq!(program(MAX_PART, MAX_PART).check(), Ok(()));
        for (program, part) in
            [(program(MAX_PART + 1, 0), "program"), (program(0, MAX_PART + 1), "standard input")]
        {
            assert_eq!(program.check(), Err(InputError::TooLong { part, bytes: MAX_PART + 1 }));
        }
    }
}
