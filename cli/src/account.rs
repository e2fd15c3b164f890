//! Which account signs, and which node is asked.

use anyhow::{Context, Result};
use clap::Args;
use phala_client::{account, Chain, Keypair};

use crate::format::parse_hash;

/// How to reach the chain.
#[derive(Args, Clone, Debug)]
pub(crate) struct NodeArguments {
    /// RPC address of a node.
    #[arg(long, env = "PHALA_NODE", default_value = "ws://127.0.0.1:9944", value_name = "URL")]
    pub(crate) node: String,
    /// Genesis hash of the chain; a node of any other is refused. Without it the node's word is taken, which is
    /// right for a node of your own only.
    #[arg(long, env = "PHALA_GENESIS", value_name = "HASH")]
    pub(crate) genesis: Option<String>,
}

impl NodeArguments {
    /// Connects.
    pub(crate) async fn connect(&self) -> Result<Chain> {
        let genesis = self.genesis.as_deref().map(parse_hash).transpose().context("--genesis")?;
        Ok(Chain::connect(&self.node, genesis).await?)
    }
}

/// Who signs.
#[derive(Args, Clone, Debug)]
pub(crate) struct SignerArguments {
    /// A development account: alice, bob, charlie, dave, eve or ferdie.
    #[arg(long, env = "PHALA_ACCOUNT", default_value = "alice", value_name = "NAME")]
    pub(crate) account: String,
}

impl SignerArguments {
    /// The account's key pair.
    pub(crate) fn signer(&self) -> Result<Keypair> {
        Ok(account::development(&self.account)?)
    }
}
