use codec::Encode;
use phala_light_client::{
    courier::{proven_keys, verify_update, Update, UpdateError, VerifiedUpdate, WorkerStatus},
    header_hash,
    limits::{MAX_SET_CHANGES, MAX_UPDATE_BYTES},
    mailbox::MailboxError,
    proof::StorageProofError,
    AdvanceError, BootstrapError, LightClient,
};
use phala_primitives::{
    mailbox::{Message, Topic, TopicState, WorkerMessage},
    registry::{Attestation, AttestationKind, WorkerRecord},
    report::{Report, ReportBody, SenderState, SignedReport},
    session::{Challenge, Seat, SessionHead},
    storage, Hash, SessionId, Signature, WorkerId,
};

use crate::world::{validators, World};

const WORKER: WorkerId = WorkerId([7; 32]);
const SENDER: SenderState = SenderState { sequence: 3, incarnation: [6; 32] };

/// A chain that talks to one worker, and what an honest courier makes of it.
struct Chain {
    world: World,
    log: Vec<Message>,
    topic: TopicState,
}

impl Chain {
    fn new() -> Self {
        Self { world: World::four(), log: Vec::new(), topic: TopicState::default() }
    }

    /// Pushes `count` messages and builds the block that did it.
    fn push(&mut self, count: usize) -> u32 {
        let block = self.world.best() + 1;
        for _ in 0..count {
            let payload = WorkerMessage::SessionStarted { session: self.topic.count }.encode();
            self.topic = self.topic.push(block, &payload);
            self.log.push(Message { block, payload });
        }
        self.world.put(storage::topic(&Topic::Worker(WORKER)), self.topic);
        self.world.put(storage::timestamp_now(), u64::from(block) * 1000);
        self.world.build(Vec::new())
    }

    fn update(&self, number: u32, from: usize, to: usize) -> Update {
        Update {
            trust: Some(self.world.genesis_proof()),
            set_changes: Vec::new(),
            finality: self.world.finalize(number),
            state_proof: self.world.prove(number, &proven_keys(&WORKER, None)),
            messages: self.log[from..to].to_vec(),
        }
    }

    fn first(&self, update: &Update) -> Result<VerifiedUpdate, UpdateError> {
        verify_update(None, &self.world.genesis_hash(), &WORKER, None, &TopicState::default(), update)
    }

    fn next(&self, previous: &VerifiedUpdate, update: &Update) -> Result<VerifiedUpdate, UpdateError> {
        let update = Update { trust: None, ..update.clone() };
        verify_update(
            Some(&previous.client),
            &self.world.genesis_hash(),
            &WORKER,
            None,
            &previous.topic,
            &update,
        )
    }
}

fn record() -> WorkerRecord<[u8; 32]> {
    let attestation = Attestation { kind: AttestationKind::None, confidence: 5, expires: u64::MAX };
    WorkerRecord { operator: [9; 32], attestation, score: Some(6000), price: None }
}

#[test]
fn worker_should_learn_of_nothing_when_the_chain_does_not_know_it() {
    let mut chain = Chain::new();
    chain.world.put(storage::timestamp_now(), 1000u64);
    let number = chain.world.build(Vec::new());
    let verified = chain.first(&chain.update(number, 0, 0)).unwrap();
    assert_eq!(
        (verified.topic, verified.sender, verified.record),
        (TopicState::default(), SenderState::default(), None)
    );
    assert_eq!(verified.time, 1000);
}

#[test]
fn worker_should_take_in_messages_when_they_are_proven() {
    let mut chain = Chain::new();
    chain.world.put(storage::worker(&WORKER), record());
    chain.world.put(storage::sender(&WORKER), SENDER);
    let one = chain.push(2);
    let first = chain.first(&chain.update(one, 0, 2)).unwrap();
    assert_eq!((first.topic, first.sender, &first.record), (chain.topic, SENDER, &Some(record())));

    chain.push(1);
    let three = chain.push(4);
    let second = chain.next(&first, &chain.update(three, 2, 7)).unwrap();
    assert_eq!((second.topic, second.time), (chain.topic, 3000));
    assert_eq!(second.client.latest().hash, header_hash(chain.world.header(three)));
    assert_eq!(chain.next(&second, &chain.update(three, 7, 7)).unwrap(), second, "no news is no harm");
}

