//! From evidence to a verdict.

use polkadot_sdk::frame_support::{
    ensure,
    traits::{Get, Time},
};

use crate::{AcceptUnattested, Config, Error, Pallet};
use phala_primitives::registry::{Attestation, AttestationKind, Evidence};

/// Confidence level of a worker about which nothing is proven: the lowest there is.
const UNATTESTED_CONFIDENCE: u8 = 5;

impl<T: Config> Pallet<T> {
    /// Judges `evidence` now.
    pub(crate) fn judge(evidence: &Evidence) -> Result<Attestation, Error<T>> {
        let (kind, confidence) = match evidence {
            Evidence::None => {
                ensure!(AcceptUnattested::<T>::get(), Error::<T>::Unattested);
                (AttestationKind::None, UNATTESTED_CONFIDENCE)
            }
        };
        let expires = <T as Config>::Time::now().saturating_add(T::AttestationLifetime::get());
        Ok(Attestation { kind, confidence, expires })
    }

    /// Whether `attestation` holds at the present chain time.
    pub fn is_current(attestation: &Attestation) -> bool {
        <T as Config>::Time::now() <= attestation.expires
    }
}
