//! The light client: one trusted point of the chain, moved forward by proofs.

use alloc::vec::Vec;
use codec::{Decode, DecodeAll, Encode};
use phala_primitives::{storage, BlockNumber, Hash, Moment};
use sp_consensus_grandpa::AuthorityList;

use crate::{
    authorities::{scheduled_change, validate_authorities, AuthoritiesError},
    courier::{FinalityProof, GenesisProof, VerifiedBlock},
    finality::{verify_finality, FinalityError},
    header_hash,
    limits::MAX_HEADER_BYTES,
    proof::{ProvenState, StorageProofError},
    Header,
};

/// What is known of the chain for certain: its genesis, a finalised block, and who finalises the
/// blocks after it.
///
/// It is its own checkpoint: encode it to store it, [`LightClient::from_checkpoint`] to go on. It only
/// ever moves forward.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct LightClient {
    genesis_hash: Hash,
    set_id: u64,
    authorities: AuthorityList,
    number: BlockNumber,
    hash: Hash,
    state_root: Hash,
    /// Latest chain time proven; 0 before any.
    time: Moment,
}

impl LightClient {
    /// Starts from nothing but the hash of the genesis block.
    ///
    /// The proof shows the header with that hash and, under its state root, the first authority set.
    pub fn bootstrap(genesis_hash: &Hash, proof: &GenesisProof) -> Result<Self, BootstrapError> {
        if header_hash(&proof.header) != *genesis_hash {
            return Err(BootstrapError::WrongGenesis);
        }
        if proof.header.number != 0 {
            return Err(BootstrapError::NotFirst { number: proof.header.number });
        }
        let state_root = proof.header.state_root.0;
        let key = storage::grandpa_authorities();
        let state = ProvenState::verify(&state_root, &proof.authorities_proof, Vec::from([key.clone()]))?;
        let authorities: AuthorityList = state.decode(&key)?.ok_or(BootstrapError::NoAuthorities)?;
        validate_authorities(&authorities)?;
        Ok(Self {
            genesis_hash: *genesis_hash,
            set_id: 0,
            authorities,
            number: 0,
            hash: *genesis_hash,
            state_root,
            time: 0,
        })
    }

    /// Goes on from an encoded light client. The bytes must come from storage that nobody else can
    /// write: they are believed.
    pub fn from_checkpoint(genesis_hash: &Hash, bytes: &[u8]) -> Result<Self, CheckpointError> {
        let client = Self::decode_all(&mut &bytes[..]).map_err(|_| CheckpointError::Malformed)?;
        if client.genesis_hash != *genesis_hash {
            return Err(CheckpointError::OtherChain);
        }
        validate_authorities(&client.authorities)?;
        Ok(client)
    }

    /// Hash of the genesis block.
    pub fn genesis_hash(&self) -> &Hash {
        &self.genesis_hash
    }

    /// The latest verified block.
    pub fn latest(&self) -> VerifiedBlock {
        VerifiedBlock { number: self.number, hash: self.hash, set_id: self.set_id }
    }

    /// State root of the latest verified block.
    pub fn state_root(&self) -> &Hash {
        &self.state_root
    }

    /// Who finalises the blocks after the latest verified one.
    pub fn authorities(&self) -> &AuthorityList {
        &self.authorities
    }

    /// Latest chain time that was proven, in milliseconds since the Unix epoch; 0 before any.
    pub fn time(&self) -> Moment {
        self.time
    }

    /// Moves to a later finalised header that changes the authority set.
    pub fn apply_set_change(&mut self, proof: &FinalityProof) -> Result<(), AdvanceError> {
        let (next, changed) = self.next(proof)?;
        if !changed {
            return Err(AdvanceError::NoSetChange { number: proof.header.number });
        }
        *self = next;
        Ok(())
    }

    /// Moves to a later finalised header, and to the next authority set if the header changes it.
    ///
    /// The latest verified header itself is accepted and changes nothing, so that a proof may come twice.
    pub fn advance(&mut self, proof: &FinalityProof) -> Result<(), AdvanceError> {
        if header_hash(&proof.header) == self.hash {
            return Ok(());
        }
        (*self, _) = self.next(proof)?;
        Ok(())
    }

