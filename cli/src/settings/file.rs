//! The configuration file: TOML, a flat list of settings.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::Setting;
use crate::{exit::usage, folders};

/// Environment variable that names the configuration file.
pub(crate) const CONFIG_VARIABLE: &str = "PHALA_CONFIG";
/// Most bytes of the file.
const MAX_BYTES: u64 = 64 << 10;

/// What the configuration file says.
pub(crate) struct ConfigFile {
    path: PathBuf,
    exists: bool,
    values: BTreeMap<Setting, String>,
}

impl ConfigFile {
    /// Reads the file at `path`, or that of `PHALA_CONFIG`, which must exist; or else the usual one, which need not.
    pub(crate) fn load(path: Option<&Path>) -> Result<Self> {
        let variable = std::env::var_os(CONFIG_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
        let named = path.map(Path::to_owned).or(variable);
        let path = match &named {
            Some(path) => std::path::absolute(path).context("the configuration file's path")?,
            None => folders::configuration()?.join("config.toml"),
        };
        match File::open(&path) {
            Ok(file) => {
                let name = format!("configuration file {}", path.display());
                let values = parse(&read(file).context(name.clone())?, &path).context(name)?;
                Ok(Self { path, exists: true, values })
            }
            Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => {
                Ok(Self { path, exists: false, values: BTreeMap::new() })
            }
            Err(error) => {
                Err(usage(format!("the configuration file {} cannot be read: {error}", path.display())))
            }
        }
    }

    /// Where it is, or would be.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is one.
    pub(crate) fn exists(&self) -> bool {
        self.exists
    }

    /// What it says about a setting.
    pub(crate) fn value(&self, setting: Setting) -> Option<&str> {
        self.values.get(&setting).map(String::as_str)
    }
}

fn read(file: File) -> Result<String> {
    let mut text = String::new();
    file.take(MAX_BYTES + 1).read_to_string(&mut text).context("cannot be read")?;
    match text.len() as u64 > MAX_BYTES {
        true => Err(usage(format!("it has more than {MAX_BYTES} bytes"))),
        false => Ok(text),
    }
}

fn parse(text: &str, path: &Path) -> Result<BTreeMap<Setting, String>> {
    let table: toml::Table = text.parse().map_err(|error| usage(format!("it is not TOML: {error}")))?;
    let mut values = BTreeMap::new();
    for (key, value) in table {
        let setting = Setting::named(&key).ok_or_else(|| unknown(&key))?;
        let Some(text) = value.as_str() else {
            return Err(usage(format!("`{key}` must be a text: {key} = \"…\"")));
        };
        values.insert(setting, in_full(setting, text, path)?);
    }
    Ok(values)
}

/// Folders are relative to the file that names them, and `~/` is the user's own folder.
fn in_full(setting: Setting, text: &str, file: &Path) -> Result<String> {
    if setting != Setting::Keys || text.is_empty() {
        return Ok(text.to_owned());
    }
    let folder = match text.strip_prefix("~/") {
        Some(rest) => folders::home()?.join(rest),
        None => file.parent().unwrap_or(Path::new("/")).join(text),
    };
    folder.into_os_string().into_string().map_err(|_| usage("the path of the folder of keys is not UTF-8"))
}

fn unknown(key: &str) -> anyhow::Error {
    let names = Setting::ALL.map(|setting| setting.definition().name);
    let lower = key.to_lowercase();
    if ["pass", "phrase", "secret", "seed", "mnemonic"].iter().any(|word| lower.contains(word)) {
        return usage(format!("`{key}` is not a setting: no secret belongs in this file; remove it"));
    }
    let likeness = |name: &&str| strsim::normalized_damerau_levenshtein(&lower, name);
    let nearest = names.into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).unwrap_or_default();
    usage(format!("`{key}` is not a setting; did you mean `{nearest}`? There is: {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn refusal(text: &str) -> String {
        format!("{:#}", parse(text, Path::new("/etc/phala/config.toml")).unwrap_err())
    }

    #[test]
    fn every_setting_should_be_read_when_the_file_has_it() {
        let lines: Vec<String> =
            Setting::ALL.iter().map(|setting| format!("{} = \"/x\"", setting.definition().name)).collect();
        let values = parse(&lines.join("\n"), Path::new("/etc/phala/config.toml")).unwrap();
        assert_eq!(values.len(), Setting::ALL.len());
    }

    #[test]
    fn unknown_key_should_be_refused_with_the_nearest_known_one() {
        for (key, nearest) in [
            ("nodes", "node"),
            ("Genesis", "genesis"),
            ("acount", "account"),
            ("key", "keys"),
            ("logs", "log"),
        ] {
            assert!(refusal(&format!("{key} = \"x\"")).contains(&format!("`{nearest}`")), "{key}");
        }
    }

    #[test]
    fn file_should_be_refused_when_it_holds_what_is_no_setting() {
        assert!(refusal("passphrase = \"open sesame\"").contains("no secret"));
        assert!(!refusal("passphrase = \"open sesame\"").contains("sesame"));
        assert!(refusal("node = 1").contains("must be a text"));
        assert!(refusal("[node]\nurl = \"x\"").contains("must be a text"));
        assert!(refusal("node =").contains("not TOML"));
        assert!(refusal("node = \"a\"\nnode = \"b\"").contains("not TOML"));
    }

    #[test]
    fn folder_should_be_relative_to_the_file_that_names_it() {
        let keys = |text| parse(text, Path::new("/etc/phala/config.toml")).unwrap()[&Setting::Keys].clone();
        assert_eq!(keys("keys = \"mine\""), "/etc/phala/mine");
        assert_eq!(keys("keys = \"/srv/keys\""), "/srv/keys");
    }
}
