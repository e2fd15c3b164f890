//! The four validators of `local` change their keys while a worker is away: it comes back, follows the changes one
//! by one, and does a job whose receipt verifies from the genesis hash, through all of them.
//!
//! Validators make new keys with `author_rotateKeys`, and the keys of the first set finalise nothing any more in the
//! end. What a session's end would do, to schedule the change of set in a block, root does here: sessions last an hour,
//! and new keys take effect after the next.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::Duration;

use anyhow::{ensure, Context, Result};
use codec::{Decode, Encode};
use phala_client::{
    account,
    chain::api,
    job::{post, receipt_bundle, JobRequest, Offer},
    Chain,
};
use phala_e2e::{
    local::{LocalChain, LocalNode},
    relay::RelaySocket,
    worker::{until, ExtraWorker, Process},
};
use phala_light_client::bundle::ReceiptBundle;
use phala_primitives::{
    job::{JobLimits, FUEL_UNIT},
    registry::AttestationKind,
    storage, BlockNumber, PHA,
};
use subxt::rpcs::client::rpc_params;

/// An authority's key and weight, as the chain keeps them.
type Authority = ([u8; 32], u64);

/// Longest time for one step of a job.
const PATIENCE: Duration = Duration::from_secs(90);
/// Blocks from the order to change the set to the change: enough for the order to be in a block by then.
const NOTICE: BlockNumber = 6;
/// Price of the worker.
const PRICE: u128 = PHA / 100;
/// Keys of GRANDPA's pending change and set number: twox_128("Grandpa") ++ twox_128(name).
const PENDING_CHANGE: &str = "5f9cc45b7a00c5899361e1c6099678dc2ff65991b1c915dd6cc8d4825eacfcb4";
const CURRENT_SET: &str = "5f9cc45b7a00c5899361e1c6099678dc8a2d09463effcc78a22d75b9cb87dffc";

/// Ends at once.
const NOTHING: &str = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;

#[tokio::test(flavor = "multi_thread")]
async fn worker_should_catch_up_and_prove_its_work_when_validators_changed_while_it_was_away() -> Result<()> {
    let local = LocalChain::start().await?;
    let [alice, bob, charlie, _] = &local.nodes[..] else { anyhow::bail!("expected four validators") };
    let chain = &alice.chain;
    let genesis = chain.genesis_hash();
    let miner = account::development("eve")?;
    let name = format!("0x{}", hex::encode(genesis));
    let mut worker = ExtraWorker::start_in(local.folder.path(), &name, &miner, &[]).await?;
    let relay = start_relay(&local, &worker)?;
    worker.put_to_use(chain, &miner, PRICE).await?;
    run_job(chain, &worker).await?;
    drop(relay);
    let socket = RelaySocket::new(&worker.socket)?;
    let before = socket.status().await?.verified.context("nothing verified")?;
    ensure!(before.set_id == 0, "{before:?}");
    worker.stop()?;

    // One of four keys, then two more: of the first set only Dave is left, who is no majority.
    let first = authorities(chain).await?;
    change_set(chain, 1, &[alice]).await?;
    let last_change = change_set(chain, 2, &[bob, charlie]).await?;
    let now = authorities(chain).await?;
    ensure!(
        now.iter().filter(|authority| first.contains(authority)).count() == 1,
        "{first:?} became {now:?}"
    );

    worker.restart().await?;
    let back = socket.status().await?.verified.context("it forgot where it was")?;
    // The relay's last news may still have been under way.
    ensure!(back.number >= before.number && back.set_id == 0, "it was at {before:?} and is at {back:?}");
    let _relay = start_relay(&local, &worker)?;
    let after = until("the worker catches up", async || {
        Ok(socket.status().await?.verified.filter(|block| block.number > last_change))
    })
    .await?;
    ensure!(after.set_id == 2, "{after:?}");
    let bundle = run_job(chain, &worker).await?;
    bundle_needs_every_change(&bundle, &genesis)
}

fn start_relay(local: &LocalChain, worker: &ExtraWorker) -> Result<Process> {
    // Not through the node to which the client talks.
    let node = &local.nodes.last().context("no nodes")?.rpc;
    let arguments = [format!("--node={node}"), format!("--worker={}", worker.socket.display())];
    Process::start("phala-relay", &arguments, &local.folder.path().join("relay.log"))
}

