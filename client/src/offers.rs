//! Workers that offer their service, and the choice among them.

use phala_primitives::{Balance, WorkerId};

use crate::{
    chain::{api, wire, Chain},
    job::Offer,
    Error,
};

/// Workers asked for at once.
const PAGE: u32 = 100;
/// Most pages read; beyond that name the worker.
const MAX_PAGES: usize = 100;

/// Every worker that has a valid attestation, a score and a price, best first: by confidence level, then price,
/// then score.
pub async fn offers(chain: &Chain) -> Result<Vec<Offer>, Error> {
    let mut offers = Vec::new();
    let mut after = None;
    for _ in 0..MAX_PAGES {
        let page = chain.view(api::view_functions().registry().workers(after, PAGE)).await?;
        offers.extend(page.workers.into_iter().filter_map(offer));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    offers.sort_by_key(|offer| (offer.confidence, offer.price, std::cmp::Reverse(offer.score)));
    Ok(offers)
}

/// The best worker that has room for a job now, at `max_price` at most; `wanted` narrows it to one.
pub async fn pick(
    chain: &Chain,
    wanted: Option<WorkerId>,
    max_price: Option<Balance>,
) -> Result<Offer, Error> {
    let all = offers(chain).await?;
    let named: Vec<_> =
        all.into_iter().filter(|offer| wanted.is_none_or(|worker| offer.worker == worker)).collect();
    if named.is_empty() {
        return Err(Error::NoWorker(match wanted {
            Some(worker) => format!("{worker} is not registered or takes no jobs; see `phala worker list`"),
            None => "none takes jobs at present; try again later".to_owned(),
        }));
    }
    let cheapest = named.iter().map(|offer| offer.price).min().unwrap_or_default();
    for offer in named.into_iter().filter(|offer| max_price.is_none_or(|max| offer.price <= max)) {
        if has_room(chain, &offer.worker).await? {
            return Ok(offer);
        }
    }
    Err(Error::NoWorker(match max_price.filter(|max| *max < cheapest) {
        Some(_) => format!("the lowest price is {cheapest} base units per 10^9 fuel; offer at least that"),
        None => "those that fit are busy or not mining; try again in a few seconds".to_owned(),
    }))
}

/// Whether the worker mines and may be given one more job.
async fn has_room(chain: &Chain, worker: &WorkerId) -> Result<bool, Error> {
    let session = chain.view(api::view_functions().mining().worker_session(wire(*worker))).await?;
    if session.is_none() {
        return Ok(false);
    }
    let (open, most) = chain.view(api::view_functions().jobs().load(wire(*worker))).await?;
    Ok(open < most)
}

fn offer(view: api::runtime_types::pallet_registry::views::WorkerView<crate::AccountId32>) -> Option<Offer> {
    let record = view.record.0;
    if !view.attested {
        return None;
    }
    Some(Offer {
        worker: view.worker.0,
        endpoint: String::from_utf8(view.endpoint).ok()?,
        price: record.price?,
        score: record.score?,
        attestation: record.attestation.kind,
        confidence: record.attestation.confidence,
    })
}
