//! GRANDPA justifications.
//!
//! A justification is a set of signed precommits for a block or for descendants of it, and the headers
//! that connect those descendants. Honest nodes hand out justifications with more votes than needed,
//! and with two votes of an authority that equivocated; both are fine, and an equivocator counts as
//! having voted for everything, as in GRANDPA itself. What no honest node hands out is refused: votes
//! of strangers, wrong signatures, headers that connect nothing.
//!
//! Checks come in the order of their cost: sizes and counts, who voted and what it could weigh, how the
//! headers connect, signatures, and last who voted for what. So whoever makes a signature be verified has
//! listed voters of more than two thirds of the weight, and the first forged one ends it.

use alloc::{collections::BTreeMap, vec::Vec};
use finality_grandpa::{validate_commit, voter_set::VoterSet, Chain, Message, SignedPrecommit};
use phala_primitives::{BlockNumber, Hash};
use sp_consensus_grandpa::{
    localized_payload, AuthorityId, AuthorityList, AuthoritySignature, Commit, GrandpaJustification, SetId,
};
use sp_core::{crypto::Pair, ed25519, H256};

use crate::{
    authorities::voter_set,
    display::Hex,
    header_hash,
    limits::{
        decode_bounded, MAX_ANCESTRIES, MAX_JUSTIFICATION_BYTES, MAX_JUSTIFICATION_MEMORY, MAX_PRECOMMITS,
    },
    Header,
};

type Precommit = SignedPrecommit<H256, BlockNumber, AuthoritySignature, AuthorityId>;

/// Sets before and after the expected one that a wrong signature is tried against, to say what is missing.
const NEIGHBOURS: SetId = 8;

/// Verifies that `justification` (SCALE-encoded) finalises `header` by set `set_id` of `authorities`.
pub fn verify_finality(
    header: &Header,
    justification: &[u8],
    set_id: SetId,
    authorities: &AuthorityList,
) -> Result<(), FinalityError> {
    let justification = decode(justification)?;
    let commit = &justification.commit;
    if commit.target_hash.0 != header_hash(header) || commit.target_number != header.number {
        return Err(FinalityError::WrongTarget { number: header.number, target: commit.target_number });
    }
    let voters = voter_set(authorities).ok_or(FinalityError::NoVoters)?;
    verify_voters(commit, &voters, set_id)?;
    let ancestry = Ancestry::verify(&justification)?;
    commit.precommits.iter().try_for_each(|vote| verify_signature(vote, justification.round, set_id))?;
    verify_weight(&justification, &voters, &ancestry)
}

/// The block that an encoded justification is about: number and hash. Nothing is verified.
pub fn unverified_target(justification: &[u8]) -> Result<(BlockNumber, Hash), FinalityError> {
    let commit = decode(justification)?.commit;
    Ok((commit.target_number, commit.target_hash.0))
}

fn decode(bytes: &[u8]) -> Result<GrandpaJustification<Header>, FinalityError> {
    if bytes.len() > MAX_JUSTIFICATION_BYTES {
        return Err(FinalityError::TooLarge { bytes: bytes.len() });
    }
    let parts = decode_bounded::<(u64, Commit<Header>, Vec<Header>)>(bytes, MAX_JUSTIFICATION_MEMORY);
    let (round, commit, votes_ancestries) = parts.ok_or(FinalityError::Malformed)?;
    let (precommits, headers) = (commit.precommits.len(), votes_ancestries.len());
    if precommits > MAX_PRECOMMITS || headers > MAX_ANCESTRIES {
        return Err(FinalityError::TooMany { precommits, headers });
    }
    Ok(GrandpaJustification { round, commit, votes_ancestries })
}

