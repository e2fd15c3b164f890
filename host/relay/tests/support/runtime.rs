//! Metadata of a small runtime, as nodes give it.

use std::marker::PhantomData;

use codec::Encode;
use phala_primitives::report::SignedReport;
use scale_info::{meta_type, TypeInfo};
use subxt::ext::frame_metadata::{
    v14::{
        ExtrinsicMetadata, PalletCallMetadata, PalletMetadata, RuntimeMetadataV14, SignedExtensionMetadata,
    },
    RuntimeMetadataPrefixed,
};

#[derive(TypeInfo)]
#[allow(dead_code)]
enum RuntimeCall {
    #[codec(index = 7)]
    Mailbox(MailboxCall),
}

#[derive(TypeInfo)]
#[allow(dead_code, non_camel_case_types)]
enum MailboxCall {
    #[codec(index = 3)]
    submit { report: SignedReport },
}

#[derive(TypeInfo)]
enum RuntimeEvent {}

#[derive(TypeInfo)]
enum RuntimeError {}

#[derive(TypeInfo)]
#[allow(dead_code)]
struct Runtime(RuntimeEvent, RuntimeError);

#[derive(TypeInfo)]
struct UncheckedExtrinsic<Address, Call, Signature>(PhantomData<(Address, Call, Signature)>);

#[derive(TypeInfo)]
struct Empty(PhantomData<()>);

/// A value in Substrate's compact encoding, as nonces and tips are.
#[derive(TypeInfo)]
#[allow(dead_code)]
struct CompactNumber(#[codec(compact)] u128);

/// One byte, as the shortest mortality and the modes of other extensions.
#[derive(TypeInfo)]
#[allow(dead_code)]
enum Byte {
    Zero,
}

/// A transaction extension: its identifier, and whether its values have any bytes.
#[derive(Clone, Copy)]
pub(crate) struct Extension(pub(crate) &'static str, pub(crate) Kind);

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Empty,
    Byte,
    Compact,
}

/// What a runtime of this release has.
pub(crate) const EXTENSIONS: [Extension; 8] = [
    Extension("AuthorizeCall", Kind::Empty),
    Extension("CheckSpecVersion", Kind::Empty),
    Extension("CheckGenesis", Kind::Empty),
    Extension("CheckMortality", Kind::Byte),
    Extension("CheckNonce", Kind::Compact),
    Extension("CheckWeight", Kind::Empty),
    Extension("ChargeTransactionPayment", Kind::Compact),
    Extension("CheckMetadataHash", Kind::Byte),
];

/// Encoded metadata of a runtime with `extensions`, whose pallet `pallet` (index 7) has the call `submit`
/// (index 3).
pub(crate) fn metadata(pallet: &'static str, extensions: &[Extension]) -> Vec<u8> {
    let pallet = PalletMetadata {
        name: pallet,
        storage: None,
        calls: Some(PalletCallMetadata { ty: meta_type::<MailboxCall>() }),
        event: None,
        constants: Vec::new(),
        error: None,
        index: 7,
    };
    let extension = |Extension(identifier, kind): &Extension| SignedExtensionMetadata {
        identifier: *identifier,
        ty: match kind {
            Kind::Empty => meta_type::<Empty>(),
            Kind::Byte => meta_type::<Byte>(),
            Kind::Compact => meta_type::<CompactNumber>(),
        },
        additional_signed: meta_type::<()>(),
    };
    let extrinsic = ExtrinsicMetadata {
        ty: meta_type::<UncheckedExtrinsic<[u8; 32], RuntimeCall, [u8; 64]>>(),
        version: 4,
        signed_extensions: extensions.iter().map(extension).collect(),
    };
    let metadata = RuntimeMetadataV14::new(vec![pallet], extrinsic, meta_type::<Runtime>());
    RuntimeMetadataPrefixed::from(metadata).encode()
}
