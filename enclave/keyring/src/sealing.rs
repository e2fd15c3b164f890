//! The key that seals what must survive a restart, and the format of what it sealed.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use chacha20poly1305::{
    aead::{inout::InOutBuf, AeadInOut, KeyInit},
    Tag, XChaCha20Poly1305, XNonce,
};
use codec::Encode;
use hkdf::Hkdf;
use phala_crypto::{rand_core::Rng, system_rng};
use phala_primitives::WorkerId;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{file, Error, MAX_BLOB};

/// Most bytes of a label.
pub const MAX_LABEL: usize = 64;

/// First bytes of every sealed blob: what it is, and the version of the format.
const MAGIC: &[u8; 8] = b"phala\0s1";
const HEADER: usize = MAGIC.len() + 1;
const NONCE: usize = 24;
const TAG: usize = 16;
const KEY: usize = 32;

/// How much longer a sealed blob is than the blob.
pub(crate) const OVERHEAD: usize = HEADER + NONCE + TAG;

/// Name of the development sealing key's file.
const DEVELOPMENT_KEY: &str = "sealing.key";

/// Extension of sealed files.
const SEALED_EXTENSION: &str = "sealed";

/// What the sealing key comes from. Matched without a wildcard, so that another platform cannot slip into
/// the treatment of this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// A file in the data folder. It protects nothing from the machine's owner.
    Development,
}

impl Platform {
    /// Its byte in sealed blobs.
    fn code(self) -> u8 {
        match self {
            Self::Development => 0,
        }
    }
}

/// The key under which a worker's files are sealed. Wiped from memory when dropped.
pub struct SealingKey {
    platform: Platform,
    key: Zeroizing<[u8; KEY]>,
}

impl SealingKey {
    /// The key of `platform`; the development key is made in `directory` when it is not there and nothing
    /// was sealed yet.
    pub fn load_or_create(platform: Platform, directory: &Path) -> Result<Self, Error> {
        let key = match platform {
            Platform::Development => development_key(directory)?,
        };
        Ok(Self { platform, key })
    }

    /// Seals `plaintext` as `label` of `owner` (none: of whoever has this sealing key).
    ///
    /// The nonce is random: at 192 bits it does not repeat in practice, and a counter would fall to a
    /// machine that rolls its disk back.
    pub fn seal(&self, label: &str, owner: Option<&WorkerId>, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        if plaintext.len() > MAX_BLOB {
            return Err(Error::BlobTooLarge(plaintext.len()));
        }
        let mut sealed = Vec::with_capacity(plaintext.len() + OVERHEAD);
        sealed.extend_from_slice(&self.header());
        let mut nonce = XNonce::default();
        system_rng().fill_bytes(&mut nonce);
        sealed.extend_from_slice(&nonce);
        sealed.resize(HEADER + NONCE + plaintext.len(), 0);
        let (_, ciphertext) = sealed.split_at_mut(HEADER + NONCE);
        let buffer = InOutBuf::new(plaintext, ciphertext).map_err(|_| Error::Cipher)?;
        let tag = self
            .cipher(label)?
            .encrypt_inout_detached(&nonce, &self.context(label, owner), buffer)
            .map_err(|_| Error::Cipher)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// Opens what [`SealingKey::seal`] made for the same label and owner; none if it was not, or was
    /// changed.
    pub fn unseal(&self, label: &str, owner: Option<&WorkerId>, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let length = sealed.len().checked_sub(OVERHEAD)?;
        let body = sealed.strip_prefix(self.header().as_slice())?;
        let (nonce, rest) = body.split_at(NONCE);
        let (ciphertext, tag) = rest.split_at(length);
        let (nonce, tag) = (XNonce::try_from(nonce).ok()?, Tag::try_from(tag).ok()?);
        let mut plaintext = Zeroizing::new(vec![0; length]);
        let buffer = InOutBuf::new(ciphertext, plaintext.as_mut_slice()).ok()?;
        let context = self.context(label, owner);
        self.cipher(label).ok()?.decrypt_inout_detached(&nonce, &context, buffer, &tag).ok()?;
        Some(plaintext)
    }

    fn header(&self) -> [u8; HEADER] {
        let mut header = [0; HEADER];
        header[..MAGIC.len()].copy_from_slice(MAGIC);
        header[MAGIC.len()] = self.platform.code();
        header
    }

    /// Associated data: everything that must be the same when the blob is opened.
    fn context(&self, label: &str, owner: Option<&WorkerId>) -> Vec<u8> {
        (b"phala/sealed", self.header(), label, owner).encode()
    }

    /// Every label has a key of its own, so that no nonce is ever shared between two of them.
    fn cipher(&self, label: &str) -> Result<XChaCha20Poly1305, Error> {
        let mut key = Zeroizing::new([0; KEY]);
        Hkdf::<Sha256>::new(Some(b"phala/sealing/v1"), self.key.as_ref())
            .expand(label.as_bytes(), key.as_mut())
            .map_err(|_| Error::Cipher)?;
        XChaCha20Poly1305::new_from_slice(key.as_ref()).map_err(|_| Error::Cipher)
    }
}

fn development_key(directory: &Path) -> Result<Zeroizing<[u8; KEY]>, Error> {
    let path = directory.join(DEVELOPMENT_KEY);
    let mut key = Zeroizing::new([0; KEY]);
    if let Some(found) = file::read(&path, KEY * 2)? {
        let mode = fs::metadata(&path).map_err(Error::io("read", &path))?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Error::Permissions { path, mode });
        }
        if found.len() != KEY {
            return Err(Error::SealingKey { path });
        }
        key.copy_from_slice(&found);
        return Ok(key);
    }
    if has_sealed_files(directory)? {
        return Err(Error::SealingKeyLost { path });
    }
    system_rng().fill_bytes(key.as_mut());
    file::write(&path, key.as_ref())?;
    Ok(key)
}

/// Whether anything was ever sealed in `directory`.
pub(crate) fn has_sealed_files(directory: &Path) -> Result<bool, Error> {
    for entry in fs::read_dir(directory).map_err(Error::io("list", directory))? {
        let path = entry.map_err(Error::io("list", directory))?.path();
        if path.extension().is_some_and(|extension| extension == SEALED_EXTENSION) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where the blob `label` lies in `directory`.
pub(crate) fn blob_path(directory: &Path, label: &str) -> Result<PathBuf, Error> {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    if label.is_empty() || label.len() > MAX_LABEL || !label.bytes().all(allowed) {
        return Err(Error::Label(label.to_owned()));
    }
    Ok(directory.join(label).with_extension(SEALED_EXTENSION))
}
