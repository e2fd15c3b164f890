//! A development network of real processes.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{ensure, Context, Result};
use phala_e2e::{free_ports, signal, Description, Signal};

/// A running `phala dev`.
pub(super) struct Network {
    /// What it says of itself.
    pub(super) description: Description,
    process: Child,
}

impl Network {
    /// Starts the network of this build on free ports and waits until it is ready.
    pub(super) fn start() -> Result<Self> {
        let phala = std::env::current_exe()?.with_file_name("phala");
        let ports = free_ports(4)?;
        let mut process = Command::new(&phala)
            .args(["dev", "--json"])
            .arg(format!("--rpc-port={}", ports[0]))
            .arg(format!("--p2p-port={}", ports[1]))
            .arg(format!("--worker-port={}", ports[2]))
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}; run `make build`", phala.display()))?;
        let stdout = process.stdout.take().context("no standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        ensure!(!line.is_empty(), "`phala dev` ended before it was ready ({:?})", process.wait());
        let description = serde_json::from_str(&line).with_context(|| format!("`phala dev` said {line}"))?;
        Ok(Self { description, process })
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        // It stops all its processes when it is interrupted; there is nobody to tell if it does not.
        if let Ok(pid) = i32::try_from(self.process.id()) {
            let _ = signal(pid, Signal::SIGINT);
        }
        let _ = self.process.wait();
    }
}
