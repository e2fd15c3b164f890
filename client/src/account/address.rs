//! Addresses: SS58, as every Substrate network writes accounts.
//!
//! Base58 of a prefix that names the network, the public key, and a checksum of two bytes:
//! `blake2b-512("SS58PRE" ‖ prefix ‖ key)[..2]`. Prefixes below 64 take one byte, those up to 16383 two.

use subxt::utils::AccountId32;
use thiserror::Error;

/// SS58 prefix of Phala addresses.
pub const SS58_PREFIX: u16 = 30;
/// SS58 prefix that belongs to no network and is understood by all.
const GENERIC_PREFIX: u16 = 42;

const KEY: usize = 32;
const CHECKSUM: usize = 2;
/// Base58 digits of the longest address; decoding takes quadratic time.
const MAX_DIGITS: usize = 50;

/// Why a text names no account.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum AddressError {
    /// Neither SS58 nor hexadecimal.
    #[error("this is not an address; one starts with a digit or letter and has 46 to 50 of them, or is 0x and 64 hexadecimal digits")]
    Form,
    /// A typing error, most likely.
    #[error("the address has a wrong checksum; compare it with the original")]
    Checksum,
    /// An address of some other network.
    #[error(
        "this address belongs to another network (SS58 prefix {0}); write it with prefix {SS58_PREFIX} if the \
         account is meant to be used here"
    )]
    OtherNetwork(u16),
}

/// The Phala address of an account.
pub fn address(account: &AccountId32) -> String {
    encode(SS58_PREFIX, account)
}

/// The account behind a Phala address, a generic address (prefix 42), or a public key in hexadecimal (`0x…`).
pub fn parse_address(text: &str) -> Result<AccountId32, AddressError> {
    if let Some(digits) = text.strip_prefix("0x") {
        let mut key = [0; KEY];
        hex::decode_to_slice(digits, &mut key).map_err(|_| AddressError::Form)?;
        return Ok(AccountId32(key));
    }
    match decode(text)? {
        (SS58_PREFIX | GENERIC_PREFIX, account) => Ok(account),
        (prefix, _) => Err(AddressError::OtherNetwork(prefix)),
    }
}

/// Prefix and account of any SS58 address.
pub(super) fn decode(text: &str) -> Result<(u16, AccountId32), AddressError> {
    if text.len() > MAX_DIGITS {
        return Err(AddressError::Form);
    }
    let bytes = bs58::decode(text).into_vec().map_err(|_| AddressError::Form)?;
    let (prefix, rest) = split_prefix(&bytes).ok_or(AddressError::Form)?;
    let (key, checksum) = rest.split_at_checked(KEY).ok_or(AddressError::Form)?;
    if checksum.len() != CHECKSUM {
        return Err(AddressError::Form);
    }
    let signed = bytes.len() - CHECKSUM;
    if bytes.get(..signed).map(checksum_of).as_ref().map(<[u8; CHECKSUM]>::as_slice) != Some(checksum) {
        return Err(AddressError::Checksum);
    }
    let key: [u8; KEY] = key.try_into().map_err(|_| AddressError::Form)?;
    Ok((prefix, AccountId32(key)))
}

fn encode(prefix: u16, account: &AccountId32) -> String {
    let mut bytes = prefix_bytes(prefix);
    bytes.extend_from_slice(&account.0);
    let checksum = checksum_of(&bytes);
    bytes.extend_from_slice(&checksum);
    bs58::encode(bytes).into_string()
}

/// The lower six bits of a longer prefix's lower byte go first, marked by bit 6.
fn prefix_bytes(prefix: u16) -> Vec<u8> {
    let [low, high] = prefix.to_le_bytes();
    match prefix {
        0..64 => vec![low],
        _ => vec![0b0100_0000 | (low >> 2), (high & 0b0011_1111) | (low << 6)],
    }
}

fn split_prefix(bytes: &[u8]) -> Option<(u16, &[u8])> {
    match bytes {
        [short @ 0..64, rest @ ..] => Some((u16::from(*short), rest)),
        [first @ 64..128, second, rest @ ..] => {
            let low = (first << 2) | (second >> 6);
            Some((u16::from_le_bytes([low, second & 0b0011_1111]), rest))
        }
        _ => None,
    }
}

fn checksum_of(bytes: &[u8]) -> [u8; CHECKSUM] {
    let [first, second, ..] = sp_crypto_hashing::blake2_512(&[b"SS58PRE", bytes].concat());
    [first, second]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::account::development;

    /// Alice's addresses, as `subkey inspect //Alice --network …` prints them.
    const ALICE_GENERIC: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
    const ALICE_POLKADOT: &str = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";

    fn alice() -> AccountId32 {
        development("alice").unwrap().account_id()
    }

    #[test]
    fn address_should_be_that_of_other_tools_when_the_prefix_is_theirs() {
        assert_eq!(encode(42, &alice()), ALICE_GENERIC);
        assert_eq!(encode(0, &alice()), ALICE_POLKADOT);
    }

    #[test]
    fn account_should_be_found_when_its_address_is_phalas_generic_or_hexadecimal() {
        let hexadecimal = format!("0x{}", hex::encode(alice().0));
        for text in [address(&alice()), ALICE_GENERIC.to_owned(), hexadecimal] {
            assert_eq!(parse_address(&text), Ok(alice()), "{text}");
        }
    }

    #[test]
    fn address_should_be_refused_when_it_belongs_to_another_network() {
        assert_eq!(parse_address(ALICE_POLKADOT), Err(AddressError::OtherNetwork(0)));
        assert_eq!(parse_address(&encode(2_206, &alice())), Err(AddressError::OtherNetwork(2_206)));
    }

    #[test]
    fn every_prefix_should_come_back() {
        let account = AccountId32([7; 32]);
        for prefix in 0..(1 << 14) {
            // 46 and 47 are reserved, which decoding need not know.
            assert_eq!(decode(&encode(prefix, &account)), Ok((prefix, account)), "{prefix}");
        }
    }

    #[test]
    fn address_should_be_refused_when_any_one_character_is_mistyped() {
        let right = address(&alice());
        for at in 0..right.len() {
            let mut wrong = right.clone().into_bytes();
            wrong[at] = if wrong[at] == b'x' { b'y' } else { b'x' };
            let wrong = String::from_utf8(wrong).unwrap();
            assert!(parse_address(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn text_should_be_refused_when_it_is_no_address() {
        let long = "1".repeat(10_000);
        for text in ["", "0x", "0x00", "alice", "5Grwva", "0OIl", &long] {
            assert_eq!(parse_address(text), Err(AddressError::Form), "{text}");
        }
    }
}
