//! `phala session`: mining sessions, from their start to why their value moved.

mod control;
mod explain;
mod status;
mod watch;
mod words;

pub(crate) use status::as_json;

use std::str::FromStr;

use anyhow::{Context, Result};
use clap::Subcommand;
use phala_client::{
    session::{find, SessionInfo, Subject},
    Snapshot,
};
use phala_primitives::{BlockNumber, WorkerId};

use crate::{format::parse_hash, Globals};

/// Hexadecimal digits of a worker's identity key.
const WORKER_DIGITS: usize = 64;

/// What to do with sessions.
#[derive(Subcommand)]
pub(crate) enum SessionCommand {
    /// Mine with a worker: puts stake of its pool behind it.
    ///
    /// Signed by the pool's owner or manager. Shows first what the stake promises, and sends nothing that the chain would refuse.
    Start(control::StartArguments),
    /// End a worker's session; its stake comes back by itself after the cool-down.
    Stop(control::StopArguments),
    /// Put a larger stake behind a running session, without a cool-down.
    Restart(control::StartArguments),
    /// Show how sessions stand: value, share, payout, deadline, stake; and the whole network.
    Status(status::StatusArguments),
    /// Tell in order why the value of a session moved.
    Explain(explain::ExplainArguments),
    /// Follow sessions block by block, until Ctrl-C.
    Watch(watch::WatchArguments),
}

/// Runs the command.
pub(crate) async fn run(command: SessionCommand, globals: &Globals) -> Result<()> {
    match command {
        SessionCommand::Start(arguments) => control::start(arguments, globals).await,
        SessionCommand::Stop(arguments) => control::stop(arguments, globals).await,
        SessionCommand::Restart(arguments) => control::restart(arguments, globals).await,
        SessionCommand::Status(arguments) => status::status(arguments, globals).await,
        SessionCommand::Explain(arguments) => explain::explain(arguments, globals).await,
        SessionCommand::Watch(arguments) => watch::watch(arguments, globals).await,
    }
}

/// A worker by its identity key.
pub(crate) fn parse_worker(text: &str) -> Result<WorkerId> {
    Ok(WorkerId(parse_hash(text)?))
}

/// A session by its number, or by the worker that has it.
fn parse_subject(text: &str) -> Result<Subject> {
    if text.starts_with("0x") || text.len() == WORKER_DIGITS {
        return parse_worker(text).map(Subject::Worker);
    }
    let number = u64::from_str(text).with_context(|| {
        format!("`{text}` is neither the number of a session nor the identity key of a worker (0x…)")
    })?;
    Ok(Subject::Session(number))
}

/// The session that must exist. `at` is the block that was asked for, if one was.
async fn existing(snapshot: &Snapshot, subject: Subject, at: Option<BlockNumber>) -> Result<SessionInfo> {
    let found = find(snapshot, subject).await?;
    found.with_context(|| match at {
        Some(block) => format!("{subject}: no such session in block {block}; name a block in which it existed"),
        None => format!(
            "{subject}: no such session (any more); once its stake has returned, a session is told of by `phala \
             session explain --at BLOCK` only, with a block in which it existed"
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn session_should_be_named_by_its_number_or_its_worker() {
        let worker = "ab".repeat(32);
        let of_worker = Subject::Worker(WorkerId([0xab; 32]));
        assert_eq!(parse_subject(&worker).unwrap(), of_worker);
        assert_eq!(parse_subject(&format!("0x{worker}")).unwrap(), of_worker);
        assert_eq!(parse_subject("17").unwrap(), Subject::Session(17));
        // All digits, and yet no number.
        assert_eq!(parse_subject(&"11".repeat(32)).unwrap(), Subject::Worker(WorkerId([0x11; 32])));
        for wrong in ["", "x", "-1", "0x12", "18446744073709551616"] {
            assert!(parse_subject(wrong).is_err(), "{wrong}");
        }
    }
}
