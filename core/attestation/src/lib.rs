//! Proof of what runs where, judged without I/O.
//!
//! A worker's TEE signs a *quote*: a measurement of what runs, 64 bytes that this wanted to be bound to, and the
//! versions of everything below it. *Collateral* is what Intel publishes about the platform's family: which
//! versions are good, which certificates are revoked. The runtime, clients, the console and (for peers) workers
//! come to one verdict on both, because they use this crate; the verification itself is dcap-qvl's.
//!
//! [`verify`] is a pure function of four things: the quote, the collateral, the roots that are trusted, and the time.
//! Development networks trust another root and run the same code. It answers with a [`Verdict`], which holds until a
//! moment that it names, or with a [`Refusal`], which prints as a sentence with cause and remedy. [`level`] is the
//! chain's table from Intel's statuses to confidence. [`known`] saves the signatures that were verified before,
//! [`forecast`] looks ahead to newer collateral.
//!
//! # What is checked beyond dcap-qvl
//!
//! Sizes, nesting and numbers of certificates, before any cost ([`limits`]). That a quote, and each chain, has but one
//! text, so that what is stored cannot be told apart from what was signed. That every chain ends in the same
//! trusted root, byte for byte, and that the revocation list's chain is that of the PCK certificate. The PCE of the TCB
//! information. Issue dates of revocation lists. The root's own dates.
//!
//! # What it cannot know
//!
//! Whether the quote is *fresh*, and whose it is: that is for the report data to say, which the caller compares.
//! Whether the measured code is *good*: that is for the list of allowed measurements. Whether the collateral is the
//! *newest* that there is: older one is as valid until it expires ([`Edition::supersedes`]). What someone with the
//! hardware in hand reads off its buses: Intel does not defend against that, and no quote shows it.
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
