//! What a courier carries to a worker and back, and the verdict on it.
//!
//! The courier is trusted for nothing: it may delay, and that is all. It reads [`WorkerStatus`],
//! fetches what the worker lacks from any node through standard RPC, and hands over an [`Update`].
//! [`verify_update`] is the whole decision whether the worker believes it.
//!
//! Both directions are SCALE-encoded.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use phala_primitives::{
    mailbox::{Message, Topic, TopicState},
    registry::WorkerRecord,
    report::{SenderState, SignedReport},
    session::{Challenge, Seat, SessionHead},
    storage, BlockNumber, Hash, Moment, SessionId, WorkerId,
};

use crate::{
    client::{AdvanceError, BootstrapError, LightClient},
    limits::{decode_bounded, MAX_SET_CHANGES, MAX_UPDATE_BYTES},
    mailbox::{verify_messages, MailboxError},
    proof::{ProvenState, StorageProofError},
    Header,
};

/// Evidence that a header is final.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
pub struct FinalityProof {
    /// The header, which must be the justification's target.
    pub header: Header,
    /// SCALE-encoded `GrandpaJustification`, as `grandpa_subscribeJustifications` gives it.
    pub justification: Vec<u8>,
}

/// Evidence of the first authority set.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
pub struct GenesisProof {
    /// Header of block 0; its hash is the genesis hash.
    pub header: Header,
    /// Trie nodes (`state_getReadProof` at block 0) that prove [`storage::grandpa_authorities`].
    pub authorities_proof: Vec<Vec<u8>>,
}

/// News of the chain for one worker.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
pub struct Update {
    /// For a worker that has no verified block yet ([`WorkerStatus::verified`]), and for no other.
    pub trust: Option<GenesisProof>,
    /// Every header since the verified block that changes the authority set, in order.
    pub set_changes: Vec<FinalityProof>,
    /// The block that `state_proof` is about.
    pub finality: FinalityProof,
    /// Trie nodes (`state_getReadProof` at that block) that prove [`proven_keys`], and no others.
    pub state_proof: Vec<Vec<u8>>,
    /// Every message from [`WorkerStatus::taken`] up to the topic's count at that block.
    pub messages: Vec<Message>,
}

impl Update {
    /// Decodes what a courier sent.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, UpdateError> {
        if bytes.len() > MAX_UPDATE_BYTES {
            return Err(UpdateError::TooLarge { bytes: bytes.len() });
        }
        decode_bounded(bytes, 2 * MAX_UPDATE_BYTES).ok_or(UpdateError::Malformed)
    }
}

/// A block that a worker believes to be final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct VerifiedBlock {
    /// Its number.
    pub number: BlockNumber,
    /// Its hash.
    pub hash: Hash,
    /// The authority set that finalises the blocks after it.
    pub set_id: u64,
}

/// What a courier needs to know of a worker.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct WorkerStatus {
    /// Who it is.
    pub worker: WorkerId,
    /// Its chain.
    pub genesis: Hash,
    /// Its latest verified block; none until the first update, which must carry [`Update::trust`].
    pub verified: Option<VerifiedBlock>,
    /// How many messages of its topic it has taken in.
    pub taken: u64,
    /// Its mining session, whose challenges it wants to hear of.
    pub session: Option<SessionId>,
    /// Sequence number of its next report.
    pub next_sequence: u64,
    /// Signed reports that it does not yet see accepted in proven state, in order of sequence.
    pub outbox: Vec<SignedReport>,
}

/// Keys that [`Update::state_proof`] covers: the worker's topic, its state as a sender and registry record,
/// its mining session, as it named it in [`WorkerStatus::session`], and the chain's time.
pub fn proven_keys(worker: &WorkerId, session: Option<SessionId>) -> Vec<Vec<u8>> {
    let mut keys = Vec::from([
        storage::topic(&Topic::Worker(*worker)),
        storage::sender(worker),
        storage::worker(worker),
        storage::timestamp_now(),
    ]);
    keys.extend(session.map(|session| storage::session(Seat::of(session))));
    keys
}

/// What a verified [`Update`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedUpdate {
    /// The light client at the update's block; store it together with `topic`.
    pub client: LightClient,
    /// The worker's new position in its topic: all messages of the update are genuine and complete.
    pub topic: TopicState,
    /// Which reports the chain accepts from the worker.
    pub sender: SenderState,
    /// The worker as the chain knows it; none while it is not registered.
    pub record: Option<WorkerRecord<[u8; 32]>>,
    /// The challenge that the worker's mining session has not answered yet, as far as the chain knows.
    pub challenge: Option<Challenge>,
    /// Time of the update's block, in milliseconds since the Unix epoch.
    pub time: Moment,
}

