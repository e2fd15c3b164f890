//! Looking for secrets in bytes and files, whatever form they were copied in.
//!
//! A copy may be cut, quoted or encoded. Each half of a secret is looked for by itself: as it is (which is also how
//! SCALE has it), in hexadecimal of either case, in both alphabets of base64 at each alignment, as UTF-16, as a list of
//! decimal numbers, which is how JSON and Rust's `Debug` print bytes, and with escapes. Encryption and compression hide
//! it, and so would anything that shuffles bytes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
    time::SystemTime,
};

use aho_corasick::AhoCorasick;
use anyhow::{ensure, Result};
use base64::{
    alphabet,
    engine::{general_purpose::NO_PAD, Engine, GeneralPurpose},
};

/// Bytes below which a half could turn up by accident.
const LEAST_HALF: usize = 12;

/// Searches for secrets, each of which has a name.
pub struct Search {
    automaton: AhoCorasick,
    /// Whose the pattern with this index is, and in which form.
    patterns: Vec<(String, &'static str)>,
}

/// Names of the secrets that were seen, each with the forms that it had.
pub type Sightings = BTreeMap<String, BTreeSet<&'static str>>;

/// What a search of files came across.
#[derive(Default)]
pub struct FileSearch {
    /// Files with secrets in them.
    pub sightings: BTreeMap<PathBuf, Sightings>,
    /// Files searched.
    pub files: usize,
    /// Bytes searched.
    pub bytes: u64,
    visited: BTreeSet<PathBuf>,
}

impl Search {
    /// A search for `secrets`, given by name.
    pub fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Self> {
        let (mut patterns, mut needles) = (Vec::new(), Vec::new());
        for (name, secret) in secrets {
            let (first, second) = secret.split_at(secret.len() / 2);
            ensure!(first.len() >= LEAST_HALF, "{name} is too short to be looked for");
            for (form, needle) in [first, second].into_iter().flat_map(forms) {
                patterns.push((name.to_owned(), form));
                needles.push(needle);
            }
        }
        Ok(Self { automaton: AhoCorasick::new(needles)?, patterns })
    }

    /// The secrets in `bytes`.
    pub fn bytes(&self, bytes: &[u8]) -> Sightings {
        let mut sightings = Sightings::new();
        for found in self.automaton.find_overlapping_iter(bytes) {
            self.note(found.pattern().as_usize(), &mut sightings);
        }
        sightings
    }

    /// The secrets in all that `reader` has.
    pub fn reader(&self, reader: impl Read) -> std::io::Result<Sightings> {
        let mut sightings = Sightings::new();
        for found in self.automaton.stream_find_iter(reader) {
            self.note(found?.pattern().as_usize(), &mut sightings);
        }
        Ok(sightings)
    }

    /// Searches every file below `folder` that was written to at or after `since`, and adds what is found to `all`.
    /// Folders that `all` has visited are left out, as are sockets and the like, and files that vanish meanwhile.
    pub fn folder(&self, folder: &Path, since: SystemTime, all: &mut FileSearch) -> Result<()> {
        let Some(folder) = unless_gone(folder.canonicalize())? else { return Ok(()) };
        if !all.visited.insert(folder.clone()) {
            return Ok(());
        }
        let Some(entries) = unless_gone(std::fs::read_dir(&folder))? else { return Ok(()) };
        for entry in entries {
            let path = entry?.path();
            let Some(metadata) = unless_gone(path.symlink_metadata())? else { continue };
            if metadata.is_dir() {
                self.folder(&path, since, all)?;
            } else if metadata.is_file() && metadata.modified()? >= since {
                let Some(file) = unless_gone(File::open(&path))? else { continue };
                let sightings = self.reader(file)?;
                all.files += 1;
                all.bytes += metadata.len();
                if !sightings.is_empty() {
                    all.sightings.insert(path, sightings);
                }
            }
        }
        Ok(())
    }

