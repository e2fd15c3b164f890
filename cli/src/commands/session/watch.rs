//! Sessions, followed block by block.

use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use phala_client::{
    session::{find, steps, Happening, Step, Subject},
    Chain,
};
use phala_primitives::{BlockNumber, SessionId, WorkerId};

use super::{parse_subject, words};
use crate::{
    format::rounded,
    output,
    settings::{Flags, NodeOnly},
    Globals,
};

/// How often the node is asked for another final block.
const POLL: Duration = Duration::from_millis(500);

/// Arguments of `phala session watch`.
#[derive(Args)]
pub(crate) struct WatchArguments {
    /// A session's number, or the identity key of a worker, which may start a session later. None: all sessions.
    #[arg(value_name = "WORKER|SESSION", value_parser = parse_subject)]
    subject: Option<Subject>,
    #[command(flatten)]
    settings: Flags<NodeOnly>,
}

/// Runs the command until Ctrl-C. As JSON it writes one object on a line for each step.
pub(crate) async fn watch(arguments: WatchArguments, globals: &Globals) -> Result<()> {
    let chain = globals.settings(&arguments.settings)?.connect().await?;
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => stopped.context("cannot listen for Ctrl-C"),
        failed = follow(&chain, arguments.subject, globals.json) => failed,
    }
}

async fn follow(chain: &Chain, subject: Option<Subject>, json: bool) -> Result<()> {
    let snapshot = chain.snapshot(None).await?;
    let mut wanted = Wanted { subject, session: None };
    if let Some(subject) = subject {
        match find(&snapshot, subject).await? {
            Some(session) => {
                wanted.session = Some(session.session);
                eprintln!("session {}: V = {} PHA", session.session, rounded(*session.value));
            }
            None => eprintln!("{subject}: no session yet"),
        }
    }
    eprintln!("following from block {} on; Ctrl-C ends it", snapshot.number());
    let mut next = snapshot.number().saturating_add(1);
    let mut pulse = tokio::time::interval(POLL);
    loop {
        pulse.tick().await;
        let last = chain.node().finalized_number().await?;
        while next <= last {
            print(chain, next, &mut wanted, json).await?;
            next = next.saturating_add(1);
        }
    }
}

async fn print(chain: &Chain, block: BlockNumber, wanted: &mut Wanted, json: bool) -> Result<()> {
    let snapshot = chain.snapshot(Some(block)).await?;
    for step in steps(&snapshot, |_| true).await? {
        if wanted.includes(&step) {
            match json {
                true => output::json(&words::json(&step))?,
                false => output::line(words::lines(&step, wanted.subject.is_none()))?,
            }
        }
    }
    Ok(())
}

/// Whose steps are wanted.
struct Wanted {
    subject: Option<Subject>,
    /// The session that the worker has.
    session: Option<SessionId>,
}

impl Wanted {
    fn includes(&mut self, step: &Step) -> bool {
        match self.subject {
            None => true,
            Some(Subject::Session(session)) => step.session == session,
            Some(Subject::Worker(worker)) => {
                if started_by(step) == Some(worker) {
                    self.session = Some(step.session);
                }
                self.session == Some(step.session)
            }
        }
    }
}

/// Whose session starts with this step, if one does.
fn started_by(step: &Step) -> Option<WorkerId> {
    match &step.happening {
        Happening::Started { worker, .. } => Some(*worker),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use phala_client::economics::FixedU128;

    use super::*;

    fn step(session: SessionId, happening: Happening) -> Step {
        Step { block: 1, time: 1, session, happening }
    }

    #[test]
    fn sessions_of_a_worker_should_be_followed_from_their_start_on_and_no_others() {
        let worker = WorkerId([1; 32]);
        let mut wanted = Wanted { subject: Some(Subject::Worker(worker)), session: None };
        let started = |session, worker| {
            step(session, Happening::Started { worker, pool: 0, stake: 1, value: FixedU128::from_u32(1) })
        };
        let stopped = |session| step(session, Happening::Stopped { until: 1 });
        assert!(!wanted.includes(&stopped(4)));
        assert!(wanted.includes(&started(5, worker)) && wanted.includes(&stopped(5)));
        assert!(!wanted.includes(&started(6, WorkerId([2; 32]))) && !wanted.includes(&stopped(6)));
        assert!(wanted.includes(&started(7, worker)) && !wanted.includes(&stopped(5)));
    }
}