/// Verifies that all votes are by `voters`, and that these could be enough if all were for one block.
fn verify_voters(
    commit: &Commit<Header>,
    voters: &VoterSet<AuthorityId>,
    set_id: SetId,
) -> Result<(), FinalityError> {
    let mut weights = BTreeMap::new();
    for vote in &commit.precommits {
        let voter = voters.get(&vote.id);
        let voter = voter.ok_or_else(|| FinalityError::Stranger { voter: key(&vote.id), set_id })?;
        weights.insert(&vote.id, voter.weight().get());
    }
    if weights.is_empty() {
        return Err(FinalityError::NoVotes);
    }
    // The weights of a whole set fit into 64 bits, so those of a part of it do.
    if weights.values().sum::<u64>() < voters.threshold().get() {
        return Err(FinalityError::NoSupermajority { precommits: commit.precommits.len() });
    }
    Ok(())
}

/// Signatures cover the round and the set, so that a vote of another set cannot pass.
///
/// Verified in place rather than through `sp_consensus_grandpa::check_message_signature`, whose host
/// functions exist only inside a node.
fn verify_signature(vote: &Precommit, round: u64, set_id: SetId) -> Result<(), FinalityError> {
    let message = Message::Precommit(vote.precommit.clone());
    let signer = ed25519::Public::from(vote.id.clone());
    let signature = vote.signature.clone().into_inner();
    let signed_for = |set_id| {
        let payload = localized_payload(round, set_id, &message);
        ed25519::Pair::verify(&signature, payload, &signer)
    };
    if signed_for(set_id) {
        return Ok(());
    }
    let neighbour = |away: fn(SetId, SetId) -> Option<SetId>| {
        (1..=NEIGHBOURS).filter_map(|distance| away(set_id, distance)).find(|set| signed_for(*set))
    };
    Err(if let Some(signed) = neighbour(SetId::checked_add) {
        FinalityError::LaterSet { set_id, signed }
    } else if let Some(signed) = neighbour(SetId::checked_sub) {
        FinalityError::EarlierSet { set_id, signed }
    } else {
        FinalityError::Forged { voter: key(&vote.id), set_id }
    })
}

/// More than two thirds of the weight must stand behind exactly the target.
fn verify_weight(
    justification: &GrandpaJustification<Header>,
    voters: &VoterSet<AuthorityId>,
    ancestry: &Ancestry,
) -> Result<(), FinalityError> {
    match validate_commit(&justification.commit, voters, ancestry) {
        Ok(result) if result.is_valid() => Ok(()),
        _ => Err(FinalityError::NoSupermajority { precommits: justification.commit.precommits.len() }),
    }
}

/// Headers that connect the targets of the votes to the lowest one.
struct Ancestry {
    headers: BTreeMap<Hash, Link>,
}

struct Link {
    parent: Hash,
    number: BlockNumber,
}

impl Ancestry {
    /// Verifies that every vote's target descends from the lowest one, that all stated numbers are
    /// those of the headers, and that no header is there in vain.
    ///
    /// The vote graph of `finality-grandpa` relies on the numbers being right.
    fn verify(justification: &GrandpaJustification<Header>) -> Result<Self, FinalityError> {
        let headers: BTreeMap<Hash, Link> = justification
            .votes_ancestries
            .iter()
            .map(|header| (header_hash(header), Link { parent: header.parent_hash.0, number: header.number }))
            .collect();
        if headers.len() != justification.votes_ancestries.len() {
            return Err(FinalityError::UnusedHeader);
        }
        let ancestry = Self { headers };
        let targets = justification.commit.precommits.iter().map(|vote| &vote.precommit);
        let base = targets.clone().min_by_key(|target| target.target_number).ok_or(FinalityError::NoVotes)?;
        let base = (base.target_hash.0, base.target_number);
        let mut visited = BTreeMap::new();
        visited.insert(base.0, base.1);
        for target in targets {
            ancestry.walk(target.target_hash.0, target.target_number, &mut visited)?;
        }
        // The base is visited without a header of its own.
        if visited.len() != ancestry.headers.len().saturating_add(1) {
            return Err(FinalityError::UnusedHeader);
        }
        Ok(ancestry)
    }