    fn note(&self, pattern: usize, sightings: &mut Sightings) {
        let (name, form) = &self.patterns[pattern];
        sightings.entry(name.clone()).or_default().insert(form);
    }
}

/// None if the file is gone, or is none of this user's: other people's files come and go beside ours.
fn unless_gone<T>(result: std::io::Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What copies of `bytes` look like.
fn forms(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let numbers =
        |separator: &str| bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(separator).into_bytes();
    let mut forms = vec![
        ("plain", bytes.to_vec()),
        ("hexadecimal", hex::encode(bytes).into_bytes()),
        ("capital hexadecimal", hex::encode_upper(bytes).into_bytes()),
        // Without the last zero it is found in either byte order.
        ("UTF-16", bytes.iter().flat_map(|byte| [0, *byte]).skip(1).collect()),
        ("numbers", numbers(", ")),
        ("close numbers", numbers(",")),
        ("escaped", bytes.escape_ascii().to_string().into_bytes()),
    ];
    for alphabet in [&alphabet::STANDARD, &alphabet::URL_SAFE] {
        let engine = GeneralPurpose::new(alphabet, NO_PAD);
        for before in 0..3 {
            forms.push(("base64", within_base64(&engine, bytes, before)));
        }
    }
    forms
}

/// The part of the base64 text that does not depend on what is around `bytes`, where `before` bytes come before them
/// in their group of three.
fn within_base64(engine: &GeneralPurpose, bytes: &[u8], before: usize) -> Vec<u8> {
    let text = engine.encode([&vec![0; before], bytes].concat());
    // Six bits to a character.
    let (first, end) = ((before * 8).div_ceil(6), (before + bytes.len()) * 8 / 6);
    text.as_bytes()[first..end].to_vec()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

    use super::*;

    /// Bytes of every kind, among them those in which base64's alphabets and escapes differ.
    const SECRET: [u8; 32] =
        *b"\xfb\xff\xfe\n\"\\'~aZ09\0\x7f\x80\xc3\xa4hT4>?\xf8\xfb\xef\xbe\xff\xfe\xfd\xfc\x01\x02";

    fn search() -> Search {
        Search::new([("one", &SECRET[..]), ("other", b"something else entirely, as long")]).unwrap()
    }

    #[track_caller]
    fn is_seen(copy: &[u8], form: &'static str) {
        for lead in 0..7 {
            let text = [&vec![b'x'; lead], copy, b"tail"].concat();
            for seen in [search().bytes(&text), search().reader(&text[..]).unwrap()] {
                assert!(seen.get("one").is_some_and(|forms| forms.contains(form)), "{form}: {seen:?}");
                assert!(!seen.contains_key("other"));
            }
        }
    }

    #[test]
    fn secret_should_be_seen_when_it_was_copied_as_it_is_or_by_half() {
        is_seen(&SECRET, "plain");
        is_seen(&SECRET[..16], "plain");
        is_seen(&SECRET[16..], "plain");
    }

    #[test]
    fn secret_should_be_seen_when_it_was_printed() {
        is_seen(hex::encode(SECRET).as_bytes(), "hexadecimal");
        is_seen(hex::encode_upper(SECRET).as_bytes(), "capital hexadecimal");
        is_seen(format!("{SECRET:?}").as_bytes(), "numbers");
        is_seen(serde_json::to_string(&SECRET.to_vec()).unwrap().as_bytes(), "close numbers");
        is_seen(SECRET.escape_ascii().to_string().as_bytes(), "escaped");
    }

    #[test]
    fn secret_should_be_seen_when_it_was_encoded_with_anything_before_and_after() {
        for before in 0..6 {
            for after in 0..4 {
                let bytes = [&vec![0xa5; before], &SECRET[..], &vec![0x5a; after]].concat();
                is_seen(BASE64_STANDARD.encode(&bytes).as_bytes(), "base64");
                is_seen(BASE64_URL_SAFE_NO_PAD.encode(&bytes).as_bytes(), "base64");
            }
        }
    }

    #[test]
    fn text_should_be_seen_when_it_was_widened_in_either_byte_order() {
        let text = "something else entirely, as long";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for wide in [little, big] {
            assert!(search().bytes(&wide)["other"].contains("UTF-16"));
        }
    }

    #[test]
    fn files_should_be_searched_when_they_are_new_enough_and_not_yet_visited() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        let (secret, plain) = (inner.join("secret"), folder.path().join("plain"));
        // Across the buffers in which a file is read.
        std::fs::write(&secret, [&vec![0; (64 << 10) - 20], &SECRET[..]].concat()).unwrap();
        std::fs::write(plain, b"nothing").unwrap();
        let mut all = FileSearch::default();
        for _ in 0..2 {
            search().folder(folder.path(), SystemTime::UNIX_EPOCH, &mut all).unwrap();
            assert_eq!((all.files, all.sightings.keys().collect::<Vec<_>>()), (2, vec![&secret]));
        }
        let mut later = FileSearch::default();
        let tomorrow = SystemTime::now() + std::time::Duration::from_secs(86_400);
        search().folder(folder.path(), tomorrow, &mut later).unwrap();
        assert_eq!(later.files, 0);
    }

    #[test]
    fn search_should_be_refused_when_a_secret_is_too_short_to_be_told_from_chance() {
        assert!(Search::new([("short", &b"eight..."[..])]).is_err());
    }
}
