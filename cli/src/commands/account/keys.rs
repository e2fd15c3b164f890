//! Key files: made, imported, exported.

use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use clap::Args;
use phala_client::account::{address, recover, KeyFile, Phrase, StoredKey};
use serde::Serialize;

use crate::{
    exit::usage,
    output,
    secret::{read_phrase, PassphraseArguments},
    settings::{Flags, Storage},
    Globals,
};

/// Arguments of `phala account new`.
#[derive(Args)]
pub(crate) struct NewArguments {
    /// Name of the account on this machine.
    name: String,
    #[command(flatten)]
    passphrase: PassphraseArguments,
    #[command(flatten)]
    settings: Flags<Storage>,
}

/// Arguments of `phala account import`.
#[derive(Args)]
pub(crate) struct ImportArguments {
    /// Name of the account on this machine.
    name: String,
    /// Import this key file, as polkadot-js exports it. Its passphrase is asked for and stays the same.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Read the secret phrase from this open file descriptor.
    #[arg(long, value_name = "N", conflicts_with = "file")]
    phrase_fd: Option<u32>,
    #[command(flatten)]
    passphrase: PassphraseArguments,
    #[command(flatten)]
    settings: Flags<Storage>,
}

/// Arguments of `phala account export`.
#[derive(Args)]
pub(crate) struct ExportArguments {
    /// Name or address of the account.
    account: String,
    /// Write the key file here, readable by its owner only. None: to standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    settings: Flags<Storage>,
}

/// What is told of a key file. A phrase is there only right after it was made.
#[derive(Serialize)]
struct Told<'a> {
    name: &'a str,
    address: String,
    file: &'a Path,
    #[serde(skip_serializing_if = "Option::is_none")]
    phrase: Option<&'a str>,
}

impl<'a> Told<'a> {
    fn of(key: &'a StoredKey) -> Self {
        Self { name: &key.name, address: address(key.account_id()), file: &key.path, phrase: None }
    }
}

/// Makes an account.
pub(crate) fn new(arguments: NewArguments, globals: &Globals) -> Result<()> {
    let keys = globals.settings(&arguments.settings)?.keys();
    keys.check_free(&arguments.name)?;
    if !globals.json && !io::stdout().is_terminal() {
        return Err(usage(
            "the secret phrase is shown on a terminal only, and standard output is none; use --json to get it otherwise",
        ));
    }
    let passphrase = arguments.passphrase.fresh()?;
    let phrase = Phrase::generate()?;
    let file = KeyFile::seal(&phrase.keypair()?, &arguments.name, &passphrase)?;
    let key = keys.add(&arguments.name, file)?;
    let told = Told { phrase: Some(phrase.expose()), ..Told::of(&key) };
    if globals.json {
        return output::json(&told);
    }
    tell(&told)?;
    output::line(format_args!(
        "\n  {}\n\nWrite these twelve words down now, on paper, and keep them from everybody. They are shown this once; \
         with them the account can be made again, and whoever has them has its money.",
        phrase.expose()
    ))
}

/// Keeps an account that exists.
pub(crate) fn import(arguments: ImportArguments, globals: &Globals) -> Result<()> {
    let keys = globals.settings(&arguments.settings)?.keys();
    keys.check_free(&arguments.name)?;
    let file = match &arguments.file {
        Some(path) => {
            let file = KeyFile::read(path).with_context(|| path.display().to_string())?;
            // Whether it can be opened should turn out now, not when it is needed.
            file.unlock(&arguments.passphrase.existing(&path.display().to_string())?)
                .with_context(|| path.display().to_string())?;
            file
        }
        None => {
            if arguments.phrase_fd.is_none() && arguments.passphrase.takes_stdin() {
                return Err(usage(
                    "standard input cannot give both phrase and passphrase; use --phrase-fd for one",
                ));
            }
            let key = recover(&read_phrase(arguments.phrase_fd)?)?;
            KeyFile::seal(&key, &arguments.name, &arguments.passphrase.fresh()?)?
        }
    };
    let key = keys.add(&arguments.name, file)?;
    match globals.json {
        true => output::json(&Told::of(&key)),
        false => tell(&Told::of(&key)),
    }
}

/// Gives a key file.
pub(crate) fn export(arguments: ExportArguments, globals: &Globals) -> Result<()> {
    let key = globals.settings(&arguments.settings)?.keys().find(&arguments.account)?;
    let Some(path) = &arguments.output else { return output::json(&key.file().to_json()) };
    key.file().write(path)?;
    let told = Told { file: path, ..Told::of(&key) };
    match globals.json {
        true => output::json(&told),
        false => tell(&told),
    }
}

fn tell(told: &Told<'_>) -> Result<()> {
    output::line(format_args!(
        "account  {}\naddress  {}\nfile     {}",
        told.name,
        told.address,
        told.file.display()
    ))
}