    /// Proves the values of `keys` in the state of the latest verified block.
    pub fn read(&self, nodes: &[Vec<u8>], keys: Vec<Vec<u8>>) -> Result<ProvenState, StorageProofError> {
        ProvenState::verify(&self.state_root, nodes, keys)
    }

    /// Takes over the chain's time from `state`, which must be the latest block's and must cover
    /// [`storage::timestamp_now`].
    pub fn note_time(&mut self, state: &ProvenState) -> Result<Moment, StorageProofError> {
        let time = state.decode::<Moment>(&storage::timestamp_now())?.unwrap_or_default();
        if state.root() != &self.state_root || time < self.time {
            return Err(StorageProofError::UnexpectedTime);
        }
        self.time = time;
        Ok(time)
    }

    /// The light client at `proof`'s header, and whether the header changes the authority set.
    fn next(&self, proof: &FinalityProof) -> Result<(Self, bool), AdvanceError> {
        let FinalityProof { header, justification } = proof;
        if header.number <= self.number {
            return Err(AdvanceError::NotLater { number: header.number, latest: self.number });
        }
        let bytes = header.encoded_size();
        if bytes > MAX_HEADER_BYTES {
            return Err(AdvanceError::HeaderTooLarge { bytes });
        }
        verify_finality(header, justification, self.set_id, &self.authorities)?;
        let change = scheduled_change(header)?;
        let changed = change.is_some();
        let (set_id, authorities) = match change {
            Some(authorities) => (self.set_id.saturating_add(1), authorities),
            None => (self.set_id, self.authorities.clone()),
        };
        let Header { number, state_root, .. } = header;
        let (number, hash, state_root) = (*number, header_hash(header), state_root.0);
        Ok((
            Self {
                genesis_hash: self.genesis_hash,
                set_id,
                authorities,
                number,
                hash,
                state_root,
                time: self.time,
            },
            changed,
        ))
    }
}

/// Why a light client cannot start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BootstrapError {
    /// The header is of another chain.
    #[error("the header does not hash to the genesis hash: the node follows another chain than the one configured")]
    WrongGenesis,
    /// The genesis hash names a later block.
    #[error("the trusted hash is that of block {number}, not of the genesis block")]
    NotFirst {
        /// The header's number.
        number: BlockNumber,
    },
    /// No GRANDPA at genesis.
    #[error("the genesis state has no GRANDPA authorities, so nothing on this chain can be verified")]
    NoAuthorities,
    /// The storage proof does not hold.
    #[error("{0}")]
    Proof(#[from] StorageProofError),
    /// The authority set is unusable.
    #[error("{0}")]
    Authorities(#[from] AuthoritiesError),
}

/// Why a stored light client is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not an encoded light client.
    #[error("the stored light client cannot be decoded: it is damaged or of an incompatible version")]
    Malformed,
    /// Of another chain.
    #[error(
        "the stored light client follows another genesis hash; use a fresh data directory for another chain"
    )]
    OtherChain,
    /// The authority set is unusable.
    #[error("{0}")]
    Authorities(#[from] AuthoritiesError),
}

/// Why a light client does not move to a header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdvanceError {
    /// Not later than the latest verified header: a repetition, a rollback or a fork.
    #[error("block {number} is not later than the verified block {latest}; a light client never goes back")]
    NotLater {
        /// The header's number.
        number: BlockNumber,
        /// The latest verified one.
        latest: BlockNumber,
    },
    /// The header is larger than the limit.
    #[error("the header has {bytes} bytes, more than {MAX_HEADER_BYTES}")]
    HeaderTooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Given as a set change but is none.
    #[error("block {number} was given as a change of the authority set, but its header has none")]
    NoSetChange {
        /// The header's number.
        number: BlockNumber,
    },
    /// The header is not proven final.
    #[error("{0}")]
    Finality(#[from] FinalityError),
    /// The header's change of authorities is unusable.
    #[error("{0}")]
    Authorities(#[from] AuthoritiesError),
}
