//! The small chain that evidence is about.

use std::sync::LazyLock;

use phala_light_client::{
    courier::{proven_keys, verify_update, Update},
    LightClient,
};
use phala_light_client_testing::{validators, World};
use phala_primitives::{
    mailbox::{Message, Topic, TopicState, WorkerMessage},
    registry::{Attestation, AttestationKind, WorkerRecord},
    storage, WorkerId,
};

use codec::Encode;

/// The worker that updates are for.
pub const WORKER: WorkerId = WorkerId([7; 32]);

/// A chain of four blocks: the authorities change in block 1; blocks 2 and 3 bring messages.
pub struct Chain {
    /// The chain.
    pub world: World,
    /// An update to block 2 for a worker that knows nothing, and one from there to block 3.
    pub updates: [Update; 2],
    /// The worker's light client and position after the first update.
    pub taken: (LightClient, TopicState),
}

/// The chain.
pub static CHAIN: LazyLock<Chain> = LazyLock::new(Chain::new);

impl Chain {
    fn new() -> Self {
        let mut world = World::small("fuzz", 4);
        let attestation = Attestation { kind: AttestationKind::None, confidence: 5, expires: u64::MAX };
        let record = WorkerRecord { operator: [9u8; 32], attestation, score: Some(6000), price: None };
        world.put(storage::worker(&WORKER), record);
        let set_changes = vec![world.change_set(validators("fuzz, second", 4))];
        let mut topic = TopicState::default();
        let mut messages = |world: &mut World, sessions: std::ops::Range<u64>| {
            let block = world.best() + 1;
            let push = |session| {
                let payload = WorkerMessage::SessionStarted { session }.encode();
                topic = topic.push(block, &payload);
                Message { block, payload }
            };
            let messages: Vec<_> = sessions.map(push).collect();
            world.put(storage::topic(&Topic::Worker(WORKER)), topic);
            world.put(storage::timestamp_now(), u64::from(block) * 6000);
            world.build(Vec::new());
            messages
        };
        let first_messages = messages(&mut world, 0..3);
        let second_messages = messages(&mut world, 3..4);
        let update = |world: &World, number, trust, set_changes, messages| Update {
            trust,
            set_changes,
            finality: world.finalize(number),
            state_proof: world.prove(number, &proven_keys(&WORKER, None)),
            messages,
        };
        let first = update(&world, 2, Some(world.genesis_proof()), set_changes, first_messages);
        let second = update(&world, 3, None, Vec::new(), second_messages);
        let nothing = TopicState::default();
        let taken = verify_update(None, &world.genesis_hash(), &WORKER, None, &nothing, &first).unwrap();
        Self { world, updates: [first, second], taken: (taken.client, taken.topic) }
    }
}
