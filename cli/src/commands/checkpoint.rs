//! `phala checkpoint`: a recent block for others to believe.

use anyhow::{bail, Result};
use clap::Args;
use phala_client::proven;

use crate::{
    output,
    settings::{Flags, NodeOnly},
    Globals,
};

/// Arguments of `phala checkpoint`.
#[derive(Args)]
pub(crate) struct CheckpointArguments {
    #[command(flatten)]
    settings: Flags<NodeOnly>,
}

/// Prints the newest final block, proven from the genesis hash on, and who finalises the blocks after it.
pub(crate) async fn run(arguments: CheckpointArguments, globals: &Globals) -> Result<()> {
    let settings = globals.settings(&arguments.settings)?;
    // A checkpoint is passed on to others, so the node's word for which chain it is is not enough.
    settings.required_genesis()?;
    let chain = settings.connect().await?;
    let Some(root) = proven::checkpoint(chain.node(), &chain.genesis_hash()).await? else {
        bail!("no block is final yet; wait a few seconds");
    };
    output::bytes(root.to_json()?.as_bytes())
}
