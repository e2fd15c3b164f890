//! Where evidence comes from: quotes of the TEE that a process runs in.
//!
//! A quote is a signature by the CPU over what runs and over 64 bytes that this asked for. How it is verified is
//! the matter of `phala-attestation`; this crate makes them, in three ways:
//!
//! | [`Platform`] | how | what it proves |
//! |---|---|---|
//! | [`Gramine`] | `/dev/attestation` in an SGX enclave | hardware and enclave, to whom trusts Intel |
//! | [`Tsm`] | Linux's configfs in a TDX guest | hardware and virtual machine, to whom trusts Intel |
//! | [`development`] | this crate | nothing: everybody can make them |
//!
//! A quote that comes from a driver is checked for what can be checked without collateral: its structure, its kind,
//! and that it is about the data asked for. Drivers are outside of the enclave's or the guest's control only in
//! that they can fail: a wrong quote is refused by whoever verifies it, but its maker can say why much better.

mod device;
mod error;
mod gramine;
mod platform;
mod tsm;

pub mod development;

pub use device::TIME_LIMIT;
pub use error::Error;
pub use gramine::Gramine;
pub use platform::{Paths, Platform};
pub use tsm::Tsm;
