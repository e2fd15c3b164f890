//! What the registry's calls cost, and how benchmarks of the pallets above get their workers.

use alloc::boxed::Box;
use polkadot_sdk::{
    frame_benchmarking::{account, v2::*, BenchmarkError},
    frame_support::traits::{Get, Time},
    frame_system::{pallet_prelude::BlockNumberFor, RawOrigin},
    sp_core::{crypto::KeyTypeId, H256},
    sp_io::crypto::{sr25519_generate, sr25519_sign},
    sp_runtime::traits::One,
    *,
};

use crate::{
    AcceptUnattested, Call, Config, EncryptionKeys, Endpoint, Endpoints, Pallet, RegisteredAt, Workers,
    MAX_ENDPOINT, MAX_SCORE,
};
use phala_primitives::{
    mailbox::Topic,
    registry::{Attestation, AttestationKind, Evidence, Registration, WorkerRecord},
    Balance, BlockNumber, EncryptionKey, Signature, WorkerId, ENCRYPTION_KEY_LENGTH,
};

const KEY_TYPE: KeyTypeId = KeyTypeId(*b"bnch");

/// A block of which the hash is known, and its hash.
const RECENT_BLOCK: (BlockNumber, [u8; 32]) = (1, [8; 32]);

impl<T: Config> Pallet<T> {
    /// Puts a measured and attested worker into the state, as if it had registered.
    pub fn insert_worker(worker: WorkerId, operator: &T::AccountId) {
        let expires = <T as Config>::Time::now().saturating_add(T::AttestationLifetime::get());
        let attestation = Attestation { kind: AttestationKind::None, confidence: 1, expires };
        let record = WorkerRecord {
            operator: operator.clone(),
            attestation,
            score: Some(MAX_SCORE),
            price: Some(Balance::MAX),
        };
        Workers::<T>::insert(worker, record);
        EncryptionKeys::<T>::insert(worker, EncryptionKey([7; ENCRYPTION_KEY_LENGTH]));
        Endpoints::<T>::insert(worker, longest_endpoint());
        RegisteredAt::<T>::insert(worker, BlockNumberFor::<T>::default());
    }
}

/// An endpoint as long as may be.
fn longest_endpoint() -> Endpoint {
    let mut url = b"https://".to_vec();
    url.resize(MAX_ENDPOINT as usize, b'a');
    Endpoint::truncate_from(url)
}

#[benchmarks]
mod benches {
    use super::*;

    /// The worst case is a worker that changes hands: there is an offer to drop.
    #[benchmark]
    fn register() -> Result<(), BenchmarkError> {
        let (block, hash) = RECENT_BLOCK;
        frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(block) + One::one());
        frame_system::BlockHash::<T>::insert(BlockNumberFor::<T>::from(block), H256(hash));
        AcceptUnattested::<T>::put(true);
        let key = sr25519_generate(KEY_TYPE, None);
        let worker = WorkerId(key.0);
        Pallet::<T>::insert_worker(worker, &account("former operator", 0, 0));

        let operator: T::AccountId = whitelisted_caller();
        let registration = Registration {
            genesis: pallet_mailbox::Pallet::<T>::genesis_hash(),
            worker,
            encryption_key: EncryptionKey([9; ENCRYPTION_KEY_LENGTH]),
            operator: operator.clone(),
            block,
            block_hash: hash,
        };
        let signature = sr25519_sign(KEY_TYPE, &key, &registration.signing_payload())
            .ok_or("the keystore has the key")?;

        #[extrinsic_call]
        _(
            RawOrigin::Signed(operator.clone()),
            Box::new(registration),
            Evidence::None,
            Signature(signature.0),
        );

        assert_eq!(Workers::<T>::get(worker).map(|record| record.operator), Some(operator));
        Ok(())
    }

    #[benchmark]
    fn update_offer() {
        let operator: T::AccountId = whitelisted_caller();
        let worker = WorkerId([1; 32]);
        Pallet::<T>::insert_worker(worker, &operator);

        #[extrinsic_call]
        _(RawOrigin::Signed(operator), worker, longest_endpoint(), Some(1));

        assert_eq!(Workers::<T>::get(worker).and_then(|record| record.price), Some(1));
    }

    #[benchmark]
    fn measure() {
        let operator: T::AccountId = whitelisted_caller();
        let worker = WorkerId([1; 32]);
        Pallet::<T>::insert_worker(worker, &operator);

        #[extrinsic_call]
        _(RawOrigin::Signed(operator), worker);

        assert_eq!(pallet_mailbox::Topics::<T>::get(Topic::Worker(worker)).count, 1);
    }

    /// What a benchmark report costs beyond its delivery.
    #[benchmark]
    fn report_benchmark() -> Result<(), BenchmarkError> {
        let worker = WorkerId([1; 32]);
        Pallet::<T>::insert_worker(worker, &whitelisted_caller());

        #[block]
        {
            Pallet::<T>::report_benchmark(&worker, 1, T::BenchmarkTime::get())?;
        }

        assert_ne!(Workers::<T>::get(worker).and_then(|record| record.score), Some(MAX_SCORE));
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::benchmark_world(), crate::mock::Test);
}