/// Runs a job and gives the bundle of its receipt.
async fn run_job(chain: &Chain, worker: &ExtraWorker) -> Result<ReceiptBundle> {
    let offer = Offer {
        worker: worker.id,
        endpoint: worker.endpoint.clone(),
        price: PRICE,
        score: 0,
        attestation: AttestationKind::None,
        confidence: 5,
    };
    let request = JobRequest {
        program: wat::parse_str(NOTHING).unwrap(),
        arguments: Vec::new(),
        stdin: Vec::new(),
        limits: JobLimits { fuel: FUEL_UNIT, memory_mib: 16, seconds: 5 },
        deadline_in: 60,
    };
    let client = account::development("ferdie")?;
    let posted = post(chain, &client, request, offer, PRICE).await?;
    let key = posted.upload(chain, PATIENCE).await?;
    let opened = posted.wait(chain, &key, PATIENCE, |_| {}).await?;
    phala_client::job::wait_for_settlement(chain, posted.job, PATIENCE).await?;
    Ok(receipt_bundle(chain, &opened.result).await?)
}

/// Has `who` make new keys, and the authority set with number `set` consist of these and the others' old ones. Gives
/// the block that names it, once the set has finalised blocks of its own.
async fn change_set(chain: &Chain, set: u64, who: &[&LocalNode]) -> Result<BlockNumber> {
    let mut next = authorities(chain).await?;
    for node in who {
        let authority = next.get_mut(node.index).context("the set has become smaller")?;
        authority.0 = new_key(&node.chain).await?;
    }
    let number = chain.node().finalized_number().await? + NOTICE;
    let delay: BlockNumber = 0;
    let pending = (number, delay, next.clone(), None::<BlockNumber>).encode();
    let items = vec![(hex::decode(PENDING_CHANGE)?, pending), (hex::decode(CURRENT_SET)?, set.encode())];
    let order = api::runtime_types::phala_runtime::RuntimeCall::System(
        api::runtime_types::frame_system::pallet::Call::set_storage { items },
    );
    chain
        .submit("Sudo.sudo", &api::transactions().sudo().sudo(order), &account::development("alice")?)
        .await?;
    until("the new set finalises blocks", async || {
        Ok((chain.node().finalized_number().await? > number + 1).then_some(()))
    })
    .await?;
    ensure!(authorities(chain).await? == next, "the order came too late for block {number}");
    Ok(number)
}

/// Has a validator's node make new session keys, of which it keeps the secrets; the one for GRANDPA.
async fn new_key(chain: &Chain) -> Result<[u8; 32]> {
    let keys: String = chain.node().client().request("author_rotateKeys", rpc_params![]).await?;
    let keys = hex::decode(keys.trim_start_matches("0x"))?;
    // Aura's key comes first.
    let (_, grandpa) = keys.split_at_checked(32).context("these are no session keys")?;
    Ok(grandpa.try_into()?)
}

/// The authorities after the last final block.
async fn authorities(chain: &Chain) -> Result<Vec<Authority>> {
    let at = chain.node().finalized_hash().await?;
    let encoded = chain.node().storage(&storage::grandpa_authorities(), Some(at)).await?;
    Ok(Vec::decode(&mut encoded.context("no authorities")?.as_slice())?)
}

/// The bundle holds both changes, and verifies with them only.
fn bundle_needs_every_change(bundle: &ReceiptBundle, genesis: &[u8; 32]) -> Result<()> {
    let verify =
        |text: &str| ReceiptBundle::from_json(text.as_bytes()).and_then(|bundle| bundle.verify(genesis));
    let text = bundle.to_json()?;
    verify(&text)?;
    let whole: serde_json::Value = serde_json::from_str(&text)?;
    let changes = whole["set_changes"].as_array().context("no list of changes")?;
    ensure!(changes.len() == 2, "the bundle has {} changes", changes.len());
    for change in changes {
        // As text, of which every byte counts.
        let cut = [format!("{change},\n    "), format!(",\n    {change}")];
        let shorter = cut.iter().find(|cut| text.contains(*cut)).map(|cut| text.replacen(cut, "", 1));
        let verdict = verify(&shorter.context("the change is not in the text")?);
        ensure!(verdict.is_err(), "it verifies without {change}");
        eprintln!("without a change: {}", verdict.err().context("no error")?);
    }
    Ok(())
}