/// Verifies `update` for `worker`.
///
/// `client` is the worker's light client, or none on its first start; `session` is its mining session;
/// `taken` is its position in its topic. Nothing is changed: on success the caller replaces both by what the verdict holds.
pub fn verify_update(
    client: Option<&LightClient>,
    genesis: &Hash,
    worker: &WorkerId,
    session: Option<SessionId>,
    taken: &TopicState,
    update: &Update,
) -> Result<VerifiedUpdate, UpdateError> {
    let verified = verify_state(client, genesis, worker, session, update)?;
    verify_messages(taken, &verified.topic, &update.messages)?;
    Ok(verified)
}

/// Verifies all of `update` but its messages, which [`verify_messages`] must then hold against the topic:
/// for who can tell from the rest already that they are beyond reach.
pub fn verify_state(
    client: Option<&LightClient>,
    genesis: &Hash,
    worker: &WorkerId,
    session: Option<SessionId>,
    update: &Update,
) -> Result<VerifiedUpdate, UpdateError> {
    if update.set_changes.len() > MAX_SET_CHANGES {
        return Err(UpdateError::TooManySetChanges { found: update.set_changes.len() });
    }
    let mut client = match (client, &update.trust) {
        (Some(client), _) if client.genesis_hash() != genesis => return Err(UpdateError::OtherChain),
        (Some(client), None) => client.clone(),
        (Some(_), Some(_)) => return Err(UpdateError::UnneededTrust),
        (None, Some(proof)) => LightClient::bootstrap(genesis, proof)?,
        (None, None) => return Err(UpdateError::NoTrust),
    };
    for proof in &update.set_changes {
        client.apply_set_change(proof)?;
    }
    client.advance(&update.finality)?;

    let state = client.read(&update.state_proof, proven_keys(worker, session))?;
    let time = client.note_time(&state)?;
    let topic = state.decode::<TopicState>(&storage::topic(&Topic::Worker(*worker)))?.unwrap_or_default();
    let sender = state.decode::<SenderState>(&storage::sender(worker))?.unwrap_or_default();
    let record = state.decode(&storage::worker(worker))?;
    let challenge = session.map_or(Ok(None), |session| open_challenge(&state, session))?;
    Ok(VerifiedUpdate { client, topic, sender, record, challenge, time })
}

/// The challenge that `session` has not answered yet; none, too, if the session is no more.
fn open_challenge(state: &ProvenState, session: SessionId) -> Result<Option<Challenge>, StorageProofError> {
    let head: Option<SessionHead> = state.decode_head(&storage::session(Seat::of(session)))?;
    Ok(head.filter(|head| head.number == session).and_then(|head| head.challenge))
}

/// Why an [`Update`] is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpdateError {
    /// Larger than the limit.
    #[error("the update has {bytes} bytes, more than {MAX_UPDATE_BYTES}; send fewer set changes at once")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Not an encoded update.
    #[error("the update is not a SCALE-encoded Update; is the courier of another version?")]
    Malformed,
    /// More set changes than the limit.
    #[error("the update has {found} set changes, more than {MAX_SET_CHANGES}; send several updates")]
    TooManySetChanges {
        /// How many.
        found: usize,
    },
    /// The stored light client follows another chain than the configured one.
    #[error(
        "the stored light client follows another genesis hash; use a fresh data directory for another chain"
    )]
    OtherChain,
    /// A genesis proof, though a block is verified already.
    #[error("a block is verified already, so the update must carry no genesis proof; read the worker's state again")]
    UnneededTrust,
    /// Nothing verified yet, and no genesis proof.
    #[error("no block is verified yet, so the update must carry the genesis proof")]
    NoTrust,
    /// The genesis proof does not hold.
    #[error("genesis: {0}")]
    Bootstrap(#[from] BootstrapError),
    /// A set change or the update's block does not hold.
    #[error("finality: {0}")]
    Advance(#[from] AdvanceError),
    /// The storage proof does not hold.
    #[error("state proof: {0}")]
    State(#[from] StorageProofError),
    /// The messages do not.
    #[error("messages: {0}")]
    Messages(#[from] MailboxError),
}
