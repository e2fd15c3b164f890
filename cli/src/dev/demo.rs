//! One confidential job, from an empty machine to a verified receipt.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{ensure, Context, Result};
use clap::Args;
use phala_client::{
    job::{self, JobRequest},
    offers, AccountId32, Chain,
};
use phala_light_client::bundle::ReceiptBundle;
use phala_primitives::{
    job::{fee, ExitStatus, JobLimits, JobState},
    Balance, PHA,
};
use serde_json::json;

use super::{
    introduce, memory::MemoryWatch, narrate::Narrator, network::Network, network::NetworkArguments, run,
    setup::Cast, watch,
};
use crate::format::{pha, seconds, short};

/// Longest time for any one step.
const STEP_TIMEOUT: Duration = Duration::from_secs(60);

/// Arguments of `phala demo`.
#[derive(Args, Clone, Debug)]
pub(crate) struct DemoArguments {
    #[command(flatten)]
    network: NetworkArguments,
    /// The WASI program to run.
    #[arg(long, value_name = "FILE")]
    program: PathBuf,
    /// Its standard input.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// An argument for the program; repeat it for more.
    #[arg(long = "arg", value_name = "ARGUMENT", allow_hyphen_values = true)]
    arguments: Vec<String>,
    /// Stop everything after the job. The last line is then one JSON object.
    #[arg(long)]
    exit: bool,
}

/// Runs `phala demo`.
pub(crate) async fn demo(arguments: DemoArguments) -> Result<()> {
    let request = JobRequest {
        program: std::fs::read(&arguments.program)
            .with_context(|| format!("cannot read {}", arguments.program.display()))?,
        arguments: arguments.arguments.clone(),
        stdin: std::fs::read(&arguments.input)
            .with_context(|| format!("cannot read {}", arguments.input.display()))?,
        limits: JobLimits { fuel: 10_000_000_000, memory_mib: 256, seconds: 30 },
        deadline_in: 60,
    };
    let narrator = Narrator::start();
    let memory = MemoryWatch::start();
    let mut story = None;
    run(&arguments.network, &narrator, &memory, async |network, cast, _| {
        let ready = narrator.elapsed();
        story = Some(tell(network, cast, &narrator, request, ready).await?);
        if arguments.exit {
            return Ok(());
        }
        introduce(network);
        watch(network).await
    })
    .await?;
    let mut story = story.context("stopped before the job was done")?;
    story["peak_rss_mib"] = json!(memory.peak_mib());
    crate::output::json(&story)
}

/// Runs the job, says what happens, and gives the facts.
async fn tell(
    network: &Network,
    cast: &Cast,
    narrator: &Narrator,
    request: JobRequest,
    ready: Duration,
) -> Result<serde_json::Value> {
    let chain = &network.chain;
    let client = cast.client.public_key().to_account_id();
    let posting = Instant::now();
    let before = total(chain, &client).await?;
    let offer = offers::pick(chain, None, None).await?;
    narrator.say(&format!(
        "the client picks worker {} at {} per 10^9 fuel",
        short(&offer.worker),
        pha(offer.price)
    ));
    let bytes = request.program.len() + request.stdin.len();
    let (price, fuel) = (offer.price, request.limits.fuel);
    let posted = job::post(chain, &cast.client, request, offer, price).await?;
    narrator.say(&format!(
        "job {} is on the chain: it sees hashes only; {} are in escrow",
        posted.job,
        pha(posted.escrow)
    ));
    ensure!(posted.escrow == fee(fuel, price), "the escrow is not fuel × price");
    let key = posted.upload(chain, STEP_TIMEOUT).await?;
    narrator.say(&format!(
        "{bytes} bytes of program and data were sealed on the client and uploaded to the worker"
    ));
    let opened = posted.wait(chain, &key, STEP_TIMEOUT, |_| {}).await?;
    let first_result = posting.elapsed();
    narrator.say("the sealed result came back and was opened by the client; it reads:");
    eprintln!("\n{}", String::from_utf8_lossy(&opened.output.stdout));
    let receipt = &opened.result.receipt.receipt;
    ensure!(receipt.exit == ExitStatus::Exited(0), "the program ended with {:?}", receipt.exit);

    let record = job::wait_for_settlement(chain, posted.job, STEP_TIMEOUT).await?;
    let JobState::Settled { fee: paid, .. } = record.state else {
        anyhow::bail!("the job was refunded instead of settled");
    };
    ensure!(paid == fee(receipt.fuel, price), "the client paid {paid} instead of fuel × price");
    narrator.say(&format!(
        "settled: fuel {} cost {}, paid to pool {}; the rest came back",
        receipt.fuel,
        pha(paid),
        record.pool
    ));
    let after = total(chain, &client).await?;
    let spent = before.saturating_sub(after);
    ensure!(
        spent >= paid && spent - paid < PHA,
        "the client spent {spent}, which is not the fee and the transaction's"
    );

    let bundle = job::receipt_bundle(chain, &opened.result).await?;
    let verified = ReceiptBundle::from_json(bundle.to_json()?.as_bytes())
        .and_then(|bundle| bundle.verify(&chain.genesis_hash()))
        .context("the receipt does not verify")?;
    narrator.say("the receipt verifies from the genesis hash alone:");
    for step in &verified.steps {
        eprintln!("             {:<12} {}", step.step.name(), step.proves);
    }
    Ok(json!({
        "job": posted.job,
        "worker": receipt.worker,
        "verified": true,
        "settled": true,
        "fuel": receipt.fuel,
        "fee": paid.to_string(),
        "seconds_to_ready": seconds(ready),
        "seconds_to_first_result": seconds(first_result),
    }))
}

/// What an account owns, escrows included.
async fn total(chain: &Chain, account: &AccountId32) -> Result<Balance> {
    let (free, held) = chain.balances(account).await?;
    Ok(free.saturating_add(held))
}
