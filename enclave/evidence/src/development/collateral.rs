//! TCB information and identities of quoting enclaves, written as Intel's service writes them.
//!
//! Formats: Intel, "API for provisioning certification", version 4, models `TcbInfoV3` and `EnclaveIdentityV2`.

use phala_attestation::Tee;
use serde::Serialize;

use super::{
    authority::{Authority, Level, ModuleIdentity, PlatformSvn},
    quote::QuotingEnclave,
    time::rfc3339,
};
use crate::Error;

/// What the sixteen components of SGX are, as Intel's service says it for current families: who updates them,
/// and their names.
const SGX_COMPONENTS: [(&str, &str); 8] = [
    ("BIOS", "Early Microcode Update"),
    ("OS/VMM", "SGX Late Microcode Update"),
    ("OS/VMM", "TXT SINIT"),
    ("BIOS", ""),
    ("BIOS", ""),
    ("BIOS", ""),
    ("", ""),
    ("OS/VMM", "SEAMLDR ACM"),
];

/// The same for TDX.
const TDX_COMPONENTS: [(&str, &str); 3] =
    [("OS/VMM", "TDX Module"), ("OS/VMM", "TDX Module"), ("OS/VMM", "TDX Late Microcode Update")];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TcbInfo {
    id: &'static str,
    version: u8,
    issue_date: String,
    next_update: String,
    fmspc: String,
    pce_id: &'static str,
    tcb_type: u8,
    tcb_evaluation_data_number: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    tdx_module: Option<TdxModule>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tdx_module_identities: Vec<TdxModuleIdentity>,
    tcb_levels: Vec<Rated<Tcb>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rated<T> {
    tcb: T,
    tcb_date: String,
    tcb_status: String,
    #[serde(rename = "advisoryIDs", skip_serializing_if = "Vec::is_empty")]
    advisory_ids: Vec<String>,
}

#[derive(Serialize)]
struct Tcb {
    sgxtcbcomponents: Vec<Component>,
    pcesvn: u16,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tdxtcbcomponents: Vec<Component>,
}

#[derive(Serialize)]
struct Component {
    svn: u8,
    #[serde(skip_serializing_if = "str::is_empty")]
    category: &'static str,
    #[serde(rename = "type", skip_serializing_if = "str::is_empty")]
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TdxModule {
    mrsigner: String,
    attributes: String,
    attributes_mask: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TdxModuleIdentity {
    id: String,
    #[serde(flatten)]
    module: TdxModule,
    tcb_levels: Vec<Rated<Isvsvn>>,
}

#[derive(Serialize)]
struct Isvsvn {
    isvsvn: u16,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct QeIdentity {
    id: &'static str,
    version: u8,
    issue_date: String,
    next_update: String,
    tcb_evaluation_data_number: u32,
    miscselect: &'static str,
    miscselect_mask: &'static str,
    attributes: &'static str,
    attributes_mask: &'static str,
    mrsigner: String,
    isvprodid: u16,
    tcb_levels: Vec<Rated<Isvsvn>>,
}

/// The TCB information that `authority` publishes.
pub(super) fn tcb_info(authority: &Authority) -> Result<String, Error> {
    let (id, tdx_module) = match authority.tee {
        Tee::Sgx => ("SGX", None),
        Tee::Tdx => ("TDX", Some(tdx_module())),
    };
    let modules: &[ModuleIdentity] = match authority.tee {
        Tee::Sgx => &[],
        Tee::Tdx => &authority.modules,
    };
    json(&TcbInfo {
        id,
        version: 3,
        issue_date: rfc3339(authority.tcb_info.from)?,
        next_update: rfc3339(authority.tcb_info.until)?,
        fmspc: hex::encode_upper(authority.fmspc),
        pce_id: "0000",
        tcb_type: 0,
        tcb_evaluation_data_number: authority.evaluation,
        tdx_module,
        tdx_module_identities: modules.iter().map(module_identity).collect::<Result<_, _>>()?,
        tcb_levels: authority
            .levels
            .iter()
            .map(|level| rated(level, |svn| platform(authority.tee, svn)))
            .collect::<Result<_, _>>()?,
    })
}

/// The identity of the quoting enclave that `authority` publishes.
pub(super) fn qe_identity(authority: &Authority) -> Result<String, Error> {
    let enclave = QuotingEnclave::of(authority.tee);
    json(&QeIdentity {
        id: enclave.id,
        version: 2,
        issue_date: rfc3339(authority.qe_identity.from)?,
        next_update: rfc3339(authority.qe_identity.until)?,
        tcb_evaluation_data_number: authority.evaluation,
        miscselect: "00000000",
        miscselect_mask: "FFFFFFFF",
        // Initialised, with the provisioning key; 32 or 64 bits; any extended features.
        attributes: "11000000000000000000000000000000",
        attributes_mask: "FBFFFFFFFFFFFFFF0000000000000000",
        mrsigner: hex::encode_upper(enclave.mr_signer),
        isvprodid: enclave.product,
        tcb_levels: authority.qe_levels.iter().map(|level| rated(level, isvsvn)).collect::<Result<_, _>>()?,
    })
}

fn rated<T, U>(level: &Level<T>, tcb: impl FnOnce(&T) -> U) -> Result<Rated<U>, Error> {
    Ok(Rated {
        tcb: tcb(&level.svn),
        tcb_date: rfc3339(level.date)?,
        tcb_status: level.status.to_string(),
        advisory_ids: level.advisories.clone(),
    })
}

fn platform(tee: Tee, svn: &PlatformSvn) -> Tcb {
    let tdx: &[u8] = match tee {
        Tee::Sgx => &[],
        Tee::Tdx => &svn.tdx,
    };
    Tcb {
        sgxtcbcomponents: components(&svn.sgx, &SGX_COMPONENTS),
        pcesvn: svn.pce,
        tdxtcbcomponents: components(tdx, &TDX_COMPONENTS),
    }
}

fn isvsvn<T: Copy + Into<u16>>(svn: &T) -> Isvsvn {
    Isvsvn { isvsvn: (*svn).into() }
}

fn components(svns: &[u8], names: &[(&'static str, &'static str)]) -> Vec<Component> {
    let names = names.iter().copied().chain(std::iter::repeat(("", "")));
    svns.iter().zip(names).map(|(&svn, (category, kind))| Component { svn, category, kind }).collect()
}

/// The signer and the flags of Intel's own modules: none.
fn tdx_module() -> TdxModule {
    TdxModule { mrsigner: "0".repeat(96), attributes: "0".repeat(16), attributes_mask: "F".repeat(16) }
}

fn module_identity(identity: &ModuleIdentity) -> Result<TdxModuleIdentity, Error> {
    Ok(TdxModuleIdentity {
        id: format!("TDX_{:02X}", identity.version),
        module: tdx_module(),
        tcb_levels: identity.levels.iter().map(|level| rated(level, isvsvn)).collect::<Result<_, _>>()?,
    })
}

fn json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Certificate { cause: error.to_string() })
}
