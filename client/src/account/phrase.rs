//! Secret phrases (BIP-39, English), and key pairs from secrets as Substrate's tools write them.

use std::str::FromStr;

use phala_crypto::{rand_core::Rng, system_rng};
use schnorrkel::{
    derive::{ChainCode, Derivation},
    ExpansionMode, MiniSecretKey, SecretKey,
};
use subxt_signer::{
    bip39::{self, Language, Mnemonic},
    DeriveJunction, ExposeSecret, SecretUri, DEV_PHRASE,
};
use zeroize::Zeroizing;

use super::{KeyError, Keypair};

/// Words of a new phrase.
const WORDS: usize = 12;
/// Bytes of entropy behind a new phrase.
const ENTROPY: usize = 16;
/// Letters of the longest word of the list, and a space.
const WORD_BYTES: usize = 9;
/// Most bytes of a secret that is read.
const MAX_SECRET: usize = 4 << 10;

/// Twelve words from which an account's key can be made again. Wiped when dropped.
pub struct Phrase(Zeroizing<String>);

impl Phrase {
    /// A new phrase, from the system's randomness.
    pub fn generate() -> Result<Self, KeyError> {
        let mut entropy = Zeroizing::new([0; ENTROPY]);
        system_rng().fill_bytes(entropy.as_mut_slice());
        let mnemonic = Mnemonic::from_entropy_in(Language::English, entropy.as_slice()).map_err(unusable)?;
        // Enough room at once: a string that grows leaves copies behind.
        let mut words = Zeroizing::new(String::with_capacity(WORDS * WORD_BYTES));
        for word in mnemonic.words() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
        Ok(Self(words))
    }

    /// The words, for the owner's eyes.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The key pair that they stand for.
    pub fn keypair(&self) -> Result<Keypair, KeyError> {
        derive(&self.0)
    }
}

/// The key pair behind a secret: a phrase or a seed (`0x` and 64 hexadecimal digits), optionally followed by
/// `//hard` and `/soft` derivations and a `///password`. Keys that everybody knows are refused.
pub fn recover(secret: &str) -> Result<Keypair, KeyError> {
    if secret.len() > MAX_SECRET {
        return Err(KeyError::Phrase("it is too long".to_owned()));
    }
    let secret = single_spaced(secret);
    if secret.is_empty() {
        return Err(KeyError::Phrase("it is empty".to_owned()));
    }
    // What follows the words keeps its capitals: they matter in derivations.
    if secret.starts_with('/') || Zeroizing::new(secret.to_ascii_lowercase()).starts_with(DEV_PHRASE) {
        return Err(KeyError::DevelopmentKey);
    }
    derive(&secret)
}

/// Whether a text is, or contains, a secret phrase: as many words as the shortest has, all of BIP-39's list.
pub fn looks_like_phrase(text: &str) -> bool {
    let words = text.split(|character: char| !character.is_ascii_alphabetic());
    let mut run = 0;
    for word in words.filter(|word| !word.is_empty()) {
        let known = Language::English.find_word(&word.to_ascii_lowercase()).is_some();
        run = if known { run + 1 } else { 0 };
        if run == WORDS {
            return true;
        }
    }
    false
}

/// The key pair behind a secret URI; without a phrase, that of the development phrase.
pub(super) fn derive(secret: &str) -> Result<Keypair, KeyError> {
    let uri = SecretUri::from_str(secret)
        .map_err(|_| KeyError::Phrase("it is neither words nor 0x and hexadecimal digits".to_owned()))?;
    let seed = match uri.phrase.expose_secret().strip_prefix("0x") {
        Some(digits) => seed_from_hex(digits)?,
        None => {
            let password = uri.password.as_ref().map(ExposeSecret::expose_secret).unwrap_or_default();
            seed_from_words(uri.phrase.expose_secret(), password)?
        }
    };
    if uri.junctions.is_empty() {
        return Ok(Keypair::from_seed(&seed));
    }
    let root = seed.expand(ExpansionMode::Ed25519);
    Ok(Keypair::from_secret(uri.junctions.into_iter().fold(root, child)))
}

fn seed_from_hex(digits: &str) -> Result<MiniSecretKey, KeyError> {
    let mut seed = Zeroizing::new([0; 32]);
    hex::decode_to_slice(digits, seed.as_mut_slice())
        .map_err(|_| KeyError::Phrase("a seed is 0x and 64 hexadecimal digits".to_owned()))?;
    MiniSecretKey::from_bytes(seed.as_slice())
        .map_err(|_| KeyError::Phrase("the seed is unusable".to_owned()))
}

fn seed_from_words(words: &str, password: &str) -> Result<MiniSecretKey, KeyError> {
    let lower = Zeroizing::new(words.to_ascii_lowercase());
    let mnemonic = Mnemonic::parse_in_normalized(Language::English, &lower).map_err(unusable)?;
    let (entropy, length) = mnemonic.to_entropy_array();
    let entropy = Zeroizing::new(entropy);
    let entropy = entropy.get(..length).unwrap_or_default();
    substrate_bip39::mini_secret_from_entropy(entropy, password)
        .map_err(|_| KeyError::Phrase("it has an unusual number of words".to_owned()))
}

