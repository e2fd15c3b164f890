//! Validators and what they sign.

use codec::{Decode, Encode};
use finality_grandpa::{Commit, Message, Precommit, SignedPrecommit};
use phala_light_client::{courier::FinalityProof, header_hash, Header};
use phala_primitives::Hash;
use sp_consensus_grandpa::{
    localized_payload, AuthorityId, AuthorityList, AuthoritySignature, ConsensusLog, GrandpaJustification,
    ScheduledChange,
};
use sp_core::{crypto::Pair, ed25519, H256};

/// A precommit and its signature.
pub type Vote = SignedPrecommit<H256, u32, AuthoritySignature, AuthorityId>;

/// What nodes hand out as evidence of finality.
pub type Justification = GrandpaJustification<Header>;

/// Round number of all votes: any will do, it is only signed.
const ROUND: u64 = 7;

/// An ed25519 key pair named by `name`.
pub fn validator(name: &str) -> ed25519::Pair {
    ed25519::Pair::from_seed(&phala_primitives::hash(name.as_bytes()))
}

/// `count` validators, whose keys depend on `name`.
pub fn validators(name: &str, count: usize) -> Vec<ed25519::Pair> {
    (0..count).map(|index| validator(&format!("{name}/{index}"))).collect()
}

/// The authority set of validators of weight 1 each.
pub fn authorities(validators: &[ed25519::Pair]) -> AuthorityList {
    weighted(validators, &vec![1; validators.len()])
}

/// The authority set of validators with these weights.
pub fn weighted(validators: &[ed25519::Pair], weights: &[u64]) -> AuthorityList {
    validators.iter().map(|pair| AuthorityId::from(pair.public())).zip(weights.iter().copied()).collect()
}

/// A header's announcement of other authorities, in force `delay` blocks later.
pub fn set_change(next_authorities: AuthorityList, delay: u32) -> ConsensusLog<u32> {
    ConsensusLog::ScheduledChange(ScheduledChange { next_authorities, delay })
}

/// A precommit to the block `target`, which it says has this `number`.
pub fn vote(voter: &ed25519::Pair, target: Hash, number: u32, set_id: u64) -> Vote {
    let precommit = Precommit { target_hash: H256(target), target_number: number };
    let payload = localized_payload(ROUND, set_id, &Message::Precommit(precommit.clone()));
    SignedPrecommit { precommit, signature: voter.sign(&payload).into(), id: voter.public().into() }
}

/// Votes for `target` or its descendants, and the headers that connect these.
pub fn justification(target: &Header, precommits: Vec<Vote>, votes_ancestries: Vec<Header>) -> Justification {
    let commit = Commit { target_hash: H256(header_hash(target)), target_number: target.number, precommits };
    GrandpaJustification { round: ROUND, commit, votes_ancestries }
}

/// Changes a justification, for what no honest node hands out.
pub fn tampered(mut proof: FinalityProof, change: impl FnOnce(&mut Justification)) -> FinalityProof {
    let mut justification = Justification::decode(&mut &proof.justification[..]).unwrap();
    change(&mut justification);
    proof.justification = justification.encode();
    proof
}
