//! Files that are there whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use zeroize::Zeroizing;

use crate::Error;

/// Replaces `path` with `contents` so that a crash at any point leaves the old or the new contents. Only
/// the owner may read it.
///
/// The temporary name is fixed: whoever writes holds the keyring's lock, and what a crash left over is
/// overwritten.
pub(crate) fn write(path: &Path, contents: &[u8]) -> Result<(), Error> {
    let temporary = path.with_extension("tmp");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)
        .map_err(Error::io("create", &temporary))?;
    file.write_all(contents).and_then(|()| file.sync_all()).map_err(Error::io("write", &temporary))?;
    fs::rename(&temporary, path).map_err(Error::io("replace", path))?;
    sync_parent(path)
}

/// Removes `path`; it is no error if there is none.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Ok(()) => sync_parent(path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::io("remove", path)(error)),
    }
}

/// Reads `path`, if there is such a file, up to `limit` bytes.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("open", path)(error)),
    };
    let expected = file.metadata().map_err(Error::io("read", path))?.len();
    if expected > limit as u64 {
        return Err(Error::FileTooLarge { path: path.to_path_buf() });
    }
    // Room for all of it from the start: a buffer that grows leaves copies of secrets behind.
    let mut contents = Zeroizing::new(Vec::with_capacity(expected as usize + 1));
    file.take(limit as u64 + 1).read_to_end(&mut contents).map_err(Error::io("read", path))?;
    if contents.len() > limit {
        return Err(Error::FileTooLarge { path: path.to_path_buf() });
    }
    Ok(Some(contents))
}

/// Makes a rename or removal in the folder of `path` survive a power cut.
fn sync_parent(path: &Path) -> Result<(), Error> {
    let parent = path.parent().unwrap_or(Path::new("."));
    File::open(parent).and_then(|folder| folder.sync_all()).map_err(Error::io("sync", parent))
}
