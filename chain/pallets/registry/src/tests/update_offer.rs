//! What an operator offers to clients.

use phala_primitives::WorkerId;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_runtime::traits::BadOrigin,
};

use crate::{mock::*, Endpoint, Endpoints, Error, Event, Workers, MAX_ENDPOINT};

const URL: &[u8] = b"https://worker.example.org:8443/phala";

fn endpoint(url: &[u8]) -> Endpoint {
    url.to_vec().try_into().unwrap()
}

fn price(worker: &Worker) -> Option<u128> {
    Workers::<Test>::get(worker.id()).unwrap().price
}

#[test]
fn update_offer_should_set_endpoint_and_price() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(worker.register());
        next_block();
        assert_ok!(Registry::update_offer(
            RuntimeOrigin::signed(OPERATOR),
            worker.id(),
            endpoint(URL),
            Some(7)
        ));

        assert_eq!(price(&worker), Some(7));
        assert_eq!(Endpoints::<Test>::get(worker.id()), Some(endpoint(URL)));
        assert_eq!(
            events(),
            [Event::OfferUpdated { worker: worker.id(), endpoint: endpoint(URL), price: Some(7) }]
        );
    });
}

#[test]
fn update_offer_should_withdraw_the_price_and_forget_an_empty_endpoint() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(worker.register());
        let update = |url: &[u8], price| {
            assert_ok!(Registry::update_offer(
                RuntimeOrigin::signed(OPERATOR),
                worker.id(),
                endpoint(url),
                price
            ));
        };
        update(URL, Some(7));
        update(URL, None);
        assert_eq!(price(&worker), None);
        assert!(Endpoints::<Test>::contains_key(worker.id()));

        update(b"", None);
        assert!(!Endpoints::<Test>::contains_key(worker.id()));
    });
}

#[test]
fn update_offer_should_be_refused_when_a_stranger_asks() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(worker.register());
        let update = |origin| Registry::update_offer(origin, worker.id(), endpoint(URL), Some(7));
        assert_noop!(update(RuntimeOrigin::signed(STRANGER)), Error::<Test>::NotOperator);
        assert_noop!(update(RuntimeOrigin::none()), BadOrigin);
    });
}

#[test]
fn update_offer_should_be_refused_when_the_worker_is_unknown() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(
            Registry::update_offer(RuntimeOrigin::signed(OPERATOR), WorkerId([5; 32]), endpoint(URL), None),
            Error::<Test>::WorkerNotFound
        );
    });
}

#[test]
fn update_offer_should_be_refused_when_the_endpoint_is_no_url() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(worker.register());
        let update = |url: &[u8], price| {
            Registry::update_offer(RuntimeOrigin::signed(OPERATOR), worker.id(), endpoint(url), price)
        };
        let bad: [&[u8]; 8] = [
            b"http://",
            b"https://",
            b"ftp://worker",
            b"worker.example.org",
            b"http://a b",
            b"http://a\n",
            b"http://\x1b[2J",
            "http://wörker".as_bytes(),
        ];
        for url in bad {
            assert_noop!(update(url, None), Error::<Test>::InvalidEndpoint);
        }
        assert_noop!(update(b"", Some(7)), Error::<Test>::InvalidEndpoint);
    });
}

#[test]
fn update_offer_should_take_the_longest_endpoint() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(worker.register());
        let mut url = b"http://".to_vec();
        url.resize(MAX_ENDPOINT as usize, b'a');
        assert_ok!(Registry::update_offer(
            RuntimeOrigin::signed(OPERATOR),
            worker.id(),
            endpoint(&url),
            None
        ));
        url.push(b'a');
        assert!(Endpoint::try_from(url).is_err());
    });
}
