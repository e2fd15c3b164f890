//! Passphrases and secret phrases, read from where only their owner can put them.

use std::{
    fs::File,
    io::{self, IsTerminal, Read},
};

use anyhow::{Context, Result};
use clap::Args;
use phala_client::account::{KeyError, Passphrase};
use zeroize::Zeroizing;

use crate::exit::{usage, Declined};

/// Environment variable that holds a passphrase.
pub(crate) const PASSPHRASE_VARIABLE: &str = "PHALA_PASSPHRASE";
/// Most bytes of a secret.
const MAX_SECRET: usize = 4 << 10;
/// The descriptor of standard input.
const STDIN: u32 = 0;

/// Where the passphrase of a key file comes from.
#[derive(Args, Clone, Debug)]
pub(crate) struct PassphraseArguments {
    /// Read the passphrase of the key file from this open file descriptor: its first line. None: from the
    /// environment variable PHALA_PASSPHRASE, or else from a prompt.
    #[arg(long, value_name = "N")]
    passphrase_fd: Option<u32>,
}

impl PassphraseArguments {
    /// The passphrase of the existing key file called `name`.
    pub(crate) fn existing(&self, name: &str) -> Result<Passphrase> {
        match self.given()? {
            Some(passphrase) => Ok(passphrase),
            None => prompt(&format!("Passphrase of {name}: ")).map(Passphrase::new),
        }
    }

    /// A passphrase for a file that is to be made; a prompt asks twice.
    pub(crate) fn fresh(&self) -> Result<Passphrase> {
        if let Some(passphrase) = self.given()? {
            return strong(passphrase);
        }
        let first = prompt("New passphrase for the key file: ")?;
        let again = prompt("The same again: ")?;
        if first != again {
            return Err(usage("the two passphrases differ; try again"));
        }
        strong(Passphrase::new(first))
    }

    /// Whether standard input is taken by the passphrase.
    pub(crate) fn takes_stdin(&self) -> bool {
        self.passphrase_fd == Some(STDIN)
    }

    fn given(&self) -> Result<Option<Passphrase>> {
        if let Some(descriptor) = self.passphrase_fd {
            let all = read_descriptor(descriptor).context("--passphrase-fd")?;
            let line = all.lines().next().unwrap_or_default();
            return Ok(Some(Passphrase::new(Zeroizing::new(line.to_owned()))));
        }
        match std::env::var(PASSPHRASE_VARIABLE) {
            Ok(passphrase) => Ok(Some(Passphrase::new(Zeroizing::new(passphrase)))),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => {
                Err(usage(format!("{PASSPHRASE_VARIABLE} is not UTF-8")))
            }
        }
    }
}

/// The secret of an account to import: from `descriptor`, or what is piped in, or a prompt.
pub(crate) fn read_phrase(descriptor: Option<u32>) -> Result<Zeroizing<String>> {
    match descriptor {
        Some(descriptor) => read_descriptor(descriptor).context("--phrase-fd"),
        None if io::stdin().is_terminal() => prompt("Secret phrase (not shown): "),
        None => read(io::stdin().lock()).context("standard input"),
    }
}

/// Asks a question; anything but yes is [`Declined`].
pub(crate) fn confirm(question: &str) -> Result<()> {
    if !io::stdin().is_terminal() {
        return Err(usage("there is no terminal to ask for confirmation; use --yes"));
    }
    eprint!("{question} [y/N] ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).context("cannot read the answer")?;
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Declined.into()),
    }
}

fn strong(passphrase: Passphrase) -> Result<Passphrase> {
    match passphrase.is_weak() {
        true => Err(KeyError::WeakPassphrase.into()),
        false => Ok(passphrase),
    }
}

fn prompt(text: &str) -> Result<Zeroizing<String>> {
    match rpassword::prompt_password(text) {
        Ok(secret) => Ok(Zeroizing::new(secret)),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(Declined.into()),
        Err(error) => Err(usage(format!(
            "there is no terminal to ask for a secret ({error}); use --passphrase-fd or {PASSPHRASE_VARIABLE}, and for \
             a phrase standard input or --phrase-fd"
        ))),
    }
}

/// What an inherited descriptor gives, through the name that the operating system has for it.
fn read_descriptor(descriptor: u32) -> Result<Zeroizing<String>> {
    match File::open(format!("/dev/fd/{descriptor}")) {
        Ok(file) => read(file),
        Err(error) => Err(usage(format!("file descriptor {descriptor} cannot be read: {error}"))),
    }
}

fn read(source: impl Read) -> Result<Zeroizing<String>> {
    // Enough room at once: a vector that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_SECRET + 1));
    source.take(MAX_SECRET as u64 + 1).read_to_end(&mut bytes).context("cannot read the secret")?;
    if bytes.len() > MAX_SECRET {
        return Err(usage(format!("the secret has more than {MAX_SECRET} bytes")));
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(usage("the secret is not UTF-8")),
    }
}
