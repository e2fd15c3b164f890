//! Proof of what runs where, judged without I/O.
//!
//! A worker's TEE signs a *quote*: a measurement of what runs, 64 bytes that this wanted to be bound to, and the
//! versions of everything below it. *Collateral* is what Intel publishes about the platform's family: which
//! versions are good, which certificates are revoked. The runtime, clients, the console and (for peers) workers
//! come to one verdict on both, because they use this crate; the verification itself is dcap-qvl's.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod certificates;
mod collateral;
mod diagnosis;
mod evidence;
mod forecast;
pub mod known;
pub mod limits;
mod publication;
mod quote;
mod refusal;
mod root;
mod shortfall;
mod status;
mod tcb;
mod text;
mod time;
mod verdict;
mod verify;

pub use collateral::{Bytes, Collateral, Edition};
pub use evidence::{Ca, Evidence, Family, Tee};
pub use forecast::{forecast, Forecast};
pub use refusal::{Exposure, Part, Refusal};
pub use root::{Root, INTEL_ROOT};
pub use shortfall::{Component, Shortfall, Shortfalls};
pub use status::{level, Advisories, Advisory, TcbStatus, ALLOWED_ADVISORIES};
pub use text::Text;
pub use verdict::{Measurement, PlatformId, Verdict};
pub use verify::verify;
