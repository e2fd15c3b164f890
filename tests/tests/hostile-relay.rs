//! A relay that lies in every way it can: the worker believes nothing false, and goes on with its work
//! as soon as somebody brings it the truth.
//!
//! `PHALA_HOSTILE_MUTATIONS` says how many lies are told, `PHALA_HOSTILE_SEED` replays the choice among them.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{collections::BTreeMap, time::Duration};

use anyhow::{ensure, Context, Result};
use codec::{Decode, Encode};
use phala_client::{
    account,
    job::{post, JobRequest, Offer},
    operator,
    rpc::Node,
    Chain, Keypair,
};
use phala_e2e::{
    relay::{Intercept, Interceptor, RelaySocket},
    setting,
    worker::{until, ExtraWorker, Process},
    DevNetwork,
};
use phala_light_client::{
    courier::{proven_keys, FinalityProof, Update},
    header_hash, Header,
};
use phala_light_client_testing::{authorities, header, justification, set_change, validators, vote, World};
use phala_primitives::{
    job::{JobLimits, FUEL_UNIT},
    mailbox::{Message, Topic},
    registry::AttestationKind,
    storage, SessionId, WorkerId, PHA,
};
use rand::{
    rngs::StdRng,
    seq::{IndexedMutRandom, IndexedRandom},
    Rng, SeedableRng,
};

/// Lies told about each update.
const BATCH: usize = 150;
/// Blocks for which the relay says nothing at all: far beyond the heartbeat window.
const SILENCE: u32 = 25;
const PRICE: u128 = PHA / 100;

