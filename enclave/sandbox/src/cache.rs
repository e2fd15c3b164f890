//! Compiled programs on disk, sealed: the disk is the host's, the programs are confidential, and
//! what comes back from it is executed.
//!
//! Files are XChaCha20-Poly1305 boxes under a key that lives and dies with this process, so files of
//! an earlier run are useless and are removed at the start. The associated data binds a box to its
//! program and to the engine, and the nonce stays in memory: a file that was changed, cut, swapped with another
//! or put back from an earlier time does not open.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use phala_primitives::Hash;

use crate::protocol::GREETING;

/// A file is a tag and the sealed artefact.
const TAG: usize = 16;
const EXTENSION: &str = "sealed";
/// How the names of the folders begin that executors are in, which are made beside the files.
pub(crate) const EXECUTOR_FOLDER: &str = "executor-";

/// A bounded set of sealed files; the least recently used goes first.
pub(crate) struct Cache {
    directory: PathBuf,
    capacity: u64,
    cipher: XChaCha20Poly1305,
    index: Mutex<Index>,
}

#[derive(Default)]
struct Index {
    entries: HashMap<Hash, Entry>,
    /// Sum of the entries' bytes; at most the cache's capacity.
    total: u64,
    /// Counts uses.
    now: u64,
}

#[derive(Clone, Copy)]
struct Entry {
    /// Of the artefact.
    bytes: u64,
    used: u64,
    /// With which the file was sealed last. An earlier file has another one.
    nonce: XNonce,
}

impl Cache {
    /// Takes `directory` for its own: makes it if need be, and removes what an earlier run left, were it
    /// killed in the middle of writing a file or while executors ran.
    ///
    /// # Errors
    ///
    /// The folder cannot be made or read, or the system has no random numbers for the key.
    pub(crate) fn new(directory: PathBuf, capacity: u64) -> io::Result<Self> {
        fs::create_dir_all(&directory)?;
        for file in fs::read_dir(&directory)? {
            let file = file?;
            let path = file.path();
            if file.file_name().as_encoded_bytes().starts_with(EXECUTOR_FOLDER.as_bytes()) {
                fs::remove_dir_all(path)?;
            } else if path.extension().is_some_and(|extension| extension == EXTENSION) {
                fs::remove_file(path)?;
            }
        }
        let mut key = chacha20poly1305::Key::default();
        random(&mut key)?;
        let cipher = XChaCha20Poly1305::new(&key);
        Ok(Self { directory, capacity, cipher, index: Mutex::default() })
    }

    /// The compiled form of `program`, if it is here and untouched. A file that does not open is
    /// removed.
    pub(crate) fn get(&self, program: &Hash) -> Option<Vec<u8>> {
        let entry = {
            let mut index = self.index();
            index.now += 1;
            let now = index.now;
            let entry = index.entries.get_mut(program)?;
            entry.used = now;
            *entry
        };
        match self.open(program, &entry) {
            Ok(artefact) => Some(artefact),
            Err(error) => {
                tracing::warn!(%error, "a cached program was changed or lost; it is compiled again");
                self.remove(program);
                None
            }
        }
    }

    /// Keeps the compiled form of `program`, and drops the least recently used ones that no longer
    /// fit. A cache that cannot write serves no hits, which is no reason to fail a job.
    pub(crate) fn put(&self, program: &Hash, artefact: &[u8]) {
        let bytes = artefact.len() as u64;
        if bytes > self.capacity {
            return;
        }
        self.remove(program);
        self.make_room(bytes);
        let nonce = match self.seal(program, artefact) {
            Ok(nonce) => nonce,
            Err(error) => {
                tracing::warn!(%error, directory = %self.directory.display(), "cannot cache a compiled program");
                return;
            }
        };
        let mut index = self.index();
        index.now += 1;
        index.total += bytes;
        let entry = Entry { bytes, used: index.now, nonce };
        index.entries.insert(*program, entry);
    }

    /// Forgets a program.
    pub(crate) fn remove(&self, program: &Hash) {
        let mut index = self.index();
        if let Some(entry) = index.entries.remove(program) {
            index.total = index.total.saturating_sub(entry.bytes);
            // It may be gone already: the folder is the host's.
            let _ = fs::remove_file(self.path(program));
        }
    }