/// The verdict on a block in which the seat of session 3 holds `head` and whatever else a session has.
fn proven_challenge(
    head: Option<SessionHead>,
    proven: Option<SessionId>,
    asked: Option<SessionId>,
) -> Result<Option<Challenge>, UpdateError> {
    let mut chain = Chain::new();
    if let Some(head) = head {
        chain.world.put(storage::session(Seat::new(3)), (head, [0xffu8; 100]));
    }
    let number = chain.push(1);
    let mut update = chain.update(number, 0, 1);
    update.state_proof = chain.world.prove(number, &proven_keys(&WORKER, proven));
    let taken = TopicState::default();
    verify_update(None, &chain.world.genesis_hash(), &WORKER, asked, &taken, &update)
        .map(|verified| verified.challenge)
}

#[test]
fn worker_should_hear_of_a_challenge_when_its_own_session_has_one() {
    let challenge = Some(Challenge { number: 7, deadline: 9 });
    let own = Some(3);
    let later = Seat::session_after(3);
    let challenged = Some(SessionHead { number: 3, challenge });
    assert_eq!(proven_challenge(challenged, own, own), Ok(challenge));
    assert_eq!(proven_challenge(Some(SessionHead { number: 3, challenge: None }), own, own), Ok(None));
    assert_eq!(proven_challenge(None, own, own), Ok(None), "the session is no more");
    assert_eq!(proven_challenge(challenged, later, later), Ok(None), "another session sits there");
    assert_eq!(proven_challenge(challenged, None, None), Ok(None));
}

#[test]
fn update_should_be_refused_when_it_is_silent_on_the_session() {
    let challenge = Some(Challenge { number: 7, deadline: 9 });
    let head = Some(SessionHead { number: 3, challenge });
    let incomplete = Err(StorageProofError::Incomplete.into());
    assert_eq!(proven_challenge(head, None, Some(3)), incomplete);
    assert_eq!(proven_challenge(head, Some(4), Some(3)), incomplete, "another session is proven");
}

#[test]
fn worker_should_catch_up_when_authorities_changed_meanwhile() {
    let mut chain = Chain::new();
    chain.push(1);
    let mut set_changes = vec![chain.world.change_set(validators("second", 5))];
    chain.push(1);
    set_changes.push(chain.world.change_set(validators("third", 2)));
    let last = chain.push(1);

    let mut update = chain.update(last, 0, 3);
    assert!(matches!(chain.first(&update), Err(UpdateError::Advance(_))));
    update.set_changes = set_changes.clone();
    assert_eq!(chain.first(&update).unwrap().client.latest().set_id, 2);
    update.set_changes.reverse();
    assert!(matches!(chain.first(&update), Err(UpdateError::Advance(_))));
    update.set_changes = vec![set_changes[0].clone(); MAX_SET_CHANGES + 1];
    let found = MAX_SET_CHANGES + 1;
    assert_eq!(chain.first(&update), Err(UpdateError::TooManySetChanges { found }));
}

#[test]
fn target_may_itself_be_the_block_that_changes_the_authorities() {
    let mut chain = Chain::new();
    chain.push(1);
    let change = chain.world.change_set(validators("second", 4));
    let mut update = chain.update(1, 0, 1);
    update.state_proof = chain.world.prove(2, &proven_keys(&WORKER, None));
    update.finality = change.clone();
    update.set_changes = vec![change];
    let verified = chain.first(&update).unwrap();
    assert_eq!((verified.client.latest().set_id, verified.client.latest().number), (1, 2));
    update.set_changes.clear();
    assert_eq!(chain.first(&update).unwrap(), verified);
}

#[test]
fn update_should_be_refused_when_the_courier_tampers_with_messages() {
    let mut chain = Chain::new();
    let number = chain.push(4);
    let honest = chain.update(number, 0, 4);
    assert!(chain.first(&honest).is_ok());
    let refused = |tamper: fn(&mut Vec<Message>)| {
        let mut update = honest.clone();
        tamper(&mut update.messages);
        assert!(matches!(chain.first(&update), Err(UpdateError::Messages(_))));
    };
    refused(|messages| drop(messages.pop()));
    refused(|messages| drop(messages.remove(0)));
    refused(|messages| messages.swap(1, 2));
    refused(|messages| messages.push(messages[3].clone()));
    refused(|messages| messages[2].payload[0] ^= 1);
    refused(|messages| messages[2].block += 1);
    refused(Vec::clear);
}

#[test]
fn update_should_be_refused_when_the_courier_rewinds() {
    let mut chain = Chain::new();
    let early = chain.push(1);
    let late = chain.push(1);
    let first = chain.first(&chain.update(late, 0, 2)).unwrap();
    assert_eq!(
        chain.next(&first, &chain.update(early, 0, 1)),
        Err(AdvanceError::NotLater { number: early, latest: late }.into())
    );
    // A newer block with the state of an older one.
    let newest = chain.push(1);
    let mut stale = chain.update(newest, 2, 2);
    stale.state_proof = chain.update(late, 0, 0).state_proof;
    assert_eq!(chain.next(&first, &stale), Err(StorageProofError::Incomplete.into()));
    // A worker that lost its light client but not its position.
    let result = verify_update(
        None,
        &chain.world.genesis_hash(),
        &WORKER,
        None,
        &first.topic,
        &chain.update(early, 0, 1),
    );
    assert_eq!(result, Err(MailboxError::Rollback { taken: 2, proven: 1 }.into()));
}

