//! Byte strings, and SCALE-encoded values, as `0x…` in JSON.

use alloc::{format, string::String, vec::Vec};
use codec::{DecodeWithMemTracking, Encode};
use phala_primitives::Hash;
use serde::{de::Error, Deserialize, Deserializer, Serialize, Serializer};

use crate::{display::Hex, limits::decode_bounded};

/// Bytes of memory that reading a value may take beyond twice its length: a header has a few items.
const SLACK: usize = 4 << 10;

/// Bytes that are written as `0x…` in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("0x{}", hex::encode(&self.0)))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits =
            text.strip_prefix("0x").ok_or_else(|| D::Error::custom("hexadecimal must start with 0x"))?;
        hex::decode(digits).map(Self).map_err(D::Error::custom)
    }
}

/// 32 bytes that are written like [`Bytes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bytes32(pub(crate) Hash);

impl Serialize for Bytes32 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes32 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Bytes(bytes) = Bytes::deserialize(deserializer)?;
        bytes.try_into().map(Self).map_err(|_| D::Error::custom("32 bytes expected: 64 hexadecimal digits"))
    }
}

/// A value that is written as `0x…` of its SCALE encoding. Reading one takes memory in proportion to its length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scale<T>(pub(crate) T);

impl<T: Encode> Serialize for Scale<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Bytes(self.0.encode()).serialize(serializer)
    }
}

impl<'de, T: DecodeWithMemTracking> Deserialize<'de> for Scale<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Bytes(bytes) = Bytes::deserialize(deserializer)?;
        decode_bounded(&bytes, 2 * bytes.len() + SLACK)
            .map(Self)
            .ok_or_else(|| D::Error::custom("these bytes are not what belongs here"))
    }
}
