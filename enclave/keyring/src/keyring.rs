//! One worker's folder of sealed files.

use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::{
    file,
    sealing::{blob_path, has_sealed_files, OVERHEAD},
    Error, Identity, Platform, SealingKey, MAX_BLOB,
};

const LOCK: &str = "lock";

/// Label of the identity: sealed to no owner, since it says who the owner is.
const IDENTITY: &str = "identity";

/// A worker's identity and its sealed blobs. While it is open, no other process can open it.
pub struct Keyring {
    directory: PathBuf,
    sealing: SealingKey,
    identity: Identity,
    /// Locked until it is dropped.
    _lock: File,
}

impl Keyring {
    /// Opens the keyring in `directory`, which is made if it is not there; an identity is made on the first
    /// opening and kept ever after.
    pub fn open(platform: Platform, directory: impl Into<PathBuf>) -> Result<Self, Error> {
        let directory = directory.into();
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&directory)
            .map_err(Error::io("create", &directory))?;
        let lock = lock(&directory)?;
        let sealing = SealingKey::load_or_create(platform, &directory)?;
        let identity = load_or_create_identity(&sealing, &directory)?;
        Ok(Self { directory, sealing, identity, _lock: lock })
    }

    /// Who the worker is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Keeps `contents` under `label` (a–z, 0–9, `-`, `_`), replacing what was there. When this returns, it
    /// is on the disk.
    pub fn put(&self, label: &str, contents: &[u8]) -> Result<(), Error> {
        let path = self.blob(label)?;
        file::write(&path, &self.sealing.seal(label, Some(&self.identity.worker_id()), contents)?)
    }

    /// What was last kept under `label`, if anything: or, if the machine's owner went back in time, what
    /// was kept there before.
    pub fn get(&self, label: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let path = self.blob(label)?;
        let Some(sealed) = file::read(&path, MAX_BLOB + OVERHEAD)? else { return Ok(None) };
        let owner = self.identity.worker_id();
        self.sealing.unseal(label, Some(&owner), &sealed).map(Some).ok_or(Error::Unseal { path })
    }

    /// Forgets what is kept under `label`.
    pub fn remove(&self, label: &str) -> Result<(), Error> {
        file::remove(&self.blob(label)?)
    }

    fn blob(&self, label: &str) -> Result<PathBuf, Error> {
        if label == IDENTITY {
            return Err(Error::Label(label.to_owned()));
        }
        blob_path(&self.directory, label)
    }
}

/// Two workers with one identity would contradict each other before the chain.
fn lock(directory: &Path) -> Result<File, Error> {
    let path = directory.join(LOCK);
    let lock = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(Error::io("create", &path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Error::InUse { path }),
        Err(TryLockError::Error(error)) => Err(Error::io("lock", &path)(error)),
    }
}

fn load_or_create_identity(sealing: &SealingKey, directory: &Path) -> Result<Identity, Error> {
    let path = blob_path(directory, IDENTITY)?;
    if let Some(sealed) = file::read(&path, MAX_BLOB + OVERHEAD)? {
        let unsealed = sealing.unseal(IDENTITY, None, &sealed);
        return unsealed.and_then(|seeds| Identity::from_bytes(&seeds)).ok_or(Error::Unseal { path });
    }
    if has_sealed_files(directory)? {
        return Err(Error::IdentityLost { path });
    }
    let identity = Identity::generate().ok_or(Error::Cipher)?;
    file::write(&path, &sealing.seal(IDENTITY, None, identity.seeds())?)?;
    Ok(identity)
}