#[test]
fn update_should_be_refused_when_state_is_hidden_or_of_another_worker() {
    let mut chain = Chain::new();
    let number = chain.push(1);
    let honest = chain.update(number, 0, 1);
    for node in 0..honest.state_proof.len() {
        let mut hidden = honest.clone();
        hidden.state_proof.remove(node);
        assert_eq!(chain.first(&hidden), Err(StorageProofError::Incomplete.into()));
    }
    let mut other = honest.clone();
    other.state_proof = chain.world.prove(number, &proven_keys(&WorkerId([8; 32]), None));
    assert!(matches!(chain.first(&other), Err(UpdateError::State(_))));
    let mut more = honest;
    let keys = [proven_keys(&WORKER, None), vec![storage::grandpa_authorities()]].concat();
    more.state_proof = chain.world.prove(number, &keys);
    assert_eq!(chain.first(&more), Err(StorageProofError::UnusedNode.into()));
}

#[test]
fn update_should_be_refused_when_it_is_of_another_chain_or_rests_on_none() {
    let mut chain = Chain::new();
    let number = chain.push(1);
    let honest = chain.update(number, 0, 1);
    let elsewhere: Hash = [1; 32];
    let start = |client: Option<&LightClient>, genesis, update: &Update| {
        verify_update(client, genesis, &WORKER, None, &TopicState::default(), update)
    };
    assert_eq!(start(None, &elsewhere, &honest), Err(BootstrapError::WrongGenesis.into()));
    let mut rootless = honest.clone();
    rootless.trust = None;
    assert_eq!(chain.first(&rootless), Err(UpdateError::NoTrust));
    let client = chain.first(&honest).unwrap().client;
    assert_eq!(start(Some(&client), &elsewhere, &honest), Err(UpdateError::OtherChain));
    let genesis = chain.world.genesis_hash();
    assert!(start(Some(&client), &genesis, &rootless).is_ok(), "trust is given once");
    assert_eq!(start(Some(&client), &genesis, &honest), Err(UpdateError::UnneededTrust));
}

#[test]
fn update_should_be_read_from_its_encoding_and_nothing_else() {
    let mut chain = Chain::new();
    let number = chain.push(3);
    let update = chain.update(number, 0, 3);
    let bytes = update.encode();
    assert_eq!(Update::from_bytes(&bytes), Ok(update));
    for broken in [&bytes[1..], &bytes[..bytes.len() - 1], &[bytes.as_slice(), &[0]].concat(), &[]] {
        assert_eq!(Update::from_bytes(broken), Err(UpdateError::Malformed));
    }
    let large = vec![0; MAX_UPDATE_BYTES + 1];
    assert_eq!(Update::from_bytes(&large), Err(UpdateError::TooLarge { bytes: MAX_UPDATE_BYTES + 1 }));
}

#[test]
fn status_encoding_should_not_change() {
    let report = Report {
        worker: WORKER,
        incarnation: [7; 32],
        sequence: 5,
        acknowledged: 6,
        body: ReportBody::Acknowledge,
    };
    let signed = SignedReport { report, signature: Signature([4; 64]) };
    let status = WorkerStatus {
        worker: WORKER,
        genesis: [1; 32],
        verified: None,
        taken: 2,
        session: None,
        next_sequence: 6,
        outbox: vec![signed.clone()],
    };
    let head = [[7; 32], [1; 32]].concat();
    let tail = [2u64.encode(), vec![0], 6u64.encode(), vec![4], signed.encode()].concat();
    assert_eq!(status.encode(), [head.clone(), vec![0], tail.clone()].concat());
    let world = World::four();
    let client = LightClient::bootstrap(&world.genesis_hash(), &world.genesis_proof()).unwrap();
    let status = WorkerStatus { verified: Some(client.latest()), session: Some(8), ..status };
    let block = [vec![1], 0u32.encode(), world.genesis_hash().to_vec(), 0u64.encode()].concat();
    let session = [vec![1], 8u64.encode()].concat();
    let tail = [2u64.encode(), session, 6u64.encode(), vec![4], signed.encode()].concat();
    assert_eq!(status.encode(), [head, block, tail].concat());
}
