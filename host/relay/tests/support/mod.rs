//! A worker's private interface on a real unix socket, and a chain in memory.
#![allow(clippy::unwrap_used)]

pub(crate) mod runtime;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    body::Bytes,
    http::StatusCode,
    routing::{get, post},
    Router,
};
use codec::{DecodeAll, Encode};
use phala_client::rpc::testing::{Script, ScriptedNode};
use phala_light_client::{
    courier::{Update, VerifiedBlock, WorkerStatus},
    header_hash,
};
use phala_primitives::{
    mailbox::{Message, Topic, TopicState},
    report::{Report, ReportBody, SignedReport},
    storage, Hash, Signature, WorkerId,
};
use phala_relay::{courier::Courier, node::Chain, worker::Worker};
use tempfile::TempDir;
use tokio::{net::UnixListener, task::JoinHandle};

pub(crate) const ID: WorkerId = WorkerId([7; 32]);

/// A worker that believes every update; what a worker believes is tested where that is decided.
pub(crate) struct CredulousWorker {
    pub(crate) status: WorkerStatus,
    pub(crate) updates: Vec<Update>,
    /// Body of the error that is answered to the next update.
    pub(crate) refusal: Option<String>,
}

impl CredulousWorker {
    fn advance(&mut self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        if let Some(refusal) = self.refusal.take() {
            return Err(refusal);
        }
        let update = Update::from_bytes(bytes).unwrap();
        let header = &update.finality.header;
        let set_id = self.status.verified.map_or(0, |block| block.set_id) + update.set_changes.len() as u64;
        self.status.verified =
            Some(VerifiedBlock { number: header.number, hash: header_hash(header), set_id });
        self.status.taken += update.messages.len() as u64;
        self.updates.push(update);
        Ok(self.status.encode())
    }
}

/// One machine: a worker on its socket, a node, and the courier between them.
pub(crate) struct World {
    pub(crate) node: ScriptedNode,
    pub(crate) chain: Arc<Chain>,
    pub(crate) courier: Courier,
    pub(crate) socket: PathBuf,
    worker: Arc<Mutex<CredulousWorker>>,
    server: Option<JoinHandle<()>>,
    _folder: TempDir,
}

impl World {
    pub(crate) async fn new(script: Script) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("relay.sock");
        let status = WorkerStatus {
            worker: ID,
            genesis: script.hash(0),
            verified: None,
            taken: 0,
            session: None,
            next_sequence: 0,
            outbox: Vec::new(),
        };
        let node = ScriptedNode::new(script);
        let chain = Arc::new(Chain::new(node.connect().await));
        let courier = Courier::new(chain.clone(), Worker::new(socket.clone()));
        let worker = CredulousWorker { status, updates: Vec::new(), refusal: None };
        let worker = Arc::new(Mutex::new(worker));
        let mut world = Self { node, chain, courier, socket, worker, server: None, _folder: folder };
        world.start_worker();
        world
    }

    pub(crate) fn worker(&self) -> MutexGuard<'_, CredulousWorker> {
        self.worker.lock().unwrap()
    }

    pub(crate) fn start_worker(&mut self) {
        let (for_state, for_advance) = (self.worker.clone(), self.worker.clone());
        let state = move || async move { for_state.lock().unwrap().status.encode() };
        let advance = move |body: Bytes| async move {
            let result = for_advance.lock().unwrap().advance(&body);
            result.map_err(|refusal| (StatusCode::UNPROCESSABLE_ENTITY, refusal))
        };
        let router = Router::new()
            .route("/v1/state", get(state))
            .route("/v1/advance", post(advance).layer(axum::extract::DefaultBodyLimit::disable()));
        let listener = UnixListener::bind(&self.socket).unwrap();
        self.server = Some(tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }));
    }

    pub(crate) async fn stop_worker(&mut self) {
        let server = self.server.take().unwrap();
        server.abort();
        assert!(server.await.unwrap_err().is_cancelled());
        std::fs::remove_file(&self.socket).unwrap();
    }

    /// Puts `count` messages for the worker into the chain's state, of which those before `forgotten` are
    /// gone.
    pub(crate) fn put_messages(&self, count: u64, forgotten: u64) -> Vec<Message> {
        let topic = Topic::Worker(ID);
        let message = |index: u64| Message { block: index as u32, payload: vec![index as u8; 5] };
        let messages: Vec<Message> = (0..count).map(message).collect();
        let state = messages
            .iter()
            .fold(TopicState::default(), |state, message| state.push(message.block, &message.payload));
        let mut script = self.node.script();
        script.storage.insert(storage::topic(&topic), state.encode());
        for (index, message) in (0..).zip(&messages).skip(forgotten as usize) {
            script.storage.insert(storage::message(&topic, index), message.encode());
        }
        messages
    }

    /// The node says which block is final.
    pub(crate) async fn announce(&self) {
        let chain = self.chain.clone();
        let mut latest = chain.latest();
        latest.borrow_and_update();
        tokio::select! {
            () = chain.follow() => unreachable!("follows for ever"),
            changed = latest.changed() => changed.unwrap(),
        }
    }
}

pub(crate) fn report(sequence: u64) -> SignedReport {
    let report =
        Report { worker: ID, incarnation: [3; 32], sequence, acknowledged: 0, body: ReportBody::Acknowledge };
    SignedReport { report, signature: Signature([sequence as u8; 64]) }
}

/// Sequence numbers of the reports submitted so far.
pub(crate) fn submitted_sequences(script: &Script) -> Vec<u64> {
    let fixed = 8;
    let decode = |transaction: &Vec<u8>| {
        let body = Vec::<u8>::decode_all(&mut transaction.as_slice()).unwrap();
        SignedReport::decode_all(&mut &body[fixed..]).unwrap().report.sequence
    };
    script.submitted.iter().map(decode).collect()
}

pub(crate) fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
