//! One confidential job end to end, and what becomes of programs that misbehave.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::{Duration, Instant};

use anyhow::{ensure, Context, Result};
use phala_client::{account, operator, Chain};
use phala_e2e::{pause, repository, survival_report, DevNetwork};
use phala_light_client::bundle::ReceiptBundle;
use phala_primitives::{job::fee, Balance, PHA};
use serde_json::{json, Value};

/// Exit code of `phala job run` for a program that did not end by itself.
const UNFINISHED: i32 = 126;

#[test]
fn network_should_run_settle_and_prove_jobs() -> Result<()> {
    let network = DevNetwork::start()?;
    workers_should_say_that_nothing_is_proven(&network)?;
    report_should_come_back_verified_and_paid_exactly(&network)?;
    misbehaving_programs_should_be_answered_and_charged(&network)?;
    mining_reward_should_reach_pool_and_treasury(&network)?;
    undelivered_work_should_be_refunded_when_its_worker_hangs(&network)
}

fn workers_should_say_that_nothing_is_proven(network: &DevNetwork) -> Result<()> {
    let output = network.phala(&["worker", "list", "--json"], b"")?;
    let workers: Vec<Value> = serde_json::from_slice(&output.stdout)?;
    ensure!(workers.len() == 2, "{workers:?}");
    ensure!(workers.iter().all(|worker| worker["attestation"] == "none"), "{workers:?}");
    Ok(())
}

fn report_should_come_back_verified_and_paid_exactly(network: &DevNetwork) -> Result<()> {
    let data = std::fs::read(repository("examples/survival-report/data/gbsg2.csv"))?;
    let before = balances(network)?;
    let columns =
        ["--arg=--time", "--arg=time", "--arg=--event", "--arg=cens", "--arg=--group", "--arg=horTh"];
    let arguments = [&columns[..], &["--receipt", "report.json"]].concat();
    let (report, code) = network.job(&survival_report()?, &arguments, &data)?;
    ensure!(code == 0, "{report}");
    ensure!(report["settled"] == true, "{report}");
    ensure!(
        report["stdout"].as_str().is_some_and(|text| text.contains("log-rank test: chi-squared 8.565")),
        "{report}"
    );

    let after = balances(network)?;
    let paid = charged(&report)?;
    ensure!(paid > 0 && paid == fee(fuel(&report)?, price(network)?), "{report}");
    let spent = before.client - after.client;
    ensure!(spent >= paid && spent - paid < PHA / 2, "the client spent {spent} for a fee of {paid}");
    ensure!(after.held == 0, "{} are still in escrow", after.held);
    ensure!(after.pool >= before.pool + paid, "the pool got {} of {paid}", after.pool - before.pool);
    receipt_should_verify_and_refuse_changes(network)
}

fn receipt_should_verify_and_refuse_changes(network: &DevNetwork) -> Result<()> {
    let output = network.phala(&["verify", "report.json"], b"")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    ensure!(String::from_utf8_lossy(&output.stdout).contains("genuine"));

    let bytes = std::fs::read(network.folder.path().join("report.json"))?;
    let genesis: [u8; 32] = hex::decode(&network.description.genesis[2..])?.try_into().unwrap();
    for index in (0..bytes.len()).step_by(29) {
        let mut changed = bytes.clone();
        changed[index] ^= 1;
        let verdict = ReceiptBundle::from_json(&changed).and_then(|bundle| bundle.verify(&genesis));
        ensure!(verdict.is_err(), "a bundle with byte {index} changed was believed");
    }
    let digit = bytes.len() - bytes.iter().rev().position(u8::is_ascii_hexdigit).context("no digits")? - 1;
    let mut changed = bytes;
    changed[digit] = if changed[digit] == b'0' { b'1' } else { b'0' };
    network.file("changed.json", &changed)?;
    let output = network.phala(&["verify", "changed.json", "--json"], b"")?;
    let verdict: Value = serde_json::from_slice(&output.stdout)?;
    ensure!(output.status.code() == Some(1) && verdict["verified"] == false, "{verdict}");
    ensure!(verdict["step"].is_string(), "the failing step is not named: {verdict}");
    Ok(())
}

