//! Key files: JSON in the form of polkadot-js, version 3, which its extension and apps export and import.
//!
//! The sealed bytes hold header (16) ‖ secret key (64) ‖ divider (5) ‖ public key (32), a PKCS#8 structure in
//! name only: header and divider are constants. Address and metadata lie beside them in the clear and are not
//! authenticated; so the address is compared with the key when a file is unlocked.
//! Source: `@polkadot/keyring`, `pair/encode` and `pair/defaults`.

use std::time::SystemTime;

use base64::{engine::general_purpose::STANDARD, Engine};
use serde::{Deserialize, Serialize};
use serde_json::{json, Map, Value};
use subxt::utils::AccountId32;
use zeroize::Zeroizing;

use super::{
    address::{address, decode},
    keypair::SECRET_BYTES,
    sealed::{Freshness, ScryptCost, Sealed},
    KeyError, Keypair, Passphrase,
};

/// Most bytes of a key file. Usual ones have less than 1 KiB.
pub(super) const MAX_BYTES: usize = 64 << 10;

const HEADER: [u8; 16] = [48, 83, 2, 1, 1, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
const DIVIDER: [u8; 5] = [161, 35, 3, 33, 0];
const PUBLIC_KEY: usize = 32;
const PLAIN_BYTES: usize = HEADER.len() + SECRET_BYTES + DIVIDER.len() + PUBLIC_KEY;

/// An account's key, encrypted under a passphrase.
#[derive(Clone)]
pub struct KeyFile {
    account: AccountId32,
    sealed: Sealed,
    meta: Map<String, Value>,
}

/// The file's JSON.
#[derive(Serialize, Deserialize)]
struct Form {
    encoded: String,
    encoding: Encoding,
    address: String,
    #[serde(default)]
    meta: Map<String, Value>,
}

/// How the secret is encoded; older versions have texts where version 3 has lists.
#[derive(Serialize, Deserialize)]
struct Encoding {
    content: Value,
    r#type: Value,
    version: String,
}

impl KeyFile {
    /// Encrypts `key`; `name` goes into the file's metadata, readable by all.
    pub fn seal(key: &Keypair, name: &str, passphrase: &Passphrase) -> Result<Self, KeyError> {
        if passphrase.is_weak() {
            return Err(KeyError::WeakPassphrase);
        }
        let sealed = seal_key(key, passphrase, ScryptCost::USUAL, Freshness::random())?;
        let mut meta = Map::new();
        if let Ok(age) = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
            meta.insert("whenCreated".to_owned(), json!(u64::try_from(age.as_millis()).unwrap_or_default()));
        }
        Ok(Self { account: key.account_id(), sealed, meta }.named(name))
    }

    /// The key, if `passphrase` is right.
    pub fn unlock(&self, passphrase: &Passphrase) -> Result<Keypair, KeyError> {
        let damaged = || KeyError::Damaged("its secret has another form".to_owned());
        let plain = self.sealed.open(passphrase)?;
        if plain.len() != PLAIN_BYTES {
            return Err(damaged());
        }
        let secret = plain.strip_prefix(&HEADER).ok_or_else(damaged)?;
        let (secret, rest) = secret.split_at_checked(SECRET_BYTES).ok_or_else(damaged)?;
        let public = rest.strip_prefix(&DIVIDER).ok_or_else(damaged)?;
        let key = Keypair::from_bytes(secret).ok_or_else(damaged)?;
        if key.account_id().0 != public || key.account_id() != self.account {
            return Err(KeyError::OtherAddress);
        }
        Ok(key)
    }

    /// The account, as the file says; [`Self::unlock`] checks that it is true.
    pub fn account_id(&self) -> &AccountId32 {
        &self.account
    }

    /// The same file under another name.
    pub fn named(mut self, name: &str) -> Self {
        self.meta.insert("name".to_owned(), json!(name));
        self
    }

    /// The JSON that polkadot-js reads.
    pub fn to_json(&self) -> Value {
        json!({
            "encoded": STANDARD.encode(self.sealed.to_bytes()),
            "encoding": { "content": CONTENT, "type": TYPE, "version": VERSION },
            "address": address(&self.account),
            "meta": self.meta,
        })
    }

    /// Reads what polkadot-js wrote.
    pub fn from_json(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() > MAX_BYTES {
            return Err(KeyError::Damaged(format!("it has more than {MAX_BYTES} bytes")));
        }
        let value: Value =
            serde_json::from_slice(bytes).map_err(|error| KeyError::Damaged(error.to_string()))?;
        if value.get("accounts").is_some() {
            return Err(KeyError::Unsupported(
                "it holds several accounts; export them one by one".to_owned(),
            ));
        }
        let form: Form =
            serde_json::from_value(value).map_err(|error| KeyError::Damaged(error.to_string()))?;
        form.encoding.check()?;
        let (_, account) = decode(&form.address).map_err(|error| KeyError::Damaged(error.to_string()))?;
        let sealed = Sealed::from_bytes(&decode_secret(&form.encoded)?)?;
        Ok(Self { account, sealed, meta: form.meta })
    }
}

const CONTENT: [&str; 2] = ["pkcs8", "sr25519"];
const TYPE: [&str; 2] = ["scrypt", "xsalsa20-poly1305"];
const VERSION: &str = "3";

impl Encoding {
    fn check(&self) -> Result<(), KeyError> {
        let unsupported = |what: String| Err(KeyError::Unsupported(what));
        if self.version != VERSION {
            return unsupported(format!(
                "it has version {}, not {VERSION}; open it with polkadot-js and export it again",
                self.version
            ));
        }
        if self.r#type == json!(["none"]) {
            return unsupported("it is not encrypted; export it with a password".to_owned());
        }
        if self.r#type != json!(TYPE) {
            return unsupported(format!("it is encrypted by {}, not by {}", self.r#type, json!(TYPE)));
        }
        if self.content != json!(CONTENT) {
            return unsupported(format!("it holds a key of kind {}, not {}", self.content, json!(CONTENT)));
        }
        Ok(())
    }
}

/// Base64, or hexadecimal as early versions wrote it.
fn decode_secret(text: &str) -> Result<Vec<u8>, KeyError> {
    let bytes = match text.strip_prefix("0x") {
        Some(digits) => hex::decode(digits).ok(),
        None => STANDARD.decode(text).ok(),
    };
    bytes.ok_or_else(|| KeyError::Damaged("its secret is neither base64 nor hexadecimal".to_owned()))
}

fn seal_key(
    key: &Keypair,
    passphrase: &Passphrase,
    cost: ScryptCost,
    freshness: Freshness,
) -> Result<Sealed, KeyError> {
    // Enough room at once: a vector that grows leaves copies behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(PLAIN_BYTES));
    plain.extend_from_slice(&HEADER);
    plain.extend_from_slice(key.secret_bytes().as_slice());
    plain.extend_from_slice(&DIVIDER);
    plain.extend_from_slice(&key.account_id().0);
    Sealed::seal(&plain, passphrase, cost, freshness)
}

#[cfg(test)]
mod tests;
