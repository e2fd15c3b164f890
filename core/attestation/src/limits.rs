//! How large what comes from outside may be. Everything here is checked before the first signature is.
//!
//! The measures leave room above what Intel issues: quotes are 5 KiB, TCB information is 3 to 12 KiB, revocation
//! lists are below 4 KiB.

/// Most bytes of a quote, padding included: drivers hand out buffers of 8000 bytes, zeros at the end.
pub const MAX_QUOTE: u32 = 8 << 10;
/// Most bytes of a chain of certificates (PEM).
pub const MAX_CHAIN: u32 = 4 << 10;
/// Most bytes of the root CA's revocation list (DER).
pub const MAX_ROOT_CRL: u32 = 4 << 10;
/// Most bytes of a PCK CA's revocation list (DER).
pub const MAX_PCK_CRL: u32 = 32 << 10;
/// Most bytes of TCB information (JSON).
pub const MAX_TCB_INFO: u32 = 32 << 10;
/// Most bytes of a quoting enclave's identity (JSON).
pub const MAX_QE_IDENTITY: u32 = 8 << 10;
/// Most bytes of a root certificate (DER).
pub const MAX_ROOT: u32 = 1 << 10;
/// Deepest nesting of objects and arrays in JSON. Intel's go to 6.
pub const MAX_DEPTH: usize = 10;
/// Most bytes of a JSON file of collateral.
pub const MAX_COLLATERAL_JSON: usize = 256 << 10;
/// Most advisories of a verdict.
pub const MAX_ADVISORIES: u32 = 64;
/// Most bytes of an advisory's name.
pub const MAX_ADVISORY: u32 = 24;
/// Most components that a verdict or a refusal names: 16 of SGX, 16 of TDX, and three enclaves.
pub const MAX_SHORTFALLS: u32 = 35;
/// Most bytes of a text that a refusal quotes.
pub const MAX_TEXT: u32 = 200;
