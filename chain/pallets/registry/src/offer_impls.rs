//! What a worker's operator offers to clients.

use polkadot_sdk::frame_support::{dispatch::DispatchResult, ensure};

use crate::{Config, Endpoint, Endpoints, Error, Event, Pallet, Workers};
use phala_primitives::{registry::WorkerRecord, Balance, WorkerId};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_update_offer(
        who: &T::AccountId,
        worker: WorkerId,
        endpoint: Endpoint,
        price: Option<Balance>,
    ) -> DispatchResult {
        let record = Self::operated_by(who, &worker)?;
        if endpoint.is_empty() {
            ensure!(price.is_none(), Error::<T>::InvalidEndpoint);
            Endpoints::<T>::remove(worker);
        } else {
            ensure!(is_url(&endpoint), Error::<T>::InvalidEndpoint);
            Endpoints::<T>::insert(worker, &endpoint);
        }
        Workers::<T>::insert(worker, WorkerRecord { price, ..record });
        Self::deposit_event(Event::OfferUpdated { worker, endpoint, price });
        Ok(())
    }
}

/// Whether clients can make sense of `endpoint`. It is no proof that somebody listens there.
fn is_url(endpoint: &[u8]) -> bool {
    let host = endpoint.strip_prefix(b"https://").or_else(|| endpoint.strip_prefix(b"http://"));
    host.is_some_and(|host| !host.is_empty() && host.iter().all(u8::is_ascii_graphic))
}
