//! Settings: from flags, the environment, a configuration file, in that order.
//!
//! [`Setting`] is the one place that names them. `node`, say, is the flag `--node`, the environment variable
//! `PHALA_NODE` and the key `node` of the file. An empty environment variable counts as none.

mod file;
mod flags;
mod resolve;

use anyhow::{ensure, Result};
use tracing_subscriber::EnvFilter;

use crate::format::parse_hash;

pub(crate) use file::{ConfigFile, CONFIG_VARIABLE};
pub(crate) use flags::{Everything, Flags, Given, Logging, Money, NodeOnly, Receipts, Signing, Storage};
pub(crate) use resolve::{Origin, Settings};

/// What a user can set once instead of with every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Setting {
    /// Where the chain is reached.
    Node,
    /// Which chain it must be.
    Genesis,
    /// Who signs.
    Account,
    /// Where key files are.
    Keys,
    /// What is logged.
    Log,
}

/// What a setting is called and means.
pub(crate) struct Definition {
    /// The flag without dashes, and the key in the file.
    pub(crate) name: &'static str,
    /// What stands for its value in the help.
    pub(crate) value_name: &'static str,
    /// One sentence.
    pub(crate) help: &'static str,
    /// What counts if nobody sets it.
    pub(crate) fallback: Fallback,
    /// Refuses values that cannot be.
    pub(crate) check: fn(&str) -> Result<()>,
}

/// What counts if nobody sets something.
pub(crate) enum Fallback {
    /// This value.
    Value(&'static str),
    /// This folder beneath the user's data folder for this program.
    DataFolder(&'static str),
    /// No value; what that means.
    Nothing(&'static str),
}

impl Setting {
    /// All of them, in the order of lists.
    pub(crate) const ALL: [Self; 5] = [Self::Node, Self::Genesis, Self::Account, Self::Keys, Self::Log];

    /// Name and meaning.
    pub(crate) const fn definition(self) -> &'static Definition {
        match self {
            Self::Node => &Definition {
                name: "node",
                value_name: "URL",
                help: "RPC address of a node",
                fallback: Fallback::Value("ws://127.0.0.1:9944"),
                check: check_node,
            },
            Self::Genesis => &Definition {
                name: "genesis",
                value_name: "HASH",
                help: "Genesis hash of the chain; a node of any other is refused, and receipts are verified from it",
                fallback: Fallback::Nothing("the node's word is taken, which is right for a node of your own only"),
                check: |text| parse_hash(text).map(drop),
            },
            Self::Account => &Definition {
                name: "account",
                value_name: "ACCOUNT",
                help: "Account that signs: name or address of a key file, or a development account such as alice",
                fallback: Fallback::Nothing("alice on a development chain, elsewhere it must be set"),
                check: check_not_empty,
            },
            Self::Keys => &Definition {
                name: "keys",
                value_name: "FOLDER",
                help: "Folder of key files",
                fallback: Fallback::DataFolder("keys"),
                check: check_not_empty,
            },
            Self::Log => &Definition {
                name: "log",
                value_name: "FILTER",
                help: "What is logged to standard error, such as `info` or `phala_client=debug`",
                fallback: Fallback::Value("error"),
                check: |text| Ok(EnvFilter::try_new(text).map(drop)?),
            },
        }
    }

    /// The environment variable.
    pub(crate) fn variable(self) -> String {
        format!("PHALA_{}", self.definition().name.to_uppercase())
    }

    /// The setting called `name`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.definition().name == name)
    }
}

fn check_node(text: &str) -> Result<()> {
    ensure!(
        text.starts_with("ws://") || text.starts_with("wss://"),
        "`{text}` is not the address of a node; one begins with ws:// or wss://"
    );
    Ok(())
}

fn check_not_empty(text: &str) -> Result<()> {
    ensure!(!text.trim().is_empty(), "it is empty");
    Ok(())
}
