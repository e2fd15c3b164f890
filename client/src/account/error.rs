//! What can go wrong with keys, each with its cause and remedy; never with a secret.

use std::{io, path::PathBuf};

use thiserror::Error;

use super::{folder, sealed, AddressError};

/// Why a key could not be made, read, unlocked or kept.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The passphrase does not open the key file. A changed file looks the same.
    #[error("the passphrase does not open this key file: it is wrong, or the file was changed")]
    WrongPassphrase,
    /// A new key file would be too easy to open.
    #[error("the passphrase is too short; use at least {} characters", sealed::MIN_PASSPHRASE)]
    WeakPassphrase,
    /// The file is not a key file, or a damaged one.
    #[error("this is not a key file as polkadot-js writes them: {0}")]
    Damaged(String),
    /// A key file of a kind that is not read here.
    #[error("this kind of key file is not supported: {0}")]
    Unsupported(String),
    /// Opening the file would take too much memory or time.
    #[error(
        "opening this key file would take {memory_mib} MiB of memory and {times} times the work of a usual one: \
         refused, as a file made to exhaust its reader would ask for the same; write it anew with polkadot-js"
    )]
    TooExpensive {
        /// Memory that scrypt would use, in MiB.
        memory_mib: u64,
        /// Work of scrypt as a multiple of what polkadot-js chooses.
        times: u64,
    },
    /// What was unlocked is not the key of the file's address.
    #[error("the key in this file is not that of its address: the file was changed, do not use it")]
    OtherAddress,
    /// Not a secret phrase.
    #[error("this is not a secret phrase: {0}")]
    Phrase(String),
    /// A key that everybody knows.
    #[error("this is a development key, which everybody has; it needs no key file, and must hold no money")]
    DevelopmentKey,
    /// Not a name for a key.
    #[error("`{name}` cannot be the name of a key: {reason}")]
    Name {
        /// What was asked for.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Not an address that can be looked for.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// No such key.
    #[error("there is no key `{wanted}` in {}; {}", folder.display(), folder::known(names))]
    NotFound {
        /// What was asked for.
        wanted: String,
        /// Where it was looked for.
        folder: PathBuf,
        /// The names there are.
        names: Vec<String>,
    },
    /// There is such a file.
    #[error("{} exists already and is never overwritten; choose another name", .0.display())]
    Exists(PathBuf),
    /// The account has a key file under another name.
    #[error("this account is here already, as `{0}`")]
    Known(String),
    /// Others than the owner may read or write the file.
    #[error(
        "other users of this machine may read or change {}; run `chmod 600` on it, and move its money to another \
         account if they are not to be trusted", .0.display()
    )]
    Exposed(PathBuf),
    /// The folder holds more than a person's keys.
    #[error("{} holds more than {} files; it is not a folder of keys", .0.display(), folder::MAX_FILES)]
    Crowded(PathBuf),
    /// The file system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}
