//! Arguments.

use polkadot_sdk::sc_cli;

/// `phala-node` and its subcommands.
#[derive(Debug, clap::Parser)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) subcommand: Option<Subcommand>,

    #[clap(flatten)]
    pub(crate) run: sc_cli::RunCmd,
}

/// What to do instead of running a node.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Subcommand {
    /// Write a chain's specification as JSON; with `--raw` in the form to give to other nodes.
    ExportChainSpec(sc_cli::ExportChainSpecCmd),

    /// Print the database's location and the pruning in force.
    ChainInfo(sc_cli::ChainInfoCmd),

    /// Remove a chain's database.
    PurgeChain(sc_cli::PurgeChainCmd),

    /// Make, inspect and insert keys.
    #[command(subcommand)]
    Key(sc_cli::KeySubcommand),
}
