//! What goes into the sandbox, checked, and what comes out.

use phala_primitives::{
    arguments::{check_arguments, ArgumentsError},
    job::{ExitStatus, JobInput, LOADING_FUEL_PER_BYTE},
};

use crate::protocol::MAX_PART;

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
        Ok(check_arguments(&self.arguments)?)
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
    /// The program cannot be given its arguments.
    #[error(transparent)]
    Arguments(#[from] ArgumentsError),
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
