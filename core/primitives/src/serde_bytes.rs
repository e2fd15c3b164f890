//! Byte strings as `0x…` in lower-case hexadecimal, and nothing else: one value, one text.

use alloc::{format, string::String, vec::Vec};
use serde::{de::Error, Deserialize, Deserializer, Serializer};

/// Writes `bytes` as `0x…`.
pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format!("0x{}", hex::encode(bytes)))
}

/// Reads exactly `N` bytes.
pub(crate) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(
    deserializer: D,
) -> Result<[u8; N], D::Error> {
    let text = String::deserialize(deserializer)?;
    let digits = text.strip_prefix("0x").ok_or_else(|| D::Error::custom("hexadecimal must start with 0x"))?;
    if digits.bytes().any(|digit| digit.is_ascii_uppercase()) {
        return Err(D::Error::custom("hexadecimal must be in lower case"));
    }
    let bytes: Vec<u8> = hex::decode(digits).map_err(D::Error::custom)?;
    let found = bytes.len();
    bytes.try_into().map_err(|_| D::Error::custom(format!("expected {N} bytes, found {found}")))
}
