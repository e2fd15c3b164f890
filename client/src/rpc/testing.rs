//! A node in memory, for tests of whoever talks to nodes.
//!
//! It answers the RPC methods of [`super::Node`] from a [`Script`] as a Substrate node answers them. Its
//! proofs carry what they are about and no more: they show what is fetched, not what would be believed.
#![allow(clippy::unwrap_used)]

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use codec::{Compact, Decode, Encode};
use futures::StreamExt;
use phala_light_client::{header_hash, Header};
use phala_primitives::{hash, BlockNumber, Hash};
use serde_json::{json, Value};
use subxt::rpcs::{
    client::{RawRpcFuture, RawRpcSubscription, RawValue, RpcClientT},
    Error, RpcClient, UserError,
};

use super::Node;

/// What the node knows and does.
#[derive(Default)]
pub struct Script {
    /// The chain, from genesis.
    pub headers: Vec<Header>,
    /// Newest final block.
    pub finalized: BlockNumber,
    /// Unproven state, the same at all blocks.
    pub storage: HashMap<Vec<u8>, Vec<u8>>,
    /// Encoded metadata.
    pub metadata: Vec<u8>,
    /// Version of the runtime.
    pub spec_version: u32,
    /// Extrinsics submitted so far.
    pub submitted: Vec<Vec<u8>>,
    /// What is answered to the next submission instead of taking it.
    pub refusal: Option<(i32, String)>,
    /// Whether every request fails as if the connection were lost.
    pub offline: bool,
    /// Methods called so far.
    pub calls: Vec<String>,
}

impl Script {
    /// A chain of final blocks up to `length`, in which the blocks `set_changes` change the authorities.
    pub fn with_blocks(length: BlockNumber, set_changes: &[BlockNumber]) -> Self {
        let mut script = Self { finalized: length, ..Self::default() };
        for number in 0..=length {
            let parent = script.headers.last().map(header_hash).unwrap_or_default();
            script.headers.push(header(number, parent, set_changes.contains(&number)));
        }
        script
    }

    /// Hash of block `number`.
    pub fn hash(&self, number: BlockNumber) -> Hash {
        header_hash(&self.headers[number as usize])
    }

    /// What the node gives as justification of block `number`: its beginning, which names the block.
    pub fn justification(&self, number: BlockNumber) -> Vec<u8> {
        (1u64, self.hash(number), number).encode()
    }

    /// Blocks that change the authorities.
    fn set_changes(&self) -> impl Iterator<Item = BlockNumber> + '_ {
        self.headers.iter().filter(|header| !header.digest.logs.is_empty()).map(|header| header.number)
    }

    /// As `grandpa_proveFinality`: the last block that the authorities of `number` finalised, or the newest
    /// final one; nothing as long as the authorities never changed.
    fn finality_proof(&self, number: BlockNumber) -> Option<Vec<u8>> {
        if number > self.finalized || self.set_changes().all(|change| change > self.finalized) {
            return None;
        }
        let last = self.set_changes().find(|change| *change >= number).unwrap_or(self.finalized);
        let last = last.min(self.finalized);
        Some((self.hash(last), self.justification(last), Vec::<Header>::new()).encode())
    }

    fn answer(&mut self, method: &str, params: &Value) -> Result<Value, Error> {
        if self.offline {
            return Err(Error::DisconnectedWillReconnect("the test cut it".to_owned()));
        }
        self.calls.push(method.to_owned());
        Ok(match method {
            "chain_getBlockHash" => {
                let number = params[0].as_u64().unwrap() as usize;
                self.headers.get(number).map_or(Value::Null, |header| json!(hex(&header_hash(header))))
            }
            "chain_getFinalizedHead" => json!(hex(&self.hash(self.finalized))),
            "chain_getHeader" => {
                let wanted = bytes(&params[0]);
                let found = self.headers.iter().find(|header| header_hash(header)[..] == wanted);
                found.map_or(Value::Null, header_json)
            }
            "grandpa_proveFinality" => {
                match self.finality_proof(params[0].as_u64().unwrap() as BlockNumber) {
                    Some(proof) => json!(hex(&proof)),
                    None => return Err(refused(4, "GRANDPA prove finality rpc failed")),
                }
            }
            "state_call" => {
                assert_eq!(params[0], "GrandpaApi_current_set_id");
                let at = bytes(&params[2]);
                let number = self.headers.iter().find(|header| header_hash(header)[..] == at).unwrap().number;
                let set_id = self.set_changes().filter(|change| *change <= number).count() as u64;
                json!(hex(&set_id.encode()))
            }
            "state_getReadProof" => json!({ "at": params[1], "proof": params[0] }),
            "state_getStorage" => {
                self.storage.get(&bytes(&params[0])).map_or(Value::Null, |value| json!(hex(value)))
            }
            "state_queryStorageAt" => {
                let change =
                    |key: &Value| json!([key, self.storage.get(&bytes(key)).map(|value| hex(value))]);
                let changes: Vec<Value> = params[0].as_array().unwrap().iter().map(change).collect();
                json!([{ "block": params[1], "changes": changes }])
            }
            "state_getRuntimeVersion" => json!({ "specVersion": self.spec_version, "transactionVersion": 1 }),
            "state_getMetadata" => json!(hex(&self.metadata)),
            "author_submitExtrinsic" => {
                if let Some((code, message)) = self.refusal.take() {
                    return Err(refused(code, &message));
                }
                let extrinsic = bytes(&params[0]);
                let answer = json!(hex(&hash(&extrinsic)));
                self.submitted.push(extrinsic);
                answer
            }
            unknown => return Err(refused(-32601, &format!("Method not found: {unknown}"))),
        })
    }
}

