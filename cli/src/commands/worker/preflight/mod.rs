//! `phala worker preflight`: looks at a machine before somebody rents or installs it for mining, and says what to fix.
//!
//! Everything is read through a [`Host`], nothing is changed, and no other program is started. What only a quote can
//! tell (the platform's TCB status, and so the confidence level) is hinted at and not promised.

mod clock;
mod firmware;
mod host;
mod kernel;
mod processor;
mod provisioning;
mod report;
mod resources;
mod sgx;
mod tdx;
#[cfg(test)]
mod tests;
mod units;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::Args;

use clock::ChainTime;
use host::Host;
use processor::Processor;
use report::{Report, Tee};
use resources::Wanted;
use tdx::Role;

use crate::{
    exit::Status,
    output,
    settings::{Flags, NodeOnly},
    Globals,
};

/// Arguments of `phala worker preflight`.
#[derive(Args)]
pub(crate) struct PreflightArguments {
    /// Kind of worker to look for. None: whatever the machine has, and `development` if it has nothing.
    #[arg(long)]
    tee: Option<Tee>,
    /// Folder that the worker will keep its data in.
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// Address at which clients will reach the worker.
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8000")]
    listen: SocketAddr,
    /// Program that runs one job. None: phala-executor beside this program.
    #[arg(long, value_name = "PATH")]
    executor: Option<PathBuf>,
    #[command(flatten)]
    settings: Flags<NodeOnly>,
}

/// Runs the command; a machine on which no worker of the kind can run has an exit status of its own.
pub(crate) async fn preflight(arguments: PreflightArguments, globals: &Globals) -> Result<ExitCode> {
    let chain = ChainTime::ask(&globals.settings(&arguments.settings)?).await?;
    let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
    let wanted = Wanted {
        data_dir: arguments.data_dir.map(absolute),
        listen: arguments.listen,
        executor: arguments.executor.map(absolute),
        beside: std::env::current_exe().ok().map(|program| program.with_file_name("phala-executor")),
    };
    let report = examine(&Host::here(), arguments.tee, &wanted, &chain);
    match globals.json {
        true => output::json(&report)?,
        false => output::line(report.to_text())?,
    }
    Ok(if report.able { Status::Done.code() } else { Status::Unsuitable.code() })
}

/// Looks for a worker of the kind `asked`, or of the best that `host` has.
fn examine(host: &Host, asked: Option<Tee>, wanted: &Wanted, chain: &ChainTime) -> Report {
    let processor = Processor::of(host);
    let role = Role::of(host, &processor);
    let examine = |tee| examine_for(host, &processor, role, tee, asked.is_some(), wanted, chain);
    if let Some(tee) = asked {
        return examine(tee);
    }
    match role {
        Role::Guest | Role::Host => examine(Tee::Tdx),
        Role::Neither if sgx::is_found(host, &processor) => examine(Tee::Sgx),
        Role::Neither => examine(Tee::Development),
    }
}

fn examine_for(
    host: &Host,
    processor: &Processor,
    role: Role,
    tee: Tee,
    is_asked: bool,
    wanted: &Wanted,
    chain: &ChainTime,
) -> Report {
    let place = match tee {
        Tee::Tdx => role.place(),
        Tee::Sgx | Tee::Development => report::Place::Here,
    };
    let checks = [
        processor::checks(host, processor, tee),
        sgx::checks(host, processor, tee),
        tdx::checks(host, processor, role, tee),
        provisioning::checks(host, tee, place),
        firmware::checks(host, processor, tee, place),
        kernel::checks(host, processor, role, tee),
        clock::checks(host, chain),
        resources::checks(host, processor, tee, place, wanted),
    ];
    Report::new(tee, place, is_asked, checks.concat())
}
