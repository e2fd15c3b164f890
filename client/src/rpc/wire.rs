//! How nodes write things in JSON.

use codec::{Compact, Decode, Encode};
use phala_light_client::Header;
use phala_primitives::Hash;
use serde::{de::Error, Deserialize, Deserializer, Serialize};

use super::RpcError;

/// Bytes written as `0x…`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits =
            text.strip_prefix("0x").ok_or_else(|| D::Error::custom("hexadecimal must start with 0x"))?;
        hex::decode(digits).map(Self).map_err(D::Error::custom)
    }
}

impl Bytes {
    pub(super) fn into_hash(self, method: &'static str) -> Result<Hash, RpcError> {
        let found = self.0.len();
        self.0.try_into().map_err(|_| RpcError::malformed(method, format!("a hash of {found} bytes")))
    }
}

/// A header as `chain_getHeader` gives it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RpcHeader {
    parent_hash: Bytes,
    number: String,
    state_root: Bytes,
    extrinsics_root: Bytes,
    digest: RpcDigest,
}

#[derive(Debug, Deserialize)]
struct RpcDigest {
    /// Each is a SCALE-encoded digest item.
    logs: Vec<Bytes>,
}

impl RpcHeader {
    /// The header itself, through its SCALE encoding: that is what its hash is over.
    pub(super) fn into_header(self) -> Result<Header, RpcError> {
        const METHOD: &str = "chain_getHeader";
        let digits = self.number.strip_prefix("0x").unwrap_or_default();
        let number = u32::from_str_radix(digits, 16)
            .map_err(|_| RpcError::malformed(METHOD, format!("block number {}", self.number)))?;
        let mut encoded = self.parent_hash.into_hash(METHOD)?.to_vec();
        Compact(number).encode_to(&mut encoded);
        encoded.extend(self.state_root.into_hash(METHOD)?);
        encoded.extend(self.extrinsics_root.into_hash(METHOD)?);
        Compact(self.digest.logs.len() as u32).encode_to(&mut encoded);
        self.digest.logs.iter().for_each(|log| encoded.extend(&log.0));
        let mut rest = encoded.as_slice();
        let header = Header::decode(&mut rest).map_err(|error| RpcError::malformed(METHOD, error))?;
        if !rest.is_empty() {
            return Err(RpcError::malformed(METHOD, "a digest item with trailing bytes"));
        }
        Ok(header)
    }
}

/// What `state_getReadProof` gives.
#[derive(Debug, Deserialize)]
pub(super) struct ReadProof {
    pub(super) proof: Vec<Bytes>,
}

/// What `state_queryStorageAt` gives.
#[derive(Debug, Deserialize)]
pub(super) struct ChangeSet {
    pub(super) changes: Vec<(Bytes, Option<Bytes>)>,
}

/// What kind of chain a node's chain specification states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainType {
    /// On one machine, for development.
    Development,
    /// On a few machines, for tests.
    Local,
    /// With money that matters, or of a kind unknown here.
    Live,
}

impl ChainType {
    /// As `system_chainType` gives it; a custom type is an object.
    pub(super) fn from_rpc(value: &serde_json::Value) -> Self {
        match value.as_str() {
            Some("Development") => Self::Development,
            Some("Local") => Self::Local,
            _ => Self::Live,
        }
    }
}

/// Version of a runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuntimeVersion {
    /// Grows with every upgrade.
    pub spec_version: u32,
    /// Grows when encoded transactions change their meaning.
    pub transaction_version: u32,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HEADER: &str = r#"{
        "parentHash": "0x1111111111111111111111111111111111111111111111111111111111111111",
        "number": "0x3039",
        "stateRoot": "0x2222222222222222222222222222222222222222222222222222222222222222",
        "extrinsicsRoot": "0x3333333333333333333333333333333333333333333333333333333333333333",
        "digest": { "logs": ["0x0661757261200000000000000000", "0x056175726108abcd"] }
    }"#;

    fn header(json: &str) -> Result<Header, RpcError> {
        serde_json::from_str::<RpcHeader>(json).unwrap().into_header()
    }

    #[test]
    fn header_should_be_the_one_that_was_hashed() {
        let header = header(HEADER).unwrap();
        assert_eq!(header.number, 12345);
        assert_eq!(header.digest.logs.len(), 2);
        let encoded = header.encode();
        assert_eq!(encoded[..32], [0x11; 32]);
        // Compact 12345, then the roots.
        assert_eq!(encoded[32..34], [0xe5, 0xc0]);
        assert_eq!(encoded[34..66], [0x22; 32]);
        assert_eq!(encoded[66..98], [0x33; 32]);
        assert_eq!(encoded[98], 2 << 2);
    }

    #[test]
    fn header_should_be_refused_when_any_part_is_malformed() {
        for (sound, broken) in [
            ("0x3039", "3039"),
            ("0x3039", "0x100000000"),
            ("0x1111", "0x11"),
            ("056175726108abcd", "056175726108abcdff"),
            ("056175726108abcd", "0561757261"),
        ] {
            assert!(HEADER.contains(sound));
            let error = header(&HEADER.replacen(sound, broken, 1)).unwrap_err();
            assert!(
                matches!(error, RpcError::Malformed { method: "chain_getHeader", .. }),
                "{broken}: {error}"
            );
        }
    }

    #[test]
    fn chain_should_count_as_live_when_its_type_is_unknown() {
        let kind = |json| ChainType::from_rpc(&serde_json::from_str(json).unwrap());
        assert_eq!(kind(r#""Development""#), ChainType::Development);
        assert_eq!(kind(r#""Local""#), ChainType::Local);
        for other in [r#""Live""#, r#"{"Custom":"Development"}"#, "null", r#""development""#] {
            assert_eq!(kind(other), ChainType::Live, "{other}");
        }
    }

    #[test]
    fn bytes_should_be_refused_when_not_hexadecimal() {
        for json in ["\"00\"", "\"0x0\"", "\"0xgg\"", "5", "null"] {
            assert!(serde_json::from_str::<Bytes>(json).is_err(), "{json}");
        }
        assert_eq!(serde_json::from_str::<Bytes>("\"0x\"").unwrap(), Bytes(vec![]));
    }
}
