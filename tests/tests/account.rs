//! Key files at work on a real chain: money comes in and goes out, and pays for a job.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::{ensure, Result};
use phala_e2e::DevNetwork;

const PASSPHRASE: &[u8] = b"open sesame\n";
const NOTHING: &str = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;

#[test]
fn key_file_should_receive_send_and_pay_exactly() -> Result<()> {
    let network = DevNetwork::start()?;
    let run = |arguments: &[&str]| -> Result<serde_json::Value> {
        let output = network.phala(&[arguments, &["--json"]].concat(), PASSPHRASE)?;
        ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(serde_json::from_slice(&output.stdout)?)
    };
    run(&["account", "new", "savings", "--passphrase-fd", "0"])?;
    let received = run(&["account", "transfer", "alice", "savings", "25", "--yes"])?;
    ensure!(received["to_free_pha"] == "25", "{received}");
    let sent = run(&["account", "transfer", "savings", "bob", "1.5", "--yes", "--passphrase-fd", "0"])?;
    let balance = run(&["account", "balance", "savings"])?;
    ensure!(balance["free_pha"] == sent["from_free_pha"], "{balance} after {sent}");

    let program = network.program("nothing.wasm", NOTHING)?;
    let program = program.to_str().unwrap();
    let job = run(&["job", "run", program, "--account", "savings", "--passphrase-fd", "0"])?;
    ensure!(job["settled"] == true, "{job}");
    Ok(())
}

#[test]
fn receipt_should_verify_from_a_checkpoint_and_be_refused_from_another_chains() -> Result<()> {
    let network = DevNetwork::start()?;
    let checkpoint = network.phala(&["checkpoint"], b"")?;
    ensure!(checkpoint.status.success(), "{}", String::from_utf8_lossy(&checkpoint.stderr));
    let path = network.file("checkpoint.json", &checkpoint.stdout)?;
    let program = network.program("nothing.wasm", NOTHING)?;
    let (job, code) = network.job(&program, &["--receipt", "receipt.json"], b"")?;
    ensure!(code == 0, "{job}");
    let verify =
        |checkpoint: &str| network.phala(&["verify", "receipt.json", "--checkpoint", checkpoint], b"");
    let verified = verify(path.to_str().unwrap())?;
    ensure!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));

    let other = String::from_utf8(checkpoint.stdout)?
        .replace(&network.description.genesis, &format!("0x{}", "77".repeat(32)));
    network.file("other.json", other.as_bytes())?;
    let refused = verify("other.json")?;
    ensure!(!refused.status.success(), "a checkpoint of another chain was believed");
    let said = String::from_utf8_lossy(&refused.stderr);
    ensure!(said.contains("chain"), "{said}");
    Ok(())
}
