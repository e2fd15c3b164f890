//! Authority sets and the headers that change them.

use codec::DecodeAll;
use finality_grandpa::voter_set::VoterSet;
use phala_primitives::BlockNumber;
use sp_consensus_grandpa::{AuthorityList, ConsensusLog, GRANDPA_ENGINE_ID};
use sp_runtime::generic::DigestItem;

use crate::{limits::MAX_AUTHORITIES, Header};

/// The authorities that finalise the blocks after `header`, if it changes them.
///
/// Of several scheduled changes in one header the first counts, as in GRANDPA itself.
pub fn scheduled_change(header: &Header) -> Result<Option<AuthorityList>, AuthoritiesError> {
    let mut next = None;
    for item in header.digest.logs() {
        let DigestItem::Consensus(GRANDPA_ENGINE_ID, log) = item else { continue };
        let log = ConsensusLog::<BlockNumber>::decode_all(&mut &log[..])
            .map_err(|_| AuthoritiesError::UnknownLog { number: header.number })?;
        match log {
            ConsensusLog::ForcedChange(..) => {
                return Err(AuthoritiesError::ForcedChange { number: header.number })
            }
            ConsensusLog::ScheduledChange(change) if next.is_none() => next = Some(change),
            // What the node's own GRANDPA ignores as well.
            ConsensusLog::ScheduledChange(_)
            | ConsensusLog::OnDisabled(_)
            | ConsensusLog::Pause(_)
            | ConsensusLog::Resume(_) => {}
        }
    }
    let Some(change) = next else { return Ok(None) };
    if change.delay != 0 {
        return Err(AuthoritiesError::DelayedChange { number: header.number, delay: change.delay });
    }
    validate_authorities(&change.next_authorities)?;
    Ok(Some(change.next_authorities))
}

/// Whether `authorities` can finalise anything.
pub(crate) fn validate_authorities(authorities: &AuthorityList) -> Result<(), AuthoritiesError> {
    if authorities.len() > MAX_AUTHORITIES {
        return Err(AuthoritiesError::TooMany { found: authorities.len() });
    }
    voter_set(authorities).map(drop).ok_or(AuthoritiesError::Unusable)
}

/// `authorities` with their threshold, or none where their weights are all zero or overflow.
pub(crate) fn voter_set(authorities: &AuthorityList) -> Option<VoterSet<sp_consensus_grandpa::AuthorityId>> {
    VoterSet::new(authorities.iter().cloned())
}

/// Why an authority set, or a change of it, is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthoritiesError {
    /// A forced change follows from no earlier set's votes, so that no proof can show it to be right.
    #[error("block {number} forces a change of authorities, which no light client can verify; start again from a trust root after it")]
    ForcedChange {
        /// The header's number.
        number: BlockNumber,
    },
    /// A change that takes effect later than in its own block.
    #[error("block {number} changes the authorities {delay} blocks later; only changes without delay are supported")]
    DelayedChange {
        /// The header's number.
        number: BlockNumber,
        /// Blocks until it takes effect.
        delay: BlockNumber,
    },
    /// A GRANDPA log of an unknown kind, which might change the authorities.
    #[error(
        "block {number} has a GRANDPA log of an unknown kind; a newer version of this program may know it"
    )]
    UnknownLog {
        /// The header's number.
        number: BlockNumber,
    },
    /// More authorities than the limit.
    #[error("the authority set has {found} members, more than {MAX_AUTHORITIES}, the most that this version verifies")]
    TooMany {
        /// How many.
        found: usize,
    },
    /// Nobody has weight, or the weights overflow.
    #[error("the authority set has no weight, or more than 64 bits hold")]
    Unusable,
}
