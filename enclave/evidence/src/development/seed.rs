//! From which a machine's keys and identifiers come.

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use super::keys;
use crate::Error;

/// Most bytes that are read of a seed file: more than any has.
const MAX_FILE: u64 = 128;

/// A machine's seed: an identity, and no secret (see the module's documentation).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed([u8; 32]);

impl Seed {
    /// The seed with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The seed that everybody gets for `name`.
    pub fn named(name: &str) -> Self {
        Self(keys::derive(&[b"named seed", name.as_bytes()]))
    }

    /// The seed in the file at `path`, 64 hexadecimal digits; if there is no such file, a random one, which is
    /// kept there. Whoever copies the file poses as the same CPU.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or made, or holds anything else.
    pub fn load_or_create(path: &Path) -> Result<Self, Error> {
        match OpenOptions::new().read(true).open(path) {
            Ok(file) => {
                let mut text = Vec::new();
                file.take(MAX_FILE).read_to_end(&mut text).map_err(Error::io("read", path))?;
                let mut bytes = [0; 32];
                hex::decode_to_slice(text.trim_ascii_end(), &mut bytes)
                    .map_err(|_| Error::Seed { path: path.to_path_buf() })?;
                Ok(Self(bytes))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Self::create(path),
            Err(error) => Err(Error::io("open", path)(error)),
        }
    }

    /// Written beside and renamed, so that a crash leaves no half of a seed.
    fn create(path: &Path) -> Result<Self, Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| {
            Error::io("make random numbers for", path)(io::Error::other(error.to_string()))
        })?;
        let temporary = path.with_extension("tmp");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o644)
            .open(&temporary)
            .map_err(Error::io("create", &temporary))?;
        writeln!(file, "{}", hex::encode(bytes))
            .and_then(|()| file.sync_all())
            .map_err(Error::io("write", &temporary))?;
        fs::rename(&temporary, path).map_err(Error::io("create", path))?;
        Ok(Self(bytes))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
