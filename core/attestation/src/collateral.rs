//! What Intel publishes about a family of platforms, and what a quote is judged by.

use alloc::string::{String, ToString};

use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use dcap_qvl::QuoteCollateralV3;
use phala_primitives::Moment;
use scale_info::TypeInfo;

use crate::{
    limits::{MAX_CHAIN, MAX_COLLATERAL_JSON, MAX_PCK_CRL, MAX_QE_IDENTITY, MAX_ROOT_CRL, MAX_TCB_INFO},
    Part, Refusal, Text,
};

/// Bytes of at most `N`.
pub type Bytes<const N: u32> = BoundedVec<u8, ConstU32<N>>;

/// Certificates, revocation lists, TCB information and the quoting enclave's identity, each signed by Intel.
///
/// The same as dcap-qvl's [`QuoteCollateralV3`] without the chain of the PCK certificate: that belongs to one
/// platform, and is in its quote.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Collateral {
    /// Issuer of [`Self::pck_crl`] and the root (PEM).
    pub pck_crl_issuer_chain: Bytes<MAX_CHAIN>,
    /// Certificates that the root revoked (DER).
    pub root_ca_crl: Bytes<MAX_ROOT_CRL>,
    /// PCK certificates that their CA revoked (DER).
    pub pck_crl: Bytes<MAX_PCK_CRL>,
    /// Signer of [`Self::tcb_info`] and the root (PEM).
    pub tcb_info_issuer_chain: Bytes<MAX_CHAIN>,
    /// Security versions of the family, and the status of each (JSON).
    pub tcb_info: Bytes<MAX_TCB_INFO>,
    /// ECDSA signature, `r` then `s`.
    pub tcb_info_signature: [u8; 64],
    /// Signer of [`Self::qe_identity`] and the root (PEM).
    pub qe_identity_issuer_chain: Bytes<MAX_CHAIN>,
    /// What a quoting enclave must be (JSON).
    pub qe_identity: Bytes<MAX_QE_IDENTITY>,
    /// ECDSA signature, `r` then `s`.
    pub qe_identity_signature: [u8; 64],
}

impl TryFrom<QuoteCollateralV3> for Collateral {
    type Error = Refusal;

    fn try_from(collateral: QuoteCollateralV3) -> Result<Self, Refusal> {
        Ok(Self {
            pck_crl_issuer_chain: bounded(Part::PckCrlChain, collateral.pck_crl_issuer_chain)?,
            root_ca_crl: bounded(Part::RootCrl, collateral.root_ca_crl)?,
            pck_crl: bounded(Part::PckCrl, collateral.pck_crl)?,
            tcb_info_issuer_chain: bounded(Part::TcbInfoChain, collateral.tcb_info_issuer_chain)?,
            tcb_info: bounded(Part::TcbInfo, collateral.tcb_info)?,
            tcb_info_signature: signature(Part::TcbInfo, &collateral.tcb_info_signature)?,
            qe_identity_issuer_chain: bounded(Part::QeIdentityChain, collateral.qe_identity_issuer_chain)?,
            qe_identity: bounded(Part::QeIdentity, collateral.qe_identity)?,
            qe_identity_signature: signature(Part::QeIdentity, &collateral.qe_identity_signature)?,
        })
    }
}

impl TryFrom<&Collateral> for QuoteCollateralV3 {
    type Error = Refusal;

    /// Fails where text is not UTF-8.
    fn try_from(collateral: &Collateral) -> Result<Self, Refusal> {
        Ok(Self {
            pck_crl_issuer_chain: text(Part::PckCrlChain, &collateral.pck_crl_issuer_chain)?,
            root_ca_crl: collateral.root_ca_crl.to_vec(),
            pck_crl: collateral.pck_crl.to_vec(),
            tcb_info_issuer_chain: text(Part::TcbInfoChain, &collateral.tcb_info_issuer_chain)?,
            tcb_info: text(Part::TcbInfo, &collateral.tcb_info)?,
            tcb_info_signature: collateral.tcb_info_signature.to_vec(),
            qe_identity_issuer_chain: text(Part::QeIdentityChain, &collateral.qe_identity_issuer_chain)?,
            qe_identity: text(Part::QeIdentity, &collateral.qe_identity)?,
            qe_identity_signature: collateral.qe_identity_signature.to_vec(),
            pck_certificate_chain: None,
        })
    }
}

impl Collateral {
    /// Reads the JSON that dcap-qvl and caches of Intel's provisioning service write: binary fields in
    /// hexadecimal.
    pub fn from_json(json: &[u8]) -> Result<Self, Refusal> {
        if json.len() > MAX_COLLATERAL_JSON {
            return Err(Refusal::too_large(Part::Collateral, json.len(), MAX_COLLATERAL_JSON));
        }
        let collateral: QuoteCollateralV3 = serde_json::from_slice(json)
            .map_err(|error| Refusal::Malformed { part: Part::Collateral, reason: Text::new(error) })?;
        collateral.try_into()
    }

    /// The same JSON.
    pub fn to_json(&self) -> Result<String, Refusal> {
        let collateral = QuoteCollateralV3::try_from(self)?;
        serde_json::to_string(&collateral)
            .map_err(|error| Refusal::Malformed { part: Part::Collateral, reason: Text::new(error) })
    }
}

fn bounded<const N: u32>(part: Part, bytes: impl Into<alloc::vec::Vec<u8>>) -> Result<Bytes<N>, Refusal> {
    let bytes = bytes.into();
    Bytes::try_from(bytes).map_err(|bytes| Refusal::too_large(part, bytes.len(), N as usize))
}

fn signature(part: Part, bytes: &[u8]) -> Result<[u8; 64], Refusal> {
    bytes.try_into().map_err(|_| Refusal::Malformed {
        part,
        reason: Text::new(format_args!("its signature has {} bytes and not 64", bytes.len())),
    })
}

fn text(part: Part, bytes: &[u8]) -> Result<String, Refusal> {
    core::str::from_utf8(bytes)
        .map(ToString::to_string)
        .map_err(|error| Refusal::Malformed { part, reason: Text::new(error) })
}

/// Which edition of Intel's publications collateral holds.
///
/// Dates alone do not say it: on request Intel dates an old evaluation anew, by which a platform would look
/// better than it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Edition {
    /// Number of Intel's evaluation behind the TCB information.
    pub tcb_evaluation: u32,
    /// Number of Intel's evaluation behind the quoting enclave's identity.
    pub qe_evaluation: u32,
    /// Issue date of the TCB information.
    pub tcb_info: Moment,
    /// Issue date of the quoting enclave's identity.
    pub qe_identity: Moment,
    /// Issue date of the root CA's revocation list.
    pub root_crl: Moment,
    /// Issue date of the PCK CA's revocation list.
    pub pck_crl: Moment,
}

impl Edition {
    /// Whether this should take the place of `other`: no part of it is older, and some part is newer.
    pub fn supersedes(&self, other: &Self) -> bool {
        let evaluations = |edition: &Self| [edition.tcb_evaluation, edition.qe_evaluation];
        let dates =
            |edition: &Self| [edition.tcb_info, edition.qe_identity, edition.root_crl, edition.pck_crl];
        let no_older = evaluations(self).iter().zip(&evaluations(other)).all(|(mine, theirs)| mine >= theirs)
            && dates(self).iter().zip(&dates(other)).all(|(mine, theirs)| mine >= theirs);
        no_older && self != other
    }
}
