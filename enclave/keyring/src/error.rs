//! What can go wrong with a keyring, and what its operator can do.

use std::{io, path::PathBuf};

use thiserror::Error;

use crate::{sealing::MAX_LABEL, MAX_BLOB};

/// Why a keyring could not be opened, read or written.
#[derive(Debug, Error)]
pub enum Error {
    /// The file system refused.
    #[error(
        "cannot {action} {}: {cause}; check that the folder exists, is writable and has space left",
        path.display()
    )]
    Io {
        /// What was tried.
        action: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the operating system says.
        cause: io::Error,
    },
    /// Another process has the keyring open.
    #[error(
        "{} is in use by another process: stop that worker, or give this one a data folder of its own",
        path.display()
    )]
    InUse {
        /// The lock file.
        path: PathBuf,
    },
    /// The development sealing key is no such key.
    #[error(
        "{} is not a sealing key (32 bytes): restore it from a backup, or move the whole folder away to \
         start with a new identity",
        path.display()
    )]
    SealingKey {
        /// The key file.
        path: PathBuf,
    },
    /// Others may read the development sealing key.
    #[error("{} can be read by others (mode {mode:o}): run `chmod 600` on it", path.display())]
    Permissions {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// There are sealed files but not the key that sealed them.
    #[error(
        "{} is missing, but sealed files are there: restore it from a backup, or move the whole folder \
         away to start with a new identity",
        path.display()
    )]
    SealingKeyLost {
        /// Where the key file should be.
        path: PathBuf,
    },
    /// There are sealed files but not the identity that they belong to.
    #[error(
        "{} is missing, but other sealed files are there: restore it from a backup, or move the whole \
         folder away to start with a new identity",
        path.display()
    )]
    IdentityLost {
        /// Where the identity should be.
        path: PathBuf,
    },
    /// A sealed file does not open.
    #[error(
        "{} does not unseal: it was changed, or sealed by another worker, machine or platform; restore it \
         from a backup, or move the whole folder away to start with a new identity",
        path.display()
    )]
    Unseal {
        /// The sealed file.
        path: PathBuf,
    },
    /// A file that is larger than anything this program writes.
    #[error(
        "{} is larger than a sealed file can be: it was not written by this program; restore it from a \
         backup",
        path.display()
    )]
    FileTooLarge {
        /// The file.
        path: PathBuf,
    },
    /// A blob that is larger than [`MAX_BLOB`].
    #[error("a blob of {0} bytes is too large to be sealed (at most {MAX_BLOB})")]
    BlobTooLarge(usize),
    /// A label that cannot be a file name.
    #[error("`{0}` is no label: use 1 to {MAX_LABEL} of a–z, 0–9, `-` and `_`")]
    Label(String),
    /// The cipher or the key derivation failed, which within the limits above they do not.
    #[error("the cipher refused to seal")]
    Cipher,
}

impl Error {
    /// An [`Error::Io`], for `map_err`.
    pub(crate) fn io(action: &'static str, path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |cause| Self::Io { action, path, cause }
    }
}
