//! Reading and writing key files: bounded, private, whole or not at all.

use std::{
    fs::{self, File},
    io::{Read, Write},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
};

use super::{
    key_file::{KeyFile, MAX_BYTES},
    KeyError,
};

/// What nobody but the owner may do with a key file.
const OTHERS: u32 = 0o077;

impl KeyFile {
    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let failed = failure("read", path);
        let file = File::open(path).map_err(&failed)?;
        let mut bytes = Vec::new();
        file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(&failed)?;
        Self::from_json(&bytes)
    }

    /// Writes a file at `path` that only its owner can read. Never replaces one.
    pub fn write(&self, path: &Path) -> Result<(), KeyError> {
        let failed = failure("write", path);
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut json = self.to_json().to_string();
        json.push('\n');
        // Born with mode 0600 and complete before it gets its name.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(&failed)?;
        file.write_all(json.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(&failed)?;
        file.persist_noclobber(path).map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => KeyError::Exists(path.to_owned()),
            _ => failed(error.error),
        })?;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(&failed)
    }
}

/// Creates a folder that only its owner can look into, if there is none.
pub(super) fn create_private_folder(folder: &Path) -> Result<(), KeyError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failure("create", folder))
}

/// Whether others than its owner may read or change a file.
pub(super) fn is_exposed(path: &Path) -> Result<bool, KeyError> {
    let metadata = fs::metadata(path).map_err(failure("read", path))?;
    Ok(metadata.permissions().mode() & OTHERS != 0)
}

/// Says what was tried with which file.
pub(super) fn failure<'a>(
    action: &'static str,
    path: &'a Path,
) -> impl Fn(std::io::Error) -> KeyError + 'a + Copy {
    move |source| KeyError::File { action, path: path.to_owned(), source }
}
