//! Why there is no evidence, and what an operator can do about it.

use std::{io, path::Path, path::PathBuf, time::Duration};

use phala_attestation::{Refusal, Tee};
use phala_primitives::Moment;
use thiserror::Error;

/// Why a platform gives no evidence.
#[derive(Debug, Error)]
pub enum Error {
    /// Nothing here makes quotes.
    #[error("this process runs in no TEE. SGX: {sgx}. TDX: {tdx}")]
    NoTee {
        /// What is missing for SGX, and what to do.
        sgx: &'static str,
        /// What is missing for TDX, and what to do.
        tdx: &'static str,
    },
    /// Gramine was told to do without.
    #[error(
        "Gramine makes no DCAP quotes here ({} says \"{found}\"): set `sgx.remote_attestation = \"dcap\"` in the \
         manifest and sign it again, and start with `gramine-sgx`, not `gramine-direct`",
        path.display()
    )]
    NoRemoteAttestation {
        /// Where Gramine says it.
        path: PathBuf,
        /// What it says.
        found: String,
    },
    /// There is an interface for reports, and nothing behind it.
    #[error(
        "the kernel has no provider of reports at {}: load the driver (`modprobe tdx-guest`), or boot a TDX guest",
        path.display()
    )]
    NoProvider {
        /// The folder of reports.
        path: PathBuf,
    },
    /// Somebody else's TEE.
    #[error(
        "reports come from \"{found}\" ({}), which is not supported: this worker makes evidence by \"tdx_guest\"",
        path.display()
    )]
    Provider {
        /// Where the kernel says it.
        path: PathBuf,
        /// What it says.
        found: String,
    },
    /// The operating system forbids it.
    #[error(
        "not allowed to {action} {}: run the worker as root in its guest, or give its user access to that path",
        path.display()
    )]
    Permission {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
    },
    /// The operating system refuses for another reason.
    #[error("cannot {action} {}: {cause}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What the operating system says.
        cause: io::Error,
    },
    /// The service on the host that signs reports does not.
    #[error("{tee} gives no quote ({}: {cause}): {}", path.display(), quoting_remedy(*tee))]
    Quoting {
        /// Which technology.
        tee: Tee,
        /// What was read.
        path: PathBuf,
        /// What the operating system says.
        cause: io::Error,
    },
    /// It did not answer.
    #[error("{tee} gives no quote within {} seconds: {}", limit.as_secs(), quoting_remedy(*tee))]
    Timeout {
        /// Which technology.
        tee: Tee,
        /// How long was waited.
        limit: Duration,
    },
    /// It still has not answered an earlier request.
    #[error("{tee} has not answered an earlier request for a quote: {}", quoting_remedy(*tee))]
    Stuck {
        /// Which technology.
        tee: Tee,
    },
    /// Another process used the same report.
    #[error(
        "another process changes {} at the same time: let only one worker use it",
        path.display()
    )]
    Interference {
        /// The report's folder.
        path: PathBuf,
    },
    /// More bytes than any quote has.
    #[error("{} holds more than {limit} bytes, which is no quote: update the driver", path.display())]
    TooLarge {
        /// What was read.
        path: PathBuf,
        /// The most bytes.
        limit: usize,
    },
    /// Something else than a quote came.
    #[error("the platform gave no valid quote: {reason}; update the driver and the host's quoting service")]
    NoQuote {
        /// What is wrong with it.
        reason: String,
    },
    /// A quote about something else came.
    #[error(
        "the platform gave a quote over other data than asked for: another process asked at the same time, or the \
         driver keeps old quotes; let only one worker use it"
    )]
    OtherReportData,
    /// A seed file holds something else.
    #[error(
        "{} is no seed of a development machine (64 hexadecimal digits): remove it to pose as a new machine",
        path.display()
    )]
    Seed {
        /// The file.
        path: PathBuf,
    },
    /// A date that no certificate can carry.
    #[error("{moment} ms since 1970 is no date of a certificate: it lies after the year 9999")]
    Date {
        /// The date asked for.
        moment: Moment,
    },
    /// Advice to relaunch where there can be none.
    #[error(
        "only a TD of TDX 1.5 that was started under an older TDX module than it has now can be advised to \
         relaunch: make one by `Machine::tdx15_launched_with`"
    )]
    NoRelaunch,
    /// A development certificate or list could not be made.
    #[error("cannot make a development certificate: {cause}")]
    Certificate {
        /// What the library says.
        cause: String,
    },
    /// Development collateral came out larger than collateral can be.
    #[error("cannot make development collateral: {0}")]
    Collateral(Refusal),
}

impl Error {
    /// The operating system's refusal to do `action` with `path`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |cause| match cause.kind() {
            io::ErrorKind::PermissionDenied => Self::Permission { action, path },
            _ => Self::Io { action, path, cause },
        }
    }

    pub(crate) fn certificate(cause: impl ToString) -> Self {
        Self::Certificate { cause: cause.to_string() }
    }
}

/// Who else has to do their part for a quote.
fn quoting_remedy(tee: Tee) -> &'static str {
    match tee {
        Tee::Sgx => {
            "on the host, check that aesmd runs (`systemctl status aesmd`), that libsgx-dcap-quote-provider is \
             installed, and that /etc/sgx_default_qcnl.conf names a certificate cache that knows this machine"
        }
        Tee::Tdx => {
            "on the host, check that the quote generation service runs (`systemctl status qgsd`), that the virtual \
             machine monitor forwards requests to it, and that a certificate cache knows this machine"
        }
    }
}
