//! Which value counts, and where it came from.

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
};

use anyhow::Result;
use phala_client::{account::KeyFolder, Chain};
use phala_primitives::Hash;

use super::{ConfigFile, Fallback, Given, Setting};
use crate::{exit::usage, folders, format::parse_hash};

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The command line.
    Flag,
    /// An environment variable.
    Environment,
    /// The configuration file.
    File,
    /// Nobody set it.
    Default,
}

impl Origin {
    /// Name in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        }
    }

    /// For people: where `setting` came from.
    pub(crate) fn describe(self, setting: Setting, file: &Path) -> String {
        match self {
            Self::Flag => format!("flag --{}", setting.definition().name),
            Self::Environment => format!("environment variable {}", setting.variable()),
            Self::File => format!("configuration file {}", file.display()),
            Self::Default => "default".to_owned(),
        }
    }
}

/// The values that count, all of them checked.
pub(crate) struct Settings(BTreeMap<Setting, (Option<String>, Origin)>);

impl Settings {
    /// Flags first, then the environment, then the file, then defaults.
    pub(crate) fn resolve(given: &Given, file: &ConfigFile) -> Result<Self> {
        let value = |setting: Setting| {
            let (text, origin) = choose(setting, given, |name| env::var_os(name), file)?;
            if let Some(text) = &text {
                let check = setting.definition().check;
                check(text).map_err(|error| {
                    usage(format!("{}: {error:#}", origin.describe(setting, file.path())))
                })?;
            }
            Ok((setting, (text, origin)))
        };
        Ok(Self(Setting::ALL.into_iter().map(value).collect::<Result<_>>()?))
    }

    /// Value, if any, and origin of a setting.
    pub(crate) fn get(&self, setting: Setting) -> (Option<&str>, Origin) {
        match self.0.get(&setting) {
            Some((text, origin)) => (text.as_deref(), *origin),
            None => (None, Origin::Default),
        }
    }

    /// Connects to the node.
    pub(crate) async fn connect(&self) -> Result<Chain> {
        let (node, _) = self.get(Setting::Node);
        Ok(Chain::connect(node.unwrap_or_default(), self.genesis()?).await?)
    }

    /// The genesis hash, if one is set.
    pub(crate) fn genesis(&self) -> Result<Option<Hash>> {
        self.get(Setting::Genesis).0.map(parse_hash).transpose()
    }

    /// The genesis hash where nothing works without one.
    pub(crate) fn required_genesis(&self) -> Result<Hash> {
        self.genesis()?.ok_or_else(|| {
            let name = Setting::Genesis.definition().name;
            usage(format!(
                "the genesis hash is all that is trusted, and none is given; use --{name} HASH, {} or `{name}` in the \
                 configuration file",
                Setting::Genesis.variable()
            ))
        })
    }

    /// Who signs, if that is set.
    pub(crate) fn account(&self) -> Option<&str> {
        self.get(Setting::Account).0
    }

    /// The folder of keys.
    pub(crate) fn keys(&self) -> KeyFolder {
        KeyFolder::new(PathBuf::from(self.get(Setting::Keys).0.unwrap_or_default()))
    }

    /// What is logged.
    pub(crate) fn log(&self) -> &str {
        self.get(Setting::Log).0.unwrap_or_default()
    }
}

fn choose(
    setting: Setting,
    given: &Given,
    environment: impl Fn(&str) -> Option<std::ffi::OsString>,
    file: &ConfigFile,
) -> Result<(Option<String>, Origin)> {
    if let Some(text) = given.get(&setting) {
        return Ok((Some(text.clone()), Origin::Flag));
    }
    let variable = setting.variable();
    if let Some(text) = environment(&variable).filter(|text| !text.is_empty()) {
        let text = text.into_string().map_err(|_| usage(format!("{variable} is not UTF-8")))?;
        return Ok((Some(text), Origin::Environment));
    }
    if let Some(text) = file.value(setting) {
        return Ok((Some(text.to_owned()), Origin::File));
    }
    let default = match setting.definition().fallback {
        Fallback::Value(value) => Some(value.to_owned()),
        Fallback::DataFolder(name) => Some(folders::data()?.join(name).to_string_lossy().into_owned()),
        Fallback::Nothing(_) => None,
    };
    Ok((default, Origin::Default))
}
