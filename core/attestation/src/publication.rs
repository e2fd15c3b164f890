//! What collateral says, before anything in it is verified.

use alloc::{string::ToString, vec::Vec};

use dcap_qvl::{tcb_info::TcbInfo, QeIdentity};
use phala_primitives::Moment;
use serde::de::DeserializeOwned;

use crate::{
    certificates::{chain, crl_window, Window},
    limits::MAX_DEPTH,
    quote::UnverifiedQuote,
    time::moment,
    Collateral, Edition, Part, Refusal, Root, Tee,
};

/// Collateral that has the form it should have, is for the quote's family, and is valid now.
pub(crate) struct UnverifiedPublication<'a> {
    /// The trusted root that all its chains, and the quote's, end in.
    pub(crate) root: &'a Root,
    /// Signer of TCB information (DER).
    pub(crate) tcb_signer: Vec<u8>,
    /// Signer of the quoting enclave's identity (DER).
    pub(crate) qe_signer: Vec<u8>,
    pub(crate) tcb_info: TcbInfo,
    pub(crate) qe_identity: QeIdentity,
    pub(crate) edition: Edition,
}

impl<'a> UnverifiedPublication<'a> {
    pub(crate) fn read(
        collateral: &Collateral,
        quote: &UnverifiedQuote,
        roots: &'a [Root],
        now: Moment,
    ) -> Result<Self, Refusal> {
        check_depth(Part::TcbInfo, &collateral.tcb_info)?;
        check_depth(Part::QeIdentity, &collateral.qe_identity)?;
        let [tcb_signer, tcb_root] = chain(Part::TcbInfoChain, &collateral.tcb_info_issuer_chain)?;
        let [qe_signer, qe_root] = chain(Part::QeIdentityChain, &collateral.qe_identity_issuer_chain)?;
        let [crl_signer, crl_root] = chain(Part::PckCrlChain, &collateral.pck_crl_issuer_chain)?;
        let [_, pck_ca, pck_root] = &quote.chain;
        let root = roots
            .iter()
            .find(|root| root.der() == tcb_root)
            .ok_or(Refusal::UntrustedRoot { part: Part::TcbInfoChain })?;
        let ends =
            [(Part::QeIdentityChain, &qe_root), (Part::PckCrlChain, &crl_root), (Part::PckChain, pck_root)];
        for (part, end) in ends {
            if end.as_slice() != root.der() {
                return Err(Refusal::UntrustedRoot { part });
            }
        }
        if crl_signer != *pck_ca {
            return Err(Refusal::OtherCa { part: Part::PckCrlChain, expected: quote.family.ca });
        }
        let tcb_info: TcbInfo = json(Part::TcbInfo, &collateral.tcb_info)?;
        let qe_identity: QeIdentity = json(Part::QeIdentity, &collateral.qe_identity)?;
        check_family(quote, &tcb_info, &qe_identity)?;
        let edition = edition(collateral, &tcb_info, &qe_identity, now)?;
        Ok(Self { root, tcb_signer, qe_signer, tcb_info, qe_identity, edition })
    }
}

/// Every date but those of certificates, which the verifier checks: refuses what is not valid now.
fn edition(
    collateral: &Collateral,
    tcb_info: &TcbInfo,
    qe_identity: &QeIdentity,
    now: Moment,
) -> Result<Edition, Refusal> {
    let windows = [
        (Part::TcbInfo, json_window(Part::TcbInfo, &tcb_info.issue_date, &tcb_info.next_update)?),
        (Part::QeIdentity, json_window(Part::QeIdentity, &qe_identity.issue_date, &qe_identity.next_update)?),
        (Part::RootCrl, crl_window(Part::RootCrl, &collateral.root_ca_crl)?),
        (Part::PckCrl, crl_window(Part::PckCrl, &collateral.pck_crl)?),
    ];
    windows.iter().try_for_each(|(part, window)| window.check(*part, now))?;
    let [tcb_info_issued, qe_identity_issued, root_crl, pck_crl] = windows.map(|(_, window)| window.from);
    Ok(Edition {
        tcb_evaluation: tcb_info.tcb_evaluation_data_number,
        qe_evaluation: qe_identity.tcb_evaluation_data_number,
        tcb_info: tcb_info_issued,
        qe_identity: qe_identity_issued,
        root_crl,
        pck_crl,
    })
}

fn json_window(part: Part, issued: &str, next: &str) -> Result<Window, Refusal> {
    match (moment(issued), moment(next)) {
        (Some(from), Some(until)) => Ok(Window { from, until }),
        _ => Err(Refusal::malformed(part, "its dates are none")),
    }
}

/// The verifier looks at FMSPC and kind; Intel's also at the PCE, whose versions the levels speak of.
fn check_family(
    quote: &UnverifiedQuote,
    tcb_info: &TcbInfo,
    qe_identity: &QeIdentity,
) -> Result<(), Refusal> {
    let (tcb_id, qe_id) = match quote.family.tee {
        Tee::Sgx => ("SGX", "QE"),
        Tee::Tdx => ("TDX", "TD_QE"),
    };
    let same =
        |bytes: &[u8], hexadecimal: &str| hex::decode(hexadecimal).is_ok_and(|decoded| decoded == bytes);
    let pck = &quote.pck;
    let other = |part| Err(Refusal::OtherFamily { part, expected: quote.family });
    if tcb_info.id != tcb_id || !same(&pck.fmspc, &tcb_info.fmspc) || !same(&pck.pce_id, &tcb_info.pce_id) {
        return other(Part::TcbInfo);
    }
    if qe_identity.id != qe_id {
        return other(Part::QeIdentity);
    }
    Ok(())
}

fn json<T: DeserializeOwned>(part: Part, bytes: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(|error| Refusal::malformed(part, error.to_string()))
}

/// Counts brackets outside strings. What this lets pass may still be no JSON.
fn check_depth(part: Part, json: &[u8]) -> Result<(), Refusal> {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(Refusal::TooDeep { part });
        }
    }
    Ok(())
}
