//! What each subcommand does.

use std::path::PathBuf;

use polkadot_sdk::{
    sc_cli::{self, SubstrateCli},
    sc_network::{config::NetworkBackendType, Litep2pNetworkBackend, NetworkWorker},
    sc_service,
};

use crate::{
    chain_spec,
    cli::{Cli, Subcommand},
    service::{self, Block, Hash},
};

impl SubstrateCli for Cli {
    fn impl_name() -> String {
        "Phala node".into()
    }

    fn impl_version() -> String {
        env!("CARGO_PKG_VERSION").into()
    }

    fn executable_name() -> String {
        env!("CARGO_PKG_NAME").into()
    }

    fn description() -> String {
        env!("CARGO_PKG_DESCRIPTION").into()
    }

    fn author() -> String {
        "The contributors".into()
    }

    fn support_url() -> String {
        "the repository's issues".into()
    }

    fn copyright_start_year() -> i32 {
        2026
    }

    /// `--dev` asks for `dev`, no `--chain` at all for the empty name.
    fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
        Ok(Box::new(match id {
            "dev" | "development" => chain_spec::development()?,
            "" | "local" => chain_spec::local()?,
            path => chain_spec::ChainSpec::from_json_file(PathBuf::from(path)).map_err(|error| {
                format!("--chain takes `development`, `local` or a file: {path}: {error}")
            })?,
        }))
    }
}

/// Does what the command line says.
pub(crate) fn run() -> sc_cli::Result<()> {
    let cli = Cli::from_args();
    match &cli.subcommand {
        Some(Subcommand::ExportChainSpec(command)) => command.run(cli.load_spec(&command.chain)?),
        Some(Subcommand::ChainInfo(command)) => {
            cli.create_runner(command)?.sync_run(|config| command.run::<Block>(&config))
        }
        Some(Subcommand::PurgeChain(command)) => {
            cli.create_runner(command)?.sync_run(|config| command.run(config.database))
        }
        Some(Subcommand::Key(command)) => command.run(&cli),
        None => cli.create_runner(&cli.run)?.run_node_until_exit(|config| async move {
            match config.network.network_backend {
                NetworkBackendType::Libp2p => service::start::<NetworkWorker<Block, Hash>>(config),
                NetworkBackendType::Litep2p => service::start::<Litep2pNetworkBackend>(config),
            }
            .map_err(sc_cli::Error::Service)
        }),
    }
}
