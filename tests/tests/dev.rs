//! `phala dev` as a person uses it.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::{ensure, Result};
use phala_e2e::{alive, DevNetwork};

#[test]
fn network_should_leave_no_process_when_it_is_interrupted() -> Result<()> {
    let mut network = DevNetwork::start()?;
    let mut other = DevNetwork::start()?;
    for network in [&network, &other] {
        ensure!(network.description.pids.iter().all(|pid| alive(*pid)));
        ensure!(network.phala(&["worker", "list"], b"")?.status.success());
    }
    for network in [&mut network, &mut other] {
        ensure!(network.interrupt()?.success());
        ensure!(network.description.pids.iter().all(|pid| !alive(*pid)), "a process was left behind");
    }
    Ok(())
}

#[test]
fn network_should_go_on_when_its_state_was_kept() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let state = format!("--state={}", folder.path().display());
    let mut network = DevNetwork::start_with(&[&state])?;
    let (genesis, pool) = (network.description.genesis.clone(), network.description.pool);
    ensure!(network.interrupt()?.success());
    let again = DevNetwork::start_with(&[&state])?;
    ensure!(again.description.genesis == genesis && again.description.pool == pool);
    ensure!(again.phala(&["worker", "list"], b"")?.status.success());
    Ok(())
}