fn child(parent: SecretKey, junction: DeriveJunction) -> SecretKey {
    match junction {
        DeriveJunction::Soft(code) => parent.derived_key_simple(ChainCode(code), []).0,
        DeriveJunction::Hard(code) => {
            let (seed, _) = parent.hard_derive_mini_secret_key(Some(ChainCode(code)), b"");
            seed.expand(ExpansionMode::Ed25519)
        }
    }
}

/// The text without line breaks and repeated spaces, as people paste them.
fn single_spaced(text: &str) -> Zeroizing<String> {
    let mut spaced = Zeroizing::new(String::with_capacity(text.len()));
    for word in text.split_whitespace() {
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push_str(word);
    }
    spaced
}

/// Says which word is wrong by its place, never the word.
fn unusable(error: bip39::Error) -> KeyError {
    KeyError::Phrase(match error {
        bip39::Error::BadWordCount(count) => format!("it has {count} words; 12, 15, 18, 21 or 24 are right"),
        bip39::Error::UnknownWord(index) => format!("word {} is not one of the English list", index + 1),
        bip39::Error::InvalidChecksum => {
            "its checksum is wrong; a word is missing, wrong or misplaced".to_owned()
        }
        bip39::Error::BadEntropyBitCount(_) | bip39::Error::AmbiguousLanguages(_) => {
            "it is unusable".to_owned()
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use subxt_signer::sr25519;

    use super::*;

    /// From BIP-39's test vectors.
    const PHRASE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

    fn reference(secret: &str) -> [u8; 32] {
        let uri = SecretUri::from_str(secret).unwrap();
        sr25519::Keypair::from_uri(&uri).unwrap().public_key().0
    }

    #[test]
    fn new_phrase_should_have_twelve_words_and_lead_back_to_its_key() {
        let phrase = Phrase::generate().unwrap();
        assert_eq!(phrase.expose().split(' ').count(), WORDS);
        assert!(looks_like_phrase(phrase.expose()));
        let again = recover(phrase.expose()).unwrap();
        assert_eq!(again.account_id(), phrase.keypair().unwrap().account_id());
        assert_ne!(Phrase::generate().unwrap().expose(), phrase.expose());
    }

    #[test]
    fn key_should_be_that_of_another_implementation_when_the_secret_is_the_same() {
        let seed = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
        for path in
            ["", "//hard", "/soft", "//1", "//hard/soft//0001/and/more", "//hard///password", "///password"]
        {
            for root in [PHRASE, seed] {
                let secret = format!("{root}{path}");
                assert_eq!(recover(&secret).unwrap().account_id().0, reference(&secret), "{secret}");
            }
        }
    }

    #[test]
    fn development_accounts_should_be_those_of_every_substrate_chain() {
        for name in super::super::DEVELOPMENT_ACCOUNTS {
            let (first, rest) = name.split_at(1);
            let uri = format!("//{}{rest}", first.to_uppercase());
            let key = super::super::development(name).unwrap();
            assert_eq!(key.account_id().0, reference(&uri), "{name}");
        }
    }

    #[test]
    fn phrase_should_be_read_when_it_was_pasted_with_line_breaks_and_capitals() {
        let pasted = format!("\n  {}\n", PHRASE.replace(' ', " \n ").to_uppercase());
        assert_eq!(recover(&pasted).unwrap().account_id().0, reference(PHRASE));
    }

    #[test]
    fn development_keys_should_be_refused() {
        for secret in ["//Alice", "/soft", DEV_PHRASE, &format!(" {}//Bob", DEV_PHRASE.to_uppercase())] {
            assert!(matches!(recover(secret), Err(KeyError::DevelopmentKey)), "{secret}");
        }
    }

    #[test]
    fn error_should_name_the_place_and_no_word_when_a_phrase_is_wrong() {
        let cases = [
            (PHRASE.replacen("winner", "winnner", 1), "word 2"),
            (PHRASE.replacen("legal winner", "winner legal", 1), "checksum"),
            (PHRASE.replacen("legal ", "", 1), "11 words"),
            ("0x1234".to_owned(), "64 hexadecimal digits"),
            (String::new(), "empty"),
            ("a".repeat(10_000), "too long"),
            ("väinö".to_owned(), "words"),
        ];
        for (secret, expected) in cases {
            let error = recover(&secret).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains("winner") && !error.contains("1234"), "{error}");
        }
    }

    #[test]
    fn phrase_should_be_noticed_wherever_it_stands_in_a_text() {
        assert!(looks_like_phrase(PHRASE));
        assert!(looks_like_phrase(&PHRASE.replace(' ', ",")));
        assert!(looks_like_phrase(&format!("--phrase={PHRASE}//hard")));
        assert!(!looks_like_phrase("the quick brown fox jumps over the lazy dog and then it goes to sleep"));
        assert!(!looks_like_phrase(&PHRASE.replacen("thank", "thanks", 1)));
    }
}