    fn make_room(&self, bytes: u64) {
        loop {
            let oldest = {
                let index = self.index();
                if index.total.saturating_add(bytes) <= self.capacity {
                    return;
                }
                index.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(program, _)| *program)
            };
            match oldest {
                Some(program) => self.remove(&program),
                None => return,
            }
        }
    }

    fn open(&self, program: &Hash, entry: &Entry) -> io::Result<Vec<u8>> {
        let mut file = fs::File::open(self.path(program))?;
        let mut tag = [0; TAG];
        file.read_exact(&mut tag)?;
        // Whatever the host made of the file, no more of it is read than was written.
        let mut text = Vec::new();
        file.take(entry.bytes.saturating_add(1)).read_to_end(&mut text)?;
        self.cipher
            .decrypt_inout_detached(
                &entry.nonce,
                &associated_data(program),
                text.as_mut_slice().into(),
                &Tag::from(tag),
            )
            .map_err(|_| io::ErrorKind::InvalidData)?;
        Ok(text)
    }

    /// Writes the file; returns the nonce that opens it.
    fn seal(&self, program: &Hash, artefact: &[u8]) -> io::Result<XNonce> {
        let mut nonce = XNonce::default();
        random(&mut nonce)?;
        let mut text = artefact.to_vec();
        let tag = self
            .cipher
            .encrypt_inout_detached(&nonce, &associated_data(program), text.as_mut_slice().into())
            .map_err(|_| io::Error::other("artefact too long to seal"))?;
        let mut file = tempfile::Builder::new().suffix(".sealed").tempfile_in(&self.directory)?;
        for part in [tag.as_slice(), &text] {
            file.write_all(part)?;
        }
        file.persist(self.path(program)).map_err(|error| error.error)?;
        Ok(nonce)
    }

    fn path(&self, program: &Hash) -> PathBuf {
        let name: String = program.iter().map(|byte| format!("{byte:02x}")).collect();
        Path::new(&self.directory).join(name).with_extension(EXTENSION)
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        // The index is whole after every statement that may panic, so a poisoned one is good.
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn random(bytes: &mut [u8]) -> io::Result<()> {
    getrandom::fill(bytes).map_err(|error| io::Error::other(error.to_string()))
}

fn associated_data(program: &Hash) -> Vec<u8> {
    [program.as_slice(), GREETING].concat()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cache(capacity: u64) -> (tempfile::TempDir, Cache) {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::new(directory.path().to_path_buf(), capacity).unwrap();
        (directory, cache)
    }

    #[test]
    fn artefact_should_come_back_and_stay_unreadable_on_disk() {
        let (_directory, cache) = cache(1 << 20);
        cache.put(&[1; 32], b"compiled code of a secret program");
        assert_eq!(cache.get(&[1; 32]).unwrap(), b"compiled code of a secret program");
        assert_eq!(cache.get(&[2; 32]), None);
        let file = fs::read(cache.path(&[1; 32])).unwrap();
        assert!(!file.windows(6).any(|window| window == b"secret"));
    }

    /// The file of the first program before it was written again.
    const EARLIER: &str = "earlier";

    /// Puts two artefacts, has `spoil` change the file of the first, and sees that it alone is refused and that it
    /// can be put again.
    fn should_be_refused(spoil: impl FnOnce(&Path, &Path)) {
        let (directory, cache) = cache(1 << 20);
        cache.put(&[1; 32], b"one");
        fs::copy(cache.path(&[1; 32]), directory.path().join(EARLIER)).unwrap();
        cache.put(&[1; 32], b"one");
        cache.put(&[2; 32], b"two");
        spoil(&cache.path(&[1; 32]), &cache.path(&[2; 32]));
        assert_eq!(cache.get(&[1; 32]), None);
        assert_eq!(cache.get(&[2; 32]).unwrap(), b"two");
        cache.put(&[1; 32], b"one");
        assert_eq!(cache.get(&[1; 32]).unwrap(), b"one");
    }

    #[test]
    fn artefact_should_be_refused_when_any_byte_of_its_file_was_changed() {
        for at in 0..TAG + b"one".len() {
            should_be_refused(|file, _| {
                let mut bytes = fs::read(file).unwrap();
                bytes[at] ^= 1;
                fs::write(file, bytes).unwrap();
            });
        }
    }

    #[test]
    fn artefact_should_be_refused_when_its_file_was_cut_or_extended_or_removed() {
        for length in [0, TAG - 1, TAG, TAG + 2, TAG + 4, 1 << 20] {
            should_be_refused(|file, _| {
                fs::OpenOptions::new().write(true).open(file).unwrap().set_len(length as u64).unwrap();
            });
        }
        should_be_refused(|file, _| fs::remove_file(file).unwrap());
    }

    #[test]
    fn artefact_should_be_refused_when_it_is_another_program_s() {
        should_be_refused(|file, other| assert!(fs::copy(other, file).unwrap() > 0));
    }

    #[test]
    fn artefact_should_be_refused_when_it_was_put_back_from_an_earlier_time() {
        should_be_refused(|file, _| assert!(fs::copy(file.with_file_name(EARLIER), file).unwrap() > 0));
    }

    #[test]
    fn least_recently_used_should_go_when_the_cache_is_full() {
        let (directory, cache) = cache(10);
        cache.put(&[1; 32], b"1234");
        cache.put(&[2; 32], b"1234");
        assert!(cache.get(&[1; 32]).is_some());
        cache.put(&[3; 32], b"1234");
        assert_eq!(cache.get(&[2; 32]), None);
        assert!(cache.get(&[1; 32]).is_some() && cache.get(&[3; 32]).is_some());
        cache.put(&[4; 32], b"longer than the whole cache");
        assert_eq!(cache.get(&[4; 32]), None);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
        assert_eq!(cache.index().total, 8);
    }

    #[test]
    fn files_of_an_earlier_run_should_be_removed() {
        let (directory, first) = cache(100);
        first.put(&[1; 32], b"1234");
        fs::write(directory.path().join(".tmp1234.sealed"), "half of a file").unwrap();
        fs::create_dir(directory.path().join("executor-1234")).unwrap();
        let second = Cache::new(directory.path().to_path_buf(), 100).unwrap();
        assert_eq!(second.get(&[1; 32]), None);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
