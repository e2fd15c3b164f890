//! The lists that people want.

use std::collections::BTreeSet;

use phala_primitives::WorkerId;
use polkadot_sdk::frame_support::assert_ok;

use crate::{mock::*, MAX_PAGE};

fn registered(n: u8) {
    assert_ok!(Worker::new(n).register());
}

#[test]
fn workers_should_list_everyone_once_when_read_page_by_page() {
    ExtBuilder::default().build_and_execute(|| {
        let everyone: BTreeSet<WorkerId> = (1..=7).map(|n| Worker::new(n).id()).collect();
        (1..=7).for_each(registered);

        let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = Registry::workers(after, 3);
            assert!(page.workers.len() <= 3);
            seen.extend(page.workers.iter().map(|view| view.worker));
            pages += 1;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!((pages, seen.len()), (3, 7));
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), everyone);
    });
}

#[test]
fn workers_should_have_no_next_page_when_the_last_one_is_just_full() {
    ExtBuilder::default().build_and_execute(|| {
        assert!(Registry::workers(None, 3).workers.is_empty());
        (1..=3).for_each(registered);
        let page = Registry::workers(None, 3);
        assert_eq!((page.workers.len(), page.next), (3, None));
    });
}

#[test]
fn workers_should_be_bounded_when_the_limit_is_absurd() {
    ExtBuilder::default().build_and_execute(|| {
        (0..=MAX_PAGE as u8).for_each(registered);
        let page = Registry::workers(None, u32::MAX);
        assert_eq!(page.workers.len() as u32, MAX_PAGE);
        assert_eq!(Registry::workers(page.next, u32::MAX).workers.len(), 1);
        assert_eq!(Registry::workers(None, 0).workers.len(), 1, "an empty page would never end");
    });
}

#[test]
fn worker_should_show_keys_offer_and_whether_the_verdict_holds() {
    let worker = Worker::new(1);
    ExtBuilder::default().build_and_execute(|| {
        assert_eq!(Registry::worker(worker.id()), None);
        assert_ok!(worker.register());
        let url = b"http://127.0.0.1:8000".to_vec();
        assert_ok!(Registry::update_offer(
            RuntimeOrigin::signed(OPERATOR),
            worker.id(),
            url.clone().try_into().unwrap(),
            Some(7)
        ));

        let view = Registry::worker(worker.id()).unwrap();
        assert_eq!(view.encryption_key, worker.registration(OPERATOR).encryption_key);
        assert_eq!((view.record.operator, view.record.price, view.endpoint), (OPERATOR, Some(7), url));
        assert!(view.attested);

        Timestamp::set_timestamp(START + LIFETIME);
        assert!(Registry::worker(worker.id()).unwrap().attested);
        Timestamp::set_timestamp(START + LIFETIME + 1);
        assert!(!Registry::worker(worker.id()).unwrap().attested);
    });
}

#[test]
fn storage_keys_should_be_those_that_light_clients_prove() {
    let worker = Worker::new(1).id();
    ExtBuilder::default().build_and_execute(|| {
        use phala_primitives::storage;
        assert_eq!(storage::worker(&worker), crate::Workers::<Test>::hashed_key_for(worker));
        assert_eq!(storage::encryption_key(&worker), crate::EncryptionKeys::<Test>::hashed_key_for(worker));
    });
}