fn misbehaving_programs_should_be_answered_and_charged(network: &DevNetwork) -> Result<()> {
    let exit_3 = network.program(
        "exit-3.wasm",
        r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 1) (func (export "_start") (call $exit (i32.const 3))))"#,
    )?;
    let trap = network.program(
        "trap.wasm",
        r#"(module (memory (export "memory") 1) (func (export "_start") unreachable))"#,
    )?;
    let endless = network.program(
        "endless.wasm",
        r#"(module (memory (export "memory") 1) (func (export "_start") (loop $for_ever (br $for_ever))))"#,
    )?;
    let greedy = network.program(
        "greedy.wasm",
        r#"(module (memory (export "memory") 1) (func (export "_start")
            (loop $more (br_if $more (i32.ne (memory.grow (i32.const 1024)) (i32.const -1)))) unreachable))"#,
    )?;
    let not_wasm = network.file("not.wasm", b"This is a text and not a program.")?;
    let count = network.program("count.wasm", COUNT)?;

    let (report, code) = network.job(&exit_3, &[], b"")?;
    ensure!(code == 3 && report["exit"] == json!({ "exited": 3 }), "{report}");
    settled_within_escrow(network, &report, 100)?;
    let (report, code) = network.job(&trap, &[], b"")?;
    ensure!(code == UNFINISHED && report["exit"] == "trapped", "{report}");
    settled_within_escrow(network, &report, 100)?;
    let (report, code) = network.job(&endless, &["--fuel", "1"], b"")?;
    ensure!(code == UNFINISHED && report["exit"] == "out_of_fuel", "{report}");
    ensure!(fuel(&report)? == 1_000_000_000, "all the fuel must be charged: {report}");
    let (report, code) = network.job(&endless, &["--fuel", "900", "--seconds", "2"], b"")?;
    ensure!(code == UNFINISHED && report["exit"] == "out_of_time", "{report}");
    settled_within_escrow(network, &report, 900)?;
    let (report, code) = network.job(&greedy, &[], b"")?;
    ensure!(code == UNFINISHED && report["exit"] == "out_of_memory", "{report}");
    let (report, code) = network.job(&not_wasm, &[], b"")?;
    ensure!(code == UNFINISHED && report["exit"] == "invalid_program", "{report}");
    ensure!(charged(&report)? > 0, "loading is not free: {report}");

    let (report, code) = network.job(&count, &[], b"")?;
    ensure!(code == 0 && report["stdout"] == "00000000\n", "{report}");
    let (report, code) = network.job(&count, &[], &vec![7; 16 << 20])?;
    ensure!(code == 0 && report["stdout"] == "01000000\n", "16 MiB are 0x1000000 bytes: {report}");
    let output = network.phala(&["job", "status", &report["job"].to_string(), "--json"], b"")?;
    let status: Value = serde_json::from_slice(&output.stdout)?;
    ensure!(status["record"]["state"]["settled"].is_object(), "{status}");
    let output = network.phala(&["job", "result", &report["job"].to_string()], b"")?;
    ensure!(output.stdout == b"01000000\n", "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Reads standard input to its end and writes the number of its bytes in hexadecimal.
const COUNT: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 3)
    (func (export "_start") (local $total i32) (local $digit i32) (local $value i32)
        (i32.store (i32.const 0) (i32.const 65536))
        (i32.store (i32.const 4) (i32.const 65536))
        (block $end (loop $again
            (br_if $end (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
            (br_if $end (i32.eqz (i32.load (i32.const 8))))
            (local.set $total (i32.add (local.get $total) (i32.load (i32.const 8))))
            (br $again)))
        (loop $digits
            (local.set $value (i32.and (i32.shr_u (local.get $total)
                (i32.sub (i32.const 28) (i32.mul (local.get $digit) (i32.const 4)))) (i32.const 15)))
            (i32.store8 (i32.add (i32.const 32) (local.get $digit))
                (i32.add (local.get $value) (select (i32.const 48) (i32.const 87)
                    (i32.lt_u (local.get $value) (i32.const 10)))))
            (local.set $digit (i32.add (local.get $digit) (i32.const 1)))
            (br_if $digits (i32.lt_u (local.get $digit) (i32.const 8))))
        (i32.store8 (i32.const 40) (i32.const 10))
        (i32.store (i32.const 16) (i32.const 32))
        (i32.store (i32.const 20) (i32.const 9))
        (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8)))))"#;