    /// Follows parents from the block `hash`, said to have this `number`, to one that was visited
    /// before. Each header is walked over once, however many votes there are.
    fn walk(
        &self,
        mut hash: Hash,
        mut number: BlockNumber,
        visited: &mut BTreeMap<Hash, BlockNumber>,
    ) -> Result<(), FinalityError> {
        loop {
            if let Some(known) = visited.get(&hash) {
                return if *known == number { Ok(()) } else { Err(FinalityError::BrokenAncestry) };
            }
            let link = self.headers.get(&hash).filter(|link| link.number == number);
            let link = link.ok_or(FinalityError::BrokenAncestry)?;
            visited.insert(hash, number);
            number = number.checked_sub(1).ok_or(FinalityError::BrokenAncestry)?;
            hash = link.parent;
        }
    }
}

impl Chain<H256, BlockNumber> for Ancestry {
    fn ancestry(&self, base: H256, block: H256) -> Result<Vec<H256>, finality_grandpa::Error> {
        let mut route = Vec::new();
        let mut current = block.0;
        while current != base.0 {
            let link = self.headers.get(&current).ok_or(finality_grandpa::Error::NotDescendent)?;
            current = link.parent;
            route.push(H256(current));
        }
        // The base itself is not part of the route.
        route.pop();
        Ok(route)
    }
}

fn key(id: &AuthorityId) -> Hash {
    ed25519::Public::from(id.clone()).0
}

/// Why a header is not proven final.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FinalityError {
    /// Larger than the limit.
    #[error(
        "the justification has {bytes} bytes, more than {MAX_JUSTIFICATION_BYTES}; use one of another block, whose votes \
         need fewer connecting headers"
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Not an encoded justification.
    #[error("the justification is not a SCALE-encoded GRANDPA justification")]
    Malformed,
    /// More votes or headers than the limits.
    #[error(
        "the justification has {precommits} precommits and {headers} headers, more than {MAX_PRECOMMITS} and \
         {MAX_ANCESTRIES}; use one of another block, whose votes are fewer or nearer to each other"
    )]
    TooMany {
        /// Votes.
        precommits: usize,
        /// Connecting headers.
        headers: usize,
    },
    /// It finalises another block.
    #[error(
        "the justification finalises another block (number {target}) than the header given (number {number})"
    )]
    WrongTarget {
        /// The header's number.
        number: BlockNumber,
        /// The number that the justification states.
        target: BlockNumber,
    },
    /// The authority set is unusable.
    #[error("the authority set has no weight, or more than 64 bits hold, and can finalise nothing")]
    NoVoters,
    /// No votes at all.
    #[error("the justification has no precommits")]
    NoVotes,
    /// A vote by somebody who is not in the set.
    #[error(
        "a precommit is by {}, who is not in authority set {set_id}; a change of authorities may be missing",
        Hex(voter)
    )]
    Stranger {
        /// The ed25519 key.
        voter: Hash,
        /// The set.
        set_id: SetId,
    },
    /// A signature is wrong.
    #[error(
        "the signature of {} is not over this precommit in this round of authority set {set_id}",
        Hex(voter)
    )]
    Forged {
        /// The ed25519 key.
        voter: Hash,
        /// The set.
        set_id: SetId,
    },
    /// The votes are genuine, of a set that was in office before.
    #[error(
        "the precommits were signed in authority set {signed}, which can finalise nothing any more since set {set_id} \
         is in office: the justification is an old one, or of a fork that the chain never finalised"
    )]
    EarlierSet {
        /// The set in office.
        set_id: SetId,
        /// The set that the votes are of.
        signed: SetId,
    },
    /// The votes are genuine, of a set that is not known yet.
    #[error(
        "the precommits were signed in authority set {signed}, but {set_id} is the last that is known: send the blocks \
         that changed the authorities in between first"
    )]
    LaterSet {
        /// The last set known.
        set_id: SetId,
        /// The set that the votes are of.
        signed: SetId,
    },
    /// A vote's target does not connect, or a number is wrong.
    #[error("the justification's headers do not connect the blocks that were voted for")]
    BrokenAncestry,
    /// A header connects nothing.
    #[error("the justification holds a header that connects no vote")]
    UnusedHeader,
    /// The votes do not suffice.
    #[error("the {precommits} precommits are no supermajority for exactly this block")]
    NoSupermajority {
        /// How many.
        precommits: usize,
    },
}
