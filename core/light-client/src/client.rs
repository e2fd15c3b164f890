//! The light client: one trusted point of the chain, moved forward by proofs.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use phala_primitives::{storage, BlockNumber, Hash, Moment};
use sp_consensus_grandpa::AuthorityList;

use crate::{
    authorities::{scheduled_change, validate_authorities, AuthoritiesError},
    courier::{FinalityProof, GenesisProof, VerifiedBlock},
    finality::{verify_finality, FinalityError},
    header_hash,
    limits::MAX_HEADER_BYTES,
    proof::{ProvenState, StorageProofError},
    trust::{Checkpoint, TrustError, TrustRoot},
    Header,
};

/// What is known of the chain for certain: its genesis, a finalised block, and who finalises the
/// blocks after it.
///
/// Encode it to store it, where nobody else can write: the bytes are believed when they come back
/// ([`LightClient::resume`]). It only ever moves forward.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct LightClient {
    genesis_hash: Hash,
    set_id: u64,
    authorities: AuthorityList,
    number: BlockNumber,
    hash: Hash,
    /// None at a checkpoint, until its header is seen.
    state_root: Option<Hash>,
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
            state_root: Some(state_root),
            time: 0,
        })
    }

    /// Starts from a trusted block and the authority set in office after it.
    pub fn from_checkpoint(checkpoint: &Checkpoint) -> Result<Self, TrustError> {
        checkpoint.validate()?;
        let Checkpoint { genesis, number, hash, set_id, authorities } = checkpoint.clone();
        Ok(Self { genesis_hash: genesis, set_id, authorities, number, hash, state_root: None, time: 0 })
    }

    /// Starts, or goes on from `stored`, under what the owner trusts; none where a [`GenesisProof`] is needed
    /// first.
    ///
    /// A checkpoint that is newer than `stored` takes its place, since what has been proven since then may
    /// have been proven with retired keys. An older one changes nothing.
    pub fn resume(root: &TrustRoot, stored: Option<Self>) -> Result<Option<Self>, TrustError> {
        if let Some(stored) = &stored {
            root.expect_chain(&stored.genesis_hash)?;
        }
        let TrustRoot::Checkpoint(checkpoint) = root else { return Ok(stored) };
        let mut client = Self::from_checkpoint(checkpoint)?;
        match stored {
            Some(stored) if stored.number > checkpoint.number => return Ok(Some(stored)),
            Some(stored) if stored.number == checkpoint.number => {
                stored.expect(checkpoint)?;
                return Ok(Some(stored));
            }
            // Chain time goes on: the checkpoint is later than what was proven before.
            Some(stored) => client.time = stored.time,
            None => {}
        }
        Ok(Some(client))
    }

    /// Hash of the genesis block.
    pub fn genesis_hash(&self) -> &Hash {
        &self.genesis_hash
    }

    /// The latest verified block.
    pub fn latest(&self) -> VerifiedBlock {
        VerifiedBlock { number: self.number, hash: self.hash, set_id: self.set_id }
    }

    /// State root of the latest verified block; none at a checkpoint, before the first advance.
    pub fn state_root(&self) -> Option<&Hash> {
        self.state_root.as_ref()
    }

    /// The latest verified block as a trust root for others, or for later.
    pub fn checkpoint(&self) -> Checkpoint {
        let Self { genesis_hash: genesis, number, hash, set_id, authorities, .. } = self.clone();
        Checkpoint { genesis, number, hash, set_id, authorities }
    }

    /// Verifies that `checkpoint`, at or after the latest verified block and before the next set change, fits
    /// to what is known.
    pub(crate) fn expect(&self, checkpoint: &Checkpoint) -> Result<(), TrustError> {
        let Checkpoint { number, hash, set_id, .. } = *checkpoint;
        if self.number == number && self.hash != hash {
            return Err(TrustError::Fork { number, trusted: hash, found: self.hash });
        }
        if self.set_id != set_id || self.authorities != checkpoint.authorities {
            return Err(TrustError::OtherAuthorities { number, trusted: set_id, found: self.set_id });
        }
        Ok(())
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
        if header_hash(&proof.header) == self.hash {
            return Err(AdvanceError::RepeatedSetChange { number: self.number });
        }
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
            self.state_root = Some(proof.header.state_root.0);
            return Ok(());
        }
        self.advance_further(proof)
    }

    /// [`LightClient::advance`], but to a later header only, so that no byte of `proof` is left unverified.
    pub(crate) fn advance_further(&mut self, proof: &FinalityProof) -> Result<(), AdvanceError> {
        (*self, _) = self.next(proof)?;
        Ok(())
    }

    /// Proves the values of `keys` in the state of the latest verified block.
    pub fn read(&self, nodes: &[Vec<u8>], keys: Vec<Vec<u8>>) -> Result<ProvenState, StorageProofError> {
        let root = self.state_root.as_ref().ok_or(StorageProofError::UnknownRoot)?;
        ProvenState::verify(root, nodes, keys)
    }

    /// Takes over the chain's time from `state`, which must be the latest block's and must cover
    /// [`storage::timestamp_now`].
    pub fn note_time(&mut self, state: &ProvenState) -> Result<Moment, StorageProofError> {
        let time = state.decode::<Moment>(&storage::timestamp_now())?.unwrap_or_default();
        if Some(state.root()) != self.state_root.as_ref() || time < self.time {
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
        let (number, hash, state_root) = (*number, header_hash(header), Some(state_root.0));
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

/// Why a light client does not move to a header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdvanceError {
    /// Not later than the latest verified header: a repetition, a rollback or a fork.
    #[error(
        "block {number} is not later than the verified block {latest}, and a light client never goes back; send a later one"
    )]
    NotLater {
        /// The header's number.
        number: BlockNumber,
        /// The latest verified one.
        latest: BlockNumber,
    },
    /// The header is larger than the limit.
    #[error("the header has {bytes} bytes, more than {MAX_HEADER_BYTES}: no runtime of this network makes such a header")]
    HeaderTooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Given as a set change but is none.
    #[error(
        "block {number} was given as a change of the authority set, but its header has none; send only headers that change it"
    )]
    NoSetChange {
        /// The header's number.
        number: BlockNumber,
    },
    /// Given as a set change, but it is the latest verified header.
    #[error("the change of the authority set in block {number} is applied already; send each once")]
    RepeatedSetChange {
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