/// The node; clones share its script.
#[derive(Clone)]
pub struct ScriptedNode(Arc<Mutex<Script>>);

impl ScriptedNode {
    /// A node that plays `script`.
    pub fn new(script: Script) -> Self {
        Self(Arc::new(Mutex::new(script)))
    }

    /// The script, to read or to change.
    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap()
    }

    /// A connection to it.
    pub async fn connect(&self) -> Node {
        Node::from_client(RpcClient::new(self.clone())).await.unwrap()
    }
}

impl RpcClientT for ScriptedNode {
    fn request_raw<'a>(
        &'a self,
        method: &'a str,
        params: Option<Box<RawValue>>,
    ) -> RawRpcFuture<'a, Box<RawValue>> {
        let params = params.map_or(Value::Null, |params| serde_json::from_str(params.get()).unwrap());
        let answer = self.script().answer(method, &params);
        Box::pin(async move { Ok(raw(&answer?)) })
    }

    /// Gives the justification of the newest final block, and then nothing.
    fn subscribe_raw<'a>(
        &'a self,
        method: &'a str,
        _: Option<Box<RawValue>>,
        _: &'a str,
    ) -> RawRpcFuture<'a, RawRpcSubscription> {
        assert_eq!(method, "grandpa_subscribeJustifications");
        let script = self.script();
        let justification = json!(hex(&script.justification(script.finalized)));
        let stream =
            futures::stream::iter([Ok(raw(&justification))]).chain(futures::stream::pending()).boxed();
        Box::pin(async move { Ok(RawRpcSubscription { stream, id: Some("1".to_owned()) }) })
    }
}

/// A header with roots that no other number has, and a change of authorities in its digest if it has one.
fn header(number: BlockNumber, parent: Hash, changes_authorities: bool) -> Header {
    let mut encoded = parent.to_vec();
    Compact(number).encode_to(&mut encoded);
    (hash(&number.to_le_bytes()), hash(b"extrinsics")).encode_to(&mut encoded);
    if changes_authorities {
        // One consensus item of GRANDPA: a change scheduled without delay to one authority of weight 1.
        let change = (1u8, vec![([number as u8; 32], 1u64)], 0u32).encode();
        (Compact(1u32), 4u8, *b"FRNK", change).encode_to(&mut encoded);
    } else {
        Compact(0u32).encode_to(&mut encoded);
    }
    Header::decode(&mut encoded.as_slice()).unwrap()
}

fn header_json(header: &Header) -> Value {
    let logs: Vec<String> = header.digest.logs.iter().map(|log| hex(&log.encode())).collect();
    json!({
        "parentHash": hex(header.parent_hash.as_ref()),
        "number": format!("{:#x}", header.number),
        "stateRoot": hex(header.state_root.as_ref()),
        "extrinsicsRoot": hex(header.extrinsics_root.as_ref()),
        "digest": { "logs": logs },
    })
}

fn refused(code: i32, message: &str) -> Error {
    Error::User(UserError { code, message: message.to_owned(), data: None })
}

fn raw(value: &Value) -> Box<RawValue> {
    RawValue::from_string(value.to_string()).unwrap()
}

fn bytes(text: &Value) -> Vec<u8> {
    hex::decode(text.as_str().unwrap().trim_start_matches("0x")).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    super::hex(bytes)
}
