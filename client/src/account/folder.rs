//! A folder of key files. A key's name is its file's, without `.json`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use subxt::utils::AccountId32;

use super::{
    development_name,
    files::{create_private_folder, failure, is_exposed},
    parse_address, AddressError, KeyError, KeyFile, Keypair, Passphrase,
};

/// Most files that a folder of keys may hold.
pub(super) const MAX_FILES: usize = 1_000;
/// Most bytes of a name.
const MAX_NAME: usize = 64;
/// What key files end with.
const EXTENSION: &str = "json";

/// A folder of key files, which need not exist yet.
#[derive(Debug, Clone)]
pub struct KeyFolder(PathBuf);

/// A key file in a folder.
#[derive(Clone)]
pub struct StoredKey {
    /// Its name.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    file: KeyFile,
    exposed: bool,
}

/// What is in a folder.
pub struct Listing {
    /// The keys, by name.
    pub keys: Vec<StoredKey>,
    /// Files that look like keys and cannot be read, with the reason.
    pub unreadable: Vec<(PathBuf, KeyError)>,
}

impl StoredKey {
    /// The account, as the file says; [`Self::unlock`] checks that it is true.
    pub fn account_id(&self) -> &AccountId32 {
        self.file.account_id()
    }

    /// The file's content.
    pub fn file(&self) -> &KeyFile {
        &self.file
    }

    /// Whether others than its owner may read or change the file.
    pub fn is_exposed(&self) -> bool {
        self.exposed
    }

    /// Refuses a file that is not its owner's alone: others could have changed even its address.
    pub fn check_private(&self) -> Result<(), KeyError> {
        match self.exposed {
            true => Err(KeyError::Exposed(self.path.clone())),
            false => Ok(()),
        }
    }

    /// The key, if `passphrase` is right and the file is its owner's alone.
    pub fn unlock(&self, passphrase: &Passphrase) -> Result<Keypair, KeyError> {
        self.check_private()?;
        self.file.unlock(passphrase)
    }
}

impl KeyFolder {
    /// The folder at `path`.
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Everything in it.
    pub fn list(&self) -> Result<Listing, KeyError> {
        let mut listing = Listing { keys: Vec::new(), unreadable: Vec::new() };
        for path in self.files()? {
            match read(&path) {
                Ok(key) => listing.keys.push(key),
                Err(error) => listing.unreadable.push((path, error)),
            }
        }
        Ok(listing)
    }

    /// The key whose name or address is `wanted`.
    pub fn find(&self, wanted: &str) -> Result<StoredKey, KeyError> {
        let account = match parse_address(wanted) {
            Ok(account) => Some(account),
            Err(AddressError::Form) => None,
            Err(error) => return Err(error.into()),
        };
        let Listing { keys, unreadable } = self.list()?;
        let names = keys.iter().map(|key| key.name.clone()).collect();
        let found = keys.into_iter().find(|key| match account {
            Some(account) => *key.account_id() == account,
            None => key.name == wanted,
        });
        if let Some(key) = found {
            return Ok(key);
        }
        match unreadable.into_iter().find(|(path, _)| name_of(path) == wanted) {
            Some((_, error)) => Err(error),
            None => Err(KeyError::NotFound { wanted: wanted.to_owned(), folder: self.0.clone(), names }),
        }
    }

    /// Refuses what cannot be the name of a further key.
    pub fn check_free(&self, name: &str) -> Result<(), KeyError> {
        check_name(name)?;
        let path = self.path_of(name);
        match path.symlink_metadata() {
            Ok(_) => Err(KeyError::Exists(path)),
            Err(_) => Ok(()),
        }
    }

    /// Keeps `file` under `name`. Never replaces a file, and keeps no account twice.
    pub fn add(&self, name: &str, file: KeyFile) -> Result<StoredKey, KeyError> {
        self.check_free(name)?;
        if let Some(known) = self.list()?.keys.into_iter().find(|key| key.account_id() == file.account_id()) {
            return Err(KeyError::Known(known.name));
        }
        create_private_folder(&self.0)?;
        let (file, path) = (file.named(name), self.path_of(name));
        file.write(&path)?;
        Ok(StoredKey { name: name.to_owned(), path, file, exposed: false })
    }

    fn path_of(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.{EXTENSION}"))
    }

    /// Paths that end like key files, in order; none if there is no folder.
    fn files(&self) -> Result<Vec<PathBuf>, KeyError> {
        let failed = failure("read", &self.0);
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed)?,
        };
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|extension| extension == EXTENSION) {
                paths.push(path);
            }
            if paths.len() > MAX_FILES {
                return Err(KeyError::Crowded(self.0.clone()));
            }
        }
        paths.sort();
        Ok(paths)
    }
}

