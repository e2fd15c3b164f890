//! Reports as transactions.
//!
//! `Mailbox.submit` is authorised by the signature inside the report, so the transaction around it has no
//! signer: a *general* transaction, version 5 of Substrate's extrinsic format:
//!
//! ```text
//! compact length ‖ 0x45 ‖ version of the extensions ‖ their values ‖ pallet index ‖ call index ‖ report
//! ```
//!
//! Which extensions there are, and the indices, is read from the runtime's metadata, so that a runtime
//! upgrade needs no new relay. All extensions that say something of a signer or of a fee are given the
//! value that says nothing.

use codec::{Compact, Encode};
use phala_primitives::report::SignedReport;
use scale_info::{PortableRegistry, TypeDef};
use subxt::metadata::Metadata;
use thiserror::Error;

/// Extrinsic format version 5 (low bits), kind "general" (high bits 01).
const GENERAL_V5: u8 = 0b0100_0101;

/// Nesting of types deeper than any extension has.
const MAX_DEPTH: u8 = 16;

/// Everything of a transaction that does not depend on the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmitCall(Vec<u8>);

impl SubmitCall {
    /// Reads how `Mailbox.submit` is called from SCALE-encoded metadata.
    pub fn from_metadata(encoded: &[u8]) -> Result<Self, UnsupportedRuntime> {
        let metadata = Metadata::decode_from(encoded)
            .map_err(|error| UnsupportedRuntime::Metadata(error.to_string()))?;
        let pallet = metadata.pallet_by_name("Mailbox").ok_or(UnsupportedRuntime::NoCall)?;
        let call = pallet.call_variant_by_name("submit").ok_or(UnsupportedRuntime::NoCall)?;
        if call.fields.len() != 1 {
            return Err(UnsupportedRuntime::NoCall);
        }
        let extrinsic = metadata.extrinsic();
        let mut bytes = vec![GENERAL_V5, extrinsic.transaction_extension_version_to_use_for_encoding()];
        for extension in extrinsic.transaction_extensions_to_use_for_encoding() {
            if !is_empty(metadata.types(), extension.extra_ty(), MAX_DEPTH) {
                bytes.extend(neutral_value(extension.identifier())?);
            }
        }
        bytes.extend([pallet.call_index(), call.index]);
        Ok(Self(bytes))
    }

    /// The transaction that submits `report`.
    pub fn transaction(&self, report: &SignedReport) -> Vec<u8> {
        let mut transaction = Vec::with_capacity(self.0.len() + report.encoded_size() + 4);
        Compact((self.0.len() + report.encoded_size()) as u32).encode_to(&mut transaction);
        transaction.extend_from_slice(&self.0);
        report.encode_to(&mut transaction);
        transaction
    }
}

/// The value with which an extension has nothing to say about a transaction without a signer.
fn neutral_value(identifier: &str) -> Result<&'static [u8], UnsupportedRuntime> {
    match identifier {
        // Immortal: a report's sequence number limits its life.
        "CheckMortality" | "CheckEra" => Ok(&[0]),
        // Compact 0.
        "CheckNonce" => Ok(&[0]),
        // No tip: compact 0.
        "ChargeTransactionPayment" => Ok(&[0]),
        // No tip, no asset to pay it with.
        "ChargeAssetTxPayment" => Ok(&[0, 0]),
        // Disabled.
        "CheckMetadataHash" => Ok(&[0]),
        unknown => Err(UnsupportedRuntime::Extension(unknown.to_owned())),
    }
}

/// Whether values of a type have no bytes.
fn is_empty(types: &PortableRegistry, id: u32, depth: u8) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let Some(found) = types.resolve(id) else { return false };
    match &found.type_def {
        TypeDef::Composite(composite) => {
            composite.fields.iter().all(|field| is_empty(types, field.ty.id, depth))
        }
        TypeDef::Tuple(tuple) => tuple.fields.iter().all(|field| is_empty(types, field.id, depth)),
        TypeDef::Array(array) => array.len == 0 || is_empty(types, array.type_param.id, depth),
        TypeDef::Variant(_)
        | TypeDef::Sequence(_)
        | TypeDef::Primitive(_)
        | TypeDef::Compact(_)
        | TypeDef::BitSequence(_) => false,
    }
}

/// A runtime that this relay cannot submit reports to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnsupportedRuntime {
    /// Its metadata cannot be read.
    #[error("the runtime's metadata cannot be read ({0}): use a relay of the runtime's release")]
    Metadata(String),
    /// It takes no reports.
    #[error(
        "the runtime has no call Mailbox.submit(report): is it a Phala chain? If so, use a relay of its \
         release"
    )]
    NoCall,
    /// It wants more of a transaction than is known here.
    #[error(
        "the runtime has a transaction extension `{0}` that this relay does not know: use a relay of the \
         runtime's release"
    )]
    Extension(String),
}
