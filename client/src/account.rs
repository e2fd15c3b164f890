//! Accounts that sign transactions.

use phala_primitives::Hash;
use subxt_signer::sr25519::{dev, Keypair};

use crate::Error;

/// SS58 prefix of Phala addresses.
pub const SS58_PREFIX: u16 = 30;

/// The well-known development accounts, whose keys everybody has: for development networks only.
pub const DEVELOPMENT_ACCOUNTS: [&str; 6] = ["alice", "bob", "charlie", "dave", "eve", "ferdie"];

/// The development account `name`, in any case and with or without the leading `//`.
pub fn development(name: &str) -> Result<Keypair, Error> {
    match name.trim_start_matches('/').to_lowercase().as_str() {
        "alice" => Ok(dev::alice()),
        "bob" => Ok(dev::bob()),
        "charlie" => Ok(dev::charlie()),
        "dave" => Ok(dev::dave()),
        "eve" => Ok(dev::eve()),
        "ferdie" => Ok(dev::ferdie()),
        _ => Err(Error::Request(format!(
            "there is no development account `{name}`; use one of {}",
            DEVELOPMENT_ACCOUNTS.join(", ")
        ))),
    }
}

/// Public key of an account.
pub fn public_key(signer: &Keypair) -> Hash {
    signer.public_key().0
}