/// Writes one word.
const HELLO: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "honest\n")
    (func (export "_start")
        (i32.store (i32.const 0) (i32.const 16))
        (i32.store (i32.const 4) (i32.const 7))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;

#[tokio::test(flavor = "multi_thread")]
async fn worker_should_believe_nothing_false_and_recover_when_the_relay_is_honest_again() -> Result<()> {
    let seed: u64 = setting("PHALA_HOSTILE_SEED", || rand::rng().random())?;
    let lies: usize = setting("PHALA_HOSTILE_MUTATIONS", || 10_000)?;
    eprintln!("PHALA_HOSTILE_SEED={seed} PHALA_HOSTILE_MUTATIONS={lies}");

    let network = DevNetwork::start()?;
    let chain = Chain::connect(&network.description.rpc, None).await?;
    let miner = account::development("dave")?;
    let worker = ExtraWorker::start(&network, &miner).await?;
    let socket = RelaySocket::new(&worker.socket)?;
    let node = chain.node().clone();
    let neighbour = neighbour(&network).await?;
    let hostile = Hostile::new(node, &worker.id, neighbour, seed, lies);
    let path = network.folder.path().join("hostile.sock");
    let interceptor = Interceptor::start(path.clone(), socket.clone(), hostile)?;
    let arguments = [format!("--node={}", network.description.rpc), format!("--worker={}", path.display())];
    let _relay = Process::start("phala-relay", &arguments, &network.folder.path().join("relay.log"))?;
    worker.put_to_use(&chain, &miner, PRICE).await?;

    // Work goes on, message by message, while lies are told about each of them.
    let client = account::development("eve")?;
    while interceptor.lock().await.told() < lies {
        run_job(&chain, &client, &worker).await?;
        interceptor.lock().await.verdict()?;
    }

    // Silence: nothing is believed, nothing is lost.
    let before = socket.status().await?.verified.context("nothing verified")?;
    interceptor.lock().await.silent = true;
    until("the chain goes on", async || {
        let now = chain.node().finalized_number().await?;
        Ok((now > before.number + SILENCE).then_some(()))
    })
    .await?;
    let during = socket.status().await?.verified.context("nothing verified")?;
    ensure!(during.number <= before.number + 2, "the worker verified {during:?} out of thin air");
    interceptor.lock().await.silent = false;
    until("the worker is responsive again", async || {
        let session = operator::session(&chain, &worker.id).await?;
        Ok(session.filter(|session| session.share.into_inner() > 0).map(drop))
    })
    .await?;
    run_job(&chain, &client, &worker).await?;

    let hostile = interceptor.lock().await;
    hostile.verdict()?;
    eprintln!("refused: {:#?}", hostile.told);
    ensure!(hostile.told() >= lies, "only {} of {lies} lies were told", hostile.told());
    Ok(())
}

/// A worker of the network's own.
async fn neighbour(network: &DevNetwork) -> Result<WorkerId> {
    let endpoint = network.description.workers.first().context("the network has no worker")?;
    Ok(phala_client::worker::WorkerApi::new(endpoint)?.info().await?.worker)
}

/// Runs a small job on `worker` and checks what it wrote.
async fn run_job(chain: &Chain, client: &Keypair, worker: &ExtraWorker) -> Result<()> {
    let offer = Offer {
        worker: worker.id,
        endpoint: worker.endpoint.clone(),
        price: PRICE,
        score: 0,
        attestation: AttestationKind::None,
        confidence: 5,
    };
    let request = JobRequest {
        program: wat::parse_str(HELLO).unwrap(),
        arguments: Vec::new(),
        stdin: Vec::new(),
        limits: JobLimits { fuel: FUEL_UNIT, memory_mib: 16, seconds: 5 },
        deadline_in: 60,
    };
    let patience = Duration::from_secs(60);
    let posted = post(chain, client, request, offer, PRICE).await?;
    let key = posted.upload(chain, patience).await?;
    let opened = posted.wait(chain, &key, patience, |_| {}).await?;
    ensure!(opened.output.stdout == b"honest\n", "{:?}", opened.output.stdout);
    Ok(())
}

/// Tells lies about every update before it lets the worker have it.
struct Hostile {
    node: Node,
    neighbour: WorkerId,
    random: StdRng,
    lies: usize,
    /// Honest updates that the worker has had.
    past: Vec<Update>,
    foreign: Update,
    /// Lies that were refused, by kind.
    told: BTreeMap<&'static str, usize>,
    /// Lies that were believed, or an answer that no lie should get.
    failures: Vec<String>,
    silent: bool,
}

impl Intercept for Hostile {
    async fn intercept(&mut self, worker: &RelaySocket, update: Update) -> Result<bool> {
        if self.silent {
            return Ok(false);
        }
        let session = worker.status().await?.session;
        let neighbours = self.neighbours(session, &update).await?;
        for _ in 0..BATCH {
            if self.told() >= self.lies {
                break;
            }
            let (kind, lie) = self.lie(&update, &neighbours);
            if lie == update.encode() {
                continue;
            }
            self.tell(worker, kind, lie).await?;
        }
        self.past.push(update);
        Ok(true)
    }
}

impl Hostile {
    fn new(node: Node, worker: &WorkerId, neighbour: WorkerId, seed: u64, lies: usize) -> Self {
        Self {
            node,
            neighbour,
            random: StdRng::seed_from_u64(seed),
            lies,
            past: Vec::new(),
            foreign: foreign(worker),
            told: BTreeMap::new(),
            failures: Vec::new(),
            silent: false,
        }
    }

    fn told(&self) -> usize {
        self.told.values().sum()
    }

    fn verdict(&self) -> Result<()> {
        ensure!(self.failures.is_empty(), "after {} lies: {:#?}", self.told(), self.failures);
        Ok(())
    }

    /// Tells the worker a lie and notes whether it was refused, without any trace.
    async fn tell(&mut self, worker: &RelaySocket, kind: &'static str, lie: Vec<u8>) -> Result<()> {
        let before = worker.status().await?;
        let (status, answer) = worker.advance(lie).await?;
        let after = worker.status().await?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        if !status.is_client_error() || !answer.contains("remedy") {
            self.failures.push(format!("{kind}: {status} {answer}"));
        }
        if (before.verified, before.taken) != (after.verified, after.taken) {
            self.failures.push(format!("{kind}: the worker moved from {before:?} to {after:?}"));
        }
        *self.told.entry(kind).or_default() += 1;
        Ok(())
    }

    /// The same block's truth about another worker.
    async fn neighbours(&self, session: Option<SessionId>, update: &Update) -> Result<Update> {
        let at = header_hash(&update.finality.header);
        let topic = Topic::Worker(self.neighbour);
        let state_proof = self.node.read_proof(&proven_keys(&self.neighbour, session), at).await?;
        let keys: Vec<Vec<u8>> = (0..40).map(|index| storage::message(&topic, index)).collect();
        let messages = self.node.storage_many(&keys, at).await?;
        let messages = messages
            .into_iter()
            .flatten()
            .map(|bytes| Message::decode(&mut &bytes[..]))
            .collect::<Result<_, _>>()?;
        Ok(Update { state_proof, messages, ..update.clone() })
    }

    /// Something that is not true, and what kind of lie it is.
    fn lie(&mut self, honest: &Update, neighbours: &Update) -> (&'static str, Vec<u8>) {
        loop {
            let kind = KINDS.choose(&mut self.random).unwrap();
            if let Some(lie) = self.lie_of(kind, honest, neighbours) {
                return (kind, lie);
            }
        }
    }

    /// A lie of this kind, if this update allows one.
    fn lie_of(&mut self, kind: &str, honest: &Update, neighbours: &Update) -> Option<Vec<u8>> {
        let random = &mut self.random;
        let mut update = honest.clone();
        let mut bytes = honest.encode();
        match kind {
            "a bit flipped" => {
                let place = random.random_range(0..bytes.len());
                bytes[place] ^= 1 << random.random_range(0..8);
                return Some(bytes);
            }
            "truncated" => {
                bytes.truncate(random.random_range(0..bytes.len()));
                return Some(bytes);
            }
            "extended" => {
                bytes.extend((0..random.random_range(1..100)).map(|_| random.random::<u8>()));
                return Some(bytes);
            }
            "another worker's state and messages" => return Some(neighbours.encode()),
            "another worker's messages" => update.messages = neighbours.messages.clone(),
            "another worker's state" => update.state_proof = neighbours.state_proof.clone(),
            "another chain" => return Some(self.foreign.encode()),
            "another chain's block" => update.finality = self.foreign.finality.clone(),
            // The newest is no lie: it says again what the worker knows.
            "rewound" => {
                let (_, older) = self.past.split_last()?;
                return older.choose(random).map(Encode::encode);
            }
            "an old block under new state" => update.finality = self.past.choose(random)?.finality.clone(),
            "old state under a new block" => {
                update.state_proof = self.past.choose(random)?.state_proof.clone()
            }
            "an old justification" => {
                update.finality.justification = self.past.choose(random)?.finality.justification.clone();
            }
            "an unneeded genesis proof" => {
                update.trust.is_none().then_some(())?;
                update.trust = self.past.first()?.trust.clone();
            }
            "a fork nobody signed" => {
                let header = &mut update.finality.header;
                match random.random_range(0..4) {
                    0 => header.number = header.number.wrapping_add(random.random_range(1..1_000)),
                    1 => header.state_root.0[random.random_range(0..32)] ^= 1,
                    2 => header.parent_hash.0[random.random_range(0..32)] ^= 1,
                    _ => header.extrinsics_root.0[random.random_range(0..32)] ^= 1,
                }
            }
            "a fork that strangers signed" => {
                let header = &mut update.finality.header;
                header.number += random.random_range(1..50);
                update.finality = signed_by_strangers(header.clone(), random.random_range(0..3));
            }
            "authorities of the relay's choice" => {
                let Header { parent_hash, number, state_root, .. } = update.finality.header;
                let change = set_change(authorities(&validators("relay", 1)), 0);
                let header = header(parent_hash.0, number, state_root, vec![change]);
                update.set_changes.push(signed_by_strangers(header, 0));
            }
            "a message withheld" => {
                let place = random.random_range(0..update.messages.len().max(1));
                (place < update.messages.len()).then_some(())?;
                update.messages.remove(place);
            }
            "a message repeated" => {
                let message = update.messages.choose(random)?.clone();
                update.messages.insert(random.random_range(0..=update.messages.len()), message);
            }
            "messages reordered" => {
                (update.messages.len() > 1).then_some(())?;
                let place = random.random_range(1..update.messages.len());
                update.messages.swap(0, place);
            }
            "a message edited" => {
                let place = random.random_range(0..update.messages.len().max(1));
                let message = update.messages.get_mut(place)?;
                match random.random_range(0..3) {
                    0 => message.block = message.block.wrapping_add(1),
                    1 => message.payload.push(0),
                    _ => *message.payload.choose_mut(random)? ^= 1,
                }
            }
            "a message made up" => {
                let payload = (0..random.random_range(0..200)).map(|_| random.random()).collect();
                update.messages.push(Message { block: update.finality.header.number, payload });
            }
            "a message from the past" => {
                let past = self.past.choose(random)?.messages.choose(random)?.clone();
                update.messages.push(past);
            }
            "a node of the proof withheld" => {
                let place = random.random_range(0..update.state_proof.len());
                update.state_proof.remove(place);
            }
            "a node of the proof repeated" => {
                let node = update.state_proof.choose(random)?.clone();
                update.state_proof.push(node);
            }
            "a node of the proof edited" => {
                let node = update.state_proof.choose_mut(random)?;
                *node.choose_mut(random)? ^= 1 << random.random_range(0..8);
            }
            "a node of an older proof" => {
                let node = self.past.choose(random)?.state_proof.choose(random)?.clone();
                (!update.state_proof.contains(&node)).then_some(())?;
                update.state_proof.push(node);
            }
            _ => return None,
        }
        Some(update.encode())
    }
}

/// Kinds of lies.
const KINDS: [&str; 26] = [
    "a bit flipped",
    "truncated",
    "extended",
    "another worker's state and messages",
    "another worker's messages",
    "another worker's state",
    "another chain",
    "another chain's block",
    "rewound",
    "an old block under new state",
    "old state under a new block",
    "an old justification",
    "an unneeded genesis proof",
    "a fork nobody signed",
    "a fork that strangers signed",
    "authorities of the relay's choice",
    "a message withheld",
    "a message repeated",
    "messages reordered",
    "a message edited",
    "a message made up",
    "a message from the past",
    "a node of the proof withheld",
    "a node of the proof repeated",
    "a node of the proof edited",
    "a node of an older proof",
];

/// News of a chain of the relay's own.
fn foreign(worker: &WorkerId) -> Update {
    let mut world = World::new("the relay's own", 3);
    world.put(storage::timestamp_now(), u64::MAX);
    world.build_to(5_000);
    let number = world.best();
    Update {
        trust: Some(world.genesis_proof()),
        set_changes: Vec::new(),
        finality: world.finalize(number),
        state_proof: world.prove(number, &proven_keys(worker, None)),
        messages: Vec::new(),
    }
}

/// A justification for `header` by three who are no authorities.
fn signed_by_strangers(header: Header, set_id: u64) -> FinalityProof {
    let hash = header_hash(&header);
    let votes = validators("relay", 3).iter().map(|voter| vote(voter, hash, header.number, set_id)).collect();
    let justification = justification(&header, votes, Vec::new()).encode();
    FinalityProof { header, justification }
}
