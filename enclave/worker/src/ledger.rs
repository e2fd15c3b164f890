//! The state, on disk before anybody learns of it.
//!
//! Whoever reads sees the state as of the last commit; a commit works on a copy and replaces the
//! state once the copy is sealed on the disk. So a refusal changes nothing, and nothing that was
//! signed or acknowledged is forgotten in a crash.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use codec::{DecodeAll, Encode};
use phala_keyring::Keyring;
use phala_light_client::trust::{TrustError, TrustRoot};
use phala_primitives::Hash;
use thiserror::Error;
use tokio::sync::watch;

use crate::state::State;

/// Under which the keyring keeps the state.
const LABEL: &str = "state";

/// Version of the encoding below.
const FORMAT: u32 = 4;

/// Why the state on disk cannot be used.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The disk or the seal.
    #[error(transparent)]
    Keyring(#[from] phala_keyring::Error),
    /// Another version of this program wrote it.
    #[error("the state on disk has format {0}, this program reads {FORMAT}: run the version that wrote it, or start with a data folder of its own")]
    Format(u32),
    /// It contradicts what the worker is told to believe.
    #[error("what was proven before and the checkpoint contradict each other: {0}")]
    Trust(#[from] TrustError),
    /// It does not decode.
    #[error("the state on disk cannot be read: run the version of the worker that wrote it, or start with a data folder of its own")]
    Malformed,
    /// It belongs to another chain.
    #[error("the data folder belongs to the chain with genesis 0x{}, not 0x{}: give each chain a folder of its own", hex::encode(found), hex::encode(configured))]
    OtherChain {
        /// Whose state is on the disk.
        found: Hash,
        /// Whose state was asked for.
        configured: Hash,
    },
}

/// The current state, and the only way to change it.
pub struct Ledger {
    keyring: Arc<Keyring>,
    current: RwLock<Arc<State>>,
    commits: Mutex<()>,
    changed: watch::Sender<()>,
}

impl Ledger {
    /// Reads the state from disk, or makes a new one, and has it trust `root`.
    pub fn open(keyring: Arc<Keyring>, root: &TrustRoot) -> Result<Self, LedgerError> {
        let genesis = *root.genesis_hash();
        let mut state = match keyring.get(LABEL)? {
            Some(bytes) => decode(&bytes)?,
            None => {
                let state = State::new(genesis, keyring.identity().worker_id());
                keyring.put(LABEL, &encode(&state))?;
                state
            }
        };
        if state.genesis() != genesis {
            return Err(LedgerError::OtherChain { found: state.genesis(), configured: genesis });
        }
        state.trust(root)?;
        Ok(Self {
            keyring,
            current: RwLock::new(Arc::new(state)),
            commits: Mutex::default(),
            changed: watch::Sender::default(),
        })
    }

    /// The state as of the last commit.
    pub fn current(&self) -> Arc<State> {
        // Nothing but an assignment happens under these locks, so that a panic cannot leave them half done.
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Wakes whoever waits for the next commit.
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Changes the state: whole and on the disk when this returns `Ok`, not at all otherwise. Blocks on
    /// the disk.
    pub fn commit<T, E>(&self, change: impl FnOnce(&mut State) -> Result<T, E>) -> Result<T, E>
    where
        E: From<phala_keyring::Error>,
    {
        let _one_at_a_time = self.commits.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.current();
        let mut state = State::clone(&before);
        let outcome = change(&mut state)?;
        if state != *before {
            self.keyring.put(LABEL, &encode(&state))?;
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(state);
            self.changed.send_replace(());
        }
        Ok(outcome)
    }
}

fn encode(state: &State) -> Vec<u8> {
    (FORMAT, state).encode()
}

fn decode(mut bytes: &[u8]) -> Result<State, LedgerError> {
    let format = <u32 as codec::Decode>::decode(&mut bytes).map_err(|_| LedgerError::Malformed)?;
    if format != FORMAT {
        return Err(LedgerError::Format(format));
    }
    State::decode_all(&mut bytes).map_err(|_| LedgerError::Malformed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use phala_keyring::Platform;
    use phala_primitives::WorkerId;

    use super::*;

    const GENESIS: Hash = [7; 32];

    fn keyring(folder: &std::path::Path) -> Arc<Keyring> {
        Arc::new(Keyring::open(Platform::Development, folder).unwrap())
    }

    #[test]
    fn state_should_be_the_same_after_encoding() {
        let state = State::new(GENESIS, WorkerId([1; 32]));
        assert_eq!(decode(&encode(&state)).unwrap(), state);
    }

    #[test]
    fn state_should_be_refused_when_its_format_is_another_or_it_is_broken() {
        let bytes = encode(&State::new(GENESIS, WorkerId([1; 32])));
        let newer = [&(FORMAT + 1).to_le_bytes(), &bytes[4..]].concat();
        assert!(matches!(decode(&newer), Err(LedgerError::Format(found)) if found == FORMAT + 1));
        assert!(matches!(decode(&bytes[..bytes.len() - 1]), Err(LedgerError::Malformed)));
        assert!(matches!(decode(&[bytes.as_slice(), &[0]].concat()), Err(LedgerError::Malformed)));
        assert!(matches!(decode(&[]), Err(LedgerError::Malformed)));
    }

    #[test]
    fn commit_should_be_all_or_nothing_and_outlast_the_ledger() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(keyring(folder.path()), &TrustRoot::Genesis(GENESIS)).unwrap();
        let change = |state: &mut State| *state = State::new(GENESIS, WorkerId([1; 32]));
        let before = ledger.current();
        let failed: Result<(), phala_keyring::Error> = ledger.commit(|state| {
            change(state);
            Err(phala_keyring::Error::Cipher)
        });
        assert!(failed.is_err());
        assert_eq!(ledger.current(), before);
        ledger.commit(|state| Ok::<_, phala_keyring::Error>(change(state))).unwrap();
        let after = ledger.current();
        assert_ne!(after, before);
        drop(ledger);
        assert_eq!(
            Ledger::open(keyring(folder.path()), &TrustRoot::Genesis(GENESIS)).unwrap().current(),
            after
        );
    }
}
