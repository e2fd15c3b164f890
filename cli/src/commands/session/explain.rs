//! Why a session's value moved.

use anyhow::Result;
use clap::Args;
use phala_client::session::{story, Beginning, SessionInfo, Story, Subject};
use phala_primitives::BlockNumber;
use serde_json::json;

use super::{existing, parse_subject, status, words};
use crate::{
    format::{pha, rounded, time},
    output,
    progress::Progress,
    settings::{Flags, NodeOnly},
    Globals,
};

/// Arguments of `phala session explain`.
#[derive(Args)]
pub(crate) struct ExplainArguments {
    /// The session's number, or the identity key of the worker that has it.
    #[arg(value_name = "WORKER|SESSION", value_parser = parse_subject)]
    subject: Subject,
    /// Tell the story up to this block, such as one before the stake came back. None: up to now.
    #[arg(long, value_name = "BLOCK")]
    at: Option<BlockNumber>,
    /// Most steps to tell; the newest ones are.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    #[command(flatten)]
    settings: Flags<NodeOnly>,
}

/// Runs the command.
pub(crate) async fn explain(arguments: ExplainArguments, globals: &Globals) -> Result<()> {
    let chain = globals.settings(&arguments.settings)?.connect().await?;
    let snapshot = chain.snapshot(arguments.at).await?;
    let session = existing(&snapshot, arguments.subject, arguments.at).await?;
    let progress = Progress::start("reading the session's story");
    let told = story(&chain, &session, arguments.limit as usize).await;
    progress.end();
    let told = told?;
    if globals.json {
        let (beginning, earlier) = match told.beginning {
            Beginning::Start => ("start", None),
            Beginning::Limit(block) => ("limit", Some(block)),
            Beginning::Dropped(block) => ("dropped", Some(block)),
        };
        return output::json(&json!({
            "session": session.session,
            "worker": session.worker.0,
            "pool": session.pool,
            "beginning": beginning,
            "earlier_step_in_block": earlier,
            "steps": told.steps.iter().map(words::json).collect::<Vec<_>>(),
            "block": snapshot.number(),
            "time": time(snapshot.time()),
            "time_ms": snapshot.time(),
            "now": status::as_json(&session),
        }));
    }
    output::line(format_args!(
        "session {} of worker {} in pool {}; times are UTC\n",
        session.session, session.worker.0, session.pool
    ))?;
    print_beginning(&told)?;
    for step in &told.steps {
        output::line(words::lines(step, false))?;
    }
    output::line(format_args!(
        "{}  block {}  V = {} PHA\n    {}",
        time(snapshot.time()),
        snapshot.number(),
        rounded(*session.value),
        standing(&session)
    ))
}

fn print_beginning(told: &Story) -> Result<()> {
    match told.beginning {
        Beginning::Start => Ok(()),
        Beginning::Limit(block) => {
            output::line(format_args!("… earlier steps, the last of them in block {block}: raise --limit"))
        }
        Beginning::Dropped(block) => output::line(format_args!(
            "… earlier steps, the last of them in block {block}, whose state this node has dropped: ask one that keeps \
             all states (--state-pruning archive)"
        )),
    }
}

/// How the session stands since its last step.
fn standing(session: &SessionInfo) -> String {
    use phala_client::economics::Phase;
    match *session.phase {
        Phase::Responsive => format!(
            "now: grows; {} PHA of growth are not yet paid, and an answer would pay {} to the pool",
            rounded(*session.due),
            pha(session.pending_payout)
        ),
        Phase::Unresponsive => format!(
            "now: unresponsive; the outage has cost {} PHA so far, and V falls until the worker answers",
            rounded(*session.outage_loss)
        ),
        Phase::CoolingDown { until } => {
            format!(
                "now: stays; {} of {} come back at {}",
                pha(session.returnable),
                pha(session.stake),
                time(until)
            )
        }
    }
}
