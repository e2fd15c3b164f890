//! Which account is meant, and its key.

use anyhow::Result;
use phala_client::{
    account::{self, AddressError, KeyError, KeyFolder, StoredKey},
    AccountId32, Chain, Keypair,
};

use crate::{
    exit::usage,
    secret::PassphraseArguments,
    settings::{Setting, Settings},
};

/// Who signs on a development chain if nobody says otherwise.
const DEVELOPMENT_SIGNER: &str = "alice";

/// An account whose key can be had.
pub(crate) enum Signer {
    /// Everybody has the key.
    Development(Keypair),
    /// The key is in a file.
    Stored(StoredKey),
}

impl Signer {
    /// The account that the settings name.
    pub(crate) async fn from_settings(settings: &Settings, chain: &Chain) -> Result<Self> {
        match settings.account() {
            Some(wanted) => Self::find(wanted, &settings.keys(), chain).await,
            None if account::is_development_chain(chain).await? => {
                Ok(Self::Development(account::development(DEVELOPMENT_SIGNER)?))
            }
            None => {
                let name = Setting::Account.definition().name;
                Err(usage(format!(
                    "nobody is named to sign, and this is no development chain; name a key file with --{name}, {} or \
                     `{name}` in the configuration file (`phala account list` shows them)",
                    Setting::Account.variable()
                )))
            }
        }
    }

    /// The account called `wanted`: name or address of a key file, or a development account where it may be used.
    pub(crate) async fn find(wanted: &str, keys: &KeyFolder, chain: &Chain) -> Result<Self> {
        if let Some(name) = development_account(wanted) {
            return development(name, chain).await.map(Self::Development);
        }
        let key = keys.find(wanted)?;
        key.check_private()?;
        Ok(Self::Stored(key))
    }

    /// Its address on the chain.
    pub(crate) fn account_id(&self) -> AccountId32 {
        match self {
            Self::Development(key) => key.account_id(),
            Self::Stored(key) => *key.account_id(),
        }
    }

    /// The key, for which a key file's passphrase is read.
    pub(crate) fn unlock(self, passphrase: &PassphraseArguments) -> Result<Keypair> {
        match self {
            Self::Development(key) => Ok(key),
            Self::Stored(key) => Ok(key.unlock(&passphrase.existing(&key.name)?)?),
        }
    }
}

/// The account called `wanted`: any address, the name of a key file, or a development account where it may be used.
pub(crate) async fn find_account(wanted: &str, keys: &KeyFolder, chain: &Chain) -> Result<AccountId32> {
    match account::parse_address(wanted) {
        Ok(account) => return Ok(account),
        Err(AddressError::Form) => {}
        Err(error) => return Err(KeyError::from(error).into()),
    }
    Ok(Signer::find(wanted, keys, chain).await?.account_id())
}

/// The development account that `text` names or is the address of.
fn development_account(text: &str) -> Option<&'static str> {
    account::development_name(text).or_else(|| {
        let wanted = account::parse_address(text).ok()?;
        account::DEVELOPMENT_ACCOUNTS
            .into_iter()
            .find(|name| account::development(name).is_ok_and(|key| key.account_id() == wanted))
    })
}

async fn development(name: &str, chain: &Chain) -> Result<Keypair> {
    if !account::is_development_chain(chain).await? {
        return Err(usage(format!(
            "{name} is a development account, whose key everybody has, and this is no development chain; use a key file \
             of your own (`phala account new` makes one)"
        )));
    }
    Ok(account::development(name)?)
}
