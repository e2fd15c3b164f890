//! What a job's arguments may be. Clients check before they pay, workers before they accept.

use alloc::vec::Vec;

/// Most arguments of a program.
pub const MAX_ARGUMENTS: usize = 256;

/// Most bytes of all arguments of a program together.
pub const MAX_ARGUMENT_BYTES: usize = 128 << 10;

/// What is wrong with arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentsError {
    /// More than [`MAX_ARGUMENTS`].
    #[error("{0} arguments, at most {MAX_ARGUMENTS} (put the rest into standard input)")]
    TooMany(usize),
    /// More than [`MAX_ARGUMENT_BYTES`].
    #[error("arguments of {0} bytes, at most {MAX_ARGUMENT_BYTES} (put the rest into standard input)")]
    TooLong(usize),
    /// Arguments are strings that end with a NUL. They count from 1.
    #[error("argument {0} is not UTF-8, or contains a NUL (put bytes into standard input)")]
    NotText(usize),
}

/// Whether a program can be given these arguments: at most [`MAX_ARGUMENTS`] of at most
/// [`MAX_ARGUMENT_BYTES`] together, all of them UTF-8 without NUL.
pub fn check_arguments(arguments: &[Vec<u8>]) -> Result<(), ArgumentsError> {
    if arguments.len() > MAX_ARGUMENTS {
        return Err(ArgumentsError::TooMany(arguments.len()));
    }
    let bytes = arguments.iter().map(Vec::len).sum();
    if bytes > MAX_ARGUMENT_BYTES {
        return Err(ArgumentsError::TooLong(bytes));
    }
    let is_text = |argument: &Vec<u8>| !argument.contains(&0) && core::str::from_utf8(argument).is_ok();
    match arguments.iter().position(|argument| !is_text(argument)) {
        Some(index) => Err(ArgumentsError::NotText(index + 1)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn arguments_should_be_refused_when_there_are_too_many_or_too_long_or_not_text() {
        let empty = |count| vec![Vec::new(); count];
        assert_eq!(check_arguments(&empty(MAX_ARGUMENTS)), Ok(()));
        assert_eq!(check_arguments(&empty(MAX_ARGUMENTS + 1)), Err(ArgumentsError::TooMany(257)));
        let long = |length| [vec![b'a'; length], vec![b'b']];
        assert_eq!(check_arguments(&long(MAX_ARGUMENT_BYTES - 1)), Ok(()));
        assert_eq!(
            check_arguments(&long(MAX_ARGUMENT_BYTES)),
            Err(ArgumentsError::TooLong(MAX_ARGUMENT_BYTES + 1))
        );
        for bad in [b"\xff".to_vec(), b"a\0b".to_vec()] {
            assert_eq!(check_arguments(&[b"fine".to_vec(), bad]), Err(ArgumentsError::NotText(2)));
        }
    }
}