fn settled_within_escrow(network: &DevNetwork, report: &Value, fuel_limit: u64) -> Result<()> {
    let limit = fuel_limit * 1_000_000_000;
    ensure!(report["settled"] == true, "{report}");
    ensure!(fuel(report)? > 0 && fuel(report)? <= limit, "{report}");
    ensure!(charged(report)? == fee(fuel(report)?, price(network)?), "{report}");
    Ok(())
}

fn mining_reward_should_reach_pool_and_treasury(network: &DevNetwork) -> Result<()> {
    let give_up = Instant::now() + Duration::from_secs(60);
    let mut block = 1;
    loop {
        let payouts = on_chain(network, async |chain| {
            let final_block = chain.node().finalized_number().await?;
            let mut payouts = Vec::new();
            while block <= final_block && payouts.is_empty() {
                payouts = operator::payouts(chain, block).await?;
                block += 1;
            }
            Ok(payouts)
        })?;
        for payout in &payouts {
            // 80 % and 20 %, rounded to base units.
            ensure!(payout.pool > 0 && payout.treasury.abs_diff(payout.pool / 4) <= 1, "{payout:?}");
        }
        if !payouts.is_empty() {
            return Ok(());
        }
        ensure!(Instant::now() < give_up, "no mining reward came within a minute");
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn undelivered_work_should_be_refunded_when_its_worker_hangs(network: &DevNetwork) -> Result<()> {
    let endless = network.folder.path().join("endless.wasm");
    let before = balances(network)?;
    let [_, first, second, _] = network.description.pids[..] else {
        anyhow::bail!("expected the chain, two workers and a relay");
    };
    for pid in [first, second] {
        pause(pid)?;
    }
    let program = endless.to_str().context("not UTF-8")?;
    let output = network.phala(&["job", "run", program, "--fuel", "1", "--deadline", "10"], b"")?;
    ensure!(output.status.code() == Some(125), "{output:?}");
    let give_up = Instant::now() + Duration::from_secs(60);
    loop {
        let now = balances(network)?;
        if now.held == 0 && before.client - now.client < PHA / 2 {
            return Ok(());
        }
        ensure!(Instant::now() < give_up, "the escrow did not come back");
        std::thread::sleep(Duration::from_millis(500));
    }
}

struct Balances {
    client: Balance,
    held: Balance,
    pool: Balance,
}

fn balances(network: &DevNetwork) -> Result<Balances> {
    on_chain(network, async |chain| {
        let client = account::development("alice")?.public_key().to_account_id();
        let (free, held) = chain.balances(&client).await?;
        let pool = operator::pool_rewards(chain, network.description.pool).await?.context("no pool")?;
        Ok(Balances { client: free + held, held, pool })
    })
}

fn on_chain<T>(network: &DevNetwork, ask: impl AsyncFnOnce(&Chain) -> Result<T>) -> Result<T> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let chain = Chain::connect(&network.description.rpc, None).await?;
        ask(&chain).await
    })
}

fn price(network: &DevNetwork) -> Result<Balance> {
    let output = network.phala(&["worker", "list", "--json"], b"")?;
    let workers: Vec<Value> = serde_json::from_slice(&output.stdout)?;
    Ok(workers.first().and_then(|worker| worker["price"].as_str()).context("no worker")?.parse()?)
}

fn charged(report: &Value) -> Result<Balance> {
    Ok(report["fee"].as_str().with_context(|| format!("no fee in {report}"))?.parse()?)
}

fn fuel(report: &Value) -> Result<u64> {
    report["fuel"].as_u64().with_context(|| format!("no fuel in {report}"))
}
