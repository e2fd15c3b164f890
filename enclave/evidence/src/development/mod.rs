//! A platform for development: quotes that are valid in every field, under a root that nobody may trust.
//!
//! A development network has no verifier of its own. Its workers make quotes of the same shape as real ones,
//! and the chain checks them by the same code, against other roots: the `development` and `local` presets list
//! the root made here, production presets list Intel's alone.
//!
//! # What there is
//!
//! * [`Machine`]: one CPU with its security versions and certificates, and what runs on it: an SGX enclave
//!   (quote version 3), a TD (version 4), or a TD of TDX 1.5 (version 5). It makes quotes.
//! * [`Authority`]: what Intel is to a real CPU. It issues the collateral by which quotes are judged: levels
//!   of the trusted computing base, identities of quoting enclaves, revocation lists, each with its dates.
//! * [`root`]: the root certificate of both; [`ROOT_DER`] is the same as a constant.
//!
//! All fields are public: whatever a real platform can get wrong can be asked for.
//!
//! ```
//! use phala_attestation::TcbStatus;
//! use phala_evidence::development::{Authority, Machine, Seed, BEGIN, DAY};
//!
//! # fn main() -> Result<(), phala_evidence::Error> {
//! let machine = Machine::tdx(Seed::named("alice"));
//! let collateral = Authority::of(&machine, BEGIN + DAY)
//!     .rating(&machine, TcbStatus::ConfigurationNeeded, &["INTEL-SA-00289"])?
//!     .issue()?;
//! let quote = machine.quote([7; 64])?;
//! # assert!(!collateral.tcb_info.is_empty() && !quote.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! # Nothing here is secret
//!
//! The keys of the root and of all that it certifies come from a constant in this crate's source. A machine's
//! own keys come from its seed; as anybody can certify any other machine under any seed, a seed is an identity
//! and no secret. Everything is deterministic (signatures by RFC 6979): equal requests give equal bytes.

mod authority;
mod certificates;
mod collateral;
mod keys;
mod machine;
mod pck;
mod quote;
mod seed;
mod time;

pub use authority::{Authority, Level, ModuleIdentity, PlatformSvn, Revocation};
pub use machine::{Enclave, Guest, Machine, TrustDomain};
pub use pck::{Configuration, SgxType};
pub use seed::Seed;
pub use time::{Period, BEGIN, DAY, END};

use certificates::Issuer;
use der::Encode;

use crate::Error;

/// The root certificate in DER, for everybody who lists roots. A runtime that must not link this crate includes
/// the file beside this module's source; a test holds it equal to what [`root`] makes.
pub const ROOT_DER: &[u8] = include_bytes!("root.der");

/// Makes the root certificate.
///
/// # Errors
///
/// None on any machine on which the tests pass: nothing goes in.
pub fn root() -> Result<Vec<u8>, Error> {
    Issuer::root()?.certificate.to_der().map_err(Error::certificate)
}
