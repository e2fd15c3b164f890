//! How this program ends: exit statuses, and errors for people and for scripts.

use std::{fmt, io, process::ExitCode};

use phala_client::account::KeyError;
use serde_json::json;

/// A way to end. High numbers are hardly mistaken for those of a job's program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Everything was done.
    Done,
    /// A receipt was checked and proves nothing.
    NotGenuine,
    /// The command line or a setting is wrong.
    Usage,
    /// A machine was examined, and no worker can run on it.
    Unsuitable,
    /// A key file did not open.
    WrongPassphrase,
    /// The user was asked and said no.
    Declined,
    /// Something else went wrong.
    Failed,
    /// A job's program did not end by itself.
    Unfinished,
}

impl Status {
    const ALL: [Self; 8] = [
        Self::Done,
        Self::NotGenuine,
        Self::Usage,
        Self::Unsuitable,
        Self::WrongPassphrase,
        Self::Declined,
        Self::Failed,
        Self::Unfinished,
    ];

    /// Number, name in JSON errors, meaning in the help.
    const fn definition(self) -> (u8, &'static str, &'static str) {
        match self {
            Self::Done => (0, "done", "done; `job run` and `job result`: the program's own exit status"),
            Self::NotGenuine => (1, "not_genuine", "`verify`: the receipt proves nothing"),
            Self::Usage => (2, "usage", "the command line or a setting is wrong"),
            Self::Unsuitable => (121, "unsuitable", "`worker preflight`: no worker of the kind can run here"),
            Self::WrongPassphrase => (122, "wrong_passphrase", "the passphrase does not open the key file"),
            Self::Declined => (123, "declined", "asked for confirmation, the user said no"),
            Self::Failed => (125, "failed", "failed; the message names cause and remedy"),
            Self::Unfinished => (126, "unfinished", "`job`: the program trapped or reached a limit"),
        }
    }

    /// For the operating system.
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(self.definition().0)
    }

    /// The status that fits an error.
    fn of(error: &anyhow::Error) -> Self {
        let is = |wanted: fn(&KeyError) -> bool| {
            error.chain().any(|cause| cause.downcast_ref().is_some_and(wanted))
        };
        if is(|error| matches!(error, KeyError::WrongPassphrase)) {
            return Self::WrongPassphrase;
        }
        if error.chain().any(|cause| cause.is::<Declined>()) {
            return Self::Declined;
        }
        let bad_name = is(|error| matches!(error, KeyError::Name { .. }));
        if bad_name || error.chain().any(|cause| cause.is::<Usage>() || cause.is::<clap::Error>()) {
            return Self::Usage;
        }
        Self::Failed
    }
}

/// The table of exit statuses, for the help.
pub(crate) fn table() -> String {
    let rows = Status::ALL.map(|status| {
        let (code, _, meaning) = status.definition();
        format!("  {code:>3}  {meaning}")
    });
    format!(
        "Exit status:\n{}\n\nWith --json, results are one JSON object on standard output, and errors one on standard \
         error:\n  {{\"error\":{{\"kind\",\"message\",\"exit_status\"}}}}\nAmounts are decimal \
         strings: in PHA in `economics` and where the field's name ends in _pha, else in base units (10^-12 PHA).",
        rows.join("\n")
    )
}

/// A command line or a setting that cannot be used.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl fmt::Display for Usage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// An error about the command line or a setting.
pub(crate) fn usage(message: impl Into<String>) -> anyhow::Error {
    Usage(message.into()).into()
}

/// The user said no.
#[derive(Debug)]
pub(crate) struct Declined;

impl fmt::Display for Declined {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not confirmed; nothing was done")
    }
}

impl std::error::Error for Declined {}

/// Says what went wrong, and gives the status to end with.
pub(crate) fn report(error: &anyhow::Error, json: bool) -> ExitCode {
    let status = Status::of(error);
    // Whoever read the output has gone, as `head` does; there is nobody to tell.
    let broken_pipe = |cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe;
    if error.chain().any(|cause| cause.downcast_ref().is_some_and(broken_pipe)) {
        return status.code();
    }
    let parse_error = error.downcast_ref::<clap::Error>();
    if json {
        let message = match parse_error {
            Some(error) => error.to_string().trim().to_owned(),
            None => format!("{error:#}"),
        };
        let (code, kind, _) = status.definition();
        eprintln!("{}", json!({ "error": { "kind": kind, "message": message, "exit_status": code } }));
        return status.code();
    }
    match parse_error {
        // Coloured where the terminal can show it.
        Some(error) => drop(error.print()),
        None => eprintln!("error: {error:#}"),
    }
    status.code()
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn every_status_should_have_a_number_and_a_name_of_its_own() {
        let numbers: std::collections::BTreeSet<_> = Status::ALL.map(|status| status.definition().0).into();
        let names: std::collections::BTreeSet<_> = Status::ALL.map(|status| status.definition().1).into();
        assert_eq!((numbers.len(), names.len()), (Status::ALL.len(), Status::ALL.len()));
    }

    #[test]
    fn status_should_be_that_of_the_cause_when_context_was_added() {
        let wrapped = |error: anyhow::Error| Err::<(), _>(error).context("while doing").context("something");
        let status = |error| Status::of(&wrapped(error).expect_err("an error"));
        assert_eq!(status(KeyError::WrongPassphrase.into()), Status::WrongPassphrase);
        assert_eq!(status(KeyError::WeakPassphrase.into()), Status::Failed);
        assert_eq!(status(Declined.into()), Status::Declined);
        assert_eq!(status(usage("wrong")), Status::Usage);
    }
}
