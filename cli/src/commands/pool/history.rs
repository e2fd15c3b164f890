//! What happened to a pool.

use anyhow::Result;
use clap::Args;
use phala_client::{
    history::{Bounds, Entry, History, Reach},
    pool::story,
};
use phala_primitives::{BlockNumber, PoolId};
use serde_json::{json, Value};

use crate::{
    effects,
    format::time,
    output,
    progress::Progress,
    settings::{Flags, NodeOnly},
    Globals,
};

/// Arguments of `phala pool history`.
#[derive(Args)]
pub(crate) struct HistoryArguments {
    /// Number of the pool, which may be closed since.
    #[arg(value_name = "POOL")]
    pool: PoolId,
    /// The newest block to read. None: the last final one.
    #[arg(long, value_name = "BLOCK")]
    at: Option<BlockNumber>,
    /// Most blocks to read, from the newest one backwards.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    blocks: u32,
    /// Most events to tell; the newest ones are.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    #[command(flatten)]
    settings: Flags<NodeOnly>,
}

/// Runs `phala pool history`.
pub(crate) async fn history(arguments: HistoryArguments, globals: &Globals) -> Result<()> {
    let chain = globals.settings(&arguments.settings)?.connect().await?;
    let last = chain.snapshot(arguments.at).await?.number();
    let bounds = Bounds { last, blocks: arguments.blocks, limit: arguments.limit as usize };
    let progress = Progress::start("reading blocks");
    let told = story(&chain, arguments.pool, bounds).await;
    progress.end();
    let told = told?;
    if globals.json {
        return output::json(&json!({
            "pool": arguments.pool,
            "from_block": told.from,
            "block": last,
            "reach": reach(told.reach),
            "events": told.entries.iter().filter_map(as_json).collect::<Vec<Value>>(),
        }));
    }
    for entry in &told.entries {
        if let Some(effect) = effects::effect(&entry.event) {
            output::line(format_args!("{}  block {}  {}", time(entry.time), entry.block, effect.text))?;
        }
    }
    output::line(looked_at(&told, last))
}

fn as_json(entry: &Entry) -> Option<Value> {
    let effect = effects::effect(&entry.event)?;
    let mut object = effect.json;
    object["block"] = json!(entry.block);
    object["time"] = json!(time(entry.time));
    object["time_ms"] = json!(entry.time);
    object["text"] = json!(effect.text);
    Some(object)
}

fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::Whole => "whole",
        Reach::Blocks => "blocks",
        Reach::Limit => "limit",
        Reach::Dropped(_) => "dropped",
    }
}

/// How far back it was looked, and how to look further.
fn looked_at(told: &History, last: BlockNumber) -> String {
    let read = format!("{} events in blocks {} to {last}", told.entries.len(), told.from);
    match told.reach {
        Reach::Whole => format!("{read}: all there are."),
        Reach::Blocks => format!("{read}; look further back with --blocks, or from an older block on with --at."),
        Reach::Limit => format!("{read}; for more, raise --limit, or look from an older block on with --at."),
        Reach::Dropped(block) => format!(
            "{read}; this node has dropped the state of block {block}: ask one that keeps all states (--state-pruning \
             archive)."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_should_say_how_far_back_it_was_looked_and_how_to_look_further() {
        let told = |reach| looked_at(&History { entries: Vec::new(), from: 5, reach }, 9);
        assert_eq!(told(Reach::Whole), "0 events in blocks 5 to 9: all there are.");
        assert!(told(Reach::Blocks).contains("--blocks"));
        assert!(told(Reach::Limit).contains("--limit"));
        assert!(told(Reach::Dropped(4)).contains("block 4") && told(Reach::Dropped(4)).contains("archive"));
    }
}
