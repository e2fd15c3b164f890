//! What must hold of every decoder of outside bytes, whatever the bytes.
//!
//! A [`Target`] takes bytes, gives them to a decoder or verifier as its caller would, and panics if a promise
//! is broken. That nothing panics by itself is the least of them: what is accepted must be what an honest
//! sender made, encodings must be unique, verdicts must not depend on the order of things that have none.
//!
//! A coverage-guided fuzzer runs the targets (`fuzz/libfuzzer`), and a test replays the committed seeds with every
//! build. See `fuzz/README.md`.

// What the targets compare with is built by themselves; if that fails, so must they.
#![allow(clippy::unwrap_used)]

pub mod attestation;
pub mod boxes;
pub mod bundle;
pub mod chain;
pub mod encodings;
pub mod files;
pub mod justification;
pub mod program;
pub mod proof;
pub mod trust;
pub mod update;

use codec::{DecodeAll, Encode};

/// A promise about some decoder.
pub struct Target {
    /// Its name, and that of its folder of seeds.
    pub name: &'static str,
    /// Tries bytes; panics if a promise is broken.
    pub run: fn(&[u8]) -> Verdict,
    /// Bytes to start from, made from real data.
    pub seeds: fn() -> Vec<Seed>,
}

/// What a decoder said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The bytes are what an honest sender could have sent.
    Accepted,
    /// They are not.
    Refused,
}

impl Verdict {
    /// [`Verdict::Accepted`] if something came of the bytes.
    pub fn of<T, E>(result: &Result<T, E>) -> Self {
        match result {
            Ok(_) => Self::Accepted,
            Err(_) => Self::Refused,
        }
    }

    /// What names of seeds start with.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }
}

/// Bytes that a target starts from.
pub struct Seed {
    /// What they are.
    pub name: &'static str,
    /// What the target says to them.
    pub verdict: Verdict,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Seed {
    /// Bytes that are accepted.
    pub fn accepted(name: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name, verdict: Verdict::Accepted, bytes: bytes.into() }
    }

    /// Bytes that are refused.
    pub fn refused(name: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name, verdict: Verdict::Refused, bytes: bytes.into() }
    }
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "collateral", run: attestation::run_collateral, seeds: attestation::collateral_seeds },
    Target { name: "encodings", run: encodings::run, seeds: encodings::seeds },
    Target { name: "evidence", run: attestation::run_evidence, seeds: attestation::evidence_seeds },
    Target { name: "files", run: files::run, seeds: files::seeds },
    Target { name: "job_input", run: encodings::run_job_input, seeds: encodings::job_input_seeds },
    Target { name: "justification", run: justification::run, seeds: justification::seeds },
    Target { name: "program", run: program::run, seeds: program::seeds },
    Target { name: "receipt_bundle", run: bundle::run, seeds: bundle::seeds },
    Target { name: "round", run: justification::run_round, seeds: justification::round_seeds },
    Target { name: "sealed_box", run: boxes::run, seeds: boxes::seeds },
    Target { name: "storage_proof", run: proof::run, seeds: proof::seeds },
    Target { name: "trust_root", run: trust::run, seeds: trust::seeds },
    Target { name: "update", run: update::run, seeds: update::seeds },
];

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// The first byte, which chooses among a target's decoders, and the rest.
pub(crate) fn choose(data: &[u8]) -> (u8, &[u8]) {
    data.split_first().map_or((0, data), |(first, rest)| (*first, rest))
}

/// Decodes `bytes`; there must be no other bytes for the same value.
pub(crate) fn unique<T: DecodeAll + Encode>(bytes: &[u8]) -> Option<T> {
    let value = T::decode_all(&mut &bytes[..]).ok()?;
    assert_eq!(value.encode(), bytes, "two encodings of one value");
    Some(value)
}
