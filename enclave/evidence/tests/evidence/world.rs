//! One machine, its collateral, and a verifier that knows the development root.

use phala_attestation::{verify, Collateral, Refusal, Root, Verdict, INTEL_ROOT};
use phala_evidence::development::{Authority, Guest, Machine, Seed, BEGIN, DAY, ROOT_DER};
use phala_primitives::Moment;

/// When collateral is issued in these tests.
pub(crate) const ISSUED: Moment = BEGIN + 400 * DAY;
/// When it is judged.
pub(crate) const NOW: Moment = ISSUED + DAY;
/// What quotes are about.
pub(crate) const DATA: [u8; 64] = [0x5a; 64];

pub(crate) struct World {
    pub(crate) machine: Machine,
    pub(crate) authority: Authority,
}

impl World {
    pub(crate) fn new(machine: Machine) -> Self {
        Self { authority: Authority::of(&machine, ISSUED), machine }
    }

    pub(crate) fn quote(&self) -> Vec<u8> {
        self.machine.quote(DATA).unwrap()
    }

    pub(crate) fn collateral(&self) -> Collateral {
        self.authority.issue().unwrap()
    }

    pub(crate) fn judge(&self) -> Result<Verdict, Refusal> {
        self.judge_at(NOW)
    }

    pub(crate) fn judge_at(&self, now: Moment) -> Result<Verdict, Refusal> {
        verify(&self.quote(), &self.collateral(), &[development()], now)
    }

    pub(crate) fn refusal(&self) -> Refusal {
        self.judge().unwrap_err()
    }
}

/// A machine of each kind: quotes of version 3, 4 and 5.
pub(crate) fn machines(name: &str) -> [Machine; 3] {
    [Machine::sgx, Machine::tdx, Machine::tdx15].map(|machine| machine(Seed::named(name)))
}

pub(crate) fn development() -> Root {
    Root::new(ROOT_DER).unwrap()
}

pub(crate) fn intel() -> Root {
    Root::new(INTEL_ROOT).unwrap()
}

/// Lets somebody look into the guest.
pub(crate) fn debug(guest: &mut Guest) {
    match guest {
        Guest::Enclave(enclave) => enclave.debug = true,
        Guest::TrustDomain(domain) => domain.debug = true,
    }
}
