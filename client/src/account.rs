//! Accounts: key pairs that sign transactions, their addresses, and the encrypted files that keep them.
//!
//! A [`Keypair`] comes from a [`Phrase`] or another secret ([`recover`]), or from a [`KeyFile`] that a
//! [`Passphrase`] unlocks. A [`KeyFolder`] holds key files under names. Secrets are wiped from memory when they
//! are dropped, and appear in no error and no debug output.

mod address;
mod error;
mod files;
mod folder;
mod key_file;
mod keypair;
mod phrase;
mod sealed;
mod transfer;

use phala_primitives::Hash;

pub use address::{address, parse_address, AddressError, SS58_PREFIX};
pub use error::KeyError;
pub use folder::{KeyFolder, Listing, StoredKey};
pub use key_file::KeyFile;
pub use keypair::Keypair;
pub use phrase::{looks_like_phrase, recover, Phrase};
pub use sealed::{Passphrase, MIN_PASSPHRASE};
pub use transfer::{Objection, Quote, Receipt, Transfer};

use crate::{rpc::ChainType, Chain, Error};

/// The well-known development accounts, whose keys everybody has: for development networks only.
pub const DEVELOPMENT_ACCOUNTS: [&str; 6] = ["alice", "bob", "charlie", "dave", "eve", "ferdie"];

/// The development account `name`, in any case and with or without the leading `//`.
pub fn development(name: &str) -> Result<Keypair, Error> {
    let unknown = || {
        Error::Request(format!(
            "there is no development account `{name}`; use one of {}",
            DEVELOPMENT_ACCOUNTS.join(", ")
        ))
    };
    let name = development_name(name).ok_or_else(unknown)?;
    let (first, rest) = name.split_at(1);
    phrase::derive(&format!("//{}{rest}", first.to_uppercase()))
        .map_err(|error| Error::Request(error.to_string()))
}

/// The development account that `text` names, in any case and with or without the leading `//`.
pub fn development_name(text: &str) -> Option<&'static str> {
    let name = text.strip_prefix("//").unwrap_or(text);
    DEVELOPMENT_ACCOUNTS.into_iter().find(|known| known.eq_ignore_ascii_case(name))
}

/// Whether the chain is one for development or tests, where the development accounts have money.
///
/// That is the node's word. A node that lies gains nothing: what it could get is a signature by a key that
/// everybody has.
pub async fn is_development_chain(chain: &Chain) -> Result<bool, Error> {
    Ok(matches!(chain.node().chain_type().await?, ChainType::Development | ChainType::Local))
}

/// Public key of an account.
pub fn public_key(signer: &Keypair) -> Hash {
    signer.public_key().0
}
