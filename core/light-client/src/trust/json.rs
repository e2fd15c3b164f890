//! A trust root as a file: JSON that people read, compare and hand on.

use alloc::{string::String, vec::Vec};
use phala_primitives::{BlockNumber, Hash};
use serde::{Deserialize, Serialize};
use sp_consensus_grandpa::{AuthorityId, SetId};
use sp_core::ed25519;

use super::{Checkpoint, TrustError, TrustRoot};
use crate::{hexadecimal::Bytes32, limits::MAX_TRUST_ROOT_BYTES};

/// What the file says. One with the genesis hash alone has no `checkpoint`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    format: Version,
    genesis: Bytes32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    checkpoint: Option<Block>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum Version {
    #[serde(rename = "phala-trust-root/1")]
    One,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    number: BlockNumber,
    hash: Bytes32,
    set_id: SetId,
    authorities: Vec<Authority>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Authority {
    /// Its ed25519 key.
    key: Bytes32,
    weight: u64,
}

impl TrustRoot {
    /// Reads a trust root's file and verifies that it makes sense.
    pub fn from_json(text: &[u8]) -> Result<Self, TrustError> {
        if text.len() > MAX_TRUST_ROOT_BYTES {
            return Err(TrustError::TooLarge { bytes: text.len() });
        }
        let text: Text = serde_json::from_slice(text).map_err(|_| TrustError::Malformed)?;
        text.try_into()
    }

    /// The file's text: two-space indentation, a newline at the end.
    pub fn to_json(&self) -> Result<String, TrustError> {
        let mut text = serde_json::to_string_pretty(self).map_err(|_| TrustError::Malformed)?;
        text.push('\n');
        Ok(text)
    }
}

impl From<TrustRoot> for Text {
    fn from(root: TrustRoot) -> Self {
        let genesis = Bytes32(*root.genesis_hash());
        let checkpoint = match root {
            TrustRoot::Genesis(_) => None,
            TrustRoot::Checkpoint(checkpoint) => Some(checkpoint.into()),
        };
        Self { format: Version::One, genesis, checkpoint }
    }
}

impl From<Checkpoint> for Block {
    fn from(Checkpoint { number, hash, set_id, authorities, .. }: Checkpoint) -> Self {
        let authority = |(id, weight)| Authority { key: Bytes32(ed25519::Public::from(id).0), weight };
        let authorities = authorities.into_iter().map(authority).collect();
        Self { number, hash: Bytes32(hash), set_id, authorities }
    }
}

impl TryFrom<Text> for TrustRoot {
    type Error = TrustError;

    fn try_from(Text { format: Version::One, genesis, checkpoint }: Text) -> Result<Self, TrustError> {
        let Some(block) = checkpoint else { return Ok(Self::Genesis(genesis.0)) };
        Self::Checkpoint(block.of(genesis.0)).validated()
    }
}

impl Block {
    fn of(self, genesis: Hash) -> Checkpoint {
        let authority = |Authority { key, weight }| (AuthorityId::from(ed25519::Public::from(key.0)), weight);
        let Self { number, hash, set_id, authorities } = self;
        let authorities = authorities.into_iter().map(authority).collect();
        Checkpoint { genesis, number, hash: hash.0, set_id, authorities }
    }
}