fn read(path: &Path) -> Result<StoredKey, KeyError> {
    let (file, exposed) = (KeyFile::read(path)?, is_exposed(path)?);
    Ok(StoredKey { name: name_of(path), path: path.to_owned(), file, exposed })
}

fn name_of(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn check_name(name: &str) -> Result<(), KeyError> {
    let refused = |reason| Err(KeyError::Name { name: name.to_owned(), reason });
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if name.is_empty() || name.len() > MAX_NAME {
        return refused("a name has 1 to 64 characters");
    }
    if !name.bytes().all(allowed) || name.starts_with(['-', '.']) {
        return refused(
            "a name consists of letters, digits, `-`, `_` and `.`, and starts with a letter, digit or `_`",
        );
    }
    if development_name(name).is_some() {
        return refused("development accounts are called so");
    }
    if !matches!(parse_address(name), Err(AddressError::Form)) {
        return refused("it is an address");
    }
    Ok(())
}

/// The names there are, for an error.
pub(super) fn known(names: &[String]) -> String {
    match names {
        [] => "there is none; make one with `phala account new NAME`".to_owned(),
        names => format!("there is: {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::os::unix::fs::PermissionsExt;

    use zeroize::Zeroizing;

    use super::*;
    use crate::account::{address, development};

    fn passphrase() -> Passphrase {
        Passphrase::new(Zeroizing::new("open sesame".to_owned()))
    }

    fn sealed(account: &str) -> KeyFile {
        KeyFile::seal(&development(account).unwrap(), "", &passphrase()).unwrap()
    }

    /// A temporary folder, and a folder of keys in it that does not exist yet.
    fn empty() -> (tempfile::TempDir, KeyFolder) {
        let temporary = tempfile::tempdir().unwrap();
        let folder = KeyFolder::new(temporary.path().join("phala/keys"));
        (temporary, folder)
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn key_should_be_private_and_found_by_name_and_address_when_it_was_added() {
        let (_temporary, folder) = empty();
        assert!(folder.list().unwrap().keys.is_empty());
        let key = folder.add("savings", sealed("eve")).unwrap();
        assert_eq!((mode(&key.path), mode(folder.path())), (0o600, 0o700));
        for wanted in ["savings", &address(key.account_id())] {
            let found = folder.find(wanted).unwrap();
            assert_eq!(found.unlock(&passphrase()).unwrap().account_id(), *key.account_id());
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something else was left behind");
    }

    #[test]
    fn key_should_never_be_overwritten_nor_kept_twice() {
        let (_temporary, folder) = empty();
        let key = folder.add("savings", sealed("eve")).unwrap();
        let before = fs::read(&key.path).unwrap();
        assert!(matches!(folder.add("savings", sealed("dave")), Err(KeyError::Exists(_))));
        assert!(matches!(sealed("dave").write(&key.path), Err(KeyError::Exists(_))));
        assert!(
            matches!(folder.add("again", sealed("eve")), Err(KeyError::Known(name)) if name == "savings")
        );
        assert_eq!(fs::read(&key.path).unwrap(), before);
    }

    #[test]
    fn key_should_stay_locked_when_others_may_read_its_file() {
        let (_temporary, folder) = empty();
        let key = folder.add("savings", sealed("eve")).unwrap();
        fs::set_permissions(&key.path, fs::Permissions::from_mode(0o640)).unwrap();
        let found = folder.find("savings").unwrap();
        assert!(matches!(found.unlock(&passphrase()), Err(KeyError::Exposed(_))));
    }

    #[test]
    fn unreadable_file_should_be_listed_with_its_reason_and_harm_no_other() {
        let (_temporary, folder) = empty();
        folder.add("savings", sealed("eve")).unwrap();
        fs::write(folder.path().join("broken.json"), "{").unwrap();
        fs::write(folder.path().join("notes.txt"), "not a key").unwrap();
        let listing = folder.list().unwrap();
        assert_eq!(listing.keys.len(), 1);
        assert!(matches!(listing.unreadable.as_slice(), [(_, KeyError::Damaged(_))]));
        assert!(matches!(folder.find("broken"), Err(KeyError::Damaged(_))));
        assert!(
            matches!(folder.find("nobody"), Err(KeyError::NotFound { names, .. }) if names == ["savings"])
        );
    }

    #[test]
    fn name_should_be_refused_when_it_could_be_mistaken() {
        let (_temporary, folder) = empty();
        let address = address(&development("eve").unwrap().account_id());
        let long = "x".repeat(65);
        for name in ["", ".hidden", "-x", "a/b", "..", "a b", "ä", "alice", "Bob", &address, &long] {
            assert!(matches!(folder.check_free(name), Err(KeyError::Name { .. })), "{name}");
        }
        for name in ["savings", "a.b_c-1", "_"] {
            assert!(folder.check_free(name).is_ok(), "{name}");
        }
    }
}
