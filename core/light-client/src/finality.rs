//! GRANDPA justifications.
//!
//! A justification is a set of signed precommits for a block or for descendants of it, and the headers
//! that connect those descendants. Honest nodes hand out justifications with more votes than needed,
//! and with two votes of an authority that equivocated; both are fine, and an equivocator counts as
//! having voted for everything, as in GRANDPA itself. What no honest node hands out is refused: votes
//! of strangers, wrong signatures, headers that connect nothing.

use alloc::{collections::BTreeMap, vec::Vec};
use codec::DecodeAll;
use finality_grandpa::{validate_commit, voter_set::VoterSet, Chain, Message, SignedPrecommit};
use phala_primitives::{BlockNumber, Hash};
use sp_consensus_grandpa::{
    localized_payload, AuthorityId, AuthorityList, AuthoritySignature, GrandpaJustification, SetId,
};
use sp_core::{crypto::Pair, ed25519, H256};

use crate::{
    authorities::voter_set,
    display::Hex,
    header_hash,
    limits::{MAX_ANCESTRIES, MAX_JUSTIFICATION_BYTES, MAX_PRECOMMITS},
    Header,
};

type Precommit = SignedPrecommit<H256, BlockNumber, AuthoritySignature, AuthorityId>;

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
    let votes = commit.precommits.iter();
    // Cheap checks first: a flood of votes by strangers costs no signature verification.
    if let Some(stranger) = votes.clone().find(|vote| !voters.contains(&vote.id)) {
        return Err(FinalityError::Stranger { voter: key(&stranger.id), set_id });
    }
    let ancestry = Ancestry::verify(&justification)?;
    votes.clone().try_for_each(|vote| verify_signature(vote, justification.round, set_id))?;
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
    let justification =
        GrandpaJustification::<Header>::decode_all(&mut &bytes[..]).map_err(|_| FinalityError::Malformed)?;
    let (precommits, headers) = (justification.commit.precommits.len(), justification.votes_ancestries.len());
    if precommits > MAX_PRECOMMITS || headers > MAX_ANCESTRIES {
        return Err(FinalityError::TooMany { precommits, headers });
    }
    Ok(justification)
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
    match set_id.checked_sub(1) {
        Some(previous) if signed_for(previous) => Err(FinalityError::PreviousSet { set_id }),
        _ => Err(FinalityError::Forged { voter: key(&vote.id), set_id }),
    }
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
    #[error("the justification has {bytes} bytes, more than {MAX_JUSTIFICATION_BYTES}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Not an encoded justification.
    #[error("the justification is not a SCALE-encoded GRANDPA justification")]
    Malformed,
    /// More votes or headers than the limits.
    #[error("the justification has {precommits} precommits and {headers} headers, more than {MAX_PRECOMMITS} and {MAX_ANCESTRIES}")]
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
    #[error("the authority set has no weight")]
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
    /// The votes are of the set before.
    #[error("the precommits were signed in the authority set before {set_id}, which can finalise nothing any more")]
    PreviousSet {
        /// The set.
        set_id: SetId,
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
